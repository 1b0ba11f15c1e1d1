# shellcheck shell=bash
# Completion for turnpike(1) in bash. It asks the program itself which commands and options there
# are, so that the two never differ.

# _turnpike_commands HELP: the names under `Subcommands:`.
_turnpike_commands() {
    sed -n '/^Subcommands:/,$s/^  \([a-z][a-z-]*\) .*/\1/p' <<< "$1"
}

# _turnpike_options HELP: their names, without what they take.
_turnpike_options() {
    sed -n 's/^ \{2,4\}\(-[^ ]*\).*/\1/p' <<< "$1" | tr , '\n'
}

# _turnpike_value HELP OPTION: `file` or the words that it takes; nothing where it takes no value.
_turnpike_value() {
    local line
    line=$(sed -n "s/^ \{2,4\}\(-[A-Za-z],\)\?$2\(,--[a-z-]*\)\? //p" <<< "$1" | head -n 1)
    case $line in
        *TEXT:{*) line=${line#*\{} && echo "${line%%\}*}" | tr , ' ' ;;
        TEXT*) echo file ;;
    esac
}

_turnpike() {
    local program=$1 current=$2 previous=$3 command=() help word value words
    help=$("$program" --help 2> /dev/null)
    for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
        if _turnpike_commands "$help" | grep -qx -e "$word"; then
            command+=("$word")
            help=$("$program" "${command[@]}" --help 2> /dev/null)
        fi
    done
    value=$(_turnpike_value "$help" "$previous")
    words=$(_turnpike_commands "$help")
    COMPREPLY=()
    if [[ -n $value && $value != file ]]; then
        mapfile -t COMPREPLY < <(compgen -W "$value" -- "$current")
    elif [[ -z $value && ($current == -* || -n $words) ]]; then
        words="$words $(_turnpike_options "$help")"
        mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
    elif [[ $previous == --crawler || (-z $value && ${command[0]} == crawlers) ]]; then
        mapfile -t COMPREPLY < <(
            IFS=$'\n'
            compgen -W "$("$program" crawlers | cut -f 2)" -- "$current" | sed 's/ /\\ /g')
    else
        compopt -o default 2> /dev/null # files
    fi
}

complete -F _turnpike turnpike

# shellcheck shell=bash
# Completion for turnpike(1) in bash. It asks the program itself which commands and options there
# are, so that the two never differ.

# The help text's items, without their descriptions: one an option or command.
_turnpike_items() {
    "$@" --help 2> /dev/null | sed -n 's/^  \([^ ].*\)$/\1/p'
}

# _turnpike_value HELP OPTION: `file` or the words that it takes; nothing where it takes no value.
_turnpike_value() {
    local line
    line=$(sed -n "s/^\(-[A-Za-z],\)\?$2\(,--[a-z-]*\)\? //p" <<< "$1" | head -n 1)
    case $line in
        *TEXT:{*) line=${line#*\{} && echo "${line%%\}*}" | tr , ' ' ;;
        TEXT*) echo file ;;
    esac
}

_turnpike() {
    local program=$1 current=$2 previous=$3 help value
    COMPREPLY=()
    if ((COMP_CWORD == 1)); then
        help=$(_turnpike_items "$program" | sed 's/ .*//; s/,/ /')
        mapfile -t COMPREPLY < <(compgen -W "$help" -- "$current")
        return
    fi
    help=$(_turnpike_items "$program" "${COMP_WORDS[1]}")
    value=$(_turnpike_value "$help" "$previous")
    if [[ -n $value && $value != file ]]; then
        mapfile -t COMPREPLY < <(compgen -W "$value" -- "$current")
    elif [[ -z $value && $current == -* ]]; then
        mapfile -t COMPREPLY < <(compgen -W "$(grep -o '^-[^ ]*' <<< "$help" | tr , ' ')" -- "$current")
    elif [[ -z $value && ${COMP_WORDS[1]} == crawlers ]]; then
        mapfile -t COMPREPLY < <(
            IFS=$'\n'
            compgen -W "$("$program" crawlers | cut -f 2)" -- "$current" | sed 's/ /\\ /g')
    else
        compopt -o default 2> /dev/null # files
    fi
}

complete -F _turnpike turnpike

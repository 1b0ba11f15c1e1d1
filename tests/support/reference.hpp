// What is made of the tables of keys (config/fields.hpp): JSON Schemas for editors, and the tables
// of docs/configuration.md.
#pragma once

#include <algorithm>
#include <boost/json.hpp>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "config/config.hpp"

namespace turnpike::test::reference {

using config::Field;
using config::Fields;
using config::Type;
namespace json = boost::json;

/// Indented by two, as people and diffs like it; what is short stays on its line.
inline void write_json(const json::value& value, std::string& text, std::size_t depth = 0) {
    constexpr std::size_t line = 100;
    const std::string compact = json::serialize(value);
    const std::string indent(2 * depth + 2, ' ');
    const auto each = [&](const auto& container, char open, char close, const auto& write_item) {
        text += open;
        const char* before = "\n";
        for (const auto& item : container) {
            text += before + indent;
            write_item(item);
            before = ",\n";
        }
        text += "\n" + std::string(2 * depth, ' ') + close;
    };
    const bool is_short = depth > 1 && compact.size() + indent.size() < line - 20;
    if (value.is_object() && !value.get_object().empty() && !is_short) {
        each(value.get_object(), '{', '}', [&](const json::key_value_pair& member) {
            text += json::serialize(json::string(member.key())) + ": ";
            write_json(member.value(), text, depth + 1);
        });
    } else if (value.is_array() && !is_short) {
        each(value.get_array(), '[', ']',
             [&](const json::value& item) { write_json(item, text, depth + 1); });
    } else {
        text += compact;
    }
}

/// What YAML 1.2 makes of a value that our tables show.
inline json::value to_json(const config::Node& node) {
    if (node.is_mapping()) {
        json::object object;
        for (const config::Node& key : node.keys()) {
            object[key.text()] = to_json(*node.child(key.text()));
        }
        return object;
    }
    if (node.is_list()) {
        json::array array;
        for (const config::Node& item : node.items()) array.push_back(to_json(item));
        return array;
    }
    const std::string& text = node.text();
    if (node.is_quoted()) return json::string(text);
    if (text == "true" || text == "false") return text == "true";
    if (!text.empty() && text.find_first_not_of("0123456789") == text.npos) return std::stol(text);
    return json::string(text);
}

inline json::value yaml_to_json(std::string_view yaml) {
    Diagnostics out;
    const auto document = config::Document::parse("", "value: " + std::string(yaml) + "\n", out);
    if (!document) throw std::invalid_argument(out.to_string());
    return to_json(*document->root().child("value"));
}

/// One file's schema (draft 7, which editors understand). Each mapping of the file is a definition.
class Schema {
public:
    std::string make(const Fields& root, std::string_view title) {
        json::object schema;
        schema["$schema"] = "http://json-schema.org/draft-07/schema#";
        schema["title"] = title;
        for (auto& [key, value] : mapping(root)) schema[key] = value;
        // Reading on may find more mappings.
        while (described_.size() < found_.size()) {
            for (const auto& [name, fields] : std::map(found_)) {
                if (!described_.contains(name)) described_[name] = mapping(*fields);
            }
        }
        json::object definitions;
        for (const auto& [name, fields] : found_) definitions[name] = described_[name];
        if (!definitions.empty()) schema["definitions"] = std::move(definitions);
        std::string text;
        write_json(schema, text);
        return text + "\n";
    }

private:
    json::object mapping(const Fields& fields) {
        json::object object, properties;
        json::array required;
        for (const Field& field : fields.rows) {
            properties[field.name] = property(field);
            if (field.required) required.push_back(json::string(field.name));
        }
        object["type"] = "object";
        object["additionalProperties"] =
            fields.any == nullptr ? json::value(false) : json::value(property(*fields.any));
        if (!required.empty()) object["required"] = std::move(required);
        if (!properties.empty()) object["properties"] = std::move(properties);
        return object;
    }

    json::object property(const Field& field) {
        json::object shape = one_of(shapes(field));
        json::object property{{"description", field.meaning}};
        if (!field.default_value.empty()) property["default"] = yaml_to_json(field.default_value);
        if (!field.example.empty()) property["examples"] = {yaml_to_json(field.example)};
        for (auto& [key, value] : shape) property[key] = value;
        return property;
    }

    /// Every form in which the key may be written.
    json::array shapes(const Field& field) {
        json::array forms;
        if (!field.words.empty()) forms.push_back(json::object{{"enum", words(field)}});
        if (field.type != Type::mapping) forms.push_back(scalar(field));
        if (field.list) {
            json::array items = forms;
            if (field.type == Type::mapping) items.push_back(reference(*field.fields));
            json::object list{{"type", "array"}, {"items", one_of(std::move(items))}};
            if (field.some) list["minItems"] = 1;
            forms.push_back(std::move(list));
        }
        const bool listed = field.list && field.type == Type::mapping;
        if (field.fields != nullptr && !listed) forms.push_back(reference(*field.fields));
        return forms;
    }

    static json::array words(const Field& field) {
        json::array words;
        for (const std::string_view word : field.words) words.push_back(json::string(word));
        return words;
    }

    static json::object one_of(json::array forms) {
        if (forms.size() == 1) return forms.front().get_object();
        return {{"anyOf", std::move(forms)}};
    }

    json::object reference(const Fields& fields) {
        found_.emplace(fields.name, &fields);
        return {{"$ref", "#/definitions/" + std::string(fields.name)}};
    }

    /// Text may hold `${NAME}` wherever a value stands.
    static json::object scalar(const Field& field) {
        constexpr std::string_view variable = "\\$\\{[A-Za-z0-9_]+(:-[^}]*)?\\}";
        const config::TypeWords& words = config::words_of(field.type);
        switch (field.type) {
            case Type::boolean:
                return {{"type", {"boolean", "string"}}, {"pattern", variable}};
            case Type::integer:
                return {{"type", {"integer", "string"}},
                        {"minimum", yaml_to_json(field.least)},
                        {"maximum", yaml_to_json(field.most)},
                        {"pattern", variable}};
            case Type::choice:
                return {{"type", "string"}, {"pattern", variable}};
            default:
                if (words.pattern.empty()) return {{"type", "string"}};
                return {
                    {"type", "string"},
                    {"pattern", "^(" + std::string(words.pattern) + ")$|" + std::string(variable)},
                    {"patternErrorMessage", words.written}};
        }
    }

    std::map<std::string_view, const Fields*> found_;
    std::map<std::string_view, json::object> described_;
};

inline std::string in_code(std::string_view text) {
    return "`" + std::string(text) + "`";
}

/// What may stand there: ``auto` or whole number`.
inline std::string page_value(const Field& field) {
    std::vector<std::string> forms;
    for (const std::string_view word : field.words) forms.push_back(in_code(word));
    const std::string link = field.fields == nullptr || field.fields->any != nullptr
                                 ? ""
                                 : "(#" + std::string(field.fields->name) + ")";
    if (field.type == Type::mapping) {
        if (!link.empty()) return (field.list ? "list of [mappings]" : "[mapping]") + link;
        return "mapping";
    }
    if (field.type != Type::choice) forms.emplace_back(config::words_of(field.type).name);
    if (field.list) forms.emplace_back("a list");
    if (field.fields != nullptr) forms.push_back(link.empty() ? "mapping" : "[mapping]" + link);
    std::string text;
    for (std::size_t i = 0; i < forms.size(); ++i) {
        if (i > 0) text += i + 1 == forms.size() ? " or " : ", ";
        text += forms[i];
    }
    return text;
}

inline std::string page_default(const Field& field) {
    if (field.required) return "required";
    if (!field.default_value.empty()) return in_code(field.default_value);
    if (field.type != Type::mapping) return "none";
    // Without the mapping its keys have their defaults; without a key that it must have, none.
    const auto rows = field.fields->rows;
    const bool is_needed =
        std::any_of(rows.begin(), rows.end(), [](const Field& row) { return row.required; });
    return is_needed || field.list || rows.empty() ? "none" : "";
}

/// A Markdown table of one mapping's keys.
inline std::string page_table(const Fields& fields) {
    std::string text = "| key | value | default | meaning |\n|---|---|---|---|\n";
    for (const Field& field : fields.rows) {
        text += "| " + in_code(field.name) + " | " + page_value(field) + " | " +
                page_default(field) + " | " + std::string(field.meaning) + " |\n";
    }
    return text;
}

}  // namespace turnpike::test::reference

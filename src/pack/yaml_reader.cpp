#include <charconv>

#include "base/text.hpp"
#include "pack/yaml.hpp"

namespace tongxin::pack {
namespace {

const Words kText{"文字", "text"};
const Words kList{"列表", "a list"};
const Words kMap{"键值表", "a map of keys and values"};

// No leading zeros (017 would be 15 to some readers), no plus, no underscores, no hexadecimal, no exponent.
bool is_strict_decimal(std::string_view text, bool fraction) {
  if (text.starts_with('-')) text.remove_prefix(1);
  const auto digits = [&] {
    std::size_t count = 0;
    for (; count < text.size() && text[count] >= '0' && text[count] <= '9'; ++count) continue;
    return count;
  };
  const std::size_t whole = digits();
  if (whole == 0 || (whole > 1 && text[0] == '0')) return false;
  text.remove_prefix(whole);
  if (!fraction || text.empty()) return text.empty();
  if (text[0] != '.') return false;
  text.remove_prefix(1);
  return !text.empty() && digits() == text.size();
}

Words number_words(std::int64_t least, std::int64_t most) {
  if (least == INT64_MIN && most == INT64_MAX) return {"整数", "a whole number"};
  if (most == INT64_MAX) return words("不小于 {} 的整数", "a whole number of at least {}", least);
  return words("{} 至 {} 的整数", "a whole number from {} to {}", least, most);
}

std::string joined(std::initializer_list<std::string_view> choices, std::string_view separator) {
  std::string text;
  for (const std::string_view choice : choices)
    text += (text.empty() ? "" : std::string(separator)) + std::string(choice);
  return text;
}

const std::vector<Node> kNoItems;
const std::vector<Node::Entry> kNoEntries;

}  // namespace

std::string Node::at() const { return fmt::format("{}:{}:{}", file ? *file : "", line, column); }
std::string Node::Entry::at() const { return fmt::format("{}:{}:{}", value.file ? *value.file : "", line, column); }

const Node* Node::find(std::string_view key) const {
  for (const Entry& entry : entries)
    if (entry.key == key) return &entry.value;
  return nullptr;
}

Words Node::described() const {
  switch (kind) {
    case Kind::nothing: return {"空值", "nothing"};
    case Kind::list: return kList;
    case Kind::map: return kMap;
    case Kind::scalar: break;
  }
  const std::string shown = count_code_points(text) > 40 ? std::string(cut(text, 40)) + "…" : text;
  return {"“" + shown + "”", "\"" + shown + "\""};
}

Words did_you_mean(std::string_view word, const std::vector<std::string>& candidates) {
  const auto meant = nearest(word, candidates);
  return meant ? words("，是否想写“{}”？", ", did you mean '{}'?", *meant) : Words{};
}

void complain_expected(const Node& node, const Words& what, std::vector<Complaint>& complaints) {
  const Words got = node.described();
  complaints.push_back(
      {node.at(),
       "type",
       {fmt::format("此处应为{}，实际是{}", what.zh, got.zh), fmt::format("expected {}, got {}", what.en, got.en)}});
}

std::optional<std::string> read_text(const Node& node, std::vector<Complaint>& complaints) {
  if (node.kind == Node::Kind::scalar && !node.text.empty()) return node.text;
  complain_expected(node, kText, complaints);
  return std::nullopt;
}

std::optional<std::int64_t> read_integer(const Node& node, std::vector<Complaint>& complaints, std::int64_t least,
                                         std::int64_t most) {
  std::int64_t value = 0;
  const std::string& text = node.text;
  if (node.kind == Node::Kind::scalar && !node.quoted && is_strict_decimal(text, false) &&
      std::from_chars(text.data(), text.data() + text.size(), value).ec == std::errc{} && value >= least &&
      value <= most)
    return value;
  complain_expected(node, number_words(least, most), complaints);
  return std::nullopt;
}

std::optional<double> read_number(const Node& node, std::vector<Complaint>& complaints) {
  double value = 0;
  const std::string& text = node.text;
  if (node.kind == Node::Kind::scalar && !node.quoted && is_strict_decimal(text, true) && text.size() < 300 &&
      std::from_chars(text.data(), text.data() + text.size(), value).ec == std::errc{})
    return value;
  complain_expected(node, {"数字", "a number"}, complaints);
  return std::nullopt;
}

std::optional<bool> read_flag(const Node& node, std::vector<Complaint>& complaints) {
  if (node.kind == Node::Kind::scalar && !node.quoted && (node.text == "true" || node.text == "false"))
    return node.text == "true";
  complain_expected(
      node, {" true 或 false（yes、no、on、off 一概不认）", "true or false (yes, no, on and off are plain words)"},
      complaints);
  return std::nullopt;
}

std::optional<Words> read_words(const Node& node, std::vector<Complaint>& complaints) {
  if (node.kind == Node::Kind::scalar && !node.text.empty()) return Words{node.text, node.text};
  if (node.kind != Node::Kind::map) {
    complain_expected(node, {"文字，或 {zh: …, en: …}", "text, or {zh: …, en: …}"}, complaints);
    return std::nullopt;
  }
  Reader reader(node, complaints);
  return Words{reader.text("zh"), reader.text("en")};
}

Reader::Reader(const Node& map, std::vector<Complaint>& complaints) : map_(map), complaints_(complaints) {
  if (map.kind != Node::Kind::map && map.kind != Node::Kind::nothing) complain_expected(map, kMap, complaints);
}

Reader::~Reader() {
  std::vector<std::string> known(asked_.begin(), asked_.end()), open;
  for (const std::string& key : known)
    if (!has(key)) open.push_back(key);  // a key that stands there already was not meant
  for (const Node::Entry& entry : map_.entries) {
    if (asked_.contains(entry.key)) continue;
    const Words hint = did_you_mean(entry.key, open);
    complaints_.push_back(
        {entry.at(),
         "unknown",
         {fmt::format("不认识的键“{}”{}", entry.key, hint.zh), fmt::format("unknown key '{}'{}", entry.key, hint.en)}});
  }
}

void Reader::expected(const Node& at, const Words& what) { complain_expected(at, what, complaints_); }

void Reader::report(const Node& node, const Fault& fault) {
  if (fault.complaints().empty()) complain(node, "format", fault.say());
  for (const Complaint& complaint : fault.complaints()) complain(node, complaint.code, complaint.say);
}

const Node* Reader::optional(std::string_view key) {
  asked_.emplace(key);
  return map_.find(key);
}

const Node* Reader::required(std::string_view key) {
  const bool news = !asked_.contains(key);
  const Node* found = optional(key);
  // A node that is no map at all was complained of once; its missing keys are no news.
  if (!found && news && (map_.kind == Node::Kind::map || map_.kind == Node::Kind::nothing))
    complain(map_, "required", tongxin::words("缺少键“{}”", "missing key '{}'", key));
  return found;
}

std::optional<std::string> Reader::scalar(const Node& node, const Words& what) {
  if (node.kind == Node::Kind::scalar && !node.text.empty()) return node.text;
  expected(node, what);
  return std::nullopt;
}

std::string Reader::text(std::string_view key) {
  const Node* found = required(key);
  return found ? scalar(*found, kText).value_or("") : "";
}
std::optional<std::string> Reader::optional_text(std::string_view key) {
  const Node* found = optional(key);
  return found ? scalar(*found, kText) : std::nullopt;
}

std::int64_t Reader::integer(std::string_view key, std::int64_t least, std::int64_t most) {
  const Node* found = required(key);
  const std::int64_t harmless = std::clamp<std::int64_t>(0, least, most);
  return found ? read_integer(*found, complaints_, least, most).value_or(harmless) : harmless;
}
std::optional<std::int64_t> Reader::optional_integer(std::string_view key, std::int64_t least, std::int64_t most) {
  const Node* found = optional(key);
  return found ? read_integer(*found, complaints_, least, most) : std::nullopt;
}

double Reader::number(std::string_view key) {
  const Node* found = required(key);
  return found ? read_number(*found, complaints_).value_or(0) : 0;
}
std::optional<double> Reader::optional_number(std::string_view key) {
  const Node* found = optional(key);
  return found ? read_number(*found, complaints_) : std::nullopt;
}

bool Reader::flag(std::string_view key) {
  const Node* found = required(key);
  return found && read_flag(*found, complaints_).value_or(false);
}
bool Reader::flag_or(std::string_view key, bool otherwise) {
  const Node* found = optional(key);
  return found ? read_flag(*found, complaints_).value_or(otherwise) : otherwise;
}

std::optional<std::string> Reader::optional_one_of(std::string_view key,
                                                   std::initializer_list<std::string_view> choices) {
  const Node* found = optional(key);
  if (!found) return std::nullopt;
  if (found->kind == Node::Kind::scalar && std::find(choices.begin(), choices.end(), found->text) != choices.end())
    return found->text;
  const Words got = found->described();
  const Words hint = did_you_mean(found->text, std::vector<std::string>(choices.begin(), choices.end()));
  complain(*found, "enum",
           {fmt::format("“{}”应为 {} 之一，实际是{}{}", key, joined(choices, "、"), got.zh, hint.zh),
            fmt::format("expected '{}' to be one of {}, got {}{}", key, joined(choices, ", "), got.en, hint.en)});
  return std::nullopt;
}
std::string Reader::one_of(std::string_view key, std::initializer_list<std::string_view> choices) {
  if (!required(key)) return std::string(*choices.begin());
  return optional_one_of(key, choices).value_or(std::string(*choices.begin()));
}

std::optional<Words> Reader::optional_words(std::string_view key) {
  const Node* found = optional(key);
  return found ? read_words(*found, complaints_) : std::nullopt;
}
Words Reader::words(std::string_view key) {
  const Node* found = required(key);
  return found ? read_words(*found, complaints_).value_or(Words{}) : Words{};
}

const Node& Reader::any(std::string_view key) {
  static const Node nothing;
  const Node* found = required(key);
  return found ? *found : nothing;
}

const std::vector<Node>& Reader::optional_list(std::string_view key) {
  const Node* found = optional(key);
  if (found && found->kind != Node::Kind::list) expected(*found, kList);
  return found ? found->items : kNoItems;
}
const std::vector<Node>& Reader::list(std::string_view key) { return required(key) ? optional_list(key) : kNoItems; }

const std::vector<Node::Entry>& Reader::optional_map(std::string_view key) {
  const Node* found = optional(key);
  if (found && found->kind != Node::Kind::map) expected(*found, kMap);
  return found ? found->entries : kNoEntries;
}
const std::vector<Node::Entry>& Reader::map(std::string_view key) {
  return required(key) ? optional_map(key) : kNoEntries;
}

std::vector<std::string> Reader::optional_texts(std::string_view key) {
  const Node* found = optional(key);
  std::vector<std::string> texts;
  if (!found) return texts;
  if (found->kind != Node::Kind::list) {
    if (auto text = scalar(*found, {"文字或文字列表", "text, or a list of texts"})) texts.push_back(std::move(*text));
    return texts;
  }
  for (const Node& item : found->items)
    if (auto text = scalar(item, kText)) texts.push_back(std::move(*text));
  return texts;
}
std::vector<std::string> Reader::texts(std::string_view key) {
  return required(key) ? optional_texts(key) : std::vector<std::string>{};
}

}  // namespace tongxin::pack

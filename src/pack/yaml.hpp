// YAML as packs use it: a plain tree of our own, with the place of every word, and a strict way to read it.
//
// What is refused, because it means different things to different readers: anchors, aliases, merge keys and
// tags, tabs in indentation, several documents in one file, keys that are not plain text, the same key twice,
// more than 1 MiB, 32 levels or 100,000 nodes. Values stay text until someone asks: `no` is the word "no" and
// a complaint when a flag is wanted, `017` a complaint when a number is wanted, and '12' in quotes is text.
//
// Complaints stand at "packs/loop/kinds/issue.yaml:31:9"; lines and columns count from 1, columns in
// characters (not bytes), so that they agree with any editor. Only yaml.cpp knows the library underneath.
#pragma once
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/fault.hpp"

namespace tongxin::pack {

struct Node {
  enum class Kind { nothing, scalar, list, map };
  struct Entry;

  Kind kind = Kind::nothing;
  std::string text;            // of a scalar
  bool quoted = false;         // 'so', "so" or a block: text and nothing else
  std::vector<Node> items;     // of a list
  std::vector<Entry> entries;  // of a map, in the order of the file
  std::shared_ptr<const std::string> file;
  int line = 1, column = 1;

  std::string at() const;                        // "packs/loop/kinds/issue.yaml:31:9"
  const Node* find(std::string_view key) const;  // null where there is no such key, or this is no map
  Words described() const;                       // what stands here, for "got …": "two days", a list, nothing
};

struct Node::Entry {
  std::string key;
  Node value;
  int line = 1, column = 1;  // of the key
  std::string at() const;
};

// Throws Fault(invalid) with a complaint per wrong place. `file` is only for the places. An empty text is
// Kind::nothing.
Node parse_yaml(std::string_view text, std::string file);

// Reads one map strictly, and goes on after a mistake so that all are told at once. Each getter hands back
// something harmless (empty, zero, the first choice) where it complained: look at the complaints before using
// what was read. When the reader goes, keys nobody asked for are complained of, with the one that was
// probably meant.
//
//   Reader reader(node, complaints);
//   kind.title = reader.text("title");
//   kind.display = reader.one_of("display", {"list", "map"});
//   for (const Node& item : reader.list("steps")) ...
class Reader {
 public:
  Reader(const Node& map, std::vector<Complaint>& complaints);
  ~Reader();
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;

  const Node& node() const { return map_; }
  bool has(std::string_view key) const { return map_.find(key) != nullptr; }

  // Required; a missing key is complained of at the map.
  std::string text(std::string_view key);
  std::int64_t integer(std::string_view key, std::int64_t least = INT64_MIN, std::int64_t most = INT64_MAX);
  double number(std::string_view key);
  bool flag(std::string_view key);
  std::string one_of(std::string_view key, std::initializer_list<std::string_view> choices);
  Words words(std::string_view key);      // {zh: …, en: …}, or one text for both languages
  const Node& any(std::string_view key);  // whatever stands there
  const std::vector<Node>& list(std::string_view key);
  const std::vector<Node::Entry>& map(std::string_view key);
  std::vector<std::string> texts(std::string_view key);  // a list of texts, or one text

  // Optional; absent is absent, and wrong is complained of.
  std::optional<std::string> optional_text(std::string_view key);
  std::optional<std::int64_t> optional_integer(std::string_view key, std::int64_t least = INT64_MIN,
                                               std::int64_t most = INT64_MAX);
  std::optional<double> optional_number(std::string_view key);
  bool flag_or(std::string_view key, bool otherwise);
  std::optional<std::string> optional_one_of(std::string_view key, std::initializer_list<std::string_view> choices);
  std::optional<Words> optional_words(std::string_view key);
  const Node* optional(std::string_view key);
  const std::vector<Node>& optional_list(std::string_view key);
  const std::vector<Node::Entry>& optional_map(std::string_view key);
  std::vector<std::string> optional_texts(std::string_view key);

  // A text that has a meaning elsewhere: parsed("limit", parse_limit). A Fault becomes a complaint at the
  // text.
  template <class Parse>
  auto parsed(std::string_view key, Parse&& parse) -> decltype(parse(std::string{})) {
    const Node* found = required(key);
    return found ? parse_node(*found, std::forward<Parse>(parse)) : decltype(parse(std::string{})){};
  }
  template <class Parse>
  auto optional_parsed(std::string_view key, Parse&& parse) -> std::optional<decltype(parse(std::string{}))> {
    const Node* found = optional(key);
    if (!found) return std::nullopt;
    return parse_node(*found, std::forward<Parse>(parse));
  }

  // Complaints of the caller's own, at a place of its choice.
  void complain(const Node& at, std::string code, Words say) {
    complaints_.push_back({at.at(), std::move(code), std::move(say)});
  }
  void complain(std::string at, std::string code, Words say) {
    complaints_.push_back({std::move(at), std::move(code), std::move(say)});
  }
  // "expected number of hours, got "two days""
  void expected(const Node& at, const Words& what);

 private:
  const Node* required(std::string_view key);
  std::optional<std::string> scalar(const Node& node, const Words& what);
  template <class Parse>
  auto parse_node(const Node& node, Parse&& parse) -> decltype(parse(std::string{})) {
    const auto text = scalar(node, {"文字", "text"});
    if (!text) return {};
    try {
      return parse(*text);
    } catch (const Fault& fault) {
      report(node, fault);
      return {};
    }
  }
  void report(const Node& node, const Fault& fault);

  const Node& map_;
  std::vector<Complaint>& complaints_;
  std::set<std::string, std::less<>> asked_;
};

// One value where there is no map around it: items of lists, for instance. Each complains and gives nothing
// when wrong.
std::optional<std::string> read_text(const Node& node, std::vector<Complaint>& complaints);
std::optional<std::int64_t> read_integer(const Node& node, std::vector<Complaint>& complaints,
                                         std::int64_t least = INT64_MIN, std::int64_t most = INT64_MAX);
std::optional<double> read_number(const Node& node, std::vector<Complaint>& complaints);
std::optional<bool> read_flag(const Node& node, std::vector<Complaint>& complaints);
std::optional<Words> read_words(const Node& node, std::vector<Complaint>& complaints);
void complain_expected(const Node& node, const Words& what, std::vector<Complaint>& complaints);
// ": did you mean 'title'?" in both languages, or nothing.
Words did_you_mean(std::string_view word, const std::vector<std::string>& candidates);

}  // namespace tongxin::pack

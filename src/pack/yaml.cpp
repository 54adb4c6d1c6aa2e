#include "pack/yaml.hpp"

#include <sstream>

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include "base/text.hpp"

namespace tongxin::pack {
namespace {

constexpr std::size_t kBytesMax = 1 << 20;
constexpr std::size_t kDepthMax = 32;
constexpr std::size_t kNodesMax = 100'000;
constexpr std::size_t kComplaintsMax = 100;

[[noreturn]] void refuse(std::vector<Complaint> complaints) {
  throw Fault(Code::invalid, words("YAML 文件有误", "the YAML file is wrong"), std::move(complaints));
}

struct Place {
  int line = 1, column = 1;
};

std::string place_text(const std::string& file, int line, int column) {
  return fmt::format("{}:{}:{}", file, line, column);
}

// The text as lines, to turn the library's byte columns into characters.
class Source {
 public:
  Source(std::string_view text, const std::string& file) : file_(std::make_shared<const std::string>(file)) {
    if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
    if (text.size() > kBytesMax) refuse({{file, "length", words("文件超过 1 MiB", "the file is larger than 1 MiB")}});
    text_.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i)
      if (text[i] != '\r' || i + 1 == text.size() || text[i + 1] != '\n') text_ += text[i];
    // The library takes a quote that is still open at the end of the file for closed; an end mark makes it
    // complain.
    if (!text_.ends_with('\n')) text_ += '\n';
    text_ += "...\n";
    std::string_view rest = text_;
    for (std::size_t end = rest.find('\n'); end != std::string_view::npos; end = rest.find('\n')) {
      lines_.push_back(rest.substr(0, end));
      rest.remove_prefix(end + 1);
    }
    lines_.push_back(rest);
    check_characters();
  }

  const std::string& text() const { return text_; }
  const std::shared_ptr<const std::string>& file() const { return file_; }

  Place place(const YAML::Mark& mark) const {
    if (mark.line < 0 || std::size_t(mark.line) >= lines_.size()) return {int(lines_.size()), 1};
    // Marks come in the order of the text: counting goes on from the last one, or a long line would cost its
    // square.
    const std::string_view line = lines_[std::size_t(mark.line)];
    const std::size_t byte = std::min(line.size(), std::size_t(std::max(0, mark.column)));
    if (mark.line != last_.line || byte < last_.byte) last_ = {mark.line, 0, 0};
    last_.characters += count_code_points(line.substr(last_.byte, byte - last_.byte));
    last_.byte = byte;
    return {mark.line + 1, int(last_.characters) + 1};
  }
  std::string at(const YAML::Mark& mark) const {
    const Place where = place(mark);
    return place_text(*file_, where.line, where.column);
  }

 private:
  void check_characters() const {
    std::vector<Complaint> complaints;
    for (std::size_t i = 0; i < lines_.size(); ++i) {
      const std::string_view line = lines_[i];
      const auto complain = [&](std::size_t byte, Words say) {
        const int column = is_utf8(line) ? int(count_code_points(line.substr(0, byte))) + 1 : 1;
        complaints.push_back({place_text(*file_, int(i) + 1, column), "syntax", std::move(say)});
      };
      const std::size_t indent = line.find_first_not_of(" \t");
      const std::size_t tab = line.find('\t');
      const auto control =
          std::find_if(line.begin(), line.end(), [](char c) { return (c >= 0 && c < ' ' && c != '\t') || c == 0x7F; });
      if (!is_utf8(line))
        complain(0, words("这一行不是 UTF-8 编码", "this line is not UTF-8"));
      else if (control != line.end())
        complain(std::size_t(control - line.begin()), words("这里有控制字符", "there is a control character here"));
      else if (tab != std::string_view::npos && (indent == std::string_view::npos || tab < indent))
        complain(tab, words("缩进里有制表符，请用空格", "a tab in the indentation; use spaces"));
    }
    if (!complaints.empty()) refuse(std::move(complaints));
  }

  std::shared_ptr<const std::string> file_;
  std::string text_;
  std::vector<std::string_view> lines_;
  mutable struct {
    int line = -1;
    std::size_t byte = 0, characters = 0;
  } last_;
};

// Builds the tree from the parser's events, so that an alias is refused before anything is shared.
class TreeBuilder final : public YAML::EventHandler {
 public:
  TreeBuilder(const Source& source, Node& root) : source_(source), root_(root) {}
  std::vector<Complaint>& complaints() { return complaints_; }

  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    check(mark, {}, anchor);
    leave(enter(mark, Node::Kind::nothing, {}, false));
  }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
    complain(mark,
             words("不支持别名（*名字），请把内容写全", "aliases (*name) are not supported; write the content out"));
    leave(enter(mark, Node::Kind::nothing, {}, false));
  }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    check(mark, tag, anchor);
    leave(enter(mark, Node::Kind::scalar, value, tag == "!"));
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    check(mark, tag, anchor);
    open(mark, enter(mark, Node::Kind::list, {}, false));
  }
  void OnSequenceEnd() override { close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    check(mark, tag, anchor);
    open(mark, enter(mark, Node::Kind::map, {}, false));
  }
  void OnMapEnd() override { close(); }

 private:
  // A map waits for a key, then for that key's value. Whatever a key that is no plain text contains goes to
  // `unused_`.
  struct Level {
    Node* node;
    bool has_key = false;
  };

  void complain(const YAML::Mark& mark, Words say, const char* code = "syntax") {
    complaints_.push_back({source_.at(mark), code, std::move(say)});
    if (complaints_.size() >= kComplaintsMax) refuse(std::move(complaints_));
  }
  void check(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor) {
    if (anchor != 0)
      complain(mark,
               words("不支持锚点（&名字），请把内容写全", "anchors (&name) are not supported; write the content out"));
    if (!tag.empty() && tag != "?" && tag != "!")
      complain(mark, words("不支持标签 {}", "the tag {} is not supported", tag));
    if (++nodes_ > kNodesMax)
      stop(mark, words("文件内容过多（超过 {} 项）", "the file has too many parts (over {})", kNodesMax));
  }
  [[noreturn]] void stop(const YAML::Mark& mark, Words say) { refuse({{source_.at(mark), "length", std::move(say)}}); }

  // The node that the event fills; null when it was taken as a key.
  Node* enter(const YAML::Mark& mark, Node::Kind kind, const std::string& text, bool quoted) {
    const Place where = source_.place(mark);
    Node node;
    node.kind = kind;
    node.text = text;
    node.quoted = quoted;
    node.file = source_.file();
    node.line = where.line;
    node.column = where.column;
    if (levels_.empty()) return &(root_ = std::move(node));
    Level& level = levels_.back();
    if (level.node->kind == Node::Kind::list) return &level.node->items.emplace_back(std::move(node));
    if (level.has_key) {
      level.node->entries.back().value = std::move(node);
      return &level.node->entries.back().value;
    }
    level.node->entries.push_back({text, {}, where.line, where.column});
    if (kind == Node::Kind::scalar) {
      check_key(mark, *level.node);
      return nullptr;
    }
    complain(mark, words("键须是一个词，后接冒号", "a key must be a word, followed by a colon"));
    return kind == Node::Kind::nothing ? nullptr : &(unused_.emplace_back(std::move(node)));
  }
  void check_key(const YAML::Mark& mark, const Node& map) {
    const std::string& key = map.entries.back().key;
    if (key == "<<")
      complain(mark,
               words("不支持合并键 <<，请把内容写全", "merge keys (<<) are not supported; write the content out"));
    for (std::size_t i = 0; i + 1 < map.entries.size(); ++i)
      if (map.entries[i].key == key)
        complain(mark,
                 words("键“{}”重复，前一处在第 {} 行", "the key '{}' is given twice, first in line {}", key,
                       map.entries[i].line),
                 "duplicate");
  }
  void leave(const Node*) {
    if (!levels_.empty() && levels_.back().node->kind == Node::Kind::map)
      levels_.back().has_key = !levels_.back().has_key;
  }
  void open(const YAML::Mark& mark, Node* node) {
    if (levels_.size() >= kDepthMax) stop(mark, words("嵌套超过 {} 层", "nested deeper than {} levels", kDepthMax));
    levels_.push_back({node});
  }
  void close() {
    levels_.pop_back();
    leave(nullptr);
  }

  const Source& source_;
  Node& root_;
  std::vector<Complaint> complaints_;
  std::vector<Level> levels_;
  std::deque<Node> unused_;
  std::size_t nodes_ = 0;
};

// The library's messages, for readers of Chinese.
Words syntax_words(const std::string& message) {
  static const std::map<std::string, const char*, std::less<>> known = {
      {"end of sequence flow not found", "方括号 [ ] 没有闭合"},
      {"end of map flow not found", "花括号 { } 没有闭合"},
      {"end of sequence not found", "列表没有正常结束，请检查缩进"},
      {"end of map not found", "这一层没有正常结束，请检查缩进和冒号"},
      {"illegal map value", "这里不能再出现冒号；文字里有冒号请加引号"},
      {"illegal block entry", "这里不能出现列表项“- ”，请检查缩进"},
      {"illegal flow end", "多了一个括号"},
      {"illegal EOF in scalar", "引号没有闭合"},
      {"illegal document indicator in scalar", "引号没有闭合"},
      {"unknown token", "这里有看不懂的符号，请加引号"},
      {"bad directive", "不支持以 % 开头的指令"},
  };
  for (const auto& [english, chinese] : known)
    if (message.starts_with(english)) return {chinese, message};
  return {"YAML 写法有误（" + message + "）", message};
}

}  // namespace

Node parse_yaml(std::string_view text, std::string file) {
  const Source source(text, file);
  Node root;
  root.file = source.file();
  TreeBuilder builder(source, root);
  try {
    std::istringstream stream(source.text());
    YAML::Parser parser(stream);
    if (!parser.HandleNextDocument(builder)) return root;
    Node second;
    TreeBuilder rest(source, second);
    if (parser.HandleNextDocument(rest))
      builder.complaints().push_back(
          {second.file ? second.at() : file, "syntax",
           words("一个文件只能有一份文档（---）", "one file holds one document (---) only")});
  } catch (const YAML::ParserException& error) {
    builder.complaints().push_back({source.at(error.mark), "syntax", syntax_words(error.msg)});
  }
  if (!builder.complaints().empty()) refuse(std::move(builder.complaints()));
  return root;
}

}  // namespace tongxin::pack

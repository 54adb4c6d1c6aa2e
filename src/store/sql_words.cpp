#include "store/sql_words.hpp"

#include <stdexcept>

namespace tongxin::store::inside {
namespace {

using Kind = SqlToken::Kind;

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c < 0; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
char upper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; }

std::size_t closing(std::string_view text, std::size_t from, std::string_view end) {
  const auto at = text.find(end, from);
  if (at == std::string_view::npos)
    throw Fault(Code::internal, words("SQL 文本中的 {} 没有结束", "a {} in this SQL text is never closed", end))
        .log(std::string(text.substr(from, 60)));
  return at + end.size();
}

// One after the last character of the token that begins at `at`.
std::pair<Kind, std::size_t> token_at(std::string_view text, std::size_t at) {
  const auto while_true = [&](std::size_t from, auto&& holds) {
    while (from < text.size() && holds(text[from])) ++from;
    return from;
  };
  const char c = text[at];
  if (text.substr(at).starts_with("--")) return {Kind::comment, std::min(text.find('\n', at), text.size())};
  if (text.substr(at).starts_with("/*")) return {Kind::comment, closing(text, at, "*/")};
  if (c == '\'' || c == '"') return {c == '"' ? Kind::quoted : Kind::literal, closing(text, at + 1, {&text[at], 1})};
  if (is_letter(c)) return {Kind::word, while_true(at, [](char x) { return is_letter(x) || is_digit(x); })};
  if (is_digit(c)) return {Kind::number, while_true(at, [](char x) { return is_digit(x) || x == '.'; })};
  if (c == '$') return {Kind::parameter, while_true(at + 1, is_digit)};
  for (const char* pair : {"::", "||", "<=", ">=", "<>", "!="})
    if (text.substr(at).starts_with(pair)) return {Kind::symbol, at + 2};
  return {Kind::symbol, at + 1};
}

std::string lower(std::string_view text) {
  std::string result(text);
  for (char& c : result)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
  return result;
}

std::string_view engine_word(Store::Engine engine, const SqlToken& token) {
  const bool sqlite = engine == Store::Engine::sqlite;
  if (token.is("BYTES")) return sqlite ? "BLOB" : "BYTEA";
  if (sqlite && token.is("BIGINT")) return "INTEGER";
  if (sqlite && token.is("DOUBLE")) return "REAL";
  if (sqlite && token.is("PRECISION")) return "";
  return token.text;
}

// A walk over the words of a CREATE TABLE, comments left out.
struct Walk {
  std::vector<SqlToken> tokens;
  std::size_t at = 0;
  bool more() const { return at < tokens.size(); }
  bool take(std::string_view word) { return more() && tokens[at].is(word) && ++at; }
  std::string name() { return more() ? lower(tokens[at++].text) : std::string{}; }
  std::vector<std::string> names_in_brackets() {
    std::vector<std::string> names;
    if (!take("(")) return names;
    while (more() && !take(")")) {
      if (tokens[at].kind == Kind::word) names.push_back(lower(tokens[at].text));
      ++at;
    }
    return names;
  }
};

std::optional<TableKind::Kind> kind_comment(std::string_view comment) {
  if (comment.starts_with("-- realm table")) return TableKind::Kind::realm;
  if (comment.starts_with("-- reference table")) return TableKind::Kind::reference;
  if (comment.starts_with("-- local table")) return TableKind::Kind::local;
  return std::nullopt;
}

void read_constraint(Walk& walk, TableText& table, const std::string& column) {
  const auto own = [&] { return column.empty() ? walk.names_in_brackets() : std::vector{column}; };
  if (walk.take("PRIMARY")) {
    walk.take("KEY");
    table.primary_key = own();
  } else if (walk.take("UNIQUE")) {
    table.uniques.push_back(own());
  } else if (walk.take("FOREIGN")) {
    walk.take("KEY");
    TableText::Reference reference{walk.names_in_brackets(), {}, {}};
    walk.take("REFERENCES");
    reference.table = walk.name();
    reference.their_columns = walk.names_in_brackets();
    table.references.push_back(std::move(reference));
  } else if (walk.take("REFERENCES")) {
    TableText::Reference reference{{column}, {}, walk.name()};
    reference.their_columns = walk.names_in_brackets();
    table.references.push_back(std::move(reference));
  } else {
    ++walk.at;
  }
}

}  // namespace

bool SqlToken::is(std::string_view upper_case) const {
  if (kind != Kind::word && kind != Kind::symbol) return false;
  return std::equal(text.begin(), text.end(), upper_case.begin(), upper_case.end(),
                    [](char a, char b) { return upper(a) == b; });
}

std::vector<SqlToken> sql_tokens(std::string_view text) {
  std::vector<SqlToken> tokens;
  for (std::size_t at = 0; at < text.size();) {
    if (text[at] == ' ' || text[at] == '\n' || text[at] == '\t' || text[at] == '\r') {
      ++at;
      continue;
    }
    const auto [kind, until] = token_at(text, at);
    tokens.push_back({kind, text.substr(at, until - at)});
    at = until;
  }
  return tokens;
}

std::vector<std::string_view> split_statements(std::string_view text) {
  std::vector<std::string_view> statements;
  std::size_t from = 0;
  bool any = false;
  const auto end = [&](std::size_t until) {
    if (any) statements.push_back(text.substr(from, until - from));
    any = false;
  };
  for (const auto& token : sql_tokens(text)) {
    if (token.is(";")) {
      const auto at = static_cast<std::size_t>(token.text.data() - text.data());
      end(at);
      from = at + 1;
    } else if (token.kind != Kind::comment) {
      any = true;
    }
  }
  end(text.size());
  return statements;
}

std::string expand_for(Store::Engine engine, std::string_view statement) {
  const bool sqlite = engine == Store::Engine::sqlite;
  const bool table = read_create_table(statement).has_value();
  bool without_rowid = false;
  std::string text;
  std::size_t copied = 0;
  const auto tokens = sql_tokens(statement);
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    const auto& token = tokens[i];
    const auto at = static_cast<std::size_t>(token.text.data() - statement.data());
    text += statement.substr(copied, at - copied);
    copied = at + token.text.size();
    if (table && token.is("WITHOUT") && i + 1 < tokens.size() && tokens[i + 1].is("ROWID"))
      without_rowid = true;
    else if (without_rowid && token.is("ROWID"))
      continue;
    else if (token.kind == Kind::word)
      text += engine_word(engine, token);
    else if (token.kind != Kind::comment)
      text += token.text;
  }
  if (sqlite && table) text += without_rowid ? " WITHOUT ROWID, STRICT" : " STRICT";
  return text;
}

std::optional<TableText> read_create_table(std::string_view statement) {
  TableText table;
  Walk walk;
  for (auto& token : sql_tokens(statement)) {
    if (token.kind != Kind::comment)
      walk.tokens.push_back(token);
    else if (walk.tokens.empty() && kind_comment(token.text))
      table.kind = kind_comment(token.text);
  }
  if (!walk.take("CREATE") || !walk.take("TABLE")) return std::nullopt;
  if (walk.take("IF") && walk.take("NOT")) walk.take("EXISTS");
  table.table = walk.name();
  walk.take("(");
  std::string column;  // of the item that is being read; empty for a constraint of the table
  int depth = 0;
  for (bool starts = true; walk.more();) {
    const auto& token = walk.tokens[walk.at];
    if (starts) {
      const bool constraint = token.is("PRIMARY") || token.is("UNIQUE") || token.is("FOREIGN") || token.is("CHECK") ||
                              token.is("CONSTRAINT");
      column = constraint ? "" : walk.name();
      if (!constraint && walk.more()) table.columns.emplace_back(column, lower(walk.tokens[walk.at].text));
      starts = false;
    } else if (depth == 0 && token.is(",")) {
      starts = true;
      ++walk.at;
    } else if (token.is("(")) {
      ++depth, ++walk.at;
    } else if (token.is(")")) {
      --depth, ++walk.at;
    } else if (depth == 0) {
      read_constraint(walk, table, column);
    } else {
      ++walk.at;
    }
  }
  return table;
}

std::optional<AddedColumn> read_added_column(std::string_view statement) {
  Walk walk;
  for (auto& token : sql_tokens(statement))
    if (token.kind != Kind::comment) walk.tokens.push_back(token);
  if (!walk.take("ALTER") || !walk.take("TABLE")) return std::nullopt;
  AddedColumn added;
  added.table = walk.name();
  if (!walk.take("ADD") || !walk.take("COLUMN"))
    throw std::logic_error("a table can only be altered by ADD COLUMN: " + added.table);
  added.column = walk.name();
  added.type = walk.name();
  return added;
}

}  // namespace tongxin::store::inside

// SQL text as words: enough to expand migrations for an engine and to check the rules of design/SQL.md.
// Inside the store.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "store/store.hpp"

namespace tongxin::store::inside {

struct SqlToken {
  enum class Kind { word, number, parameter, literal, quoted, comment, symbol } kind;
  std::string_view text;                       // into the text that was read; a literal with its quotes
  bool is(std::string_view upper_case) const;  // the word or symbol, letter case ignored
};

// Throws Fault(internal) at an unclosed quote or comment. White space is left out.
std::vector<SqlToken> sql_tokens(std::string_view text);

// Splits at ';' outside of quotes and comments; leaves out what holds no word.
std::vector<std::string_view> split_statements(std::string_view text);

// One statement in the engine's own words (types, STRICT, WITHOUT ROWID).
std::string expand_for(Store::Engine engine, std::string_view statement);

// A CREATE TABLE in pieces; nothing for other statements.
struct TableText {
  std::string table;
  std::optional<TableKind::Kind> kind;                       // from the comment above it
  std::vector<std::pair<std::string, std::string>> columns;  // name and first word of the type, in lower case
  std::vector<std::string> primary_key;
  std::vector<std::vector<std::string>> uniques;
  struct Reference {
    std::vector<std::string> columns, their_columns;
    std::string table;
  };
  std::vector<Reference> references;
};
std::optional<TableText> read_create_table(std::string_view statement);

// ALTER TABLE … ADD COLUMN in pieces, all in lower case; nothing for other statements. Another ALTER TABLE is a mistake
// (std::logic_error): whoever reads migrations for the shape of a table could not follow it.
struct AddedColumn {
  std::string table, column, type;
};
std::optional<AddedColumn> read_added_column(std::string_view statement);

}  // namespace tongxin::store::inside

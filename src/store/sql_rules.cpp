// The rules of design/SQL.md that can be checked by reading text. Numbers in the complaints are that document's.
#include "store/search_schema.hpp"
#include "store/sql_words.hpp"

namespace tongxin::store {
namespace {

using inside::SqlToken;
using inside::TableText;
using Kind = TableKind::Kind;

struct Rules {
  std::map<std::string, Kind> kinds;
  std::vector<Complaint> complaints;

  void complain(std::string at, const char* rule, Words say) {
    complaints.push_back({std::move(at), rule, std::move(say)});
  }
  bool realm(const std::string& table) const {
    const auto found = kinds.find(table);
    return found != kinds.end() && found->second == Kind::realm;
  }

  void realm_first(const std::string& at, const std::vector<std::string>& columns, const char* what) {
    if (!columns.empty() && columns.front() == "realm_id") return;
    complain(at, "rule 2", words("{} 应以 realm_id 开头（第 2 条）", "{} must begin with realm_id (rule 2)", what));
  }

  void table(const std::string& at, const TableText& table) {
    if (!table.kind)
      complain(at, "rule 1",
               words("表前缺少 -- realm table、-- reference table 或 -- local table（第 1 条）",
                     "no -- realm table, -- reference table or -- local table above it (rule 1)"));
    if (table.kind != Kind::realm) return;
    realm_first(at, table.primary_key, "PRIMARY KEY");
    for (const auto& unique : table.uniques) realm_first(at, unique, "UNIQUE");
    for (const auto& reference : table.references) {
      if (!realm(reference.table)) continue;
      realm_first(at, reference.columns, "FOREIGN KEY");
      realm_first(at, reference.their_columns, "REFERENCES");
    }
  }

  // CREATE [UNIQUE] INDEX name ON table (columns)
  void index(const std::string& at, const std::vector<SqlToken>& tokens) {
    std::size_t on = 0;
    while (on < tokens.size() && !tokens[on].is("ON")) ++on;
    if (on + 3 >= tokens.size() || !realm(std::string(tokens[on + 1].text)) || !tokens[on + 2].is("(")) return;
    realm_first(at, {std::string(tokens[on + 3].text)}, "INDEX");
  }

  void words_of_one_engine(const std::string& at, const std::vector<SqlToken>& tokens) {
    static constexpr std::string_view kUnknown[] = {
        "MERGE",  "TRUNCATE", "ILIKE", "GLOB",   "STRING_AGG", "GROUP_CONCAT",  "GREATEST", "LEAST", "NOW",
        "RANDOM", "USING",    "::",    "SERIAL", "IDENTITY",   "AUTOINCREMENT", "TRIGGER",  "ANY"};
    for (std::size_t i = 0; i < tokens.size(); ++i) {
      const auto& token = tokens[i];
      const bool insert_or = token.is("OR") && i > 0 && tokens[i - 1].is("INSERT");
      if (token.kind == SqlToken::Kind::quoted || token.is("?") || insert_or ||
          std::any_of(std::begin(kUnknown), std::end(kUnknown), [&](auto word) { return token.is(word); }))
        complain(at, "rule 22",
                 words("{} 不是两种引擎共有的写法（第 21、22 条）",
                       "{} is not understood alike by both engines (rules 21 and 22)", token.text));
    }
  }

  // Each use of a realm table needs its realm_id: a join that forgets one reads, or on Citus visits, every realm.
  void statement(const Sql& sql) {
    const auto tokens = without_comments(sql.text);
    words_of_one_engine(sql.name, tokens);
    int uses = 0, realm_ids = 0;
    std::string last;
    for (std::size_t i = 0; i < tokens.size(); ++i) {
      if (tokens[i].is("REALM_ID")) ++realm_ids;
      const bool names_table =
          i > 0 && (tokens[i - 1].is("FROM") || tokens[i - 1].is("JOIN") || tokens[i - 1].is("INTO") ||
                    tokens[i - 1].is("UPDATE") || tokens[i - 1].is(","));
      if (!names_table || tokens[i].kind != SqlToken::Kind::word || !realm(std::string(tokens[i].text))) continue;
      ++uses;
      last = tokens[i].text;
    }
    if (realm_ids < uses)
      complain(sql.name, "rule 15",
               words("每次用到表 {} 都要写明 realm_id（第 15 条）",
                     "every use of the table {} needs its realm_id (rule 15)", last));
  }

  static std::vector<SqlToken> without_comments(std::string_view text) {
    auto tokens = inside::sql_tokens(text);
    std::erase_if(tokens, [](const SqlToken& token) { return token.kind == SqlToken::Kind::comment; });
    return tokens;
  }
};

}  // namespace

std::vector<Complaint> check_sql_rules(std::span<const Migration> migrations, std::span<const Sql> statements) {
  Rules rules;
  for (const auto& kind : table_kinds(migrations)) rules.kinds[kind.table] = kind.kind;
  for (const auto& migration : migrations)
    for (const auto text : inside::split_statements(migration.text)) {
      const auto tokens = Rules::without_comments(text);
      const auto table = inside::read_create_table(text);
      const auto at = fmt::format("{} {}: {}", migration.number, migration.name,
                                  table ? table->table : std::string(tokens.size() > 2 ? tokens[2].text : text));
      rules.words_of_one_engine(at, tokens);
      if (table)
        rules.table(at, *table);
      else if (tokens.size() > 1 && (tokens[1].is("INDEX") || tokens[1].is("UNIQUE")))
        rules.index(at, tokens);
    }
  for (const auto& sql : statements) rules.statement(sql);
  return rules.complaints;
}

}  // namespace tongxin::store

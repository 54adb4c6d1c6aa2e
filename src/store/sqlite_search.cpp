// The text index on SQLite: FTS5 over terms made by the program, contentless, without positions.
//
// Documents are FTS5's rowids, so that "newest first" is the order of its lists. Should two realms use one
// number, its row of the index holds the terms of both (they differ by their prefix) and search_text tells
// them apart.
#include "store/search_schema.hpp"
#include "store/sqlite_store.hpp"

namespace tongxin::store::inside {
namespace {

constexpr Sql kOld{"search_old", "SELECT realm_id, kind, body FROM search_text WHERE document = $1 ORDER BY realm_id"};
constexpr Sql kForget{"search_forget", "DELETE FROM search_text WHERE document = $1 AND realm_id = $2"};
constexpr Sql kKeep{"search_keep",
                    "INSERT INTO search_text (document, realm_id, kind, body) VALUES ($1, $2, $3, $4) "
                    "ON CONFLICT (document, realm_id) DO UPDATE SET kind = excluded.kind, body = excluded.body"};
constexpr Sql kUnindex{"search_unindex",
                       "INSERT INTO search_index (search_index, rowid, terms) VALUES ('delete', $1, $2)"};
constexpr Sql kIndex{"search_index", "INSERT INTO search_index (rowid, terms) VALUES ($1, $2)"};
constexpr Sql kCandidates{
    "search_candidates",
    "SELECT rowid FROM search_index WHERE search_index MATCH $1 AND rowid < $2 ORDER BY rowid DESC"};
constexpr Sql kBody{"search_body", "SELECT kind, body FROM search_text WHERE document = $1 AND realm_id = $2"};

void add_terms(std::string& all, std::int64_t realm, std::string_view kind, std::string_view folded) {
  for (const auto& term : index_terms(realm, kind, folded)) (all += term) += ' ';
}

void apply(SqliteConnection& connection, const IndexChange& change) {
  std::string before, after;
  bool same = false;
  const std::array<Value, 1> key{Value(change.document)};
  connection.query(kOld, key, [&](const Row& row) {
    add_terms(before, row.integer(0), row.text(1), row.text(2));
    if (row.integer(0) != change.realm)
      add_terms(after, row.integer(0), row.text(1), row.text(2));
    else
      same = row.text(1) == change.kind && row.text(2) == change.folded;
    return true;
  });
  if (same) return;
  if (!before.empty()) connection.run(kUnindex, change.document, before);
  if (change.folded.empty()) {
    connection.run(kForget, change.document, change.realm);
  } else {
    connection.run(kKeep, change.document, change.realm, change.kind, change.folded);
    add_terms(after, change.realm, change.kind, change.folded);
  }
  if (!after.empty()) connection.run(kIndex, change.document, after);
}

// In FTS5's language: "term" AND "term" AND "beginning"*. Terms hold no quotes.
std::string match_text(const SearchQuery& query, std::int64_t realm, std::string_view kind) {
  const auto prefix = realm_prefix(realm);
  std::string match;
  const auto add = [&](std::string_view term, std::string_view star) {
    match += fmt::format("{}\"{}\"{}", match.empty() ? "" : " AND ", term, star);
  };
  for (const auto& term : query.whole) add(prefix + term, "");
  for (const auto& term : query.begins) add(prefix + term, "*");
  if (!kind.empty()) add(kind_term(prefix, kind), "");
  return match;
}

}  // namespace

void apply_index_changes(SqliteConnection& connection, const std::vector<IndexChange>& changes) {
  for (const auto& change : changes) apply(connection, change);
}

std::vector<std::int64_t> SqliteStore::search(RealmId realm, std::string_view kind, std::string_view text,
                                              std::int64_t before, int limit, const Accept& accept,
                                              std::int64_t* go_on_below) {
  std::vector<std::int64_t> found;
  if (go_on_below) *go_on_below = 0;
  const SearchQuery query(text);
  if (query.empty() || limit <= 0) return found;
  const auto match = match_text(query, realm.value, kind);
  read([&](Tx& tx) {
    int candidates = 0;
    tx.each(
        kCandidates,
        [&](const Row& candidate) {
          const auto document = candidate.integer(0);
          bool hit = false;
          tx.each(
              kBody, [&](const Row& row) { hit = (kind.empty() || row.text(0) == kind) && query.matches(row.text(1)); },
              document, realm.value);
          if (hit && (!accept || accept(tx, document))) found.push_back(document);
          if (static_cast<int>(found.size()) < limit && ++candidates < kSearchCandidates) return true;
          if (go_on_below) *go_on_below = document;
          return false;
        },
        match, before > 0 ? before : INT64_MAX);
  });
  return found;
}

void SqliteStore::remove_from_index(Tx& tx, RealmId realm, std::int64_t document) { tx.index(realm, document, {}, {}); }

}  // namespace tongxin::store::inside

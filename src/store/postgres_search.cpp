// The text index on PostgreSQL: a tsvector of terms made by the program, under GIN.
//
// GIN gives all matches of a term, in no order; for a frequent word that is most of the table. So the newest
// kWalked texts are looked through first: a frequent word fills the page there. Only a word that is rare
// among them asks GIN, and then its matches are few.
#include "store/postgres_store.hpp"
#include "store/search_schema.hpp"

namespace tongxin::store::inside {
namespace {

constexpr Sql kForget{"search_forget", "DELETE FROM search_text WHERE realm_id = $1 AND document = $2"};
constexpr Sql kKeep{
    "search_keep",
    "INSERT INTO search_text (realm_id, document, kind, body, terms) "
    "VALUES ($1, $2, $3, $4, array_to_tsvector(CAST($5 AS text[]))) "
    "ON CONFLICT (realm_id, document) DO UPDATE SET kind = excluded.kind, body = excluded.body, "
    "terms = excluded.terms WHERE search_text.kind <> excluded.kind OR search_text.body <> excluded.body"};

constexpr Sql kNewest{"search_newest",
                      "SELECT document, body FROM (SELECT document, body FROM search_text WHERE realm_id = $1 "
                      "AND document < $2 ORDER BY document DESC LIMIT 2000) AS newest "
                      "WHERE strpos(body, $3) > 0 ORDER BY document DESC"};
constexpr Sql kNewestOfKind{"search_newest_of_kind",
                            "SELECT document, body FROM (SELECT document, body FROM search_text WHERE realm_id = $1 "
                            "AND document < $2 AND kind = $4 ORDER BY document DESC LIMIT 2000) AS newest "
                            "WHERE strpos(body, $3) > 0 ORDER BY document DESC"};
constexpr int kWalked = 2000;
constexpr Sql kWalkEnd{"search_walk_end",
                       "SELECT document FROM search_text WHERE realm_id = $1 AND document < $2 "
                       "ORDER BY document DESC LIMIT 1 OFFSET 1999"};
constexpr Sql kWalkEndOfKind{"search_walk_end_of_kind",
                             "SELECT document FROM search_text WHERE realm_id = $1 AND document < $2 AND kind = $3 "
                             "ORDER BY document DESC LIMIT 1 OFFSET 1999"};
constexpr Sql kMatches{"search_matches",
                       "WITH m AS MATERIALIZED (SELECT document FROM search_text WHERE realm_id = $1 "
                       "AND terms @@ CAST($2 AS tsquery) AND document < $3) "
                       "SELECT document FROM m ORDER BY document DESC LIMIT $4"};
constexpr Sql kBodies{"search_bodies",
                      "SELECT document, kind, body FROM search_text WHERE realm_id = $1 "
                      "AND document = ANY(CAST($2 AS bigint[])) ORDER BY document DESC"};
constexpr std::size_t kBodiesAtOnce = 100;

std::string match_text(const SearchQuery& query, std::int64_t realm, std::string_view kind) {
  const auto prefix = realm_prefix(realm);
  std::string match;
  const auto add = [&](std::string_view term, std::string_view star) {
    match += fmt::format("{}'{}'{}", match.empty() ? "" : " & ", term, star);
  };
  for (const auto& term : query.whole) add(prefix + term, "");
  for (const auto& term : query.begins) add(prefix + term, ":*");
  if (!kind.empty()) add(kind_term(prefix, kind), "");
  return match;
}

struct Search {
  Tx& tx;
  const SearchQuery& query;
  std::int64_t realm;
  std::string_view kind;
  std::size_t limit;
  const Store::Accept& accept;
  std::vector<std::int64_t> found;
  int looked_at = 0;
  std::int64_t stopped_at = 0;  // where the limit was reached; 0: went to the end

  // False: enough.
  bool look(std::int64_t document, std::string_view body) {
    if (query.matches(body) && (!accept || accept(tx, document))) found.push_back(document);
    if (found.size() < limit && ++looked_at < Store::kSearchCandidates) return true;
    stopped_at = document;
    return false;
  }

  // The newest kWalked below `before`. Where to go on below, or nothing.
  std::optional<std::int64_t> walk(std::int64_t before) {
    const auto each = [&](const Row& row) { return look(row.integer(0), row.text(1)); };
    const auto& piece = query.pieces.front();
    if (kind.empty())
      tx.each(kNewest, each, realm, before, piece);
    else
      tx.each(kNewestOfKind, each, realm, before, piece, kind);
    if (stopped_at != 0) return std::nullopt;
    looked_at = kWalked;
    return kind.empty() ? tx.one<std::int64_t>(kWalkEnd, realm, before)
                        : tx.one<std::int64_t>(kWalkEndOfKind, realm, before, kind);
  }

  void by_index(std::int64_t before) {
    const int most = Store::kSearchCandidates - looked_at;
    const auto documents = tx.all<std::int64_t>(kMatches, realm, match_text(query, realm, kind), before, most);
    for (std::size_t from = 0; from < documents.size() && stopped_at == 0; from += kBodiesAtOnce) {
      const auto until = std::min(documents.size(), from + kBodiesAtOnce);
      std::string list = "{";
      for (std::size_t i = from; i < until; ++i) list += fmt::format("{}{}", i > from ? "," : "", documents[i]);
      list += "}";
      tx.each(
          kBodies,
          [&](const Row& row) { return (!kind.empty() && row.text(1) != kind) || look(row.integer(0), row.text(2)); },
          realm, list);
    }
  }
};

}  // namespace

void apply_index_changes(PostgresConnection& connection, const std::vector<IndexChange>& changes) {
  for (const auto& change : changes) {
    if (change.folded.empty()) {
      const std::array<Value, 2> key{Value(change.realm), Value(change.document)};
      connection.later(kForget, key);
      continue;
    }
    std::string terms = "{";  // letters, digits and '§' only: nothing to escape
    for (const auto& term : index_terms(change.realm, change.kind, change.folded))
      terms += fmt::format("{}\"{}\"", terms.size() > 1 ? "," : "", term);
    terms += "}";
    const std::array<Value, 5> row{Value(change.realm), Value(change.document), Value(change.kind),
                                   Value(change.folded), Value(terms)};
    connection.later(kKeep, row);
  }
}

std::vector<std::int64_t> PostgresStore::search(RealmId realm, std::string_view kind, std::string_view text,
                                                std::int64_t before, int limit, const Accept& accept,
                                                std::int64_t* go_on_below) {
  if (go_on_below) *go_on_below = 0;
  const SearchQuery query(text);
  if (query.empty() || limit <= 0) return {};
  return read([&](Tx& tx) {
    Search search{tx, query, realm.value, kind, static_cast<std::size_t>(limit), accept, {}, 0, 0};
    if (const auto rest = search.walk(before > 0 ? before : INT64_MAX)) search.by_index(*rest);
    if (go_on_below) *go_on_below = search.stopped_at;
    return search.found;
  });
}

void PostgresStore::remove_from_index(Tx& tx, RealmId realm, std::int64_t document) {
  tx.index(realm, document, {}, {});
}

}  // namespace tongxin::store::inside

// The store's own tables, as migrations numbered 0 and below, and how terms name their realm and kind in an
// index that all realms share. Inside the store.
#pragma once
#include <string>

#include "store/store.hpp"

namespace tongxin::store::inside {

// Bodies are kept folded: a piece is looked for in them, and the index needs the old text to forget it.
// The key begins with the document on SQLite so that one lookup finds the bodies of all realms (see
// sqlite_search.cpp).
inline constexpr Migration kSqliteSearch{0, "store search", R"(
-- realm table
CREATE TABLE search_text (
  document BIGINT NOT NULL, realm_id BIGINT NOT NULL, kind TEXT NOT NULL, body TEXT NOT NULL,
  PRIMARY KEY (document, realm_id)
) WITHOUT ROWID;
CREATE VIRTUAL TABLE search_index USING fts5(terms, content='', detail=none, columnsize=0, tokenize='ascii');
)"};
inline constexpr Migration kPostgresSearch{0, "store search", R"(
-- realm table
CREATE TABLE search_text (
  realm_id BIGINT NOT NULL, document BIGINT NOT NULL, kind TEXT NOT NULL, body TEXT NOT NULL, terms TSVECTOR NOT NULL,
  PRIMARY KEY (realm_id, document)
);
CREATE INDEX search_text_kind ON search_text (realm_id, kind, document);
CREATE INDEX search_text_terms ON search_text USING gin (terms) WITH (gin_pending_list_limit = 1024);
)"};

// Every term of a realm begins with these four letters, a digest of the realm: so a search reads its own
// realm's lists only. Realms that share a digest are told apart by search_text.
std::string realm_prefix(std::int64_t realm);
// A term that every document of that kind has.
std::string kind_term(std::string_view prefix, std::string_view kind);
// The terms of a document's folded text with their prefix, and its kind.
std::vector<std::string> index_terms(std::int64_t realm, std::string_view kind, std::string_view folded);

}  // namespace tongxin::store::inside

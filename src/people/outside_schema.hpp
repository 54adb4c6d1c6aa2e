// Tables of signing in from outside, numbers 530 to 539, in the common words of both engines (design/SQL.md).
#pragma once
#include <array>

#include "store/store.hpp"

namespace tongxin::people {

inline constexpr std::array kOutsideMigrations = {
    store::Migration{530, "outside_identity", R"(
-- realm table: who somebody is at an identity provider
CREATE TABLE outside_identity (
  realm_id BIGINT NOT NULL, issuer TEXT NOT NULL, subject TEXT NOT NULL, person BIGINT NOT NULL,
  first_at BIGINT NOT NULL, last_at BIGINT NOT NULL,
  PRIMARY KEY (realm_id, issuer, subject)
);
CREATE INDEX outside_identity_person ON outside_identity (realm_id, person);)"},
    // hint: the sealed ID token, which the provider wants to see when the session there is to end.
    store::Migration{531, "outside_session", R"(
-- realm table: sessions that began at an identity provider
CREATE TABLE outside_session (
  realm_id BIGINT NOT NULL, session BIGINT NOT NULL, second_factor INTEGER NOT NULL CHECK (second_factor IN (0, 1)),
  hint BYTES NOT NULL, until_at BIGINT NOT NULL,
  PRIMARY KEY (realm_id, session)
);
CREATE INDEX outside_session_until ON outside_session (realm_id, until_at);)"},
};

}  // namespace tongxin::people

// Two other ways in: API tokens for programs, and codes sent to a phone for residents.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "people/accounts.hpp"

namespace tongxin::people {

// --- API tokens. A token acts for a person, with that person's posts, and within its scopes only.
struct Token {
  TokenId id;
  PersonId person;
  std::string name;
  std::string scopes;  // words with a space between: "records:read records:write"
  Time until_at{}, created_at{}, used_at{};
};
BOOST_DESCRIBE_STRUCT(Token, (), (id, person, name, scopes, until_at, created_at, used_at))

struct NewToken {
  std::string text;  // shown once
  Token token;
};
// `until` at most a year away. A scope is a word of a-z 0-9 _ - : and the caller knows which there are.
NewToken add_token(store::Tx& tx, const Doing& doing, PersonId person, std::string_view name,
                   const std::vector<std::string>& scopes, Time until);
// One indexed select. None when unknown, expired or revoked.
std::optional<Token> find_token(store::Tx& tx, std::string_view text, Time now);
void touch_token(store::Tx& tx, std::string_view text, Time now);
bool has_scope(const Token& token, std::string_view scope);
std::vector<Token> tokens_of(store::Tx& tx, RealmId realm, PersonId person);
bool revoke_token(store::Tx& tx, const Doing& doing, PersonId person, TokenId token);

// --- phone codes: six digits, five minutes, five tries
// A code belongs to the number and to whoever asked for it (`requester`: the network, or a cookie set at the start), so a
// stranger who asks for codes or guesses cannot spoil the one its owner was sent.
struct PhoneCode {
  std::string phone;  // in its one form: send the code there
  std::string code;
  std::chrono::milliseconds wait{0};  // not zero: too soon, nothing to send
};
// The wait before the next code doubles from a minute to an hour. Throws Fault(invalid) for what is no phone number.
PhoneCode start_phone_code(store::Tx& tx, const Vault& vault, RealmId realm, std::string_view phone,
                           std::string_view requester, std::string_view address, Time now);
// Counts the try; a right code works once. Returned, not thrown, so that the count stays.
bool take_phone_code(store::Tx& tx, const Vault& vault, RealmId realm, std::string_view phone,
                     std::string_view requester, std::string_view code, Time now);
// The session of one who proved a phone. Throws Fault(forbidden) for a person whose account asks for a second factor or is
// disabled: a phone must not be the weaker door to the same desk.
NewSession open_phone_session(store::Tx& tx, RealmId realm, IdSource& ids, PersonId person, std::string_view device,
                              const SessionRules& rules, Time now);

}  // namespace tongxin::people

// Persons and their private fields.
//
// Private fields are phone, id_card and address, and nothing else can be stored (G1). Each is kept sealed; phone and
// id_card are found by a blind index. Who opens one of somebody else's must say why, and an entry in the access log is
// written in the same transaction: the person concerned can read it. Opening one's own needs no reason and leaves no entry.
#pragma once
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "people/doing.hpp"
#include "people/sealed.hpp"
#include "people/types.hpp"

namespace tongxin::people {

enum class PrivateField { phone, id_card, address };
BOOST_DESCRIBE_ENUM(PrivateField, phone, id_card, address)

// Every person has a purpose (G2): why we know them. `delete_after` 0 means "while they hold a post"; who holds none when
// that is asked for must have a day. Code, name and purpose are one line each.
struct NewPerson {
  PersonId id{};  // made when none
  std::string code{};
  std::string name{};
  std::string purpose{};
  Day delete_after = 0;
  std::map<PrivateField, std::string> fields{};
};
PersonId add_person(store::Tx& tx, const Vault& vault, const Doing& doing, const NewPerson& person);
std::optional<Person> find_person(store::Tx& tx, RealmId realm, PersonId person);
std::optional<Person> find_person(store::Tx& tx, RealmId realm, std::string_view code);
// The names of many, in no order; whoever is not known is left out.
void names_of(store::Tx& tx, RealmId realm, std::span<const PersonId> persons,
              const std::function<void(PersonId, std::string name)>& each);

// What is given changes. The answer to a person's request for correction.
struct PersonChange {
  std::optional<std::string> name{};
  std::optional<std::string> purpose{};
  std::optional<Day> delete_after{};
};
void change_person(store::Tx& tx, const Doing& doing, PersonId person, const PersonChange& change);

// An empty text removes the field. Throws Fault(invalid) for what is no phone number or identity number.
void set_private(store::Tx& tx, const Vault& vault, const Doing& doing, PersonId person, PrivateField field,
                 std::string_view text);
// Which fields hold something; tells nothing of what.
std::vector<PrivateField> private_fields(store::Tx& tx, RealmId realm, PersonId person);
// Opens a field and writes the log. `record` is the matter for which it is opened, if there is one. Throws Fault(invalid)
// for an empty reason, and Fault(not_found) when the field is empty.
std::string open_private(store::Tx& tx, const Vault& vault, const Doing& doing, PersonId person, PrivateField field,
                         RecordId record = {});
// Only for the system's own use of a number (sending a message to that person): not logged, never shown to anybody.
std::optional<std::string> private_for_delivery(store::Tx& tx, const Vault& vault, RealmId realm, PersonId person,
                                                PrivateField field);

// All who have this number (a family may share one). Several forms of one number find the same people.
std::vector<PersonId> find_by_phone(store::Tx& tx, const Vault& vault, RealmId realm, std::string_view phone);
std::vector<PersonId> find_by_id_card(store::Tx& tx, const Vault& vault, RealmId realm, std::string_view id_card);

// --- who has looked
struct Access {
  std::int64_t id = 0;
  Time at{};
  PersonId actor{};
  RecordId record{};   // none when it was no matter's
  std::string what{};  // phone, id_card, address, or a field of a record
  std::string reason{};
};
BOOST_DESCRIBE_STRUCT(Access, (), (id, at, actor, record, what, reason))

// The same with whose it was, for those who watch over all of them.
struct RealmAccess {
  std::int64_t id = 0;
  Time at{};
  PersonId actor{};
  RecordId record{};
  std::string what{}, reason{};
  PersonId person{};
};
BOOST_DESCRIBE_STRUCT(RealmAccess, (), (id, at, actor, record, what, reason, person))
std::vector<RealmAccess> access_log_of_all(store::Tx& tx, RealmId realm, int limit, LogPlace before = {});

// For any private part of anything that concerns a person; used by the record engine as well. The reason is doing.reason
// and must not be empty, unless the actor is the person.
void log_access(store::Tx& tx, const Doing& doing, PersonId person, std::string_view what, RecordId record = {});
// Newest first; `before` pages on.
std::vector<Access> access_log_of(store::Tx& tx, RealmId realm, PersonId person, int limit = 100,
                                  std::int64_t before = std::numeric_limits<std::int64_t>::max());

// --- deletion
// Leaves the id and the purpose, so that what others did and decided stays whole; name, code, private fields, accounts,
// sessions, tokens and links are gone. Refused while the person holds a post. What the rest of the house holds of a person goes
// in the same transaction: aspect/leaving.hpp.
void erase_person(store::Tx& tx, const Doing& doing, PersonId person);
// Whose day of deletion has come and who holds no post: whom the job of retention erases, each in a transaction of its own.
std::vector<PersonId> due_persons(store::Tx& tx, RealmId realm, Day day);

}  // namespace tongxin::people

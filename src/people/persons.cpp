#include "people/persons.hpp"

#include "base/text.hpp"
#include "people/accounts_sql.hpp"
#include "people/filters.hpp"
#include "people/looks.hpp"
#include "people/sql.hpp"
#include "store/by_thirty_twos.hpp"

namespace tongxin::people {
namespace {

constexpr store::Sql kAccessOfRecord{
    "access_of_record",
    "SELECT id, at, actor, record, what, reason FROM access_log WHERE realm_id = $1 AND record = $2 "
    "AND record <> 0 AND id < $3 ORDER BY id DESC LIMIT $4"};

[[noreturn]] void refuse(Code code, std::string at, std::string kind, Words say) {
  throw Fault(code, say, {{std::move(at), std::move(kind), say}});
}

std::string_view name_of(PrivateField field) {
  switch (field) {
    case PrivateField::phone: return "phone";
    case PrivateField::id_card: return "id_card";
    case PrivateField::address: return "address";
  }
  return "";
}

constexpr std::array kFields = {PrivateField::phone, PrivateField::id_card, PrivateField::address};

void need_line(std::string_view at, std::string_view text, std::size_t longest, bool required) {
  if (required && trim(text).empty())
    refuse(Code::invalid, std::string(at), "required", words("{} 不能为空", "{} must not be empty", at));
  if (!is_utf8(text) || !is_one_line(text) || count_code_points(text) > longest)
    refuse(Code::invalid, std::string(at), "length",
           words("{} 应是一行不超过 {} 个字的文字", "{} must be one line of at most {} characters", at, longest));
}

// The one form in which a field is kept and hashed.
std::string clean(PrivateField field, std::string_view text) {
  if (field == PrivateField::phone) {
    std::string phone = clean_phone(text);
    if (!is_phone(phone))
      refuse(Code::invalid, "/phone", "format", words("不是电话号码", "this is not a phone number"));
    return phone;
  }
  if (field == PrivateField::id_card) {
    std::string card(trim(text));
    if (!card.empty() && card.back() == 'x') card.back() = 'X';
    if (!is_id_card(card))
      refuse(Code::invalid, "/id_card", "format", words("不是有效的身份证号码", "this is not a valid identity number"));
    return card;
  }
  need_line("/address", text, 200, true);
  return std::string(trim(text));
}

void need_purpose(std::string_view purpose, Day delete_after) {
  need_line("/purpose", purpose, 100, true);
  if (delete_after != 0 && !is_day(delete_after))
    refuse(Code::invalid, "/delete_after", "format",
           words("删除日期不是有效日期", "the day of deletion is not a date"));
}

Person need_person(store::Tx& tx, RealmId realm, PersonId id) {
  auto found = find_person(tx, realm, id);
  if (!found || found->erased)
    refuse(Code::not_found, "/person", "unknown",
           words("没有编号为 {} 的人员", "there is no person with the id {}", to_text(id)));
  return std::move(*found);
}

std::vector<PersonId> find_by(store::Tx& tx, const Vault& vault, RealmId realm, PrivateField field,
                              std::string_view text) {
  const Bytes hash = vault.blind_index(realm, name_of(field), text);
  return tx.all<PersonId>(sql::kFindByIndex, realm, name_of(field), hash);
}

void erase(store::Tx& tx, const Doing& doing, PersonId id) {
  tx.run(sql::kDropAllPrivate, doing.realm, id);
  tx.run(sql::kDropAllIndex, doing.realm, id);
  tx.run(sql::kDropSessionsOf, doing.realm, id);
  tx.run(sql::kDropTokensOf, doing.realm, id);
  tx.run(sql::kDropRecoveryOfPerson, doing.realm, id);
  tx.run(sql::kDropAccountsOf, doing.realm, id);
  tx.run(sql::kForgetWorkPhone, doing.realm, id);
  drop_filters(tx, doing.realm, id);
  tx.run(sql::kEndLinksOf, doing.realm, id, doing.today());
  tx.run(sql::kErasePerson, doing.realm, id);
  tx.run(sql::kRaiseDirectory, doing.realm, doing.ids.next());  // names of former post-holders stand in the directory
  audit(tx, doing, "person.erase", id.value);
}

}  // namespace

PersonId add_person(store::Tx& tx, const Vault& vault, const Doing& doing, const NewPerson& person) {
  need_line("/name", person.name, 60, true);
  need_line("/code", person.code, 64, false);
  need_purpose(person.purpose, person.delete_after);
  const PersonId id = person.id ? person.id : doing.ids.make<PersonId>();
  if (find_person(tx, doing.realm, id) || find_person(tx, doing.realm, person.code))
    refuse(Code::conflict, "/code", "duplicate",
           words("已有编码为 {} 的人员", "there is a person with the code {} already", person.code));
  tx.run(sql::kAddPerson, doing.realm, id, person.code, person.name, pinyin(person.name), person.purpose,
         person.delete_after);
  for (const auto& [field, text] : person.fields)
    if (!text.empty()) set_private(tx, vault, doing, id, field, text);
  audit(tx, doing, "person.add", id.value);
  return id;
}

std::optional<Person> find_person(store::Tx& tx, RealmId realm, PersonId person) {
  return tx.one<Person>(sql::kPerson, realm, person);
}

void names_of(store::Tx& tx, RealmId realm, std::span<const PersonId> persons,
              const std::function<void(PersonId, std::string)>& each) {
  store::by_thirty_twos(tx, sql::kPersonNames, realm, persons,
                        [&](const store::Row& row) { each(row.get<PersonId>(0), row.get<std::string>(1)); });
}

std::optional<Person> find_person(store::Tx& tx, RealmId realm, std::string_view code) {
  return tx.one<Person>(sql::kPersonByCode, realm, code);
}

void change_person(store::Tx& tx, const Doing& doing, PersonId id, const PersonChange& change) {
  Person person = need_person(tx, doing.realm, id);
  if (change.name) person.name = *change.name;
  if (change.purpose) person.purpose = *change.purpose;
  if (change.delete_after) person.delete_after = *change.delete_after;
  need_line("/name", person.name, 60, true);
  need_purpose(person.purpose, person.delete_after);
  tx.run(sql::kChangePerson, doing.realm, id, person.name, pinyin(person.name), person.purpose, person.delete_after);
  if (change.name) tx.run(sql::kRaiseDirectory, doing.realm, doing.ids.next());
  audit(tx, doing, "person.change", id.value);
}

// --- private fields

void set_private(store::Tx& tx, const Vault& vault, const Doing& doing, PersonId id, PrivateField field,
                 std::string_view text) {
  need_person(tx, doing.realm, id);
  const std::string_view name = name_of(field);
  tx.run(sql::kDropIndex, doing.realm, id, name);
  if (trim(text).empty()) {
    tx.run(sql::kDropPrivate, doing.realm, id, name);
  } else {
    const std::string value = clean(field, text);
    tx.run(sql::kSetPrivate, doing.realm, id, name, vault.seal(doing.realm, id.value, name, value));
    if (field != PrivateField::address)
      tx.run(sql::kAddIndex, doing.realm, name, vault.blind_index(doing.realm, name, value), id);
  }
  audit(tx, doing, fmt::format("person.set.{}", name), id.value);
}

std::vector<PrivateField> private_fields(store::Tx& tx, RealmId realm, PersonId person) {
  const auto names = tx.all<std::string>(sql::kPrivateFields, realm, person);
  std::vector<PrivateField> fields;
  for (const PrivateField field : kFields)
    if (std::ranges::find(names, name_of(field)) != names.end()) fields.push_back(field);
  return fields;
}

std::optional<std::string> private_for_delivery(store::Tx& tx, const Vault& vault, RealmId realm, PersonId person,
                                                PrivateField field) {
  const auto sealed = tx.one<Bytes>(sql::kPrivate, realm, person, name_of(field));
  if (!sealed) return std::nullopt;
  return vault.open(realm, person.value, name_of(field), *sealed);
}

std::string open_private(store::Tx& tx, const Vault& vault, const Doing& doing, PersonId person, PrivateField field,
                         RecordId record) {
  log_access(tx, doing, person, name_of(field), record);
  auto text = private_for_delivery(tx, vault, doing.realm, person, field);
  if (!text)
    refuse(Code::not_found, fmt::format("/{}", name_of(field)), "empty", words("没有登记", "nothing is stored"));
  return std::move(*text);
}

std::vector<PersonId> find_by_phone(store::Tx& tx, const Vault& vault, RealmId realm, std::string_view phone) {
  return find_by(tx, vault, realm, PrivateField::phone, clean_phone(phone));
}

std::vector<PersonId> find_by_id_card(store::Tx& tx, const Vault& vault, RealmId realm, std::string_view id_card) {
  if (!is_id_card(trim(id_card))) return {};
  return find_by(tx, vault, realm, PrivateField::id_card, clean(PrivateField::id_card, id_card));
}

void log_access(store::Tx& tx, const Doing& doing, PersonId person, std::string_view what, RecordId record) {
  if (doing.actor && doing.actor == person) return;
  need_line("/reason", doing.reason, 500, true);
  tx.run(sql::kAccess, doing.realm, doing.today(), doing.ids.next(), person, doing.at, doing.actor, record, what,
         doing.reason);
}

std::vector<RealmAccess> access_log_of_all(store::Tx& tx, RealmId realm, int limit, LogPlace before) {
  return tx.all<RealmAccess>(sql::kAccessAll, realm, before.day, before.id, limit);
}

std::vector<Access> access_log_of(store::Tx& tx, RealmId realm, PersonId person, int limit, std::int64_t before) {
  return tx.all<Access>(sql::kAccessOf, realm, person, before, limit);
}
std::vector<Access> looks_at(store::Tx& tx, RealmId realm, RecordId record, int limit, std::int64_t before) {
  return tx.all<Access>(kAccessOfRecord, realm, record, before, limit);
}

// --- deletion

void erase_person(store::Tx& tx, const Doing& doing, PersonId id) {
  const Person person = need_person(tx, doing.realm, id);
  if (tx.one<std::int64_t>(sql::kLivePostsOf, doing.realm, id, doing.today()).value_or(0) > 0)
    refuse(Code::not_now, "/person", "in_use",
           words("{} 仍在任职，先结束岗位", "{} still holds a post; end it first", person.name));
  erase(tx, doing, id);
}

std::vector<PersonId> due_persons(store::Tx& tx, RealmId realm, Day day) {
  return tx.all<PersonId>(sql::kDuePersons, realm, day);
}

}  // namespace tongxin::people

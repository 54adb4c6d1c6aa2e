#include "record/change.hpp"

#include "record/sql.hpp"

namespace tongxin::record {
namespace json = boost::json;

namespace {

// Names of a kind's scope are facts of the record; behind them stand the fields of the action's form.
class ChangeValues final : public pack::Values {
 public:
  explicit ChangeValues(Change& change) : change_(change) {}
  pack::Value value(std::size_t index) const override {
    const auto& facts = change_.kind->facts;
    if (index < facts.size()) return fact(change_, facts[index]);
    const auto& fields = change_.action->form.fields;
    const std::size_t place = index - facts.size();
    if (place >= fields.size()) {
      const auto& links = change_.action->links;
      return place - fields.size() < links.size() ? linked_fact(change_, change_.input, links[place - fields.size()])
                                                  : pack::Value{};
    }
    const pack::Field& field = fields[place];
    const json::value* given = change_.input.if_contains(field.name);
    return given == nullptr ? pack::Value{} : pack::from_json(*given, pack::value_type(field.type));
  }

 private:
  Change& change_;
};

}  // namespace

Change::Change(Engine& engine_, store::Tx& tx_, WorldPtr world_, const Actor& actor_, Time now_)
    : engine(engine_), tx(tx_), world(std::move(world_)), realm(world->realm), actor(actor_), now(now_) {}

std::vector<Participant>& Change::participants() {
  if (!participants_)
    participants_ = creating ? std::vector<Participant>{} : tx.all<Participant>(sql::kParticipants, realm, record.id);
  return *participants_;
}

std::vector<Timer>& Change::timers() {
  if (!timers_) timers_ = creating ? std::vector<Timer>{} : tx.all<Timer>(sql::kTimers, realm, record.id);
  return *timers_;
}

Timer* Change::timer(std::string_view deadline) {
  for (Timer& each : timers())
    if (each.deadline == deadline) return &each;
  return nullptr;
}

const std::vector<Change::Child>& Change::children() {
  if (!children_) {
    children_.emplace();
    if (!creating)
      tx.each(
          sql::kChildren,
          [&](const store::Row& row) {
            children_->push_back(
                {row.get<RecordId>(0), row.get<std::string>(1), row.get<std::string>(2), row.get<bool>(3)});
          },
          realm, record.id);
  }
  return *children_;
}

const std::optional<Record>& Change::parent() {
  if (!parent_) parent_ = record.parent ? engine.find(tx, realm, record.parent) : std::nullopt;
  return *parent_;
}

const Change::Linked* Change::linked(RecordId id) {
  const auto [at, fresh] = linked_.try_emplace(id);
  if (fresh)
    if (auto found = engine.find(tx, realm, id)) {
      json::object fields = found->data.empty() ? json::object{} : json::parse(found->data).as_object();
      at->second.emplace(Linked{std::move(*found), std::move(fields)});
    }
  return at->second ? &*at->second : nullptr;
}

const json::object& Change::rating() {
  if (!rating_) {
    const auto latest = creating ? std::nullopt : tx.one<std::string>(sql::kRatings, realm, record.id);
    rating_ = latest ? json::parse(*latest).as_object() : json::object{};
  }
  return *rating_;
}

std::string_view Change::keep(std::string text) {
  if (text.empty()) return {};
  kept_.push_front(std::move(text));
  return kept_.front();
}

bool Change::holds(const std::optional<pack::Expression>& condition) {
  return !condition || condition->holds(ChangeValues(*this));
}
pack::Value Change::value(const pack::Expression& expression) { return expression.evaluate(ChangeValues(*this)); }

std::string Change::text(const pack::Expression& expression) {
  const pack::Value found = value(expression);
  const auto* view = std::get_if<std::string_view>(&found);
  if (view != nullptr) return std::string(*view);
  if (const auto* number = std::get_if<double>(&found)) return fmt::format("{}", *number);
  if (const auto* day = std::get_if<pack::DayValue>(&found)) return to_day_text(day->day);
  return {};
}

std::vector<std::string> Change::texts(const pack::Expression& expression) {
  const pack::Value found = value(expression);
  std::vector<std::string> list;
  if (const auto* array = std::get_if<const json::array*>(&found)) {
    for (const json::value& item : **array)
      if (item.is_string()) list.emplace_back(item.as_string());
  } else if (const auto* view = std::get_if<std::string_view>(&found)) {
    list.emplace_back(*view);
  }
  return list;
}

double Change::number(const pack::Expression& expression) {
  const pack::Value found = value(expression);
  const auto* number = std::get_if<double>(&found);
  return number == nullptr ? 0 : *number;
}

void Change::add_participant(std::string role, OrgId org, PersonId person) {
  for (const Participant& each : participants())
    if (each.role == role && each.org == org && each.person == person) return;
  participants().push_back({std::move(role), org, person, now});
  participants_changed = true;
}

void Change::remove_participant(const std::string& role, OrgId org, PersonId person) {
  const auto gone = std::remove_if(participants().begin(), participants().end(), [&](const Participant& each) {
    return each.role == role && each.org == org && each.person == person;
  });
  if (gone == participants().end()) return;
  participants().erase(gone, participants().end());
  tx.run(sql::kDropParticipant, realm, record.id, role, org, person);
  participants_changed = true;
}

void Change::tell(PersonId person, const Words& text) {
  if (!person || person == actor.person || std::find(told.begin(), told.end(), person) != told.end()) return;
  told.push_back(person);
  messages.push_back({person, 0, text});
}

void Change::tell_holders(const Words& text) {
  if (record.holder_person) return tell(record.holder_person, text);
  constexpr std::size_t kMost = 50;
  const auto holders = world->directory->holders(record.holder_org, record.holder_role, today());
  for (std::size_t i = 0; i < holders.size() && i < kMost; ++i) tell(holders[i], text);
}

void Change::begin(const pack::Kind& new_kind, RecordId id) {
  kind = &new_kind;
  creating = true;
  record.id = id;
  record.kind = new_kind.name;
  record.created_at = now;
  record.state = new_kind.states.front().name;
  record.sealed_fields = "[]";
}

void Change::open(Record existing) {
  before = std::move(existing);
  look_at(before);
}

const json::object& Change::fields() {
  if (!std::exchange(fields_are_there_, true) && !record.data.empty())
    fields_ = json::parse(record.data, &memory_).as_object();
  return fields_;
}

json::object& Change::edit_fields() {
  fields();
  fields_changed_ = true;
  return fields_;
}

void Change::look_at(const Record& existing) {
  kind = &world->kind(existing.kind);
  record = existing;
  fields_are_there_ = false;
}

void Change::recategorise(const std::string& code) {
  record.category = code;
  const pack::Category* category = kind->taxonomy == nullptr ? nullptr : kind->taxonomy->find(code);
  record.function = category != nullptr && !category->function.empty() ? category->function : kind->function;
}

void Change::settle_category(const std::string& code, std::optional<bool> urgent) {
  const auto refuse = [](const char* what, Words say) {
    return Fault(Code::invalid, words("类别不对", "the category is wrong"), {{"/category", what, std::move(say)}});
  };
  recategorise(code);
  const pack::Category* category = kind->taxonomy == nullptr ? nullptr : kind->taxonomy->find(code);
  if (kind->taxonomy == nullptr && !code.empty())
    throw refuse("unknown", words("这类事项没有类别", "this kind has no categories"));
  if (kind->taxonomy != nullptr && code.empty() && !actor.system)
    throw refuse("required", words("请选择是什么事", "please choose what it is about"));
  if (kind->taxonomy != nullptr && !code.empty() && category == nullptr)
    throw refuse("enum", words("没有类别“{}”", "there is no category '{}'", code));
  record.urgent = urgent.value_or(category != nullptr && category->urgent);
}

people::Doing Change::doing() { return {realm, actor.person, now, engine.ids_, record.number, world->zone}; }

}  // namespace tongxin::record

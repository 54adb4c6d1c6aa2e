// One change to one record while it is being made. Inside record/ and for the aspects' effects; nobody else sees it.
#pragma once
#include <forward_list>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "people/operations.hpp"
#include "record/engine.hpp"
#include "record/proof.hpp"

namespace tongxin::record {

// A row of evidence, and the scopes whose cells it belongs to.
struct Counted {
  CountEntry entry;
  std::vector<std::int64_t> scopes;
  bool daily = false;
};

class Change {
 public:
  Change(Engine& engine, store::Tx& tx, WorldPtr world, const Actor& actor, Time now);
  // The clock's own change: the record's place is another, or its place hangs elsewhere (relocate.hpp).
  static void relocate(Engine& engine, store::Tx& tx, RealmId realm, const Record& record, Time now);

  // ── what it is about ──
  Engine& engine;
  store::Tx& tx;
  const WorldPtr world;
  const RealmId realm;
  const Actor& actor;
  const Time now;
  const pack::Kind* kind = nullptr;
  const pack::Action* action = nullptr;
  int action_index = -1;  // -1: creation
  bool creating = false;
  Record record, before;
  boost::json::object input, sealed_input;
  OrgId called;  // creation: the organisation that shall hold it

  Day today() const { return day_of(now, world->zone); }
  void begin(const pack::Kind& kind, RecordId id);
  void open(Record existing);            // to change it
  void look_at(const Record& existing);  // to ask about it: `before` stays empty
  void settle_category(const std::string& code, std::optional<bool> urgent);
  void recategorise(const std::string& code);
  people::Doing doing();  // for changes of the directory that a record causes
  Change(const Change&) = delete;

  // ── reading, each loaded once ──
  const boost::json::object& fields();  // what was entered and is not sealed
  std::vector<Participant>& participants();
  std::vector<Timer>& timers();
  Timer* timer(std::string_view deadline);
  const boost::json::object& rating();  // the latest; empty when there is none
  void forget_rating() { rating_.reset(); }
  struct Child {
    RecordId id;
    std::string kind, state;
    bool open;
  };
  const std::vector<Child>& children();
  const std::optional<Record>& parent();
  struct Linked {
    Record record;
    boost::json::object data;
  };
  const Linked* linked(RecordId id);  // a record that a field names; null: there is none

  // ── conditions ──
  bool holds(const std::optional<pack::Expression>& condition);  // absent: true; null: false
  pack::Value value(const pack::Expression& expression);
  std::string text(const pack::Expression& expression);
  std::vector<std::string> texts(const pack::Expression& expression);
  double number(const pack::Expression& expression);

  // ── writing, for effects ──
  boost::json::object& edit_fields();  // to change them: kept with the record at the end
  bool fields_changed() const { return fields_changed_; }
  void note(Words words) { notes.push_back(std::move(words)); }
  void add_participant(std::string role, OrgId org, PersonId person);
  void remove_participant(const std::string& role, OrgId org, PersonId person);
  void tell(PersonId person, const Words& words);
  void tell_holders(const Words& words);
  // After this change, in the same transaction: an action on another record, by the system.
  struct Later {
    RecordId record;
    std::string action;
    boost::json::object input;
  };
  std::vector<Later> later;
  std::vector<Draft> births;  // children to be created after this change
  boost::json::object extra;  // more of what the event's body shall hold
  std::vector<Words> notes;
  std::vector<PersonId> told;
  std::vector<Notice::Message> messages;  // ids are made when they are kept
  // Rings the aspect that `name` begins with; none: no more. Kept with the change, or by save_alarms() when this change is
  // only looked at.
  void set_alarm(const std::string& name, std::optional<Time> at) { alarms_[name] = at; }
  void save_alarms();
  std::string_view keep(std::string text);  // lives as long as the change
  bool search_changed = false, participants_changed = false;
  std::vector<int> late_now;  // deadlines that this change marks late

 private:
  // What is parsed for one change is made in one place and goes with it.
  unsigned char room_[2048];
  boost::json::monotonic_resource memory_{room_, sizeof room_};
  boost::json::object fields_{&memory_};
  bool fields_are_there_ = true, fields_changed_ = false;
  std::optional<std::vector<Participant>> participants_;
  std::optional<std::vector<Timer>> timers_;
  std::optional<std::vector<Child>> children_;
  std::optional<boost::json::object> rating_;
  std::forward_list<std::string> kept_;
  std::map<std::string, std::optional<Time>> alarms_;
  std::optional<std::optional<Record>> parent_;
  std::map<RecordId, std::optional<Linked>> linked_;

 public:
  // ── what its event proves, beside the record and its deadlines (proof.hpp) ──
  std::vector<Counted> counted;
  ProofSum judged;               // the rating that it keeps
  bool forgets_ratings = false;  // those that were there
};

// ── the steps, one file each ─────────────────────────────────────────────────────────────────────────────────────────
// access.cpp
// Who asks about which record; what else a rule may need (participants, a condition's facts) is read when one needs it.
struct Question {
  const World& world;
  const Actor& actor;
  const Record& record;
  Day today;
  std::function<Change&()> change;
};
bool allowed(const Question& ask, std::span<const pack::Who> list);
bool allowed(Change& change, std::span<const pack::Who> list);
bool is_staff(const World& world, const Actor& actor, Day day);
// form.cpp: checks input against a form; sealed fields go to `sealed`, the rest to `open`. Complaints at prefix + "/name".
void read_form(Change& change, const pack::Form& form, const boost::json::object& given, std::string_view prefix,
               bool staff, boost::json::object& open, boost::json::object& sealed);
// place.cpp
void settle_place(Change& change, const Draft& draft);
// timers.cpp
void settle_timers(Change& change);
void save_timers(Change& change);
std::optional<Time> wake_time(const Timer& timer);
// counting.cpp
std::int32_t period_of(Day day, int starts_on_day);
void count(Change& change, int seq);  // what the event `seq` counts
void save_counts(Change& change);
// lists.cpp: the lists in which a record stands.
// Sorted; the names of lists live as long as `world` and `record`.
std::vector<Listing> scopes_of(const World& world, const Record& record, const std::vector<Participant>& participants);
// follow.cpp: codes by which a reporter without account comes back
std::string follow_code();
std::string follow_key(std::string_view code);
std::string outside_key(std::string_view source, std::string_view number);
// effects.cpp
const std::map<std::string, EffectHandler, std::less<>>& built_in_effects();
// facts.cpp
pack::Value fact(Change& change, const pack::Fact& fact);
// A field of the record that one of `fields` names.
pack::Value linked_fact(Change& change, const boost::json::object& fields, const pack::Fact& fact);

}  // namespace tongxin::record

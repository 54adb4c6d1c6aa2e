// The one door for every change of a record.
//
// The life of one change: (1) the record is read; (2) the action is found in the kind's compiled flow; (3) its right is
// checked: post, area, relation; (4) the version that the caller saw is compared; (5) the input is checked against the form;
// (6) guards; (7) effects, in the order of the pack; (8) state, deadlines, lists, figures, event with its hash; (9) what
// follows from it on parents and children, in the same transaction. A refusal is a Fault and leaves nothing behind.
//
// The order of complaints: not_found (no such record, or none that the actor may see; no such action), conflict (the version
// is stale: a page that is behind is told so before anything else), not_now (not in this state), forbidden, invalid (input),
// not_now (guard).
#pragma once
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>

#include <boost/json.hpp>

#include "base/shelf.hpp"
#include "pack/model.hpp"
#include "people/sealed.hpp"
#include "record/record.hpp"
#include "record/world.hpp"

namespace tongxin::record {

// Who acts. Nobody signed in: person is none. A reporter without account holds the code of one record.
struct Actor {
  PersonId person;
  bool system = false;
  RecordId follows;
  static Actor clock() { return {.person = {}, .system = true, .follows = {}}; }
};

struct Draft {
  std::string kind;
  std::string category;  // empty: none
  AreaId area;           // deepest known place; or a point
  std::optional<double> lon, lat;
  std::string address, code;  // code: of a scanned plate, sets area
  std::optional<bool> urgent;
  std::string source = "web";
  std::string outside_number;  // hotline: unique per source
  PersonId on_behalf_of;
  bool for_guest =
      false;  // staff type in a paper slip or a call: the one who raised it has no account, but gets a code
  RecordId parent;
  OrgId hold_by;  // children of a whistle: the department that is called
  boost::json::object form;
};

struct Outcome {
  RecordId id;
  std::string number, state;
  int version = 0, seq = 0;
  std::string follow_code;  // for a reporter without account; shown once
  bool repeated = false;    // the same Idempotency-Key was answered before: nothing changed now
};

// A place, organisation or person, and the list of its in which a record stands.
using Listing = std::pair<std::int64_t, std::string_view>;

// One change that became durable, for event streams.
struct Notice {
  RealmId realm;
  RecordId record;
  EventId event;
  std::string kind, number, title, state, action;
  int version = 0;
  bool open = true;
  PersonId actor;
  Time at{};
  std::vector<std::int64_t> scopes;  // whoever reads one of these lists
  struct Message {
    PersonId person;
    std::int64_t id = 0;
    Words text;
  };
  std::vector<Message> told;  // who got which message
};

// What listeners of the record's lists are told; the record as it is now.
Notice notice_of(store::Tx& tx, const World& world, const Record& record, EventId event, std::string_view action,
                 PersonId actor, Time at);

class Change;
using EffectHandler = std::function<void(Change&, const pack::Effect&)>;
using FactReader = std::function<pack::Value(Change&, const pack::Fact&)>;
struct Aspect;

class Engine {
 public:
  // `aspects`: whose effects and facts the packs may use (aspect/all.hpp); they must outlive the engine.
  Engine(Worlds& worlds, IdSource& ids, const people::Vault& vault, std::span<const Aspect> aspects = {});
  Engine(const Engine&) = delete;

  // Signatures of the built-in effects, for the pack loader.
  static std::span<const pack::EffectSignature> effects();
  // Hears of every durable change, on the writing thread. Before the first request.
  void on_change(std::function<void(const Notice&)> listener) { listener_ = std::move(listener); }
  // Something beside the record has changed that its pages show (who stands in its roster): they hear of it, though it is no
  // change of the record. `event`: by which other nodes know it, none: a new id.
  void stir(store::Tx& tx, RealmId realm, RecordId record, std::string_view what, EventId event, PersonId actor,
            Time now);
  // Is told of every change inside its transaction, last of all: what it writes becomes durable with the change (the outbox),
  // what it throws refuses the change. Before the first request.
  using Within = std::function<void(store::Tx&, const World&, const Record&, const Notice&)>;
  void within_change(Within listener) { within_ = std::move(listener); }

  // `repeat_key`: the Idempotency-Key, "" when there is none. The same key with another request is refused (conflict).
  Outcome create(store::Tx& tx, RealmId realm, const Actor& actor, const Draft& draft, Time now,
                 std::string_view repeat_key = {});
  Outcome act(store::Tx& tx, RealmId realm, const Actor& actor, RecordId id, std::string_view action,
              const boost::json::object& input, std::optional<int> version, Time now, std::string_view repeat_key = {});

  // ── the clock ──
  struct Due {
    RecordId record;
    std::string deadline;
    Time wake_at;
  };
  std::vector<Due> due(store::Tx& tx, RealmId realm, Time now, int limit = 100);
  std::optional<Time> next_wake(store::Tx& tx, RealmId realm);
  // Reminds, marks late, climbs, erases what is no longer kept. Does nothing when another node was first.
  void wake(store::Tx& tx, RealmId realm, const Due& due, Time now);

  // ── reading ──
  std::optional<Record> find(store::Tx& tx, RealmId realm, RecordId id);
  // The same, to be looked at only: read from the tables once for as long as it stays as it is (every change of a record
  // appends an event). Null: there is none.
  RecordPtr look(store::Tx& tx, RealmId realm, RecordId id);
  // Several at once, in their order: as many statements as there are thirty-twos, and one for each that is not kept.
  std::vector<RecordPtr> look(store::Tx& tx, RealmId realm, std::span<const RecordId> ids);
  bool may_see(store::Tx& tx, const World& world, const Actor& actor, const Record& record, Time now);
  // Several questions about one record for one actor: what one answer needed is there for the next. Lives no longer than what
  // it is given.
  class Asking {
   public:
    Asking(Engine& engine, store::Tx& tx, const World& world, const Actor& actor, const Record& record, Time now);
    ~Asking();
    void go_on(const Record& same) { record_ = &same; }  // the same record as it was, held elsewhere
    bool holds(const pack::Who& who);
    bool may_see();
    bool may_see_private();        // and take out of it
    std::vector<int> available();  // by index into the kind's actions
    const std::vector<Participant>& participants();
    const std::vector<Timer>& timers();

   private:
    Change& change();
    struct Question question();

    Engine& engine_;
    store::Tx& tx_;
    const World& world_;
    const Actor& actor_;
    const Record* record_;
    const Time now_;
    const Day today_;
    std::unique_ptr<Change> change_;  // only where a rule needs more than the record itself
  };
  // Private fields, for one who may (`see_private`); logged with the reason, told to the person concerned.
  boost::json::object unseal(store::Tx& tx, RealmId realm, const Actor& actor, RecordId id, std::string_view reason,
                             Time now);
  // The actions that the actor may take now, by index into the kind's actions.
  std::vector<int> available(store::Tx& tx, const World& world, const Actor& actor, const Record& record, Time now);
  // An area was given another parent (place::move_area, same transaction): the records in and below it stand in the lists of
  // the new ancestors from now on. Who holds them stays, at the new ancestor of the same level. Figures stay where they
  // happened. `former_parent`: whose lists hold them so far. Cost: the records of that parent.
  void area_moved(store::Tx& tx, RealmId realm, AreaId area, AreaId former_parent, Time now);
  // Takes the texts out of events that hold a field's content; the chain stays verifiable. What the packs handed on of them
  // word for word goes too: in the records below it, and in letters that are not sent.
  struct Redacted {
    std::vector<RecordId> followed;  // below it, that held some of the words: redacted like it
    std::vector<RecordId> left;      // that hold some still: above it, or below it where the actor may not redact
  };
  Redacted redact(store::Tx& tx, RealmId realm, const Actor& actor, RecordId id, std::span<const int> seqs,
                  std::string_view reason, Time now);

  Worlds& worlds() { return worlds_; }
  const people::Vault& vault() const { return vault_; }
  IdSource& ids() { return ids_; }
  // ── for aspects ──
  void tell(Change& change, std::string_view signal, const boost::json::object& what);
  // The aspect that `name` begins with ("roster.clock") is rung for the record at that time; none: no more. Outside of a
  // change only; inside, Change::set_alarm.
  void set_alarm(store::Tx& tx, RealmId realm, RecordId record, std::string_view name, std::optional<Time> at,
                 Time now);
  // A change without an action of the kind: `name` stands in the timeline, `job` works as effects do; the state stays, if it
  // sets no other. Who may is the caller's business.
  void change(store::Tx& tx, RealmId realm, const Actor& actor, RecordId id, const std::string& name, Time now,
              const std::function<void(Change&)>& job);
  // What an aspect says to a condition that asks for its fact.
  pack::Value aspect_fact(Change& change, const pack::Fact& fact) const;

 private:
  friend class Change;
  Outcome create_at(store::Tx& tx, RealmId realm, const Actor& actor, const Draft& draft, Time now, int depth);
  Outcome act_at(store::Tx& tx, RealmId realm, const Actor& actor, RecordId id, std::string_view action,
                 const boost::json::object& input, std::optional<int> version, Time now, int depth);
  void finish(Change& change, const std::string& action, const std::vector<pack::Effect>& effects, int target);
  void follow_up(Change& change, int depth);
  void pass_answer(Change& main, RecordId merged, const std::string& answer);
  void relocate(store::Tx& tx, RealmId realm, const Record& record, Time now);
  RecordPtr believe(store::Tx& tx, RealmId realm, RecordId id, int last_seq);
  Outcome hand_over(Change& change, std::string follow_code);
  void announce(Change& change, const Event& event, const std::vector<Listing>& listings);
  std::string next_number(Change& change);
  void remind(store::Tx& tx, RealmId realm, const Record& record, const Timer& timer, Time now);
  void mark_late(store::Tx& tx, RealmId realm, const Record& record, const Timer& timer, Time now);
  void erase(store::Tx& tx, RealmId realm, const Record& record, const Timer& timer, Time now);
  bool ring(store::Tx& tx, RealmId realm, const Record& record, const Timer& timer, Time now);

  Worlds& worlds_;
  IdSource& ids_;
  const people::Vault& vault_;
  std::unordered_map<std::string, EffectHandler> handlers_;                       // by the effect's name
  static constexpr std::size_t kLookedAt = 4096;                                  // records, of some 2 KB
  Shelf<std::pair<std::int64_t, std::int64_t>, RecordPtr> looked_at_{kLookedAt};  // by realm and id
  std::map<std::string, FactReader, std::less<>> fact_readers_;
  std::span<const Aspect> aspects_;
  std::function<void(const Notice&)> listener_;
  Within within_;
};

// The cell of a point, for sql::kNear: 1/200 degree each way, about 550 m by 430 m in the middle of China. The cell to the
// east is one more, the one to the north is 2^20 more.
std::int64_t geo_cell(double lon, double lat);

// The record that a follow code opens; none when the code is unknown.
std::optional<RecordId> follow(store::Tx& tx, RealmId realm, std::string_view code);
// The record that came in under this number from that source (Draft::outside_number).
std::optional<RecordId> by_outside_number(store::Tx& tx, RealmId realm, std::string_view source,
                                          std::string_view number);

}  // namespace tongxin::record

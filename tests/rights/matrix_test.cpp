// Who may do what where, as a whole table made from the packs: every kind × state × action × role × place × relation. What a
// `who:` line means is written here once more, in the plainest way, and held against what the engine decides: in what it
// offers (Engine::available), in what it shows (may_see), and at its door (act), where what is not allowed must be refused.
#include <gtest/gtest.h>

#include "base/random.hpp"
#include "people/persons.hpp"
#include "record/sql.hpp"
#include "support/street.hpp"

namespace tongxin::record {
namespace {

using pack::Who;

// What a person in the table has. Nothing of it comes from the directory: it is what the posts below were made from.
struct Held {
  std::string role, org, area;  // names of the street
  bool ended = false;
};
struct Somebody {
  std::string label;
  PersonId person;  // none: nobody is signed in
  std::vector<Held> posts;
  std::set<std::string> relations;  // of the person
};

enum class Word { no, perhaps, yes };  // perhaps: it hangs on a condition (`when`)

// Where the records of the table stand and who holds them.
constexpr const char* kPlace = "B0101";
constexpr const char* kHolder = "team-1";
constexpr const char* kHelperOrg = "health";

class Table : public test::EnginesTest {
 protected:
  void SetUp() override {
    test::EnginesTest::SetUp();
    if (IsSkipped() || HasFatalFailure()) return;
    store_ = fresh(test::all_migrations());
    street_ = std::make_unique<test::Street>(*store_);
    make_people();
  }

  // ── the people ──
  PersonId new_person(const std::string& name) {
    return store_->write([&](store::Tx& tx) {
      people::Doing doing = this->doing();
      people::NewPerson person;
      person.id = street_->ids.make<PersonId>();
      person.name = name;
      person.purpose = "staff";
      person.delete_after = add_days(doing.today(), 365);
      people::add_person(tx, street_->vault, doing, person);
      return person.id;
    });
  }
  people::Doing doing() { return {street_->realm, {}, street_->clock.now(), street_->ids, "test", {}}; }
  void add(const std::string& label, std::vector<Held> posts, std::set<std::string> relations = {}) {
    Somebody who{label, new_person(label), std::move(posts), std::move(relations)};
    store_->write([&](store::Tx& tx) {
      people::Doing doing = this->doing();
      const Day today = doing.today();
      for (const Held& held : who.posts)
        people::appoint(tx, doing,
                        {.person = who.person,
                         .role = held.role,
                         .org = street_->names.orgs.at(held.org),
                         .area = street_->names.areas.at(held.area),
                         .from = add_days(today, -400),
                         .until = held.ended ? add_days(today, -1) : 0});
    });
    people_.push_back(std::move(who));
  }
  void make_people() {
    people_.push_back({"nobody", {}, {}, {}});
    add("a resident", {});
    for (const char* relation : {"reporter", "holder"}) add(relation, {}, {relation});
    for (const std::string& relation : participant_relations()) add(relation, {}, {relation});
    for (const pack::Named& role : test::all_packs()->roles) {
      // A post whose organisation has nothing to do with the record: at its place, above, and beside.
      for (const char* area : {kPlace, "grid-1", "taoyuan", "street", "district", "grid-2", "liulin"})
        add(role.name + " of fire at " + area, {{role.name, "fire", area}});
      // A post whose area has nothing to do with it: in the holder, above it, in a helping organisation, beside.
      for (const char* org : {kHolder, "taoyuan-committee", "street-office", "team-3", kHelperOrg})
        add(role.name + " of " + org + " at grid-3", {{role.name, org, "grid-3"}});
      add("formerly " + role.name, {{role.name, kHolder, "district", true}});
    }
  }
  static std::set<std::string> participant_relations() {
    std::set<std::string> found;
    const auto gather = [&](const pack::WhoList& list) {
      for (const Who& who : list)
        if (who.how == Who::How::relation) found.insert(who.relation);
    };
    for (const auto& kind : test::all_packs()->kinds) {
      gather(kind->see), gather(kind->see_private), gather(kind->create.who);
      for (const pack::Action& action : kind->actions) gather(action.who);
    }
    for (const char* other : {"reporter", "holder", "parent_holder"}) found.erase(other);
    return found;
  }

  // ── the records ──
  Record record_of(const pack::Kind& kind, std::size_t state) {
    Record record;
    record.id = street_->ids.make<RecordId>();
    record.kind = kind.name, record.number = "M-" + to_text(record.id), record.version = 1;
    record.state = kind.states[state].name, record.open = !kind.states[state].final;
    record.title = "表中一件";
    if (kind.taxonomy != nullptr && !kind.taxonomy->categories.empty())
      record.category = kind.taxonomy->categories.front().code;
    record.area = street_->names.areas.at(kPlace);
    record.path = world_->atlas->find(record.area)->path;
    record.holder_org = street_->names.orgs.at(kHolder);
    record.holder_area = street_->names.areas.at("grid-1");
    for (const Somebody& each : people_) {
      if (each.relations.contains("reporter")) record.reporter = each.person;
      if (each.relations.contains("holder")) record.holder_person = each.person;
    }
    record.created_at = record.updated_at = street_->clock.now();
    record.data = "{}", record.sealed_fields = "[]", record.tally = "";
    return record;
  }
  void store_records(std::vector<Record>& records) {
    store_->write([&](store::Tx& tx) {
      for (const Record& r : records) {
        tx.run(sql::kInsertRecord, street_->realm, r.id, r.kind, r.number, r.version, r.state, r.previous_state, r.open,
               r.urgent, r.title, r.category, r.function, r.source, r.area, r.path, r.lon, r.lat, r.geo_cell, r.address,
               r.holder_org, r.holder_person, r.holder_area, r.holder_role, r.reporter, r.parent, r.merged_into,
               r.created_at, r.updated_at, r.closed_at, r.due_at, r.data, r.sealed, r.sealed_fields, r.answer, r.photo,
               r.tally, r.last_hash, r.last_seq);
        for (const Somebody& each : people_)
          for (const std::string& relation : each.relations)
            if (relation != "reporter" && relation != "holder") {
              tx.run(sql::kAddParticipant, street_->realm, r.id, relation, OrgId{}, each.person, r.created_at);
              tx.run(sql::kAddParticipant, street_->realm, r.id, relation, street_->names.orgs.at(kHelperOrg),
                     PersonId{}, r.created_at);
            }
      }
    });
  }

  // ── what the packs say, read by itself ──
  static bool within(const std::string& area, const std::string& above) {
    static const std::map<std::string, std::string> parents{
        {"B0101", "grid-1"},  {"grid-1", "taoyuan"}, {"grid-2", "taoyuan"}, {"taoyuan", "street"},
        {"grid-3", "liulin"}, {"liulin", "street"},  {"street", "district"}};
    for (std::string at = area;; at = parents.at(at)) {
      if (at == above) return true;
      if (!parents.contains(at)) return false;
    }
  }
  static bool has(const Held& held, const Who& who) {
    return !held.ended &&
           (who.roles.empty() || std::find(who.roles.begin(), who.roles.end(), held.role) != who.roles.end());
  }
  static bool holds(const Somebody& somebody, const Who& who) {
    const auto any_post = [&](auto&& fits) {
      return std::any_of(somebody.posts.begin(), somebody.posts.end(),
                         [&](const Held& held) { return has(held, who) && fits(held); });
    };
    static const std::set<std::string> holder_and_above{kHolder, "taoyuan-committee", "street-office", "district-gov"};
    switch (who.how) {
      case Who::How::anyone: return true;
      case Who::How::system: return false;
      case Who::How::signed_in: return bool(somebody.person);
      case Who::How::role_at_place: return any_post([](const Held& held) { return within(kPlace, held.area); });
      case Who::How::of_holder: return any_post([](const Held& held) { return held.org == kHolder; });
      case Who::How::of_holder_up:
        return any_post([](const Held& held) { return holder_and_above.contains(held.org); });
      case Who::How::relation:
        if (who.relation == "parent_holder") return false;  // these records have no parent
        if (somebody.relations.contains(who.relation)) return true;
        if (who.relation == "reporter" || who.relation == "holder") return false;
        return any_post([](const Held& held) { return held.org == kHelperOrg; });
    }
    return false;
  }
  static Word word_of(const pack::WhoList& list, const Somebody& somebody) {
    Word word = Word::no;
    for (const Who& who : list)
      if (holds(somebody, who)) word = std::max(word, who.when ? Word::perhaps : Word::yes);
    return word;
  }

  void agree(Word said, bool decided, const std::string& what) {
    ++cells_;
    if (said == Word::perhaps || (said == Word::yes) == decided) return;
    if (++wrong_ <= 40)
      ADD_FAILURE() << what
                    << (decided ? ": allowed, and no line of the pack says so"
                                : ": refused, though the pack allows it");
  }

  std::unique_ptr<store::Store> store_;
  std::unique_ptr<test::Street> street_;
  WorldPtr world_;
  std::vector<Somebody> people_;
  std::int64_t cells_ = 0, wrong_ = 0, doors_ = 0;
};
INSTANTIATE_TEST_SUITE_P(Engines, Table, test::kEngines, test::engine_name);

Actor actor_of(const Somebody& somebody) { return {.person = somebody.person, .system = false, .follows = {}}; }

struct Undone {};  // rolls a try back

TEST_P(Table, SaysWhatThePacksSay) {
  world_ = store_->read([&](store::Tx& tx) { return street_->worlds.current(tx, street_->realm); });
  std::vector<Record> records;
  for (const auto& kind : test::all_packs()->kinds)
    for (std::size_t state = 0; state < kind->states.size(); ++state) records.push_back(record_of(*kind, state));
  store_records(records);
  Random random(7);
  // A part of the table by chance, so that it takes seconds; TONGXIN_RIGHTS_WHOLE=1 looks at every cell. On PostgreSQL, where
  // each question is a journey, a smaller part: the decision itself is the same code.
  const std::uint64_t one_in = std::getenv("TONGXIN_RIGHTS_WHOLE") != nullptr ? 1
                               : GetParam() == test::Engine::sqlite           ? 12
                                                                              : 200;
  for (const Record& record : records) {
    const pack::Kind& kind = *test::all_packs()->kind(record.kind);
    const auto state = std::size_t(kind.state(record.state));
    for (const Somebody& somebody : people_) {
      if (random.below(one_in) != 0) continue;
      const std::string where = kind.name + " " + record.state + ", " + somebody.label;
      store_->read([&](store::Tx& tx) {
        const Actor actor = actor_of(somebody);  // named: the asking keeps only a reference
        Engine::Asking asking(street_->engine, tx, *world_, actor, record, street_->clock.now());
        agree(word_of(kind.see, somebody), asking.may_see(), where + " sees it");
        const auto offered = asking.available();
        for (std::size_t i = 0; i < kind.actions.size(); ++i) {
          const pack::Action& action = kind.actions[i];
          const bool there = std::find(offered.begin(), offered.end(), int(i)) != offered.end();
          const Word said = action.from[state] && !action.system_only ? word_of(action.who, somebody) : Word::no;
          agree(said, there, where + " does " + action.name);
        }
      });
    }
  }
  // At the door: what is not allowed is refused as such, whatever else is wrong with the request.
  for (const Record& record : records) {
    const pack::Kind& kind = *test::all_packs()->kind(record.kind);
    const auto state = std::size_t(kind.state(record.state));
    for (int tries = 0; tries < 12 && !kind.actions.empty(); ++tries) {
      const Somebody& somebody = people_[random.below(people_.size())];
      const pack::Action& action = kind.actions[random.below(kind.actions.size())];
      const auto refused = test::refusal([&] {
        try {
          store_->write([&](store::Tx& tx) {
            street_->engine.act(tx, street_->realm, actor_of(somebody), record.id, action.name, {}, std::nullopt,
                                street_->clock.now());
            throw Undone{};
          });
        } catch (const Undone&) {
        }
      });
      ++doors_;
      const std::string what =
          kind.name + " " + record.state + ", " + somebody.label + " at the door of " + action.name;
      const Word sees = kind.published[state] ? Word::yes : word_of(kind.see, somebody),
                 may = action.system_only ? Word::no : word_of(action.who, somebody);
      if (sees == Word::no) {
        EXPECT_EQ(refused, Code::not_found) << what;
      } else if (sees == Word::yes && !action.from[state]) {
        EXPECT_EQ(refused, Code::not_now) << what;
      } else if (sees == Word::yes && may == Word::no) {
        EXPECT_EQ(refused, Code::forbidden) << what;
      } else if (sees == Word::yes && may == Word::yes) {
        EXPECT_TRUE(refused != Code::forbidden && refused != Code::not_found && refused != Code::unauthorized) << what;
      }
    }
  }
  EXPECT_EQ(wrong_, 0) << "of " << cells_ << " cells";
  std::cout << records.size() << " kinds and states × " << people_.size() << " people: " << cells_ << " cells, "
            << doors_ << " tries at the door\n";
}

// Who may raise something: asked at the door with an empty form, so that a right is told from a mistake.
TEST_P(Table, LetsThoseRaiseSomethingWhomThePackNames) {
  world_ = store_->read([&](store::Tx& tx) { return street_->worlds.current(tx, street_->realm); });
  Random random(11);
  std::int64_t tried = 0;
  for (const auto& kind : test::all_packs()->kinds)
    for (const Somebody& somebody : people_) {
      if (random.below(GetParam() == test::Engine::sqlite ? 4 : 60) != 0) continue;
      Draft draft;
      draft.kind = kind->name;
      if (kind->place != pack::PlaceRule::none) draft.area = street_->names.areas.at(kPlace);
      if (kind->taxonomy != nullptr && !kind->taxonomy->categories.empty())
        draft.category = kind->taxonomy->categories.front().code;
      const auto refused = test::refusal([&] {
        try {
          store_->write([&](store::Tx& tx) {
            street_->engine.create(tx, street_->realm, actor_of(somebody), draft, street_->clock.now());
            throw Undone{};
          });
        } catch (const Undone&) {
        }
      });
      ++tried;
      // There is no holder and nobody takes part yet; who raises it is its reporter.
      Word said = Word::no;
      bool unsure = false;
      for (const Who& who : kind->create.who) {
        if (who.how == Who::How::relation || who.how == Who::How::of_holder || who.how == Who::How::of_holder_up ||
            (who.how == Who::How::role_at_place && kind->place == pack::PlaceRule::none)) {
          unsure = true;
          continue;
        }
        if (holds(somebody, who)) said = std::max(said, who.when ? Word::perhaps : Word::yes);
      }
      const std::string what = somebody.label + " raises " + kind->name;
      if (said == Word::no && !unsure) {
        EXPECT_EQ(refused, Code::forbidden) << what;
      } else if (said == Word::yes) {
        EXPECT_NE(refused, Code::forbidden) << what;
      }
    }
  std::cout << tried << " tries\n";
}

}  // namespace
}  // namespace tongxin::record

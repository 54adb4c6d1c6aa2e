#include "cluster/late.hpp"

#include <fmt/format.h>

#include <fstream>

#include "aspect/all.hpp"
#include "base/crypto.hpp"
#include "pack/loader.hpp"
#include "people/operations.hpp"
#include "record/engine.hpp"
#include "record/realm.hpp"

namespace tongxin::cluster {
namespace {

namespace json = boost::json;

constexpr std::chrono::hours kLate{24 * 30};
constexpr store::Sql kPeople{"cluster_people", "SELECT id, name FROM persons WHERE realm_id=$1"};
constexpr store::Sql kAreas{"cluster_areas", "SELECT id, code FROM area WHERE realm_id=$1"};
constexpr store::Sql kOrgs{"cluster_orgs", "SELECT id, code FROM orgs WHERE realm_id=$1"};
constexpr store::Sql kEvents{"cluster_events", "SELECT action FROM event WHERE realm_id=$1 AND record_id=$2"};
constexpr store::Sql kMessages{"cluster_messages", "SELECT text_en FROM message WHERE realm_id=$1 AND record_id=$2"};
constexpr store::Sql kTimers{"cluster_timers", "SELECT count(*) FROM timer WHERE realm_id=$1 AND record_id=$2"};

// The engine of a program that is no node: it raises and it looks.
struct Hand {
  Hand(const std::string& url, const std::string& key_file)
      : store(store::open({.url = url, .readers = 2})),
        vault(people::Vault::open(key_file)),
        library(pack::load_packs({TONGXIN_SOURCE_DIR "/packs", {}}, aspect::vocabulary())),
        ids(clock, seed()),
        worlds(library),
        engine(worlds, ids, vault, aspect::all()) {}
  static std::uint64_t seed() {
    std::uint64_t seed = 0;
    const auto bytes = random_bytes(8);
    std::memcpy(&seed, bytes.data(), sizeof seed);
    return seed;
  }
  RecordId raise(const Prepared& prepared) {
    return store->write([&](store::Tx& tx) {
      record::Draft draft;
      draft.kind = "issue", draft.category = "garbage";
      parse(std::string_view(prepared.world.buildings[0]), draft.area);
      draft.form = {{"description", "一个月前的事"}};
      record::Actor actor{.person = {}, .system = false, .follows = {}};
      parse(std::string_view(prepared.people.at("zhao")), actor.person);
      return engine.create(tx, prepared.world.realm, actor, draft, clock.now() - kLate).id;
    });
  }
  History history(RealmId realm, RecordId record) {
    return store->read([&](store::Tx& tx) {
      History history;
      const auto count = [&](const store::Sql& sql, const char* what) {
        tx.each(
            sql,
            [&](const store::Row& row) {
              const std::string_view text = row.text(0);
              const auto number = text.find(": ");  // "TX-2026-000001: A new matter"
              ++history[what + std::string(number == text.npos ? text : text.substr(number + 2))];
            },
            realm, record);
      };
      count(kEvents, "event ");
      count(kMessages, "message ");
      history["timers"] = int(tx.one<std::int64_t>(kTimers, realm, record).value_or(0));
      return history;
    });
  }

  SystemClock clock;
  std::unique_ptr<store::Store> store;
  people::Vault vault;
  std::shared_ptr<const pack::Library> library;
  IdSource ids;
  record::Worlds worlds;
  record::Engine engine;
};

void name_things(Hand& hand, Prepared& prepared) {
  static const std::map<std::string, std::string> names{{"赵大爷", "zhao"}, {"谭经办", "tan"}};
  hand.store->read([&](store::Tx& tx) {
    const RealmId realm = prepared.world.realm;
    tx.each(
        kPeople,
        [&](const store::Row& row) {
          if (const auto found = names.find(std::string(row.text(1))); found != names.end())
            prepared.people[found->second] = id_text(row.integer(0));
        },
        realm);
    tx.each(
        kAreas,
        [&](const store::Row& row) {
          if (row.text(1) == "grid-1") prepared.grid = id_text(row.integer(0));
        },
        realm);
    tx.each(
        kOrgs,
        [&](const store::Row& row) {
          if (row.text(1) == "team-1") prepared.team = id_text(row.integer(0));
        },
        realm);
    const record::Realm found = record::choose_realm(tx, {});
    prepared.today = to_day_text(day_of(hand.clock.now(), found.zone()));
  });
}

std::string beside(const std::string& key_file) { return key_file + ".world"; }

json::object written(const Prepared& prepared) {
  const torture::World& world = prepared.world;
  json::object late, people;
  for (const auto& [what, times] : prepared.late) late[what] = times;
  for (const auto& [name, id] : prepared.people) people[name] = id;
  return {{"realm", to_text(world.realm)},
          {"taoyuan", world.taoyuan},
          {"buildings", json::array(std::begin(world.buildings), std::end(world.buildings))},
          {"bank", world.bank},
          {"cash", world.cash},
          {"soap", world.soap},
          {"member", world.member},
          {"money", world.money},
          {"points", world.points},
          {"people", people},
          {"team", prepared.team},
          {"grid", prepared.grid},
          {"today", prepared.today},
          {"late", late}};
}

}  // namespace

std::string to_text(const History& history) {
  std::string text;
  for (const auto& [what, times] : history) text += fmt::format("{}×{} ", times, what);
  return text;
}

void prepare(const std::string& url, const std::string& key_file) {
  Prepared prepared;
  prepared.world = torture::settle(url, key_file);
  Hand hand(url, key_file);
  name_things(hand, prepared);
  hand.store->write([&](store::Tx& tx) {
    people::Post keeper{.role = "platform_keeper", .from = 20200101};
    parse(std::string_view(prepared.people.at("tan")), keeper.person);
    parse(std::string_view(prepared.team), keeper.org);
    parse(std::string_view(prepared.grid), keeper.area);
    people::appoint(tx, {prepared.world.realm, PersonId{}, hand.clock.now(), hand.ids, "setting up", {}}, keeper);
  });
  // What one clock does with it, alone.
  const RecordId first = hand.raise(prepared);
  const RealmId realm = prepared.world.realm;
  for (;;) {
    const Time now = hand.clock.now();
    const auto due = hand.store->read([&](store::Tx& tx) { return hand.engine.due(tx, realm, now); });
    if (due.empty()) break;
    for (const auto& each : due) hand.store->write([&](store::Tx& tx) { hand.engine.wake(tx, realm, each, now); });
  }
  prepared.late = hand.history(realm, first);
  std::ofstream(beside(key_file)) << json::serialize(written(prepared));
}

Prepared read_prepared(const std::string& key_file) {
  std::ifstream in(beside(key_file));
  const std::string text(std::istreambuf_iterator<char>(in), {});
  const json::value all = json::parse(text);
  const auto word = [&](const char* name) { return std::string(all.at(name).as_string()); };
  Prepared prepared;
  torture::World& world = prepared.world;
  const std::string realm = word("realm");
  parse(std::string_view(realm), world.realm);
  for (std::size_t i = 0; i < std::size(world.buildings); ++i)
    world.buildings[i] = std::string(all.at("buildings").at(i).as_string());
  world.taoyuan = word("taoyuan"), world.bank = word("bank"), world.cash = word("cash"), world.soap = word("soap"),
  world.member = word("member"), world.money = all.at("money").as_int64(), world.points = all.at("points").as_int64();
  prepared.team = word("team"), prepared.grid = word("grid"), prepared.today = word("today");
  prepared.key_file = key_file;
  for (const auto& [name, id] : all.at("people").as_object())
    prepared.people[std::string(name)] = std::string(id.as_string());
  for (const auto& [what, times] : all.at("late").as_object()) prepared.late[std::string(what)] = int(times.as_int64());
  return prepared;
}

std::vector<std::string> raise_late(const Prepared& prepared, const std::string& url, int count) {
  Hand hand(url, prepared.key_file);
  std::vector<std::string> made;
  for (int i = 0; i < count; ++i) made.push_back(to_text(hand.raise(prepared)));
  return made;
}

std::vector<History> histories(const Prepared& prepared, const std::string& url,
                               const std::vector<std::string>& records,
                               const std::function<bool(const std::function<bool()>&)>& until) {
  Hand hand(url, prepared.key_file);
  if (!until([&] {
        return hand.store->read(
            [&](store::Tx& tx) { return hand.engine.due(tx, prepared.world.realm, hand.clock.now(), 1).empty(); });
      }))
    return {};
  std::vector<History> all;
  for (const std::string& each : records) {
    RecordId id;
    parse(std::string_view(each), id);
    all.push_back(hand.history(prepared.world.realm, id));
  }
  return all;
}

}  // namespace tongxin::cluster

#include "torture/world.hpp"

#include "aspect/all.hpp"
#include "aspect/ledger/operations.hpp"
#include "base/crypto.hpp"
#include "pack/loader.hpp"
#include "people/accounts.hpp"
#include "record/engine.hpp"
#include "record/realm.hpp"
#include "record/sql.hpp"
#include "sim/fixture.hpp"

namespace tongxin::torture {
namespace {

namespace json = boost::json;

constexpr store::Sql kAddFile{
    "torture_file",
    "INSERT INTO attachment (realm_id, id, record_id, owner, at, name, type, size, hash, "
    "view_hash, thumb_hash, open) VALUES ($1,$2,0,0,$3,'a.jpg','image/jpeg',1000,$4,$4,$4,0)"};

constexpr std::int64_t kMoney = 50'000'000, kPointsOfADeed = 100;
constexpr int kDeeds = 20;

class Settling {
 public:
  Settling(store::Store& opened, const std::string& key_file)
      : store_(opened),
        vault_(people::Vault::open(key_file)),
        library_(pack::load_packs({TONGXIN_SOURCE_DIR "/packs", {}}, aspect::vocabulary())),
        ids_(clock_, 1),
        worlds_(library_),
        engine_(worlds_, ids_, vault_, aspect::all()) {}

  World run() {
    world_.realm = ids_.make<RealmId>();
    people_and_places();
    points();
    money();
    world_.taoyuan = to_text(names_.areas.at("taoyuan"));
    const char* codes[] = {"B0101", "B0102", "B0201", "B0301"};
    for (int i = 0; i < 4; ++i) world_.buildings[i] = to_text(names_.areas.at(codes[i]));
    return world_;
  }

 private:
  people::Doing doing() { return {world_.realm, {}, clock_.now(), ids_, "setting up", {}}; }
  record::Actor as(const std::string& who) const {
    return {.person = names_.people.at(who), .system = false, .follows = {}};
  }
  RecordId create(const std::string& who, const std::string& kind, json::object form) {
    return store_.write([&](store::Tx& tx) {
      record::Draft draft;
      draft.kind = kind;
      draft.area = names_.areas.at("taoyuan");
      draft.form = form;
      return engine_.create(tx, world_.realm, as(who), draft, clock_.now()).id;
    });
  }
  void act(const std::string& who, RecordId id, const std::string& action, const json::object& form = {}) {
    store_.write(
        [&](store::Tx& tx) { engine_.act(tx, world_.realm, as(who), id, action, form, std::nullopt, clock_.now()); });
  }
  json::array a_file() {
    const FileId file = ids_.make<FileId>();
    store_.write([&](store::Tx& tx) { tx.run(kAddFile, world_.realm, file, clock_.now(), std::string(64, '0')); });
    return {json::string(to_text(file))};
  }
  std::string today() const { return to_day_text(day_of(clock_.now())); }

  void people_and_places() {
    const auto fixture = sim::read_fixture(TONGXIN_SOURCE_DIR "/packs", "base", "street");
    store_.write([&](store::Tx& tx) {
      // A demonstration, so that its keeper comes in without a second factor.
      record::add_realm(tx, {world_.realm, "清河街道", 8 * 60, clock_.now(), true});
      names_ = sim::settle_fixture(tx, vault_, doing(), *library_, fixture);
    });
    const std::string hash = hash_password(kPassword);
    store_.write([&](store::Tx& tx) {
      for (const auto& [name, person] : names_.people) people::add_account(tx, doing(), person, name + "_x", hash);
      const std::pair<const char*, const char*> posts[] = {{"liu", "assembly_chair"},    {"he", "points_recorder"},
                                                           {"wu", "points_checker"},     {"bao", "shop_keeper"},
                                                           {"he", "village_accountant"}, {"liu", "income_officer"}};
      for (const auto& [who, role] : posts)
        people::appoint(tx, doing(),
                        {.person = names_.people.at(who),
                         .role = role,
                         .org = names_.orgs.at("taoyuan-committee"),
                         .area = names_.areas.at("taoyuan"),
                         .from = 20200101});
    });
  }
  void points() {
    const RecordId book = create("liu", "points_rule_book", {{"edition", "2026"}, {"year", 1}});
    act("liu", book, "add_rule", {{"about", "environment"}, {"act", "门前整洁"}, {"points", kPointsOfADeed}});
    act("liu", book, "adopt", {{"on", today()}, {"present", 9}, {"in_favour", 9}, {"minutes", a_file()}});
    RecordId rule;
    store_.read([&](store::Tx& tx) {
      tx.each(
          record::sql::kChildren, [&](const store::Row& row) { rule = row.get<RecordId>(0); }, world_.realm, book);
    });
    const RecordId member = create("wang", "points_member", {{"of_age", true}});
    for (int i = 0; i < kDeeds; ++i) {
      const RecordId deed =
          create("he", "points_event",
                 {{"member", to_text(member)}, {"rule", to_text(rule)}, {"on", today()}, {"evidence", a_file()}});
      act("wu", deed, "check");
    }
    const RecordId soap = create("bao", "points_goods", {{"what", "肥皂"}, {"price", 1}});
    act("bao", soap, "supply", {{"count", 100000}});
    world_.member = to_text(member), world_.soap = to_text(soap);
    world_.points = kPointsOfADeed * kDeeds;
  }
  void money() {
    const RecordId book =
        create("liu", "village_book",
               {{"what", "2026"}, {"village", to_text(names_.areas.at("taoyuan"))}, {"year", 2026}, {"target", 1}});
    for (const auto& [into, amount] : {std::pair{"bank", kMoney}, std::pair{"cash", std::int64_t{1}}})
      act("he", book, "earn",
          {{"origin", "own"},
           {"amount", amount},
           {"into", into},
           {"on", today()},
           {"about", "租金"},
           {"voucher", a_file()}});
    store_.read([&](store::Tx& tx) {
      for (const char* name : {"bank", "cash"})
        (name == std::string("bank") ? world_.bank : world_.cash) =
            to_text(ledger::find_book(tx, world_.realm, "collective", name, names_.areas.at("taoyuan").value)->id);
    });
    world_.money = kMoney;
  }

  store::Store& store_;
  SystemClock clock_;
  people::Vault vault_;
  std::shared_ptr<const pack::Library> library_;
  IdSource ids_;
  record::Worlds worlds_;
  record::Engine engine_;
  sim::Names names_;
  World world_;
};

}  // namespace

World settle(const std::string& url, const std::string& key_file) {
  const auto store = store::open({.url = url, .readers = 2, .durable = false});
  store::migrate(*store, aspect::all_migrations());
  return Settling(*store, key_file).run();
}

}  // namespace tongxin::torture

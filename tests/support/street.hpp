// The street of the stories (packs/base/worlds/street.yaml) with the real packs, on one store: what tests of the engine
// and of everything above it begin with.
#pragma once
#include <memory>
#include <string>

#include "aspect/all.hpp"
#include "pack/loader.hpp"
#include "record/engine.hpp"
#include "sim/fixture.hpp"
#include "support/engines.hpp"

namespace tongxin::test {

using aspect::all_migrations;

inline std::shared_ptr<const pack::Library> all_packs() {
  static const auto library = pack::load_packs({std::string(TONGXIN_SOURCE_DIR) + "/packs", {}}, aspect::vocabulary());
  return library;
}

class Street {
 public:
  explicit Street(store::Store& opened, std::uint64_t seed = 7)
      : store(opened),
        clock(start()),
        ids(clock, seed),
        vault(people::Vault::for_this_process()),
        worlds(all_packs()),
        engine(worlds, ids, vault, aspect::all()) {
    realm = ids.make<RealmId>();
    const auto fixture = sim::read_fixture(std::string(TONGXIN_SOURCE_DIR) + "/packs", "base", "street");
    store.write([&](store::Tx& tx) {
      names = sim::settle_fixture(tx, vault, {realm, {}, clock.now(), ids, "test", {}}, *all_packs(), fixture);
    });
  }

  static Time start() {
    Time time{};
    parse_local("2026-03-06 10:00", time);
    return time;
  }
  record::Actor as(const std::string& person) const {
    return {.person = names.people.at(person), .system = false, .follows = {}};
  }

  record::Draft report(const std::string& text = "楼下垃圾三天没人清") const {
    record::Draft draft;
    draft.kind = "issue";
    draft.category = "garbage";
    draft.area = names.areas.at("B0101");
    draft.form = {{"description", text}};
    return draft;
  }
  record::Outcome create(const std::string& person, const record::Draft& draft, const std::string& key = "") {
    return store.write([&](store::Tx& tx) { return engine.create(tx, realm, as(person), draft, clock.now(), key); });
  }
  record::Outcome act(const std::string& person, RecordId id, const std::string& action,
                      const boost::json::object& form = {}, std::optional<int> version = {},
                      const std::string& key = "") {
    return store.write(
        [&](store::Tx& tx) { return engine.act(tx, realm, as(person), id, action, form, version, clock.now(), key); });
  }
  record::Record load(RecordId id) {
    return *store.read([&](store::Tx& tx) { return engine.find(tx, realm, id); });
  }

  store::Store& store;
  ManualClock clock;
  IdSource ids;
  people::Vault vault;
  record::Worlds worlds;
  record::Engine engine;
  RealmId realm;
  sim::Names names;
};

// The code of the fault that the call throws; none when it succeeds.
template <class F>
std::optional<Code> refusal(F&& call) {
  try {
    call();
    return std::nullopt;
  } catch (const Fault& fault) {
    return fault.code();
  }
}

}  // namespace tongxin::test

// What the benchmarks share: an installation made by `tongxin demo`, opened without its keys, and the matter that is raised
// again and again (the same body that bench/wrk/create.lua sends).
#pragma once
#include <memory>
#include <vector>

#include "aspect/all.hpp"
#include "pack/loader.hpp"
#include "people/sealed.hpp"
#include "record/engine.hpp"

#include "record/realm.hpp"

namespace tongxin::bench {

struct Installation {
  Installation(const std::string& db, bool durable)
      : store(store::open({.url = db, .durable = durable})),
        ids(clock, std::uint64_t(to_millis(clock.now()))),
        vault(people::Vault::for_this_process()),
        worlds(pack::load_packs({"packs", {}}, aspect::vocabulary())),
        engine(worlds, ids, vault, aspect::all()) {
    store::migrate(*store, aspect::all_migrations());
    store->read([&](store::Tx& tx) {
      realm = record::choose_realm(tx).id;
      world = worlds.current(tx, realm);
      for (const place::Area& area : world->atlas->all())
        if (area.level == "grid") grids.push_back(area.id);
    });
    if (grids.empty()) throw std::runtime_error(db + " has no grids; it should come from `tongxin demo`");
  }

  record::Draft draft(std::size_t turn) const {
    static const char* const kCategories[] = {"garbage", "road", "water", "parking"};
    record::Draft draft;
    draft.kind = "issue";
    draft.category = kCategories[turn % std::size(kCategories)];
    draft.area = grids[turn % grids.size()];
    draft.form = {{"description",
                   "桃园里三号楼楼下的垃圾桶已经三天没有人清理了，天气热味道很大，请尽快安排人来处理一下，谢谢。"}};
    return draft;
  }

  SystemClock clock;
  std::unique_ptr<store::Store> store;
  IdSource ids;
  people::Vault vault;
  record::Worlds worlds;
  record::Engine engine;
  RealmId realm;
  record::WorldPtr world;
  std::vector<AreaId> grids;
};

}  // namespace tongxin::bench

#include "measure/verify.hpp"

#include <cmath>

#include "aspect/all.hpp"
#include "record/chain.hpp"
#include "record/change.hpp"
#include "record/sql.hpp"

namespace tongxin::measure {
namespace {

using record::Event;
using record::Record;
using record::World;
using store::Sql;
using store::Tx;

constexpr Sql kPageOfRecords{"page_of_records", "SELECT " TONGXIN_RECORD_COLUMNS
                                                " FROM record WHERE realm_id=$1 AND id > $2 ORDER BY id LIMIT 500"};
constexpr Sql kScopesOf{
    "scopes_of", "SELECT 1 FROM record_scope WHERE realm_id=$1 AND scope=$2 AND list=$3 AND open=$4 AND record_id=$5"};
constexpr Sql kEntriesByCell{
    "entries_by_cell",
    "SELECT kind, name, period, path, org_id, category, day, add_value FROM count_entry WHERE realm_id=$1"};
constexpr Sql kAllCells{"all_cells",
                        "SELECT scope, kind, period, name, category, n, total FROM count_cell WHERE realm_id=$1"};
constexpr Sql kOrphanEntries{"orphan_entries",
                             "SELECT count(*) FROM count_entry c WHERE c.realm_id=$1 AND NOT EXISTS (SELECT 1 FROM "
                             "event e WHERE e.realm_id = c.realm_id AND e.record_id = c.record_id AND e.seq = c.seq)"};

class Verifier {
 public:
  Verifier(store::Store& store, record::Worlds& worlds, RealmId realm)
      : store_(store), worlds_(worlds), realm_(realm) {}

  Verdict run(const std::function<void(std::int64_t)>& progress) {
    RecordId last;
    for (bool more = true; more;) {
      store_.read([&](Tx& tx) {
        const auto world = worlds_.current(tx, realm_);
        const auto page = tx.all<Record>(kPageOfRecords, realm_, last);
        for (const Record& each : page) check_record(tx, *world, each);
        more = page.size() == 500;
        if (!page.empty()) last = page.back().id;
      });
      if (progress) progress(verdict_.records);
    }
    store_.read([&](Tx& tx) { check_cells(tx, *worlds_.current(tx, realm_)); });
    for (const record::Aspect& aspect : aspect::all())
      if (aspect.verify)
        aspect.verify(store_, worlds_, realm_, [&](const char* what, std::string where, Words say) {
          find(what, std::move(where), std::move(say));
        });
    return std::move(verdict_);
  }

 private:
  void find(const char* what, std::string where, Words say) {
    ++verdict_.findings_total;
    if (verdict_.findings.size() < 1000) verdict_.findings.push_back({what, std::move(where), std::move(say)});
  }

  void check_record(Tx& tx, const World& world, const Record& record) {
    ++verdict_.records;
    store::Bytes previous;
    int seq = 0;
    tx.each(
        record::sql::kEvents,
        [&](const store::Row& row) {
          const Event event = store::inside::from_row<Event>(row);
          ++verdict_.events;
          if (event.seq != ++seq) find("chain", record.number, words("缺少第 {} 个事件", "event {} is missing", seq));
          if (!record::verify_event(realm_, previous, event))
            find("chain", record.number, words("第 {} 个事件被改动过", "event {} was altered", event.seq));
          previous = event.hash;
        },
        realm_, record.id);
    if (seq != record.last_seq || previous != record.last_hash)
      find("chain", record.number, words("链的末端与事项不符", "the end of the chain is not what the record says"));
    check_lists(tx, world, record);
    check_timers(tx, record);
  }

  void check_lists(Tx& tx, const World& world, const Record& record) {
    const auto participants = tx.all<record::Participant>(record::sql::kParticipants, realm_, record.id);
    for (const auto& [scope, list] : record::scopes_of(world, record, participants))
      if (!tx.one<int>(kScopesOf, realm_, scope, list, record.open, record.id))
        find("list", record.number, words("不在应在的清单 {} 中", "is missing from the list {}", list));
  }

  void check_timers(Tx& tx, const Record& record) {
    for (const record::Timer& timer : tx.all<record::Timer>(record::sql::kTimers, realm_, record.id)) {
      const auto wake = record::wake_time(timer);
      if (wake != timer.wake_at)
        find("timer", record.number,
             words("时限“{}”的唤醒时刻不对", "the deadline '{}' would wake at the wrong time", timer.deadline));
    }
  }

  // ── figures ──
  struct Key {
    std::int64_t scope;
    std::string kind, name, category;
    std::int32_t period;
    auto operator<=>(const Key&) const = default;
  };
  struct Sum {
    std::int64_t n = 0;
    double total = 0;
  };

  void check_cells(Tx& tx, const World& world) {
    std::map<Key, Sum> recount;
    tx.each(
        kEntriesByCell, [&](const store::Row& row) { recount_entry(world, row, recount); }, realm_);
    tx.each(
        kAllCells,
        [&](const store::Row& row) {
          ++verdict_.cells;
          const Key key{row.integer(0), row.get<std::string>(1), row.get<std::string>(3), row.get<std::string>(4),
                        row.get<std::int32_t>(2)};
          const auto found = recount.find(key);
          const std::string where =
              fmt::format("{} {}.{} {} {}", id_text(key.scope), key.kind, key.name, key.period, key.category);
          if (found == recount.end()) {
            if (row.integer(5) != 0)
              find("figure", where, words("没有依据的数字 {}", "a figure without evidence: {}", row.integer(5)));
            return;
          }
          if (found->second.n != row.integer(5) ||
              std::abs(found->second.total - row.real(6)) > 1e-6 * (1 + std::abs(row.real(6))))
            find("figure", where,
                 words("记为 {}，重数为 {}", "kept as {}, recounted as {}", row.integer(5), found->second.n));
          recount.erase(found);
        },
        realm_);
    for (const auto& [key, sum] : recount)
      find("figure", fmt::format("{} {}.{} {} {}", id_text(key.scope), key.kind, key.name, key.period, key.category),
           words("重数为 {}，却没有记下", "recounted as {}, but not kept", sum.n));
    if (const auto orphans = tx.one<std::int64_t>(kOrphanEntries, realm_); orphans.value_or(0) != 0)
      find("evidence", "count_entry", words("{} 条计数没有对应的事件", "{} counted entries have no event", *orphans));
  }

  void recount_entry(const World& world, const store::Row& row, std::map<Key, Sum>& recount) {
    ++verdict_.entries;
    const std::string kind = row.get<std::string>(0), name = row.get<std::string>(1), path = row.get<std::string>(3),
                      category = row.get<std::string>(5);
    const pack::Kind* described = world.library->kind(kind);
    const int index = described == nullptr ? -1 : described->count(name);
    const bool daily = index >= 0 && described->counts[std::size_t(index)].daily;
    const auto add = [&](std::int64_t scope) {
      for (const std::int32_t period : {row.get<std::int32_t>(2), daily ? row.get<std::int32_t>(6) : 0}) {
        if (period == 0) continue;
        Sum& sum = recount[{scope, kind, name, category, period}];
        ++sum.n;
        sum.total += row.real(7);
      }
    };
    for (std::size_t at = 1; at + 13 <= path.size(); at += 14) {
      AreaId area;
      const place::Area* place = parse(std::string_view(path).substr(at, 13), area) ? world.atlas->find(area) : nullptr;
      const int rank = place == nullptr ? -1 : world.library->level_rank(place->level);
      if (rank >= 0 && world.library->levels[std::size_t(rank)].desk) add(area.value);
    }
    if (row.integer(4) != 0) add(row.integer(4));
  }

  store::Store& store_;
  record::Worlds& worlds_;
  RealmId realm_;
  Verdict verdict_;
};

}  // namespace

Verdict verify(store::Store& store, record::Worlds& worlds, RealmId realm,
               const std::function<void(std::int64_t)>& progress) {
  return Verifier(store, worlds, realm).run(progress);
}

}  // namespace tongxin::measure

#include "measure/verify.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <set>

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
    "SELECT kind, name, period, path, org_id, category, day, add_value, record_id, seq FROM count_entry WHERE "
    "realm_id=$1"};
constexpr Sql kAllListed{"all_listed", "SELECT record_id FROM record_scope WHERE realm_id=$1"};
// Those that an event sent. A roster's, and the warnings of an account, come with none.
constexpr Sql kAllMessages{"all_messages", "SELECT record_id, seq, id, at FROM message WHERE realm_id=$1 AND seq > 0"};
// Of a page of records.
constexpr Sql kRatingsOf{"ratings_of",
                         "SELECT record_id, seq, at, body FROM rating WHERE realm_id=$1 AND record_id > $2 AND "
                         "record_id <= $3 ORDER BY record_id, seq"};
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
        read_ratings(tx, page, last);
        for (const Record& each : page) check_record(tx, *world, each);
        more = page.size() == 500;
        if (!page.empty()) last = page.back().id;
      });
      if (progress) progress(verdict_.records);
    }
    store_.read([&](Tx& tx) {
      const auto world = worlds_.current(tx, realm_);
      check_cells(tx, *world);
      check_entries(tx);
      check_messages(tx);
      check_surplus(tx, *world);
    });
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
    Seen seen{.id = record.id};
    std::optional<record::Proof> proof;
    record::ProofSum judged;
    tx.each(
        record::sql::kEvents,
        [&](const store::Row& row) {
          const Event event = store::inside::from_row<Event>(row);
          ++verdict_.events;
          if (event.seq != ++seq) find("chain", record.number, words("缺少第 {} 个事件", "event {} is missing", seq));
          if (!record::verify_event(realm_, previous, event))
            find("chain", record.number, words("第 {} 个事件被改动过", "event {} was altered", event.seq));
          previous = event.hash;
          proof = record::proof_in(event);
          if (!proof) return;
          if (seen.first == 0) seen.first = event.seq;
          seen.last = event.seq;
          seen.entries += proof->entries;
          seen.messages += proof->messages;
          judged = proof->forgets ? record::ProofSum{} : judged;
          judged += proof->ratings;
        },
        realm_, record.id);
    if (seq != record.last_seq || previous != record.last_hash)
      find("chain", record.number, words("链的末端与事项不符", "the end of the chain is not what the record says"));
    if (proof) {
      if (proof_of(record) != proof->record)
        find("record", record.number, words("事项的内容与它的最后一个事件不符", "it is not what its last event left"));
      for (const Rating& each : ratings_)
        if (each.record == record.id && each.seq >= seen.first)
          judged -= record::proof_of_rating(each.record, each.seq, each.at, each.body);
      if (judged != record::ProofSum{})
        find("rating", record.number, words("评价与事件不符", "its ratings are not what its events left"));
    }
    check_timers(tx, record, proof);
    const auto parts = participants_of(tx, record);
    check_participants(record, parts, proof);
    seen.lists = check_lists(tx, record, record::scopes_of(world, record, parts));
    seen_.push_back(seen);
  }

  struct Rating {
    RecordId record;
    int seq = 0;
    Time at;
    std::string body;
  };

  void read_ratings(Tx& tx, const std::vector<Record>& page, RecordId after) {
    ratings_.clear();
    if (page.empty()) return;
    tx.each(
        kRatingsOf,
        [&](const store::Row& row) {
          ratings_.push_back({row.get<RecordId>(0), row.get<int>(1), row.get<Time>(2), row.get<std::string>(3)});
        },
        realm_, after, page.back().id);
  }

  std::vector<record::Participant> participants_of(Tx& tx, const Record& record) {
    return tx.all<record::Participant>(record::sql::kParticipants, realm_, record.id);
  }

  void check_participants(const Record& record, const std::vector<record::Participant>& parts,
                          const std::optional<record::Proof>& proof) {
    record::ProofSum sum;
    for (const record::Participant& each : parts) sum += record::proof_of(record.id, each);
    if (proof && sum != proof->parts)
      find("participant", record.number,
           words("参与者与它的最后一个事件不符", "who takes part is not what its last event left"));
  }

  // In how many lists it stands.
  int check_lists(Tx& tx, const Record& record, const std::vector<record::Listing>& lists) {
    for (const auto& [scope, list] : lists)
      if (!tx.one<int>(kScopesOf, realm_, scope, list, record.open, record.id))
        find("list", record.number, words("不在应在的清单 {} 中", "is missing from the list {}", list));
    return int(lists.size());
  }

  void check_timers(Tx& tx, const Record& record, const std::optional<record::Proof>& proof) {
    record::ProofSum timers;
    for (const record::Timer& timer : tx.all<record::Timer>(record::sql::kTimers, realm_, record.id)) {
      timers += record::proof_of(timer);
      const auto wake = record::wake_time(timer);
      if (wake != timer.wake_at)
        find("timer", record.number,
             words("时限“{}”的唤醒时刻不对", "the deadline '{}' would wake at the wrong time", timer.deadline));
    }
    if (proof && timers != proof->timers)
      find("timer", record.number,
           words("时限与它的最后一个事件不符", "its deadlines are not what its last event left"));
  }

  // ── what was seen of each record, against what belongs to all ──
  // Of an event that came after the record was looked at nothing is said here.
  struct Seen {
    RecordId id;
    int first = 0, last = 0;                 // the events that carry a proof; 0: none
    record::ProofSum entries{}, messages{};  // what they counted and sent, less what is found
    int lists = 0, listed = 0;               // in how many it belongs, in how many it stands
    bool proves(int seq) const { return first != 0 && seq >= first && seq <= last; }
  };

  Seen* seen(RecordId id) {
    const auto at = std::lower_bound(seen_.begin(), seen_.end(), id,
                                     [](const Seen& each, RecordId wanted) { return each.id < wanted; });
    return at != seen_.end() && at->id == id ? &*at : nullptr;
  }

  std::string number_of(Tx& tx, RecordId id) {
    const auto record = tx.one<Record>(record::sql::kRecord, realm_, id);
    return record ? record->number : to_text(id);
  }

  void check_entries(Tx& tx) {
    for (const Seen& each : seen_)
      if (each.entries != record::ProofSum{})
        find("evidence", number_of(tx, each.id),
             words("它的计数与它的事件不符", "what is counted of it is not what its events counted"));
  }

  void check_messages(Tx& tx) {
    std::set<RecordId> unknown;
    tx.each(
        kAllMessages,
        [&](const store::Row& row) {
          const auto id = row.get<RecordId>(0);
          const auto seq = row.get<int>(1);
          Seen* record = seen(id);
          if (record == nullptr)
            unknown.insert(id);
          else if (record->proves(seq))
            record->messages -= record::proof_of_message(id, seq, row.integer(2), row.get<Time>(3));
        },
        realm_);
    for (const Seen& each : seen_)
      if (each.messages != record::ProofSum{})
        find("message", number_of(tx, each.id),
             words("发出的消息与它的事件不符", "the messages about it are not what its events sent"));
    for (const RecordId id : unknown)
      if (!tx.one<Record>(record::sql::kRecord, realm_, id))
        find("message", to_text(id), words("消息说的事项不存在", "messages speak of a record that does not exist"));
  }

  // Lists in which a record stands without a right to: each list that it must stand in was looked for before, so their number
  // tells.
  void check_surplus(Tx& tx, const World& world) {
    std::map<RecordId, int> unknown;
    tx.each(
        kAllListed,
        [&](const store::Row& row) {
          const auto id = row.get<RecordId>(0);
          if (Seen* record = seen(id))
            ++record->listed;
          else
            ++unknown[id];
        },
        realm_);
    for (const Seen& each : seen_)
      if (each.listed > each.lists) check_listed(tx, world, each);
    for (const auto& [id, lines] : unknown)
      if (!tx.one<Record>(record::sql::kRecord, realm_, id))
        find("list", to_text(id), words("清单中有不存在的事项", "lists hold a record that does not exist"));
  }

  // It may have changed since it was looked at.
  void check_listed(Tx& tx, const World& world, const Seen& seen) {
    const auto record = tx.one<Record>(record::sql::kRecord, realm_, seen.id);
    if (!record) return;
    const int surplus = seen.listed - int(record::scopes_of(world, *record, participants_of(tx, *record)).size());
    if (surplus > 0)
      find("list", record->number, words("多出现在 {} 个清单中", "stands in {} lists too many", surplus));
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
    const auto seq = row.get<int>(9);
    if (Seen* record = seen(row.get<RecordId>(8)); record != nullptr && record->proves(seq))
      record->entries -= record::proof_of(record::CountEntry{.record = record->id,
                                                             .seq = seq,
                                                             .kind = row.get<std::string>(0),
                                                             .name = row.get<std::string>(1),
                                                             .path = row.get<std::string>(3),
                                                             .category = row.get<std::string>(5),
                                                             .period = row.get<std::int32_t>(2),
                                                             .org = row.get<OrgId>(4),
                                                             .day = row.get<Day>(6),
                                                             .value = row.real(7)});
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
  std::vector<Seen> seen_;       // by id
  std::vector<Rating> ratings_;  // of the page of records
};

}  // namespace

Verdict verify(store::Store& store, record::Worlds& worlds, RealmId realm,
               const std::function<void(std::int64_t)>& progress) {
  return Verifier(store, worlds, realm).run(progress);
}

}  // namespace tongxin::measure

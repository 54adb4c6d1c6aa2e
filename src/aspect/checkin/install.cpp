// Where check-ins meet the house: facts, erasure, proof.
#include "aspect/checkin/checkin.hpp"
#include "aspect/checkin/forget.hpp"
#include "aspect/checkin/section.hpp"
#include "aspect/checkin/sql.hpp"
#include "record/change.hpp"

namespace tongxin::aspect::checkin {
namespace {

using record::Change;

struct Sums {
  std::string sort;
  std::int64_t n = 0, photos = 0, videos = 0;
  Time first, last;
  std::int64_t people = 0;
};
BOOST_DESCRIBE_STRUCT(Sums, (), (sort, n, photos, videos, first, last, people))
struct TrackSums {
  double metres = 0;
  std::int64_t jumps = 0;
};
BOOST_DESCRIBE_STRUCT(TrackSums, (), (metres, jumps))

pack::Value fact(Change& change, const pack::Fact& fact) {
  if (change.creating) return 0.0;
  const std::string_view name = std::string_view(fact.subject).substr(std::string_view("checkin.").size());
  if (name == "metres" || name == "jumps") {
    const auto sums = change.tx.one<TrackSums>(sql::kTrackSums, change.realm, change.record.id).value_or(TrackSums{});
    return name == "metres" ? sums.metres : double(sums.jumps);
  }
  if (name == "people")
    return double(change.tx.one<std::int64_t>(sql::kPeopleOfRecord, change.realm, change.record.id).value_or(0));
  std::int64_t photos = 0, videos = 0;
  std::optional<Time> first, last;
  for (const Sums& each : change.tx.all<Sums>(sql::kSums, change.realm, change.record.id)) {
    if (name == each.sort + ".times") return double(each.n);
    photos += each.photos;
    videos += each.videos;
    if (!first || each.first < *first) first = each.first;
    if (!last || each.last > *last) last = each.last;
  }
  if (name == "photos") return double(photos);
  if (name == "videos") return double(videos);
  if (name == "minutes") return first ? double((*last - *first).count()) / 60'000 : 0.0;
  return 0.0;
}

// Every figure of people equals a recount of the check-ins.
void verify(store::Store& store, record::Worlds&, RealmId realm, const record::FindingSink& find) {
  store.read([&](store::Tx& tx) {
    std::map<std::pair<std::string, std::string>, std::int64_t> counted;
    const auto read = [&](const store::Sql& sql, auto&& each) {
      tx.each(
          sql,
          [&](const store::Row& row) {
            each(std::pair(row.get<std::string>(0), row.get<std::string>(1)), row.integer(2));
          },
          realm);
    };
    read(sql::kVerifyPeople, [&](const auto& key, std::int64_t n) { counted[key] += n; });
    read(sql::kVerifyKept, [&](const auto& key, std::int64_t n) { counted[key] -= n; });
    for (const auto& [key, difference] : counted)
      if (difference != 0)
        find("checkin", key.first + "." + key.second,
             words("打卡数与合计相差 {}", "the figure and a recount differ by {}", difference));
  });
}

}  // namespace

record::Aspect aspect() {
  record::Aspect described;
  described.words.name = described.words.kind_block = "checkin";
  described.words.read_kind = read_section;
  described.words.facts = facts;
  described.fact = fact;
  described.migrations = sql::kMigrations;
  described.hears = {{"erase.all", forget_all}, {"erase.private", forget_private}};
  described.verify = verify;
  return described;
}

std::span<const store::Sql> statements() { return sql::kStatements; }

}  // namespace tongxin::aspect::checkin

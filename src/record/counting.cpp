// Figures, exact at every event: one row of evidence per counted event, and the cells of every scope that it belongs to.
#include "record/change.hpp"
#include "record/sql.hpp"
#include "store/later.hpp"

namespace tongxin::record {
namespace {

bool concerns(const Change& change, const pack::Count& count, int entered) {
  if (count.on_create && change.creating) return true;
  if (change.action_index >= 0 && count.on_action[std::size_t(change.action_index)]) return true;
  if (entered >= 0 && count.on_enter[std::size_t(entered)]) return true;
  return std::any_of(change.late_now.begin(), change.late_now.end(),
                     [&](int deadline) { return count.on_late[std::size_t(deadline)]; });
}

Day day_of_count(Change& change, const pack::Count& count) {
  if (!count.on_day) return change.today();
  const pack::Value found = change.value(*count.on_day);
  const auto* day = std::get_if<pack::DayValue>(&found);
  return day == nullptr ? change.today() : day->day;
}

void add(Change& change, const pack::Count& count, int seq, OrgId org) {
  const Record& record = change.record;
  const World& world = *change.world;
  const Day day = day_of_count(change, count);
  const std::int32_t period = period_of(day, count.period_starts_on_day);
  const double value = count.add ? change.number(*count.add) : 0;
  const AreaId area = record.area ? record.area : record.holder_area;
  const place::Area* place = world.atlas->find(area);
  Counted counted{{.record = record.id,
                   .seq = seq,
                   .kind = record.kind,
                   .name = count.name,
                   .path = place == nullptr ? "" : place->path,
                   .category = record.category,
                   .period = period,
                   .org = org,
                   .day = day,
                   .value = value},
                  {},
                  count.daily};
  const auto desks = world.desks->of(area);
  counted.scopes.reserve(desks.size() + 1);
  for (const AreaId desk : desks) counted.scopes.push_back(desk.value);
  if (org) counted.scopes.push_back(org.value);
  change.counted.push_back(std::move(counted));
}

}  // namespace

// The period a day belongs to, yyyymm. A period that starts on the 19th is named after the month in which it ends.
std::int32_t period_of(Day day, int starts_on_day) {
  if (starts_on_day <= 1 || day % 100 < starts_on_day) return month_of(day);
  return month_of(add_days(day / 100 * 100 + 1, 31));
}

void count(Change& change, int seq) {
  const int entered =
      change.creating || change.record.state != change.before.state ? change.kind->state(change.record.state) : -1;
  // A figure belongs to whoever held the record when it happened; at the beginning, to whoever got it.
  const OrgId org = change.before.holder_org ? change.before.holder_org : change.record.holder_org;
  for (const pack::Count& each : change.kind->counts)
    if (concerns(change, each, entered) && change.holds(each.when)) add(change, each, seq, org);
}

void save_counts(Change& change) {
  for (const auto& [entry, scopes, daily] : change.counted) {
    store::run_later(change.tx, sql::kAddCountEntry, change.realm, entry.kind, entry.name, entry.period, entry.path,
                     entry.record, entry.seq, entry.org, entry.category, entry.day, entry.value);
    const auto cell = [&](std::int64_t scope, std::int32_t when) {
      store::run_later(change.tx, sql::kAddToCell, change.realm, scope, entry.kind, when, entry.name, entry.category, 1,
                       entry.value);
    };
    for (const std::int64_t scope : scopes) {
      cell(scope, entry.period);
      if (daily) cell(scope, entry.day);
    }
  }
}

}  // namespace tongxin::record

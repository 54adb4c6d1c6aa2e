#include "measure/figures.hpp"

namespace tongxin::measure {
namespace {

using record::World;
using store::Sql;

constexpr Sql kCells{"cells",
                     "SELECT period, name, category, n, total FROM count_cell WHERE realm_id=$1 AND scope=$2 AND "
                     "kind=$3 AND period >= $4 AND period <= $5"};
// All pages of one figure below a place: the path's prefix is a range.
constexpr Sql kBehindArea{"behind_area",
                          "SELECT period, path, record_id, seq, day, add_value FROM count_entry WHERE realm_id=$1 AND "
                          "kind=$2 AND name=$3 AND period=$4 "
                          "AND path >= $5 AND path < $6 AND (path, record_id, seq) > ($7, $8, $9) AND ($10 = '*' OR "
                          "category = $10) AND day >= $11 AND day <= $12 ORDER BY path, record_id, seq LIMIT $13"};
constexpr Sql kBehindOrg{
    "behind_org",
    "SELECT period, path, record_id, seq, day, add_value FROM count_entry WHERE realm_id=$1 AND "
    "kind=$2 AND name=$3 AND org_id=$4 AND period=$5 "
    "AND record_id > $6 AND ($7 = '*' OR category = $7) AND day >= $8 AND day <= $9 ORDER BY record_id, seq LIMIT $10"};

struct CellRow {
  std::int32_t period = 0;
  std::string name, category;
  std::int64_t n = 0;
  double total = 0;
};
BOOST_DESCRIBE_STRUCT(CellRow, (), (period, name, category, n, total))

void finish(const pack::Kind& kind, Sums& sums) {
  const auto sum = [&](const std::vector<std::pair<double, int>>& parts) {
    double all = 0;
    for (const auto& [weight, index] : parts) {
      const Cell& cell = sums.counts[std::size_t(index)];
      all += weight * (kind.counts[std::size_t(index)].add ? cell.total : double(cell.n));
    }
    return all;
  };
  for (const pack::Rate& rate : kind.rates) {
    RateValue value{sum(rate.of), sum(rate.per), std::nullopt};
    if (value.per != 0) value.value = value.of / value.per;
    sums.rates.push_back(value);
  }
  for (const pack::Score& score : kind.scores) {
    std::optional<double> value = 0;
    for (const auto& [weight, rate] : score.of) {
      const auto& part = sums.rates[std::size_t(rate)].value;
      value = value && part ? std::optional(*value + weight * *part) : std::nullopt;
    }
    sums.scores.push_back(value);
  }
}

Sums empty(const pack::Kind& kind) { return {std::vector<Cell>(kind.counts.size()), {}, {}}; }

void add(const pack::Kind& kind, Sums& sums, const CellRow& row) {
  const int index = kind.count(row.name);
  if (index < 0) return;  // counted by an earlier version of the pack
  sums.counts[std::size_t(index)].n += row.n;
  sums.counts[std::size_t(index)].total += row.total;
}

std::vector<CellRow> cells(store::Tx& tx, const World& world, const Question& question, std::int64_t scope) {
  return tx.all<CellRow>(kCells, world.realm, scope, question.kind, question.from, question.until);
}

Sums sums_of(store::Tx& tx, const World& world, const pack::Kind& kind, const Question& question, std::int64_t scope) {
  Sums sums = empty(kind);
  for (const CellRow& row : cells(tx, world, question, scope)) add(kind, sums, row);
  finish(kind, sums);
  return sums;
}

// The next desk level below: communities of a street, grids of a community.
void rows_by_area(store::Tx& tx, const World& world, const pack::Kind& kind, const Question& question, Answer& answer) {
  for (const AreaId child : world.atlas->children(AreaId{question.scope})) {
    const place::Area& area = world.atlas->at(child);
    const int rank = world.library->level_rank(area.level);
    if (rank < 0 || !world.library->levels[std::size_t(rank)].desk) continue;
    answer.rows.push_back({to_text(child), area.name, sums_of(tx, world, kind, question, child.value)});
  }
}

void rows_by_org(store::Tx& tx, const World& world, const pack::Kind& kind, const Question& question, Answer& answer) {
  const place::Area* top = world.atlas->find(AreaId{question.scope});
  for (const people::Org& org : world.directory->orgs()) {
    const place::Area* area = world.atlas->find(org.area);
    if (top != nullptr && (area == nullptr || !world.atlas->within(area->id, top->id))) continue;
    Sums sums = sums_of(tx, world, kind, question, org.id.value);
    if (std::any_of(sums.counts.begin(), sums.counts.end(), [](const Cell& cell) { return cell.n != 0; }))
      answer.rows.push_back({to_text(org.id), org.name, std::move(sums)});
  }
}

std::string category_name(const pack::Kind& kind, const std::string& code) {
  const pack::Category* category = kind.taxonomy == nullptr ? nullptr : kind.taxonomy->find(code);
  return category == nullptr ? code : category->name.zh;
}

}  // namespace

Answer ask(store::Tx& tx, const World& world, const Question& question) {
  const pack::Kind& kind = world.kind(question.kind);
  Answer answer;
  answer.sums = empty(kind);
  std::map<std::string, Sums> groups;
  for (const CellRow& row : cells(tx, world, question, question.scope)) {
    add(kind, answer.sums, row);
    if (question.by != By::category && question.by != By::period) continue;
    const std::string key = question.by == By::category ? row.category : std::to_string(row.period);
    add(kind, groups.try_emplace(key, empty(kind)).first->second, row);
  }
  finish(kind, answer.sums);
  for (auto& [key, sums] : groups) {
    finish(kind, sums);
    answer.rows.push_back({key, question.by == By::category ? category_name(kind, key) : key, std::move(sums)});
  }
  if (question.by == By::area) rows_by_area(tx, world, kind, question, answer);
  if (question.by == By::org) rows_by_org(tx, world, kind, question, answer);
  return answer;
}

std::vector<Entry> behind(store::Tx& tx, const World& world, const Behind& wanted, const std::optional<Entry>& after,
                          int limit) {
  std::vector<Entry> entries;
  const std::string category = wanted.category.value_or("*");
  const place::Area* area = world.atlas->find(wanted.area);
  if (!wanted.org && area == nullptr) return entries;
  // Entries are kept by month. A month may begin on the 19th of the month before, so days may stand in the month behind theirs.
  const bool by_day = wanted.from >= 10'000'000;
  const Day first_day = by_day ? wanted.from : 0, last_day = by_day ? wanted.until : 99991231;
  const std::int32_t first_month = by_day ? wanted.from / 100 : wanted.from,
                     last_month =
                         by_day ? wanted.until / 100 + (wanted.until / 100 % 100 == 12 ? 89 : 1) : wanted.until;
  // One range scan per period, newest period first; periods outside the months of a year are skipped.
  std::int32_t period = after ? after->period : last_month;
  for (; period >= first_month && int(entries.size()) < limit; --period) {
    if (period % 100 < 1 || period % 100 > 12) continue;
    const bool first = after && after->period == period;
    const int room = limit - int(entries.size());
    std::vector<Entry> page =
        wanted.org ? tx.all<Entry>(kBehindOrg, world.realm, wanted.kind, wanted.count, wanted.org, period,
                                   first ? after->record : RecordId{}, category, first_day, last_day, room)
                   : tx.all<Entry>(kBehindArea, world.realm, wanted.kind, wanted.count, period, area->path,
                                   area->path + "\x7f", first ? after->path : std::string{},
                                   first ? after->record : RecordId{}, first ? after->seq : 0, category, first_day,
                                   last_day, room);
    entries.insert(entries.end(), page.begin(), page.end());
  }
  return entries;
}

}  // namespace tongxin::measure

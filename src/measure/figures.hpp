// Figures: read from cells that are kept exact at every event, never counted at read time.
//
// The cost of a question grows with what it shows (periods × categories × rows), never with the number of records.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "record/world.hpp"
#include "store/store.hpp"

namespace tongxin::measure {

enum class By { none, area, category, period, org };

struct Question {
  std::string kind;
  std::int64_t scope = 0;            // an area (desk level) or an organisation
  std::int32_t from = 0, until = 0;  // periods yyyymm (or days yyyymmdd for counts kept daily), both included
  By by = By::none;
};

// A count over a question: how many events, and the sum of what they added (0 where the count only counts).
struct Cell {
  std::int64_t n = 0;
  double total = 0;
};
// A rate's parts; no value where the denominator is empty.
struct RateValue {
  double of = 0, per = 0;
  std::optional<double> value;
};

struct Sums {
  std::vector<Cell> counts;  // by index into the kind's counts
  std::vector<RateValue> rates;
  std::vector<std::optional<double>> scores;
};
struct Row {
  std::string key;  // area or org id, category code, or period
  std::string name;
  Sums sums;
};
struct Answer {
  Sums sums;
  std::vector<Row> rows;
};

Answer ask(store::Tx& tx, const record::World& world, const Question& question);

// The records behind a figure, in pages: one entry per counted event. `after` is the last entry of the page before.
struct Entry {
  std::int32_t period = 0;
  std::string path;
  RecordId record;
  int seq = 0;
  Day day = 0;
  double added = 0;
};
BOOST_DESCRIBE_STRUCT(Entry, (), (period, path, record, seq, day, added))
struct Behind {
  std::string kind, count;
  AreaId area;  // or
  OrgId org;
  std::int32_t from = 0, until = 0;
  std::optional<std::string> category;
};
std::vector<Entry> behind(store::Tx& tx, const record::World& world, const Behind& wanted,
                          const std::optional<Entry>& after, int limit);

}  // namespace tongxin::measure

#include <cmath>

#include "base/search_terms.hpp"
#include "place/geometry.hpp"
#include "record/sql.hpp"
#include "serve/lists.hpp"

namespace tongxin::serve {
namespace {

using record::Record;

constexpr double kFarthest = 1000, kCellNorth = 556, kEnoughAlike = 0.3;
constexpr int kShown = 8, kFromArea = 60;
constexpr std::int64_t kNorth = std::int64_t{1} << 20;

// The share of the shorter text's terms (bigrams of Chinese) that the other has too.
double alikeness(const std::vector<std::string>& a, const std::vector<std::string>& b) {
  if (a.empty() || b.empty()) return 0;
  std::vector<std::string> both;
  std::set_intersection(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(both));
  return double(both.size()) / double(std::min(a.size(), b.size()));
}

std::vector<record::RecordPtr> near_point(View& view, const std::string& kind, double lon, double lat, double metres) {
  const double east = kCellNorth * std::max(0.2, std::cos(lat * 3.14159265358979 / 180));
  const int up = int(std::ceil(metres / kCellNorth)), aside = std::min(4, int(std::ceil(metres / east)));
  std::vector<record::RecordPtr> records;
  for (int y = -up; y <= up; ++y)
    for (int x = -aside; x <= aside; ++x)
      for (Record& record :
           view.tx.all<Record>(record::sql::kNear, view.app.realm, kind, record::geo_cell(lon, lat) + y * kNorth + x))
        records.push_back(std::make_shared<const Record>(std::move(record)));
  return records;
}

double metres_between(double lon, double lat, double other_lon, double other_lat) {
  const auto a = place::make_point(lon, lat), b = place::make_point(other_lon, other_lat);
  return a && b ? place::distance_metres(*a, *b) : kFarthest + 1;
}

std::vector<record::RecordPtr> in_area(View& view, const std::string& kind, AreaId area) {
  const AreaId desk = desk_area(*view.world, area);
  const auto ids = view.tx.all<RecordId>(record::sql::kPage, view.app.realm, desk, view.world->kind(kind).public_list,
                                         true, std::numeric_limits<std::int64_t>::max(), kFromArea);
  return view.app.engine.look(view.tx, view.app.realm, ids);
}

}  // namespace

api::RecordList similar_records(View& view, const Similar& wanted) {
  const pack::Kind& kind = view.world->kind(wanted.kind);
  const double within = kind.similar_within_m > 0 ? std::min(double(kind.similar_within_m), kFarthest) : kFarthest;
  Similar at = wanted;
  if (const place::Area* area = at.area ? view.world->atlas->find(*at.area) : nullptr;
      area != nullptr && !at.lon && area->lon)
    at.lon = area->lon, at.lat = area->lat;
  const bool point = at.lon && at.lat;
  if (!point && !at.area) return {};
  const auto terms = search_terms(wanted.text);
  struct Candidate {
    double alike, metres;
    api::RecordRow row;
  };
  std::vector<Candidate> candidates;
  for (const record::RecordPtr& found :
       point ? near_point(view, wanted.kind, *at.lon, *at.lat, within) : in_area(view, wanted.kind, *at.area)) {
    if (!found) continue;
    const Record& record = *found;
    const int state = kind.state(record.state);
    if (state < 0 || !kind.published[std::size_t(state)] || !record.open) continue;
    const double metres = point ? metres_between(*at.lon, *at.lat, *record.lon, *record.lat) : 0;
    const double alike = alikeness(terms, search_terms(record.title));
    if (metres > within || (record.category != wanted.category && alike < kEnoughAlike)) continue;
    candidates.push_back({alike, metres, *view.row(record, Sight::open)});
    if (point) candidates.back().row.distance_m = std::int64_t(std::lround(metres / 10) * 10);
  }
  std::sort(candidates.begin(), candidates.end(), [](const Candidate& a, const Candidate& b) {
    return a.alike != b.alike ? a.alike > b.alike : a.metres != b.metres ? a.metres < b.metres : b.row.id < a.row.id;
  });
  api::RecordList list;
  for (Candidate& each : candidates)
    if (int(list.items.size()) < kShown) list.items.push_back(std::move(each.row));
  return list;
}

}  // namespace tongxin::serve

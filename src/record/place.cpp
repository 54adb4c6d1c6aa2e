// Where a record is: a scanned code, an area, or a point that finds its grid.
#include <cmath>

#include "base/text.hpp"
#include "record/change.hpp"
#include "record/sql.hpp"

namespace tongxin::record {
namespace {

Fault wrong_place(const char* code, Words say) {
  return Fault(Code::invalid, words("地点不对", "the place is wrong"), {{"/place", code, std::move(say)}});
}

struct CodeRow {
  std::string kind;
  AreaId area;
  std::string facility;
  std::optional<Time> revoked_at;
};
BOOST_DESCRIBE_STRUCT(CodeRow, (), (kind, area, facility, revoked_at))

void place_by_code(Change& change, const std::string& code) {
  const auto row = change.tx.one<CodeRow>(sql::kPlaceCode, change.realm, code);
  if (!row || row->revoked_at)
    throw wrong_place(
        "unknown", words("这个码已停用或不存在，请选择地点", "this code is revoked or unknown; please choose a place"));
  change.record.area = row->area;
  if (change.record.address.empty()) change.record.address = row->facility;
}

void place_by_point(Change& change, double lon, double lat) {
  if (!(lon >= -180 && lon <= 180 && lat >= -90 && lat <= 90))
    throw wrong_place("range", words("经纬度超出范围", "longitude or latitude is out of range"));
  change.record.lon = lon;
  change.record.lat = lat;
  if (change.record.area) return;
  const auto& levels = change.world->library->levels;
  for (auto level = levels.rbegin(); level != levels.rend(); ++level)
    if (const auto area = change.world->atlas->locate(lon, lat, level->name)) {
      change.record.area = *area;
      return;
    }
  throw wrong_place("outside", words("这个位置不在服务范围内，请选择小区和楼号",
                                     "this point lies outside the area served; please choose a building"));
}

}  // namespace

// Cells of about 500 m by 500 m; a search of up to 500 m looks at nine of them. Kept small so that the index finds neighbours.
std::int64_t geo_cell(double lon, double lat) {
  return (std::int64_t(std::floor((lat + 90) * 200)) << 20) + std::int64_t(std::floor((lon + 180) * 200)) + 1;
}

void settle_place(Change& change, const Draft& draft) {
  Record& record = change.record;
  record.address = draft.address;
  record.area = draft.area;
  if (!draft.code.empty()) place_by_code(change, draft.code);
  if (draft.lon && draft.lat) place_by_point(change, *draft.lon, *draft.lat);
  if (record.area) {
    const place::Area* area = change.world->atlas->find(record.area);
    if (area == nullptr || area->until != 0)
      throw wrong_place("unknown", words("没有这个地点", "there is no such place"));
    record.path = area->path;
    if (!record.lon && area->lon) record.lon = area->lon, record.lat = area->lat;
  } else if (change.kind->place == pack::PlaceRule::required) {
    throw wrong_place("required", words("请选择地点", "please choose a place"));
  }
  record.geo_cell = record.lon ? geo_cell(*record.lon, *record.lat) : 0;
}

}  // namespace tongxin::record

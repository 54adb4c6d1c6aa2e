#include <cmath>

#include "base/contract.hpp"
#include "base/fault.hpp"
#include "place/geometry.hpp"

namespace tongxin::place {
namespace {

namespace json = boost::json;

[[noreturn]] void wrong(std::string at, std::string code, Words say) {
  auto sentence = say;
  throw Fault(Code::invalid, std::move(sentence), {{std::move(at), std::move(code), std::move(say)}});
}

const json::array& array_at(const json::value& value, const std::string& at, Words expected) {
  if (const auto* array = value.if_array()) return *array;
  wrong(at, "type", std::move(expected));
}

double number_at(const json::value& value, const std::string& at) {
  if (const auto* real = value.if_double()) return *real;
  if (const auto* whole = value.if_int64()) return double(*whole);
  if (const auto* whole = value.if_uint64()) return double(*whole);
  wrong(at, "type", words("坐标应当是数字", "a coordinate must be a number"));
}

Point position(const json::value& value, const std::string& at) {
  const auto& pair = array_at(value, at, words("坐标应当是 [经度, 纬度]", "a position must be [longitude, latitude]"));
  if (pair.size() < 2)
    wrong(at, "length", words("坐标应当是 [经度, 纬度]", "a position must be [longitude, latitude]"));
  const double lon = number_at(pair[0], at + "/0"), lat = number_at(pair[1], at + "/1");
  if (const auto point = make_point(lon, lat)) return *point;
  if (make_point(lat, lon))
    wrong(at, "range",
          words("纬度 {} 超出 ±90,经度和纬度可能写反了:先写经度,再写纬度",
                "latitude {} is beyond ±90; the two seem to be swapped: longitude comes first", lat));
  wrong(at, "range",
        words("坐标 [{}, {}] 不在地球上(应为 WGS84 经纬度,不是投影坐标)",
              "[{}, {}] is not on the earth (degrees of WGS84 are expected, not projected metres)", lon, lat));
}

// Twice the signed area in units², positive when counterclockwise.
double winding(const Ring& ring) {
  double twice = 0;
  const auto origin = ring.front();
  for (std::size_t i = 0; i < ring.size(); ++i) {
    const auto a = ring[i], b = ring[(i + 1) % ring.size()];
    twice += (double(a.lon) - origin.lon) * (double(b.lat) - origin.lat) -
             (double(b.lon) - origin.lon) * (double(a.lat) - origin.lat);
  }
  return twice;
}

Ring read_ring(const json::value& value, const std::string& at, bool outer, std::size_t& points_left) {
  const auto& positions = array_at(value, at, words("环应当是坐标的数组", "a ring must be an array of positions"));
  if (positions.size() > points_left)
    throw Fault(Code::too_large,
                words("边界的点太多,请先简化", "the boundaries have too many points; simplify them first"),
                {{at, "length", words("点太多", "too many points")}});
  points_left -= positions.size();
  if (positions.size() < 4)
    wrong(at, "length",
          words("环至少要有 4 个点(首尾相同),这里只有 {} 个",
                "a ring needs at least 4 positions (the last repeats the first); here are {}", positions.size()));
  Ring ring;
  ring.reserve(positions.size());
  for (std::size_t i = 0; i < positions.size(); ++i) {
    const auto point = position(positions[i], fmt::format("{}/{}", at, i));
    if (ring.empty() || ring.back() != point || i + 1 == positions.size()) ring.push_back(point);
  }
  if (ring.front() != ring.back())
    wrong(
        fmt::format("{}/{}", at, positions.size() - 1), "format",
        words("环没有闭合:最后一个点应当与第一个点相同", "the ring is open: its last position must repeat its first"));
  while (ring.size() > 1 && ring.back() == ring.front()) ring.pop_back();
  if (ring.size() < 3)
    wrong(at, "length",
          words("环的不同的点少于 3 个,围不出地面", "fewer than 3 different positions enclose no ground"));
  if ((winding(ring) > 0) != outer) std::reverse(ring.begin() + 1, ring.end());
  return ring;
}

Polygon read_polygon(const json::value& value, const std::string& at, std::size_t& points_left) {
  const auto& rings = array_at(value, at, words("多边形应当是环的数组", "a polygon must be an array of rings"));
  if (rings.empty()) wrong(at, "length", words("多边形至少要有外环", "a polygon needs its outer ring"));
  Polygon polygon;
  for (std::size_t i = 0; i < rings.size(); ++i) {
    auto ring = read_ring(rings[i], fmt::format("{}/{}", at, i), i == 0, points_left);
    if (i == 0)
      polygon.outer = std::move(ring);
    else
      polygon.holes.push_back(std::move(ring));
  }
  return polygon;
}

// "type" and "coordinates" of a geometry object.
std::pair<std::string_view, const json::value*> geometry_parts(const json::value& geometry, const std::string& at) {
  const auto* object = geometry.if_object();
  if (!object) wrong(at, "type", words("应当是 GeoJSON 几何对象", "a GeoJSON geometry object was expected"));
  const auto* type = object->if_contains("type");
  const auto* coordinates = object->if_contains("coordinates");
  if (!type || !type->is_string())
    wrong(at + "/type", "required", words("缺少几何类型", "the geometry's type is missing"));
  const auto& name = type->get_string();
  if (!coordinates) wrong(at + "/coordinates", "required", words("缺少坐标", "the coordinates are missing"));
  return {std::string_view(name.data(), name.size()), coordinates};
}

std::string degrees(std::int32_t units) {
  const auto magnitude = std::abs(std::int64_t(units));
  auto text = fmt::format("{}{}.{:07}", units < 0 ? "-" : "", magnitude / 10'000'000, magnitude % 10'000'000);
  while (text.back() == '0') text.pop_back();
  if (text.back() == '.') text.pop_back();
  return text;
}

void append_ring(std::string& text, const Ring& ring) {
  text += '[';
  for (std::size_t i = 0; i <= ring.size(); ++i) {
    const auto p = ring[i % ring.size()];
    if (i) text += ',';
    text += to_geojson(p);
  }
  text += ']';
}

void append_polygon(std::string& text, const Polygon& polygon) {
  text += '[';
  append_ring(text, polygon.outer);
  for (const auto& hole : polygon.holes) {
    text += ',';
    append_ring(text, hole);
  }
  text += ']';
}

}  // namespace

json::value parse_json(std::string_view text, const GeoLimits& limits) {
  if (text.size() > limits.bytes)
    throw Fault(Code::too_large, words("文件超过 {} 字节", "the file is larger than {} bytes", limits.bytes));
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  json::parse_options options;
  options.max_depth = limits.depth;
  json::stream_parser parser({}, options);
  json::error_code error;
  const auto read = parser.write_some(text.data(), text.size(), error);
  if (!error && text.find_first_not_of(" \t\r\n", read) != std::string_view::npos) error = json::error::extra_data;
  if (!error) parser.finish(error);
  if (error) {
    tongxin::parse_json(text);  // refuses with the words of every other reader of JSON
    throw Fault(Code::bad_request, words("第 {} 字节处读不下去", "it cannot be read on at byte {}", read));
  }
  return parser.release();
}

Shape read_shape(const json::value& geometry, const std::string& at, std::size_t& points_left) {
  const auto [type, coordinates] = geometry_parts(geometry, at);
  const auto inner = at + "/coordinates";
  Shape shape;
  if (type == "Polygon") {
    shape.polygons.push_back(read_polygon(*coordinates, inner, points_left));
  } else if (type == "MultiPolygon") {
    const auto& polygons =
        array_at(*coordinates, inner, words("应当是多边形的数组", "an array of polygons was expected"));
    for (std::size_t i = 0; i < polygons.size(); ++i)
      shape.polygons.push_back(read_polygon(polygons[i], fmt::format("{}/{}", inner, i), points_left));
    if (shape.empty()) wrong(inner, "length", words("没有多边形", "there is no polygon"));
  } else {
    wrong(at + "/type", "enum",
          words("边界应当是 Polygon 或 MultiPolygon,不是 {}", "a boundary must be a Polygon or a MultiPolygon, not {}",
                type));
  }
  return shape;
}

Shape parse_shape(std::string_view geojson, const GeoLimits& limits) {
  auto points_left = limits.points;
  return read_shape(parse_json(geojson, limits), "", points_left);
}

Point read_point(const json::value& geometry, const std::string& at) {
  const auto [type, coordinates] = geometry_parts(geometry, at);
  if (type != "Point") wrong(at + "/type", "enum", words("应当是 Point,不是 {}", "a Point was expected, not {}", type));
  return position(*coordinates, at + "/coordinates");
}

std::string to_geojson(Point position) { return '[' + degrees(position.lon) + ',' + degrees(position.lat) + ']'; }

std::string to_geojson(const Shape& shape) {
  const bool one = shape.polygons.size() == 1;
  std::string text = one ? R"({"type":"Polygon","coordinates":)" : R"({"type":"MultiPolygon","coordinates":[)";
  for (std::size_t i = 0; i < shape.polygons.size(); ++i) {
    if (i) text += ',';
    append_polygon(text, shape.polygons[i]);
  }
  text += one ? "}" : "]}";
  return text;
}

}  // namespace tongxin::place

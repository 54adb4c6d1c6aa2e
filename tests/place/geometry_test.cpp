#include "place/geometry.hpp"

#include <cmath>

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "place/overlay.hpp"
#include "place_support.hpp"

using namespace tongxin;
using namespace tongxin::place;

namespace {

Words refusal(std::string_view geojson, std::string* at = nullptr) {
  try {
    parse_shape(geojson);
  } catch (const Fault& fault) {
    EXPECT_FALSE(fault.complaints().empty());
    if (at && !fault.complaints().empty()) *at = fault.complaints().front().at;
    return fault.say();
  }
  ADD_FAILURE() << "was accepted: " << geojson;
  return {};
}

// Area of the ellipsoid between two meridians and two parallels by Simpson's rule over the radii of
// curvature.
double exact_quad(double lon_degrees, double lat0, double lat1) {
  const double a = 6378137.0, f = 1 / 298.257223563, e2 = f * (2 - f), radian = M_PI / 180;
  const auto strip = [&](double lat) {
    const double s = std::sin(lat * radian), d = 1 - e2 * s * s;
    return a * a * (1 - e2) * std::cos(lat * radian) / (d * d);
  };
  const int n = 1000;
  double sum = strip(lat0) + strip(lat1);
  for (int i = 1; i < n; ++i) sum += strip(lat0 + (lat1 - lat0) * i / n) * (i % 2 ? 4 : 2);
  return sum * (lat1 - lat0) * radian / (3 * n) * lon_degrees * radian;
}

}  // namespace

TEST(Geometry, TheAreaOfAQuadrangleIsThatOfTheEllipsoid) {
  const auto shape = drawn({{0, 0}, {100, 0}, {100, 100}, {0, 100}});
  const double exact = exact_quad(0.01, 39.1, 39.11);
  EXPECT_NEAR(square_metres(shape) / exact, 1, 1e-6);
  const auto holed = parse_shape(
      R"({"type":"Polygon","coordinates":[[[117,39],[117.02,39],[117.02,39.02],[117,39.02],[117,39]],
          [[117.005,39.005],[117.015,39.005],[117.015,39.015],[117.005,39.015],[117.005,39.005]]]})");
  EXPECT_NEAR(square_metres(holed) / (exact_quad(0.02, 39, 39.02) - exact_quad(0.01, 39.005, 39.015)), 1, 1e-6);
}

TEST(Geometry, TheMapInMetresComesBackToTheSamePoint) {
  rc::check([](std::int32_t a, std::int32_t b) {
    const Point centre{1'172'000'000, 391'000'000};
    const Point p{centre.lon + a % 5'000'000, centre.lat + b % 5'000'000};
    const Projection projection(centre);
    RC_ASSERT(projection.to_point(projection.to_metres(p)) == p);
  });
}

TEST(Geometry, OneDegreeAlongAMeridianIsAbout111Kilometres) {
  EXPECT_NEAR(distance_metres(*make_point(117, 39), *make_point(117, 40)), 111195, 1);
  EXPECT_EQ(distance_metres(*make_point(117, 39), *make_point(117, 39)), 0);
}

TEST(Geometry, DistanceToAShapeIsZeroInsideAndMeasuredToTheNearestEdgeOutside) {
  const auto square = drawn({{0, 0}, {100, 0}, {100, 100}, {0, 100}});
  EXPECT_EQ(distance_metres(square, *make_point(117.205, 39.105)), 0);
  const double west = distance_metres(square, *make_point(117.199, 39.105));
  EXPECT_NEAR(west, distance_metres(*make_point(117.199, 39.105), *make_point(117.2, 39.105)), west * 0.01);
}

TEST(Geometry, ThePointOnASharedEdgeLiesInExactlyOneOfTheTwo) {
  const auto west = drawn({{0, 0}, {50, 0}, {57, 50}, {50, 100}, {0, 100}});
  const auto east = drawn({{50, 0}, {100, 0}, {100, 100}, {50, 100}, {57, 50}});
  for (int i = 0; i < 100; ++i) {
    const auto x = std::int32_t(1'172'000'000 + 50'000 + 7'000 * (i < 50 ? i : 100 - i) / 50);
    const Point p{x, 391'000'000 + i * 1'000};
    EXPECT_EQ(contains(west, p) + contains(east, p), 1) << i;
  }
}

TEST(Geometry, WhatIsReadIsWrittenAgainToTheByte) {
  const std::string text =
      R"({"type":"MultiPolygon","coordinates":[[[[117.1,39.1],[117.1000001,39.1],[117.1,39.1000007],[117.1,39.1]]],)"
      R"([[[-0.5,-1],[-0.25,-1],[-0.5,-0.0000001],[-0.5,-1]]]]})";
  EXPECT_EQ(to_geojson(parse_shape(text)), text);
}

TEST(Geometry, RingsAreTurnedTheRightWayRoundAndRepeatedPointsDropped) {
  const auto clockwise = parse_shape(
      R"({"type":"Polygon","coordinates":[[[117,39],[117,39.1],[117,39.1],[117.1,39.1],[117.1,39],[117,39]]]})");
  const auto counter =
      parse_shape(R"({"type":"Polygon","coordinates":[[[117,39],[117.1,39],[117.1,39.1],[117,39.1],[117,39]]]})");
  EXPECT_EQ(clockwise, counter);
}

TEST(Geometry, AWrongPlaceIsNamedByItsPointer) {
  std::string at;
  refusal(R"({"type":"Polygon","coordinates":[[[117,39],[117,"x"],[118,39],[117,39]]]})", &at);
  EXPECT_EQ(at, "/coordinates/0/1/1");
  EXPECT_NE(refusal(R"({"type":"Polygon","coordinates":[[[39,117],[39,118],[40,117],[39,117]]]})").zh.find("写反"),
            std::string::npos);
  EXPECT_NE(refusal(R"({"type":"Polygon","coordinates":[[[117,39],[117,40],[118,39],[117.5,39]]]})").zh.find("闭合"),
            std::string::npos);
  refusal(R"({"type":"Polygon","coordinates":[[[4000000,500000],[1,1],[2,2],[4000000,500000]]]})");
  refusal(R"({"type":"Polygon","coordinates":[[[1,1],[1,1],[1,1],[1,1]]]})");
  refusal(R"({"type":"Polygon","coordinates":[]})");
  refusal(R"({"type":"LineString","coordinates":[[1,1],[2,2]]})");
  refusal(R"({"type":"Polygon"})");
  refusal(R"([])");
}

TEST(Geometry, TextThatIsNoJsonOrTooDeepOrTooLongIsRefused) {
  const auto code = [](std::string_view text, GeoLimits limits) {
    try {
      parse_shape(text, limits);
    } catch (const Fault& fault) {
      return fault.code();
    }
    return Code::internal;
  };
  const std::string square = R"({"type":"Polygon","coordinates":[[[1,1],[2,1],[2,2],[1,1]]]})";
  EXPECT_EQ(code("{", {}), Code::bad_request);
  EXPECT_EQ(code(square + "x", {}), Code::bad_request);
  EXPECT_EQ(code(std::string(1000, '['), {}), Code::bad_request);
  EXPECT_EQ(code(square, {.points = 3}), Code::too_large);
  EXPECT_EQ(code(square, {.bytes = 10}), Code::too_large);
}

TEST(Overlay, ABoundaryThatCrossesItselfIsNamedWithThePlace) {
  const auto bow = drawn({{0, 0}, {100, 100}, {100, 0}, {0, 100}});
  const auto flaw = flaw_of(bow);
  ASSERT_TRUE(flaw);
  EXPECT_EQ(flaw->say.zh, "边界自相交");
  EXPECT_NEAR(flaw->at.longitude(), 117.205, 1e-6);
  EXPECT_NEAR(flaw->at.latitude(), 39.105, 1e-6);
  EXPECT_FALSE(flaw_of(drawn({{0, 0}, {100, 0}, {100, 100}})));
}

TEST(Overlay, TheLabelOfACrescentLiesInside) {
  const auto crescent = drawn({{0, 0}, {100, 0}, {100, 10}, {10, 10}, {10, 90}, {100, 90}, {100, 100}, {0, 100}});
  EXPECT_TRUE(contains(crescent, label_point(crescent)));
}

TEST(Overlay, OverlapGapAndSpillAreMeasured) {
  const auto whole = drawn({{0, 0}, {100, 0}, {100, 100}, {0, 100}});
  const auto west = drawn({{0, 0}, {60, 0}, {60, 100}, {0, 100}});
  const auto east = drawn({{50, 0}, {90, 0}, {90, 100}, {50, 100}});
  const auto beyond = drawn({{90, 0}, {120, 0}, {120, 50}, {90, 50}});
  const Shape* parts[] = {&west, &east};
  const double strip = square_metres(drawn({{0, 0}, {10, 0}, {10, 100}, {0, 100}}));
  const auto found = overlaps(parts, 1);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_NEAR(found[0].ground.square_metres / strip, 1, 1e-4);
  EXPECT_TRUE(contains(west, found[0].ground.at) && contains(east, found[0].ground.at));
  const auto left = gaps(whole, parts, 1);
  ASSERT_EQ(left.size(), 1u);
  EXPECT_NEAR(left[0].square_metres / strip, 1, 1e-4);
  EXPECT_FALSE(contains(west, left[0].at) || contains(east, left[0].at));
  EXPECT_FALSE(spill(west, whole, 1));
  const auto outside = spill(beyond, whole, 1);
  ASSERT_TRUE(outside);
  EXPECT_NEAR(outside->square_metres / strip, 1, 1e-4);
  EXPECT_TRUE(gaps(whole, parts, strip * 2).empty());
  EXPECT_TRUE(overlaps(parts, strip * 2).empty());
}

// The corner (60,50) that west and east share is moved to (60,80) in west only. By the crossing of the two
// lines the swept ground is two triangles of 3000/26 square units each: one is claimed twice, one by nobody.
TEST(Overlay, AMovedCornerSweepsATriangleOfOverlapAndOneOfGap) {
  const auto whole = drawn({{0, 0}, {100, 0}, {100, 100}, {0, 100}});
  const auto east = drawn({{50, 0}, {100, 0}, {100, 100}, {50, 100}, {60, 50}});
  const auto west = drawn({{0, 0}, {50, 0}, {60, 80}, {50, 100}, {0, 100}});
  const Shape* parts[] = {&west, &east};
  const double triangle = square_metres(whole) / 10'000 * 3000 / 26;
  const auto found = overlaps(parts, 1);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_NEAR(found[0].ground.square_metres / triangle, 1, 0.01);
  const auto left = gaps(whole, parts, 1);
  ASSERT_EQ(left.size(), 1u);
  EXPECT_NEAR(left[0].square_metres / triangle, 1, 0.01);
}

// Tracks: where somebody walked, thinned to what a map needs and cleared of jumps that nobody can make.
#pragma once
#include <span>
#include <vector>

#include <boost/describe.hpp>

#include "base/time.hpp"

namespace tongxin::aspect::checkin {

struct TrackPoint {
  Time at;
  double lon = 0, lat = 0;  // WGS84 degrees
};
BOOST_DESCRIBE_STRUCT(TrackPoint, (), (at, lon, lat))

double metres_between(const TrackPoint& a, const TrackPoint& b);

struct Cleared {
  std::vector<TrackPoint> points;
  int jumps = 0;  // points that could only be reached faster than allowed, or that go back in time: left out
};
// Points in the order of the phone. A jump is measured from the last point that was believed; after three jumps in a row the
// new place is believed, so that one wrong first point does not throw a whole track away.
Cleared without_jumps(std::span<const TrackPoint> points, double most_kmh);
// Douglas and Peucker: no point that was left out lies farther than `metres` from the line that stays.
std::vector<TrackPoint> thinned(std::span<const TrackPoint> points, double metres);
double length(std::span<const TrackPoint> points);  // metres

}  // namespace tongxin::aspect::checkin

// A point on the map → the grid that it lies in, in towns of 39, 400 and 3,900 grids.
//
//   bench_locate [--benchmark_min_time=0.1]
#include <benchmark/benchmark.h>

#include "place/synthetic.hpp"

using namespace tongxin;

namespace {

place::AtlasPtr atlas_of(int grids) {
  ManualClock clock(from_millis(1767225600000));
  Random random(1);
  IdSource ids(clock, 1);
  const place::TownCounts counts{
      .communities = std::max(7, grids / 6), .grids = grids, .buildings_min = 1, .buildings_max = 1};
  auto town = place::synthetic_town(random, ids, 20260101, counts);
  return place::Atlas::build(std::move(town.areas), std::move(town.boundaries), place::usual_levels());
}

// Points all over the town, some of them outside, so that no grid is asked for twice in a row.
void locate(benchmark::State& state) {
  const auto atlas = atlas_of(int(state.range(0)));
  const auto box = place::box_of(*atlas->boundary(atlas->of_level("street").front()));
  Random random(2);
  std::vector<std::pair<double, double>> points(4096);
  const auto between = [&](double low, double high) {
    return low + (high - low) * double(random.below(1 << 20)) / (1 << 20);
  };
  for (auto& [lon, lat] : points) {
    lon = between(box.low.longitude(), box.high.longitude());
    lat = between(box.low.latitude(), box.high.latitude());
  }
  std::size_t i = 0, found = 0;
  for (auto _ : state) {
    const auto& [lon, lat] = points[i++ % points.size()];
    found += atlas->locate(lon, lat, "grid").has_value();
  }
  state.counters["inside"] = double(found) / double(i);
}
BENCHMARK(locate)->Arg(39)->Arg(400)->Arg(3900)->Unit(benchmark::kMicrosecond);

}  // namespace

BENCHMARK_MAIN();

// Counters of the server, in the text format of Prometheus (0.0.4). Thread-safe; counting is a relaxed atomic addition.
#pragma once
#include <array>
#include <atomic>
#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "serve/http.hpp"

namespace tongxin::serve {

class Metrics {
 public:
  explicit Metrics(const std::vector<Route>& routes);

  // `route` is the index in the router's routes, or -1 when none matched.
  void count_request(int route, int status, std::chrono::nanoseconds took);

  std::atomic<std::int64_t> connections{0}, streams{0}, writes_running{0};
  std::atomic<std::uint64_t> accepted{0}, turned_away{0}, writes{0}, failed_writes{0}, bytes_in{0}, bytes_out{0},
      dropped_streams{0}, reaped{0};

  // Gauges that are known elsewhere are passed in.
  std::string text(std::size_t queued_work, std::size_t queued_handlers) const;

 private:
  static constexpr std::size_t kClasses = 5;  // 1xx … 5xx
  static constexpr std::array kBounds{0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05,
                                      0.1,    0.25,  0.5,    1.0,   2.5,  5.0,   10.0};

  void append_requests(std::string& text) const;
  void append_latency(std::string& text) const;

  const std::vector<Route>& routes_;
  std::unique_ptr<std::atomic<std::uint64_t>[]> by_route_;  // (routes + 1) × classes
  std::array<std::atomic<std::uint64_t>, kBounds.size() + 1> latency_{};
  std::atomic<std::uint64_t> latency_sum_ns_{0};
};

}  // namespace tongxin::serve

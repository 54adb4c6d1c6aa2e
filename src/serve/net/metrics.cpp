#include "serve/net/metrics.hpp"

namespace tongxin::serve {

namespace {

void append_one(std::string& text, const char* name, const char* type, const char* help, std::int64_t value) {
  fmt::format_to(std::back_inserter(text), "# HELP {0} {2}\n# TYPE {0} {1}\n{0} {3}\n", name, type, help, value);
}

}  // namespace

Metrics::Metrics(const std::vector<Route>& routes)
    : routes_(routes), by_route_(new std::atomic<std::uint64_t>[(routes.size() + 1) * kClasses]()) {}

void Metrics::count_request(int route, int status, std::chrono::nanoseconds took) {
  const std::size_t row = route < 0 ? routes_.size() : std::size_t(route);
  const std::size_t status_class = std::size_t(std::clamp(status / 100, 1, int(kClasses))) - 1;
  by_route_[row * kClasses + status_class].fetch_add(1, std::memory_order_relaxed);
  const double seconds = std::chrono::duration<double>(took).count();
  const auto bucket = std::lower_bound(kBounds.begin(), kBounds.end(), seconds) - kBounds.begin();
  latency_[std::size_t(bucket)].fetch_add(1, std::memory_order_relaxed);
  latency_sum_ns_.fetch_add(std::uint64_t(std::max<std::int64_t>(0, took.count())), std::memory_order_relaxed);
}

void Metrics::append_requests(std::string& text) const {
  text += "# HELP http_requests_total Requests answered.\n# TYPE http_requests_total counter\n";
  for (std::size_t row = 0; row <= routes_.size(); ++row)
    for (std::size_t i = 0; i < kClasses; ++i) {
      const auto count = by_route_[row * kClasses + i].load(std::memory_order_relaxed);
      if (count == 0) continue;
      const bool known = row < routes_.size();
      fmt::format_to(std::back_inserter(text), "http_requests_total{{method=\"{}\",route=\"{}\",status=\"{}xx\"}} {}\n",
                     known ? method_name(routes_[row].method) : "-", known ? routes_[row].path : "-", i + 1, count);
    }
}

void Metrics::append_latency(std::string& text) const {
  text +=
      "# HELP http_request_duration_seconds From the first byte of a request to the last of its answer.\n"
      "# TYPE http_request_duration_seconds histogram\n";
  std::uint64_t sum = 0;
  for (std::size_t i = 0; i < kBounds.size(); ++i) {
    sum += latency_[i].load(std::memory_order_relaxed);
    fmt::format_to(std::back_inserter(text), "http_request_duration_seconds_bucket{{le=\"{}\"}} {}\n", kBounds[i], sum);
  }
  sum += latency_.back().load(std::memory_order_relaxed);
  fmt::format_to(std::back_inserter(text),
                 "http_request_duration_seconds_bucket{{le=\"+Inf\"}} {0}\nhttp_request_duration_seconds_sum {1:.6f}\n"
                 "http_request_duration_seconds_count {0}\n",
                 sum, double(latency_sum_ns_.load(std::memory_order_relaxed)) / 1e9);
}

std::string Metrics::text(std::size_t queued_work, std::size_t queued_handlers) const {
  const auto of = [](const auto& value) { return std::int64_t(value.load(std::memory_order_relaxed)); };
  std::string text;
  append_requests(text);
  append_latency(text);
  append_one(text, "http_connections", "gauge", "Open connections.", of(connections));
  append_one(text, "http_connections_total", "counter", "Connections accepted.", of(accepted));
  append_one(text, "http_connections_refused_total", "counter", "Connections turned away because of the limit.",
             of(turned_away));
  append_one(text, "http_connections_reaped_total", "counter", "Connections closed because a deadline passed.",
             of(reaped));
  append_one(text, "http_streams", "gauge", "Open event streams.", of(streams));
  append_one(text, "http_streams_dropped_total", "counter", "Event streams dropped because the reader was too slow.",
             of(dropped_streams));
  append_one(text, "http_received_bytes_total", "counter", "Bytes received.", of(bytes_in));
  append_one(text, "http_sent_bytes_total", "counter", "Bytes sent.", of(bytes_out));
  append_one(text, "http_writes_total", "counter", "Changes handed to the store.", of(writes));
  append_one(text, "http_writes_failed_total", "counter", "Changes that failed or were refused.", of(failed_writes));
  append_one(text, "http_writes_running", "gauge", "Changes that wait for the store.", of(writes_running));
  append_one(text, "http_work_queue", "gauge", "Slow work that waits for a thread.", std::int64_t(queued_work));
  append_one(text, "http_handler_queue", "gauge", "Requests that wait for a thread.", std::int64_t(queued_handlers));
  return text;
}

}  // namespace tongxin::serve

// Durable inserts per second: threads that each write one row (11 columns, one more index) and wait until it is durable,
// with and without a Chinese text of about 110 characters for the index; then point reads and searches.
//
//   bench_store [url] [seconds per measurement]
//
// The default is a file in the temporary folder. A disk shared with others decides most of it: compare runs of one minute.
#include <sys/resource.h>

#include <cstdio>

#include "base/random.hpp"
#include "store/store.hpp"

using namespace tongxin;
using namespace tongxin::store;
using std::chrono::steady_clock;

namespace {

constexpr Migration kTables[] = {{1, "bench", R"(
-- realm table
CREATE TABLE bench_rows (
  realm_id BIGINT NOT NULL, id BIGINT NOT NULL, kind TEXT NOT NULL, state TEXT NOT NULL, area BIGINT NOT NULL,
  org BIGINT NOT NULL, person BIGINT NOT NULL, created_at BIGINT NOT NULL, title TEXT NOT NULL, body TEXT NOT NULL,
  version INTEGER NOT NULL, PRIMARY KEY (realm_id, id)
);
CREATE INDEX bench_rows_state ON bench_rows (realm_id, state, created_at);
)"}};
constexpr Sql kInsert{
    "bench_insert",
    "INSERT INTO bench_rows (realm_id, id, kind, state, area, org, person, created_at, title, body, version) "
    "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)"};
constexpr Sql kTitle{"bench_title", "SELECT title, body, state FROM bench_rows WHERE realm_id = $1 AND id = $2"};

std::string chinese(Random& random, int count) {
  std::string text;
  for (int i = 0; i < count; ++i) {
    const auto c = static_cast<std::uint32_t>(0x4e00 + random.below(3) * random.below(1000) + random.below(400));
    text += {static_cast<char>(0xe0 | c >> 12), static_cast<char>(0x80 | (c >> 6 & 63)),
             static_cast<char>(0x80 | (c & 63))};
  }
  return text;
}

std::atomic<std::int64_t> next_id{1};

void insert(Store& store, Random& random, bool text) {
  const auto id = next_id++;
  const auto title = chinese(random, 15), body = chinese(random, 95);
  store.write([&](Tx& tx) {
    tx.run(kInsert, 1, id, "issue", "open", id % 500, id % 90, id % 9000, 1700000000000 + id, title, body, 1);
    if (text) tx.index(RealmId{1}, id, "issue", title + "\n" + body);
  });
}

double cpu_seconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& t) { return double(t.tv_sec) + double(t.tv_usec) * 1e-6; };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

void measure(const std::string& name, int threads, double seconds, const std::function<void(Random&)>& act) {
  std::vector<std::thread> hands;
  std::vector<std::vector<double>> waits(static_cast<std::size_t>(threads));
  const double cpu = cpu_seconds();
  const auto start = steady_clock::now();
  const auto until = start + std::chrono::duration<double>(seconds);
  for (int t = 0; t < threads; ++t)
    hands.emplace_back([&, t] {
      Random random(static_cast<std::uint64_t>(t) + 1);
      for (auto before = steady_clock::now(); before < until;) {
        act(random);
        const auto now = steady_clock::now();
        waits[static_cast<std::size_t>(t)].push_back(std::chrono::duration<double, std::milli>(now - before).count());
        before = now;
      }
    });
  for (auto& hand : hands) hand.join();
  const double took = std::chrono::duration<double>(steady_clock::now() - start).count();
  std::vector<double> all;
  for (auto& some : waits) all.insert(all.end(), some.begin(), some.end());
  std::sort(all.begin(), all.end());
  const auto count = static_cast<double>(all.size());
  const auto at = [&](double part) { return all[static_cast<std::size_t>(part * (count - 1))]; };
  std::printf("%-28s %3d threads %9.0f/s   p50 %7.2f ms  p99 %7.2f ms  max %7.1f ms  %6.0f us CPU each\n", name.c_str(),
              threads, count / took, at(0.5), at(0.99), at(1), (cpu_seconds() - cpu) / count * 1e6);
  std::fflush(stdout);
}

}  // namespace

int main(int count, char** arguments) {
  const auto folder = std::filesystem::temp_directory_path() / fmt::format("tongxin-bench-{}", ::getpid());
  const std::string url = count > 1 ? arguments[1] : (folder / "bench.db").string();
  const double seconds = count > 2 ? std::stod(arguments[2]) : 3;
  try {
    const auto store = open({.url = url, .readers = 16});
    migrate(*store, kTables);
    for (const bool text : {false, true})
      for (const int threads : {1, 8, 32, 64})
        measure(text ? "insert with text" : "insert", threads, seconds,
                [&](Random& random) { insert(*store, random, text); });
    const auto rows = next_id.load();
    measure("read one", 2, seconds, [&](Random& random) {
      const auto id = static_cast<std::int64_t>(random.below(static_cast<std::uint64_t>(rows)));
      store->read([&](Tx& tx) { return tx.one<std::string>(kTitle, 1, id); });
    });
    measure("search, newest 25", 1, seconds,
            [&](Random& random) { store->search(RealmId{1}, "", chinese(random, 2), 0, 25, {}); });
    std::printf("%lld rows", static_cast<long long>(rows));
    for (const char* ending : {"", "-wal"})
      if (std::filesystem::exists(url + ending))
        std::printf(", %s %.1f MB", *ending ? "log" : "file", double(std::filesystem::file_size(url + ending)) / 1e6);
    std::printf("\n");
  } catch (const Fault& fault) {
    std::fprintf(stderr, "%s\n%s\n", fault.what(), fault.log().c_str());
    return 1;
  }
  std::filesystem::remove_all(folder);
}

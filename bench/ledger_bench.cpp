// Durable transfers a second: 64 clients on SQLite group commit, against a bare program that runs the same statements.
//
//   bench_ledger [seconds per measurement] [clients]
//
// The two take turns in the same minute, because a shared disk and shared processors decide most of it. The bare program is one
// loop on sqlite3 itself: the same tables, texts and page cache, prepared once with the places of its parameters, as many
// transfers to a commit as there are clients (no group can be larger), synchronous=FULL, its log copied back as often as the
// store does it. What it does not do is everything else: threads, closures, faults, limits in words.
// Then: a balance read among so many entries.
#include <sqlite3.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <iostream>
#include <thread>

#include <fmt/format.h>

#include "aspect/all.hpp"
#include "aspect/ledger/operations.hpp"
#include "aspect/ledger/sql.hpp"

using namespace tongxin;
using std::chrono::steady_clock;

namespace {

constexpr int kPurses = 2000;
constexpr RealmId kRealm{1};

double seconds_since(steady_clock::time_point start) {
  return std::chrono::duration<double>(steady_clock::now() - start).count();
}

ledger::Ledger money() {
  ledger::Ledger money;
  money.name = "money";
  money.unit_code = "fen";
  money.accounts = {{"mint", {"发行", "Mint"}, ledger::Owner::realm, "", true, {}, {}, {}, false},
                    {"purse", {"钱包", "Purse"}, ledger::Owner::person, "", false, 0, {}, {}, false}};
  return money;
}

// ── the house ──
class House {
 public:
  explicit House(const std::string& db) : store_(store::open({.url = db})), ids_(clock_, 7) {
    store::migrate(*store_, aspect::all_migrations());
    const ledger::Ledger ledger = money();
    store_->write([&](store::Tx& tx) {
      const auto mint = ledger::open_book(tx, posting(), ledger, ledger.accounts[0], 0);
      books_.clear();
      for (int i = 1; i <= kPurses; ++i) {
        books_.push_back(ledger::open_book(tx, posting(), ledger, ledger.accounts[1], i));
        ledger::transfer(tx, posting(), mint, books_.back(), 1'000'000'000);
      }
    });
  }
  ledger::Posting posting() {
    return {kRealm, ids_, clock_.now(), {}, PersonId{9}, {}, 0, 0, {"转账", "transfer"}, {}};
  }

  // Transfers a second.
  double run(double seconds, int clients) {
    std::atomic<std::int64_t> done = 0;
    std::atomic<bool> stop = false;
    std::vector<std::thread> hands;
    const auto start = steady_clock::now();
    for (int i = 0; i < clients; ++i)
      hands.emplace_back([&, i] {
        for (std::uint64_t n = std::uint64_t(i) * 7919; !stop; n += 104729) {
          const auto &from = books_[n % kPurses], &to = books_[(n * 31 + 17) % kPurses];
          if (from.id == to.id) continue;
          store_->write([&](store::Tx& tx) {
            ledger::transfer(tx, posting(), from, to, 1);
            tx.after_commit([&] { ++done; });
          });
        }
      });
    std::this_thread::sleep_for(std::chrono::duration<double>(seconds));
    stop = true;
    for (auto& hand : hands) hand.join();
    return double(done) / seconds_since(start);
  }

  double balance_us() {
    constexpr int kReads = 20000;
    return store_->read([&](store::Tx& tx) {
      const auto start = steady_clock::now();
      std::int64_t sum = 0;
      for (int i = 0; i < kReads; ++i)
        sum += ledger::find_book(tx, kRealm, books_[std::size_t(i * 7 % kPurses)].id)->balance;
      return sum == 0 ? 0 : seconds_since(start) * 1e6 / kReads;
    });
  }

 private:
  SystemClock clock_;
  std::unique_ptr<store::Store> store_;
  IdSource ids_;
  std::vector<ledger::Book> books_;
};

// ── the bare program ──
class Bare {
 public:
  explicit Bare(const std::string& db) {
    sqlite3_open(db.c_str(), &db_);
    for (const char* setting :
         {"PRAGMA journal_mode=WAL", "PRAGMA synchronous=FULL", "PRAGMA foreign_keys=ON", "PRAGMA temp_store=MEMORY",
          "PRAGMA cache_size=-64000", "PRAGMA wal_autocheckpoint=4000"})
      exec(setting);
    for (const store::Sql* sql :
         {&ledger::sql::kMove, &ledger::sql::kAddTransfer, &ledger::sql::kAddEntry, &ledger::sql::kAddToMonth})
      statements_.push_back(prepared(sql->text));
    const auto accounts = prepare("SELECT id FROM ledger_account WHERE name='purse' ORDER BY id");
    while (sqlite3_step(accounts) == SQLITE_ROW) accounts_.push_back(sqlite3_column_int64(accounts, 0));
    sqlite3_finalize(accounts);
  }
  ~Bare() {
    for (const Prepared& each : statements_) sqlite3_finalize(each.statement);
    sqlite3_close(db_);
  }
  Bare(const Bare&) = delete;

  double run(double seconds, int to_a_commit, std::int64_t first_id) {
    const auto start = steady_clock::now();
    std::int64_t done = 0;
    std::uint64_t n = 1;
    while (seconds_since(start) < seconds) {
      exec("BEGIN IMMEDIATE");
      for (int i = 0; i < to_a_commit; ++i, n += 104729) {
        const std::int64_t from = accounts_[n % kPurses], to = accounts_[(n * 31 + 17) % kPurses];
        if (from == to) continue;
        transfer(first_id + done, from, to);
        ++done;
      }
      exec("COMMIT");
    }
    return double(done) / seconds_since(start);
  }

 private:
  struct Prepared {
    sqlite3_stmt* statement = nullptr;
    std::vector<int> places;  // of $1, $2 …, which SQLite numbers by first appearance
  };
  Prepared prepared(std::string_view sql) {
    Prepared made{prepare(sql), {}};
    const int count = sqlite3_bind_parameter_count(made.statement);
    for (int number = 1; number <= count; ++number)
      made.places.push_back(sqlite3_bind_parameter_index(made.statement, fmt::format("${}", number).c_str()));
    return made;
  }
  void exec(const char* sql) {
    if (sqlite3_exec(db_, sql, nullptr, nullptr, nullptr) != SQLITE_OK) throw std::runtime_error(sqlite3_errmsg(db_));
  }
  sqlite3_stmt* prepare(std::string_view sql) {
    sqlite3_stmt* statement = nullptr;
    if (sqlite3_prepare_v3(db_, sql.data(), int(sql.size()), SQLITE_PREPARE_PERSISTENT, &statement, nullptr) !=
        SQLITE_OK)
      throw std::runtime_error(sqlite3_errmsg(db_));
    return statement;
  }
  void bind(sqlite3_stmt* statement, int at, std::int64_t value) { sqlite3_bind_int64(statement, at, value); }
  void bind(sqlite3_stmt* statement, int at, const char* value) {
    sqlite3_bind_text(statement, at, value, -1, SQLITE_STATIC);
  }
  template <class... Args>
  std::pair<std::int64_t, std::int64_t> step(std::size_t which, Args... args) {
    const auto& [statement, places] = statements_[which];
    std::size_t number = 0;
    (bind(statement, places[number++], args), ...);
    std::pair<std::int64_t, std::int64_t> row{0, 0};
    if (sqlite3_step(statement) == SQLITE_ROW)
      row = {sqlite3_column_int64(statement, 0), sqlite3_column_int64(statement, 1)};
    sqlite3_reset(statement);
    return row;
  }
  void transfer(std::int64_t id, std::int64_t from, std::int64_t to) {
    constexpr std::int64_t kDay = 20260306;
    const auto out = step(0, std::int64_t(1), from, std::int64_t(-1)),
               in = step(0, std::int64_t(1), to, std::int64_t(1));
    step(1, std::int64_t(1), id, "money", kDay, std::int64_t(1772762400000), from, to, std::int64_t(1), std::int64_t(0),
         std::int64_t(0), std::int64_t(9), "转账", "transfer", "", std::int64_t(0));
    step(2, std::int64_t(1), from, kDay, out.second, id, std::int64_t(-1), out.first);
    step(3, std::int64_t(1), from, kDay / 100, std::int64_t(0), std::int64_t(1));
    step(2, std::int64_t(1), to, kDay, in.second, id, std::int64_t(1), in.first);
    step(3, std::int64_t(1), to, kDay / 100, std::int64_t(1), std::int64_t(0));
  }

  sqlite3* db_ = nullptr;
  std::vector<Prepared> statements_;
  std::vector<std::int64_t> accounts_;
};

}  // namespace

int main(int count, char** words) {
  const double seconds = count > 1 ? std::atof(words[1]) : 4;
  const int clients = count > 2 ? std::atoi(words[2]) : 64;
  const auto folder = std::filesystem::temp_directory_path() / fmt::format("tongxin-bench-ledger-{}", ::getpid());
  std::filesystem::create_directories(folder);
  const std::string ours = (folder / "house.db").string(), theirs = (folder / "bare.db").string();
  try {
    House house(ours);
    { House same(theirs); }  // the same tables and accounts
    Bare bare(theirs);
    double house_best = 0, bare_best = 0, ratio_sum = 0;
    constexpr int kTurns = 3;
    for (int turn = 0; turn < kTurns; ++turn) {
      const double mine = house.run(seconds, clients),
                   other = bare.run(seconds, clients, 1'000'000'000'000 + turn * 100'000'000'000);
      house_best = std::max(house_best, mine), bare_best = std::max(bare_best, other), ratio_sum += mine / other;
      std::cout << fmt::format("{} clients {:.0f} transfers/s, bare {:.0f}/s ({} to a commit), ratio {:.2f}\n", clients,
                               mine, other, clients, mine / other)
                << std::flush;
    }
    std::cout << fmt::format("best {:.0f} and {:.0f} transfers/s; mean ratio {:.2f}; a balance in {:.2f} µs\n",
                             house_best, bare_best, ratio_sum / kTurns, house.balance_us());
  } catch (const std::exception& error) {
    std::cerr << error.what() << '\n';
    std::filesystem::remove_all(folder);
    return 1;
  }
  std::filesystem::remove_all(folder);
  return 0;
}

// A transaction that passes everything on, keeps what was run, and knows how long the database took.
#pragma once
#include <chrono>
#include <string>
#include <vector>

#include "store/store.hpp"

namespace tongxin::bench {

inline double now_us() {
  return std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

struct Statement {
  const store::Sql* sql;
  bool query;
  std::vector<store::Value> values;
  std::vector<std::string> texts;  // what the values' views were
};

class WatchingTx final : public store::Tx {
 public:
  enum class Keep { time, statements };
  WatchingTx(store::Tx& inner, Keep keep) : inner_(inner), keep_(keep) {}

  void query(const store::Sql& sql, std::span<const store::Value> values,
             const std::function<bool(const store::Row&)>& each) override {
    note(sql, values, true);
    timed([&] { inner_.query(sql, values, each); });
  }
  std::int64_t execute(const store::Sql& sql, std::span<const store::Value> values) override {
    note(sql, values, false);
    std::int64_t changed = 0;
    timed([&] { changed = inner_.execute(sql, values); });
    return changed;
  }
  void index(RealmId realm, std::int64_t document, std::string_view kind, std::string text) override {
    if (keep_ == Keep::statements) indexed = text;
    timed([&] { inner_.index(realm, document, kind, std::move(text)); });
  }
  void after_commit(std::function<void()> then) override { inner_.after_commit(std::move(then)); }

  std::vector<Statement> statements;
  std::string indexed;
  double database_us = 0;
  int watched = 0;  // statements

  // What looking at the clock twice adds to the engine's side of one statement, in µs.
  double cost_of_watching() {
    constexpr int kTurns = 100'000;
    const double inside = database_us, start = now_us();
    for (int i = 0; i < kTurns; ++i) timed([] {});
    const double whole = now_us() - start, cost = (whole - (database_us - inside)) / kTurns;
    database_us = inside, watched -= kTurns;
    return cost;
  }

 private:
  template <class F>
  void timed(F&& run) {
    const double start = now_us();
    run();
    database_us += now_us() - start;
    ++watched;
  }
  void note(const store::Sql& sql, std::span<const store::Value> values, bool query) {
    if (keep_ != Keep::statements) return;
    Statement statement{&sql, query, {values.begin(), values.end()}, {}};
    for (const store::Value& value : values) statement.texts.emplace_back(value.view);
    statements.push_back(std::move(statement));
  }
  store::Tx& inner_;
  const Keep keep_;
};

}  // namespace tongxin::bench

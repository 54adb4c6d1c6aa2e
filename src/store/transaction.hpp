// What the transactions of both engines share: once a statement has failed the transaction is over (SQL.md
// rule 30), even where SQLite would go on; texts to index and hooks wait until the engine asks for them.
// Inside the store.
#pragma once
#include <exception>
#include <vector>

#include "base/search_terms.hpp"
#include "store/store.hpp"

namespace tongxin::store::inside {

// A change of the text index, already folded and cut to what is searched. Empty text: the document leaves the
// index.
struct IndexChange {
  std::int64_t realm = 0, document = 0;
  std::string kind, folded;
};

// Only so much of a text is searched (bytes of folded UTF-8; about 20,000 Chinese characters).
inline constexpr std::size_t kSearchedBytes = 60000;
std::string searchable(std::string_view text);
// The last change of each document wins; ordered by document, which FTS5 needs to keep one segment per
// commit.
void settle(std::vector<IndexChange>& changes);

// Refuses what one of the engines would refuse or change: text with NUL or malformed UTF-8, a number that is
// not one.
void check_values(std::span<const Value> values, const char* statement);

class EngineTx : public Tx {
 public:
  void query(const Sql& sql, std::span<const Value> values, const std::function<bool(const Row&)>& each) final;
  std::int64_t execute(const Sql& sql, std::span<const Value> values) final;
  void index(RealmId realm, std::int64_t document, std::string_view kind, std::string text) final;
  void after_commit(std::function<void()> then) final { hooks_.push_back(std::move(then)); }

  // Runs the closure; throws what it threw, or the failure of a statement which it swallowed.
  void run_job(const std::function<void(Tx&)>& job);
  std::vector<IndexChange>& changes() { return changes_; }
  std::vector<std::function<void()>>& hooks() { return hooks_; }
  bool failed() const { return failure_ != nullptr; }
  void may_run_again(std::int64_t trace);                     // again.hpp
  void later(const Sql& sql, std::span<const Value> values);  // later.hpp
  bool runs_again() const { return runs_again_; }

 protected:
  // Waits until no other transaction holds the name; this one holds it to its end. Writes of SQLite stand in line anyway.
  virtual void do_hold(std::int64_t /*name*/) {}
  virtual void do_query(const Sql& sql, std::span<const Value> values, const std::function<bool(const Row&)>& each) = 0;
  virtual std::int64_t do_execute(const Sql& sql, std::span<const Value> values) = 0;
  virtual void do_later(const Sql& sql, std::span<const Value> values) { do_execute(sql, values); }

 private:
  std::exception_ptr failure_;
  bool runs_again_ = false;
  std::vector<IndexChange> changes_;
  std::vector<std::function<void()>> hooks_;
};

// Calls hooks of a durable transaction. What they throw is theirs: the transaction has happened.
void run_hooks(std::vector<std::function<void()>>& hooks);
void answer(const std::function<void(std::exception_ptr)>& done, std::exception_ptr error);

// The thread that runs a write closure must not wait for another write of the same store: it would wait for
// itself.
class WritingHere {
 public:
  explicit WritingHere(const void* store);
  ~WritingHere();

 private:
  const void* before_;
};

}  // namespace tongxin::store::inside

// No request does work that grows with all the data: every statement that a test program prepares on SQLite is held against
// that, by its query plan. What may read a whole realm (verifying, exporting, loading the world) is named here.
#pragma once
#include <gtest/gtest.h>

#include <map>
#include <mutex>
#include <set>

#include "store/plans.hpp"

namespace tongxin::test {

class Plans : public testing::Environment {
 public:
  void SetUp() override {
    store::watch_plans([this](const store::Plan& plan) {
      const auto steps = store::realm_wide_steps(plan, kGrowing);
      if (steps.empty() || kWholeRealm.contains(plan.name)) return;
      const std::lock_guard lock(mutex_);
      wide_[plan.name] = steps.front() + "\n    of: " + plan.text;
    });
  }
  void TearDown() override {
    const std::lock_guard lock(mutex_);
    for (const auto& [name, step] : wide_)
      ADD_FAILURE()
          << "the statement '" << name << "' reads all rows of a realm: " << step
          << "\n    It lacks an index that it can use (a partial index is used only when the statement repeats "
             "its condition).";
  }

 private:
  // Tables with a row or more for each record, change or resident.
  const std::vector<std::string> kGrowing{
      "record",       "record_scope",     "event",        "participant", "timer",
      "timer_step",   "count_entry",      "rating",       "message",     "attachment",
      "record_key",   "person_private",   "person_index", "audit_log",   "ledger_account",
      "ledger_entry", "ledger_transfer",  "ledger_hold",  "outbox",      "search_text",
      "place_code",   "repeated_request", "persons",      "households",  "links",
      "letter",       "access_log",       "occasion",     "slot",        "turn",
      "turn_event",   "checkin",          "track",        "quota_mark",  "occasion_change"};
  const std::set<std::string> kWholeRealm{
      // verify recounts everything
      "entries_by_cell", "orphan_entries", "all_listed", "all_messages", "roster_verify_taken", "roster_verify_double",
      "checkin_verify", "schedule_verify_kept", "schedule_verify_changes", "sums_of_ledgers",
      // exports are the whole
      "all_households", "coded_persons",
      // an upgrade of packs looks for records that it would strand
      "live_states",
      // the newest row, from the end of the index
      "last_event", "last_message", "turn_event_last",
      // what nobody has sorted into lanes yet, from the beginning of its own index
      "outbox_fresh",
      // the simulator's digest, and the tests themselves
      "sim_hashes", "rows_of_realm", "test_count", "test_body", "edit", "raise", "forge"};
  std::mutex mutex_;
  std::map<std::string, std::string> wide_;
};

inline testing::Environment* const kPlans = testing::AddGlobalTestEnvironment(new Plans);

}  // namespace tongxin::test

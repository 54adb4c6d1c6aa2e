#include "serve/deadline_clock.hpp"

#include "people/accounts.hpp"
#include "people/outside.hpp"
#include "people/persons.hpp"
#include "record/kept_files.hpp"
#include "record/relocate.hpp"
#include "record/sql.hpp"
#include "record/terms.hpp"
#include "send/choices.hpp"
#include "serve/leaving.hpp"
#include "serve/presence.hpp"

namespace tongxin::serve {
namespace {

constexpr int kBatch = 100, kSmallBatches = 50;
// One that fails (its pack's rule, its kind's page) is tried again after this long, and the others have their turn meanwhile.
constexpr auto kPutOff = std::chrono::minutes{10};
constexpr store::Sql kPutOffTimer{"put_off_timer",
                                  "UPDATE timer SET wake_at = $5 WHERE realm_id = $1 AND record_id = $2 AND deadline = "
                                  "$3 AND wake_at = $4"};
constexpr auto kRepeatedKept = std::chrono::hours{24 * 7};

// Each in a transaction of its own: one who cannot be erased keeps nobody else.
void erase_due(App& app, const Log& log, Day today) {
  const people::Doing doing{app.realm, PersonId{}, app.clock.now(), app.ids, "retention", app.zone};
  for (const PersonId person :
       app.store.read([&](store::Tx& tx) { return people::due_persons(tx, app.realm, today); })) {
    try {
      app.store.write([&](store::Tx& tx) {
        people::erase_person(tx, doing, person);
        forget_person(app, tx, person);
      });
    } catch (const std::exception& error) {
      log.write(Level::error, "a person could not be erased",
                {{"person", std::string_view(to_text(person))}, {"error", std::string_view(error.what())}});
    }
  }
}

}  // namespace

void DeadlineClock::start() {
  thread_ = std::thread([this] { run(); });
}

void DeadlineClock::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void DeadlineClock::nudge() {
  {
    const std::lock_guard lock(mutex_);
    nudged_ = true;
  }
  changed_.notify_all();
}

void DeadlineClock::run() {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    nudged_ = false;
    lock.unlock();
    try {
      run_once();
    } catch (const std::exception& error) {  // the store is away: the next look will tell
      log_.write(Level::warn, "the deadline clock could not look", {{"error", std::string_view(error.what())}});
    }
    lock.lock();
    changed_.wait_for(lock, std::chrono::seconds{1}, [this] { return stopping_ || nudged_; });
  }
}

int DeadlineClock::run_once() {
  const std::lock_guard lock(working_);
  int woken = 0;
  // Until nothing is left. Alarms that ring themselves again go on in the next round after a while.
  for (int small = 0; small < kSmallBatches;) {
    const int some = wake_due();
    woken += some;
    if (some == 0) break;
    if (some < kBatch) ++small;
  }
  relocate();
  keep_house();
  return woken;
}

bool DeadlineClock::stopping() {
  const std::lock_guard lock(mutex_);
  return stopping_;
}

// A hundred lines of lists at a time. One that cannot be moved is looked at alone, told, and passed over.
void DeadlineClock::relocate() {
  const auto step = [&](int most, bool skip) {
    return app_.store
        .write([&](store::Tx& tx) {
          return record::relocate_some(app_.engine, tx, app_.realm, app_.clock.now(), most, skip);
        })
        .more;
  };
  for (int steps = 1, alone = 0; !stopping(); ++steps) {
    try {
      if (!step(alone > 0 ? 1 : kBatch, false)) return;
      alone = std::max(0, alone - 1);
    } catch (const std::exception& error) {
      if (alone == 0) {
        alone = kBatch;
      } else {
        log_.write(Level::error, "a record could not follow its area", {{"error", std::string_view(error.what())}});
        step(1, true);
      }
    }
    if (steps % 10 == 0) wake_due();
  }
}

// How many had their turn, were they woken or put off.
int DeadlineClock::wake_due() {
  const Time now = app_.clock.now();
  const auto due = app_.store.read([&](store::Tx& tx) { return app_.engine.due(tx, app_.realm, now, kBatch); });
  int had_turn = 0;
  for (const record::Engine::Due& each : due) {
    try {
      app_.store.write([&](store::Tx& tx) { app_.engine.wake(tx, app_.realm, each, now); });
    } catch (const std::exception& error) {
      log_.write(Level::error, "a deadline could not be woken",
                 {{"record", std::string_view(to_text(each.record))},
                  {"deadline", std::string_view(each.deadline)},
                  {"error", std::string_view(error.what())}});
      app_.store.write([&](store::Tx& tx) {
        tx.run(kPutOffTimer, app_.realm, each.record, each.deadline, each.wake_at, now + kPutOff);
      });
    }
    ++had_turn;
  }
  return had_turn;
}

// Where the files lie elsewhere and cannot be reached, the next hour will do.
void DeadlineClock::sweep_files(Time now) {
  files_left_ = false;
  try {
    files_left_ = record::sweep_files(app_.store, app_.files, app_.realm, now);
  } catch (const std::exception& error) {
    log_.write(Level::warn, "files could not be swept", {{"error", std::string_view(error.what())}});
  }
}

void DeadlineClock::keep_house() {
  const Time now = app_.clock.now();
  if (now - swept_at_ >= std::chrono::hours{1}) {
    app_.store.write([&](store::Tx& tx) {
      people::sweep_expired(tx, app_.realm, now);
      people::sweep_outside_sessions(tx, app_.realm, now);
      forget_presence(tx, app_.realm, now);
    });
    swept_at_ = now;
    files_left_ = true;
  }
  if (files_left_) sweep_files(now);
  const Day today = day_of(now, app_.zone);
  if (today == housekept_on_) return;
  erase_due(app_, log_, today);
  app_.store.write([&](store::Tx& tx) {
    send::forget_choices_of_erased(tx, app_.realm);
    people::forget_outside_of_erased(tx, app_.realm);
    send::forget_idle_lanes(tx, app_.realm, now);
    tx.run(record::sql::kForgetRepeated, app_.realm, now - kRepeatedKept);
    record::tell_ending_terms(tx, {app_.realm, PersonId{}, now, app_.ids, "terms", app_.zone},
                              *app_.engine.worlds().current(tx, app_.realm));
  });
  housekept_on_ = today;
}

}  // namespace tongxin::serve

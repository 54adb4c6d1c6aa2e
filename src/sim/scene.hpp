// The stage of a simulation: one realm on a clock that moves when the simulation says so, and the one way to act on it.
//
// Everything that happens is drawn from one seed: ids, times, decisions and the salts of events (SeededChance), so the same
// seed, day and packs give the same chain of hashes on either engine. Sealed values differ from run to run: their keys and
// nonces are never seeded.
#pragma once
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/random.hpp"
#include "record/engine.hpp"

namespace tongxin::sim {

struct Photo {
  std::string name, hash;  // hash: 64 hex digits, of the stored file
  std::int64_t size = 0;
  int width = 0, height = 0;
};

// Takes out what the form does not ask for.
void keep_known(const pack::Form& form, boost::json::object& given);

class Scene {
 public:
  Scene(store::Store& store, std::shared_ptr<const pack::Library> library, const people::Vault& vault, Time start,
        std::uint64_t seed);
  Scene(const Scene&) = delete;

  store::Store& store;
  const std::shared_ptr<const pack::Library> library;
  const people::Vault& vault;
  ManualClock clock;
  IdSource ids;
  record::Worlds worlds;
  record::Engine engine;
  Random random;
  RealmId realm;
  std::vector<Photo> photos;  // what people take pictures of; empty: forms go without

  Time now() const { return clock.now(); }
  Day today() const { return day_of(clock.now()); }
  record::WorldPtr world();
  std::optional<record::Record> find(RecordId id);

  // One write, its chance seeded by the number of the step.
  void write(const std::function<void(store::Tx&)>& job);
  // Moves the clock on, waking every deadline on the way at its own time. Returns how many.
  int run_until(Time until);

  // What came of an attempt. A refusal is no error here: people try things that they may not.
  struct Attempt {
    std::optional<record::Outcome> outcome;
    std::string refusal;      // in English, for the report
    bool incomplete = false;  // refused for what was entered
  };
  Attempt create(const record::Actor& actor, record::Draft draft);
  Attempt act(const record::Actor& actor, RecordId id, std::string_view action, boost::json::object form);
  // Fills what a form requires and was not given, with plain values by type; `sometimes`: also what it requires on a
  // condition.
  void complete(store::Tx& tx, const pack::Form& form, boost::json::object& given, bool sometimes = false);
  // An upload of one picture, not yet attached to anything.
  boost::json::array photo(store::Tx& tx);

 private:
  template <class F>
  Attempt attempt(F&& job);
  boost::json::value plain_value(store::Tx& tx, const pack::Field& field);
  boost::json::string department(store::Tx& tx);

  std::uint64_t seed_, step_ = 0;
};

}  // namespace tongxin::sim

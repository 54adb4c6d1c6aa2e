// What was shown of a record lately, for as long as it is still so: a page that many look at is read and written once.
//
// Kept is only what depends on the record, the world and the sight alone; who looks, the time and neighbouring records come
// on top with every answer. An entry holds for one event of the record (every change appends one) and one world. Bounded;
// thread-safe.
#pragma once
#include <map>
#include <memory>
#include <mutex>
#include <optional>

#include "record/record.hpp"
#include "record/world.hpp"
#include "serve/api.hpp"

namespace tongxin::serve {

enum class Sight { none, open, own, staff };

// What bears the light of a deadline, under each light: a line of a list, a deadline of a page. Without one it is always green.
template <class T>
struct UnderLights {
  Written<T> green, yellow, red;              // on time, near the deadline and past it
  std::optional<Time> yellow_from, red_from;  // absent: never
  const Written<T>& at(Time now) const {
    return red_from && *red_from <= now ? red : yellow_from && *yellow_from <= now ? yellow : green;
  }
};
using KeptRow = UnderLights<api::RecordRow>;

// The page of a record without what depends on the reader, and what that is made of.
struct KeptPage {
  Written<api::RecordStill> still;
  std::vector<UnderLights<api::DeadlineView>> deadlines;
  std::optional<Words> expected;   // who handles it until when
  std::vector<RecordId> children;  // only the record's own actions make some
  // People whom the directory does not know, as they are named here: they are renamed and forgotten without an event.
  std::map<PersonId, std::string> outsiders;
};

class KeptViews {
 public:
  static constexpr std::size_t kMost = 2048;  // records, of each: some 10 KB with a long timeline

  KeptViews();
  ~KeptViews();
  KeptViews(const KeptViews&) = delete;

  // Null: nothing is kept of it as it stands now.
  std::shared_ptr<const KeptPage> page(const record::Record& record, Sight sight, const record::WorldPtr& world);
  std::shared_ptr<const KeptRow> row(const record::Record& record, Sight sight, const record::WorldPtr& world);
  // Only what a durable transaction saw: call it from Tx::after_commit.
  void keep(RecordId record, int last_seq, Sight sight, const record::WorldPtr& world,
            std::shared_ptr<const KeptPage> page);
  void keep(RecordId record, int last_seq, Sight sight, const record::WorldPtr& world,
            std::shared_ptr<const KeptRow> row);
  // The forms of a kind's actions, by their index; made once for each library of packs.
  using Actions = std::vector<Written<api::ActionView>>;
  std::shared_ptr<const Actions> actions(const record::WorldPtr& world, const pack::Kind& kind);

 private:
  struct Inside;
  std::unique_ptr<Inside> inside_;
};

}  // namespace tongxin::serve

// Fills an installation that `tongxin demo` made with one large roster, for bench/duties.
//
//   bench_duties fill <db> [people 5000] [slots 20000]
//
// Prints the id of the roster's record and the stretch of time in which its slots lie. Rows are written as the roster writes
// them; only the questions that it asks before (rest, skills, overlaps) are left out, because nobody stands twice here.
#include <iostream>

#include "aspect/roster/roster.hpp"
#include "aspect/roster/sql.hpp"
#include "people/persons.hpp"

#include "bench/installation.hpp"

using namespace tongxin;
namespace roster = aspect::roster;

namespace {

constexpr int kDays = 60;

class Filling {
 public:
  Filling(bench::Installation& at, int people, int slots) : at_(at), people_(people), slots_(slots) {}

  void run() {
    const auto& posts = at_.world->directory->posts_with_role("community_secretary");
    if (posts.empty()) throw std::runtime_error("the installation has no community secretary");
    const people::Post& secretary = *posts.front();
    record::Draft draft;
    draft.kind = "duty_roster";
    draft.area = secretary.area;
    draft.form = {{"name", "一万班"}};
    const record::Actor actor{.person = secretary.person, .system = false, .follows = {}};
    record_ = at_.store->write(
        [&](store::Tx& tx) { return at_.engine.create(tx, at_.realm, actor, draft, at_.clock.now()).id; });
    add_people();
    add_slots();
    std::cout << to_text(record_) << ' ' << to_rfc3339(first_) << ' '
              << to_rfc3339(first_ + std::chrono::hours{24 * kDays}) << '\n';
  }

 private:
  void add_people() {
    const people::Doing doing{at_.realm, {}, at_.clock.now(), at_.ids, "bench", {}};
    for (int done = 0; done < people_;)
      at_.store->write([&](store::Tx& tx) {
        for (int i = 0; i < 1000 && done < people_; ++i, ++done)
          persons_.push_back(people::add_person(
              tx, at_.vault, doing,
              {.name = fmt::format("志愿者{}", done + 1), .purpose = "volunteer", .delete_after = 20991231}));
      });
  }

  void add_slots() {
    const Time now = at_.clock.now();
    first_ = midnight(day_of(now, at_.world->zone), at_.world->zone) + std::chrono::hours{24};
    for (int done = 0; done < slots_;)
      at_.store->write([&](store::Tx& tx) {
        for (int i = 0; i < 1000 && done < slots_; ++i, ++done) {
          const Time starts = first_ + std::chrono::hours{24} * (done % kDays) + std::chrono::hours{done / kDays % 20};
          const Time ends = starts + std::chrono::hours{2};
          const auto slot = at_.ids.make<roster::SlotId>();
          tx.run(roster::sql::kAddSlot, at_.realm, slot, record_, OccasionId{}, "watch", starts, ends, 1, 1, 0, 0, 0);
          tx.run(roster::sql::kPutTurn, at_.realm, slot, persons_[std::size_t(done) % persons_.size()],
                 roster::TurnState::standing, record_, starts, ends, now, std::optional<Time>{});
        }
      });
  }

  using OccasionId = aspect::OccasionId;
  bench::Installation& at_;
  const int people_, slots_;
  RecordId record_;
  Time first_{};
  std::vector<PersonId> persons_;
};

}  // namespace

int main(int count, char** words) {
  if (count < 3 || std::string_view(words[1]) != "fill") {
    std::cerr << "bench_duties fill <db> [people] [slots]\n";
    return 2;
  }
  try {
    bench::Installation installation(words[2], true);
    Filling(installation, count > 3 ? std::atoi(words[3]) : 5000, count > 4 ? std::atoi(words[4]) : 20'000).run();
  } catch (const std::exception& error) {
    std::cerr << error.what() << '\n';
    return 1;
  }
  return 0;
}

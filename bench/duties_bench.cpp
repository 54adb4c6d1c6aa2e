// Fills an installation that `tongxin demo` made with one large roster and with people who check in, for bench/duties.
//
//   bench_duties fill <db> [people 5000] [slots 20000] [senders 500]
//
// Prints the id of the roster's record and the stretch of time in which its slots lie; then, a line each, the record for which
// a sender checks in and the sender's token. Rows are written as the roster writes
// them; only the questions that it asks before (rest, skills, overlaps) are left out, because nobody stands twice here.
#include <iostream>

#include "aspect/roster/roster.hpp"
#include "aspect/roster/sql.hpp"
#include "people/persons.hpp"
#include "people/tokens.hpp"

#include "bench/installation.hpp"

using namespace tongxin;
namespace roster = aspect::roster;

namespace {

constexpr int kDays = 60;
constexpr int kTogether = 20;  // senders of one roster

class Filling {
 public:
  Filling(bench::Installation& at, int people, int slots, int senders)
      : at_(at), people_(people), slots_(slots), senders_(senders) {}

  void run() {
    const auto& posts = at_.world->directory->posts_with_role("community_secretary");
    if (posts.empty()) throw std::runtime_error("the installation has no community secretary");
    const people::Post& secretary = *posts.front();
    actor_ = {.person = secretary.person, .system = false, .follows = {}};
    record_ = add_roster(secretary.area, "一万班");
    add_people();
    add_slots();
    std::cout << to_text(record_) << ' ' << to_rfc3339(first_) << ' '
              << to_rfc3339(first_ + std::chrono::hours{24 * kDays}) << '\n';
    for (int done = 0; done < senders_; done += kTogether)
      add_senders(add_roster(secretary.area, fmt::format("打卡{}", done / kTogether + 1)), done);
  }

 private:
  RecordId add_roster(AreaId area, std::string name) {
    record::Draft draft;
    draft.kind = "duty_roster";
    draft.area = area;
    draft.form = {{"name", std::move(name)}};
    return at_.store->write(
        [&](store::Tx& tx) { return at_.engine.create(tx, at_.realm, actor_, draft, at_.clock.now()).id; });
  }

  // Each checks in on the spot of one roster, with a token of their own.
  void add_senders(RecordId of, int from) {
    const Time now = at_.clock.now();
    at_.store->write([&](store::Tx& tx) {
      for (int i = from; i < std::min(from + kTogether, senders_); ++i) {
        const PersonId sender = persons_.at(std::size_t(i));
        at_.engine.act(tx, at_.realm, actor_, of, "add", {{"person", to_text(sender)}}, std::nullopt, now);
        const people::Doing doing{at_.realm, sender, now, at_.ids, "bench", {}};
        const auto token = people::add_token(tx, doing, sender, "bench", {"records:read", "records:write"},
                                             now + std::chrono::hours{24});
        std::cout << to_text(of) << ' ' << token.text << '\n';
      }
    });
  }

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
                 roster::TurnState::standing, record_, starts, ends, now, std::optional<Time>{}, false);
        }
      });
  }

  using OccasionId = aspect::OccasionId;
  bench::Installation& at_;
  const int people_, slots_, senders_;
  record::Actor actor_;
  RecordId record_;
  Time first_{};
  std::vector<PersonId> persons_;
};

}  // namespace

int main(int count, char** words) {
  if (count < 3 || std::string_view(words[1]) != "fill") {
    std::cerr << "bench_duties fill <db> [people] [slots] [senders]\n";
    return 2;
  }
  try {
    bench::Installation installation(words[2], true);
    Filling(installation, count > 3 ? std::atoi(words[3]) : 5000, count > 4 ? std::atoi(words[4]) : 20'000,
            count > 5 ? std::atoi(words[5]) : 500)
        .run();
  } catch (const std::exception& error) {
    std::cerr << error.what() << '\n';
    return 1;
  }
  return 0;
}

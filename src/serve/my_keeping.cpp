#include "serve/my_keeping.hpp"

#include <boost/describe/enum_to_string.hpp>

#include "aspect/checkin/checkin.hpp"
#include "aspect/checkin/section.hpp"
#include "aspect/ledger/operations.hpp"
#include "aspect/roster/roster.hpp"
#include "aspect/roster/section.hpp"
#include "serve/routes.hpp"

namespace tongxin::serve {
namespace {

namespace checkin = aspect::checkin;
namespace roster = aspect::roster;

constexpr int kShown = 50;

constexpr store::Sql kFeeds{"feeds_kept",
                            "SELECT id, org, made_at, used_at FROM calendar_feed WHERE realm_id=$1 AND person=$2 AND "
                            "revoked_at=0 ORDER BY id LIMIT 100"};

// From the newest back, however old: what a page does not hold, the next one does.
constexpr store::Sql kTurns{
    "turns_kept",
    "SELECT slot_id, person_id, state, record_id, starts_at, ends_at, since, arrived_at, waived FROM turn WHERE "
    "realm_id=$1 AND person_id=$2 AND (starts_at, slot_id) < ($3, $4) AND state <> 2 ORDER BY starts_at DESC, slot_id "
    "DESC LIMIT $5"};

class Keeping {
 public:
  Keeping(View& view, PersonId self, int most, bool points)
      : view_(view), tx_(view.tx), realm_(view.app.realm), self_(self), most_(most), points_(points) {}

  api::MyKept run() {
    for (const roster::Away& each : roster::aways_of(tx_, realm_, self_, Time{}))
      kept_.absences.push_back({each.from, each.until});
    skills();
    turns();
    checkins();
    tracks();
    feeds();
    for (const ledger::Book& book : ledger::books_of(tx_, realm_, self_.value)) account(book);
    return std::move(kept_);
  }

 private:
  record::RecordPtr record(RecordId id) { return view_.app.engine.look(tx_, realm_, id); }
  // One more than is shown is read, so that "there is more" is never said of what there is not.
  int page() const { return std::min(most_ + 1, 200); }
  // Fills `list` with the newest, page by page; `read` is given the last of the page before, null for the first.
  template <class T, class Read, class Make>
  void newest(const char* name, std::vector<T>& list, Read read, Make make) {
    auto found = read(nullptr);
    while (true) {
      for (const auto& each : found) list.push_back(make(each));
      if (int(list.size()) > most_ || int(found.size()) < page()) break;
      const auto last = std::move(found.back());
      found = read(&last);
    }
    if (int(list.size()) <= most_) return;
    list.resize(std::size_t(most_));
    kept_.more = true;
    if (kept_.more_in.empty() || kept_.more_in.back() != name) kept_.more_in.emplace_back(name);
  }

  void skills() {
    const auto known = view_.world->library->aspects.find("roster");
    for (const roster::SkillRow& each : roster::skill_rows(tx_, realm_, self_)) {
      api::KeptSkill row{{each.skill, each.skill}, to_day_text(each.from), day_text(each.until), std::nullopt};
      if (known != view_.world->library->aspects.end())
        for (const pack::Named& named : static_cast<const roster::Skills*>(known->second.get())->list)
          if (named.name == each.skill) row.label = named.label;
      if (each.confirmed_by) row.confirmed_by = view_.person(each.confirmed_by).name;
      kept_.skills.push_back(std::move(row));
    }
  }

  void turns() {
    const auto before = [](const roster::Turn* last) {
      return last == nullptr ? std::pair(Time::max(), roster::SlotId{}) : std::pair(last->starts, last->slot);
    };
    newest(
        "turns", kept_.turns,
        [&](const roster::Turn* last) {
          const auto [starts, slot] = before(last);
          return tx_.all<roster::Turn>(kTurns, realm_, self_, starts, slot, page());
        },
        [&](const roster::Turn& each) {
          const auto of = record(each.record);
          const auto slot = roster::find_slot(tx_, realm_, each.slot);
          const auto* section = of ? view_.world->kind(of->kind).section<roster::Section>("roster") : nullptr;
          const auto* post = section == nullptr || !slot ? nullptr : section->find(slot->post);
          return api::KeptTurn{each.starts,
                               each.ends,
                               post == nullptr ? Words{} : post->label,
                               boost::describe::enum_to_string(each.state, ""),
                               of ? of->number : "",
                               of ? of->title : "",
                               each.waived ? std::optional(true) : std::nullopt};
        });
  }

  void checkins() {
    newest(
        "checkins", kept_.checkins,
        [&](const checkin::CheckIn* last) {
          return checkin::checkins_by(tx_, realm_, self_,
                                      last == nullptr
                                          ? std::nullopt
                                          : std::optional(std::pair(day_of(last->phone_at, view_.app.zone), last->id)),
                                      page());
        },
        [&](const checkin::CheckIn& each) {
          const auto of = record(each.record);
          const auto* section = of ? view_.world->kind(of->kind).section<checkin::Section>("checkin") : nullptr;
          const auto* sort = section == nullptr ? nullptr : section->find(each.sort);
          return api::KeptCheckIn{each.phone_at,
                                  sort == nullptr ? Words{each.sort, each.sort} : sort->label,
                                  of ? of->number : "",
                                  of ? of->title : "",
                                  each.lon,
                                  each.lat,
                                  each.photos,
                                  each.videos,
                                  points_ ? boost::json::parse(each.form) : boost::json::object{}};
        });
  }

  void tracks() {
    newest(
        "tracks", kept_.tracks,
        [&](const checkin::Track* last) {
          return checkin::tracks_by(tx_, realm_, self_,
                                    last == nullptr ? std::nullopt : std::optional(std::pair(last->from, last->id)),
                                    page());
        },
        [&](const checkin::Track& each) {
          const auto of = record(each.record);
          return api::KeptTrack{each.from,           each.until,
                                each.metres,         of ? of->number : "",
                                of ? of->title : "", points_ ? boost::json::parse(each.points) : boost::json::array{}};
        });
  }

  void feeds() {
    tx_.each(
        kFeeds,
        [&](const store::Row& row) {
          api::KeptFeed feed{std::nullopt, row.get<Time>(2), std::nullopt};
          if (const auto team = org_ref(*view_.world, row.get<OrgId>(1))) feed.org = team->name;
          if (row.integer(3) != 0) feed.used_at = row.get<Time>(3);
          kept_.feeds.push_back(std::move(feed));
        },
        realm_, self_);
  }

  void account(const ledger::Book& book) {
    const ledger::Ledger* of = ledger::ledgers_of(*view_.world->library).find(book.ledger);
    const ledger::AccountType* type = of == nullptr ? nullptr : of->account(book.name);
    if (type == nullptr || type->of != ledger::Owner::person) return;
    const std::int64_t balance = ledger::shown(*type, book.balance);
    api::KeptAccount row{to_text(book.id), of->label, type->label,  ledger::amount_words(*of, balance),
                         of->unit_code,    balance,   book.entries, {}};
    newest(
        "accounts", row.lines,
        [&](const ledger::Entry* last) {
          ledger::Page wanted;
          wanted.limit = page();
          if (last != nullptr) wanted.after = std::pair(last->day, last->seq);
          return ledger::statement(tx_, realm_, book.id, wanted);
        },
        [&](const ledger::Entry& each) {
          return api::KeptLine{to_day_text(each.day),
                               {each.memo_zh, each.memo_en},
                               each.reason,
                               ledger::shown(*type, each.amount),
                               ledger::shown(*type, each.balance)};
        });
    kept_.accounts.push_back(std::move(row));
  }

  View& view_;
  store::Tx& tx_;
  const RealmId realm_;
  const PersonId self_;
  const int most_;
  const bool points_;
  api::MyKept kept_;
};

}  // namespace

api::MyKept kept_of(View& view, PersonId self, int most, bool points) {
  return Keeping(view, self, most, points).run();
}

void add_keeping_routes(App& app, Api& api) {
  api.get<api::MyKept>("/v1/me/kept", "班次、打卡、轨迹、账户等记录里的我 / what duties and books hold of me",
                       [&app](const Request& request) {
                         return app.store.read([&](store::Tx& tx) {
                           View view(app, tx, signed_in_caller(app, tx, request));
                           return kept_of(view, view.actor().person, kShown, false);
                         });
                       });
}

}  // namespace tongxin::serve

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
  template <class T>
  bool full(std::vector<T>& list) {
    if (int(list.size()) <= most_) return false;
    list.resize(std::size_t(most_));
    return kept_.more = true;
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

  // A page of turns goes forward in time: read from the beginning, shown from the end.
  void turns() {
    std::vector<roster::Turn> all;
    for (Time from = points_ ? Time{} : view_.now - std::chrono::hours{24 * 366};;) {
      const auto found = roster::turns_for(tx_, realm_, self_, from, Time::max());
      all.insert(all.end(), found.begin(), found.end());
      if (found.size() < 500) break;
      from = found.back().starts + milliseconds{1};
    }
    for (auto each = all.rbegin(); each != all.rend() && !full(kept_.turns); ++each) {
      const auto of = record(each->record);
      const auto slot = roster::find_slot(tx_, realm_, each->slot);
      const auto* section = of ? view_.world->kind(of->kind).section<roster::Section>("roster") : nullptr;
      const auto* post = section == nullptr || !slot ? nullptr : section->find(slot->post);
      kept_.turns.push_back({each->starts, each->ends, post == nullptr ? Words{} : post->label,
                             boost::describe::enum_to_string(each->state, ""), of ? of->number : "",
                             of ? of->title : ""});
    }
  }

  void checkins() {
    std::optional<std::pair<Day, checkin::CheckInId>> before;
    for (bool last = false; !full(kept_.checkins) && !last;) {
      const auto found = checkin::checkins_by(tx_, realm_, self_, before, page());
      for (const checkin::CheckIn& each : found) {
        const auto of = record(each.record);
        const auto* section = of ? view_.world->kind(of->kind).section<checkin::Section>("checkin") : nullptr;
        const auto* sort = section == nullptr ? nullptr : section->find(each.sort);
        kept_.checkins.push_back({each.phone_at, sort == nullptr ? Words{each.sort, each.sort} : sort->label,
                                  of ? of->number : "", of ? of->title : "", each.lon, each.lat, each.photos,
                                  each.videos, points_ ? boost::json::parse(each.form) : boost::json::object{}});
      }
      last = int(found.size()) < page();
      if (!last) before = std::pair(day_of(found.back().phone_at, view_.app.zone), found.back().id);
    }
  }

  void tracks() {
    std::optional<std::pair<Time, checkin::CheckInId>> before;
    for (bool last = false; !full(kept_.tracks) && !last;) {
      const auto found = checkin::tracks_by(tx_, realm_, self_, before, page());
      for (const checkin::Track& each : found) {
        const auto of = record(each.record);
        kept_.tracks.push_back({each.from, each.until, each.metres, of ? of->number : "", of ? of->title : "",
                                points_ ? boost::json::parse(each.points) : boost::json::array{}});
      }
      last = int(found.size()) < page();
      if (!last) before = std::pair(found.back().from, found.back().id);
    }
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
    ledger::Page wanted;
    wanted.limit = page();
    for (bool last = false; !full(row.lines) && !last;) {
      const auto lines = ledger::statement(tx_, realm_, book.id, wanted);
      for (const ledger::Entry& each : lines)
        row.lines.push_back({to_day_text(each.day),
                             {each.memo_zh, each.memo_en},
                             each.reason,
                             ledger::shown(*type, each.amount),
                             ledger::shown(*type, each.balance)});
      last = int(lines.size()) < wanted.limit;
      if (!last) wanted.after = std::pair(lines.back().day, lines.back().seq);
    }
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

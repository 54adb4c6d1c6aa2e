// What I did on a day: what a daily log is drafted from, so that nobody types what the system knows.
#include "base/time.hpp"
#include "serve/me_shapes.hpp"
#include "serve/record_routes.hpp"
#include "serve/routes.hpp"
#include "serve/views.hpp"

namespace tongxin::serve {
namespace {

constexpr int kMost = 300;
constexpr store::Sql kMyDay{"my_day",
                            "SELECT record_id, at, action FROM event WHERE realm_id=$1 AND actor=$2 AND actor > 0 AND "
                            "at >= $3 AND at < $4 ORDER BY at, record_id, seq LIMIT $5"};

struct Deed {
  RecordId record;
  Time at;
  std::string action;
};
BOOST_DESCRIBE_STRUCT(Deed, (), (record, at, action))

Words label_of(const pack::Kind& kind, const std::string& action) {
  if (const int index = kind.action(action); index >= 0) return kind.actions[std::size_t(index)].label;
  if (action == "create") return {"提交", "Submitted"};
  return {};
}

api::MyDay my_day(View& view, Day day) {
  const Zone zone = view.world->zone;
  const auto deeds = view.tx.all<Deed>(kMyDay, view.app.realm, view.actor().person, midnight(day, zone),
                                       midnight(add_days(day, 1), zone), kMost + 1);
  api::MyDay mine{.day = to_day_text(day), .items = {}, .more = std::ssize(deeds) > kMost};
  std::map<RecordId, std::optional<record::Record>> seen;
  for (const Deed& deed : deeds) {
    if (std::ssize(mine.items) == kMost) break;
    auto [at, fresh] = seen.try_emplace(deed.record);
    if (fresh) {
      at->second = view.app.engine.find(view.tx, view.app.realm, deed.record);
      if (at->second && !view.may_see(*at->second)) at->second.reset();
    }
    if (!at->second) continue;
    const record::Record& record = *at->second;
    Words label = label_of(view.world->kind(record.kind), deed.action);
    if (label.zh.empty()) continue;  // the engine's own entries, written in the name of whoever caused them
    mine.items.push_back({.at = deed.at,
                          .record = record.id,
                          .kind = record.kind,
                          .number = record.number,
                          .title = record.title,
                          .action = deed.action,
                          .label = std::move(label),
                          .place_text = place_text(*view.world, record.area)});
  }
  return mine;
}

}  // namespace

void add_day_routes(App& app, Api& api) {
  api.get<api::MyDay>("/v1/me/day", "我这一天做了什么 / what I did on a day",
                      [&app](const Request& request) {
                        return app.store.read([&](store::Tx& tx) {
                          View view(app, tx, signed_in_caller(app, tx, request));
                          return my_day(view, day_at(query_text(request, "day").value_or(""), "?day", view.today()));
                        });
                      })
      .query("day", "日期，缺省今天 / day, today unless said");
}

}  // namespace tongxin::serve

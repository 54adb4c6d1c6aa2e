// What desks and boards look at: the rosters of a stretch of time, tracks on the map, and what a record has called up.
#include <cmath>

#include "aspect/checkin/checkin.hpp"
#include "aspect/checkin/section.hpp"
#include "aspect/quota/quota.hpp"
#include "aspect/roster/roster.hpp"
#include "record/sql.hpp"
#include "serve/duty_routes.hpp"

namespace tongxin::serve {
namespace {

namespace json = boost::json;
namespace checkin = aspect::checkin;
namespace roster = aspect::roster;

// Empty: everywhere. Else the record must lie in the area or below it.
bool lies_in(const View& view, const record::Record& record, const std::optional<AreaId>& area) {
  if (!area) return true;
  const place::Area* place = view.world->atlas->find(*area);
  return place != nullptr && record.path.starts_with(place->path);
}

// Which pages a record of the kind has.
api::DutyKinds duty_kinds(View& view, const Request&) {
  api::DutyKinds list;
  for (const auto& kind : view.world->library->kinds) {
    const auto has = [&](std::string_view aspect) { return kind->aspects.contains(aspect); };
    const auto* checkins = kind->section<checkin::Section>("checkin");
    const api::DutyKind row{kind->name,
                            kind->label,
                            has("schedule"),
                            has("roster"),
                            checkins != nullptr,
                            checkins != nullptr && checkins->track.has_value(),
                            aspect::quota::owes(*kind)};
    if (row.schedule || row.roster || row.checkin || row.quota) list.items.push_back(row);
  }
  return list;
}

api::RosterCards rosters(View& view, const Request& request) {
  need_staff(view.caller);
  const auto [from, until] = stretch(request, view.now, view.app.zone, 62);
  const auto area = query_id<AreaId>(request, "area");
  api::RosterCards cards{from, until, {}};
  for (const roster::Busy& each : roster::busy(view.tx, view.app.realm, from, until)) {
    const auto record = view.app.engine.find(view.tx, view.app.realm, each.record);
    if (!record || !lies_in(view, *record, area) || view.sight_of(*record) != Sight::staff) continue;
    cards.items.push_back({record->id, record->kind, record->number, record->title,
                           place_text(*view.world, record->area), each.slots, each.need, each.taken, each.lacking});
  }
  return cards;
}

// Where somebody walked is for those who see the record for their work.
api::TracksOnMap tracks(View& view, const Request& request) {
  constexpr int kMost = 500;
  need_staff(view.caller);
  const auto [from, until] = stretch(request, view.now, view.app.zone, 31);
  const auto area = query_id<AreaId>(request, "area");
  const auto kind = query_text(request, "kind");
  const auto found = checkin::tracks_between(view.tx, view.app.realm, from, until, kMost + 1);
  api::TracksOnMap answer{{}, int(found.size()) > kMost};
  for (const checkin::Track& each : found) {
    if (int(answer.items.size()) == kMost) break;
    const auto record = view.app.engine.find(view.tx, view.app.realm, each.record);
    if (!record || (kind && record->kind != *kind) || !lies_in(view, *record, area)) continue;
    if (view.sight_of(*record) != Sight::staff) continue;
    answer.items.push_back({record->id, record->kind, record->number, record->title, view.person(each.person),
                            each.from, each.until, each.jumps, each.metres, json::parse(each.points)});
  }
  return answer;
}

// ── what a record has called up ──
class BoardMaking {
 public:
  explicit BoardMaking(View& view) : view_(view) {}

  void add(const record::Record& record, Sight sight) {
    api::BoardGroup& group = group_of(record);
    ++group.records;
    count(group.states, record.state, 1);
    json::object fields = view_.fields(record, sight);
    for (const pack::Field& field : view_.world->kind(record.kind).form.fields) {
      if (field.type != pack::FieldType::integer && field.type != pack::FieldType::number) continue;
      if (const json::value* value = fields.if_contains(field.name); value != nullptr && value->is_number())
        count(group.sums, field.name, value->to_number<double>());
    }
    board_.items.push_back({*view_.row(record, sight), std::move(fields),
                            record.holder_person ? std::optional(view_.person(record.holder_person)) : std::nullopt});
  }
  api::Board take(bool more) {
    board_.more = more;
    return std::move(board_);
  }

 private:
  static void count(json::object& into, std::string_view name, double by) {
    const json::value* had = into.if_contains(name);
    const double sum = (had == nullptr ? 0 : had->to_number<double>()) + by;
    if (sum == std::floor(sum))
      into[name] = std::int64_t(sum);
    else
      into[name] = sum;
  }

  api::BoardGroup& group_of(const record::Record& record) {
    for (api::BoardGroup& each : board_.groups)
      if (each.kind == record.kind && each.category.value_or("") == record.category) return each;
    const pack::Kind& kind = view_.world->kind(record.kind);
    api::BoardGroup group{};
    group.kind = record.kind;
    group.name = kind.label;
    const pack::Category* category = kind.taxonomy == nullptr ? nullptr : kind.taxonomy->find(record.category);
    if (category != nullptr) {
      group.category = record.category;
      group.label = category->name;
    }
    for (const pack::Field& field : kind.form.fields)
      if (!field.sealed) group.fields.push_back({field.name, field.label});
    return board_.groups.emplace_back(std::move(group));
  }

  View& view_;
  api::Board board_;
};

api::Board board(View& view, const Request& request) {
  constexpr std::size_t kMost = 500;
  Sight sight{};
  const auto id = path_id<RecordId>(request, 0);
  view.need(id, sight);
  if (sight != Sight::staff) throw Fault(Code::forbidden, words("只有工作人员可以查看", "only for staff"));
  std::vector<RecordId> children;
  view.tx.each(
      record::sql::kChildren, [&](const store::Row& row) { children.push_back(row.get<RecordId>(0)); }, view.app.realm,
      id);
  BoardMaking making(view);
  for (const RecordId each : children)
    if (const auto child = view.app.engine.find(view.tx, view.app.realm, each))
      if (const Sight seen = view.sight_of(*child); seen == Sight::staff) making.add(*child, seen);
  return making.take(children.size() >= kMost);
}

}  // namespace

void add_duty_board_routes(App& app, Api& api) {
  api.get<api::DutyKinds>("/v1/duty-kinds", "哪些类型有日程、排班、打卡 / kinds with duties",
                          duty_look(app, duty_kinds))
      .open();
  api.get<api::RosterCards>("/v1/rosters", "这段时间有班次的事项 / records with slots in a stretch of time",
                            duty_look(app, rosters))
      .query("from", "起 / from")
      .query("until", "止，至多 62 天 / until, at most 62 days")
      .query("area", "区域及其下 / an area and below", ParameterType::id);
  api.get<api::TracksOnMap>("/v1/tracks", "地图上的轨迹 / tracks on the map", duty_look(app, tracks))
      .query("from", "起 / from")
      .query("until", "止，至多 31 天 / until, at most 31 days")
      .query("area", "区域及其下 / an area and below", ParameterType::id)
      .query("kind", "类型 / kind");
  api.get<api::Board>("/v1/records/{id}/board", "下级事项汇总：集结看板 / what a record has called up, in sum",
                      duty_look(app, board));
}

}  // namespace tongxin::serve

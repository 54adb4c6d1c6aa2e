#include <charconv>

#include "base/text.hpp"
#include "measure/figures.hpp"
#include "people/directory.hpp"
#include "serve/desk_shapes.hpp"
#include "serve/duty_routes.hpp"
#include "serve/lists.hpp"
#include "serve/record_routes.hpp"
#include "serve/routes.hpp"

namespace tongxin::serve {
namespace {

// What is asked for: an area (by default where the caller's first post reaches) or an organisation, over periods.
struct Asked {
  std::vector<const pack::Kind*> kinds;
  AreaId area;
  OrgId org;
  std::int32_t from = 0, until = 0;
};

// yyyymm or "yyyy-mm"; yyyymmdd or "yyyy-mm-dd" for counts kept by day.
std::int32_t period_at(const Request& request, const char* name, std::int32_t otherwise) {
  auto text = query_text(request, name);
  if (!text) return otherwise;
  std::erase(*text, '-');
  std::int32_t period = 0;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), period);
  const bool month = text->size() == 6 && period % 100 >= 1 && period % 100 <= 12,
             day = text->size() == 8 && is_day(period);
  if (error != std::errc{} || end != text->data() + text->size() || !(month || day))
    refuse_invalid("?" + std::string(name), "format",
                   words("应为 202611 这样的年月或 20261122 这样的日期",
                         "expected a month such as 202611 or a day such as 20261122"));
  return period;
}

AreaId default_area(const View& view) {
  for (const people::Post& post : view.world->directory->posts_of(view.actor().person))
    if (people::live(post, view.today()))
      if (const AreaId area = desk_area(*view.world, post.area)) return area;
  const auto roots = view.world->atlas->children({});
  return roots.empty() ? AreaId{} : roots.front();
}

}  // namespace

// Figures are for those whose post covers the place: a secretary reads those of the own community, not of the next one. An
// organisation's are read by its own people, by those above it, and by those whose post covers its place.
void need_sight_of_figures(const View& view, AreaId asked_area, OrgId asked_org) {
  if (view.caller.admin) return;
  const people::Directory& directory = *view.world->directory;
  const people::Org* org = asked_org ? directory.org(asked_org) : nullptr;
  const AreaId area = asked_area ? asked_area : org != nullptr ? org->area : AreaId{};
  for (const people::Post& post : directory.posts_of(view.actor().person)) {
    if (!people::live(post, view.today())) continue;
    if (org != nullptr && directory.is_below(org->id, post.org)) return;
    if (area && view.world->atlas->find(post.area) != nullptr && view.world->atlas->within(area, post.area)) return;
    // Lists are kept per desk level: who works in a building reads those of its grid.
    if (asked_area && desk_area(*view.world, post.area) == asked_area) return;
  }
  throw Fault(Code::forbidden, words("这里的统计不在您的岗位范围内", "these figures are not within your posts"));
}

namespace {

Asked read_asked(const View& view, const Request& request) {
  need_staff(view.caller);
  Asked asked;
  const auto kind = query_text(request, "kind");
  for (const auto& each : view.world->library->kinds)
    if (!kind || each->name == *kind) asked.kinds.push_back(each.get());
  if (asked.kinds.empty()) refuse_invalid("?kind", "enum", words("没有这类事项", "there is no such kind"));
  asked.org = query_id<OrgId>(request, "org").value_or(OrgId{});
  asked.area = query_id<AreaId>(request, "area").value_or(AreaId{});
  if (asked.org && view.world->directory->org(asked.org) == nullptr)
    refuse_invalid("?org", "unknown", words("没有这个单位", "there is no such organisation"));
  if (!asked.org && !asked.area) asked.area = default_area(view);
  if (asked.area && desk_area(*view.world, asked.area) != asked.area)
    refuse_invalid("?area", "unknown", words("这一级区域没有统计", "no figures are kept for an area of this level"));
  need_sight_of_figures(view, asked.area, asked.org);
  const std::int32_t month = month_of(view.today());
  asked.until = period_at(request, "until", month);
  asked.from = period_at(request, "from", asked.until >= 10'000'000 ? asked.until : asked.until / 100 * 100 + 1);
  if ((asked.from >= 10'000'000) != (asked.until >= 10'000'000) || asked.from > asked.until)
    refuse_invalid(
        "?from", "range",
        words("起始应不晚于截止，且同为月或同为日", "`from` must not be after `until`, both months or both days"));
  return asked;
}

void add_figures(const pack::Kind& kind, const measure::Sums& sums, std::vector<api::Figure>& counts,
                 std::vector<api::RateFigure>& rates) {
  for (std::size_t i = 0; i < kind.counts.size(); ++i)
    counts.push_back({kind.name, kind.counts[i].name, kind.counts[i].label, sums.counts[i].n, sums.counts[i].total});
  for (std::size_t i = 0; i < kind.rates.size(); ++i)
    rates.push_back({kind.name, kind.rates[i].name, kind.rates[i].label, sums.rates[i].value, sums.rates[i].of,
                     sums.rates[i].per, kind.rates[i].as_number});
  for (std::size_t i = 0; i < kind.scores.size(); ++i)
    rates.push_back({kind.name, kind.scores[i].name, kind.scores[i].label, sums.scores[i], 0, 0, true});
}

measure::By read_by(const Request& request) {
  const std::string by = query_text(request, "by").value_or("");
  if (by.empty()) return measure::By::none;
  if (by == "area") return measure::By::area;
  if (by == "category") return measure::By::category;
  if (by == "month" || by == "day") return measure::By::period;
  if (by == "org") return measure::By::org;
  refuse_invalid("?by", "enum",
                 words("应为 area、category、month、day 或 org", "expected area, category, month, day or org"));
}

api::Figures figures(View& view, const Request& request) {
  const Asked asked = read_asked(view, request);
  const measure::By by = read_by(request);
  api::Figures result{};
  std::map<std::string, std::size_t> row_of;
  for (const pack::Kind* kind : asked.kinds) {
    const std::int64_t scope = asked.org ? asked.org.value : asked.area.value;
    const measure::Answer answer = measure::ask(view.tx, *view.world, {kind->name, scope, asked.from, asked.until, by});
    add_figures(*kind, answer.sums, result.counts, result.rates);
    for (const measure::Row& row : answer.rows) {
      const auto [at, fresh] = row_of.try_emplace(row.key, result.rows.size());
      if (fresh) result.rows.push_back({row.key, row.name, {}, {}});
      add_figures(*kind, row.sums, result.rows[at->second].counts, result.rows[at->second].rates);
    }
  }
  result.from = std::to_string(asked.from), result.until = std::to_string(asked.until);
  const people::Org* org = view.world->directory->org(asked.org);
  const AreaId area = asked.area                                                        ? asked.area
                      : org != nullptr && view.world->atlas->find(org->area) != nullptr ? org->area
                                                                                        : default_area(view);
  result.area = area_ref(*view.world, area);
  result.as_of = view.now;
  return result;
}

// ── the records behind ──
std::optional<measure::Entry> read_cursor(const Request& request) {
  const auto text = query_text(request, "cursor");
  if (!text) return std::nullopt;
  const auto plain = from_base64url(*text);
  std::vector<std::string> parts{""};
  for (const char c : plain.value_or("")) {
    if (c == '|')
      parts.emplace_back();
    else
      parts.back() += c;
  }
  measure::Entry entry;
  const auto number = [&](std::size_t i, auto& into) {
    const auto [end, error] = std::from_chars(parts[i].data(), parts[i].data() + parts[i].size(), into);
    return error == std::errc{} && end == parts[i].data() + parts[i].size();
  };
  if (parts.size() != 4 || !number(0, entry.period) || !number(2, entry.record.value) || !number(3, entry.seq) ||
      !is_utf8(parts[1]))
    refuse_invalid("?cursor", "format", words("游标不是本列表给出的", "this cursor is not one that this list gave"));
  entry.path = parts[1];
  return entry;
}

api::RecordList records_behind(View& view, const Request& request) {
  const Asked asked = read_asked(view, request);
  const auto count = query_text(request, "count");
  if (asked.kinds.size() != 1) refuse_invalid("?kind", "required", words("请指明类型", "please name a kind"));
  if (!count || asked.kinds.front()->count(*count) < 0)
    refuse_invalid("?count", "enum", words("没有这个计数", "there is no such count"));
  const int limit = int(query_integer(request, "limit", 1, 100).value_or(30));
  const measure::Behind behind{asked.kinds.front()->name,      *count, asked.area, asked.org, asked.from, asked.until,
                               query_text(request, "category")};
  auto after = read_cursor(request);
  api::RecordList page;
  for (int examined = 0; int(page.items.size()) < limit && examined < kExamined;) {
    const auto entries = measure::behind(view.tx, *view.world, behind, after, limit);
    if (entries.empty()) return page;
    for (const measure::Entry& entry : entries) {
      ++examined;
      after = entry;
      const auto record = view.app.engine.find(view.tx, view.app.realm, entry.record);
      if (const Sight sight = record ? view.sight_of(*record) : Sight::none; sight != Sight::none)
        page.items.push_back(view.row(*record, sight));
      if (int(page.items.size()) == limit) break;
    }
  }
  page.next = base64url(fmt::format("{}|{}|{}|{}", after->period, after->path, after->record.value, after->seq));
  return page;
}

// ── the map ──
constexpr std::size_t kMostMapAreas = 2000;

// The areas of the deepest level that keeps figures, each with what it is mostly about (七彩民情图).
api::FigureMap figure_map(View& view, const Request& request) {
  const Asked asked = read_asked(view, request);
  if (asked.kinds.size() != 1) refuse_invalid("?kind", "required", words("请指明类型", "please name a kind"));
  if (asked.org) refuse_invalid("?org", "unknown", words("地图按区域统计", "a map is of areas"));
  const pack::Kind& kind = *asked.kinds.front();
  const auto wanted = query_text(request, "count");
  const int count = wanted ? kind.count(*wanted) : -1;
  if (count < 0) refuse_invalid("?count", "enum", words("没有这个计数", "there is no such count"));
  const place::Atlas& atlas = *view.world->atlas;
  api::FigureMap map{
      area_ref(*view.world, asked.area), {}, std::to_string(asked.from), std::to_string(asked.until), {}};
  for (const pack::Level& level : view.world->library->levels)
    if (level.desk) map.level = level.name;
  std::vector<AreaId> areas = atlas.below(asked.area, map.level);
  if (atlas.at(asked.area).level == map.level) areas.push_back(asked.area);
  for (const AreaId id : areas) {
    if (map.items.size() == kMostMapAreas) break;
    const auto answer =
        measure::ask(view.tx, *view.world, {kind.name, id.value, asked.from, asked.until, measure::By::category});
    api::MapArea area{id, atlas.at(id).name, answer.sums.counts[std::size_t(count)].n, {}};
    for (const measure::Row& row : answer.rows)
      if (const std::int64_t n = row.sums.counts[std::size_t(count)].n; n > 0) area.categories.push_back({row.key, n});
    std::stable_sort(area.categories.begin(), area.categories.end(),
                     [](const auto& a, const auto& b) { return a.count > b.count; });
    map.items.push_back(std::move(area));
  }
  return map;
}

Operation& parameters(Operation& operation) {
  return operation.query("kind", "类型 / kind")
      .query("area", "区域 / area", ParameterType::id)
      .query("org", "单位 / organisation", ParameterType::id)
      .query("from", "202601")
      .query("until", "202612");
}

template <class F>
auto reading(App& app, F run) {
  return [&app, run](const Request& request) {
    return app.store.read([&](store::Tx& tx) {
      View view(app, tx, signed_in_caller(app, tx, request));
      return run(view, request);
    });
  };
}

}  // namespace

void add_figure_routes(App& app, Api& api) {
  parameters(api.get<api::FigureMap>("/v1/figures/map", "各网格的数量与类别 / figures of every grid, by category",
                                     reading(app, figure_map)))
      .query("count", "计数 / count", ParameterType::text, true);
  parameters(api.get<api::Figures>("/v1/figures", "统计 / figures", reading(app, figures)))
      .query("by", "area | category | month | day | org");
  parameters(api.get<api::RecordList>("/v1/figures/records",
                                      "数字背后的事项，每次计数一行 / the records behind a figure, one line per count",
                                      reading(app, records_behind)))
      .query("count", "计数 / count", ParameterType::text, true)
      .query("category", "类别 / category")
      .query("cursor", "上一页的 next / next of the page before")
      .query("limit", "1–100", ParameterType::integer);
}

}  // namespace tongxin::serve

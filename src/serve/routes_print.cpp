// Pages for paper: the sheet of one case (处置单) and the statistics of a month (通报), A4.
//
// Made by the server as plain HTML with one style sheet and no script: they print from any browser, in any age of it, from a
// mail or a bookmark, under the strictest policy, and cost the desk no code. Layout after GB/T 9704: margins 37 and 28 mm,
// fonts named and not embedded. Heads of tables repeat, rows stay whole, pages are numbered. Sealed fields are not printed.
#include <boost/json.hpp>
#include <charconv>

#include "base/text.hpp"
#include "measure/figures.hpp"
#include "serve/exchange_routes.hpp"
#include "serve/openapi.hpp"
#include "serve/routes.hpp"
#include "serve/views.hpp"

namespace tongxin::serve {
namespace {

namespace json = boost::json;

constexpr const char* kPolicy =
    "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'";

constexpr const char* kStyle = R"css(@page {
  size: A4;
  margin: 37mm 26mm 30mm 28mm;
  @bottom-center { content: "— " counter(page) " / " counter(pages) " —"; font-size: 10.5pt; }
}
html { color: #000; background: #fff; font-family: FangSong, STFangsong, "仿宋", "Noto Serif CJK SC", "Noto Sans CJK SC", serif; }
body { font-size: 12pt; line-height: 1.6; margin: 0 auto; max-width: 156mm; }
h1 { font-family: "FZXiaoBiaoSong-B05S", "方正小标宋简体", SimSun, "Noto Serif CJK SC", serif; font-size: 22pt; font-weight: 700;
  line-height: 1.4; text-align: center; margin: 0 0 8mm; }
h2 { font-family: SimHei, "黑体", "Noto Sans CJK SC", sans-serif; font-size: 14pt; margin: 7mm 0 2mm; break-after: avoid; }
table { border-collapse: collapse; width: 100%; font-size: 10.5pt; line-height: 1.45; }
caption { text-align: left; font-size: 10.5pt; padding-bottom: 1mm; }
th, td { border: 0.5pt solid #000; padding: 1.2mm 1.8mm; text-align: left; vertical-align: top; overflow-wrap: anywhere; }
th { font-weight: 700; }
thead { display: table-header-group; }
tr { break-inside: avoid; }
th.name { width: 24mm; white-space: nowrap; }
td.n, th.n { text-align: right; font-variant-numeric: tabular-nums; }
.text { white-space: pre-wrap; }
.photos { display: flex; flex-wrap: wrap; gap: 3mm; margin-top: 2mm; }
.photos img { width: 48mm; height: 48mm; object-fit: cover; border: 0.5pt solid #000; }
.sign { display: flex; justify-content: space-between; margin-top: 12mm; break-inside: avoid; }
.by { font-size: 10.5pt; margin-top: 8mm; text-align: right; }
.date { text-align: right; padding-right: 4em; margin-top: 10mm; }
@media screen { body { padding: 12mm 4mm; } }
)css";

class Page {
 public:
  Page(Language language, const Words& title) : language_(language) {
    const std::string text = escape_markup(title.in(language));
    html_ = fmt::format(
        "<!DOCTYPE html>\n<html lang=\"{}\"><head><meta charset=\"utf-8\"><title>{}</title>"
        "<meta name=\"viewport\" content=\"width=device-width\"><link rel=\"stylesheet\" "
        "href=\"/print/print.css\"></head>\n<body><main><h1>{}</h1>\n",
        language == Language::en ? "en" : "zh-CN", text, text);
  }
  std::string word(const char* zh, const char* en) const { return language_ == Language::en ? en : zh; }
  void heading(const std::string& text) { html_ += "<h2>" + escape_markup(text) + "</h2>\n"; }
  void pairs(const std::vector<std::pair<std::string, std::string>>& rows) {
    html_ += "<table><tbody>\n";
    for (const auto& [name, value] : rows)
      if (!value.empty())
        html_ += fmt::format("<tr><th class=\"name\" scope=\"row\">{}</th><td class=\"text\"><bdi>{}</bdi></td></tr>\n",
                             escape_markup(name), escape_markup(value));
    html_ += "</tbody></table>\n";
  }
  // The first column is a name, numbers right.
  void table(const std::vector<std::string>& head, const std::vector<std::vector<std::string>>& rows, bool numbers) {
    html_ += "<table><thead><tr>";
    for (std::size_t i = 0; i < head.size(); ++i)
      html_ +=
          fmt::format("<th scope=\"col\"{}>{}</th>", numbers && i > 0 ? " class=\"n\"" : "", escape_markup(head[i]));
    html_ += "</tr></thead><tbody>\n";
    for (const auto& row : rows) {
      html_ += "<tr>";
      for (std::size_t i = 0; i < row.size(); ++i)
        html_ +=
            fmt::format("<td class=\"{}\"><bdi>{}</bdi></td>", numbers && i > 0 ? "n" : "text", escape_markup(row[i]));
      html_ += "</tr>\n";
    }
    html_ += "</tbody></table>\n";
  }
  void raw(const std::string& html) { html_ += html; }
  Response answer() {
    return {.type = "text/html; charset=utf-8",
            .body = html_ + "</main></body></html>\n",
            .headers = {{"content-security-policy", kPolicy}, {"cache-control", "private, no-store"}}};
  }

 private:
  const Language language_;
  std::string html_;
};

std::string chinese_day(Day day, Language language) {
  if (language == Language::en) return to_day_text(day);
  return fmt::format("{}年{}月{}日", day / 10000, day / 100 % 100, day % 100);
}

// Who printed it and when.
void printed_by(Page& page, View& view) {
  page.raw(fmt::format("<p class=\"by\">{} {}　{} {}</p>\n", page.word("打印人", "Printed by"),
                       escape_markup(view.person(view.actor().person).name), page.word("打印时间", "at"),
                       to_minute_text(view.now, view.world->zone)));
}

// ── one case ──

std::string value_text(const View& view, const pack::Field& field, const json::value& value) {
  const Language language = view.caller.language;
  const auto option = [&](const json::value& item) {
    if (!item.is_string()) return json::serialize(item);
    const std::string text(item.as_string());
    for (const pack::Option& each : field.options)
      if (text == each.value) return each.name.in(language);
    OrgId org;
    if ((field.type == pack::FieldType::org || field.type == pack::FieldType::orgs) &&
        parse(std::string_view(text), org))
      if (const people::Org* found = view.world->directory->org(org)) return found->name;
    AreaId area;
    if (field.type == pack::FieldType::area && parse(std::string_view(text), area))
      return place_text(*view.world, area);
    if (Time time{}; field.type == pack::FieldType::time && parse_rfc3339(text, time))
      return to_minute_text(time, view.world->zone);
    return text;
  };
  if (value.is_bool()) return value.as_bool() ? words("是", "yes").in(language) : words("否", "no").in(language);
  if (field.type == pack::FieldType::money && value.is_number())
    return fmt::format("{:.2f}", value.to_number<double>() / 100);
  if (!value.is_array()) return option(value);
  std::string all;
  for (const json::value& item : value.as_array()) all += (all.empty() ? "" : "、") + option(item);
  return all;
}

bool is_printed(const pack::Field& field) {
  using pack::FieldType;
  return field.type != FieldType::files && field.type != FieldType::record && field.type != FieldType::records &&
         field.type != FieldType::person;
}

void print_form(Page& page, const View& view, const pack::Kind& kind, const api::RecordStill& record) {
  std::vector<std::pair<std::string, std::string>> rows;
  for (const pack::Field& field : kind.form.fields)
    if (const json::value* value = record.form.if_contains(field.name); value != nullptr && is_printed(field))
      rows.emplace_back(field.label.in(view.caller.language), value_text(view, field, *value));
  if (!record.sealed.empty())
    rows.emplace_back(page.word("私密项", "Private"), page.word("加密保存，不打印", "kept sealed, not printed"));
  if (record.answer) rows.emplace_back(page.word("答复", "Answer"), *record.answer);
  if (rows.empty()) return;
  page.heading(page.word("内容", "What it says"));
  page.pairs(rows);
}

void print_timeline(Page& page, const View& view, const api::RecordStill& record) {
  page.heading(page.word("办理经过", "What was done"));
  std::vector<std::vector<std::string>> rows;
  for (const api::EventView& event : record.timeline) {
    std::string who = event.actor ? event.actor->name : "";
    if (event.actor_role) who += (who.empty() ? "" : " ") + event.actor_role->in(view.caller.language);
    std::string what;
    for (const auto& [name, value] : event.form)
      if (value.is_string() && event.action != "create")
        what += (what.empty() ? "" : "\n") + std::string(value.as_string());
    for (const Words& note : event.notes) what += (what.empty() ? "" : "\n") + note.in(view.caller.language);
    rows.push_back({to_minute_text(event.at, view.world->zone), event.label.in(view.caller.language), who, what});
  }
  page.table(
      {page.word("时间", "Time"), page.word("环节", "Step"), page.word("办理人", "By"), page.word("说明", "Note")},
      rows, false);
}

void print_photos(Page& page, const api::RecordStill& record) {
  std::string pictures;
  int shown = 0;
  for (const api::FileView& file : record.files)
    if (file.type.starts_with("image/") && shown++ < 9)
      pictures +=
          fmt::format("<img src=\"/v1/files/{}?size=thumb\" alt=\"{}\">", to_text(file.id), escape_markup(file.name));
  if (pictures.empty()) return;
  page.heading(page.word("照片", "Photos"));
  page.raw("<div class=\"photos\">" + pictures + "</div>\n");
}

Response case_sheet(View& view, RecordId id) {
  Sight sight{};
  const auto held = view.need(id, sight);
  const record::Record& found = *held;
  if (sight == Sight::open)
    throw Fault(Code::not_found,
                words("只有办理人员和提交人可以打印", "only those who handle it or raised it may print it"));
  const api::RecordView whole = view.record(found, sight);
  const api::RecordStill& record = *whole.still;
  const pack::Kind& kind = view.world->kind(found.kind);
  const Language language = view.caller.language;
  Page page(language, {kind.label.zh + "处置单", kind.label.en + ": case sheet"});
  const pack::Category* category = kind.taxonomy == nullptr ? nullptr : kind.taxonomy->find(found.category);
  const int state = kind.state(found.state);
  const auto time = [&](const std::optional<Time>& at) {
    return at ? to_minute_text(*at, view.world->zone) : std::string{};
  };
  page.pairs(
      {{page.word("编号", "Number"), record.number},
       {page.word("类别", "Category"), category != nullptr ? category->name.in(language) : ""},
       {page.word("状态", "State"), state < 0 ? found.state : kind.states[std::size_t(state)].label.in(language)},
       {page.word("紧急", "Urgent"), record.urgent ? page.word("是", "yes") : ""},
       {page.word("来源", "Source"), record.source},
       {page.word("外部单号", "Number elsewhere"), record.outside_number.value_or("")},
       {page.word("提交时间", "Raised"), time(record.created_at)},
       {page.word("地点", "Place"), record.place_text},
       {page.word("地址", "Address"), record.address.value_or("")},
       {page.word("承办单位", "Held by"), record.holder_org ? record.holder_org->name : ""},
       {page.word("承办人", "Handled by"), record.holder ? record.holder->name : ""},
       {page.word("结束时间", "Closed"), time(record.closed_at)}});
  print_form(page, view, kind, record);
  if (!whole.now.deadlines.empty()) {
    std::vector<std::vector<std::string>> rows;
    for (const auto& each : whole.now.deadlines)
      rows.push_back({each->label.in(language), time(each->started_at), time(each->due_at), time(each->ended_at),
                      each->late ? page.word("超时", "late") : ""});
    page.heading(page.word("时限", "Deadlines"));
    page.table({page.word("时限", "Deadline"), page.word("开始", "Began"), page.word("到期", "Due"),
                page.word("完成", "Done"), page.word("超时", "Late")},
               rows, false);
  }
  print_photos(page, record);
  print_timeline(page, view, record);
  page.raw(fmt::format("<div class=\"sign\"><span>{}</span><span>{}</span></div>\n",
                       page.word("承办人签字：＿＿＿＿＿＿", "Signed: ____________"),
                       page.word("日期：＿＿＿＿＿＿", "Date: ____________")));
  printed_by(page, view);
  return page.answer();
}

// ── the month ──

std::int32_t month_asked(const Request& request, std::int32_t otherwise) {
  auto text = query_text(request, "month");
  if (!text) return otherwise;
  std::erase(*text, '-');
  std::int32_t month = 0;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), month);
  if (error != std::errc{} || end != text->data() + text->size() || text->size() != 6 || month % 100 < 1 ||
      month % 100 > 12)
    refuse_invalid("?month", "format", words("应为 2026-11 这样的年月", "expected a month such as 2026-11"));
  return month;
}

AreaId area_asked(const View& view, const Request& request) {
  if (const auto area = query_id<AreaId>(request, "area")) {
    if (desk_area(*view.world, *area) != *area)
      refuse_invalid("?area", "unknown", words("这一级区域没有统计", "no figures are kept for an area of this level"));
    return *area;
  }
  for (const people::Post& post : view.world->directory->posts_of(view.actor().person))
    if (people::live(post, view.today()))
      if (const AreaId area = desk_area(*view.world, post.area)) return area;
  refuse_invalid("?area", "required", words("请指定区域", "name an area"));
}

std::string rate_text(const measure::RateValue& rate, bool as_number) {
  if (!rate.value) return "—";
  return as_number ? fmt::format("{:.2f}", *rate.value) : fmt::format("{:.1f}%", *rate.value * 100);
}

std::string count_text(const pack::Count& count, const measure::Cell& cell) {
  return count.add ? fmt::format("{} / {:g}", cell.n, cell.total) : std::to_string(cell.n);
}

bool is_empty(const measure::Sums& sums) {
  return std::all_of(sums.counts.begin(), sums.counts.end(), [](const measure::Cell& cell) { return cell.n == 0; });
}

// One kind: all of it, then area by area. Counts in groups of as many columns as a sheet holds.
void print_kind(Page& page, View& view, const pack::Kind& kind, AreaId area, std::int32_t month) {
  const Language language = view.caller.language;
  const measure::Answer answer =
      measure::ask(view.tx, *view.world, {kind.name, area.value, month, month, measure::By::area});
  if (is_empty(answer.sums)) return;
  page.heading(kind.label.in(language));
  std::vector<std::vector<std::string>> rows;
  for (std::size_t i = 0; i < kind.counts.size(); ++i)
    rows.push_back({kind.counts[i].label.in(language), count_text(kind.counts[i], answer.sums.counts[i])});
  for (std::size_t i = 0; i < kind.rates.size(); ++i)
    rows.push_back({kind.rates[i].label.in(language), rate_text(answer.sums.rates[i], kind.rates[i].as_number)});
  page.table({page.word("指标", "Figure"), page.word("本月", "This month")}, rows, true);
  if (answer.rows.empty()) return;
  constexpr std::size_t kColumns = 6;
  const std::size_t columns = kind.counts.size() + kind.rates.size();
  for (std::size_t first = 0; first < columns; first += kColumns) {
    const std::size_t last = std::min(columns, first + kColumns);
    std::vector<std::string> head = {page.word("区域", "Area")};
    for (std::size_t i = first; i < last; ++i)
      head.push_back(i < kind.counts.size() ? kind.counts[i].label.in(language)
                                            : kind.rates[i - kind.counts.size()].label.in(language));
    rows.clear();
    for (const measure::Row& each : answer.rows) {
      rows.push_back({each.name});
      for (std::size_t i = first; i < last; ++i)
        rows.back().push_back(i < kind.counts.size() ? count_text(kind.counts[i], each.sums.counts[i])
                                                     : rate_text(each.sums.rates[i - kind.counts.size()],
                                                                 kind.rates[i - kind.counts.size()].as_number));
    }
    page.raw("<p></p>\n");
    page.table(head, rows, true);
  }
}

Response statistics(View& view, const Request& request) {
  need_staff(view.caller);
  const std::int32_t month = month_asked(request, month_of(view.today()));
  const AreaId area = area_asked(view, request);
  const auto only = query_text(request, "kind");
  if (only) view.world->kind(*only);
  const std::string name = area_ref(*view.world, area).name;
  Page page(view.caller.language,
            words("{} {} 年 {} 月工作通报", "{}: report for {}-{:02}", name, month / 100, month % 100));
  for (const auto& kind : view.world->library->kinds)
    if (!only || kind->name == *only) print_kind(page, view, *kind, area, month);
  page.raw("<p>" +
           page.word("数字按事项发生时逐件计入，每一个数字都可在系统中打开到具体事项。",
                     "Every figure is counted as it happens and opens, in the system, to the matters behind it.") +
           "</p>\n<p class=\"date\">" + chinese_day(view.today(), view.caller.language) + "</p>\n");
  printed_by(page, view);
  return page.answer();
}

template <class F>
Handler reading(App& app, F run) {
  return [&app, run](const Request& request) {
    return Answer(app.store.read([&](store::Tx& tx) {
      View view(app, tx, signed_in_caller(app, tx, request));
      return run(view, request);
    }));
  };
}

}  // namespace

void add_print_routes(App& app, Router& router) {
  router.add({Method::get, "/print/print.css", [](const Request&) {
                return Answer(Response{.type = "text/css; charset=utf-8",
                                       .body = kStyle,
                                       .headers = {{"cache-control", "public, max-age=3600"}}});
              }});
  router.add({Method::get, "/print/records/{id}", reading(app, [](View& view, const Request& request) {
                return case_sheet(view, path_id<RecordId>(request, 0));
              })});
  router.add({Method::get, "/print/statistics",
              reading(app, [](View& view, const Request& request) { return statistics(view, request); })});
}

}  // namespace tongxin::serve

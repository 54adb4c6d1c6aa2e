#include "exchange/export.hpp"
#include "people/persons.hpp"
#include "record/sql.hpp"

namespace tongxin::exchange {
namespace {

namespace json = boost::json;
using record::Record;
using store::Sql;
using store::Tx;
using table::Out;

constexpr int kPage = 500;
constexpr Sql kPageOfRecords{"exchange_records", "SELECT " TONGXIN_RECORD_COLUMNS
                                                 " FROM record WHERE realm_id=$1 AND id > $2 ORDER BY id LIMIT $3"};
constexpr Sql kLate{"exchange_late", "SELECT count(*) FROM timer WHERE realm_id=$1 AND record_id=$2 AND late=1"};

std::string joined(const json::array& items, const std::function<std::string(const json::value&)>& each) {
  std::string all;
  for (const json::value& item : items) all += (all.empty() ? "" : "、") + each(item);
  return all;
}

}  // namespace

RecordColumns::RecordColumns(record::WorldPtr world, Language language, const pack::Kind* kind, bool all, bool sealed)
    : world_(std::move(world)), language_(language), kind_(kind), all_(all), sealed_(sealed) {}

bool RecordColumns::shows(const pack::Field& field) const {
  using pack::FieldType;
  return field.type != FieldType::files && field.type != FieldType::record && field.type != FieldType::records &&
         (!field.sealed || sealed_);
}

std::vector<table::Title> RecordColumns::titles() const {
  std::vector<table::Title> titles;
  const auto add = [&](const char* zh, const char* en, double width = 14) {
    titles.push_back({language_ == Language::en ? en : zh, width});
  };
  add("编号", "Number", 16), add("类型", "Kind"), add("标题", "Title", 40), add("类别", "Category"),
      add("状态", "State");
  add("地点", "Place", 28), add("承办单位", "Held by", 18), add("来源", "Source", 10), add("紧急", "Urgent", 6);
  add("提交时间", "Time", 17), add("时限", "Due", 17), add("超时", "Late", 6);
  if (!all_) return titles;
  add("区域编码", "Area"), add("地址", "Address", 28), add("经度", "Longitude"), add("纬度", "Latitude");
  add("结束时间", "Closed", 17), add("答复", "Answer", 40), add("外部单号", "Number elsewhere", 18);
  if (kind_ != nullptr)
    for (const pack::Field& field : kind_->form.fields)
      if (shows(field)) titles.push_back({field.label.in(language_), 18});
  return titles;
}

std::vector<Out> RecordColumns::row(Tx& tx, const Record& record, const json::object* unsealed, Time now) const {
  const pack::Kind* kind = world_->library->kind(record.kind);
  const pack::Category* category =
      kind == nullptr || kind->taxonomy == nullptr ? nullptr : kind->taxonomy->find(record.category);
  const int state = kind == nullptr ? -1 : kind->state(record.state);
  const place::Area* area = world_->atlas->find(record.area);
  const people::Org* holder = world_->directory->org(record.holder_org);
  const auto yes = [&](bool value) { return Out::of(value ? words("是", "yes").in(language_) : std::string{}); };
  const bool late = (record.open && record.due_at && *record.due_at <= now) ||
                    tx.one<std::int64_t>(kLate, world_->realm, record.id).value_or(0) > 0;
  std::vector<Out> cells = {Out::of(record.number),
                            Out::of(kind == nullptr ? record.kind : kind->label.in(language_)),
                            Out::of(record.title),
                            Out::of(category == nullptr ? record.category : category->name.in(language_)),
                            Out::of(state < 0 ? record.state : kind->states[std::size_t(state)].label.in(language_)),
                            Out::of(area == nullptr ? "" : world_->atlas->path_text(record.area, "community")),
                            Out::of(holder == nullptr ? "" : holder->name),
                            Out::of(record.source),
                            yes(record.urgent),
                            Out::of_time(record.created_at),
                            Out::of_time(record.due_at),
                            yes(late)};
  if (!all_) return cells;
  const json::object data = record.data.empty() ? json::object{} : json::parse(record.data).as_object();
  const json::value* number = data.if_contains("outside_number");
  const auto degrees = [](const std::optional<double>& value) { return value ? Out::of_number(*value) : Out{}; };
  // A number that an import made of a row without one ("=…") is nobody's; one that is the same as ours says nothing.
  std::string elsewhere = number != nullptr && number->is_string() ? std::string(number->as_string()) : "";
  if (elsewhere.starts_with('=') || elsewhere == record.number) elsewhere.clear();
  for (Out cell :
       {Out::of(area == nullptr ? "" : area->code), Out::of(record.address), degrees(record.lon), degrees(record.lat),
        Out::of_time(record.closed_at), Out::of(record.answer), Out::of(std::move(elsewhere))})
    cells.push_back(std::move(cell));
  if (kind_ == nullptr) return cells;
  for (const pack::Field& field : kind_->form.fields) {
    if (!shows(field)) continue;
    const json::value* found = field.sealed ? (unsealed != nullptr ? unsealed->if_contains(field.name) : nullptr)
                                            : data.if_contains(field.name);
    cells.push_back(value(tx, field, found));
  }
  return cells;
}

Out RecordColumns::value(Tx& tx, const pack::Field& field, const json::value* value) const {
  using pack::FieldType;
  if (value == nullptr || value->is_null()) return {};
  const auto option = [&](const json::value& item) {
    if (!item.is_string()) return json::serialize(item);
    for (const pack::Option& each : field.options)
      if (item.as_string() == each.value) return each.name.in(language_);
    return std::string(item.as_string());
  };
  const auto org = [&](const json::value& item) {
    OrgId id;
    const people::Org* found =
        item.is_string() && parse(std::string_view(item.as_string()), id) ? world_->directory->org(id) : nullptr;
    return found == nullptr ? std::string{} : found->code;
  };
  switch (field.type) {
    case FieldType::choice: return Out::of(option(*value));
    case FieldType::choices: return Out::of(value->is_array() ? joined(value->as_array(), option) : "");
    case FieldType::org: return Out::of(org(*value));
    case FieldType::orgs: return Out::of(value->is_array() ? joined(value->as_array(), org) : "");
    case FieldType::flag:
      return Out::of((value->is_bool() && value->as_bool() ? words("是", "yes") : words("否", "no")).in(language_));
    case FieldType::money: return value->is_number() ? Out::of_number(value->to_number<double>() / 100) : Out{};
    default: break;
  }
  if (value->is_number()) return Out::of_number(value->to_number<double>());
  if (!value->is_string()) return Out::of(json::serialize(*value));
  const std::string text(value->as_string());
  if (Day day = 0; field.type == FieldType::day && parse_day(text, day)) return Out::of_day(day);
  if (Time time{}; field.type == FieldType::time && parse_rfc3339(text, time)) return Out::of_time(time);
  if (AreaId area; field.type == FieldType::area && parse(std::string_view(text), area)) {
    const place::Area* found = world_->atlas->find(area);
    return Out::of(found == nullptr ? "" : found->code);
  }
  if (PersonId person; field.type == FieldType::person && parse(std::string_view(text), person)) {
    const auto found = people::find_person(tx, world_->realm, person);
    return Out::of(found ? found->code : "");
  }
  return Out::of(text);
}

std::size_t export_records(const Context& context, const std::string& kind, Day from, Day until, Language language,
                           const std::string& path, table::Format format) {
  const auto world = context.store.read([&](Tx& tx) { return context.engine.worlds().current(tx, context.realm); });
  const pack::Kind* only = kind.empty() ? nullptr : &world->kind(kind);
  const RecordColumns columns(world, language, only, true, false);
  const auto out = table::write_table(path, format, only != nullptr ? only->label.in(language) : "records",
                                      columns.titles(), context.zone);
  const Time now = context.clock.now();
  RecordId last;
  for (bool more = true; more;)
    more = context.store.read([&](Tx& tx) {
      const auto page = tx.all<Record>(kPageOfRecords, context.realm, last, kPage);
      for (const Record& record : page) {
        last = record.id;
        const Day day = day_of(record.created_at, context.zone);
        if ((kind.empty() || record.kind == kind) && (from == 0 || day >= from) && (until == 0 || day < until))
          out->row(columns.row(tx, record, nullptr, now));
      }
      return page.size() == std::size_t(kPage);
    });
  out->finish({{words("行数", "Rows").in(language), std::to_string(out->rows())},
               {words("导出时间", "Exported").in(language), to_minute_text(now, context.zone)}});
  return out->rows();
}

}  // namespace tongxin::exchange

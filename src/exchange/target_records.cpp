// Records of any kind: one row is one matter, raised through the engine as of its own time.
//
// place      without an area's code the place is found in the address: the longest name of an area that stands in it
// category   a code or name of the kind's taxonomy, or a word of theirs that Options::categories names
// number     the number elsewhere, unique per source; without one the number that stands first in an export of ours, which is a
//            record of this installation or else the number elsewhere; without either, what stands in the row. So nothing is
//            doubled.
// state      a row that had ended, or was answered, in an export of ours comes in as it stood: its state, answer and holder, as
//            of its own day and with no time running. Whatever else was under way begins anew, as nobody here has taken it up.
#include <algorithm>
#include <cmath>
#include <unordered_map>

#include "base/crypto.hpp"
#include "base/csv.hpp"
#include "exchange/target.hpp"
#include "people/persons.hpp"
#include "record/change.hpp"
#include "record/sql.hpp"

namespace tongxin::exchange {
namespace {

namespace json = boost::json;
using pack::Field;
using pack::FieldType;

std::string without_spaces(std::string_view text) {
  std::string packed;
  for (const char letter : text)
    if (letter != ' ' && letter != '\t') packed += letter;
  return packed;
}

// Which area an address speaks of. Names that several areas share say nothing alone; with the name of the area above they do.
class AddressBook {
 public:
  explicit AddressBook(const place::Atlas& atlas) {
    std::unordered_map<std::string, int> seen;
    for (const place::Area& area : atlas.all())
      if (area.until == 0) ++seen[without_spaces(area.name)];
    for (const place::Area& area : atlas.all()) {
      if (area.until != 0) continue;
      const std::string name = without_spaces(area.name);
      if (seen[name] == 1) names_.emplace_back(name, area.id);
      if (const place::Area* parent = atlas.find(area.parent))
        names_.emplace_back(without_spaces(parent->name) + name, area.id);
    }
    std::stable_sort(names_.begin(), names_.end(),
                     [](const auto& a, const auto& b) { return a.first.size() > b.first.size(); });
  }
  AreaId find(std::string_view address) {
    const std::string text = without_spaces(address);
    if (const auto known = known_.find(text); known != known_.end()) return known->second;
    for (const auto& [name, area] : names_)
      if (text.find(name) != std::string::npos) return known_[text] = area;
    return known_[text] = AreaId{};
  }

 private:
  std::vector<std::pair<std::string, AreaId>> names_;
  std::unordered_map<std::string, AreaId> known_;
};

// How a matter stood elsewhere.
struct Former {
  std::string state, answer;
  Time at{};
  OrgId holder;
  std::optional<bool> late;  // none: the file does not say
  json::object fields;       // what only the flow writes
};

struct RecordRow {
  int row = 0;
  record::Draft draft;
  Time at{};
  bool dated = false;  // the file says when
  std::string ours;    // the number that an export of ours gives it
  std::optional<Former> former;
};

// "web", "hotline": a word for where a matter came from, as ours are. Other tables write sentences there.
bool is_source(std::string_view text) {
  return !text.empty() && text.size() <= 40 && text.front() >= 'a' && text.front() <= 'z' &&
         text.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_-") == std::string_view::npos;
}

// "甲、乙；丙" as a list.
std::vector<std::string> parts_of(std::string text) {
  for (const std::string_view mark : {"、", "；", "，", ";", ","})
    for (auto at = text.find(mark); at != std::string::npos; at = text.find(mark, at))
      text.replace(at, mark.size(), "\n");
  std::vector<std::string> parts;
  for (std::size_t at = 0; at <= text.size();) {
    const auto end = std::min(text.find('\n', at), text.size());
    if (const std::string_view part = trim(std::string_view(text).substr(at, end - at)); !part.empty())
      parts.emplace_back(part);
    at = end + 1;
  }
  return parts;
}

class Records final : public TargetOf<RecordRow> {
 public:
  Records(const Context& context, record::WorldPtr world, const Options& options, const std::string& kind)
      : TargetOf(context, world, options),
        kind_(world->kind(kind)),
        now_(context.clock.now()),
        addresses_(*world->atlas) {
    const bool place = kind_.place == pack::PlaceRule::required, category = kind_.taxonomy != nullptr;
    columns_ = {
        {"number",
         {"工单编号", "Number"},
         {"外部单号", "Number elsewhere", "工单编号", "工单号", "ticket"},
         false,
         {"对方系统的编号；没有时按整行内容识别", "the number elsewhere; without one the whole row counts"}},
        {"own_number",
         {"编号", "Number"},
         {"编号", "Number"},
         false,
         {"本系统的编号，或只有一个编号时对方的", "our number, or theirs where there is only one"}},
        {"time",
         {"时间", "Time"},
         {"提交时间", "时间", "受理时间", "Time", "来电时间"},
         false,
         {"2026-03-02 16:05", "2026-03-02 16:05"}},
    };
    if (category)
      columns_.push_back({"category",
                          {"类别", "Category"},
                          {"类别", "诉求类别", "Category"},
                          false,
                          {"名称或编码", "its name or code"}});
    if (kind_.place != pack::PlaceRule::none) {
      columns_.push_back(
          {"area",
           {"区域编码", "Area"},
           {"区域编码", "区域", "Area", "area_code"},
           false,
           place ? Words{"与地址二者填一", "this or the address"} : Words{"编码或名称", "its code or name"}});
      columns_.push_back({"place", {"地址", "Address"}, {"地址", "诉求地址", "Address", "地点", "place"}, false, {}});
      columns_.push_back({"lon", {"经度", "Longitude"}, {"经度", "Longitude", "lon"}, false, {"WGS84", "WGS84"}});
      columns_.push_back({"lat", {"纬度", "Latitude"}, {"纬度", "Latitude", "lat"}, false, {"WGS84", "WGS84"}});
    }
    columns_.push_back({"urgent", {"紧急", "Urgent"}, {"紧急", "Urgent"}, false, {"是、否", "yes, no"}});
    for (const Field& field : kind_.form.fields) add_column(field);
    add_former_columns();
  }

  Stored store(store::Tx& tx, const people::Doing& doing, std::size_t index) override {
    const RecordRow& row = items_[index];
    if (is_here(tx, doing.realm, row) ||
        record::by_outside_number(tx, doing.realm, row.draft.source, row.draft.outside_number))
      return {Outcome::unchanged, {}};
    if (!record::is_staff(*context_.engine.worlds().current(tx, doing.realm), context_.actor, doing.today()))
      throw Fault(Code::forbidden, words("只有工作人员可以批量代录", "only staff bring in what others have raised"));
    const record::Outcome made = context_.engine.create(tx, doing.realm, context_.actor, row.draft, row.at);
    if (row.former) take_over(tx, doing.realm, made.id, *row.former);
    return {Outcome::added, {{"record", made.id.value}}};
  }

 protected:
  RecordRow look(Line& line) override {
    RecordRow row;
    record::Draft& draft = row.draft;
    draft.kind = kind_.name;
    const std::string source = line.text("source");
    draft.source = is_source(source) ? source : options_.source;
    draft.for_guest = !context_.actor.system;  // whoever brings in a register has not raised what stands in it
    row.dated = !line.text("time").empty();
    row.at = time_of(line);
    row.ours = line.text("own_number");
    if (row.ours.empty()) row.ours = line.text("number");  // as whoever chose the columns may have it
    draft.outside_number = number_of(line, draft.source);
    if (kind_.taxonomy != nullptr) draft.category = category_of(line);
    if (kind_.place != pack::PlaceRule::none) look_at_place(line, draft);
    if (const auto urgent = flag_of(line, "urgent")) draft.urgent = *urgent;
    for (const Field& field : kind_.form.fields)
      if (is_column(field))
        if (json::value value = value_of(line, field); !value.is_null()) draft.form[field.name] = std::move(value);
    // Where the only time in the table is that of the call.
    if (const Field* called = kind_.form.find("called_at");
        called != nullptr && called->type == FieldType::time && row.dated && !line.has("called_at"))
      draft.form["called_at"] = to_rfc3339(row.at);
    row.former = former_of(line, row.at);
    return row;
  }

 private:
  static bool is_column(const Field& field) {
    return !field.flow_only && field.type != FieldType::files && field.type != FieldType::record &&
           field.type != FieldType::records;
  }
  static bool is_former_column(const Field& field) {
    return field.flow_only && field.type != FieldType::files && field.type != FieldType::record &&
           field.type != FieldType::records;
  }
  bool is_title(const Field& field) const {
    return kind_.title_field >= 0 && &kind_.form.fields[std::size_t(kind_.title_field)] == &field;
  }

  void add_former_columns() {
    columns_.push_back(
        {"source", {"来源", "Source"}, {"来源", "Source"}, false, {"如 web、hotline", "web, hotline …"}});
    Words states;
    for (const pack::State& state : kind_.states)
      states.zh += (states.zh.empty() ? "" : "、") + state.label.zh,
          states.en += (states.en.empty() ? "" : ", ") + state.label.en;
    columns_.push_back({"state", {"状态", "State"}, {"状态", "State"}, false, states});
    columns_.push_back({"answer", {"答复", "Answer"}, {"答复", "Answer"}, false, {}});
    columns_.push_back(
        {"closed_at", {"结束时间", "Closed"}, {"结束时间", "Closed"}, false, {"2026-03-04 11:20", "2026-03-04 11:20"}});
    columns_.push_back(
        {"held_by", {"承办单位", "Held by"}, {"承办单位", "Held by"}, false, {"编码或名称", "its code or name"}});
    columns_.push_back({"late", {"超时", "Late"}, {"超时", "Late"}, false, {"是、否", "yes, no"}});
    for (const Field& field : kind_.form.fields)
      if (is_former_column(field)) add_column(field);
  }

  void add_column(const Field& field) {
    if (!is_column(field) && !is_former_column(field)) return;
    Column column{
        field.name, field.label, {field.label.zh, field.label.en, field.name}, field.required, hint_of(field)};
    const auto among = [&](std::initializer_list<const char*> names) {
      return std::any_of(names.begin(), names.end(), [&](const char* name) { return field.name == name; });
    };
    const auto also = [&](std::initializer_list<const char*> titles) {
      column.titles.insert(column.titles.end(), titles.begin(), titles.end());
    };
    if (is_title(field) || among({"content", "description"})) also({"内容", "诉求内容", "content"});
    if (among({"contact_name", "caller_name", "caller"})) also({"来电人", "姓名", "caller"});
    if (among({"contact_phone", "caller_phone", "phone"})) also({"电话", "联系电话", "phone"});
    // What one of the columns above means already is theirs: 时间, 类别.
    const bool taken =
        std::any_of(columns_.begin(), columns_.end(), [&](const Column& each) { return each.name == column.name; });
    if (!taken) columns_.push_back(std::move(column));
  }
  static Words hint_of(const Field& field) {
    switch (field.type) {
      case FieldType::money: return {"元，如 12.50", "yuan, such as 12.50"};
      case FieldType::flag: return {"是、否", "yes, no"};
      case FieldType::day: return {"2026-11-22", "2026-11-22"};
      case FieldType::time: return {"2026-11-22 16:05", "2026-11-22 16:05"};
      case FieldType::person: return {"人员编号", "the person's code"};
      case FieldType::org:
      case FieldType::orgs:
      case FieldType::area: return {"编码或名称", "its code or name"};
      case FieldType::stars: return {"1 至 5", "1 to 5"};
      case FieldType::choice:
      case FieldType::choices: {
        Words hint;
        for (const pack::Option& option : field.options) {
          hint.zh += (hint.zh.empty() ? "" : "、") + option.name.zh;
          hint.en += (hint.en.empty() ? "" : ", ") + option.name.en;
        }
        return hint;
      }
      default: return field.hint.value_or(Words{});
    }
  }

  Time time_of(Line& line) const {
    const auto time = line.time("time", context_.zone);
    if (time && *time > now_) line.complain("time", "range", words("时间在将来", "this time lies in the future"));
    return time.value_or(now_);
  }

  std::string number_of(Line& line, const std::string& source) {
    std::string number = line.text("number");
    if (number.empty()) number = line.text("own_number");
    if (number.size() > 64)
      line.complain("number", "length", words("编号不应超过 64 个字节", "a number has at most 64 bytes"));
    const bool own = number.empty();
    if (own) number = "=" + base64url(as_text(digest(line.all_text()))).substr(0, 32);
    if (numbers_.emplace(source, number).second) return number;
    if (own)
      line.complain("", "duplicate", words("与前面的一行完全相同", "an earlier row is exactly the same"));
    else
      line.complain("number", "duplicate",
                    words("编号 {} 在文件里出现了两次", "the number {} stands twice in the file", number));
    return number;
  }

  // An export of this very installation: the same number, raised in the same minute. Another installation counts from 1 too.
  bool is_here(store::Tx& tx, RealmId realm, const RecordRow& row) const {
    if (row.ours.empty()) return false;
    const auto id = tx.one<RecordId>(record::sql::kRecordByNumber, realm, row.ours);
    const auto found = id ? context_.engine.find(tx, realm, *id) : std::nullopt;
    return found && found->kind == kind_.name &&
           (!row.dated || to_minute_text(found->created_at, context_.zone) == to_minute_text(row.at, context_.zone));
  }

  // What the row says of how it ended or was answered; none: it begins here.
  std::optional<Former> former_of(Line& line, Time raised) {
    const std::string word = line.text("state");
    if (word.empty()) return std::nullopt;
    const auto state = std::find_if(kind_.states.begin(), kind_.states.end(), [&](const pack::State& each) {
      return each.name == word || each.label.zh == word || each.label.en == word;
    });
    if (state == kind_.states.end()) {
      std::vector<std::string> labels;
      for (const pack::State& each : kind_.states) labels.push_back(each.label.zh);
      line.complain("state", "unknown",
                    words("“{}”没有状态“{}”，可用：{}；状态不随同导入时请去掉这一列",
                          "'{}' has no state '{}'; there are: {}. Leave the column out if all shall begin anew",
                          kind_.label.zh, one_line(cut(word, 40)), fmt::format("{}", fmt::join(labels, "、"))));
      return std::nullopt;
    }
    Former former{state->name, line.text("answer"), raised, {}, {}, {}};
    if (!state->final && former.answer.empty()) return std::nullopt;
    if (!context_.admin)
      line.complain("state", "forbidden",
                    words("只有平台管理员可以导入已办结或已答复的事项",
                          "only an administrator may bring in matters that have ended or were answered"));
    if (const auto closed = line.time("closed_at", context_.zone); closed && state->final) {
      if (*closed < raised)
        line.complain("closed_at", "range", words("结束时间早于提交时间", "it ended before it was raised"));
      if (*closed > now_) line.complain("closed_at", "range", words("时间在将来", "this time lies in the future"));
      former.at = *closed;
    }
    if (const auto late = flag_of(line, "late"); line.has("late")) former.late = late.value_or(false);
    former.holder = org_by_text(*world_, line.text("held_by"));
    for (const Field& field : kind_.form.fields)
      if (is_former_column(field))
        if (json::value value = value_of(line, field); !value.is_null()) former.fields[field.name] = std::move(value);
    return former;
  }

  void take_over(store::Tx& tx, RealmId realm, RecordId id, const Former& former) const {
    for (const RecordId child : tx.all<RecordId>(record::sql::kChildren, realm, id))
      if (const auto found = context_.engine.find(tx, realm, child); found && found->open)
        refuse_cell("state", "not_now",
                    words("“{}”一提交就会生成下级事项，不能作为已办结的导入",
                          "a record of '{}' begins others as soon as it is raised: it cannot come in as ended",
                          kind_.label.zh));
    context_.engine.change(tx, realm, context_.actor, id, "brought_in", former.at, [&](record::Change& change) {
      record::Record& record = change.record;
      record.state = former.state;
      record.previous_state = change.before.state == former.state ? "" : change.before.state;
      record.answer = former.answer;
      if (!former.answer.empty()) change.extra["answer"] = former.answer;
      if (const people::Org* org = former.holder ? world_->directory->org(former.holder) : nullptr) {
        record.holder_org = org->id;
        record.holder_person = {};
        if (world_->atlas->find(org->area) != nullptr) record.holder_area = org->area;
      }
      if (former.late) end_timers(change, former.at, *former.late);
      for (const auto& [name, value] : former.fields) change.edit_fields()[name] = value;
      change.note(words("导入时已是这个状态", "brought in as it stood elsewhere"));
    });
  }

  // When each stage was over is not in the table, only whether it was in time.
  void end_timers(record::Change& change, Time at, bool late) const {
    for (const pack::Deadline& deadline : kind_.deadlines) {
      record::Timer* timer = change.timer(deadline.name);
      if (timer == nullptr) continue;
      timer->ended_at = at;
      timer->wake_at.reset();
      timer->late = late && !deadline.quiet;
      if (!deadline.quiet) late = false;
    }
  }

  std::string category_of(Line& line) const {
    const std::string text = line.text("category");
    const pack::Taxonomy& taxonomy = *kind_.taxonomy;
    if (const auto mapped = options_.categories.find(text); mapped != options_.categories.end()) return mapped->second;
    if (taxonomy.find(text) != nullptr) return text;
    for (const pack::Category& category : taxonomy.categories)
      if (!text.empty() && (category.name.zh == text || category.name.en == text)) return category.code;
    if (options_.default_category.empty() || taxonomy.find(options_.default_category) == nullptr)
      line.complain(
          "category", "unknown",
          words("没有类别“{}”；可用类别对照表，或指定缺省类别",
                "there is no category '{}'; use a table of categories, or a default one", one_line(cut(text, 40))));
    return options_.default_category;
  }

  void look_at_place(Line& line, record::Draft& draft) {
    const std::string code = line.text("area");
    draft.address = line.text("place");
    draft.lon = line.real("lon"), draft.lat = line.real("lat");
    if (draft.lon.has_value() != draft.lat.has_value())
      line.complain(draft.lon ? "lat" : "lon", "required",
                    words("经度和纬度要一起填", "longitude and latitude go together"));
    if (!code.empty()) draft.area = area_by_text(*world_, code);
    if (!draft.area && code.empty() && !draft.address.empty()) draft.area = addresses_.find(draft.address);
    if (!draft.area && !options_.default_area.empty()) draft.area = area_by_text(*world_, options_.default_area);
    if (draft.area || draft.lon) return;
    if (!code.empty())
      line.complain("area", "unknown", unknown_area(code));
    else if (kind_.place == pack::PlaceRule::required)
      line.complain("place", "unknown",
                    words("从“{}”看不出是哪个区域；请填区域编码，或指定缺省区域",
                          "'{}' names no area that is known; give an area code, or a default area",
                          one_line(cut(draft.address, 40))));
  }

  static std::optional<bool> flag_of(Line& line, std::string_view column) {
    const std::string text = fold(line.text(column));
    if (text.empty()) return std::nullopt;
    for (const char* yes : {"是", "yes", "true", "1", "√", "有"})
      if (text == yes) return true;
    for (const char* no : {"否", "no", "false", "0", "×", "无"})
      if (text == no) return false;
    line.complain(column, "type", words("应为是或否", "expected yes or no"));
    return std::nullopt;
  }

  static json::value choice_of(Line& line, const Field& field, const std::string& text) {
    std::vector<std::string> labels;
    for (const pack::Option& option : field.options) {
      if (text == option.value || text == option.name.zh || text == option.name.en) return json::value(option.value);
      labels.push_back(option.name.zh);
    }
    line.complain(field.name, "enum",
                  words("没有选项“{}”，可选：{}", "there is no option '{}'; choose one of {}", one_line(cut(text, 40)),
                        fmt::format("{}", fmt::join(labels, "、"))));
    return nullptr;
  }

  json::value org_of(Line& line, const Field& field, const std::string& text) const {
    const OrgId org = org_by_text(*world_, text);
    if (!org)
      line.complain(field.name, "unknown",
                    words("没有编码或名称为“{}”的组织", "there is no organisation with the code or name '{}'",
                          one_line(cut(text, 40))));
    return org ? json::value(to_text(org)) : json::value(nullptr);
  }

  json::value person_of(Line& line, const Field& field, const std::string& code) {
    auto known = people_.find(code);
    if (known == people_.end()) {
      const auto found =
          context_.store.read([&](store::Tx& tx) { return people::find_person(tx, context_.realm, code); });
      known = people_.emplace(code, found ? found->id : PersonId{}).first;
    }
    if (!known->second)
      line.complain(field.name, "unknown",
                    words("没有编号为“{}”的人员", "there is nobody with the code '{}'", one_line(cut(code, 40))));
    return known->second ? json::value(to_text(known->second)) : json::value(nullptr);
  }

  template <class Each>
  static json::value list_of(const std::string& text, Each&& each) {
    json::array items;
    for (const std::string& part : parts_of(text))
      if (json::value item = each(part); !item.is_null()) items.push_back(std::move(item));
    return items.empty() ? json::value(nullptr) : json::value(std::move(items));
  }

  // The value as the form wants it; null when the cell is empty, or wrong and complained of. Length and range are the form's.
  json::value value_of(Line& line, const Field& field) {
    const std::string& column = field.name;
    switch (field.type) {
      case FieldType::integer:
      case FieldType::stars: {
        const auto value = line.integer(column);
        return value ? json::value(*value) : json::value(nullptr);
      }
      case FieldType::money: {
        const auto value = line.real(column);
        return value ? json::value(std::int64_t(std::llround(*value * 100))) : json::value(nullptr);
      }
      case FieldType::number: {
        const auto value = line.real(column);
        return value ? json::value(*value) : json::value(nullptr);
      }
      case FieldType::flag: {
        const auto value = flag_of(line, column);
        return value ? json::value(*value) : json::value(nullptr);
      }
      case FieldType::day: {
        const Day day = line.day(column);
        return day ? json::value(to_day_text(day)) : json::value(nullptr);
      }
      case FieldType::time: {
        const auto time = line.time(column, context_.zone);
        return time ? json::value(to_rfc3339(*time)) : json::value(nullptr);
      }
      default: break;
    }
    const std::string text = line.text(column);
    if (text.empty()) return nullptr;
    switch (field.type) {
      case FieldType::phone: return json::value(clean_phone(text));
      case FieldType::choice: return choice_of(line, field, text);
      case FieldType::choices:
        return list_of(text, [&](const std::string& part) { return choice_of(line, field, part); });
      case FieldType::org: return org_of(line, field, text);
      case FieldType::orgs: return list_of(text, [&](const std::string& part) { return org_of(line, field, part); });
      case FieldType::person: return person_of(line, field, text);
      case FieldType::area: {
        const AreaId area = line.area(column);
        return area ? json::value(to_text(area)) : json::value(nullptr);
      }
      default: return json::value(text);
    }
  }

  const pack::Kind& kind_;
  const Time now_;
  AddressBook addresses_;
  std::set<std::pair<std::string, std::string>> numbers_;  // by source
  std::map<std::string, PersonId> people_;
};

}  // namespace

std::unique_ptr<Target> records_target(const Context& context, record::WorldPtr world, const Options& options,
                                       const std::string& kind) {
  return std::make_unique<Records>(context, std::move(world), options, kind);
}

}  // namespace tongxin::exchange

// Input against a form: every complaint at once, at /form/<field>.
#include <cmath>

#include "base/text.hpp"
#include "record/change.hpp"

namespace tongxin::record {
namespace {

namespace json = boost::json;
using pack::Field;
using pack::FieldType;

constexpr std::int64_t kLongestText = 10'000, kLongestLine = 500, kMostItems = 100;

class FieldCheck {
 public:
  FieldCheck(Change& change, const Field& field, const json::value& given, std::string at,
             std::vector<Complaint>& complaints)
      : change_(change), field_(field), given_(given), at_(std::move(at)), complaints_(complaints) {}

  // What is kept; null when it is wrong (and complained of) or empty.
  json::value read() {
    switch (field_.type) {
      case FieldType::text:
      case FieldType::long_text: return text();
      case FieldType::integer:
      case FieldType::money: return integer();
      case FieldType::number: return number();
      case FieldType::stars: return stars();
      case FieldType::flag:
        return given_.is_bool() ? given_ : complain("type", words("应为是或否", "expected true or false"));
      case FieldType::choice: return choice(given_);
      case FieldType::choices: return list([&](const json::value& item) { return choice(item); });
      case FieldType::day: return day();
      case FieldType::time: return time();
      case FieldType::phone:
        return checked(is_phone, words("手机号应为 11 位数字，请检查", "a phone number has 11 digits; please check"));
      case FieldType::id_card:
        return checked(is_id_card, words("身份证号最后一位对不上，请对照证件检查",
                                         "the identity number's last digit does not fit; please check"));
      case FieldType::person: return id<PersonId>(given_);
      case FieldType::org: return org(given_);
      case FieldType::orgs: return list([&](const json::value& item) { return org(item); });
      case FieldType::area: return area(given_);
      case FieldType::record: return record(given_);
      case FieldType::records: return list([&](const json::value& item) { return record(item); });
      case FieldType::files: return list([&](const json::value& item) { return id<FileId>(item); });
    }
    return nullptr;
  }

 private:
  json::value complain(const char* code, Words say) {
    complaints_.push_back({at_, code, std::move(say)});
    return nullptr;
  }

  bool is_text() {
    if (given_.is_string()) return true;
    complain("type", words("应为文字", "expected text"));
    return false;
  }

  json::value text() {
    if (!is_text()) return nullptr;
    const std::string_view typed = trim(given_.as_string());
    const auto length = std::int64_t(count_code_points(typed));
    const std::int64_t most = field_.max.value_or(field_.type == FieldType::text ? kLongestLine : kLongestText);
    if (length > most)
      return complain("length", words("最多 {} 个字，现有 {} 个", "at most {} characters, there are {}", most, length));
    if (field_.min && length < *field_.min && length > 0)
      return complain("length", words("至少 {} 个字", "at least {} characters", *field_.min));
    return typed.empty() ? json::value(nullptr) : json::value(typed);
  }

  json::value in_range(double value, json::value kept) {
    if (field_.min && value < double(*field_.min))
      return complain("range", words("不能小于 {}", "cannot be below {}", *field_.min));
    if (field_.max && value > double(*field_.max))
      return complain("range", words("不能大于 {}", "cannot be above {}", *field_.max));
    return kept;
  }
  json::value integer() {
    if (!given_.is_int64())
      return complain("type", field_.type == FieldType::money
                                  ? words("金额应为以分为单位的整数", "money is a whole number of fen")
                                  : words("应为整数", "expected a whole number"));
    return in_range(double(given_.as_int64()), given_);
  }
  json::value number() {
    if (!given_.is_number()) return complain("type", words("应为数字", "expected a number"));
    return in_range(given_.to_number<double>(), given_);
  }
  json::value stars() {
    if (!given_.is_int64() || given_.as_int64() < 1 || given_.as_int64() > 5)
      return complain("range", words("请选 1 至 5 颗星", "choose 1 to 5 stars"));
    return given_;
  }

  json::value choice(const json::value& item) {
    if (!item.is_string()) return complain("type", words("应为选项", "expected one of the options"));
    std::vector<std::string> known;
    for (const pack::Option& option : field_.options) {
      if (item.as_string() == option.value) return item;
      known.push_back(option.value);
    }
    return complain("enum", words("没有选项“{}”，可选：{}", "there is no option '{}'; choose one of {}",
                                  std::string(cut(item.as_string(), 40)), fmt::format("{}", fmt::join(known, ", "))));
  }

  json::value day() {
    Day read = 0;
    if (!given_.is_string() || !parse_day(given_.as_string(), read))
      return complain("format", words("应为 2026-11-22 这样的日期", "expected a date such as 2026-11-22"));
    return given_;
  }
  json::value time() {
    Time read{};
    if (!given_.is_string() || !parse_rfc3339(given_.as_string(), read))
      return complain("format", words("应为 2026-11-22T10:30:00+08:00 这样的时间",
                                      "expected a time such as 2026-11-22T10:30:00+08:00"));
    return given_;
  }
  json::value checked(bool (*valid)(std::string_view), Words say) {
    if (!is_text()) return nullptr;
    const std::string_view typed = trim(given_.as_string());
    if (typed.empty()) return nullptr;
    return valid(typed) ? json::value(typed) : complain("format", std::move(say));
  }

  template <class I>
  json::value id(const json::value& item) {
    I parsed;
    if (!item.is_string() || !parse(std::string_view(item.as_string()), parsed))
      return complain("format", words("不是有效的编号", "not a valid id"));
    return item;
  }
  // A field that says `of: kind` takes records of that kind only; another one takes any id.
  json::value record(const json::value& item) {
    RecordId parsed;
    if (!item.is_string() || !parse(std::string_view(item.as_string()), parsed))
      return complain("format", words("不是有效的编号", "not a valid id"));
    if (field_.of_kind.empty()) return item;
    const Change::Linked* found = change_.linked(parsed);
    if (found == nullptr || found->record.kind != field_.of_kind)
      return complain("unknown", words("没有这样的“{}”", "there is no such record for '{}'", field_.label.zh));
    return item;
  }
  json::value org(const json::value& item) {
    OrgId parsed;
    if (!item.is_string() || !parse(std::string_view(item.as_string()), parsed))
      return complain("format", words("不是有效的单位编号", "not a valid organisation id"));
    const people::Org* found = change_.world->directory->org(parsed);
    if (found == nullptr || !people::live(*found, change_.today()))
      return complain("unknown", words("没有这个单位，或它已撤销", "there is no such organisation, or it is closed"));
    return item;
  }
  json::value area(const json::value& item) {
    AreaId parsed;
    if (!item.is_string() || !parse(std::string_view(item.as_string()), parsed) ||
        change_.world->atlas->find(parsed) == nullptr)
      return complain("unknown", words("没有这个地点", "there is no such place"));
    return item;
  }

  template <class Each>
  json::value list(Each&& each) {
    if (!given_.is_array()) return complain("type", words("应为列表", "expected a list"));
    const json::array& items = given_.as_array();
    const std::int64_t most = field_.max.value_or(kMostItems);
    if (std::int64_t(items.size()) > most) return complain("length", words("最多 {} 项", "at most {} items", most));
    if (items.empty()) return nullptr;
    if (field_.min && std::int64_t(items.size()) < *field_.min)
      return complain("length", words("至少 {} 项", "at least {} items", *field_.min));
    json::array kept;
    for (const json::value& item : items) {
      json::value value = each(item);
      if (value.is_null()) return nullptr;
      if (std::find(kept.begin(), kept.end(), value) == kept.end()) kept.push_back(std::move(value));
    }
    return kept;
  }

  Change& change_;
  const Field& field_;
  const json::value& given_;
  std::string at_;
  std::vector<Complaint>& complaints_;
};

Words required_sentence(const Field& field) {
  switch (field.type) {
    case FieldType::choice:
    case FieldType::choices:
    case FieldType::org:
    case FieldType::orgs:
    case FieldType::area:
    case FieldType::person:
    case FieldType::stars:
    case FieldType::flag:
      return {fmt::format("请选择：{}", field.label.zh), fmt::format("please choose: {}", field.label.en)};
    case FieldType::files:
      return {fmt::format("请添加：{}", field.label.zh), fmt::format("please add: {}", field.label.en)};
    default: return {fmt::format("请填写：{}", field.label.zh), fmt::format("please fill in: {}", field.label.en)};
  }
}

}  // namespace

void read_form(Change& change, const pack::Form& form, const json::object& given, std::string_view prefix, bool staff,
               json::object& open, json::object& sealed) {
  std::vector<Complaint> complaints;
  const auto at = [&](std::string_view name) { return fmt::format("{}/{}", prefix, name); };
  for (const auto& [name, value] : given) {
    const Field* field = form.find(name);
    if (field == nullptr || (field->staff_only && !staff) || (field->flow_only && !change.actor.system)) {
      std::vector<std::string> known;
      for (const Field& each : form.fields) known.push_back(each.name);
      const auto meant = nearest(name, known);
      complaints.push_back({at(std::string_view(cut(name, 60))), "unknown",
                            meant ? words("没有这个字段，是不是“{}”？", "no such field; did you mean '{}'?", *meant)
                                  : words("没有这个字段", "no such field")});
      continue;
    }
    if (value.is_null()) continue;
    json::value kept = FieldCheck(change, *field, value, at(name), complaints).read();
    if (!kept.is_null()) (field->sealed ? sealed : open)[name] = std::move(kept);
  }
  for (const Field& field : form.fields) {
    const bool wrong = std::any_of(complaints.begin(), complaints.end(),
                                   [&](const Complaint& each) { return each.at == at(field.name); });
    if (!field.initial.is_null() && !open.contains(field.name) && !given.contains(field.name))
      open[field.name] = field.initial;
    if (field.visible_when && !change.holds(field.visible_when)) {
      open.erase(field.name);
      sealed.erase(field.name);
      continue;
    }
    const bool filled = open.contains(field.name) || sealed.contains(field.name);
    if (filled || wrong || (field.staff_only && !staff) || (field.flow_only && !change.actor.system)) continue;
    if (field.required || (field.required_when && change.holds(field.required_when)))
      complaints.push_back({at(field.name), "required", required_sentence(field)});
  }
  if (complaints.empty()) return;
  const Words say = complaints.size() == 1 ? words("有 1 处需要修改", "1 thing needs correcting")
                                           : words("有 {} 处需要修改", "{} things need correcting", complaints.size());
  throw Fault(Code::invalid, say, std::move(complaints));
}

}  // namespace tongxin::record

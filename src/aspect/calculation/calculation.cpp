#include "aspect/calculation/calculation.hpp"

#include <cmath>

#include "pack/lua.hpp"
#include "record/change.hpp"

namespace tongxin::calculation {
namespace {

namespace json = boost::json;
using pack::ArgumentKind;
using pack::Node;
using record::Change;
using store::Sql;

constexpr Sql kBodies{"calculation_bodies",
                      "SELECT seq, at, body FROM event WHERE realm_id=$1 AND record_id=$2 AND body LIKE "
                      "'%\"calculation\":%' ORDER BY seq LIMIT 200"};

void check(const Node& arguments, pack::Reading& reading) {
  const Node* rule = arguments.find("rule");
  if (rule != nullptr && reading.library.rules && !reading.library.rules->has(rule->text))
    pack::check_name(*rule, rule->text, reading.library.rules->rules(), {"规则", "rule"}, reading.complaints);
  const Node *set = arguments.find("set"),
             *form = reading.document == nullptr ? nullptr : reading.document->find("form");
  if (set == nullptr) return;
  std::vector<std::string> fields;
  if (form != nullptr)
    for (const auto& entry : form->entries) fields.push_back(entry.key);
  for (const Node& item : set->items) pack::check_name(item, item.text, fields, {"字段", "field"}, reading.complaints);
}

// Whole numbers are integers to the rule, so that it writes 10 and not 10.0.
json::value plain(const pack::Value& value) {
  if (const auto* number = std::get_if<double>(&value))
    if (std::abs(*number) < 9e15 && *number == std::floor(*number)) return std::int64_t(*number);
  return pack::to_json(value);
}

void calculate(Change& change, const pack::Effect& effect) {
  json::object input;
  if (const pack::Argument* with = effect.find("with"))
    for (const auto& [name, expression] : with->mapping)
      if (json::value value = plain(change.value(expression)); !value.is_null()) input[name] = std::move(value);
  const std::string& rule = effect.find("rule")->text;
  const json::value answer = change.world->library->rules->call(rule, input);
  if (!answer.is_object())
    throw Fault(Code::internal, words("规则“{}”没有给出结果", "the rule '{}' gave no result", rule));
  const json::object& result = answer.as_object();
  if (const pack::Argument* set = effect.find("set"))
    for (const std::string& name : set->names) {
      const json::value* value = result.if_contains(name);
      if (value == nullptr || value->is_null())
        change.edit_fields().erase(name);
      else
        change.edit_fields()[name] = *value;
    }
  json::object kept{{"rule", rule}, {"input", std::move(input)}, {"lines", json::array{}}};
  if (const json::value* lines = result.if_contains("lines"); lines != nullptr && lines->is_array())
    kept["lines"] = *lines;
  json::value& list = change.extra["calculation"];
  if (!list.is_array()) list = json::array{};
  list.as_array().push_back(std::move(kept));
}

Line line_of(const json::value& value) {
  Line line;
  if (!value.is_object()) return line;
  const json::object& object = value.as_object();
  const auto text = [&](const char* key) {
    const json::value* found = object.if_contains(key);
    return found != nullptr && found->is_string() ? std::string(found->as_string()) : std::string{};
  };
  line.say = {text("zh"), text("en")};
  if (const json::value* amount = object.if_contains("amount"); amount != nullptr && amount->is_number())
    line.amount = amount->to_number<double>();
  return line;
}

}  // namespace

std::vector<Calculation> calculations_of(store::Tx& tx, RealmId realm, RecordId record) {
  std::vector<Calculation> all;
  tx.each(
      kBodies,
      [&](const store::Row& row) {
        const json::value body = json::parse(row.text(2));
        const json::value* list = body.is_object() ? body.as_object().if_contains("calculation") : nullptr;
        if (list == nullptr || !list->is_array()) return;
        for (const json::value& each : list->as_array()) {
          Calculation calculation{row.get<int>(0),
                                  row.get<Time>(1),
                                  std::string(each.at("rule").as_string()),
                                  each.at("input").as_object(),
                                  {}};
          for (const json::value& line : each.at("lines").as_array()) calculation.lines.push_back(line_of(line));
          all.push_back(std::move(calculation));
        }
      },
      realm, record);
  return all;
}

record::Aspect aspect() {
  record::Aspect calculation;
  calculation.words.name = "calculation";
  calculation.words.effects = {
      {"calculate",
       {{"rule", ArgumentKind::text, true}, {"with", ArgumentKind::mapping, true}, {"set", ArgumentKind::fields, true}},
       "Calls a rule and keeps its results in fields, and its reasoning in the timeline.",
       check}};
  calculation.effects = {{"calculate", calculate}};
  return calculation;
}

}  // namespace tongxin::calculation

#include "aspect/schedule/section.hpp"

#include "aspect/duty.hpp"
#include "aspect/schedule/recurrence.hpp"

namespace tongxin::aspect::schedule {
namespace {

using pack::Node;
using pack::Reader;

int to_days(const std::string& text) {
  const Limit limit = parse_limit(text);
  if (limit.unit != Unit::natural_day || limit.amount < 1 || limit.amount > 400)
    throw Fault(Code::invalid, words("应为 1 至 400 个自然日", "expected 1 to 400 natural_days"));
  return limit.amount;
}

class PlanReader {
 public:
  PlanReader(const Node::Entry& entry, pack::Reading& reading)
      : reading_(reading), context_(*reading.names), reader_(entry.value, reading.complaints) {
    plan_.name = entry.key;
  }

  Plan read() {
    plan_.label = reader_.words("name");
    read_rule();
    plan_.begins = context_.expression(reader_.optional("begins"), std::nullopt);
    plan_.ends = context_.expression(reader_.optional("ends"), pack::Type::day);
    plan_.person = context_.expression(reader_.optional("person"), pack::Type::text);
    plan_.lasts = reader_.parsed("lasts", natural_length);
    plan_.ahead_days = reader_.optional_parsed("ahead", to_days).value_or(14);
    read_runs();
    read_rests();
    for (const Node& node : reader_.optional_list("except")) {
      Day day = 0;
      if (parse_day(node.text, day))
        plan_.except.push_back(day);
      else
        pack::complain_expected(node, {"日期", "a date"}, reading_.complaints);
    }
    if (const Node* begin = reader_.optional("begin")) plan_.begin_action = system_action(*begin);
    read_missed();
    return std::move(plan_);
  }

 private:
  void read_rule() {
    if (const Node* field = reader_.optional("rule_of")) {
      plan_.rule_field = field->text;
      const pack::Field* found = context_.field(*field);
      if (found != nullptr && found->type != pack::FieldType::text)
        reader_.complain(*field, "type", words("重复规则的字段应为 text", "a field that holds a rule is a text"));
      return;
    }
    plan_.rule = reader_.parsed("rule", [](const std::string& text) {
      if (!text.empty()) check_rule(text);
      return text;
    });
  }

  void read_runs() {
    plan_.runs = context_.states(reader_.optional("runs"));
    if (reader_.has("runs")) return;
    for (std::size_t i = 0; i < plan_.runs.size(); ++i) plan_.runs[i] = !(*reading_.kind).states[i].final;
  }

  void read_rests() {
    const Node* node = reader_.optional("rests");
    if (node == nullptr) return;
    Reader rests(*node, reading_.complaints);
    plan_.calendar = rests.text("calendar");
    if (const Node* calendar = node->find("calendar")) context_.check_calendar(*calendar);
    plan_.holidays_only = rests.optional_one_of("on", {"rest_days", "holidays"}).value_or("rest_days") == "holidays";
  }

  void read_missed() {
    const Node* node = reader_.optional("missed");
    if (node == nullptr) return;
    Reader missed(*node, reading_.complaints);
    plan_.can_be_missed = true;
    plan_.grace = missed.optional_parsed("after", natural_length).value_or(milliseconds{0});
    if (const Node* action = missed.optional("action")) plan_.missed_action = system_action(*action);
  }

  int system_action(const Node& node) { return context_.system_action(node); }

  pack::Reading& reading_;
  pack::KindNames& context_;
  Reader reader_;
  Plan plan_;
};

}  // namespace

const Plan* Section::find(std::string_view name) const {
  for (const Plan& plan : plans)
    if (plan.name == name) return &plan;
  return nullptr;
}

std::shared_ptr<const void> read_section(const Node& node, pack::Reading& reading) {
  auto section = std::make_shared<Section>();
  if (node.kind != Node::Kind::map) pack::complain_expected(node, {"各计划", "plans by name"}, reading.complaints);
  for (const auto& entry : node.entries) section->plans.push_back(PlanReader(entry, reading).read());
  return section;
}

std::vector<pack::AspectFact> facts(const pack::Reading& reading) {
  std::vector<pack::AspectFact> facts;
  const Node* node = reading.document->find("schedule");
  if (node == nullptr) return facts;
  for (const auto& entry : node->entries)
    for (const auto& [what, zh, en] :
         {std::tuple{"kept", "已完成次数", "times kept"}, std::tuple{"missed", "错过次数", "times missed"},
          std::tuple{"ahead", "未到次数", "times still ahead"}, std::tuple{"total", "应有次数", "times in all"}})
      facts.push_back({fmt::format("schedule.{}.{}", entry.key, what),
                       pack::Type::number,
                       {fmt::format("{}（{}）", zh, entry.key), fmt::format("{} of {}", en, entry.key)}});
  return facts;
}

}  // namespace tongxin::aspect::schedule

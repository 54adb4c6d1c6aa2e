#include "pack/kind_reader.hpp"

#include "base/text.hpp"

namespace tongxin::pack::inside {
namespace {

// Percentages are written "80 %" or "0.8".
double parse_fraction(const std::string& text) {
  char* end = nullptr;
  const double number = std::strtod(text.c_str(), &end);
  const std::string rest(trim(end));
  if (end == text.c_str() || (!rest.empty() && rest != "%") || number <= 0 ||
      (rest.empty() ? number >= 1 : number >= 100))
    throw Fault(Code::invalid, words("应为百分比，例如 80 %", "expected a percentage such as 80 %"));
  return rest.empty() ? number : number / 100;
}

}  // namespace

void KindReader::read_deadlines(Reader& reader) {
  for (const auto& entry : reader.optional_map("deadlines")) {
    Reader deadline_reader(entry.value, context_.complaints);
    Deadline deadline;
    deadline.name = entry.key;
    deadline.label = deadline_reader.words("name");
    if (const Node* node = deadline_reader.optional("calendar")) {
      deadline.calendar = node->text;
      std::vector<std::string> known;
      for (const auto& [name, unused] : context_.library.calendars) known.push_back(name);
      find(*node, node->text, known, {"日历", "calendar"});
    }
    deadline.runs = marks(&deadline_reader.any("runs"), outline_.states, {"状态", "state"});
    deadline.pauses = marks(deadline_reader.optional("pauses"), outline_.states, {"状态", "state"});
    const Node& limit = deadline_reader.any("limit");
    for (const Node* node : one_or_many(&limit)) deadline.limits.push_back(read_limit(*node, deadline));
    deadline.warn = deadline_reader.optional_parsed("warn", parse_fraction).value_or(0);
    if (const Node* node = deadline_reader.optional("late"))
      deadline.late_action = find(*node, node->text, outline_.actions, {"动作", "action"});
    deadline.quiet = deadline_reader.flag_or("quiet", false);
    deadline.restart_on = marks(deadline_reader.optional("restart_on"), outline_.actions, {"动作", "action"});
    kind_->deadlines.push_back(std::move(deadline));
  }
}

LimitRule KindReader::read_limit(const Node& node, const Deadline& deadline) {
  LimitRule rule;
  const auto parse = [&](const Node& text) {
    try {
      rule.limit = parse_limit(text.text);
      if (rule.limit.in_working_time() && deadline.calendar.empty())
        complain(text, "missing", words("工作时限需要指明 calendar", "working time needs a calendar"));
    } catch (const Fault& fault) {
      complain(text, "format", fault.say());
    }
  };
  if (node.kind != Node::Kind::map) {
    parse(node);
    return rule;
  }
  Reader reader(node, context_.complaints);
  rule.when = expression(reader.optional("when"), scope_);
  if (const Node* days = reader.optional("days")) {
    rule.amount = expression(days, scope_, Type::number);
    rule.limit = {0, Unit::natural_day};
  } else {
    parse(reader.any("limit"));
  }
  return rule;
}

void KindReader::read_counts(Reader& reader) {
  for (const auto& entry : reader.optional_map("counts")) kind_->counts.push_back(read_count(entry));
  for (const auto& entry : reader.optional_map("rates")) kind_->rates.push_back(read_rate(entry));
  for (const auto& entry : reader.optional_map("scores")) {
    Reader score_reader(entry.value, context_.complaints);
    Score score{entry.key, score_reader.words("name"), {}};
    for (const auto& part : score_reader.map("of"))
      score.of.emplace_back(read_number(part.value, context_.complaints).value_or(0),
                            find(part.value, part.key, outline_.rates, {"比率", "rate"}));
    kind_->scores.push_back(std::move(score));
  }
}

Count KindReader::read_count(const Node::Entry& entry) {
  Reader reader(entry.value, context_.complaints);
  Count count;
  count.name = entry.key;
  count.label = reader.words("name");
  count.unit = reader.optional_words("unit");
  count.on_action.resize(outline_.actions.size());
  const Action* only = nullptr;
  int actions = 0;
  for (const Node* node : one_or_many(reader.optional("on"))) {
    if (node->text == "create") {
      count.on_create = true;
      only = &kind_->create;
      ++actions;
    } else if (const int index = find(*node, node->text, outline_.actions, {"动作", "action"}); index >= 0) {
      count.on_action[std::size_t(index)] = true;
      if (std::size_t(index) < kind_->actions.size()) only = &kind_->actions[std::size_t(index)];
      ++actions;
    }
  }
  count.on_enter = marks(reader.optional("enter"), outline_.states, {"状态", "state"});
  count.on_late = marks(reader.optional("late"), outline_.deadlines, {"时限", "deadline"});
  // Only one action: its form may be named. Several: only what every record has.
  const Scope scope = actions == 1 && only != nullptr ? action_scope(scope_, only->form, context_, nullptr) : scope_;
  count.when = expression(reader.optional("when"), scope);
  count.add = expression(reader.optional("add"), scope, Type::number);
  count.period_starts_on_day = int(reader.optional_integer("period_starts_on_day", 1, 28).value_or(1));
  count.daily = reader.flag_or("daily", false);
  count.on_day = expression(reader.optional("on_day"), scope, Type::day);
  return count;
}

Rate KindReader::read_rate(const Node::Entry& entry) {
  Reader reader(entry.value, context_.complaints);
  Rate rate;
  rate.name = entry.key;
  rate.label = reader.words("name");
  rate.as_number = reader.optional_one_of("as", {"percent", "number"}).value_or("percent") == "number";
  rate.of = weighted(reader.any("of"));
  rate.per = weighted(reader.any("per"));
  return rate;
}

std::vector<std::pair<double, int>> KindReader::weighted(const Node& node) {
  std::vector<std::pair<double, int>> sum;
  const Words what{"计数", "count"};
  if (node.kind == Node::Kind::map) {
    for (const auto& entry : node.entries)
      sum.emplace_back(read_number(entry.value, context_.complaints).value_or(0),
                       find(entry.value, entry.key, outline_.counts, what));
  } else {
    for (const Node* item : one_or_many(&node)) sum.emplace_back(1.0, find(*item, item->text, outline_.counts, what));
  }
  return sum;
}

}  // namespace tongxin::pack::inside

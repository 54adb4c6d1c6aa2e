#include "pack/kind_loader.hpp"

namespace tongxin::pack::inside {
namespace {

// Where an entry of a section (`states: open:`) stands; the kind itself when it is not there.
std::string place_of(const Node& kind, const char* section, const std::string& name) {
  const Node* entries = kind.find(section);
  const Node* found = entries == nullptr ? nullptr : entries->find(name);
  return (found == nullptr ? kind : *found).at();
}

std::vector<bool> reached_states(const Kind& kind) {
  std::vector<bool> reached(kind.states.size());
  const auto reach = [&](const Target& target) {
    if (target.state < 0 || reached[std::size_t(target.state)]) return false;
    return reached[std::size_t(target.state)] = true, true;
  };
  for (const Target& target : kind.create.to) reach(target);
  for (bool changed = true; changed;) {
    changed = false;
    for (const Action& action : kind.actions)
      for (std::size_t from = 0; from < reached.size(); ++from)
        if (action.from[from] && reached[from])
          for (const Target& target : action.to) changed |= reach(target);
  }
  return reached;
}

std::vector<bool> left_states(const Kind& kind) {
  std::vector<bool> left(kind.states.size());
  for (const Action& action : kind.actions)
    for (std::size_t from = 0; from < left.size(); ++from)
      if (action.from[from])
        for (const Target& target : action.to)
          left[from] = left[from] || target.state == kPrevious || (target.state >= 0 && target.state != int(from));
  return left;
}

void prove_states(const Kind& kind, const Node& node, std::vector<Complaint>& complaints) {
  const auto reached = reached_states(kind), left = left_states(kind);
  for (std::size_t i = 0; i < kind.states.size(); ++i) {
    const State& state = kind.states[i];
    if (!reached[i])
      complaints.push_back({place_of(node, "states", state.name), "unreachable",
                            words("没有动作能到达状态“{}”", "no action leads to state '{}'", state.name)});
    if (!state.final && !left[i])
      complaints.push_back({place_of(node, "states", state.name), "dead_end",
                            words("状态“{}”不是终态，却没有动作能离开它",
                                  "state '{}' is not final, yet no action leaves it", state.name)});
  }
}

// What the clock takes when a deadline passes must succeed: nobody is there to read a refusal.
void prove_late_action(const Kind& kind, const Deadline& deadline, const std::string& at,
                       std::vector<Complaint>& complaints) {
  const Action& late = kind.actions[std::size_t(deadline.late_action)];
  const bool system =
      std::any_of(late.who.begin(), late.who.end(), [](const Who& who) { return who.how == Who::How::system; });
  if (!system)
    complaints.push_back({at, "late",
                          words("时限“{}”到期要执行“{}”，但它不允许 system",
                                "deadline '{}' takes '{}' when late, but that action is not open to the system",
                                deadline.name, late.name)});
  if (!late.guards.empty())
    complaints.push_back({at, "late",
                          words("时限“{}”到期要执行“{}”，但它有守卫条件，可能被拒绝；请改用带 when 的目标或效果",
                                "deadline '{}' takes '{}' when late, but that action has a guard that could refuse it; "
                                "use targets or effects with `when` instead",
                                deadline.name, late.name)});
  for (const Field& field : late.form.fields)
    if (field.required)
      complaints.push_back({at, "late",
                            words("时限“{}”到期要执行“{}”，但它要求填写“{}”，时钟无法填写",
                                  "deadline '{}' takes '{}' when late, but that action requires '{}', which the clock "
                                  "cannot fill in",
                                  deadline.name, late.name, field.name)});
  for (std::size_t i = 0; i < kind.states.size(); ++i)
    if (deadline.runs[i] && !late.from[i])
      complaints.push_back({at, "late",
                            words("时限“{}”在状态“{}”中会到期，但“{}”不能从这里执行",
                                  "deadline '{}' can pass in state '{}', from which '{}' cannot be taken",
                                  deadline.name, kind.states[i].name, late.name)});
}

}  // namespace

void prove_flow(const Kind& kind, const Node& node, std::vector<Complaint>& complaints) {
  prove_states(kind, node, complaints);
  for (const Deadline& deadline : kind.deadlines)
    if (deadline.late_action >= 0)
      prove_late_action(kind, deadline, place_of(node, "deadlines", deadline.name), complaints);
}

}  // namespace tongxin::pack::inside

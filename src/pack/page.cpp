#include "pack/page.hpp"

#include <fmt/ranges.h>

namespace tongxin::pack {
namespace {

class Page {
 public:
  Page(const Library& library, Language language) : library_(library), language_(language) {}

  void head(const PackInfo& pack) {
    line(fmt::format("# {} `{}` v{}\n", pack.label.in(language_), pack.name, pack.version));
    if (!pack.uses.empty()) line(fmt::format("{}: {}\n", say("用到", "Uses"), fmt::join(pack.uses, ", ")));
  }

  void kind(const Kind& kind, const std::string& picture) {
    line(fmt::format("## {} `{}`\n", kind.label.in(language_), kind.name));
    if (!picture.empty()) line(fmt::format("![{}]({})\n", kind.label.in(language_), picture));
    form(kind.form);
    states(kind);
    actions(kind);
    deadlines(kind);
    figures(kind);
  }

  std::string text() && { return std::move(text_); }

 private:
  std::string say(const char* zh, const char* en) const { return language_ == Language::en ? en : zh; }
  void line(const std::string& text) { text_ += text + "\n"; }
  // A bar would end the cell.
  static std::string cell(std::string text) {
    for (std::size_t at = text.find('|'); at != std::string::npos; at = text.find('|', at + 2))
      text.insert(at, 1, '\\');
    return text;
  }
  void row(const std::vector<std::string>& cells) {
    text_ += "|";
    for (const std::string& each : cells) text_ += " " + cell(each) + " |";
    text_ += "\n";
  }
  void table(const std::vector<std::string>& titles) {
    row(titles);
    text_ += "|";
    for (std::size_t i = 0; i < titles.size(); ++i) text_ += "---|";
    text_ += "\n";
  }

  void form(const Form& form) {
    if (form.fields.empty()) return;
    line(fmt::format("### {}\n", say("填写", "Form")));
    table({say("栏目", "Field"), say("名称", "Name"), say("类型", "Type"), say("说明", "Notes")});
    for (const Field& field : form.fields)
      row({"`" + field.name + "`", field.label.in(language_), name_of(field.type), notes(field)});
    line("");
  }
  std::string notes(const Field& field) const {
    std::vector<std::string> notes;
    if (field.required) notes.push_back(say("必填", "required"));
    if (field.sealed) notes.push_back(say("密封", "sealed"));
    if (field.staff_only) notes.push_back(say("仅工作人员", "staff only"));
    if (field.open) notes.push_back(say("公开", "public"));
    return fmt::format("{}", fmt::join(notes, ", "));
  }

  void states(const Kind& kind) {
    line(fmt::format("### {}\n", say("状态", "States")));
    table({say("状态", "State"), say("名称", "Name"), say("居民看到", "Residents see"), say("终止", "Final")});
    for (const State& state : kind.states)
      row({"`" + state.name + "`", state.label.in(language_), state.resident.in(language_), state.final ? "✓" : ""});
    line("");
  }

  std::string state_names(const Kind& kind, const Action& action) const {
    std::vector<std::string> names;
    for (std::size_t i = 0; i < action.from.size(); ++i)
      if (action.from[i]) names.push_back(kind.states[i].label.in(language_));
    return fmt::format("{}", fmt::join(names, say("、", ", ")));
  }
  std::string target_names(const Kind& kind, const Action& action) const {
    std::vector<std::string> names;
    for (const Target& target : action.to)
      names.push_back(target.state == kSame       ? say("不变", "same")
                      : target.state == kPrevious ? say("之前的状态", "the one before")
                                                  : kind.states[std::size_t(target.state)].label.in(language_));
    return fmt::format("{}", fmt::join(names, say(" 或 ", " or ")));
  }
  std::string who(const Who& who) const {
    std::vector<std::string> roles;
    for (const std::string& name : who.roles) {
      const Named* role = library_.role(name);
      roles.push_back(role == nullptr ? name : role->label.in(language_));
    }
    const std::string list = fmt::format("{}", fmt::join(roles, say("、", ", ")));
    switch (who.how) {
      case Who::How::role_at_place: return list + say("（管到该处）", " (of that place)");
      case Who::How::of_holder: return say("承办单位", "the holding unit") + (list.empty() ? "" : ": " + list);
      case Who::How::of_holder_up:
        return say("承办单位及其上级", "the holding unit or one above") + (list.empty() ? "" : ": " + list);
      case Who::How::relation: return who.relation;
      case Who::How::anyone: return say("任何人", "anyone");
      case Who::How::signed_in: return say("登录者", "whoever is signed in");
      case Who::How::system: return say("系统", "the system");
    }
    return {};
  }
  void actions(const Kind& kind) {
    line(fmt::format("### {}\n", say("动作", "Actions")));
    table({say("动作", "Action"), say("名称", "Name"), say("从", "From"), say("到", "To"), say("谁可以", "Who")});
    for (const Action& action : kind.actions) {
      std::vector<std::string> people;
      for (const Who& each : action.who) people.push_back(who(each));
      row({"`" + action.name + "`", action.label.in(language_), state_names(kind, action), target_names(kind, action),
           fmt::format("{}", fmt::join(people, say("；", "; ")))});
    }
    line("");
  }

  void deadlines(const Kind& kind) {
    if (kind.deadlines.empty()) return;
    line(fmt::format("### {}\n", say("时限", "Deadlines")));
    table({say("时限", "Deadline"), say("名称", "Name"), say("多久", "Limit"), say("超时", "When late")});
    for (const Deadline& deadline : kind.deadlines) {
      std::vector<std::string> limits;
      for (const LimitRule& rule : deadline.limits) limits.push_back(to_words(rule.limit).in(language_));
      const std::string late =
          deadline.late_action < 0 ? "" : kind.actions[std::size_t(deadline.late_action)].label.in(language_);
      row({"`" + deadline.name + "`", deadline.label.in(language_), fmt::format("{}", fmt::join(limits, " / ")), late});
    }
    line("");
  }

  void figures(const Kind& kind) {
    if (kind.counts.empty()) return;
    line(fmt::format("### {}\n", say("指标", "Figures")));
    table({say("指标", "Figure"), say("名称", "Name"), say("怎么算", "How")});
    for (const Count& count : kind.counts)
      row({"`" + count.name + "`", count.label.in(language_),
           count.add ? say("求和", "a sum") : say("计数", "a count")});
    for (const Rate& rate : kind.rates)
      row({"`" + rate.name + "`", rate.label.in(language_), sum_of(kind, rate.of) + " ÷ " + sum_of(kind, rate.per)});
    line("");
  }
  std::string sum_of(const Kind& kind, const std::vector<std::pair<double, int>>& terms) const {
    std::vector<std::string> texts;
    for (const auto& [weight, count] : terms) {
      const std::string& name = kind.counts[std::size_t(count)].label.in(language_);
      texts.push_back(weight == 1 ? name : fmt::format("{} × {}", weight, name));
    }
    return texts.size() == 1 ? texts.front() : fmt::format("({})", fmt::join(texts, " + "));
  }

  const Library& library_;
  Language language_;
  std::string text_;
};

}  // namespace

std::string page_of(const Library& library, const PackInfo& pack, Language language,
                    const std::function<std::string(const Kind&)>& picture) {
  Page page(library, language);
  page.head(pack);
  for (const std::string& name : pack.kinds)
    if (const Kind* kind = library.kind(name)) page.kind(*kind, picture ? picture(*kind) : std::string{});
  return std::move(page).text();
}

}  // namespace tongxin::pack

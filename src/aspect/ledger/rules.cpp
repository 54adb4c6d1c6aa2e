// G5: points buy goods or thanks. No rule may make them a condition, a rank or a discount for a service, relief, a school
// place, housing, a vote or a job; none are given or taken for opinions; there is no list of low scorers and no deduction.
//
// Two doors: the pack checker looks at every kind that posts points, and the effect `observable` looks at rules that a village
// writes for itself. Both use the same words. A list of words cannot judge; it stops what should be talked about first.
#include "aspect/ledger/inside.hpp"

namespace tongxin::ledger::inside {
namespace {

using pack::Node;
using pack::Reading;

struct Theme {
  Words why;
  std::vector<const char*> words;
};
const Theme kThemes[] = {
    {{"积分不奖不罚意见和言论", "points are neither given nor taken for opinions"},
     {"意见", "言论", "观点", "表态", "发帖", "评论", "思想", "opinion", "speech", "comment"}},
    {{"积分不奖不罚信访和投诉", "points are neither given nor taken for petitions or complaints"},
     {"上访", "信访", "投诉", "举报", "维权", "诉求", "petition", "complain", "whistleblow"}},
    {{"积分不与救助挂钩", "relief never depends on points"},
     {"低保", "救助", "救济", "补助", "补贴", "特困", "relief", "allowance", "subsid"}},
    {{"积分不与入学挂钩", "a school place never depends on points"},
     {"入学", "学位", "择校", "升学", "入托", "学区", "school place", "enrol"}},
    {{"积分不与住房挂钩", "housing never depends on points"},
     {"住房", "分房", "保障房", "宅基地", "公租房", "housing"}},
    {{"积分不与选举和表决挂钩", "a vote never depends on points"},
     {"投票", "选票", "选举", "表决", "候选", "vote", "ballot", "election"}},
    {{"积分不与就业挂钩", "a job never depends on points"}, {"就业", "招聘", "录用", "job", "employ"}},
    {{"积分不看信仰和身份", "points do not look at belief or membership"},
     {"信仰", "宗教", "党员", "入党", "belief", "religio", "member of the party"}},
    {{"办事不看积分", "no service asks for points"},
     {"办证", "证明开具", "排队优先", "优先办理", "就医优先", "priority service"}},
};

std::string lower(std::string_view text) {
  std::string small(text);
  for (char& c : small)
    if (c >= 'A' && c <= 'Z') c = char(c + 32);
  return small;
}

// Latin words from their beginning only: "vote" is not in "devoted".
bool speaks_of(const std::string& text, std::string_view word) {
  const auto letter = [](char c) { return c >= 'a' && c <= 'z'; };
  for (auto at = text.find(word); at != std::string::npos; at = text.find(word, at + 1))
    if (!letter(word.front()) || at == 0 || !letter(text[at - 1])) return true;
  return false;
}

void complain(const Node& at, Reading& reading, Words say) {
  reading.complaints.push_back({at.at(), "points", {"G5：" + say.zh, "G5: " + say.en}});
}

const Ledger* points_ledger(const Node& effect, const Reading& reading) {
  const Node* name = effect.find("ledger");
  const Ledger* ledger = name == nullptr ? nullptr : ledgers_of(reading.library).find(name->text);
  return ledger != nullptr && ledger->points ? ledger : nullptr;
}

class PointsKind {
 public:
  PointsKind(const Node& document, const pack::Kind& kind, Reading& reading)
      : document_(document), kind_(kind), reading_(reading) {}

  void check() {
    look(document_);
    if (!posts_) return;
    if (const Node* publish = document_.find("publish"))
      complain(*publish, reading_,
               {"记有个人积分的事项不公开", "a kind that posts points of persons is never published"});
    if (!awards_) return;
    for (const char* part : {"form", "counts"})
      if (const Node* node = document_.find(part)) look_at_words(*node);
    if (const Node* actions = document_.find("actions"))
      for (const auto& action : actions->entries)
        if (const Node* form = action.value.find("form")) look_at_words(*form);
    const Node* taxonomy = document_.find("taxonomy");
    if (kind_.taxonomy == nullptr || taxonomy == nullptr) return;
    for (const pack::Category& category : kind_.taxonomy->categories)
      if (const auto found = forbidden_in(category.name.zh + "\n" + category.name.en)) refuse(*taxonomy, *found);
  }

 private:
  // Effects that post points, and conditions that ask for a balance.
  void look(const Node& node) {
    if (node.kind == Node::Kind::scalar && !node.text.empty()) look_for_balance(node);
    for (const auto& entry : node.entries) {
      if (entry.key == "post" || entry.key == "reserve") look_at_effect(entry.value);
      look(entry.value);
    }
    for (const Node& item : node.items) look(item);
  }

  void look_for_balance(const Node& node) {
    for (const auto& [name, ledger] : ledgers_of(reading_.library).all)
      if (ledger.points && node.text.find("ledger." + name + ".") != std::string::npos)
        complain(node, reading_,
                 {"条件不能看积分余额：办事、救助、排序都不看积分",
                  "no condition may ask for a balance of points: no service, relief or order depends on it"});
  }

  void look_at_effect(const Node& effect) {
    const Ledger* ledger = points_ledger(effect, reading_);
    if (ledger == nullptr) return;
    const AccountType *from = side(*ledger, effect, "from"), *to = side(*ledger, effect, "to");
    if (from == nullptr || to == nullptr) return;
    posts_ = posts_ || from->of == Owner::person || to->of == Owner::person;
    awards_ = awards_ || to->of == Owner::person;
    if (from->of == Owner::person && to->source)
      complain(
          effect, reading_,
          {"积分不扣减；记错了用 reverse 冲销", "points are not taken away; a wrong entry is undone by `reverse`"});
    if (from->of == Owner::person && to->of == Owner::person)
      complain(effect, reading_, {"积分不能转让", "points are not passed from person to person"});
  }

  static const AccountType* side(const Ledger& ledger, const Node& effect, const char* name) {
    const Node* account = effect.find(name);
    return account == nullptr ? nullptr : ledger.account(account->text);
  }

  void look_at_words(const Node& node) {
    for (const auto& entry : node.entries) {
      if ((entry.key == "name" || entry.key == "hint" || entry.key == "zh" || entry.key == "en") &&
          entry.value.kind == Node::Kind::scalar)
        if (const auto found = forbidden_in(entry.value.text)) refuse(entry.value, *found);
      if (entry.key == "options")
        for (const auto& option : entry.value.entries)
          if (const auto found = forbidden_in(option.value.text)) refuse(option.value, *found);
      look_at_words(entry.value);
    }
  }

  void refuse(const Node& at, const Forbidden& found) {
    complain(at, reading_,
             {fmt::format("“{}”：{}", found.word, found.why.zh), fmt::format("'{}': {}", found.word, found.why.en)});
  }

  const Node& document_;
  const pack::Kind& kind_;
  Reading& reading_;
  bool posts_ = false, awards_ = false;
};

}  // namespace

std::optional<Forbidden> forbidden_in(std::string_view text) {
  const std::string small = lower(text);
  for (const Theme& theme : kThemes)
    for (const char* word : theme.words)
      if (speaks_of(small, word)) return Forbidden{word, theme.why};
  return std::nullopt;
}

void check_points_kind(const Node& document, const pack::Kind& kind, Reading& reading) {
  PointsKind(document, kind, reading).check();
}

}  // namespace tongxin::ledger::inside

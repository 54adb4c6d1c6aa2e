#include "sim/story/steps.hpp"

#include "measure/figures.hpp"

namespace tongxin::sim::story {
namespace {

using store::Sql;
using store::Tx;

void read_span(const Node& node, std::int32_t& from, std::int32_t& until) {
  if (const Node* month = node.find("month")) from = until = std::atoi(month->text.c_str());
  if (const Node* first = node.find("from")) from = std::atoi(first->text.c_str());
  if (const Node* last = node.find("until")) until = std::atoi(last->text.c_str());
}

void expect_number(const Node& wanted, const std::optional<double>& value) {
  if (wanted.text == "none" || wanted.kind == Node::Kind::nothing) {
    if (value) throw Wrong{wanted, words("应无值，实为 {}", "expected no value, got {}", *value)};
    return;
  }
  if (!value) throw Wrong{wanted, words("应为 {}，却没有值", "expected {}, but there is no value", wanted.text)};
  near(wanted, *value);
}

void expect_rate(const Node::Entry& each, const pack::Kind& kind, const measure::Sums& sums) {
  const int index = kind.rate(each.key);
  if (index < 0) throw Wrong{each.value, words("“{}”没有比率“{}”", "'{}' has no rate '{}'", kind.name, each.key)};
  expect_number(each.value, sums.rates.empty() ? std::nullopt : sums.rates[std::size_t(index)].value);
}

void figures(Stage& stage, const Node& step) {
  const Node& node = *step.find("figures");
  const pack::Kind& kind = stage.kind_of(node);
  measure::Question question;
  question.kind = kind.name;
  if (const Node* named = node.find("org"))
    question.scope = stage.org(*named).value;
  else
    question.scope = stage.area(*node.find("area")).value;
  read_span(node, question.from, question.until);
  if (const Node* category = node.find("category")) question.by = measure::By::category, (void)category;
  const auto answer =
      stage.store.read([&](Tx& tx) { return measure::ask(tx, *stage.worlds.current(tx, stage.realm), question); });
  measure::Sums sums = answer.sums;
  if (const Node* category = node.find("category")) {
    sums.counts.assign(kind.counts.size(), {});
    for (const auto& row : answer.rows)
      if (row.key == category->text) sums = row.sums;
  }
  if (const Node* are = node.find("are"))
    for (const auto& each : are->entries) {
      const int index = kind.count(each.key);
      if (index < 0) throw Wrong{each.value, words("“{}”没有计数“{}”", "'{}' has no count '{}'", kind.name, each.key)};
      same(each.value, std::to_string(sums.counts[std::size_t(index)].n));
    }
  if (const Node* totals = node.find("sums"))
    for (const auto& each : totals->entries) {
      const int index = kind.count(each.key);
      if (index < 0) throw Wrong{each.value, words("“{}”没有计数“{}”", "'{}' has no count '{}'", kind.name, each.key)};
      near(each.value, sums.counts[std::size_t(index)].total);
    }
  if (const Node* rates = node.find("rates"))
    for (const auto& each : rates->entries) expect_rate(each, kind, sums);
  if (const Node* scores = node.find("scores"))
    for (const auto& each : scores->entries)
      for (std::size_t i = 0; i < kind.scores.size(); ++i)
        if (kind.scores[i].name == each.key)
          expect_number(each.value, sums.scores.empty() ? std::nullopt : sums.scores[i]);
}

// The records behind a figure are as many as the figure says.
void behind(Stage& stage, const Node& step) {
  const Node& node = *step.find("behind");
  measure::Behind wanted;
  wanted.kind = stage.kind_of(node).name;
  wanted.count = text_of(node, "count");
  if (const Node* named = node.find("org"))
    wanted.org = stage.org(*named);
  else
    wanted.area = stage.area(*node.find("area"));
  read_span(node, wanted.from, wanted.until);
  std::size_t total = 0;
  std::optional<measure::Entry> after;
  for (;;) {
    const auto page = stage.store.read(
        [&](Tx& tx) { return measure::behind(tx, *stage.worlds.current(tx, stage.realm), wanted, after, 40); });
    total += page.size();
    if (page.size() < 40) break;
    after = page.back();
  }
  same(*node.find("is"), std::to_string(total));
}

}  // namespace

void add_figure_steps(Steps& steps) { steps.insert({{"figures", figures}, {"behind", behind}}); }

}  // namespace tongxin::sim::story

#include "store/plans.hpp"

#include <algorithm>
#include <string_view>

namespace tongxin::store {
namespace {

std::function<void(const Plan&)>& watcher() {
  static std::function<void(const Plan&)> kWatcher;
  return kWatcher;
}

bool is_word(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_'; }

std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words;
  for (std::size_t at = 0; at < text.size();) {
    std::size_t end = at;
    while (end < text.size() && is_word(text[end])) ++end;
    if (end > at) words.emplace_back(text.substr(at, end - at));
    at = std::max(end, at + 1);
  }
  return words;
}

// "FROM record AS r", "JOIN record r": does the name in a step stand for the table?
bool stands_for(const std::vector<std::string>& words, const std::string& name, const std::string& table) {
  if (name == table) return true;
  for (std::size_t i = 1; i < words.size(); ++i)
    if (words[i] == name && (words[i - 1] == table || (i > 1 && words[i - 1] == "AS" && words[i - 2] == table)))
      return true;
  return false;
}

}  // namespace

void watch_plans(std::function<void(const Plan&)> hears) { watcher() = std::move(hears); }

std::vector<std::string> realm_wide_steps(const Plan& plan, const std::vector<std::string>& tables) {
  const std::vector<std::string> words = words_of(plan.text);
  std::vector<std::string> wide;
  for (const std::string& step : plan.steps) {
    const bool scan = step.starts_with("SCAN "), whole = step.ends_with("(realm_id=?)");
    if (!scan && !whole) continue;
    const auto from = step.find(' ') + 1;
    const std::string name = step.substr(from, step.find(' ', from) - from);
    for (const std::string& table : tables)
      if (stands_for(words, name, table)) wide.push_back(step);
  }
  return wide;
}

const std::function<void(const Plan&)>& inside::plan_watcher() { return watcher(); }

}  // namespace tongxin::store

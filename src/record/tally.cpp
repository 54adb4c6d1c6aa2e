#include "record/tally.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <ranges>

namespace tongxin::record {
namespace {

// Where the line that begins at `at` ends; also where somebody took away its end.
std::size_t end_of_line(std::string_view tally, std::size_t at) { return std::min(tally.find('\n', at), tally.size()); }

// Where its line begins; the end of the tally: it was never taken.
std::size_t line_of(std::string_view tally, std::string_view action) {
  for (std::size_t at = 0; at < tally.size(); at = end_of_line(tally, at) + 1) {
    const std::string_view line = tally.substr(at);
    if (line.size() > action.size() && line.starts_with(action) && line[action.size()] == ' ') return at;
  }
  return tally.size();
}

}  // namespace

std::size_t Taken::how_many() const { return std::size_t(std::count(people.begin(), people.end(), ' ')); }

bool Taken::by(PersonId person) const {
  const fmt::format_int id(person.value);
  const std::string_view wanted(id.data(), id.size());
  return std::ranges::any_of(std::views::split(people, ' '),
                             [wanted](const auto each) { return std::ranges::equal(each, wanted); });
}

Taken taken(std::string_view tally, std::string_view action) {
  const std::size_t at = line_of(tally, action);
  if (at == tally.size()) return {};
  const char* const times = tally.data() + at + action.size() + 1;
  const char* const end = tally.data() + end_of_line(tally, at);
  Taken found;
  const auto [behind, error] = std::from_chars(times, end, found.times);
  found.people = std::string_view(behind, std::size_t(end - behind));
  return found;
}

void add_taken(std::string& tally, std::string_view action, PersonId by) {
  const Taken before = taken(tally, action);
  const bool is_new = by && !before.by(by);
  if (before.times == 0) {
    tally.append(action).append(" 1");
    if (is_new) tally.append(" ").append(fmt::format_int(by.value).c_str());
    tally += '\n';
    return;
  }
  // The people stand right behind the number. From behind, so that what stands before stays where it is.
  const auto behind = std::size_t(before.people.data() - tally.data()), number = tally.rfind(' ', behind - 1) + 1;
  if (is_new) tally.insert(behind + before.people.size(), " " + std::string(fmt::format_int(by.value).c_str()));
  tally.replace(number, behind - number, fmt::format_int(before.times + 1).c_str());
}

}  // namespace tongxin::record

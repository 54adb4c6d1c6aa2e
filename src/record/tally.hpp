// How often each action was taken on a record, and by whom, as the record keeps it: a line for each action, in the order in
// which they were first taken.
//
//   handle 2 1204 1377
//
// The action, how often, and the ids of the people who took it, each once (the clock and guests have none). Every change adds to
// it and every look at a record may ask it, so it is read and written where it stands.
#pragma once
#include <cstddef>
#include <string>
#include <string_view>

#include "base/id.hpp"

namespace tongxin::record {

struct Taken {
  std::size_t times = 0;
  std::string_view people;  // " 1204 1377"; lives as long as the tally
  std::size_t how_many() const;
  bool by(PersonId person) const;
};

Taken taken(std::string_view tally, std::string_view action);
// Once more; `by` may be nobody.
void add_taken(std::string& tally, std::string_view action, PersonId by);

}  // namespace tongxin::record

// What somebody looks for again and again: a list's filter with a name, kept per person, the same on every machine.
#pragma once
#include <string>
#include <vector>

#include "people/doing.hpp"

namespace tongxin::people {

struct SavedFilter {
  std::string name, query;
};
BOOST_DESCRIBE_STRUCT(SavedFilter, (), (name, query))

inline constexpr int kMostFilters = 50;

// By name; query is the part of the page's address behind the "?".
std::vector<SavedFilter> filters_of(store::Tx& tx, RealmId realm, PersonId person);
// Under a name that is there already it replaces that one. Throws Fault(not_now) when there are kMostFilters others.
void keep_filter(store::Tx& tx, const Doing& doing, const SavedFilter& filter);
bool drop_filter(store::Tx& tx, RealmId realm, PersonId person, std::string_view name);
void drop_filters(store::Tx& tx, RealmId realm, PersonId person);

}  // namespace tongxin::people

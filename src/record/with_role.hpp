// Whom a change calls by their role: volunteers who hear a whistle.
#pragma once
#include <functional>
#include <string_view>

#include "record/change.hpp"

namespace tongxin::record {

// Who holds the role at the record's place today, as long as `visit` wants more; somebody with two such posts comes twice.
void each_with_role_here(const Change& change, std::string_view role, const std::function<bool(PersonId)>& visit);
// What is said, behind the record's number.
Words about_record(const Change& change, const Words& say);

}  // namespace tongxin::record

// Who has looked at the private part of one matter, whosever it is: for whoever follows it by its code and has no page of their
// own on which to see it. Everybody else asks persons.hpp.
#pragma once
#include "people/persons.hpp"

namespace tongxin::people {

// Newest first; `before` pages on.
std::vector<Access> looks_at(store::Tx& tx, RealmId realm, RecordId record, int limit, std::int64_t before);

}  // namespace tongxin::people

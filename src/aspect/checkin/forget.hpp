// Inside checkin/: what is forgotten of check-ins and tracks, and how their figures stay.
#pragma once
#include "aspect/leaving.hpp"
#include "record/change.hpp"

namespace tongxin::aspect::checkin {

// At the end of a record's keeping: who, when, where and what; that there were so many, on which day, stays.
void forget_all(record::Change& change, const boost::json::object&);
void forget_private(record::Change& change, const boost::json::object&);
// Of a person who is erased: who and where, and when where the record has ended. What was seen is the record's.
void forget_person(const Leaving& leaving);

}  // namespace tongxin::aspect::checkin

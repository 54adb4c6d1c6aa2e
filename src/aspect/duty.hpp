// What the aspects of duties share beside occasions: actions that the clock takes, limits of natural time, who somebody is to
// a record.
#pragma once
#include <string>
#include <vector>

#include "aspect/occasion.hpp"
#include "record/engine.hpp"

namespace tongxin::aspect {

By by_of(record::Engine& engine, RealmId realm, PersonId actor, Time at);
By by_clock(record::Engine& engine, RealmId realm, Time at);

// An action of the record's kind, by the system, with those of `values` that the action's form asks for. Where the state does
// not allow it (the record was closed meanwhile) nothing happens: false.
bool take(record::Engine& engine, store::Tx& tx, RealmId realm, RecordId record, int action,
          const boost::json::object& values, Time now);

// "90 natural_minutes", "2 natural_hours", "1 natural_day" as a length of time. Throws Fault(invalid) for working time.
milliseconds natural_length(const std::string& text);

// The kind of a record must have the section (Fault not_found: the record has nothing of the sort).
template <class T>
const T& need_section(const record::World& world, const record::Record& record, const char* aspect, Words nothing) {
  const T* section = world.kind(record.kind).section<T>(aspect);
  if (section == nullptr) throw Fault(Code::not_found, std::move(nothing));
  return *section;
}
record::Record need_record(record::Engine& engine, store::Tx& tx, RealmId realm, RecordId id);

// Does one of `list` hold for the actor at this record?
bool holds(record::Engine& engine, store::Tx& tx, const record::World& world, const record::Actor& actor,
           const record::Record& record, std::span<const pack::Who> list, Time now);

// May the actor see the record and does one of `list` hold for the actor? Else Fault(not_found), Fault(forbidden).
void need_right(record::Engine& engine, store::Tx& tx, const record::World& world, const record::Actor& actor,
                const record::Record& record, std::span<const pack::Who> list, Time now, const Words& what);

// Everybody whom one of the names stands for at the record: participants under that name, else live holders of that role at
// the record's place. Sorted, each once.
std::vector<PersonId> people_named(store::Tx& tx, const record::World& world, const record::Record& record,
                                   std::span<const std::string> names, Day day);

}  // namespace tongxin::aspect

// Proof on a live database: chains verify; records, deadlines, ratings, counted entries, who takes part and the messages sent
// are what their events say that they left (record/proof.hpp); figures equal a recount; records stand in their lists and in no
// others; and every aspect is what it says it is (record::Aspect::verify).
#pragma once
#include <functional>
#include <string>
#include <vector>

#include "record/world.hpp"
#include "store/store.hpp"

namespace tongxin::measure {

struct Finding {
  // chain, record, figure, list, timer, rating, evidence, participant, message, or what an aspect calls it
  std::string what;
  std::string where;  // a record's number, or a cell
  Words say;
};

struct Verdict {
  std::int64_t records = 0, events = 0, cells = 0, entries = 0;
  std::vector<Finding> findings;  // at most a thousand are kept
  std::int64_t findings_total = 0;
  bool sound() const { return findings_total == 0; }
};

// Each page of records is one read transaction, so that writers go on. `progress` hears of records done.
Verdict verify(store::Store& store, record::Worlds& worlds, RealmId realm,
               const std::function<void(std::int64_t)>& progress = {});

}  // namespace tongxin::measure

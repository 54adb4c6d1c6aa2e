// Placing the tables of an installation on several database servers by their realm, with the Citus extension of PostgreSQL:
// `tongxin db distribute`. The schema keeps the rules of design/SQL.md, so it is taken as it is, empty or full of rows.
//
// Every realm table is distributed by realm_id and stands beside the others, so that all rows of a realm lie on one server;
// reference tables stand whole on each; local tables stay with the coordinator.
#pragma once
#include <string>
#include <vector>

#include "store/store.hpp"

namespace tongxin::store {

struct Placement {
  std::string table;
  std::string call;  // "SELECT create_distributed_table('record', 'realm_id', colocate_with => 'search_text')"
};
// In the order in which they must be made: what others refer to comes first.
std::vector<Placement> placements(std::span<const Migration> migrations);

// Makes those that have not been made yet, each in a transaction of its own: cut off, call it again. Tables that later
// migrations bring are placed by calling it again, too. Returns what was placed now. Faults: bad_request (not PostgreSQL),
// unavailable (its Citus extension is not there; says how to get it).
std::vector<Placement> distribute(Store& store, std::span<const Migration> migrations);

namespace inside {
// The same without looking for the extension: `placed` are left out.
std::vector<Placement> place(Store& store, std::span<const Migration> migrations,
                             const std::vector<std::string>& placed);
}  // namespace inside

}  // namespace tongxin::store

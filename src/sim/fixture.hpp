// A small world written down in YAML, for stories and tests: areas, organisations, people, posts, who answers for what.
//
//   areas:   [{code: g1, level: grid, name: 第1网格, in: c1, at: [117.21, 39.11]}]
//   orgs:    [{code: team-1, kind: grid_branch, name: 第1网格, area: g1, in: taoyuan}]
//   people:  {chen: 陈网格员, wang: 王阿姨}
//   posts:   [{person: chen, role: grid_worker_full, org: team-1, area: g1, from: 2026-01-01, until: 2026-06-30}]
//   answers: [{function: '*', area: g1, org: team-1, from: 2026-07-01}]
//
// An entry with `repeat: 39` stands for 39 entries; {n} in its texts counts from 1, {n3} from 001.
// Areas form no ground: only codes, names and, where given, points. A world may build on another: `builds_on: street`.
#pragma once
#include <map>
#include <string>

#include "pack/yaml.hpp"
#include "people/operations.hpp"
#include "record/engine.hpp"

namespace tongxin::sim {

struct Names {
  std::map<std::string, AreaId, std::less<>> areas;
  std::map<std::string, OrgId, std::less<>> orgs;
  std::map<std::string, PersonId, std::less<>> people;
};

// Every person gets an account-less row; posts without `from` begin on 2020-01-01. Throws Fault(invalid) with places.
Names settle_fixture(store::Tx& tx, const people::Vault& vault, const people::Doing& doing,
                     const pack::Library& library, const pack::Node& fixture);

// The YAML of a fixture with what it builds on, `repeat` expanded: <packs>/<pack>/worlds/<name>.yaml, else base's.
pack::Node read_fixture(const std::string& packs, const std::string& pack, const std::string& name);

// {n} and {n3} in every text below.
pack::Node with_number(const pack::Node& node, int n);

}  // namespace tongxin::sim

// From folders of YAML to a Library, or to a list of everything that is wrong with them.
//
// The loader is strict and kind: every complaint stands at file:line:column, unknown words come with a suggestion, and all
// complaints are told at once. It also proves each flow: every state can be reached, every state that is not final can be
// left, every role, state, deadline and field that is named exists, and every deadline that climbs has somebody to climb to.
#pragma once
#include <span>
#include <string>
#include <vector>

#include "pack/model.hpp"
#include "pack/vocabulary.hpp"
#include "pack/yaml.hpp"

namespace tongxin::pack {

// Folders are read in the order of what they use (`uses:`), looked up beside each other in `root`.
struct Sources {
  std::string root;                // packs/
  std::vector<std::string> names;  // empty: every folder with a pack.yaml
};

// Loads or throws Fault(invalid) with all complaints. `vocabulary`: what the engine and the aspects offer to packs.
std::shared_ptr<const Library> load_packs(const Sources& sources, const Vocabulary& vocabulary);

// A new version must not strand a record: complaints for every (kind, state) in `live` that `next` does not know.
struct LiveState {
  std::string kind, state;
  std::int64_t records = 0;
};
std::vector<Complaint> check_upgrade(const Library& next, std::span<const LiveState> live);

}  // namespace tongxin::pack

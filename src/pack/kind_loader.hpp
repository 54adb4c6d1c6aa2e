// Inside the loader: one kind's file to a Kind.
#pragma once
#include <map>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "pack/model.hpp"
#include "pack/vocabulary.hpp"
#include "pack/yaml.hpp"

namespace tongxin::pack::inside {

// The names in a kind's file, read before anything is compiled, so that kinds can speak of each other.
struct Outline {
  std::string kind, pack, file;
  std::vector<std::string> states, actions, deadlines, counts, rates, fields;
  std::vector<std::pair<std::string, FieldType>> open_fields;  // those that are not private, as other kinds see them
  std::vector<std::string> relations;  // reporter, holder, …, and every role that an effect gives a participant
};

struct KindDocument {
  Node node;
  Outline outline;
};

struct LoaderContext {
  Library& library;
  std::vector<Complaint>& complaints;
  std::map<std::string, const EffectSignature*, std::less<>> effects;
  std::map<std::string, const Outline*, std::less<>> kinds;
  std::span<const AspectWords> aspects;
};

Outline read_outline(const Node& node, const std::string& pack);
std::unique_ptr<Kind> read_kind(const KindDocument& document, LoaderContext& context);
// What an effect's texts name: fields of the record or of a child, actions of another record, participants, limits.
void check_names(const Kind& kind, const Outline& outline, const EffectSignature& signature, const Node& node,
                 LoaderContext& context);
std::vector<std::string> relations_of(const Node& kind);
// The section `open311` of a kind that is otherwise complete.
std::optional<Offer> read_offer(const Kind& kind, const Outline& outline, const Node& node,
                                std::vector<Complaint>& complaints);
// Reachability, ways out, deadlines that climb. Complains at the kind's file.
void prove_flow(const Kind& kind, const Node& node, std::vector<Complaint>& complaints);

// "state 'solvd' does not exist; did you mean 'solved'?"
Complaint unknown_name(const std::string& at, const Words& what, const std::string& name,
                       const std::vector<std::string>& known);

}  // namespace tongxin::pack::inside

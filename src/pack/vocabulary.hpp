// What packs may say beyond a kind's own words: the effects of the engine and, of each aspect, its effects, its facts and its
// blocks of YAML. The loader knows no aspect by name; it checks packs against what stands here.
//
// An aspect's block in pack.yaml (key `pack_block`) or in a kind (key `kind_block`) is read by the aspect itself, as strictly
// as the loader reads its own: with a Reader, complaints at file:line:column. What comes out is kept by the aspect's name in
// Library::aspects or Kind::aspects, and only the aspect looks into it.
#pragma once
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "pack/model.hpp"
#include "pack/yaml.hpp"

namespace tongxin::pack {

// What an aspect may ask about the names of the kind whose block it reads. A name that does not exist is complained of at the
// node. Actions are known by their place in Kind::actions.
class KindNames {
 public:
  virtual ~KindNames() = default;
  virtual std::optional<Expression> expression(const Node* node, std::optional<Type> wanted) = 0;  // null: none
  virtual WhoList who(const std::vector<Node>& list) = 0;
  virtual std::vector<bool> states(const Node* node) = 0;  // a name or a list of names; by state
  virtual int action(const Node& node) = 0;                // -1: there is none
  virtual int system_action(const Node& node) = 0;         // one that the clock takes: open to `system`
  virtual const Field* field(const Node& node) = 0;        // of the kind's form
  virtual Form form(const Node& node) = 0;                 // fields, as in the kind's own form
  virtual void check_calendar(const Node& node) = 0;
  virtual std::vector<std::string> relations() = 0;
};

// What a reader of an aspect may look at.
struct Reading {
  const Library& library;  // of a pack's block: the packs before it; of a kind: everything that pack.yaml files say
  std::vector<Complaint>& complaints;
  std::string pack;                // where the node stands
  const Kind* kind = nullptr;      // inside a kind: its head, form and states; its actions only when the block is read
  const Node* document = nullptr;  // inside a kind: the whole file
  KindNames* names = nullptr;      // inside a kind, when its block is read
};

// A name that conditions may use, beside the facts of every record.
struct AspectFact {
  std::string name;  // "ledger.points.balance"
  Type type{};
  Words label;
};

struct AspectWords {
  std::string name;  // "ledger"
  std::vector<EffectSignature> effects;
  std::string pack_block, kind_block;  // keys; empty: none
  // Called once per pack that has the block, with what the packs before it gave (null at first); hands back the whole.
  std::function<std::shared_ptr<const void>(const Node&, std::shared_ptr<const void>, Reading&)> read_pack;
  std::function<std::shared_ptr<const void>(const Node&, Reading&)> read_kind;
  // The facts that this kind may use. Called before the kind's conditions are compiled.
  std::function<std::vector<AspectFact>(const Reading&)> facts;
  // Looks at each kind's whole file when it has been read, for what only shows there.
  std::function<void(const Node& document, const Kind&, Reading&)> check_kind;
};

struct Vocabulary {
  std::vector<EffectSignature> effects;  // the engine's own
  std::vector<AspectWords> aspects;
};

// Complains of a name that is not among the known ones, with the one that was probably meant.
void check_name(const Node& node, const std::string& name, const std::vector<std::string>& known, const Words& what,
                std::vector<Complaint>& complaints);

}  // namespace tongxin::pack

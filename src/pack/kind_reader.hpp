// Inside the loader: reads one kind's file, a method per section, in the order of the file. The methods stand in
// kind_loader.cpp (head, states, rights), kind_forms.cpp, kind_actions.cpp and kind_counts.cpp (deadlines, counts).
#pragma once
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "pack/facts.hpp"
#include "pack/kind_loader.hpp"

namespace tongxin::pack::inside {

class KindReader {
 public:
  KindReader(const KindDocument& document, LoaderContext& context)
      : document_(document),
        node_(document.node),
        outline_(document.outline),
        context_(context),
        kind_(std::make_unique<Kind>()) {}

  std::unique_ptr<Kind> read();

 private:
  class Answers;  // what aspects may ask (kind_names.cpp)
  using FieldNodes = std::vector<std::pair<std::size_t, const Node*>>;

  // ── names ──
  int find(const Node& node, const std::string& name, const std::vector<std::string>& known, const Words& what);
  int find_state(const Node& node);
  std::vector<const Node*> one_or_many(const Node* node);
  std::vector<bool> marks(const Node* node, const std::vector<std::string>& known, const Words& what);
  void check_role(const Node& node, const std::string& role);
  void complain(const Node& node, const char* code, Words say);
  std::optional<Expression> expression(const Node* node, const Scope& scope, std::optional<Type> wanted = Type::flag);

  // ── head ──
  void read_head(Reader& reader);

  // ── forms ──
  FieldNodes read_form(const std::vector<Node::Entry>& entries, Form& form);
  Field read_field(const Node::Entry& entry);
  // `of: goods`: the record must be of that kind, and its fields are facts here.
  void read_of(Reader& reader, Field& field);
  FieldType read_type(Reader& reader);
  boost::json::value literal(const Node& node);
  // Second pass: conditions may name any field of the form.
  void finish_form(const FieldNodes& nodes, Form& form, const Scope& scope);
  void read_title(Reader& reader);

  // ── states ──
  void read_states(Reader& reader);

  // ── actions ──
  void read_create(Reader& reader);
  Action read_action(const std::string& name, const Node& node);
  std::vector<bool> read_from(Reader& reader);
  // What creation and every other action share: to, who, guard, effects.
  void read_body(Reader& reader, Action& action, const Scope& scope);
  Target read_target(const Node& node, const Scope& scope);
  Guard read_guard(const Node& node, const Scope& scope);
  WhoList read_who(const std::vector<Node>& nodes, const Scope& scope);
  Who read_one_who(const Node& node, const Scope& scope);

  // ── effects ──
  Effect read_effect(const Node& node, const Scope& scope);
  void read_arguments(Effect& effect, const EffectSignature& signature, const Node& node, const Scope& scope);
  Argument read_argument(const ArgumentSignature& signature, const Node& node, const Scope& scope);
  void check_level(const Node& node);
  void check_kind(const Node& node);

  // ── deadlines ──
  void read_deadlines(Reader& reader);
  LimitRule read_limit(const Node& node, const Deadline& deadline);

  // ── counts and rates ──
  void read_counts(Reader& reader);
  Count read_count(const Node::Entry& entry);
  Rate read_rate(const Node::Entry& entry);
  std::vector<std::pair<double, int>> weighted(const Node& node);

  // ── rights and the rest ──
  void read_rights(Reader& reader);
  void read_rest(Reader& reader);
  // Blocks of aspects, each read by its owner.
  void read_aspects(Reader& reader);

  const KindDocument& document_;
  const Node& node_;
  const Outline& outline_;
  LoaderContext& context_;
  std::unique_ptr<Kind> kind_;
  Scope scope_;
  Reading* reading_ = nullptr;  // during read()
  std::shared_ptr<KindNames> answers();
};

}  // namespace tongxin::pack::inside

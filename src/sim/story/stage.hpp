// The stage on which one story plays: a realm of its own, a clock that moves when the story says so, and the names by which
// the story speaks of people, places, organisations and records. Steps (steps.hpp) are functions on it. Inside sim/.
#pragma once
#include <initializer_list>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json.hpp>

#include "pack/yaml.hpp"
#include "people/doing.hpp"
#include "record/engine.hpp"
#include "sim/fixture.hpp"
#include "sim/story.hpp"

namespace tongxin::sim::story {

using pack::Node;

// A wrong expectation, or a step that cannot be read: kept as a failure at its place; the story goes on.
struct Wrong {
  const Node& at;
  Words say;
};

struct Stage {
  Stage(store::Store& on, std::shared_ptr<const pack::Library> with, std::uint64_t seed);

  store::Store& store;
  const std::shared_ptr<const pack::Library> library;
  ManualClock clock;
  IdSource ids;
  people::Vault vault;
  record::Worlds worlds;
  record::Engine engine;
  RealmId realm;
  Names names;
  std::map<std::string, RecordId, std::less<>> records;
  std::map<std::string, std::string, std::less<>> codes;  // follow codes of saved records

  // ── time ──
  Day today() const { return day_of(clock.now()); }
  void run_until(Time until);  // wakes everything that is due on the way

  // ── names to things; Wrong at the node when there is no such thing ──
  PersonId person(const Node& node) const;
  OrgId org(const Node& node) const;
  AreaId area(const Node& node) const;
  RecordId record_of(const Node& node, const char* key) const;
  const pack::Kind& kind_of(const Node& node) const;
  Day day_or(const Node& node, const char* key, Day otherwise) const;
  // `as:` of a step. `code:x` is whoever holds the follow code that came with x: found by the code, as a stranger would.
  record::Actor actor_of(const Node& node);
  // A form as people write it: names of people, organisations, places and saved records instead of ids.
  boost::json::object form(store::Tx& tx, const pack::Form& described, const Node* node);

  // ── things to names ──
  std::string code_of(OrgId id) const;
  std::string alias_of(PersonId id) const;
  std::string area_code(AreaId id) const;
  std::string saved_name(RecordId id) const;
  std::string level_of(AreaId id);
  std::string field_text(const boost::json::object& data, const std::string& name) const;

  record::Record load(RecordId id);
  people::Doing doing() { return {realm, {}, clock.now(), ids, "story", {}}; }

  // Runs a change and compares with the step's `refused: code` and `says: part of the sentence`.
  template <class F>
  void change(const Node& step, F&& run) {
    try {
      run();
    } catch (const Fault& fault) {
      return compare_refusal(step, fault);
    }
    if (const Node* refused = step.find("refused"))
      throw Wrong{*refused,
                  words("应被拒绝（{}），却成功了", "should be refused ({}), yet it succeeded", refused->text)};
  }

 private:
  static void compare_refusal(const Node& step,
                              const Fault& fault);  // inside a handler: rethrows what the step did not expect
  boost::json::value value(store::Tx& tx, const pack::Field& field, const Node& node);
  boost::json::value single(const pack::Field& field, const Node& node) const;
};

// ── reading nodes, comparing ──
std::string text_of(const Node& node, const char* key, const std::string& otherwise = {});
void check_keys(const Node& step, std::initializer_list<std::string_view> known);
void same(const Node& wanted, const std::string& is);
void same_list(const Node& wanted, std::vector<std::string> is);  // in any order
void near(const Node& wanted, double value);

}  // namespace tongxin::sim::story

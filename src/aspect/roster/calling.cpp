#include "aspect/roster/calling.hpp"

#include <algorithm>

#include "aspect/roster/roster.hpp"
#include "record/with_role.hpp"

namespace tongxin::aspect::roster {
namespace {

using record::Change;

constexpr std::size_t kMostAsked = 1000, kMostCalled = 200;  // a grid has dozens

bool can_do(Change& change, PersonId person, const std::vector<std::string>& wanted) {
  const auto skills = skills_of(change.tx, change.realm, person, change.today());  // in order
  return std::ranges::all_of(wanted, [&](const std::string& each) { return std::ranges::binary_search(skills, each); });
}

void check_role(const pack::Node& arguments, pack::Reading& reading) {
  const pack::Node* role = arguments.find("role");
  if (role == nullptr) return;
  std::vector<std::string> known;
  for (const pack::Named& each : reading.library.roles) known.push_back(each.name);
  pack::check_name(*role, role->text, known, {"角色", "role"}, reading.complaints);
}

}  // namespace

pack::EffectSignature call_skilled_signature() {
  using K = pack::ArgumentKind;
  return {
      "call_skilled",
      {{"role", K::text, true}, {"skills", K::expression, true}, {"say", K::words, true}},
      "Tells those who hold a role at the place and have said that they can do all of the skills; all with the role "
      "when nobody can.",
      check_role};
}

void call_skilled(Change& change, const pack::Effect& effect) {
  const Words text = record::about_record(change, effect.find("say")->words);
  const std::vector<std::string> wanted = change.texts(*effect.find("skills")->expression);
  std::vector<PersonId> all, able;
  record::each_with_role_here(change, effect.find("role")->text, [&](PersonId person) {
    all.push_back(person);
    return all.size() < kMostAsked;
  });
  if (!wanted.empty())
    std::ranges::copy_if(all, std::back_inserter(able),
                         [&](PersonId person) { return can_do(change, person, wanted); });
  std::size_t called = 0;
  for (const PersonId person : able.empty() ? all : able)
    if (called++ < kMostCalled) change.tell(person, text);
}

}  // namespace tongxin::aspect::roster

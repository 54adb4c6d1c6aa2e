// `roster:` of a kind: who does duty for its records, and by which rules; `skills:` of a pack.yaml: what people can do.
//
//   roster:
//     takes: [{relation: warden}]              # who may take a turn; asked for the one who shall serve
//     organises: [{role: [x], at: place}]      # who places others, substitutes, marks absence, passes a limit with a reason
//     slots:
//       guard: {name: {…}, on: night, need: 2, skills: [boat], waiting: 5}   # `on`: the plan whose occasions it serves
//     pool: [warden]                           # participants or roles from whom the clock fills
//     fill: 3 natural_days                     # so long before the beginning the clock fills what is empty, fairly
//     rest: 8 natural_hours                    # between two turns of one person, on any duty
//     most: 12 natural_hours                   # of one person in one day, on any duty
//     closes: 2 natural_hours                  # so long before the beginning nobody leaves without the organiser
//     empty: {before: 1 natural_day, action: flag_empty}
//     absent: {after: 30 natural_minutes, action: on_absent}   # nobody checked in
//
// Actions that the clock takes are given those of these values that their form asks for: slot (text), post, day, starts,
// ends, missing (number), person (of an absent one).
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "pack/vocabulary.hpp"

namespace tongxin::aspect::roster {

struct Post {
  std::string name;
  Words label;
  std::string plan;  // empty: slots are opened by an effect or by hand
  int need = 1, waiting = 0;
  std::vector<std::string> skills;
};

struct Section {
  pack::WhoList takes, organises;
  std::vector<Post> posts;
  std::vector<std::string> pool;
  std::optional<milliseconds> fill, most, empty_before, absent_after;
  milliseconds rest{}, closes{};
  int empty_action = -1, absent_action = -1;
  const Post* find(std::string_view name) const;
};

struct Skills {  // Library::aspects["roster"]
  std::vector<pack::Named> list;
};

std::shared_ptr<const void> read_section(const pack::Node& node, pack::Reading& reading);
std::shared_ptr<const void> read_skills(const pack::Node& node, std::shared_ptr<const void> former,
                                        pack::Reading& reading);
std::vector<pack::AspectFact> facts(const pack::Reading& reading);

}  // namespace tongxin::aspect::roster

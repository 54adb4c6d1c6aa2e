// The steps that stories are made of (docs/stories.md), by name. Each file adds its own. Inside sim/.
#pragma once
#include <map>
#include <string>

#include "sim/story/stage.hpp"

namespace tongxin::sim::story {

// Given the whole step; its own node is step.find(name).
using Step = void (*)(Stage&, const Node&);
using Steps = std::map<std::string, Step, std::less<>>;

void add_change_steps(Steps& steps);        // create, act, wait, plates, private parts
void add_look_steps(Steps& steps);          // expect, list, may, sees, messages
void add_figure_steps(Steps& steps);        // figures and the records behind them
void add_organisation_steps(Steps& steps);  // posts, responsibility, places
void add_ledger_steps(Steps& steps);        // balances, statements, postings by name
void add_link_steps(Steps& steps);          // standing bonds
void add_duty_steps(Steps& steps);          // occasions, rosters, check-ins, quotas

}  // namespace tongxin::sim::story

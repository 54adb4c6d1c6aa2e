// A synthetic city that lives through the engine: residents, patrols and the hotline raise matters; staff, who keep office
// hours and differ in diligence, accept, fix on the spot, dispatch, pass up, are late, answer; residents rate, reopen, follow;
// the clock warns, climbs and closes. Nothing is written past the engine.
//
// One seed gives one history to the byte, on either engine: CityReport::history is a digest over the ends of all chains.
#pragma once
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "sim/district.hpp"
#include "sim/scene.hpp"

namespace tongxin::sim {

// Something else that happens at its time, between what the city does by itself.
struct Errand {
  Time at{};
  std::function<void()> job;
};

struct CityOptions {
  Time until{};  // the scene's clock is where it begins
  double matters_per_day = 12;
  std::function<void(Day, int matters)> progress;  // at the end of each simulated day
  std::vector<Errand> errands;
  std::function<void()> after_step = {};  // after each thing that somebody did, and what the clock did before it
};

struct CityReport {
  int matters = 0, actions = 0, woken = 0;
  std::map<std::string, int> refusals;  // what people tried and were refused, and how often
  std::string history;                  // 64 hex digits
};

CityReport live(Scene& scene, const District& district, const CityOptions& options);

// The digest over the chains of a realm's records, in the order of their ids.
std::string history_of(store::Store& store, RealmId realm);

}  // namespace tongxin::sim

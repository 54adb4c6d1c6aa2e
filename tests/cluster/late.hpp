// The world of the nodes, and records whose deadlines have passed before anybody looked.
#pragma once
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "torture/world.hpp"

namespace tongxin::cluster {

// What the clock did to one record: each action and how often, and how many messages and timers it left.
using History = std::map<std::string, int>;
std::string to_text(const History& history);

struct Prepared {
  torture::World world;
  std::map<std::string, std::string> people;  // by name in the world of stories
  std::string team, grid, today;
  std::string key_file;
  History late;  // of one record that one clock alone has woken
};
// Fills an empty database; keeps what it made beside the key file.
void prepare(const std::string& url, const std::string& key_file);
Prepared read_prepared(const std::string& key_file);

// Raised a month ago, all alike.
std::vector<std::string> raise_late(const Prepared& prepared, const std::string& url, int count);
// What became of them, when nothing is due any more; empty when `until` gave up.
std::vector<History> histories(const Prepared& prepared, const std::string& url,
                               const std::vector<std::string>& records,
                               const std::function<bool(const std::function<bool()>&)>& until);

}  // namespace tongxin::cluster

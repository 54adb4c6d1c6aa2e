// A whole demo installation: realm, district, accounts to sign in with, printed codes and some months of life.
#pragma once
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "record/realm.hpp"
#include "sim/city.hpp"
#include "store/files.hpp"

namespace tongxin::sim {

struct DemoOptions {
  std::uint64_t seed = 1;
  Day from = 0;  // the first simulated day
  Time until{};  // life ends here: not later than now, or new records would be older than these
  Size size = Size::street;
  std::string street = "清河街道";
  double matters_per_day = 12;
  bool accounts = true;
  std::function<void(Day, int matters)> progress;
  std::function<void()> after_step = {};  // of the city (city.hpp)
};

struct DemoAccount {
  std::string login, password;
  std::string name;  // 陈桂兰
  Words who, try_this;
};

struct Demo {
  record::Realm realm;
  int communities = 0, grids = 0, buildings = 0, orgs = 0, staff = 0, residents = 0;
  std::vector<DemoAccount> accounts;
  std::vector<std::pair<std::string, std::string>> codes;  // some plates: code, where it hangs
  CityReport city;
};

// Into a store whose migrations are done and that holds no realm yet: Fault(conflict) otherwise. `files` may be null: then the
// matters have no photos.
Demo make_demo(store::Store& store, store::Files* files, std::shared_ptr<const pack::Library> library,
               const people::Vault& vault, const DemoOptions& options);

}  // namespace tongxin::sim

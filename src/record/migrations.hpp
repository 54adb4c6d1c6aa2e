// All tables of the program, in the order of their numbers.
#pragma once
#include <iterator>
#include <span>
#include <vector>

#include "people/outside_schema.hpp"
#include "people/schema.hpp"
#include "place/schema.hpp"
#include "record/calendar_schema.hpp"
#include "record/day_schema.hpp"
#include "record/exchange_schema.hpp"
#include "record/files_schema.hpp"
#include "record/node_schema.hpp"
#include "record/outside_schema.hpp"
#include "record/schema.hpp"
#include "send/schema.hpp"
#include "store/store.hpp"

namespace tongxin::record {

inline std::span<const store::Migration> all_migrations() {
  static const std::vector<store::Migration> kAll = [] {
    std::vector<store::Migration> all;
    const auto add = [&](const auto& list) { all.insert(all.end(), std::begin(list), std::end(list)); };
    add(place::kMigrations);
    add(people::kMigrations);
    add(kMigrations);
    add(send::kMigrations);
    add(kOutsideMigrations);
    add(people::kOutsideMigrations);
    add(kDayMigrations);
    add(kExchangeMigrations);
    add(kNodeMigrations);
    add(kCalendarMigrations);
    add(kFileMigrations);
    return all;
  }();
  return kAll;
}

}  // namespace tongxin::record

#include "aspect/all.hpp"

#include "aspect/calculation/calculation.hpp"
#include "aspect/checkin/checkin.hpp"
#include "aspect/ledger/ledger.hpp"
#include "aspect/links/links.hpp"
#include "aspect/quota/quota.hpp"
#include "aspect/roster/roster.hpp"
#include "aspect/schedule/schedule.hpp"
#include "record/migrations.hpp"

namespace tongxin::aspect {

std::span<const record::Aspect> all() {
  static const std::vector<record::Aspect> kAll{calculation::aspect(), ledger::aspect(), schedule::aspect(),
                                                quota::aspect(),       roster::aspect(), checkin::aspect(),
                                                links::aspect()};
  return kAll;
}

const pack::Vocabulary& vocabulary() {
  static const pack::Vocabulary kVocabulary = [] {
    pack::Vocabulary words{{record::Engine::effects().begin(), record::Engine::effects().end()}, {}};
    for (const record::Aspect& each : all()) words.aspects.push_back(each.words);
    return words;
  }();
  return kVocabulary;
}

std::span<const store::Migration> all_migrations() {
  static const std::vector<store::Migration> kAll = [] {
    const auto house = record::all_migrations();
    std::vector<store::Migration> tables(house.begin(), house.end());
    for (const record::Aspect& each : all())
      tables.insert(tables.end(), each.migrations.begin(), each.migrations.end());
    return tables;
  }();
  return kAll;
}

}  // namespace tongxin::aspect

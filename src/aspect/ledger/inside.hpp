// Inside the ledger: what its files share.
#pragma once
#include "aspect/ledger/operations.hpp"
#include "aspect/ledger/types.hpp"
#include "pack/vocabulary.hpp"
#include "record/aspect.hpp"
#include "record/change.hpp"

namespace tongxin::ledger::inside {

// packs.cpp
std::shared_ptr<const void> read_ledgers(const pack::Node& block, std::shared_ptr<const void> so_far,
                                         pack::Reading& reading);
std::vector<pack::EffectSignature> signatures();
std::vector<pack::AspectFact> facts_of(const pack::Reading& reading);
// effects.cpp
std::map<std::string, record::EffectHandler, std::less<>> handlers();
pack::Value fact(record::Change& change, const pack::Fact& fact);
// verify.cpp
void verify(store::Store& store, record::Worlds& worlds, RealmId realm, const record::FindingSink& find);

// ── G5: points buy goods or thanks, and nothing else (rules.cpp) ──
// What a rule may not speak of: an opinion, a petition, relief, a school place … The word that was found, and why not.
struct Forbidden {
  std::string word;
  Words why;
};
std::optional<Forbidden> forbidden_in(std::string_view text);
// A whole kind that posts points: its words, and what its effects and lists may not do.
void check_points_kind(const pack::Node& document, const pack::Kind& kind, pack::Reading& reading);

}  // namespace tongxin::ledger::inside

// What an aspect brings to the house: the words that packs may use, what they do, its tables, and how it is proved.
//
// An aspect is a folder src/aspect/<name>/ that never includes another aspect: types, schema and statements, operations (free
// functions that take a store::Tx and plain values), and one function that describes it as below. src/aspect/all.cpp lists
// them; nothing else in the house knows one by name, except its own routes (serve/) and screens.
#pragma once
#include <functional>
#include <map>
#include <span>

#include "pack/vocabulary.hpp"
#include "record/engine.hpp"
#include "record/world.hpp"
#include "store/store.hpp"

namespace tongxin::record {

// what: "ledger", "roster"…; where: an account, a slot, a record's number.
using FindingSink = std::function<void(const char* what, std::string where, Words say)>;

struct Aspect {
  pack::AspectWords words;
  std::map<std::string, EffectHandler, std::less<>> effects;  // each has its signature in words.effects
  FactReader fact;                                            // may be empty
  std::span<const store::Migration> migrations;
  // What `tongxin verify` asks of it. Pages through its tables by itself, in read transactions of its own.
  std::function<void(store::Store&, Worlds&, RealmId, const FindingSink&)> verify;
};

}  // namespace tongxin::record

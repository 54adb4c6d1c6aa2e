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

// An alarm of an aspect rings (Engine::set_alarm): "<aspect>.…" of this record. It is over; whoever wants another sets it.
struct Ring {
  Engine& engine;
  store::Tx& tx;
  RealmId realm;
  const Record& record;
  Time now;
};

struct Aspect {
  pack::AspectWords words;
  std::map<std::string, EffectHandler, std::less<>> effects;  // each has its signature in words.effects
  FactReader fact;                                            // may be empty
  // After the effects of a change, when the new state stands in change.record and nothing is written yet. May be empty.
  std::function<void(Change&)> settle;
  // May be empty. In the transaction of the clock; may take actions on the record.
  std::function<void(const Ring&)> ring;
  // What aspects say to each other without knowing each other (Engine::tell), and what the engine says: erase.private,
  // erase.all. The change may be one that is only looked at: handlers write their own rows and set alarms.
  std::map<std::string, std::function<void(Change&, const boost::json::object&)>, std::less<>> hears;
  std::span<const store::Migration> migrations;
  // What `tongxin verify` asks of it. Pages through its tables by itself, in read transactions of its own.
  std::function<void(store::Store&, Worlds&, RealmId, const FindingSink&)> verify;
};

}  // namespace tongxin::record

// Rules: small calculations in Lua 5.4 that come with a pack (relief amounts, scores), in a sandbox.
//
//   rules/relief.lua:   function relief(input) return {amount = input.persons * 65000} end
//                       examples = { {input = {persons = 2}, output = {amount = 130000}} }
//
// Every global function of a file is a rule, called "file.function", or just "file" where both names are the same. It
// takes one value and returns one: JSON objects and lists become tables, integers stay integers. A null in a list is the
// global `null`; a null in an object is an absent key. An empty table is an object; list{} makes an empty list. An
// example belongs to the file's rule of the same name unless it says rule = "name"; refused = true expects a refusal.
//
// A rule is a function of its input: it cannot read a clock, chance, a file or another rule's memory. Globals, library
// tables and tables made while the file loads are frozen, `pairs` goes in sorted order, and a rule that changes a local
// of its file is told so. Hence results are replayable and states may be reused.
//
// At hand: math (without random), utf8, string.len sub byte upper lower find (plain) split rep, table.insert (append)
// remove (last) unpack, type tonumber tostring (no tables) ipairs pairs select assert error list null, and
// refuse(zh, en), which ends the request with a reason for the reader. Everything else is absent: patterns, format, load,
// pcall, metatables, coroutines, io, os, debug; each of them stopped a server in trials (see docs/decisions.md).
//
// Limits hold for every call and for loading. Faults of call(): not_now for refuse(); internal for a rule's error or a
// limit, with one complaint at "rules/relief.lua:12" (code rule or limit). Thread-safe; each call borrows an idle state.
#pragma once
#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json/value.hpp>

#include "base/fault.hpp"

namespace tongxin::pack {

struct RuleLimits {
  std::size_t memory_bytes = 1 << 20;  // beyond what the loaded rules need
  long instructions = 200'000;
  std::chrono::milliseconds time{20};  // seen every 250 instructions
};

struct RuleFile {
  std::string name;  // "packs/relief/rules/relief.lua"
  std::string text;
};

class RuleSet {
 public:
  using SteadyClock = std::function<std::chrono::nanoseconds()>;  // only ever compared with itself

  // Throws Fault(invalid) with a complaint per file that does not load.
  explicit RuleSet(std::vector<RuleFile> files, RuleLimits limits = {}, SteadyClock clock = {});
  ~RuleSet();
  RuleSet(RuleSet&&) noexcept;
  RuleSet& operator=(RuleSet&&) noexcept;

  std::vector<std::string> rules() const;
  bool has(std::string_view rule) const;
  boost::json::value call(std::string_view rule, const boost::json::value& input) const;

  // Runs every example; a complaint for each that comes out otherwise, and for each file of rules that has none.
  std::vector<Complaint> check_examples() const;

 private:
  struct Inside;
  std::unique_ptr<Inside> inside_;
};

}  // namespace tongxin::pack

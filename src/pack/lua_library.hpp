// The whitelist of functions that rules may call, and the conversion between JSON and Lua. Only lua*.cpp include this.
//
// Lua reports errors with longjmp, which skips destructors: functions here that may raise keep no C++ object with one.
#pragma once
#include <boost/json/value.hpp>

#include <lua.hpp>

namespace tongxin::pack {

inline constexpr const char* kListMark = "tongxin.list";    // metatable of tables that are lists even when empty
inline constexpr const char* kRefusal = "tongxin.refusal";  // metatable of the error that refuse() raises

// May raise; call only in protected mode. Leaves the environment's content as one table on the stack, and gives strings
// their methods.
void push_library(lua_State* state);
// Makes a table and all that it reaches unchangeable (table at the top of the stack; stays there). May raise.
void freeze(lua_State* state);

void push_json(lua_State* state, const boost::json::value& value, int depth = 0);  // may raise
// What reading may still take: a table that holds one big text a thousand times is small in Lua, and not in JSON.
struct JsonBudget {
  const char* why = nullptr;  // what JSON cannot say: a function, mixed keys, too much
  int values = 20'000;
  std::size_t bytes = 4 << 20;
};
// Never raises (outside of a memory limit). False, with a reason, where the value cannot become JSON.
bool read_json(lua_State* state, int index, boost::json::value& value, JsonBudget& budget, int depth = 0);

}  // namespace tongxin::pack

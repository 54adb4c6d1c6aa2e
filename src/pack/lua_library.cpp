#include "pack/lua_library.hpp"

#include <boost/json.hpp>
#include <cmath>

namespace tongxin::pack {
namespace {

namespace json = boost::json;
constexpr int kDepthMax = 24;
constexpr const char* kFrozen = "tongxin.frozen";  // registry: proxy -> hidden content

// ---- functions of our own ----

int own_tostring(lua_State* state) {
  luaL_checkany(state, 1);
  switch (lua_type(state, 1)) {
    case LUA_TNIL: lua_pushliteral(state, "nil"); return 1;
    case LUA_TBOOLEAN: lua_pushstring(state, lua_toboolean(state, 1) ? "true" : "false"); return 1;
    case LUA_TNUMBER: lua_pushvalue(state, 1), lua_tolstring(state, -1, nullptr); return 1;
    case LUA_TSTRING: lua_pushvalue(state, 1); return 1;
    default: return luaL_error(state, "tostring takes numbers, texts and flags, not a %s", luaL_typename(state, 1));
  }
}

int own_error(lua_State* state) { return luaL_error(state, "%s", luaL_checkstring(state, 1)); }

int own_assert(lua_State* state) {
  luaL_checkany(state, 1);
  if (lua_toboolean(state, 1)) return lua_gettop(state);
  return luaL_error(state, "%s", luaL_optstring(state, 2, "assertion failed"));
}

int refuse(lua_State* state) {
  luaL_checkstring(state, 1);
  if (lua_isnoneornil(state, 2)) lua_settop(state, 1), lua_pushvalue(state, 1);
  luaL_checkstring(state, 2);
  lua_createtable(state, 2, 0);
  for (int i = 1; i <= 2; ++i) lua_pushvalue(state, i), lua_rawseti(state, -2, i);
  luaL_setmetatable(state, kRefusal);
  return lua_error(state);
}

int list(lua_State* state) {
  if (lua_isnoneornil(state, 1)) lua_settop(state, 0), lua_createtable(state, 0, 0);
  luaL_checktype(state, 1, LUA_TTABLE);
  lua_settop(state, 1);
  luaL_setmetatable(state, kListMark);
  return 1;
}

// find(text, part, from): where part stands in text, taken literally.
int find(lua_State* state) {
  std::size_t size = 0, part_size = 0;
  const char* text = luaL_checklstring(state, 1, &size);
  const char* part = luaL_checklstring(state, 2, &part_size);
  lua_Integer from = luaL_optinteger(state, 3, 1);
  if (from < 0) from = std::max<lua_Integer>(1, lua_Integer(size) + from + 1);
  if (from == 0) from = 1;
  if (from > lua_Integer(size) + 1) return luaL_pushfail(state), 1;
  const auto at = std::string_view(text, size).find(std::string_view(part, part_size), std::size_t(from - 1));
  if (at == std::string_view::npos) return luaL_pushfail(state), 1;
  lua_pushinteger(state, lua_Integer(at) + 1);
  lua_pushinteger(state, lua_Integer(at + part_size));
  return 2;
}

int split(lua_State* state) {
  std::size_t size = 0, by_size = 0;
  const char* text = luaL_checklstring(state, 1, &size);
  const char* by = luaL_checklstring(state, 2, &by_size);
  luaL_argcheck(state, by_size > 0, 2, "must not be empty");
  lua_createtable(state, 0, 0);
  luaL_setmetatable(state, kListMark);
  std::string_view rest(text, size);
  for (lua_Integer i = 1;; ++i) {
    const auto at = rest.find(std::string_view(by, by_size));
    const std::string_view piece = rest.substr(0, at);
    lua_pushlstring(state, piece.data(), piece.size());
    lua_rawseti(state, -2, i);
    if (at == std::string_view::npos) return 1;
    rest.remove_prefix(at + by_size);
  }
}

int rep(lua_State* state) {
  std::size_t size = 0;
  const char* text = luaL_checklstring(state, 1, &size);
  const lua_Integer count = luaL_checkinteger(state, 2);
  if (size == 0 || count <= 0) return lua_pushliteral(state, ""), 1;
  constexpr lua_Integer kBytesMax = 1 << 20;
  if (count > kBytesMax / lua_Integer(size)) return luaL_error(state, "rep would make more than 1 MiB of text");
  luaL_Buffer buffer;
  char* out = luaL_buffinitsize(state, &buffer, size * std::size_t(count));
  for (lua_Integer i = 0; i < count; ++i) std::memcpy(out + std::size_t(i) * size, text, size);
  luaL_pushresultsize(&buffer, size * std::size_t(count));
  return 1;
}

int append(lua_State* state) {
  luaL_checktype(state, 1, LUA_TTABLE);
  if (lua_gettop(state) != 2) return luaL_error(state, "table.insert only appends: table.insert(list, value)");
  lua_seti(state, 1, luaL_len(state, 1) + 1);
  return 0;
}

int remove_last(lua_State* state) {
  luaL_checktype(state, 1, LUA_TTABLE);
  if (lua_gettop(state) != 1) return luaL_error(state, "table.remove only takes the last: table.remove(list)");
  const lua_Integer size = luaL_len(state, 1);
  if (size == 0) return luaL_pushfail(state), 1;
  lua_geti(state, 1, size);
  lua_pushnil(state);
  lua_seti(state, 1, size);
  return 1;
}

// ---- pairs in an order that never changes ----

struct Key {
  bool text;
  long double number;  // holds every 64-bit integer and every double exactly
  const char* bytes;
  std::size_t size;
  lua_Integer index;  // in the table of keys
  bool operator<(const Key& other) const {
    if (text != other.text) return !text;
    return text ? std::string_view(bytes, size) < std::string_view(other.bytes, other.size) : number < other.number;
  }
};

// Replaces a frozen table at this index by what it hides.
void look_behind(lua_State* state, int index) {
  lua_getfield(state, LUA_REGISTRYINDEX, kFrozen);
  lua_pushvalue(state, index);
  if (lua_rawget(state, -2) == LUA_TTABLE)
    lua_replace(state, index);
  else
    lua_pop(state, 1);
  lua_pop(state, 1);
}

int next_pair(lua_State* state) {
  for (;;) {
    const lua_Integer at = lua_tointeger(state, lua_upvalueindex(3)) + 1;
    lua_pushinteger(state, at);
    lua_replace(state, lua_upvalueindex(3));
    if (lua_rawgeti(state, lua_upvalueindex(2), at) == LUA_TNIL) return 1;
    lua_pushvalue(state, -1);
    if (lua_rawget(state, lua_upvalueindex(1)) != LUA_TNIL) return 2;  // not if it was removed meanwhile
    lua_settop(state, 0);
  }
}

int sorted_pairs(lua_State* state) {
  luaL_checktype(state, 1, LUA_TTABLE);
  lua_settop(state, 1);
  look_behind(state, 1);
  lua_createtable(state, 0, 0);  // 2: keys as they come, so that they stay alive
  lua_Integer count = 0;
  for (lua_pushnil(state); lua_next(state, 1) != 0; lua_pop(state, 1)) {
    const int type = lua_type(state, -2);
    if (type != LUA_TNUMBER && type != LUA_TSTRING)
      return luaL_error(state, "pairs takes keys that are numbers or texts");
    lua_pushvalue(state, -2);
    lua_rawseti(state, 2, ++count);
  }
  auto* keys = static_cast<Key*>(lua_newuserdatauv(state, sizeof(Key) * std::size_t(count + 1), 0));  // 3
  for (lua_Integer i = 1; i <= count; ++i) {
    Key key{lua_rawgeti(state, 2, i) == LUA_TSTRING, 0, nullptr, 0, i};
    if (key.text)
      key.bytes = lua_tolstring(state, -1, &key.size);
    else
      key.number =
          lua_isinteger(state, -1) ? static_cast<long double>(lua_tointeger(state, -1)) : lua_tonumber(state, -1);
    keys[i - 1] = key;
    lua_pop(state, 1);
  }
  std::sort(keys, keys + count);
  lua_createtable(state, int(count), 0);  // 4: keys in order
  for (lua_Integer i = 0; i < count; ++i) lua_rawgeti(state, 2, keys[i].index), lua_rawseti(state, 4, i + 1);
  lua_pushvalue(state, 1);
  lua_pushvalue(state, 4);
  lua_pushinteger(state, 0);
  lua_pushcclosure(state, next_pair, 3);
  return 1;
}

// ---- assembling ----

// Copies the named functions of a standard library, opened only here, into the table at the top.
void take(lua_State* state, const char* library, lua_CFunction open, std::initializer_list<const char*> names) {
  luaL_requiref(state, library, open, 0);
  for (const char* name : names) lua_getfield(state, -1, name), lua_setfield(state, -3, name);
  lua_pop(state, 1);
}

void set(lua_State* state, const char* name, lua_CFunction function) {
  lua_pushcfunction(state, function);
  lua_setfield(state, -2, name);
}

int frozen_write(lua_State* state) {
  return luaL_error(state, "a rule cannot change what its file set up (or a global)");
}
int frozen_length(lua_State* state) {
  lua_settop(state, 1);
  look_behind(state, 1);
  lua_pushinteger(state, lua_Integer(lua_rawlen(state, 1)));
  return 1;
}

// Moves the content of the table at `index` behind an empty proxy, itself. May raise.
void hide_content(lua_State* state, int index, bool is_list) {
  lua_createtable(state, 0, 0);
  const int hidden = lua_gettop(state);
  for (lua_pushnil(state); lua_next(state, index) != 0;) {
    lua_pushvalue(state, -2);
    lua_insert(state, -2);
    lua_rawset(state, hidden);
  }
  for (lua_pushnil(state); lua_next(state, hidden) != 0; lua_pop(state, 1)) {
    lua_pushvalue(state, -2);
    lua_pushnil(state);
    lua_rawset(state, index);
  }
  lua_createtable(state, 0, 5);
  lua_pushvalue(state, hidden), lua_setfield(state, -2, "__index");
  set(state, "__newindex", frozen_write);
  set(state, "__len", frozen_length);
  lua_pushboolean(state, is_list), lua_setfield(state, -2, "list");
  lua_setmetatable(state, index);
  lua_getfield(state, LUA_REGISTRYINDEX, kFrozen);
  lua_pushvalue(state, index), lua_pushvalue(state, hidden), lua_rawset(state, -3);
  lua_settop(state, hidden);  // leaves the hidden content at the top
}

void freeze_reached(lua_State* state, int depth);

void freeze_upvalues(lua_State* state, int depth) {
  const int function = lua_gettop(state);
  for (int i = 1; lua_getupvalue(state, function, i) != nullptr; ++i)
    freeze_reached(state, depth + 1), lua_settop(state, function);
}

// Freezes the table or the function's tables at the top of the stack.
void freeze_reached(lua_State* state, int depth) {
  luaL_checkstack(state, 12, "rules are nested too deeply");
  if (depth > 60) luaL_error(state, "tables of this file are nested too deeply");
  const int top = lua_gettop(state), type = lua_type(state, top);
  // A function of C with a state of its own is an iterator kept from pairs: it would remember where it stood.
  if (lua_iscfunction(state, top) && lua_getupvalue(state, top, 1) != nullptr)
    luaL_error(state, "a rule file cannot keep an iterator");
  if (type != LUA_TTABLE && (type != LUA_TFUNCTION || lua_iscfunction(state, top))) return;
  luaL_getsubtable(state, LUA_REGISTRYINDEX, "tongxin.seen");
  lua_pushvalue(state, top);
  const bool seen = lua_rawget(state, -2) != LUA_TNIL;
  lua_pop(state, 1);
  if (!seen) lua_pushvalue(state, top), lua_pushboolean(state, 1), lua_rawset(state, -3);
  lua_settop(state, top);
  if (seen) return;
  if (type == LUA_TFUNCTION) return freeze_upvalues(state, depth);
  bool is_list = false;
  if (lua_getmetatable(state, top))
    is_list = luaL_getmetatable(state, kListMark) == LUA_TTABLE && lua_rawequal(state, -1, -2);
  lua_settop(state, top);
  hide_content(state, top, is_list);
  const int hidden = lua_gettop(state);
  for (lua_pushnil(state); lua_next(state, hidden) != 0; lua_settop(state, hidden + 1))
    freeze_reached(state, depth + 1);
  lua_settop(state, top);
}

}  // namespace

void push_library(lua_State* state) {
  luaL_newmetatable(state, kListMark);
  luaL_newmetatable(state, kRefusal);
  luaL_getsubtable(state, LUA_REGISTRYINDEX, kFrozen);
  lua_pop(state, 3);
  lua_createtable(state, 0, 32);
  take(state, "_G", luaopen_base, {"type", "tonumber", "ipairs", "select"});
  set(state, "tostring", own_tostring), set(state, "error", own_error), set(state, "assert", own_assert);
  set(state, "pairs", sorted_pairs), set(state, "refuse", refuse), set(state, "list", list);
  lua_pushlightuserdata(state, nullptr), lua_setfield(state, -2, "null");

  lua_createtable(state, 0, 32);
  take(state, "math", luaopen_math,
       {"abs",  "acos", "asin", "atan", "ceil",       "cos",  "deg",        "exp",  "floor",
        "fmod", "huge", "log",  "max",  "maxinteger", "min",  "mininteger", "modf", "pi",
        "rad",  "sin",  "sqrt", "tan",  "tointeger",  "type", "ult"});
  lua_setfield(state, -2, "math");
  lua_createtable(state, 0, 8);
  take(state, "utf8", luaopen_utf8, {"char", "codes", "codepoint", "len", "offset"});
  lua_setfield(state, -2, "utf8");
  lua_createtable(state, 0, 4);
  take(state, "table", luaopen_table, {"unpack"});
  set(state, "insert", append), set(state, "remove", remove_last);
  lua_setfield(state, -2, "table");
  lua_createtable(state, 0, 8);
  take(state, "string", luaopen_string, {"len", "sub", "byte", "upper", "lower"});
  set(state, "find", find), set(state, "split", split), set(state, "rep", rep);
  // luaopen_string gave all strings its own table of methods; they get ours, in a metatable nothing else can see.
  lua_pushliteral(state, "");
  lua_createtable(state, 0, 1);
  lua_pushvalue(state, -3), lua_setfield(state, -2, "__index");
  lua_setmetatable(state, -2);
  lua_pop(state, 1);
  lua_setfield(state, -2, "string");
}

void freeze(lua_State* state) { freeze_reached(state, 0); }

void push_json(lua_State* state, const json::value& value, int depth) {
  luaL_checkstack(state, 4, "the input is nested too deeply");
  if (depth > kDepthMax) luaL_error(state, "the input is nested too deeply");
  switch (value.kind()) {
    case json::kind::null: lua_pushlightuserdata(state, nullptr); return;
    case json::kind::bool_: lua_pushboolean(state, value.get_bool()); return;
    case json::kind::int64: lua_pushinteger(state, value.get_int64()); return;
    case json::kind::uint64: lua_pushnumber(state, double(value.get_uint64())); return;
    case json::kind::double_: lua_pushnumber(state, value.get_double()); return;
    case json::kind::string: lua_pushlstring(state, value.get_string().data(), value.get_string().size()); return;
    case json::kind::array: {
      lua_createtable(state, int(value.get_array().size()), 0);
      luaL_setmetatable(state, kListMark);
      lua_Integer at = 0;
      for (const json::value& item : value.get_array()) push_json(state, item, depth + 1), lua_rawseti(state, -2, ++at);
      return;
    }
    case json::kind::object: break;
  }
  lua_createtable(state, 0, int(value.get_object().size()));
  for (const auto& pair : value.get_object()) {
    if (pair.value().is_null()) continue;
    lua_pushlstring(state, pair.key().data(), pair.key().size());
    push_json(state, pair.value(), depth + 1);
    lua_rawset(state, -3);
  }
}

namespace {

bool is_marked_list(lua_State* state, int index) {
  if (!lua_getmetatable(state, index)) return false;
  lua_getfield(state, LUA_REGISTRYINDEX, kListMark);
  const bool marked = lua_rawequal(state, -1, -2);
  lua_pop(state, 1);
  lua_pushliteral(state, "list");
  lua_rawget(state, -2);
  const bool frozen_list = lua_toboolean(state, -1);
  lua_pop(state, 2);
  return marked || frozen_list;
}

bool read_list(lua_State* state, int index, std::size_t size, json::value& value, JsonBudget& budget, int depth) {
  json::array& list = value.emplace_array();
  for (std::size_t i = 1; i <= size; ++i) {
    lua_rawgeti(state, index, lua_Integer(i));
    const bool good = read_json(state, lua_gettop(state), list.emplace_back(nullptr), budget, depth + 1);
    lua_pop(state, 1);
    if (!good) return false;
  }
  return true;
}

bool read_object(lua_State* state, int index, json::value& value, JsonBudget& budget, int depth) {
  json::object& object = value.emplace_object();
  std::vector<std::pair<std::string, json::value>> members;
  for (lua_pushnil(state); lua_next(state, index) != 0; lua_pop(state, 1)) {
    if (lua_type(state, -2) != LUA_TSTRING) {
      budget.why = "a table with both texts and numbers, or gaps, as keys";
      lua_pop(state, 2);
      return false;
    }
    std::size_t size = 0;
    const char* key = lua_tolstring(state, -2, &size);
    if (size > budget.bytes) {
      budget.why = "too much text";
      lua_pop(state, 2);
      return false;
    }
    budget.bytes -= size;
    auto& member = members.emplace_back(std::string(key, size), nullptr);
    if (!read_json(state, lua_gettop(state), member.second, budget, depth + 1)) {
      lua_pop(state, 2);
      return false;
    }
  }
  // Lua's order of keys changes from run to run; the answer's must not.
  std::sort(members.begin(), members.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  for (auto& [key, member] : members) object.emplace(key, std::move(member));
  return true;
}

bool read_table(lua_State* state, int given, json::value& value, JsonBudget& budget, int depth) {
  if (depth > kDepthMax || !lua_checkstack(state, 8)) return budget.why = "a table nested too deeply", false;
  const bool marked = is_marked_list(state, given);
  lua_getfield(state, LUA_REGISTRYINDEX, kFrozen);
  lua_pushvalue(state, given);
  lua_rawget(state, -2);
  lua_remove(state, -2);
  if (!lua_istable(state, -1)) lua_pop(state, 1), lua_pushvalue(state, given);
  const int index = lua_gettop(state);
  const std::size_t size = lua_rawlen(state, index);
  std::size_t keys = 0;
  for (lua_pushnil(state); lua_next(state, index) != 0; lua_pop(state, 1)) ++keys;
  bool good = false;
  if (keys == size && (size > 0 || marked))
    good = read_list(state, index, size, value, budget, depth);
  else
    good = read_object(state, index, value, budget, depth);
  lua_settop(state, index - 1);
  return good;
}

}  // namespace

bool read_json(lua_State* state, int index, json::value& value, JsonBudget& budget, int depth) {
  if (--budget.values < 0) return budget.why = "too many values", false;
  switch (lua_type(state, index)) {
    case LUA_TNIL: value = nullptr; return true;
    case LUA_TBOOLEAN: value = bool(lua_toboolean(state, index)); return true;
    case LUA_TNUMBER:
      if (lua_isinteger(state, index))
        value = std::int64_t(lua_tointeger(state, index));
      else
        value = lua_tonumber(state, index);
      if (value.is_double() && !std::isfinite(value.get_double()))
        return budget.why = "a number that is infinite or none", false;
      return true;
    case LUA_TSTRING: {
      std::size_t size = 0;
      const char* text = lua_tolstring(state, index, &size);
      if (size > budget.bytes) return budget.why = "too much text", false;
      budget.bytes -= size;
      value = json::string(text, size);
      return true;
    }
    case LUA_TLIGHTUSERDATA: value = nullptr; return true;
    case LUA_TTABLE: return read_table(state, index, value, budget, depth);
    default: budget.why = "a function"; return false;
  }
}

}  // namespace tongxin::pack

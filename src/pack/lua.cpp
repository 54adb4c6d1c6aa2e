#include "pack/lua.hpp"

#include <time.h>

#include <boost/json.hpp>

#include "pack/lua_library.hpp"

namespace tongxin::pack {
namespace {

namespace json = boost::json;
constexpr int kHookEvery = 250;
constexpr std::size_t kFileBytesMax = 64 << 10;

// What one state may use, reachable from its hook and allocator.
struct Budget {
  std::size_t used = 0, memory_max = SIZE_MAX;
  long instructions_left = 0;
  std::chrono::nanoseconds deadline{};
  const RuleSet::SteadyClock* clock = nullptr;
  bool limit_hit = false;
};

void* allocate(void* context, void* block, std::size_t old_size, std::size_t new_size) {
  Budget& budget = *static_cast<Budget*>(context);
  const std::size_t before = block ? old_size : 0;
  if (new_size > before && budget.used - before + new_size > budget.memory_max) return nullptr;
  if (new_size == 0) {
    std::free(block);
    budget.used -= before;
    return nullptr;
  }
  void* grown = std::realloc(block, new_size);
  if (grown) budget.used = budget.used - before + new_size;
  return grown;
}

void watch(lua_State* state, lua_Debug* where) {
  void* context = nullptr;
  lua_getallocf(state, &context);
  Budget& budget = *static_cast<Budget*>(context);
  budget.instructions_left -= kHookEvery;
  const bool late = (*budget.clock)() > budget.deadline;
  if (budget.instructions_left > 0 && !late) return;
  budget.limit_hit = true;
  lua_getinfo(state, "Sl", where);
  luaL_error(state, "%s:%d: %s", where->short_src, where->currentline,
             late ? "the rule took too long" : "the rule took too many steps");
}

// "r3:12: what went wrong" -> file 3, line 12. Chunks are named so, because Lua shortens long names in its messages.
struct Message {
  std::string at, text;
};

// What this program itself says of a rule, in Chinese; what Lua says of a program ("attempt to index a nil value") stays as it is.
std::string in_chinese(const std::string& text) {
  static const std::map<std::string, const char*, std::less<>> kWords{
      {"the rule took too long", "规则算得太久"},
      {"the rule took too many steps", "规则的步数太多"},
      {"the rule used too much memory", "规则占用的内存太多"},
      {"the rule failed", "规则没能算完"},
      {"rep would make more than 1 MiB of text", "rep 会生成超过 1 MiB 的文字"},
      {"table.insert only appends: table.insert(list, value)", "table.insert 只能加在末尾：table.insert(list, value)"},
      {"table.remove only takes the last: table.remove(list)", "table.remove 只能取最后一个：table.remove(list)"},
      {"pairs takes keys that are numbers or texts", "pairs 的键只能是数字或文字"},
      {"a rule cannot change what its file set up (or a global)", "规则不能改写文件里设好的内容（或全局变量）"},
      {"tables of this file are nested too deeply", "文件里的表嵌套太深"},
      {"a rule file cannot keep an iterator", "规则文件不能留着迭代器"},
      {"the input is nested too deeply", "输入嵌套太深"},
      {"a table with both texts and numbers, or gaps, as keys", "表的键既有文字又有数字，或编号有空缺"},
      {"too much text", "文字太多"},
      {"a table nested too deeply", "表嵌套太深"},
      {"too many values", "值太多"},
      {"a number that is infinite or none", "数字是无穷大或不是数"},
      {"a function", "是一个函数"}};
  const auto known = kWords.find(text);
  return known == kWords.end() ? text : known->second;
}

}  // namespace

// One Lua state with all files loaded. Used by one thread at a time.
class RuleState {
 public:
  struct Rule {
    std::string name;
    std::size_t file;
    int reference;
    int line;
  };
  struct Example {
    std::size_t file;
    json::value value;
  };

  RuleState(const std::vector<RuleFile>& files, const RuleLimits& limits, const RuleSet::SteadyClock& clock)
      : files_(files), limits_(limits) {
    budget_.clock = &clock;
    state_ = lua_newstate(allocate, &budget_);
    if (!state_) throw std::bad_alloc();
    for (std::size_t i = 0; i < files.size(); ++i) load(i);
  }
  ~RuleState() { lua_close(state_); }
  RuleState(const RuleState&) = delete;
  RuleState& operator=(const RuleState&) = delete;

  const std::vector<Rule>& rules() const { return rules_; }
  const std::vector<Example>& examples() const { return examples_; }
  std::vector<Complaint>& complaints() { return complaints_; }

  json::value call(std::size_t rule, const json::value& input) {
    Call call{rules_[rule].reference, &input};
    arm();
    lua_settop(state_, 0);
    lua_pushcfunction(state_, run_call);
    lua_pushlightuserdata(state_, &call);
    const int status = lua_pcall(state_, 1, 1, 0);
    disarm();
    if (status != LUA_OK) fail(status, rules_[rule]);
    json::value result;
    JsonBudget budget;
    if (!read_json(state_, 1, result, budget))
      broken(rules_[rule],
             {"规则的返回值无法使用（" + in_chinese(budget.why) + "）",
              fmt::format("the rule returned something unusable: {}", budget.why)},
             "rule");
    check_locals(rules_[rule]);
    lua_settop(state_, 0);
    return result;
  }

 private:
  struct Call {
    int reference;
    const json::value* input;
  };
  struct Loading {
    RuleState* self;
    std::size_t file;
    bool compiled = false;
  };
  struct Local {                 // a local of a file that its functions see
    int function, index, value;  // registry references, but for the index
  };

  void arm() {
    budget_.memory_max = std::max(baseline_, std::size_t(64) << 10) + limits_.memory_bytes;
    budget_.instructions_left = limits_.instructions;
    budget_.deadline = (*budget_.clock)() + limits_.time;
    budget_.limit_hit = false;
    lua_sethook(state_, watch, LUA_MASKCOUNT, kHookEvery);
  }
  void disarm() {
    lua_sethook(state_, nullptr, 0, 0);
    budget_.memory_max = SIZE_MAX;
  }

  static int run_call(lua_State* state) {
    const Call& call = *static_cast<const Call*>(lua_touserdata(state, 1));
    lua_rawgeti(state, LUA_REGISTRYINDEX, call.reference);
    push_json(state, *call.input);
    lua_call(state, 1, 1);
    return 1;
  }

  // Loads one file in an environment of its own: compile, run, leave the environment on the stack.
  static int run_load(lua_State* state) {
    Loading& loading = *static_cast<Loading*>(lua_touserdata(state, 1));
    const RuleFile& file = loading.self->files_[loading.file];
    push_library(state);
    char name[16];
    std::snprintf(name, sizeof name, "=r%zu", loading.file);
    // Text only: crafted bytecode can crash the machine.
    if (luaL_loadbufferx(state, file.text.data(), file.text.size(), name, "t") != LUA_OK) return lua_error(state);
    loading.compiled = true;
    lua_pushvalue(state, -2);
    lua_setupvalue(state, -2, 1);  // _ENV
    lua_call(state, 0, 0);
    lua_newtable(state);
    lua_setfield(state, LUA_REGISTRYINDEX, "tongxin.seen");
    return 1;
  }
  static int run_freeze(lua_State* state) {
    freeze(state);
    return 0;
  }

  void load(std::size_t file) {
    if (files_[file].text.size() > kFileBytesMax) {
      complaints_.push_back(
          {files_[file].name, "length", words("规则文件超过 64 KiB", "the rule file is larger than 64 KiB")});
      return;
    }
    Loading loading{this, file};
    arm();
    lua_settop(state_, 0);
    lua_pushcfunction(state_, run_load);
    lua_pushlightuserdata(state_, &loading);
    int status = lua_pcall(state_, 1, 1, 0);
    disarm();  // what follows is ours, and must not meet a limit outside of protected mode
    if (status == LUA_OK) {
      collect_rules(file);
      collect_examples(file);
      arm();
      lua_pushcfunction(state_, run_freeze);
      lua_insert(state_, 1);
      status = lua_pcall(state_, 1, 0, 0);
      disarm();
    }
    if (status == LUA_OK) remember_locals();
    if (status != LUA_OK) {
      const Message message = message_at_top(status, files_[file].name);
      complaints_.push_back({message.at,
                             loading.compiled ? "rule" : "syntax",
                             {"规则文件有误（" + in_chinese(message.text) + "）", message.text}});
    }
    lua_settop(state_, 0);
    lua_gc(state_, LUA_GCCOLLECT);
    baseline_ = budget_.used;
  }

  std::string stem(std::size_t file) const { return std::filesystem::path(files_[file].name).stem().string(); }

  // The environment is at index 1. Its Lua functions are the file's rules.
  void collect_rules(std::size_t file) {
    std::vector<std::string> names;
    for (lua_pushnil(state_); lua_next(state_, 1) != 0; lua_pop(state_, 1))
      if (lua_type(state_, -2) == LUA_TSTRING && lua_isfunction(state_, -1) && !lua_iscfunction(state_, -1))
        names.emplace_back(lua_tostring(state_, -2));
    std::sort(names.begin(), names.end());
    for (const std::string& name : names) {
      lua_getfield(state_, 1, name.c_str());
      lua_Debug where{};
      lua_pushvalue(state_, -1);
      lua_getinfo(state_, ">S", &where);
      const int reference = luaL_ref(state_, LUA_REGISTRYINDEX);
      rules_.push_back({name == stem(file) ? name : stem(file) + "." + name, file, reference, where.linedefined});
    }
  }

  // The locals of the file that any function reached by freezing can see.
  void remember_locals() {
    lua_getfield(state_, LUA_REGISTRYINDEX, "tongxin.seen");
    for (lua_pushnil(state_); lua_next(state_, 1) != 0; lua_pop(state_, 1)) {
      if (!lua_isfunction(state_, 2)) continue;
      for (int i = 1; lua_getupvalue(state_, 2, i) != nullptr; ++i) {
        if (!seen_.insert(lua_upvalueid(state_, 2, i)).second) {
          lua_pop(state_, 1);
          continue;
        }
        const int value = luaL_ref(state_, LUA_REGISTRYINDEX);
        lua_pushvalue(state_, 2);
        locals_.push_back({luaL_ref(state_, LUA_REGISTRYINDEX), i, value});
      }
    }
    lua_settop(state_, 0);
  }

  // A rule that remembers something between calls would answer differently the second time: tell, and start afresh.
  void check_locals(const Rule& rule) {
    for (const Local& local : locals_) {
      lua_rawgeti(state_, LUA_REGISTRYINDEX, local.function);
      lua_getupvalue(state_, -1, local.index);
      lua_rawgeti(state_, LUA_REGISTRYINDEX, local.value);
      const bool same = lua_rawequal(state_, -1, -2);
      lua_pop(state_, 3);
      if (!same)
        broken(rule,
               words("规则改写了文件里的局部变量，规则之间不能留下记忆",
                     "the rule changed a local of its file; rules remember nothing"),
               "rule");
    }
  }

  void collect_examples(std::size_t file) {
    lua_getfield(state_, 1, "examples");
    json::value value;
    JsonBudget budget;
    if (lua_isnil(state_, -1)) {
      lua_pop(state_, 1);
      return;
    }
    if (!read_json(state_, lua_gettop(state_), value, budget) || !value.is_array())
      complaints_.push_back(
          {files_[file].name, "type", words("examples 应为示例列表", "examples must be a list of examples")});
    else
      for (json::value& example : value.get_array()) examples_.push_back({file, std::move(example)});
    lua_pop(state_, 1);
    lua_pushnil(state_);
    lua_setfield(state_, 1, "examples");
  }

  Message message_at_top(int status, const std::string& otherwise) const {
    std::string text = status == LUA_ERRMEM ? "the rule used too much memory" : "the rule failed";
    if (lua_type(state_, -1) == LUA_TSTRING && status != LUA_ERRMEM) text = lua_tostring(state_, -1);
    std::size_t file = 0, line = 0;
    int used = 0;
    if (std::sscanf(text.c_str(), "r%zu:%zu: %n", &file, &line, &used) == 2 && used > 0 && file < files_.size())
      return {fmt::format("{}:{}", files_[file].name, line), text.substr(std::size_t(used))};
    return {otherwise, text};
  }

  [[noreturn]] void fail(int status, const Rule& rule) {
    if (lua_istable(state_, -1)) {
      Words say;
      lua_rawgeti(state_, -1, 1), lua_rawgeti(state_, -2, 2);
      say.zh = lua_tostring(state_, -2), say.en = lua_tostring(state_, -1);
      throw Fault(Code::not_now, std::move(say));
    }
    const Message message = message_at_top(status, place(rule));
    const bool limit = budget_.limit_hit || status == LUA_ERRMEM;
    throw_broken(message.at,
                 {"规则“" + rule.name + "”出错（" + in_chinese(message.text) + "）",
                  "the rule '" + rule.name + "' failed: " + message.text},
                 limit ? "limit" : "rule");
  }
  [[noreturn]] void broken(const Rule& rule, Words say, const char* code) {
    throw_broken(place(rule), std::move(say), code);
  }
  [[noreturn]] static void throw_broken(std::string at, Words say, const char* code) {
    const std::string log = at + ": " + say.en;
    std::vector<Complaint> complaints{{std::move(at), code, std::move(say)}};
    throw Fault(Code::internal,
                words("机制包里的一条规则没能算出结果，请告知管理员",
                      "a rule of the pack failed; please tell the administrator"),
                std::move(complaints))
        .log(log);
  }
  std::string place(const Rule& rule) const { return fmt::format("{}:{}", files_[rule.file].name, rule.line); }

  const std::vector<RuleFile>& files_;
  const RuleLimits& limits_;
  Budget budget_;
  lua_State* state_ = nullptr;
  std::size_t baseline_ = 0;
  std::vector<Rule> rules_;
  std::vector<Example> examples_;
  std::vector<Local> locals_;
  std::set<const void*> seen_;
  std::vector<Complaint> complaints_;
};

struct RuleSet::Inside {
  std::vector<RuleFile> files;
  RuleLimits limits;
  SteadyClock clock;
  std::map<std::string, std::size_t, std::less<>> index;  // the same in every state
  std::vector<RuleState::Example> examples;
  std::mutex mutex;
  std::vector<std::unique_ptr<RuleState>> idle;

  std::unique_ptr<RuleState> borrow() {
    {
      const std::lock_guard lock(mutex);
      if (!idle.empty()) {
        auto state = std::move(idle.back());
        idle.pop_back();
        return state;
      }
    }
    return std::make_unique<RuleState>(files, limits, clock);
  }
  void give_back(std::unique_ptr<RuleState> state) {
    const std::lock_guard lock(mutex);
    idle.push_back(std::move(state));
  }
};

// What this thread has worked, not what passed meanwhile: on a busy machine a rule that waits for its turn is not slow.
static std::chrono::nanoseconds time_of_this_thread() {
  timespec worked{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &worked);
  return std::chrono::seconds(worked.tv_sec) + std::chrono::nanoseconds(worked.tv_nsec);
}

RuleSet::RuleSet(std::vector<RuleFile> files, RuleLimits limits, SteadyClock clock)
    : inside_(std::make_unique<Inside>()) {
  if (!clock) clock = time_of_this_thread;
  inside_->files = std::move(files);
  inside_->limits = limits;
  inside_->clock = std::move(clock);
  auto state = inside_->borrow();
  if (!state->complaints().empty())
    throw Fault(Code::invalid, words("规则文件有误", "the rule files are wrong"), std::move(state->complaints()));
  for (std::size_t i = 0; i < state->rules().size(); ++i) inside_->index.emplace(state->rules()[i].name, i);
  inside_->examples = state->examples();
  inside_->give_back(std::move(state));
}
RuleSet::~RuleSet() = default;
RuleSet::RuleSet(RuleSet&&) noexcept = default;
RuleSet& RuleSet::operator=(RuleSet&&) noexcept = default;

std::vector<std::string> RuleSet::rules() const {
  std::vector<std::string> names;
  for (const auto& [name, index] : inside_->index) names.push_back(name);
  return names;
}

bool RuleSet::has(std::string_view rule) const { return inside_->index.contains(rule); }

json::value RuleSet::call(std::string_view rule, const json::value& input) const {
  const auto found = inside_->index.find(rule);
  if (found == inside_->index.end()) throw Fault(Code::internal, words("没有规则“{}”", "there is no rule '{}'", rule));
  auto state = inside_->borrow();
  json::value result = state->call(found->second, input);
  inside_->give_back(std::move(state));  // not after a fault: whether that left anything behind nobody need find out
  return result;
}

std::vector<Complaint> RuleSet::check_examples() const {
  std::vector<Complaint> complaints;
  std::map<std::size_t, int> counts;
  for (const auto& [file, value] : inside_->examples) {
    const std::string& name = inside_->files[file].name;
    const std::string at = fmt::format("{}: examples[{}]", name, ++counts[file]);
    const json::object* example = value.if_object();
    const json::value *input = example ? example->if_contains("input") : nullptr,
                      *named = example ? example->if_contains("rule") : nullptr;
    const std::string stem = std::filesystem::path(name).stem().string();
    const std::string rule = named && named->is_string() ? stem + "." + std::string(named->get_string()) : stem;
    if (!input || !has(rule)) {
      complaints.push_back(
          {at, "required",
           words("示例需要 input，且规则“{}”须存在", "an example needs an input, and the rule '{}'", rule)});
      continue;
    }
    const json::value* wanted = example->if_contains("output");
    const json::value* refused = example->if_contains("refused");
    const bool refusal = refused && *refused == true;
    try {
      const json::value got = call(rule, *input);
      const json::value expected = wanted ? *wanted : json::value(nullptr);
      if (refusal || got != expected)
        complaints.push_back({at, "example",
                              words("应得 {}，实得 {}", "expected {}, got {}",
                                    refusal ? "refused" : json::serialize(expected), json::serialize(got))});
    } catch (const Fault& fault) {
      if (refusal && fault.code() == Code::not_now) continue;
      complaints.push_back({at, "example", fault.complaints().empty() ? fault.say() : fault.complaints()[0].say});
    }
  }
  for (std::size_t file = 0; file < inside_->files.size(); ++file)
    if (!counts.contains(file))
      complaints.push_back({inside_->files[file].name, "required",
                            words("规则文件没有示例（examples）", "the rule file has no examples")});
  return complaints;
}

}  // namespace tongxin::pack

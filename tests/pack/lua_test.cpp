#include "pack/lua.hpp"

#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <boost/json.hpp>

using namespace tongxin;
using namespace tongxin::pack;
namespace json = boost::json;
using testing::HasSubstr;

namespace {

RuleSet rules(std::string text, RuleLimits limits = {}, RuleSet::SteadyClock clock = {}) {
  return RuleSet({{"p/rules/t.lua", std::move(text)}}, limits, std::move(clock));
}

// A clock of its own, so that no test depends on how busy the machine is.
RuleSet::SteadyClock standing() {
  return [] { return std::chrono::nanoseconds(0); };
}

json::value result(const std::string& body, const json::value& input = nullptr) {
  return rules("function t(input) " + body + " end", {}, standing()).call("t", input);
}

// How a rule with this body ends: "internal limit p/rules/t.lua:1", or "fine".
std::string ending(const std::string& body, RuleLimits limits = {}, RuleSet::SteadyClock clock = standing()) {
  try {
    rules("function t(input)\n" + body + "\nend", limits, std::move(clock)).call("t", json::object{{"n", 3}});
    return "fine";
  } catch (const Fault& fault) {
    if (fault.complaints().empty()) return meaning(fault.code()).name;
    return std::string(meaning(fault.code()).name) + " " + fault.complaints()[0].code + " " + fault.complaints()[0].at;
  }
}

}  // namespace

TEST(Rules, CalculateAndKeepIntegersIntegers) {
  EXPECT_EQ(result("return {amount = input.persons * 65000, half = input.persons / 2}", {{"persons", 3}}),
            (json::value{{"amount", 195000}, {"half", 1.5}}));
  EXPECT_EQ(result("return 9007199254740993"), json::value(std::int64_t(9007199254740993)));
  EXPECT_EQ(result("return input", INT64_MIN), json::value(INT64_MIN));
  EXPECT_EQ(result("return #input.list, 2", {{"list", {1, 2, 3}}}), json::value(3));
  EXPECT_EQ(result(""), json::value(nullptr));
}

TEST(Rules, JsonComesBackAsItWas) {
  const json::value value =
      json::parse(R"({"a":[1,2.5,"漏水",true,null],"b":{"c":[],"d":{}},"e":false,"f":[[],[{}]]})");
  EXPECT_EQ(result("return input", value), value);
  EXPECT_EQ(result("return {input.x == nil, input.list[2] == null}", {{"x", nullptr}, {"list", {1, nullptr}}}),
            (json::array{true, true}));
  EXPECT_EQ(result("return {list{}, {}}"), (json::array{json::array{}, json::object{}}));
  EXPECT_EQ(result("return ('a,b,,c'):split(',')"), (json::array{"a", "b", "", "c"}));
}

TEST(Rules, RefusalsAreForTheReaderAndErrorsForTheKeeper) {
  try {
    result("refuse('收入超过标准', 'The income is above the limit')");
    FAIL();
  } catch (const Fault& fault) {
    EXPECT_EQ(fault.code(), Code::not_now);
    EXPECT_EQ(fault.say(), (Words{"收入超过标准", "The income is above the limit"}));
  }
  EXPECT_EQ(ending("local x = 1\nreturn x + input.missing"), "internal rule p/rules/t.lua:3");
  EXPECT_EQ(ending("\nerror('no')"), "internal rule p/rules/t.lua:3");
  EXPECT_EQ(ending("return function() end"), "internal rule p/rules/t.lua:1");
  EXPECT_EQ(ending("return {1, x = 2}"), "internal rule p/rules/t.lua:1");
  EXPECT_EQ(ending("return 0/0"), "internal rule p/rules/t.lua:1");
  EXPECT_EQ(ending("return 1//0"), "internal rule p/rules/t.lua:2");
  EXPECT_THROW(rules("function t() end").call("u", nullptr), Fault);
}

TEST(Rules, LoopsEndAtTheNumberOfSteps) {
  for (const char* body : {"while true do end", "::a:: goto a", "local function f() return f() end return f()",
                           "for i = 1, 1e12 do end", "for i = 1, math.huge do local x = i end", "repeat until false"})
    EXPECT_THAT(ending(body), HasSubstr("internal limit p/rules/t.lua:2")) << body;
}

TEST(Rules, WhatStopsARuleIsSaidInBothLanguages) {
  try {
    result("while true do end");
    FAIL() << "it cannot have ended";
  } catch (const Fault& fault) {
    EXPECT_EQ(fault.complaints().at(0).say,
              (Words{"规则“t”出错（规则的步数太多）", "the rule 't' failed: the rule took too many steps"}));
  }
}

TEST(Rules, MemoryEndsAtItsLimit) {
  RuleLimits patient;
  patient.instructions = 100'000'000;
  for (const char* body :
       {"local s = 'x' while true do s = s .. s end", "local t = {} for i = 1, 1e9 do t[i] = i end",
        "local function f(n) return 1 + f(n + 1) end return f(1)", "local t = {} while true do t = {t} end",
        "local t = {} for i = 1, 100 do t[i] = ('x'):rep(100000) .. i end",
        "local t = {} while true do table.insert(t, {}) end"})
    EXPECT_THAT(ending(body, patient), HasSubstr("internal limit")) << body;
  EXPECT_THAT(ending("return ('x'):rep(1e9)"), HasSubstr("internal rule"));
  EXPECT_EQ(ending("return ('x'):rep(1 << 62)"), "internal rule p/rules/t.lua:2");
  EXPECT_EQ(ending("return (''):rep(1 << 62)"), "fine");
}

TEST(Rules, TheDeadlineEndsWhatStepsDoNotSee) {
  std::chrono::nanoseconds now{0};
  const auto ticking = [&now] { return now += std::chrono::milliseconds(1); };  // each look costs a millisecond
  EXPECT_EQ(ending("local s = ('x'):rep(60000)\nfor i = 1, 100000 do s:upper() end", {}, ticking),
            "internal limit p/rules/t.lua:3");
}

TEST(Rules, WhatCannotBeInterruptedIsNotThere) {
  for (const char* name : {"pcall",
                           "xpcall",
                           "load",
                           "loadstring",
                           "loadfile",
                           "dofile",
                           "require",
                           "io",
                           "os",
                           "debug",
                           "coroutine",
                           "package",
                           "collectgarbage",
                           "setmetatable",
                           "getmetatable",
                           "rawset",
                           "rawget",
                           "rawequal",
                           "rawlen",
                           "next",
                           "print",
                           "_G",
                           "warn",
                           "math.random",
                           "math.randomseed",
                           "string.format",
                           "string.dump",
                           "string.gsub",
                           "string.gmatch",
                           "string.match",
                           "string.pack",
                           "string.unpack",
                           "string.packsize",
                           "table.sort",
                           "table.concat",
                           "table.move",
                           "table.pack",
                           "utf8.charpattern"})
    EXPECT_EQ(result(std::string("return ") + name + " == nil"), json::value(true)) << name;
  EXPECT_EQ(ending("return ('a'):rep(28):match('a?')"), "internal rule p/rules/t.lua:2");
  EXPECT_EQ(ending("return table.insert({}, 1, 'x')"), "internal rule p/rules/t.lua:2");
}

TEST(Rules, FindIsPlainAndSplitAndRepAreBounded) {
  EXPECT_EQ(result("local a, b = ('a.b.c'):find('.', 3) return {a, b}"), (json::array{4, 4}));
  EXPECT_EQ(result("return ('abc'):find('a?') == nil"), json::value(true));
  EXPECT_EQ(result("return ('漏水漏水'):find('水') "), json::value(4));
  EXPECT_EQ(ending("return ('abc'):split('')"), "internal rule p/rules/t.lua:2");
  EXPECT_EQ(result("return ('ab'):rep(3)"), json::value("ababab"));
  EXPECT_EQ(result("return ('abc'):find('c', -1)"), json::value(3));
  EXPECT_EQ(result("return ('abc'):find('a', 99) == nil"), json::value(true));
}

TEST(Rules, BytecodeIsRefused) {
  EXPECT_THROW(rules("\x1bLua\x54\x00"), Fault);
  EXPECT_THROW(rules(std::string("\x1bLuaT\0\x19\x93\r\n\x1a\n", 12)), Fault);
}

TEST(Rules, PairsGoInSortedOrderWhateverTheSeed) {
  std::set<std::string> orders;
  for (int i = 0; i < 20; ++i) {
    auto set = rules(
        "function t(input) local s = '' for k, v in pairs(input) do s = s .. k .. '=' .. v .. ' ' end return s end");
    orders.insert(std::string(set.call("t", {{"b", 1}, {"a", 2}, {"ab", 3}, {"水", 4}, {"Z", 5}}).as_string()));
  }
  EXPECT_THAT(orders, testing::ElementsAre("Z=5 a=2 ab=3 b=1 水=4 "));
  EXPECT_EQ(
      result("local s = '' for k in pairs({[3]=1, [1.5]=1, x=1, [-2]=1, [10]=1}) do s = s .. k .. ' ' end return s"),
      json::value("-2 1.5 3 10 x "));
  EXPECT_EQ(result("local t, n = {a=1, b=2, c=3}, 0 for k in pairs(t) do t.b = nil t.c = nil n = n + 1 end return n"),
            json::value(1));
  EXPECT_EQ(ending("for k in pairs({[true]=1}) do end"), "internal rule p/rules/t.lua:2");
}

TEST(Rules, NothingIsRememberedBetweenCalls) {
  for (const char* text :
       {"function t() counter = (counter or 0) + 1 return counter end", "function t() math.pi = 3 return 1 end",
        "function t() string.len = nil return 1 end",
        "weights = {1}\nfunction t() weights[1] = weights[1] + 1 return weights[1] end",
        "local cache = {}\nfunction t() cache[1] = 1 return 1 end", "local n = 0\nfunction t() n = n + 1 return n end",
        "local n = 0\nlocal h = {f = function() n = n + 1 end}\nfunction t() h.f() return n end",
        "function t() t = 1 return 1 end", "local a = {b = {c = {}}}\nfunction t() a.b.c.d = 1 return 1 end",
        "function t() ('').len = 1 end"}) {
    const auto set = rules(text);
    for (int i = 0; i < 2; ++i) {
      try {
        set.call("t", nullptr);
        ADD_FAILURE() << text;
      } catch (const Fault& fault) {
        EXPECT_EQ(fault.code(), Code::internal);
      }
    }
  }
  EXPECT_THROW(rules("local next_one = pairs({a = 1, b = 2})\nfunction t() return next_one() end"), Fault);
}

TEST(Rules, FilesDoNotSeeOneAnother) {
  const RuleSet set({{"rules/a.lua", "limit = 3\nfunction a() return limit end\nfunction double(x) return 2 * x end"},
                     {"rules/b.lua", "function b() return limit == nil end"}});
  EXPECT_EQ(set.call("a", nullptr), json::value(3));
  EXPECT_EQ(set.call("b", nullptr), json::value(true));
  EXPECT_EQ(set.call("a.double", 21), json::value(42));
  EXPECT_THAT(set.rules(), testing::ElementsAre("a", "a.double", "b"));
}

TEST(Rules, FrozenTablesCanStillBeRead) {
  const auto set = rules(
      "local steps = list{{upto = 2, amount = 100}, {upto = 5, amount = 300}}\nnames = {a = 'A', b = 'B'}\n"
      "function t(input)\n  local s = #steps .. ':'\n  for i, step in ipairs(steps) do s = s .. i .. step.amount .. ' "
      "' end\n"
      "  for k, v in pairs(names) do s = s .. k .. v end\n  return {s = s, steps = steps, first = steps[1].upto}\nend");
  for (int i = 0; i < 2; ++i)
    EXPECT_EQ(
        set.call("t", nullptr),
        json::parse(R"({"first":2,"s":"2:1100 2300 aAbB","steps":[{"amount":100,"upto":2},{"amount":300,"upto":5}]})"));
}

TEST(Rules, AnAnswerThatGrowsWhenWalkedIsRefused) {
  EXPECT_EQ(ending("local t = {1} for i = 1, 20 do t = {t, t, t} end return t"), "internal rule p/rules/t.lua:1");
  EXPECT_EQ(ending("local s = ('x'):rep(100000) local t = {} for i = 1, 1000 do t[i] = s end return t"),
            "internal rule p/rules/t.lua:1");
  EXPECT_EQ(ending("local t = {} t.t = t return t"), "internal rule p/rules/t.lua:1");
}

TEST(Rules, MistakesInFilesAreToldWithTheirLine) {
  try {
    const RuleSet set(
        {{"p/rules/a.lua", "function a(\nend"},
         {"p/rules/b.lua", "x = nil + 1"},
         {"p/rules/c.lua", "while true do end"},
         {"p/rules/a-rule-with-a-very-long-name-that-lua-would-have-cut-in-its-messages.lua", "\n\nerror('stop')"}});
    FAIL();
  } catch (const Fault& fault) {
    ASSERT_EQ(fault.complaints().size(), 4u);
    EXPECT_EQ(fault.complaints()[0].at, "p/rules/a.lua:2");
    EXPECT_EQ(fault.complaints()[0].code, "syntax");
    EXPECT_EQ(fault.complaints()[1].at, "p/rules/b.lua:1");
    EXPECT_EQ(fault.complaints()[2].at, "p/rules/c.lua:1");
    EXPECT_EQ(fault.complaints()[3].at,
              "p/rules/a-rule-with-a-very-long-name-that-lua-would-have-cut-in-its-messages.lua:3");
  }
}

TEST(Rules, ExamplesAreRunAndEveryDifferenceIsTold) {
  const RuleSet set(
      {{"r/good.lua",
        "function good(x) if x < 0 then refuse('负数', 'negative') end return x * 2 end\nfunction half(x) return x // "
        "2 end\n"
        "examples = {{input = 2, output = 4}, {input = -1, refused = true}, {rule = 'half', input = 5, output = 2}}"},
       {"r/bad.lua",
        "function bad(x) return {n = x} end\nexamples = {{input = 1, output = {n = 2}}, {output = 3}, {input = 1, "
        "refused = true}}"},
       {"r/none.lua", "function none() end"}});
  std::vector<std::string> told;
  for (const Complaint& complaint : set.check_examples()) told.push_back(complaint.at + ": " + complaint.say.en);
  EXPECT_THAT(told, testing::ElementsAre(R"(r/bad.lua: examples[1]: expected {"n":2}, got {"n":1})",
                                         HasSubstr("r/bad.lua: examples[2]: an example needs"),
                                         HasSubstr("r/bad.lua: examples[3]: expected refused"),
                                         HasSubstr("r/none.lua: the rule file has no examples")));
}

TEST(Rules, ManyThreadsGetTheSameAnswers) {
  const auto set =
      rules("function t(input) local sum = 0 for k, v in pairs(input) do sum = sum + v end return sum end");
  std::atomic<int> wrong{0};
  std::vector<std::thread> threads;
  for (int n = 0; n < 4; ++n)
    threads.emplace_back([&set, &wrong, n] {
      for (int i = 0; i < 200; ++i)
        if (set.call("t", {{"a", n}, {"b", i}}) != json::value(n + i)) ++wrong;
    });
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(wrong, 0);
}

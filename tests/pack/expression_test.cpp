#include "pack/expression.hpp"

#include <fstream>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <boost/json.hpp>

#include "pack/yaml.hpp"

using namespace tongxin;
using namespace tongxin::pack;
namespace json = boost::json;

namespace {

const std::string kVectors = TONGXIN_SOURCE_DIR "/tests/pack/expression_vectors.json";

json::value read_vectors() {
  std::ifstream file(kVectors);
  std::stringstream text;
  text << file.rdbuf();
  return json::parse(text.str());
}

Type type_named(std::string_view name) {
  constexpr std::pair<std::string_view, Type> kTypes[] = {{"number", Type::number}, {"text", Type::text},
                                                          {"flag", Type::flag},     {"day", Type::day},
                                                          {"time", Type::time},     {"texts", Type::texts}};
  for (const auto& [known, type] : kTypes)
    if (known == name) return type;
  throw std::runtime_error("unknown type in the vectors");
}

std::string text_of(const json::value& value) { return std::string(value.get_string()); }

Scope read_scope(const json::value& vectors) {
  Scope scope;
  for (const auto& item : vectors.at("scope").get_array()) {
    Scope::Name name{text_of(item.at("name")),
                     type_named(text_of(item.at("type"))),
                     {text_of(item.at("label").at("zh")), text_of(item.at("label").at("en"))},
                     {}};
    if (const auto* choices = item.get_object().if_contains("choices"))
      for (const auto& choice : choices->get_array())
        name.choices.push_back({text_of(choice.at("value")), {text_of(choice.at("zh")), text_of(choice.at("en"))}});
    scope.add(std::move(name));
  }
  return scope;
}

std::vector<Value> values_of(const Scope& scope, const json::object& given) {
  std::vector<Value> values;
  for (const auto& name : scope.names()) {
    const auto* found = given.if_contains(name.name);
    values.push_back(found ? pack::from_json(*found, name.type) : Value());
  }
  return values;
}

const json::value kFile = read_vectors();
const Scope kScope = read_scope(kFile);

std::string say(const char* text, Language language) {
  return Expression::compile(text, kScope, std::nullopt).explain(language);
}

// Code and column of the mistake; empty when there is none.
std::string mistake(std::string_view text, std::optional<Type> wanted = std::nullopt) {
  try {
    Expression::compile(text, kScope, wanted);
    return "";
  } catch (const Fault& fault) {
    EXPECT_EQ(fault.code(), Code::invalid);
    EXPECT_FALSE(fault.complaints()[0].say.zh.empty());
    return fault.complaints()[0].code + " " + fault.complaints()[0].at;
  }
}

}  // namespace

// The browser's evaluator runs the same cases. TONGXIN_REFRESH=1 writes the syntax trees anew after a change on purpose.
TEST(Expression, TheSharedVectorsHold) {
  json::value file = kFile;
  auto& cases = file.as_object()["cases"].as_array();
  EXPECT_GE(cases.size(), 80u);
  for (auto& entry : cases) {
    auto& one = entry.as_object();
    const std::string text = text_of(one["text"]);
    if (one.contains("error")) {
      EXPECT_EQ(mistake(text), text_of(one["error"]) + " " + std::to_string(one["column"].to_number<int>())) << text;
      continue;
    }
    try {
      const Expression expression = Expression::compile(text, kScope, std::nullopt);
      const auto values = values_of(kScope, one["values"].as_object());
      EXPECT_EQ(pack::to_json(expression.evaluate(values)), one["result"]) << text;
      if (!std::getenv("TONGXIN_REFRESH")) {
        EXPECT_EQ(expression.to_json(), one["ast"]) << text;
      }
      one["ast"] = expression.to_json();
    } catch (const Fault& fault) {
      ADD_FAILURE() << text << ": " << fault.what();
    }
  }
  if (!std::getenv("TONGXIN_REFRESH")) return;
  std::ofstream out(kVectors);
  for (const char* part : {"scope", "cases"}) {
    out << (part == std::string("scope") ? "{\"" : "],\n\"") << part << "\": [";
    const char* before = "\n  ";
    for (const auto& item : file.at(part).as_array()) out << std::exchange(before, ",\n  ") << item;
    out << "\n";
  }
  out << "]}\n";
}

TEST(Expression, AConditionMustBeAFlag) {
  EXPECT_EQ(mistake("age_days", Type::flag), "type 1");
  EXPECT_EQ(mistake("urgent", Type::flag), "");
  EXPECT_EQ(mistake("urgent", Type::number), "type 1");
  EXPECT_EQ(mistake("null", Type::flag), "") << "null is of every type, and counts as false";
  EXPECT_FALSE(Expression::compile("null", kScope).holds(std::vector<Value>{}));
}

TEST(Expression, SuggestsWhatWasProbablyMeant) {
  try {
    Expression::compile("category = 'enviroment'", kScope);
    FAIL();
  } catch (const Fault& fault) {
    EXPECT_EQ(fault.complaints()[0].say.en,
              "'category' has no choice 'enviroment' (it has environment, order, safety), did you mean 'environment'?");
    EXPECT_EQ(fault.complaints()[0].say.zh,
              "“category”没有选项“enviroment”（有 environment, order, safety），是否想写“environment”？");
  }
}

TEST(Expression, SpeaksToClerksInBothLanguages) {
  EXPECT_EQ(say("category = 'environment' and not urgent", Language::zh), "类别 是 环境 且 未标为紧急");
  EXPECT_EQ(say("category = 'environment' and not urgent", Language::en),
            "Category is Environment and not marked urgent");
  EXPECT_EQ(say("urgent", Language::zh), "已标为紧急");
  EXPECT_EQ(say("not input.satisfied", Language::zh), "未标为满意");
  EXPECT_EQ(say("(urgent or age_days >= 7) and category in ['order', 'safety']", Language::zh),
            "（已标为紧急 或 已办天数 不少于 7） 且 类别 是 秩序、安全 之一");
  EXPECT_EQ(say("(urgent or age_days >= 7) and category in ['order', 'safety']", Language::en),
            "(marked urgent or Age in days is at least 7) and Category is one of Order, Safety");
  EXPECT_EQ(say("amount / (persons + 1) < 1000", Language::zh), "金额 ÷ （人数 + 1） 小于 1000");
  EXPECT_EQ(say("not (age_days > 3)", Language::en), "Age in days is at most 3");
  EXPECT_EQ(say("not (urgent and age_days > 3)", Language::en), "not (marked urgent and Age in days is more than 3)");
  EXPECT_EQ(say("input.reason is not empty", Language::zh), "原因 已填写");
  EXPECT_EQ(say("until >= '2026-03-01' and days_between(from, until) <= 30", Language::zh),
            "截止日 不早于 2026-03-01 且 从 开始日 到 截止日 的天数 不超过 30");
  EXPECT_EQ(say("contains(tags, 'elderly')", Language::zh), "标签 包含 老人");
  EXPECT_EQ(say("if(urgent, 2, 24)", Language::en), "2 if marked urgent, otherwise 24");
}

TEST(Expression, NamesWhatItUses) {
  const Expression expression = Expression::compile("urgent or age_days > 3 and urgent", kScope);
  ASSERT_EQ(expression.names().size(), 2u);
  EXPECT_EQ(kScope[expression.names()[0]].name, "urgent");
  EXPECT_EQ(kScope[expression.names()[1]].name, "age_days");
}

TEST(Expression, InAPackFileComplainsAtItsLineAndColumn) {
  const Node root = parse_yaml("a: 1\nwhen: category = 'ordr'\nwho: 'ugent'\nlist: []\n", "p.yaml");
  std::vector<Complaint> complaints;
  EXPECT_FALSE(read_expression(*root.find("when"), kScope, complaints));
  EXPECT_FALSE(read_expression(*root.find("who"), kScope, complaints));
  EXPECT_FALSE(read_expression(*root.find("list"), kScope, complaints));
  ASSERT_EQ(complaints.size(), 3u);
  EXPECT_EQ(complaints[0].at, "p.yaml:2:18");
  EXPECT_EQ(complaints[1].at, "p.yaml:3:7");
  EXPECT_EQ(complaints[2].at, "p.yaml:4:7");
}

// Whatever somebody writes is either refused with a place, or evaluates to something, whatever the data.
TEST(ExpressionProperty, AnyTextIsRefusedOrTotal) {
  const std::vector<std::string> pieces = {
      "urgent",        "age_days",  "title",  "until", "photos", "category", "'order'", "1",   "0", "null",
      "true",          " and ",     " or ",   "not ",  " = ",    " < ",      " + ",     " / ", "(", ")",
      " in ['order']", " is empty", "count(", "if(",   ", ",     "length(",  "min(",    "环",  "'"};
  EXPECT_TRUE(rc::check([&] {
    std::string text;
    for (const auto& piece : *rc::gen::container<std::vector<std::string>>(rc::gen::elementOf(pieces))) text += piece;
    const auto values = values_of(kScope, *rc::gen::element(json::object{}, json::object{{"urgent", true},
                                                                                         {"age_days", 0},
                                                                                         {"title", "x"},
                                                                                         {"until", "2026-01-01"},
                                                                                         {"photos", {"a"}},
                                                                                         {"category", "order"}}));
    try {
      const Expression expression = Expression::compile(text, kScope, std::nullopt);
      const Value value = expression.evaluate(values);
      RC_ASSERT(is_null(value) || expression.type() != Type::nothing);
      RC_ASSERT(!expression.explain(Language::zh).empty());
      RC_ASSERT(expression.to_json().is_object());
    } catch (const Fault& fault) {
      RC_ASSERT(fault.complaints().size() == 1u);
      RC_ASSERT(std::stoi(fault.complaints()[0].at) >= 1);
    }
  }));
}

#include <gtest/gtest.h>

#include "base/contract_sample.hpp"

using namespace sample;

namespace {

// "/pointer code" per complaint, in order; "-" and the code of the fault when there are none.
template <class T>
std::vector<std::string> complaints(std::string_view text) {
  std::vector<std::string> result;
  try {
    read_json<T>(text);
  } catch (const Fault& fault) {
    EXPECT_EQ(fault.code(), Code::invalid);
    for (const Complaint& complaint : fault.complaints()) {
      result.push_back(complaint.at + " " + complaint.code);
      EXPECT_FALSE(complaint.say.zh.empty());
      EXPECT_FALSE(complaint.say.en.empty());
    }
  }
  return result;
}
std::string refusal(std::string_view text) {
  try {
    read_json<Case>(text);
  } catch (const Fault& fault) {
    return fmt::format("{}: {}", meaning(fault.code()).name, fault.say().en);
  }
  return "accepted";
}
using List = std::vector<std::string>;

}  // namespace

TEST(Contract, ReadsEveryKindOfMember) {
  const auto c = read_json<Case>(kGood);
  EXPECT_EQ(c.title, "楼道灯不亮");
  EXPECT_EQ(c.status, Status::submitted);
  EXPECT_EQ(id_text(c.area->value), "0123456789abc");
  EXPECT_EQ(to_rfc3339(c.created_at), "2026-11-22T10:30:00.000+08:00");
  EXPECT_EQ(c.reporter.birthday, 19850307);
  EXPECT_EQ(c.attachments.at(0).score, 0.1);
  EXPECT_EQ(c.attachments.at(1).score, 7);
  EXPECT_EQ(c.counts.at("a/b"), 1);
  EXPECT_EQ(c.limit, 20) << "an absent member with a default keeps it";
  EXPECT_EQ(c.answer->en, "mended");
  EXPECT_EQ(c.form.at("deep").at(1).as_double(), 2.5);
  EXPECT_EQ(c.reporter.id_card, std::nullopt);
}

TEST(Contract, WritesTextThatReadsBackTheSame) {
  const auto c = read_json<Case>(kGood);
  const std::string text = to_json(c);
  EXPECT_EQ(read_json<Case>(text), c);
  EXPECT_NE(text.find(R"("created_at":"2026-11-22T10:30:00.000+08:00","open_to_public":true)"), std::string::npos)
      << text;
  EXPECT_EQ(text.find("id_card"), std::string::npos) << "an empty optional is absent";
}

TEST(Contract, CollectsAllComplaintsInOneOrder) {
  const List expected{"/title length",
                      "/status enum",
                      "/area format",
                      "/created_at format",
                      "/open_to_public required",
                      "/version type",
                      "/reporter/name length",
                      "/reporter/phone format",
                      "/reporter/id_card format",
                      "/reporter/birthday format",
                      "/attachments/0/file required",
                      "/attachments/0/size range",
                      "/attachments/1 type",
                      "/counts/a~1b type",
                      "/tags/1 length",
                      "/limit range",
                      "/answer/en required",
                      "/form type",
                      "/reportr unknown",
                      "/x~0y unknown"};
  EXPECT_EQ(complaints<Case>(R"({"title":"","status":"submited","area":"abc","created_at":"yesterday","version":1.0,
    "reportr":1,"x~y":2,
    "reporter":{"name":"  ","phone":"12","id_card":"110101198503070011","birthday":"1985-3-7"},
    "attachments":[{"size":-1,"score":1},5],"counts":{"a/b":"1"},"tags":["ok",""],"limit":0,"answer":{"zh":""},"form":[]})"),
            expected);
}

TEST(Contract, SaysWhatWasProbablyMeant) {
  try {
    read_json<Reporter>(R"({"nane":"王芳"})");
    FAIL();
  } catch (const Fault& fault) {
    ASSERT_EQ(fault.complaints().size(), 2u);
    EXPECT_EQ(fault.complaints()[0].say.en, "missing");
    EXPECT_EQ(fault.complaints()[1].say.en, "no such field; did you mean name?");
    EXPECT_EQ(fault.complaints()[1].say.zh, "没有这一项；是不是 name？");
  }
}

TEST(Contract, CountsLengthsInCodePoints) {
  const auto named = [](std::size_t count) {
    std::string name;
    for (std::size_t i = 0; i < count; ++i) name += i % 2 ? "𠮷" : "芳";
    return R"({"name":")" + name + "\"}";
  };
  EXPECT_EQ(complaints<Reporter>(named(40)), List{});
  EXPECT_EQ(complaints<Reporter>(named(41)), List{"/name length"});
}

TEST(Contract, IntegersAreIntegersInRange) {
  const auto sized = [](std::string_view size) {
    return complaints<Attachment>(fmt::format(R"({{"file":"0000000000001","score":1,"size":{}}})", size));
  };
  EXPECT_EQ(sized("7"), List{});
  EXPECT_EQ(sized("-0"), List{});
  for (const char* size : {"1.0", "1e2", "true", "\"7\"", "null", "[]", "{}", "0.5"})
    EXPECT_EQ(sized(size), List{"/size type"}) << size;
  for (const char* size :
       {"-1", "9223372036854775808", "99999999999999999999999", "1000000001", "-9223372036854775809"})
    EXPECT_EQ(sized(size), List{"/size range"}) << size;
}

TEST(Contract, ANumberTooLargeForADoubleIsRefused) {
  const auto scored = [](std::string_view score) {
    return complaints<Attachment>(fmt::format(R"({{"file":"0000000000001","size":1,"score":{}}})", score));
  };
  EXPECT_EQ(scored("1e400"), List{"/score range"});
  EXPECT_EQ(scored("-1e400"), List{"/score range"});
  EXPECT_EQ(scored("1e-400"), List{});
  EXPECT_EQ(scored(std::string(400, '9')), List{"/score range"});
  EXPECT_EQ(scored("0." + std::string(400, '0') + "1"), List{});
  EXPECT_EQ(complaints<boost::json::value>(R"({"a":[1,1e400]})"), List{"/a/1 range"});
  EXPECT_EQ(read_json<double>("0.1"), 0.1);
  EXPECT_EQ(read_json<double>("2.2250738585072011e-308"), 2.2250738585072011e-308);
  EXPECT_EQ(read_json<double>("18446744073709551615"), 18446744073709551615.0);
}

TEST(Contract, AKeyGivenTwiceIsAComplaintWhereverItStands) {
  EXPECT_EQ(complaints<boost::json::value>(R"({"a":1,"b":[{"x":1,"x\/y":2},{"x\/y":1,"\u0078\/y":2}],"a":2,"a":3})"),
            (List{"/b/1/x~1y duplicate", "/a duplicate", "/a duplicate"}));
  EXPECT_EQ(complaints<Reporter>(R"({"name":"a","name":"b","nam":1})"), (List{"/name duplicate", "/nam unknown"}));
  std::string many = "{";
  for (int i = 0; i < 40; ++i) many += fmt::format("\"k{}\":{},", i, i);
  EXPECT_EQ(complaints<boost::json::value>(many + "\"k17\":0}"), List{"/k17 duplicate"});
  EXPECT_EQ(complaints<boost::json::value>(many + "\"k40\":0}"), List{});
}

TEST(Contract, WhatIsNotJsonIsRefusedWithTheByte) {
  for (const char* text : {"",
                           " ",
                           "{",
                           "[1,]",
                           "{\"a\":1,}",
                           "nul",
                           "01",
                           "+1",
                           "1.",
                           "NaN",
                           "Infinity",
                           "'a'",
                           "// x\n1",
                           "1 2",
                           "{\"a\" 1}",
                           "\"a\nb\"",
                           "\"\\x\"",
                           "\"\\ud83d\"",
                           "\"\\ude00\"",
                           "\"\\ud83d\\u0041\"",
                           "\xEF\xBB\xBF{}",
                           "\"\xED\xA0\x80\"",
                           "\"\xC0\xAF\"",
                           "\"\xF5\x80\x80\x80\"",
                           "\"abc\xE4\"",
                           "\"\xE4\xB8\""})
    EXPECT_EQ(refusal(text).substr(0, 37), "bad_request: not valid JSON: at byte ") << text << " → " << refusal(text);
  EXPECT_EQ(refusal("{\"title\":\"a\xFF\"}"), "bad_request: not valid JSON: at byte 11, not UTF-8");
  EXPECT_EQ(refusal("{} x"), "bad_request: not valid JSON: at byte 3, something follows the end of the value");
}

TEST(Contract, HostileNestingAndSizeAreBounded) {
  for (const std::size_t depth : {33u, 1000u, 1000000u})
    for (const char* open : {"[", "{\"a\":"})
      EXPECT_NE(refusal([&] {
                  std::string s;
                  for (std::size_t i = 0; i < depth; ++i) s += open;
                  return s;
                }())
                    .find("deeper than 32"),
                std::string::npos);
  EXPECT_EQ(complaints<boost::json::value>(std::string(32, '[') + std::string(32, ']')), List{});
  EXPECT_EQ(complaints<Reporter>("{\"name\":\"" + std::string(1 << 20, 'x') + "\"}"), List{"/name length"});
  std::string wrong = "[0";
  for (int i = 0; i < 100000; ++i) wrong += ",0";
  EXPECT_EQ(complaints<std::vector<std::string>>(wrong + "]").size(), 100u);
  std::string unknown = "{\"name\":\"a\"";
  for (int i = 0; i < 20000; ++i) unknown += fmt::format(",\"nam{}\":0", i);
  EXPECT_EQ(complaints<Reporter>(unknown + "}").size(), 100u);
}

TEST(Contract, TheNullCharacterIsRefusedInTextsAndKeys) {
  EXPECT_EQ(complaints<Reporter>(R"({"name":"a\u0000b"})"), List{"/name format"});
  EXPECT_EQ(complaints<boost::json::value>(R"([{"k":"\u0000"},"ok"])"), List{"/0/k format"});
  EXPECT_EQ(complaints<boost::json::value>("{\"a\\u0000\":1}").size(), 1u);
  EXPECT_EQ((complaints<std::map<std::string, bool>>("{\"a\\u0000\":true}").size()), 1u);
}

TEST(Contract, NullIsAbsentForAnOptionalAndWrongOtherwise) {
  EXPECT_EQ(read_json<Reporter>(R"({"name":"a","phone":null})").phone, std::nullopt);
  EXPECT_EQ(complaints<Reporter>(R"({"name":null})"), List{"/name type"});
}

TEST(Contract, ReadsAValueThatStandsSomewhere) {
  try {
    read_value<Reporter>(boost::json::parse(R"({"name":7})"), "/form/reporter");
    FAIL();
  } catch (const Fault& fault) {
    ASSERT_EQ(fault.complaints().size(), 1u);
    EXPECT_EQ(fault.complaints()[0].at, "/form/reporter/name");
    EXPECT_EQ(fault.complaints()[0].say.zh, "应为文字，收到的是整数");
  }
}

TEST(Contract, WhatAProgrammerForgotIsNotWritten) {
  EXPECT_THROW(to_json(Attachment{}), std::logic_error) << "an empty id";
  EXPECT_THROW(to_json(Attachment{FileId{1}, 0, 1.0 / 0.0}), std::logic_error) << "not finite";
  EXPECT_THROW(to_json(std::vector<Status>{Status(9)}), std::logic_error) << "no name";
  EXPECT_THROW(to_json(Login{"a", "secret"}), std::logic_error) << "a secret";
}

TEST(Contract, EscapesWhatMustBeEscaped) { EXPECT_EQ(to_json(std::string("a\"\\\n\x01/芳")), R"("a\"\\\n\u0001/芳")"); }

TEST(Contract, AStructMayContainItself) {
  const Tree tree{"a", {{"b", {}}, {"c", {{"d", {}}}}}};
  EXPECT_EQ(read_json<Tree>(to_json(tree)), tree);
  EXPECT_EQ(complaints<Tree>(R"({"name":"a","children":[{"name":"b","children":[{}]}]})"),
            List{"/children/0/children/0/name required"});
}

TEST(Contract, TheSchemaNamesItsPartsAfterTheTypes) {
  Schemas schemas;
  EXPECT_EQ(boost::json::serialize(schema<Page<Case>>(schemas)), R"({"$ref":"#/components/schemas/PageOfCase"})");
  schema<Tree>(schemas);
  List names;
  for (const auto& [name, schema] : schemas.components()) names.push_back(name);
  EXPECT_EQ(names, (List{"Attachment", "Case", "PageOfCase", "Reporter", "Status", "Tree", "Words"}));
  EXPECT_EQ(boost::json::serialize(schemas.components().at("Status")),
            R"({"type":"string","enum":["draft","submitted","closed"]})");
  EXPECT_EQ(
      boost::json::serialize(schemas.components().at("Tree")),
      R"({"type":"object","properties":{"name":{"type":"string"},"children":{"type":"array","items":{"$ref":"#/components/schemas/Tree"}}},"required":["name"]})");
  const auto& properties = schemas.components().at("Case").at("properties").as_object();
  EXPECT_EQ(boost::json::serialize(properties.at("title")),
            R"({"type":"string","minLength":1,"maxLength":80,"description":"短标题 / short title"})");
  EXPECT_EQ(boost::json::serialize(properties.at("reporter")),
            R"({"$ref":"#/components/schemas/Reporter","description":"反映人 / reporter"})");
  EXPECT_EQ(boost::json::serialize(properties.at("limit")),
            R"({"type":"integer","format":"int32","minimum":1,"maximum":100,"description":"上限 / limit"})");
}

namespace other {
struct Tree {
  bool tall = false;
};
BOOST_DESCRIBE_STRUCT(Tree, (), (tall))
constexpr auto notes(const Tree*) { return std::array{tongxin::note("tall", "")}; }
}  // namespace other

TEST(Contract, TwoTypesOfOneNameAreAProgrammersFault) {
  Schemas schemas;
  schema<Tree>(schemas);
  EXPECT_THROW(schema<other::Tree>(schemas), std::logic_error);
}

namespace parts {
struct Still {
  std::string name;
};
BOOST_DESCRIBE_STRUCT(Still, (), (name))
constexpr auto notes(const Still*) { return std::array{tongxin::note("name", "what it is called")}; }
struct Now {
  std::optional<std::string> light;
};
BOOST_DESCRIBE_STRUCT(Now, (), (light))
constexpr auto notes(const Now*) { return std::array{tongxin::note("light", "")}; }
struct Whole {
  tongxin::Written<Still> still;
  Now now;
};
BOOST_DESCRIBE_STRUCT(Whole, (), (still, now))
constexpr auto notes(const Whole*) { return std::array{tongxin::note("still", ""), tongxin::note("now", "")}; }
constexpr bool flat(const Whole*) { return true; }
struct Ends {
  Now first;
  tongxin::Written<Still> last;
};
BOOST_DESCRIBE_STRUCT(Ends, (), (first, last))
constexpr auto notes(const Ends*) { return std::array{tongxin::note("first", ""), tongxin::note("last", "")}; }
constexpr bool flat(const Ends*) { return true; }
}  // namespace parts

TEST(Contract, AStructOfPartsIsOneObjectOnTheWire) {
  const Written<parts::Still> still{parts::Still{"a"}};
  EXPECT_EQ(to_json(parts::Whole{still, {"red"}}), R"({"name":"a","light":"red"})");
  EXPECT_EQ(to_json(parts::Whole{still, {}}), R"({"name":"a"})");
  EXPECT_EQ(to_json(parts::Ends{{}, still}), R"({"name":"a"})");
  EXPECT_EQ(to_json(parts::Ends{{}, {}}), R"({"name":""})") << "a part that was never made is an empty one";
  EXPECT_EQ(to_json(std::vector<Written<parts::Still>>{still, still}), R"([{"name":"a"},{"name":"a"}])");
  Schemas schemas;
  schema<parts::Whole>(schemas);
  EXPECT_EQ(
      boost::json::serialize(schemas.components().at("Whole")),
      R"({"type":"object","properties":{"name":{"type":"string","description":"what it is called"},"light":{"type":"string"}},"required":["name"]})");
  EXPECT_THROW(read_json<parts::Whole>(R"({"name":"a"})"), std::logic_error) << "answers only";
}

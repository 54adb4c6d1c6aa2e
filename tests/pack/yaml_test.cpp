#include "pack/yaml.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/calendar.hpp"

using namespace tongxin;
using namespace tongxin::pack;
using testing::ElementsAre;
using testing::HasSubstr;

namespace {

std::vector<std::string> told(const std::vector<Complaint>& complaints) {
  std::vector<std::string> lines;
  for (const Complaint& complaint : complaints) {
    EXPECT_FALSE(complaint.say.zh.empty());
    lines.push_back(complaint.at + ": " + complaint.say.en);
  }
  return lines;
}

// What parsing complains of; empty when it does not.
std::vector<std::string> refused(std::string_view text) {
  try {
    parse_yaml(text, "p.yaml");
    return {};
  } catch (const Fault& fault) {
    EXPECT_EQ(fault.code(), Code::invalid);
    return told(fault.complaints());
  }
}

}  // namespace

TEST(Yaml, KeepsOrderPlacesAndQuotes) {
  const Node root = parse_yaml("title: 上报\nsteps:\n  - one\n  - '2'\n  - {a: 1, b: [x]}\nempty:\n", "p.yaml");
  ASSERT_EQ(root.kind, Node::Kind::map);
  ASSERT_EQ(root.entries.size(), 3u);
  EXPECT_EQ(root.entries[1].key, "steps");
  EXPECT_EQ(root.find("title")->text, "上报");
  EXPECT_EQ(root.find("title")->at(), "p.yaml:1:8");
  const Node& steps = *root.find("steps");
  EXPECT_FALSE(steps.items[0].quoted);
  EXPECT_TRUE(steps.items[1].quoted);
  EXPECT_EQ(steps.items[2].find("b")->items[0].at(), "p.yaml:5:16");
  EXPECT_EQ(root.find("empty")->kind, Node::Kind::nothing);
  EXPECT_EQ(root.find("absent"), nullptr);
}

TEST(Yaml, ColumnsCountCharactersNotBytes) {
  const Node root = parse_yaml("{名字: 张三, 住址: 桃园社区, c: 3}", "p.yaml");
  EXPECT_EQ(root.find("c")->at(), "p.yaml:1:23");
  EXPECT_EQ(root.entries[1].at(), "p.yaml:1:10");
}

TEST(Yaml, ReadsBlocksAndWindowsLinesAndAByteOrderMark) {
  const Node root = parse_yaml(
      "\xEF\xBB\xBF"
      "a: |\r\n  one\r\n  two\r\nb: >\r\n  x\r\n  y\r\n",
      "p.yaml");
  EXPECT_EQ(root.find("a")->text, "one\ntwo\n");
  EXPECT_EQ(root.find("b")->text, "x y\n");
  EXPECT_TRUE(root.find("a")->quoted);
}

TEST(Yaml, AnEmptyFileIsNothing) {
  EXPECT_EQ(parse_yaml("", "p.yaml").kind, Node::Kind::nothing);
  EXPECT_EQ(parse_yaml("# only a comment\n", "p.yaml").kind, Node::Kind::nothing);
}

TEST(Yaml, RefusesWhatReadersUnderstandDifferently) {
  EXPECT_THAT(refused("a: &x 1\nb: *x\n"),
              ElementsAre(HasSubstr("p.yaml:1:4: anchors"), HasSubstr("p.yaml:2:4: aliases")));
  EXPECT_THAT(refused("一: 1\n二: 2\n一: 3\n"),
              ElementsAre("p.yaml:3:1: the key '一' is given twice, first in line 1"));
  EXPECT_THAT(refused("<<: {a: 1}\n"), ElementsAre(HasSubstr("p.yaml:1:1: merge keys")));
  EXPECT_THAT(refused("a: !!int 3\n"), ElementsAre(HasSubstr("p.yaml:1:4: the tag")));
  EXPECT_THAT(refused("a:\n\tb: 1\n"), ElementsAre(HasSubstr("p.yaml:2:1: a tab")));
  EXPECT_THAT(refused("a: 1\n---\nb: 2\n"), ElementsAre(HasSubstr("one document")));
  EXPECT_THAT(refused("[1, 2]: x\n"), ElementsAre(HasSubstr("p.yaml:1:1: a key must be a word")));
  EXPECT_THAT(refused("{a: 1}: {b: 2}\n"), ElementsAre(HasSubstr("a key must be a word")));
  EXPECT_THAT(refused(std::string_view("a: \0b\n", 6)),
              ElementsAre(HasSubstr("p.yaml:1:4: there is a control character")));
  EXPECT_THAT(refused("a: \xFF\n"), ElementsAre(HasSubstr("p.yaml:1:1: this line is not UTF-8")));
}

TEST(Yaml, SyntaxErrorsNameTheirPlace) {
  EXPECT_THAT(refused("a: 1\nb: [1, 2\n"), ElementsAre(HasSubstr("end of sequence flow not found")));
  EXPECT_THAT(refused("a: b: c\n"), ElementsAre("p.yaml:1:5: illegal map value"));
  EXPECT_THAT(refused("名: 值: 值\n"), ElementsAre("p.yaml:1:5: illegal map value"));
  EXPECT_FALSE(refused("a: 'open\n").empty());
  EXPECT_FALSE(refused("a: 'open").empty());
  EXPECT_FALSE(refused("}").empty());
  EXPECT_TRUE(refused("a: 1\n...\n").empty());
}

TEST(Yaml, SizeDepthAndNumberOfPartsAreBounded) {
  EXPECT_THAT(refused(std::string(2 << 20, 'a')), ElementsAre(HasSubstr("larger than 1 MiB")));
  EXPECT_THAT(refused(std::string(40, '[') + std::string(40, ']')), ElementsAre(HasSubstr("nested deeper")));
  EXPECT_THAT(refused(std::string(5000, '[')), ElementsAre(HasSubstr("nested deeper")));
  std::string many = "[";
  for (int i = 0; i < 110'000; ++i) many += "1,";
  EXPECT_THAT(refused(many + "1]"), ElementsAre(HasSubstr("too many parts")));
}

TEST(Yaml, ABombOfAliasesIsRefusedBeforeItGrows) {
  std::string bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 9; ++i) {
    bomb += fmt::format("a{0}: &a{0} [", i);
    for (int j = 0; j < 9; ++j) bomb += fmt::format("{}*a{}", j ? ", " : "", i - 1);
    bomb += "]\n";
  }
  EXPECT_FALSE(refused(bomb).empty());
}

TEST(Reader, TellsAllMistakesAtOnceEachAtItsPlace) {
  const Node root = parse_yaml(
      "titel: 上报\n"
      "hours: two days\n"
      "urgent: yes\n"
      "count: 017\n"
      "code: '12'\n"
      "shape: lst\n"
      "limit: 7 hours\n"
      "steps: none\n"
      "words: {zh: 好}\n",
      "p.yaml");
  std::vector<Complaint> complaints;
  {
    Reader reader(root, complaints);
    EXPECT_EQ(reader.text("title"), "");
    EXPECT_EQ(reader.integer("hours", 1, 100), 1);
    EXPECT_FALSE(reader.flag("urgent"));
    EXPECT_EQ(reader.integer("count"), 0);
    EXPECT_EQ(reader.integer("code"), 0) << "a number in quotes is text";
    EXPECT_EQ(reader.one_of("shape", {"list", "map"}), "list");
    reader.parsed("limit", [](const std::string& text) { return parse_limit(text); });
    EXPECT_TRUE(reader.list("steps").empty());
    reader.words("words");
  }
  EXPECT_THAT(told(complaints),
              ElementsAre("p.yaml:1:1: missing key 'title'",
                          "p.yaml:2:8: expected a whole number from 1 to 100, got \"two days\"",
                          HasSubstr("p.yaml:3:9: expected true or false"),
                          HasSubstr("p.yaml:4:8: expected a whole number, got \"017\""),
                          HasSubstr("p.yaml:5:7: expected a whole number"),
                          "p.yaml:6:8: expected 'shape' to be one of list, map, got \"lst\", did you mean 'list'?",
                          HasSubstr("p.yaml:7:8: cannot read the limit"), "p.yaml:8:8: expected a list, got \"none\"",
                          "p.yaml:9:8: missing key 'en'", "p.yaml:1:1: unknown key 'titel', did you mean 'title'?"));
}

TEST(Reader, ReadsWhatIsRightWithoutAWord) {
  const Node root = parse_yaml(
      "title: 上报\nhours: -3\nurgent: true\nshare: 0.8\nshape: map\nlimit: 7 working_hours\nnames: [a, "
      "b]\none: c\n"
      "words: {zh: 好, en: good}\nplain: 好\n",
      "p.yaml");
  std::vector<Complaint> complaints;
  {
    Reader reader(root, complaints);
    EXPECT_EQ(reader.text("title"), "上报");
    EXPECT_EQ(reader.integer("hours"), -3);
    EXPECT_TRUE(reader.flag("urgent"));
    EXPECT_EQ(reader.number("share"), 0.8);
    EXPECT_EQ(reader.optional_one_of("shape", {"list", "map"}), "map");
    EXPECT_EQ(reader.optional_parsed("limit", [](const std::string& text) { return parse_limit(text); }),
              (Limit{7, Unit::working_hour}));
    EXPECT_THAT(reader.texts("names"), ElementsAre("a", "b"));
    EXPECT_THAT(reader.optional_texts("one"), ElementsAre("c"));
    EXPECT_EQ(reader.words("words"), (Words{"好", "good"}));
    EXPECT_EQ(reader.words("plain"), (Words{"好", "好"}));
    EXPECT_EQ(reader.optional_text("absent"), std::nullopt);
    EXPECT_EQ(reader.flag_or("absent", true), true);
    EXPECT_TRUE(reader.optional_map("absent").empty());
  }
  EXPECT_THAT(told(complaints), ElementsAre());
}

TEST(Reader, NumbersAreStrictDecimals) {
  for (const char* text :
       {"0x10", "1_000", "+3", "01", "1e3", ".5", "5.", "1:30", "~", "nan", "9223372036854775808", "- 1"}) {
    std::vector<Complaint> complaints;
    const Node root =
        parse_yaml(std::string("a: \"\"\nn: ") + (std::string_view(text) == "- 1" ? "'- 1'" : text), "p.yaml");
    EXPECT_EQ(read_integer(*root.find("n"), complaints), std::nullopt) << text;
    EXPECT_EQ(complaints.size(), 1u);
  }
}

TEST(Reader, AListWhereAMapShouldBeIsOneComplaintNotTen) {
  const Node root = parse_yaml("[a, b]", "p.yaml");
  std::vector<Complaint> complaints;
  {
    Reader reader(root, complaints);
    reader.text("title");
    reader.integer("hours");
  }
  EXPECT_THAT(told(complaints), ElementsAre("p.yaml:1:1: expected a map of keys and values, got a list"));
}

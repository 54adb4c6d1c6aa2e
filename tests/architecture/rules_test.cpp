// The rules themselves, on small examples: a rule that cannot complain proves nothing about the house.
#include "architecture/rules.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

using namespace tongxin::architecture;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

namespace {

const Allowed allowed = allowed_includes(R"(# tongxin_module(ghost NEEDS base)
tongxin_module(base LINK Boost::json)
tongxin_module(store NEEDS base LINK PkgConfig::SQLITE)
tongxin_module(record
  NEEDS store)
tongxin_module(aspect NEEDS record)
tongxin_program(tongxin FROM cli NEEDS record)
)");

Complaints includes(const std::string& path, const std::string& text) {
  return wrong_includes(read_source(path, text), allowed);
}

std::string lines(int count) {
  std::string text;
  for (int i = 0; i < count; ++i) text += "  f();\n";
  return text;
}

}  // namespace

TEST(Rules, WhatAModuleNeedsMayNeedMore) {
  EXPECT_EQ(allowed.at("record"), (std::set<std::string>{"base", "record", "store"}));
  EXPECT_EQ(allowed.at("cli"), (std::set<std::string>{"base", "cli", "record", "store"}));
  EXPECT_FALSE(allowed.contains("ghost"));
}

TEST(Rules, AnIncludeUpwardsIsNamedWithFileAndLine) {
  EXPECT_THAT(includes("src/record/act.cpp", "#include \"base/id.hpp\"\n#include \"store/store.hpp\"\n"), IsEmpty());
  EXPECT_THAT(includes("src/store/store.cpp", "#include \"base/id.hpp\"\n\n#include \"record/act.hpp\"\n"),
              ElementsAre(HasSubstr("src/store/store.cpp:3: store/ may not include from record/")));
}

TEST(Rules, AnIncludeNamesItsFolder) {
  EXPECT_THAT(includes("src/base/id.cpp", "#include \"id.hpp\"\n"), ElementsAre(HasSubstr("src/base/id.cpp:1")));
}

TEST(Rules, AFolderThatNobodyDeclaredIsAComplaint) {
  EXPECT_THAT(includes("src/attic/old.cpp", ""), ElementsAre(HasSubstr("src/attic is unknown")));
}

TEST(Rules, AnAspectNeverIncludesAnother) {
  EXPECT_THAT(includes("src/aspect/roster/a.cpp", "#include \"aspect/ledger/types.hpp\"\n"),
              ElementsAre(HasSubstr("may not include the aspect ledger")));
  EXPECT_THAT(
      includes("src/aspect/roster/a.cpp", "#include \"aspect/roster/types.hpp\"\n#include \"aspect/door.hpp\"\n"),
      IsEmpty());
}

TEST(Rules, LongFunctionsAreFoundAndNamed) {
  const auto source =
      read_source("src/base/a.cpp", "namespace a {\n\nint good() {\n" + lines(78) +
                                        "}\n\nvoid bad(int a,\n         int b) {\n" + lines(78) + "}\n}\n");
  EXPECT_THAT(too_long({source}, {}), ElementsAre(testing::AllOf(HasSubstr("src/base/a.cpp:84:"),
                                                                 HasSubstr("void bad("), HasSubstr("has 81 lines"))));
}

TEST(Rules, TypesAndNamespacesAreNoFunctions) {
  const auto source = read_source("src/base/a.hpp", "namespace a {\nstruct A {\n" + lines(100) + "};\n}\n");
  EXPECT_THAT(too_long({source}, {}), IsEmpty());
}

TEST(Rules, LongFilesNeedAnExceptionWithAReason) {
  const auto source = read_source("src/base/table.cpp", std::string(800, '\n'));
  EXPECT_THAT(too_long({source}, {}), ElementsAre(HasSubstr("has 800 lines, 700 are the most")));
  EXPECT_THAT(too_long({source}, read_exceptions("# none\nfile src/base/table.cpp 800 one table of one standard\n")),
              IsEmpty());
  EXPECT_THAT(too_long({source}, read_exceptions("file src/base/table.cpp 800\n")), ElementsAre(HasSubstr("say why")));
  EXPECT_THAT(too_long({source}, read_exceptions("file src/base/table.cpp 799 smaller once\n")),
              ElementsAre(HasSubstr("799 are the most")));
}

TEST(Rules, AnExceptionThatIsNoLongerNeededIsAComplaint) {
  const auto source = read_source("src/base/a.cpp", "\n");
  EXPECT_THAT(too_long({source}, read_exceptions("file src/base/a.cpp 900 was long\n")),
              ElementsAre(HasSubstr("no longer needed")));
  EXPECT_THAT(too_long({source}, read_exceptions("file src/base/gone.cpp 900 was long\n")),
              ElementsAre(HasSubstr("there is no src/base/gone.cpp")));
}

TEST(Rules, BansNameTheReplacement) {
  const auto source = read_source("src/base/a.cpp", R"x(int a = rand();
auto t = std::chrono::system_clock::now();
std::regex r;
const char* sql = "Select * from t where at < now()";
)x");
  EXPECT_THAT(banned(source),
              ElementsAre(HasSubstr("a.cpp:1: 'rand(' is not used in this house; take a Random"), HasSubstr("a.cpp:2"),
                          HasSubstr("a.cpp:3"), HasSubstr("a.cpp:4: 'select *'"), HasSubstr("a.cpp:4: 'now()'")));
}

TEST(Rules, BansLookOnlyWhereTheyAreMeant) {
  EXPECT_THAT(
      banned(read_source("src/base/a.cpp", "// rand() and std::regex and select *\nint operand(); clock.now();\n")),
      IsEmpty());
  EXPECT_THAT(banned(read_source("src/base/time.cpp", "std::chrono::system_clock::now();\n")), IsEmpty());
  EXPECT_THAT(banned(read_source("src/store/sql/a.sql", "SELECT *\nFROM t\n")), ElementsAre(HasSubstr("a.sql:1")));
}

TEST(Source, KnowsCommentsLiteralsAndRawStringsApart) {
  const auto source = read_source("a.cpp",
                                  "int a = 1'000; // \"no\"\nauto b = \"x\\\"y\"; /* {\n */ char c = '\"';\n"
                                  "auto d = R\"s(raw \" { )s\"; done\n");
  EXPECT_THAT(source.code, testing::AllOf(HasSubstr("int a = 1'000;"), HasSubstr("done"), testing::Not(HasSubstr("{")),
                                          testing::Not(HasSubstr("no"))));
  EXPECT_THAT(source.literals,
              testing::AllOf(HasSubstr("x\\\"y"), HasSubstr("raw \" { "), testing::Not(HasSubstr("no"))));
  EXPECT_EQ(source.code.size(), source.all.size());
}

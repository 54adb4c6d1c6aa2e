// What the checker says about broken packs: one pack per mistake, and the exact line and column of each complaint.
#include "pack/loader.hpp"
#include "pack/chosen.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <fstream>

using namespace tongxin;
using namespace tongxin::pack;
using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

namespace {

namespace fs = std::filesystem;
using K = ArgumentKind;

// The shapes of effects that the engine offers; only what these tests need.
const Vocabulary kVocabulary{
    {

        {"assign", {{"responsible", K::level}, {"org", K::expression}, {"function", K::text}}, ""},
        {"set", {{"value", K::mapping, true}}, ""},
        {"notify", {{"to", K::relation, true}, {"say", K::words, true}}, ""},
        {"participant", {{"role", K::relation, true}, {"person", K::expression}}, ""},
        {"children", {{"kind", K::kind, true}, {"items", K::items}, {"form", K::mapping}, {"copy", K::fields}}, ""},
        {"act", {{"on", K::relation, true}, {"action", K::text, true}}, ""},
        {"extend", {{"deadline", K::deadline, true}, {"by", K::text}}, ""},
        {"redact", {{"value", K::fields, true}}, ""},
    },
    {}};

constexpr const char* kPack =
    "pack: p\n"
    "version: 1\n"
    "name: {zh: 包, en: Pack}\n"
    "levels:\n"
    "  street: {name: {zh: 街道, en: Street}, desk: true}\n"
    "roles:\n"
    "  worker: {name: {zh: 网格员, en: Worker}}\n"
    "functions:\n"
    "  roads: {name: {zh: 道路, en: Roads}}\n"
    "taxonomies:\n"
    "  matters: [{code: road, name: {zh: 路, en: Road}, function: roads}]\n"
    "calendars:\n"
    "  office: {name: {zh: 工作日历, en: Office}, week: {monday: ['09:00-17:00']}}\n";

// A sound kind, a line per thing, so that a test changes one line and knows its number.
constexpr const char* kKind =
    /*  1 */
    "kind: matter\n"
    /*  2 */
    "name: {zh: 事项, en: Matter}\n"
    /*  3 */
    "number: SX\n"
    /*  4 */
    "taxonomy: matters\n"
    /*  5 */
    "title: what\n"
    /*  6 */
    "form:\n"
    /*  7 */
    "  what: {type: text, name: {zh: 什么, en: What}, required: true}\n"
    /*  8 */
    "  size: {type: choice, name: {zh: 大小, en: Size}, options: {small: {zh: 小, en: Small}, big: {zh: 大, en: "
    "Big}}}\n"
    /*  9 */
    "states:\n"
    /* 10 */
    "  fresh:  {class: waiting, name: {zh: 新, en: Fresh}}\n"
    /* 11 */
    "  solved: {class: checking, name: {zh: 已办, en: Solved}}\n"
    /* 12 */
    "  closed: {class: done, name: {zh: 已结, en: Closed}, final: true}\n"
    /* 13 */
    "create: {who: [{anyone: true}], to: fresh}\n"
    /* 14 */
    "actions:\n"
    /* 15 */
    "  solve:\n"
    /* 16 */
    "    name: {zh: 办, en: Solve}\n"
    /* 17 */
    "    from: [fresh]\n"
    /* 18 */
    "    to: solved\n"
    /* 19 */
    "    who: [{role: [worker], at: place}]\n"
    /* 20 */
    "    form: {result: {type: text, name: {zh: 结果, en: Result}}}\n"
    /* 21 */
    "    effects: [{assign: {responsible: street}}]\n"
    /* 22 */
    "  close: {name: {zh: 结, en: Close}, from: [solved], to: closed, who: [{relation: reporter}]}\n"
    /* 23 */
    "  climb: {name: {zh: 升, en: Climb}, from: [fresh], to: same, who: [{system: true}]}\n"
    /* 24 */
    "deadlines:\n"
    /* 25 */
    "  handle: {name: {zh: 处置, en: Handle}, calendar: office, runs: [fresh], limit: 2 working_days, late: climb}\n"
    /* 26 */
    "counts:\n"
    /* 27 */
    "  received: {name: {zh: 收到, en: Received}, on: create}\n"
    /* 28 */
    "  solved: {name: {zh: 办结, en: Solved}, enter: solved}\n"
    /* 29 */
    "rates:\n"
    /* 30 */
    "  share: {name: {zh: 比例, en: Share}, of: solved, per: received}\n"
    /* 31 */ "rights: {see: [{anyone: true}]}\n";

std::string with_line(const std::string& text, int number, const std::string& line) {
  std::size_t at = 0;
  for (int i = 1; i < number; ++i) at = text.find('\n', at) + 1;
  return text.substr(0, at) + line + text.substr(text.find('\n', at));
}

class Packs : public testing::Test {
 protected:
  Packs() : root_(fs::temp_directory_path() / fmt::format("tongxin-loader-{}-{}", ::getpid(), ++count_)) {
    write("p/pack.yaml", kPack);
  }
  ~Packs() override { fs::remove_all(root_); }

  void write(const std::string& path, const std::string& text) {
    fs::create_directories((root_ / path).parent_path());
    std::ofstream(root_ / path, std::ios::binary) << text;
  }
  std::shared_ptr<const Library> load() { return load_packs({root_.string(), {}}, kVocabulary); }

  // "p/kinds/matter.yaml:18:9 unknown: state 'solvd' does not exist, did you mean 'solved'?"
  std::vector<std::string> complaints() {
    std::vector<std::string> lines;
    try {
      load();
    } catch (const Fault& fault) {
      EXPECT_EQ(fault.code(), Code::invalid);
      for (const Complaint& each : fault.complaints()) {
        EXPECT_FALSE(each.say.zh.empty());
        std::string at = each.at;
        if (at.starts_with(root_.string())) at.erase(0, root_.string().size() + 1);
        lines.push_back(at + " " + each.code + ": " + each.say.en);
      }
    }
    return lines;
  }
  std::vector<std::string> when_line(int number, const std::string& line) {
    write("p/kinds/matter.yaml", with_line(kKind, number, line));
    return complaints();
  }
  std::vector<std::string> when_pack_line(int number, const std::string& line) {
    write("p/pack.yaml", with_line(kPack, number, line));
    return complaints();
  }

  fs::path root_;
  static inline std::atomic<int> count_ = 0;
};

using Checker = Packs;

}  // namespace

TEST_F(Checker, ASoundPackLoadsAndItsThingsAreFound) {
  write("p/kinds/matter.yaml", kKind);
  EXPECT_THAT(complaints(), IsEmpty());
  const auto library = load();
  const Kind* kind = library->kind("matter");
  ASSERT_NE(kind, nullptr);
  EXPECT_EQ(kind->states.size(), 3u);
  EXPECT_EQ(kind->state("solved"), 1);
  EXPECT_EQ(kind->action("climb"), 2);
  EXPECT_TRUE(kind->actions[2].system_only);
  EXPECT_EQ(kind->deadlines[0].late_action, 2);
  EXPECT_EQ(library->packs[0].kinds, std::vector<std::string>{"matter"});
}

TEST_F(Checker, TheSameFilesGiveTheSameChecksumAndOtherFilesAnother) {
  write("p/kinds/matter.yaml", kKind);
  const std::string first = load()->checksum;
  EXPECT_EQ(load()->checksum, first);
  write("p/kinds/matter.yaml", with_line(kKind, 2, "name: {zh: 事, en: Matter}"));
  EXPECT_NE(load()->checksum, first);
}

// ── words ────────────────────────────────────────────────────────────────────────────────────────────────────────────

TEST_F(Checker, KindsStandInTheOrderThatTheySayAndTheOthersBehindThem) {
  const auto kind = [](std::string name, const std::string& order) {
    std::string text = with_line(kKind, 1, "kind: " + name);
    text = with_line(text, 3, "number: " + std::string(name == "a" ? "AA" : name == "b" ? "BB" : "CC") + order);
    return text;
  };
  write("p/kinds/a.yaml", kind("a", ""));
  write("p/kinds/b.yaml", kind("b", "\norder: 20"));
  write("p/kinds/c.yaml", kind("c", "\norder: 10"));
  const auto library = load();
  std::vector<std::string> names;
  for (const auto& each : library->kinds) names.push_back(each->name);
  EXPECT_THAT(names, ElementsAre("c", "b", "a"));
}

TEST_F(Checker, AnUnknownKeyIsToldWithTheOneThatWasMeant) {
  EXPECT_THAT(
      when_line(17, "    gard: []\n    from: [fresh]"),
      ElementsAre(AllOf(HasSubstr("p/kinds/matter.yaml:17:5"), HasSubstr("gard"), HasSubstr("did you mean 'guard'?"))));
}

TEST_F(Checker, AnUnknownStateIsToldWithTheOneThatWasMeant) {
  EXPECT_THAT(when_line(18, "    to: solvd"),
              ElementsAre("p/kinds/matter.yaml:18:9 unknown: state 'solvd' does not exist, did you mean 'solved'?"));
}

TEST_F(Checker, AnUnknownRoleIsToldWhereItStands) {
  EXPECT_THAT(when_line(19, "    who: [{role: [workr], at: place}]"),
              ElementsAre("p/kinds/matter.yaml:19:19 unknown: role 'workr' does not exist, did you mean 'worker'?"));
}

TEST_F(Checker, AWhoThatSaysNobodyIsIncomplete) {
  EXPECT_THAT(when_line(19, "    who: [{when: urgent}]"),
              ElementsAre(AllOf(HasSubstr("matter.yaml:19:11 missing"), HasSubstr("say who"))));
}

TEST_F(Checker, AnUnknownRelationIsToldAndOneThatAnEffectGivesIsKnown) {
  EXPECT_THAT(
      when_line(22, "  close: {name: {zh: 结, en: Close}, from: [solved], to: closed, who: [{relation: reportr}]}"),
      ElementsAre(EndsWith("relation 'reportr' does not exist, did you mean 'reporter'?")));
  write("p/kinds/matter.yaml",
        with_line(
            with_line(kKind, 22,
                      "  close: {name: {zh: 结, en: Close}, from: [solved], to: closed, who: [{relation: witness}]}"),
            21, "    effects: [{participant: {role: witness, person: self}}]"));
  EXPECT_THAT(complaints(), IsEmpty());
}

TEST_F(Checker, AnUnknownTaxonomyCalendarFunctionOrTitleIsTold) {
  EXPECT_THAT(
      when_line(4, "taxonomy: mattrs"),
      ElementsAre(HasSubstr("matter.yaml:4:11 unknown: taxonomy 'mattrs' does not exist, did you mean 'matters'?")));
  EXPECT_THAT(
      when_line(4, "function: road"),
      ElementsAre(HasSubstr("matter.yaml:4:11 unknown: function 'road' does not exist, did you mean 'roads'?")));
  EXPECT_THAT(when_line(5, "title: waht"),
              ElementsAre(HasSubstr("matter.yaml:5:8 unknown: field 'waht' does not exist, did you mean 'what'?")));
  EXPECT_THAT(when_line(25,
                        "  handle: {name: {zh: 处置, en: Handle}, calendar: ofice, runs: [fresh], limit: 2 "
                        "working_days, late: climb}"),
              ElementsAre(HasSubstr("calendar 'ofice' does not exist, did you mean 'office'?")));
  EXPECT_THAT(when_pack_line(11, "  matters: [{code: road, name: {zh: 路, en: Road}, function: rods}]"),
              Contains(AllOf(HasSubstr("p/pack.yaml:11:13 unknown"), HasSubstr("did you mean 'roads'"))));
}

TEST_F(Checker, ANumberPrefixIsOneToEightCapitals) {
  EXPECT_THAT(when_line(3, "number: sx1"), ElementsAre(HasSubstr("matter.yaml:3:9 format")));
}

// ── forms ────────────────────────────────────────────────────────────────────────────────────────────────────────────

TEST_F(Checker, AFieldCannotBePrivateAndPublic) {
  EXPECT_THAT(when_line(7, "  what: {type: text, name: {zh: 什么, en: What}, private: true, public: true}"),
              Contains(HasSubstr("matter.yaml:7:9 contradiction: a private field can be neither public nor searched")));
}

TEST_F(Checker, ATitleCannotComeFromAPrivateField) {
  EXPECT_THAT(when_line(7, "  what: {type: text, name: {zh: 什么, en: What}, private: true}"),
              ElementsAre(HasSubstr("matter.yaml:5:8 contradiction: a title cannot come from a private field")));
}

TEST_F(Checker, AFieldThatTheFlowFillsInCannotBePrivate) {
  EXPECT_THAT(when_line(8, "  size: {type: money, name: {zh: 钱, en: Money}, for: flow, private: true}"),
              ElementsAre(HasSubstr("matter.yaml:8:9 contradiction")));
}

TEST_F(Checker, AChoiceNeedsOptions) {
  EXPECT_THAT(when_line(8, "  size: {type: choice, name: {zh: 大小, en: Size}}"),
              ElementsAre("p/kinds/matter.yaml:8:9 missing: a choice needs options"));
}

TEST_F(Checker, AFieldCannotTakeANameOfTheSystem) {
  EXPECT_THAT(when_line(8, "  state: {type: text, name: {zh: 状态, en: State}}"),
              ElementsAre(HasSubstr("matter.yaml:8:10 reserved")));
}

TEST_F(Checker, AnUnknownTypeNamesTheTypesThereAre) {
  EXPECT_THAT(when_line(8, "  size: {type: txt, name: {zh: 大小, en: Size}}"),
              ElementsAre(AllOf(HasSubstr("matter.yaml:8:16"), HasSubstr("long_text"))));
}

// ── conditions ───────────────────────────────────────────────────────────────────────────────────────────────────────

TEST_F(Checker, AConditionThatSpeaksOfNothingIsToldAtItsColumn) {
  EXPECT_THAT(when_line(18, "    to: [{when: urgnt, to: solved}, {to: closed}]"),
              ElementsAre(AllOf(HasSubstr("matter.yaml:18:17 unknown"), HasSubstr("did you mean 'urgent'"))));
}

TEST_F(Checker, AConditionOfTheWrongTypeIsTold) {
  EXPECT_THAT(when_line(18, "    to: [{when: what, to: solved}, {to: closed}]"),
              ElementsAre(HasSubstr("matter.yaml:18:17 type")));
}

TEST_F(Checker, AComparisonWithAnOptionThatIsNotThereIsTold) {
  EXPECT_THAT(when_line(18, "    to: [{when: size = 'bg', to: solved}, {to: closed}]"),
              ElementsAre(AllOf(HasSubstr("matter.yaml:18:24 enum"), HasSubstr("big"))));
}

TEST_F(Checker, NoConditionMaySpeakOfAPrivateField) {
  EXPECT_THAT(when_line(8,
                        "  size: {type: text, name: {zh: 大小, en: Size}, private: true}\n  more: {type: text, name: "
                        "{zh: 更多, en: More}, required: size is not empty}"),
              ElementsAre(HasSubstr("matter.yaml:9:58 unknown")));
}

TEST_F(Checker, AGuardNeedsAConditionOrARuleThatExists) {
  EXPECT_THAT(when_line(20, "    guard: [{say: {zh: 不行, en: 'No'}}]"),
              ElementsAre(HasSubstr("matter.yaml:20:13 missing")));
  EXPECT_THAT(when_line(20, "    guard: [{rule: nothing}]"), ElementsAre(HasSubstr("there is no rule 'nothing'")));
}

// ── flow ─────────────────────────────────────────────────────────────────────────────────────────────────────────────

TEST_F(Checker, AStateThatNoActionLeadsToIsUnreachable) {
  EXPECT_THAT(when_line(12,
                        "  lost: {class: ended, name: {zh: 丢, en: Lost}, final: true}\n  closed: {class: done, name: "
                        "{zh: 已结, en: Closed}, final: true}"),
              ElementsAre("p/kinds/matter.yaml:12:9 unreachable: no action leads to state 'lost'"));
}

TEST_F(Checker, AStateWithoutAWayOutIsADeadEnd) {
  EXPECT_THAT(when_line(12, "  closed: {class: done, name: {zh: 已结, en: Closed}}"),
              ElementsAre("p/kinds/matter.yaml:12:11 dead_end: state 'closed' is not final, yet no action leaves it"));
}

TEST_F(Checker, AnActionThatStaysIsNoWayOut) {
  EXPECT_THAT(
      when_line(22, "  close: {name: {zh: 结, en: Close}, from: [solved], to: same, who: [{relation: reporter}]}"),
      ElementsAre(HasSubstr("matter.yaml:11:11 dead_end"), HasSubstr("matter.yaml:12:11 unreachable")));
}

// ── deadlines ────────────────────────────────────────────────────────────────────────────────────────────────────────

TEST_F(Checker, ADeadlineWhoseLateActionIsNotTheClocksIsRefused) {
  EXPECT_THAT(when_line(25,
                        "  handle: {name: {zh: 处置, en: Handle}, calendar: office, runs: [fresh], limit: 2 "
                        "working_days, late: solve}"),
              ElementsAre(AllOf(HasSubstr("matter.yaml:25:11 late"), HasSubstr("not open to the system"))));
}

TEST_F(Checker, ADeadlineThatCanPassWhereItsActionCannotBeTakenIsRefused) {
  EXPECT_THAT(when_line(25,
                        "  handle: {name: {zh: 处置, en: Handle}, calendar: office, runs: [fresh, solved], limit: 2 "
                        "working_days, late: climb}"),
              ElementsAre("p/kinds/matter.yaml:25:11 late: deadline 'handle' can pass in state 'solved', from which "
                          "'climb' cannot be taken"));
}

TEST_F(Checker, ALateActionThatCouldBeRefusedIsRefused) {
  EXPECT_THAT(when_line(23,
                        "  climb: {name: {zh: 升, en: Climb}, from: [fresh], to: same, who: [{system: true}], "
                        "guard: [{that: urgent, say: {zh: 不急, en: Not urgent}}]}"),
              ElementsAre(AllOf(HasSubstr("matter.yaml:25:11 late"), HasSubstr("has a guard that could refuse it"))));
  EXPECT_THAT(when_line(23,
                        "  climb: {name: {zh: 升, en: Climb}, from: [fresh], to: same, who: [{system: true}], "
                        "form: {why: {type: text, required: true, name: {zh: 原因, en: Why}}}}"),
              ElementsAre(AllOf(HasSubstr("matter.yaml:25:11 late"), HasSubstr("requires 'why'"))));
}

TEST_F(Checker, WorkingTimeNeedsACalendarAndALimitItsForm) {
  EXPECT_THAT(
      when_line(25, "  handle: {name: {zh: 处置, en: Handle}, runs: [fresh], limit: 2 working_days, late: climb}"),
      ElementsAre(HasSubstr("working time needs a calendar")));
  EXPECT_THAT(when_line(25, "  handle: {name: {zh: 处置, en: Handle}, runs: [fresh], limit: soon, late: climb}"),
              ElementsAre(HasSubstr("matter.yaml:25:62 format")));
  EXPECT_THAT(when_line(25,
                        "  handle: {name: {zh: 处置, en: Handle}, calendar: office, runs: [fresh], limit: 2 "
                        "working_days, late: climbs}"),
              ElementsAre(HasSubstr("action 'climbs' does not exist, did you mean 'climb'?")));
}

// ── effects ──────────────────────────────────────────────────────────────────────────────────────────────────────────

TEST_F(Checker, AnUnknownEffectOrArgumentIsToldWithTheOneThatWasMeant) {
  EXPECT_THAT(when_line(21, "    effects: [{asign: {responsible: street}}]"),
              ElementsAre("p/kinds/matter.yaml:21:16 unknown: effect 'asign' does not exist, did you mean 'assign'?"));
  EXPECT_THAT(
      when_line(21, "    effects: [{assign: {responsibel: street}}]"),
      ElementsAre(
          "p/kinds/matter.yaml:21:25 unknown: argument 'responsibel' does not exist, did you mean 'responsible'?"));
  EXPECT_THAT(when_line(21, "    effects: [{assign: {responsible: stret}}]"),
              ElementsAre("p/kinds/matter.yaml:21:38 unknown: level 'stret' does not exist, did you mean 'street'?"));
}

TEST_F(Checker, AnEffectHasItsArgumentsStandsAloneAndIsThere) {
  EXPECT_THAT(when_line(21, "    effects: [{notify: {to: reporter}}]"),
              ElementsAre(HasSubstr("matter.yaml:21:24 required: 'notify' lacks its argument say")));
  EXPECT_THAT(when_line(21, "    effects: [{assign: {responsible: street}, set: {size: 'null'}}]"),
              ElementsAre(HasSubstr("duplicate: one effect to an item")));
  EXPECT_THAT(when_line(21, "    effects: [{when: urgent}]"), ElementsAre(HasSubstr("matter.yaml:21:15 missing")));
}

TEST_F(Checker, WhatAnEffectNamesMustExist) {
  EXPECT_THAT(when_line(21, "    effects: [{set: {sise: input.result}}]"),
              ElementsAre("p/kinds/matter.yaml:21:22 unknown: field 'sise' does not exist, did you mean 'size'?"));
  EXPECT_THAT(when_line(21, "    effects: [{redact: whta}]"),
              ElementsAre(HasSubstr("field 'whta' does not exist, did you mean 'what'?")));
  EXPECT_THAT(when_line(21, "    effects: [{notify: {to: reportr, say: {zh: 好, en: Good}}}]"),
              ElementsAre(HasSubstr("relation or role 'reportr' does not exist, did you mean 'reporter'?")));
  EXPECT_THAT(when_line(21, "    effects: [{act: {on: childen, action: close}}]"),
              ElementsAre(HasSubstr("did you mean 'children'?")));
  EXPECT_THAT(when_line(21, "    effects: [{act: {on: children, action: clsoe}}]"),
              ElementsAre(HasSubstr("action 'clsoe' does not exist, did you mean 'close'?")));
  EXPECT_THAT(when_line(21, "    effects: [{children: {kind: mater}}]"),
              ElementsAre(HasSubstr("kind 'mater' does not exist, did you mean 'matter'?")));
  EXPECT_THAT(when_line(21, "    effects: [{children: {kind: matter, items: [{category: road, waht: x}]}}]"),
              ElementsAre(HasSubstr("field 'waht' does not exist, did you mean 'what'?")));
  EXPECT_THAT(when_line(21, "    effects: [{extend: {deadline: handel}}]"),
              ElementsAre(HasSubstr("deadline 'handel' does not exist, did you mean 'handle'?")));
  EXPECT_THAT(when_line(21, "    effects: [{extend: {deadline: handle, by: longer}}]"),
              ElementsAre(HasSubstr("matter.yaml:21:47 format")));
  EXPECT_THAT(when_line(21, "    effects: [{assign: {responsible: street, function: rods}}]"),
              ElementsAre(HasSubstr("function 'rods' does not exist, did you mean 'roads'?")));
}

// ── counting ─────────────────────────────────────────────────────────────────────────────────────────────────────────

TEST_F(Checker, ACountOrRateOfNothingIsTold) {
  EXPECT_THAT(when_line(28, "  solved: {name: {zh: 办结, en: Solved}, enter: solvd}"),
              ElementsAre(HasSubstr("state 'solvd' does not exist, did you mean 'solved'?")));
  EXPECT_THAT(when_line(30, "  share: {name: {zh: 比例, en: Share}, of: solvd, per: received}"),
              ElementsAre(HasSubstr("count 'solvd' does not exist, did you mean 'solved'?")));
}

TEST_F(Checker, ACountOfSeveralActionsMayNotSpeakOfOneActionsForm) {
  EXPECT_THAT(
      when_line(28, "  solved: {name: {zh: 办结, en: Solved}, on: [solve, close], when: input.result is not empty}"),
      ElementsAre(HasSubstr("matter.yaml:28:66 unknown")));
  EXPECT_THAT(when_line(28, "  solved: {name: {zh: 办结, en: Solved}, on: solve, when: input.result is not empty}"),
              IsEmpty());
}

// ── packs ────────────────────────────────────────────────────────────────────────────────────────────────────────────

TEST_F(Checker, PacksThatUseEachOtherInACircleAreRefused) {
  write("a/pack.yaml", "pack: a\nversion: 1\nname: A\nuses: [b]\n");
  write("b/pack.yaml", "pack: b\nversion: 1\nname: B\nuses: [a]\n");
  EXPECT_THAT(complaints(), ElementsAre("b/pack.yaml:4:8 circle: packs use each other in a circle: a"));
}

TEST_F(Checker, AUsedPackThatIsNotThereIsToldWhereItIsUsed) {
  write("a/pack.yaml", "pack: a\nversion: 1\nname: A\nuses: [nowhere]\n");
  EXPECT_THAT(complaints(), ElementsAre(HasSubstr("a/pack.yaml:4:8 missing: there is no pack 'nowhere'")));
}

TEST_F(Checker, APackIsNamedAsItsFolder) {
  EXPECT_THAT(when_pack_line(1, "pack: q"), ElementsAre(HasSubstr("p/pack.yaml:1:7 mismatch")));
}

TEST_F(Checker, AKindDefinedTwiceIsToldOnce) {
  write("p/kinds/matter.yaml", kKind);
  write("q/pack.yaml", "pack: q\nversion: 1\nname: Q\nuses: [p]\n");
  write("q/kinds/again.yaml", kKind);
  write("r/pack.yaml", "pack: r\nversion: 1\nname: R\nuses: [q]\n");
  EXPECT_THAT(complaints(), ElementsAre("q/kinds/again.yaml:1:1 duplicate: kind 'matter' is defined twice"));
}

TEST_F(Checker, ARoleThatAnotherPackHasIsADuplicate) {
  write("q/pack.yaml", "pack: q\nversion: 1\nname: Q\nuses: [p]\nroles:\n  worker: {name: W}\n");
  EXPECT_THAT(complaints(), ElementsAre("q/pack.yaml:6:3 duplicate: 'worker' is already given by another pack"));
}

TEST_F(Checker, ACategoryGivenTwiceIsTold) {
  EXPECT_THAT(when_pack_line(11, "  matters: [{code: road, name: Road}, {code: road, name: Again}]"),
              ElementsAre(HasSubstr("p/pack.yaml:11:39 duplicate")));
}

TEST_F(Checker, AllMistakesAreToldAtOnce) {
  write("p/kinds/matter.yaml",
        with_line(with_line(with_line(kKind, 18, "    to: solvd"), 19, "    who: [{role: [workr], at: place}]"), 8,
                  "  size: {type: choice, name: Size}"));
  EXPECT_THAT(complaints(), SizeIs(3));
}

TEST_F(Checker, AFileThatIsNoYamlIsToldWithItsPlace) {
  write("p/kinds/matter.yaml", "kind: [matter\n");
  EXPECT_THAT(complaints(), Contains(HasSubstr("p/kinds/matter.yaml:")));
}

TEST_F(Checker, AMissingNumberIsToldOnceAndItsMisspellingWithIt) {
  EXPECT_THAT(when_line(3, "numbr: SX"),
              ElementsAre("p/kinds/matter.yaml:1:1 required: missing key 'number'",
                          "p/kinds/matter.yaml:3:1 unknown: unknown key 'numbr', did you mean 'number'?"));
}

// Who speaks of a kind, or of a rule, whose file cannot be read is not to blame.
TEST_F(Checker, AFileThatCannotBeReadMakesNoComplaintsAboutOthers) {
  const std::string other = with_line(with_line(with_line(kKind, 1, "kind: other"), 3, "number: OT"), 21,
                                      "    effects: [{children: {kind: broken, form: {what: what}}}]");
  const std::string third =
      with_line(with_line(with_line(kKind, 1, "kind: third"), 3, "number: TH"), 17, "    from: [frsh]");
  write("p/kinds/broken.yaml", "kind: broken\nname: {zh: 坏, en: [\n");
  write("p/kinds/other.yaml", other);
  write("p/kinds/third.yaml", third);
  write("p/kinds/matter.yaml", kKind);
  const auto told = complaints();
  EXPECT_THAT(told, Contains(HasSubstr("p/kinds/broken.yaml")));
  EXPECT_THAT(told, Contains(HasSubstr("state 'frsh' does not exist")))
      << "what is wrong for sure is told all the same";
  EXPECT_THAT(told, Not(Contains(HasSubstr("p/kinds/other.yaml"))));
}

TEST_F(Checker, ABrokenOrHugeRuleFileHidesNothingAndBlamesNobodyElse) {
  for (const std::string& rules : {std::string("function r( end"), std::string(std::size_t(2) << 20, '-')}) {
    write("p/rules/r.lua", rules);
    write("p/kinds/matter.yaml", with_line(with_line(kKind, 20, "    guard: [{rule: r}]"), 17, "    from: [frsh]"));
    const auto told = complaints();
    ASSERT_THAT(told, SizeIs(2)) << testing::PrintToString(told);
    EXPECT_THAT(told, Contains(HasSubstr("p/rules/r.lua")));
    EXPECT_THAT(told, Contains(HasSubstr("state 'frsh' does not exist")));
  }
}

TEST_F(Checker, OneProblemIsNotProblems) {
  write("p/kinds/matter.yaml", with_line(kKind, 17, "    from: [frsh]"));
  try {
    (void)load();
    FAIL() << "a wrong pack was read";
  } catch (const Fault& fault) {
    EXPECT_EQ(fault.say().en, "the packs have 1 problem");
  }
}

TEST_F(Checker, APackIsChosenByNameOrFolderAndAWrongNameIsRefused) {
  write("p/kinds/matter.yaml", kKind);
  const auto library = load();
  const auto chosen = [&](const std::vector<std::string>& names) { return chosen_packs(*library, names); };
  for (const char* name : {"p", "packs/p", "packs/p/"}) ASSERT_THAT(chosen({name}), SizeIs(1)) << name;
  EXPECT_THAT(chosen({}), SizeIs(1));
  try {
    (void)chosen({"p", "pp"});
    FAIL() << "there is no pack 'pp'";
  } catch (const Fault& fault) {
    ASSERT_THAT(fault.complaints(), SizeIs(1));
    EXPECT_THAT(fault.complaints()[0].say.en, HasSubstr("pack 'pp' does not exist"));
  }
}

TEST_F(Checker, NoFolderIsSaidPlainly) {
  try {
    (void)load_packs({(root_ / "elsewhere").string(), {}}, kVocabulary);
    FAIL() << "a folder that is not there was read";
  } catch (const Fault& fault) {
    EXPECT_THAT(fault.say().en, HasSubstr("there is no folder of packs"));
  }
}

// ── upgrades ─────────────────────────────────────────────────────────────────────────────────────────────────────────

TEST_F(Checker, AnUpgradeThatLosesAStateOrAKindStrandsTheRecordsThere) {
  write("p/kinds/matter.yaml", kKind);
  const auto library = load();
  const std::vector<LiveState> live{{"matter", "fresh", 3}, {"matter", "handling", 2}, {"gone", "open", 1}};
  const auto told = check_upgrade(*library, live);
  ASSERT_THAT(told, SizeIs(2));
  EXPECT_THAT(told[0].at, HasSubstr("matter.yaml"));
  EXPECT_EQ(told[0].say.en, "the new 'matter' lacks state 'handling', in which 2 records stand");
  EXPECT_EQ(told[1].say.en, "the new version lacks kind 'gone', of which 1 records live");
  const std::vector<LiveState> sound{{"matter", "fresh", 3}, {"matter", "closed", 9}};
  EXPECT_THAT(check_upgrade(*library, sound), IsEmpty());
}

// ── what is offered to programs of others ────────────────────────────────────────────────────────────────────────────

// The sound kind, as residents start it and the public sees it, with a section open311.
namespace {
std::string offered(const std::string& section, const std::string& what = "public: true") {
  std::string text = with_line(kKind, 5, "title: what\nreport: true");
  text = with_line(text, 8, "  what: {type: text, name: {zh: 什么, en: What}, required: true, " + what + "}");
  return text + "publish: {states: [fresh, solved, closed]}\nopen311:\n" + section;
}
}  // namespace

TEST_F(Checker, AnOfferOfAKindThatResidentsStartAndThePublicSeesIsSound) {
  write("p/kinds/matter.yaml", offered("  categories: [road]\n  states: {solved: FIXED}\n  updates:\n"
                                       "    - {status: [FIXED, CLOSED], action: solve, text: result}\n"));
  EXPECT_THAT(complaints(), IsEmpty());
  const auto offer = load()->kind("matter")->open311;
  ASSERT_TRUE(offer);
  EXPECT_EQ(offer->statuses, (std::vector<std::string>{"FOR_TRIAGE", "FIXED", "CLOSED"}));
}

TEST_F(Checker, EveryMistakeOfAnOfferIsTold) {
  const std::pair<const char*, const char*> kMistakes[] = {
      {"  type: realtme\n", "did you mean 'realtime'?"},
      {"  typ: batch\n", "did you mean 'type'?"},
      {"  categories: [raod]\n", "category 'raod' does not exist, did you mean 'road'?"},
      {"  contact: {phone: fone}\n", "field 'fone' does not exist"},
      {"  contact: {name: wat}\n", "field 'wat' does not exist, did you mean 'what'?"},
      {"  contact: {email: mail}\n", "field 'mail' does not exist"},
      {"  states: {solvd: FIXED}\n", "state 'solvd' does not exist, did you mean 'solved'?"},
      {"  states: {solved: FIXD}\n", "status 'FIXD' does not exist, did you mean 'FIXED'?"},
      {"  updates: [{status: FIXD, action: solve}]\n", "status 'FIXD' does not exist"},
      {"  updates: [{status: [OPEN, CLOSD], action: solve}]\n", "status 'CLOSD' does not exist"},
      {"  updates: [{status: FIXED}]\n", "action"},
      {"  updates: [{action: slove}]\n", "action 'slove' does not exist, did you mean 'solve'?"},
      {"  updates: [{action: solve, text: reslt}]\n",
       "field of the action 'reslt' does not exist, did you mean 'result'?"},
      {"  updates: [{action: solve, media: photos}]\n", "field of the action 'photos' does not exist"},
      {"  updates: [{action: solve, form: {done: true}}]\n", "field of the action 'done' does not exist"},
  };
  for (const auto& [section, said] : kMistakes) {
    write("p/kinds/matter.yaml", offered(section));
    EXPECT_THAT(complaints(), Contains(HasSubstr(said))) << section;
  }
  write("p/kinds/matter.yaml", offered("  - realtime\n"));
  EXPECT_THAT(complaints(), Contains(HasSubstr("settings")));
}

TEST_F(Checker, WhatResidentsCannotStartOrThePublicCannotSeeIsNotOffered) {
  const auto without = [](std::string text, const std::string& part) {
    const auto at = text.find(part);
    EXPECT_NE(at, std::string::npos) << part;
    return text.erase(at, part.size());
  };
  const std::string section = "  type: realtime\n", sound = offered(section);
  write("p/kinds/matter.yaml", without(sound, "report: true\n"));
  EXPECT_THAT(complaints(), Contains(HasSubstr("only a kind that residents may start")));
  write("p/kinds/matter.yaml", without(sound, "publish: {states: [fresh, solved, closed]}\n"));
  EXPECT_THAT(complaints(), Contains(HasSubstr("a kind without public states")));
  write("p/kinds/matter.yaml", offered(section, "max: 200"));
  EXPECT_THAT(complaints(), Contains(HasSubstr("needs a title field that is a public text")));
  std::string staff = sound;
  staff.replace(staff.find("{who: [{anyone: true}], to: fresh}"), 34,
                "{who: [{role: [worker], at: place}], to: fresh}");
  write("p/kinds/matter.yaml", staff);
  EXPECT_THAT(complaints(), Contains(HasSubstr("only a kind that residents may start")));
  for (const char* field : {"papers: {type: files, name: {zh: 材料, en: Papers}, required: true}",
                            "secret: {type: phone, name: {zh: 手机, en: Phone}, required: true, private: true}",
                            "unit:   {type: org, name: {zh: 单位, en: Unit}, required: true}"}) {
    std::string text = sound;
    text.insert(text.find("  size: {"), std::string("  ") + field + "\n");
    write("p/kinds/matter.yaml", text);
    EXPECT_THAT(complaints(), Contains(HasSubstr("cannot be filled in from outside"))) << field;
  }
}

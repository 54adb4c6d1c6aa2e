// Accounts and postings in and out, and taking back what cannot simply vanish.
#include <fstream>
#include <iterator>

#include "aspect/ledger/operations.hpp"
#include "exchange_fixture.hpp"
#include "measure/verify.hpp"
#include "people/accounts.hpp"
#include "people/operations.hpp"

namespace tongxin::exchange {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

class Offices : public Street {
 protected:
  void import_as(std::int64_t id, PersonId actor = {}) {
    given.emplace(context());
    given->import = id;
    given->reason = fmt::format("import {}", id);
    if (actor) given->actor = {.person = actor, .system = false, .follows = {}};
  }
  std::string taken_out(const std::string& what) {
    const std::string path = folder() / "out.csv";
    const auto out =
        table::write_table(path, table::Format::csv, what, export_titles(*given, what, Language::zh), given->zone);
    export_rows(*given, what, Language::zh, *out);
    out->finish({});
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  std::optional<people::Account> account(std::string_view login) {
    return store->read([&](store::Tx& tx) { return people::find_account(tx, kRealm, login); });
  }
  people::SignInResult sign_in(const std::string& login, const std::string& password) {
    people::Attempt attempt;
    attempt.login = login, attempt.password = password, attempt.address = "192.0.2.1";
    return people::sign_in(*store, vault, kRealm, attempt, {}, clock.now(), ids);
  }
  PersonId accountant() {
    bring_in("people", "编号,姓名,岗位,组织编码,区域编码\n700,秦会计,village_accountant,team-1,taoyuan\n");
    return store->read([&](store::Tx& tx) { return people::find_person(tx, kRealm, "700")->id; });
  }
  std::int64_t balance(const char* name) {
    return store->read([&](store::Tx& tx) {
      const auto book = ledger::find_book(tx, kRealm, "collective", name, names.areas.at("taoyuan").value);
      return book ? book->balance : 0;
    });
  }
  std::vector<std::string> reasons_of_refusal(std::int64_t import) {
    std::vector<std::string> all;
    try {
      undo(*given, import);
    } catch (const Fault& fault) {
      EXPECT_EQ(fault.code(), Code::not_now);
      for (const Complaint& complaint : fault.complaints()) all.push_back(complaint.say.zh);
    }
    return all;
  }
};
INSTANTIATE_TEST_SUITE_P(Engines, Offices, test::kEngines, test::engine_name);

const std::string kAccounts =
    "登录名,初始密码,编号,姓名,岗位,组织编码,区域编码,任职日期,状态\n"
    "Tang.Wei,电池 correct horse,701,唐伟,全科网格员,team-1,grid-1,2026-01-01,\n"
    "tang.wei,,701,唐伟,grid_chief,桃园社区党委,桃园社区,2026-01-01,\n"
    "lu.min,,702,陆敏,,,,,停用\n";

TEST_P(Offices, AccountsComeWithPeopleAndPostsAndSignIn) {
  const auto report = bring_in("accounts", kAccounts);
  ASSERT_THAT(cells(report), IsEmpty());
  EXPECT_EQ(report.added, 3u);
  EXPECT_EQ(sign_in("tang.wei", "电池 correct horse").state, people::SignInState::signed_in);
  EXPECT_EQ(sign_in("lu.min", "").state, people::SignInState::wrong);
  EXPECT_TRUE(account("lu.min")->disabled);
  EXPECT_EQ(
      store->read([&](store::Tx& tx) { return people::posts_of(tx, kRealm, account("tang.wei")->person).size(); }), 2u);
  EXPECT_EQ(bring_in("accounts", kAccounts).unchanged, 3u);
  const auto changed =
      bring_in("accounts", "登录名,初始密码,编号,姓名,状态\ntang.wei,another password 9,701,唐伟,停用\n");
  EXPECT_EQ(changed.changed, 1u);
  EXPECT_TRUE(account("tang.wei")->disabled);
  bring_in("accounts", "登录名,编号,姓名,状态\ntang.wei,701,唐伟,启用\n");
  EXPECT_EQ(sign_in("tang.wei", "电池 correct horse").state, people::SignInState::signed_in)
      << "a file never changes a password that is there";
}

TEST_P(Offices, AccountsAreRefusedByCell) {
  bring_in("accounts", kAccounts);
  EXPECT_THAT(cells(bring_in("accounts",
                             "登录名,初始密码,编号,姓名,状态\n"
                             "a,,801,甲,\n"
                             "bing,short,802,乙,\n"
                             "ding,,803,丁,也许\n"
                             "bing,,804,丙,\n"
                             ",,805,戊,\n"
                             "wu.two,1234567890,806,己,\n")),
              ElementsAre("A2 length", "B3 password", "E4 enum", "A5 duplicate", "A6 required", "B7 password"));
  EXPECT_THAT(cells(bring_in("accounts", "登录名,编号,姓名\na,801,甲\nlu.min,801,甲\n")),
              ElementsAre("A2 length", "A3 duplicate"));
  EXPECT_FALSE(store->read([&](store::Tx& tx) { return people::find_person(tx, kRealm, "801"); }));
  import_as(1);
  given->admin = false;
  EXPECT_THROW(bring_in("accounts", kAccounts), Fault);
}

TEST_P(Offices, AccountsLeaveWithoutPasswordsAndComeBackUnchanged) {
  bring_in("accounts", kAccounts);
  import_as(1);
  const std::string table = taken_out("accounts");
  EXPECT_THAT(table, HasSubstr("tang.wei"));
  EXPECT_THAT(table, HasSubstr("停用"));
  EXPECT_THAT(table, Not(HasSubstr("密码")));
  EXPECT_THAT(table, Not(HasSubstr("argon")));
  const auto again = bring_in("accounts", table);
  EXPECT_THAT(cells(again), IsEmpty());
  EXPECT_EQ(again.unchanged, again.rows);
  given->admin = false;
  EXPECT_THROW(taken_out("accounts"), Fault);
}

TEST_P(Offices, AccountsThatNobodyUsedAreTakenBackWithTheirPeople) {
  import_as(31);
  bring_in("accounts", kAccounts);
  EXPECT_EQ(undo(*given, 31), 6u) << "two people, two accounts, two posts";
  EXPECT_FALSE(account("tang.wei"));
  import_as(32);
  bring_in("accounts", kAccounts);
  sign_in("tang.wei", "电池 correct horse");
  EXPECT_THAT(reasons_of_refusal(32), testing::Contains(HasSubstr("已有人登录使用")));
  EXPECT_TRUE(account("lu.min")) << "all or nothing";
}

const std::string kPostings =
    "凭证号,日期,金额,付方账户,付方,收方账户,收方,事由\n"
    "2026-001,2026-03-01,\"12,500.50\",自主经营收入,taoyuan,银行存款,taoyuan,大棚租金\n"
    "2026-002,,300,银行存款,桃园社区,支出,taoyuan,修水泵\n";

TEST_P(Offices, PostingsArePostedOnceInTheNameOfTheirKeeper) {
  EXPECT_THROW(bring_in("postings/collective", kPostings), Fault) << "nobody's name";
  import_as(41, accountant());
  EXPECT_EQ(bring_in("postings/collective", kPostings, Mode::check).added, 2u);
  EXPECT_EQ(balance("bank"), 0) << "a check stores nothing";
  const auto report = bring_in("postings/collective", kPostings);
  ASSERT_THAT(cells(report), IsEmpty());
  EXPECT_EQ(report.added, 2u);
  EXPECT_EQ(balance("bank"), 1'220'050);
  EXPECT_EQ(bring_in("postings/collective", kPostings).unchanged, 2u);
  EXPECT_EQ(balance("bank"), 1'220'050);
  const std::string table = taken_out("postings/collective");
  EXPECT_THAT(table, HasSubstr("2026-001,2026-03-01,12500.5,自主经营收入,taoyuan,银行存款,taoyuan,大棚租金"));
  EXPECT_EQ(bring_in("postings/collective", table).unchanged, 2u);
  const auto verdict = measure::verify(*store, *worlds, kRealm);
  EXPECT_TRUE(verdict.sound()) << verdict.findings.front().say.en;
}

TEST_P(Offices, PostingsAreRefusedByCell) {
  const PersonId keeper = accountant();
  import_as(42, keeper);
  const auto report = bring_in("postings/collective",
                               "凭证号,日期,金额,付方账户,付方,收方账户,收方,事由\n"
                               "1,,0,自主经营收入,taoyuan,银行存款,taoyuan,零\n"
                               "2,,1.005,自主经营收入,taoyuan,银行存款,taoyuan,厘\n"
                               "3,昨天,1,小金库,taoyuan,银行存款,,x\n"
                               "3,,1,自主经营收入,taoyuan,银行存款,taoyuan,\n");
  EXPECT_THAT(cells(report), ElementsAre("C2 range", "C3 range", "B4 format", "D4 enum", "G4 required", "A5 duplicate",
                                         "H5 required"));
  const auto unknown = bring_in("postings/collective",
                                "凭证号,金额,付方账户,付方,收方账户,收方,事由\n"
                                "9,1,自主经营收入,火星,银行存款,taoyuan,没有这个地方\n"
                                "10,1,支出,taoyuan,库存现金,taoyuan,x\n"
                                "11,5,库存现金,taoyuan,支出,taoyuan,没有这么多\n");
  EXPECT_EQ(unknown.failed, 2u);
  EXPECT_EQ(unknown.problems.at(0).cell, "D2");
  EXPECT_THAT(unknown.problems.at(1).say.zh, HasSubstr("余额不足"));
  import_as(43, names.people.at("lin"));
  const auto stranger = bring_in("postings/collective", kPostings);
  EXPECT_EQ(stranger.failed, 2u);
  EXPECT_THAT(stranger.problems.at(0).say.zh, HasSubstr("不是这个账户的记账人"));
  EXPECT_EQ(balance("bank"), 0);
}

TEST_P(Offices, PostingsAreTakenBackByCounterEntriesAndMayComeAgain) {
  import_as(44, accountant());
  bring_in("postings/collective", kPostings);
  EXPECT_EQ(undo(*given, 44), 2u);
  EXPECT_EQ(balance("bank"), 0);
  EXPECT_EQ(balance("own"), 0);
  EXPECT_EQ(bring_in("postings/collective", kPostings).added, 2u) << "under the same vouchers";
  const auto verdict = measure::verify(*store, *worlds, kRealm);
  EXPECT_TRUE(verdict.sound()) << verdict.findings.front().say.en;
}

TEST_P(Offices, RecordsThatNobodyWorkedOnAreWithdrawnAndTheirHistoryStays) {
  import_as(51, names.people.at("lin"));
  std::string text = "工单编号,类别,地址,内容\n";
  for (int i = 0; i < 230; ++i) text += fmt::format("N{},road,桃园里1号楼,路面有坑 {}\n", i, i);
  ASSERT_EQ(bring_in("records/issue", text, Mode::good).added, 230u);
  Progress progress;
  EXPECT_EQ(undo(*given, 51, &progress), 230u);
  EXPECT_EQ(progress.done.load(), 230u);
  EXPECT_EQ(count(kRecordCount), 230) << "nothing is unmade";
  store->read([&](store::Tx& tx) {
    const auto id = record::by_outside_number(tx, kRealm, "import", "N7");
    const auto record = engine->find(tx, kRealm, *id);
    EXPECT_EQ(record->state, "withdrawn");
    EXPECT_FALSE(record->open);
  });
  EXPECT_EQ(undo(*given, 51), 0u) << "again: nothing is left";
  const auto verdict = measure::verify(*store, *worlds, kRealm);
  EXPECT_TRUE(verdict.sound()) << verdict.findings.front().say.en;
}

TEST_P(Offices, OneRecordThatSomebodyWorksOnKeepsTheWholeImport) {
  import_as(52, names.people.at("lin"));
  ASSERT_EQ(
      bring_in("records/issue", "工单编号,类别,地址,内容\nM1,road,桃园里1号楼,坑\nM2,road,桃园里1号楼,坑坑\n").added,
      2u);
  const auto one = store->read([&](store::Tx& tx) { return *record::by_outside_number(tx, kRealm, "import", "M2"); });
  store->write([&](store::Tx& tx) {
    const auto record = engine->find(tx, kRealm, one);
    const auto holders = worlds->current(tx, kRealm)->directory->posts_in(record->holder_org);
    ASSERT_FALSE(holders.empty());
    const record::Actor holder{.person = holders.front()->person, .system = false, .follows = {}};
    engine->act(tx, kRealm, holder, one, "accept", {}, std::nullopt, clock.now());
  });
  EXPECT_THAT(reasons_of_refusal(52), ElementsAre(HasSubstr("导入之后已有人办理")));
  store->read([&](store::Tx& tx) {
    const auto id = record::by_outside_number(tx, kRealm, "import", "M1");
    EXPECT_EQ(engine->find(tx, kRealm, *id)->state, "collected");
  });
}

TEST_P(Offices, RecordsOfAKindThatNobodyCanWithdrawAreRefusedByNumber) {
  import_as(53);
  Options hotline;
  hotline.source = "hotline";
  const auto report =
      bring_in("records/hotline_item", "工单编号,时间,类别,地址,内容\nH1,2026-03-02,works,桃园里1号楼,漏水\n",
               Mode::all, hotline);
  ASSERT_THAT(cells(report), IsEmpty());
  EXPECT_THAT(reasons_of_refusal(53), ElementsAre(HasSubstr("没有您现在可以采用的撤回办法")));
}

}  // namespace
}  // namespace tongxin::exchange

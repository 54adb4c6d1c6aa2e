// The books over real HTTP: who sees which account, statements by cursor, postings by name, the last item under many clients,
// and a calculation with its reasoning.
#include <thread>

#include "aspect/ledger/operations.hpp"
#include "record/sql.hpp"
#include "serve/record_routes.hpp"
#include "serve/town.hpp"

namespace tongxin::serve {
namespace {

class BooksHttp : public Town {
 protected:
  void more_routes(Router& router) override {
    add_record_routes(*app, router);
    add_ledger_routes(*app, router);
  }
  std::string person(const std::string& name) const { return to_text(names.people.at(name)); }
  boost::json::value items(const test::HttpReply& reply) {
    EXPECT_EQ(reply.status, 200) << reply.body;
    return reply.json().at("items");
  }
  RecordId create(const std::string& who, const std::string& kind, boost::json::object form,
                  const char* category = "") {
    return store->write([&](store::Tx& tx) {
      record::Draft draft;
      draft.kind = kind;
      draft.area = names.areas.at("taoyuan");
      draft.category = category;
      draft.form = std::move(form);
      return engine->create(tx, kRealm, actor(who), draft, clock.now()).id;
    });
  }
  void act(const std::string& who, RecordId id, const std::string& action, boost::json::object form = {}) {
    store->write(
        [&](store::Tx& tx) { engine->act(tx, kRealm, actor(who), id, action, form, std::nullopt, clock.now()); });
  }
  record::Actor actor(const std::string& who) const {
    return {.person = names.people.at(who), .system = false, .follows = {}};
  }
  // A shop with one piece of soap for a point, and the named as members with one point each.
  void open_shop(const std::vector<std::string>& villagers) {
    for (const auto& [who, role] : std::map<std::string, std::string>{
             {"liu", "assembly_chair"}, {"he", "points_recorder"}, {"wu", "points_checker"}, {"bao", "shop_keeper"}})
      appoint(who, role, "taoyuan-committee", "taoyuan");
    const RecordId book = create("liu", "points_rule_book", {{"edition", "2026"}, {"year", 1}});
    act("liu", book, "add_rule", {{"about", "environment"}, {"act", "门前整洁"}, {"points", 1}});
    act("liu", book, "adopt",
        {{"on", to_day_text(day_of(clock.now()))}, {"present", 9}, {"in_favour", 9}, {"minutes", files_of(1)}});
    const RecordId rule = store->read([&](store::Tx& tx) {
      RecordId found;
      tx.each(
          record::sql::kChildren, [&](const store::Row& row) { found = row.get<RecordId>(0); }, kRealm, book);
      return found;
    });
    for (const std::string& each : villagers) {
      members[each] = create(each, "points_member", {{"of_age", true}});
      const RecordId deed = create("he", "points_event",
                                   {{"member", to_text(members[each])},
                                    {"rule", to_text(rule)},
                                    {"on", to_day_text(day_of(clock.now()))},
                                    {"evidence", files_of(1)}});
      act("wu", deed, "check");
      deeds[each] = deed;
    }
    soap = create("bao", "points_goods", {{"what", "肥皂"}, {"price", 1}});
    act("bao", soap, "supply", {{"count", 1}});
  }
  boost::json::array files_of(int count) {
    static constexpr store::Sql kAddFile{"books_file",
                                         "INSERT INTO attachment (realm_id, id, record_id, owner, at, name, type, "
                                         "size, hash, view_hash, thumb_hash, open) "
                                         "VALUES ($1,$2,0,0,$3,'a.jpg','image/jpeg',1000,$4,$4,$4,0)"};
    boost::json::array list;
    for (int i = 0; i < count; ++i) {
      const FileId id = ids.make<FileId>();
      store->write([&](store::Tx& tx) { tx.run(kAddFile, kRealm, id, clock.now(), std::string(64, '0')); });
      list.push_back(boost::json::string(to_text(id)));
    }
    return list;
  }
  boost::json::object redemption(const std::string& who) const {
    return {{"kind", "points_redemption"},
            {"place", {{"area", id("taoyuan")}}},
            {"form", {{"item", to_text(soap)}, {"member", to_text(members.at(who))}, {"count", 1}}}};
  }
  std::map<std::string, RecordId> members, deeds;
  RecordId soap;
};
INSTANTIATE_TEST_SUITE_P(Engines, BooksHttp, test::kEngines, test::engine_name);

TEST_P(BooksHttp, ADeedSaysWhoseItIs) {
  open_shop({"wang"});
  const std::string member = to_text(members.at("wang"));
  Visitor recorder = sign_in("he");
  const boost::json::value whose = recorder.get("/v1/records/" + member).json();
  const boost::json::value deed = recorder.get("/v1/records/" + to_text(deeds.at("wang"))).json();
  EXPECT_EQ(deed.at("names").at(member).as_string(), std::string(whose.at("number").as_string()) + " " +
                                                         std::string(whose.at("reporter").at("name").as_string()));
}

TEST_P(BooksHttp, PointsAreSeenByTheirOwnerAndTheRecorderOnly) {
  open_shop({"wang"});
  Visitor wang = sign_in("wang"), zhao = sign_in("zhao"), recorder = sign_in("he"), keeper = sign_in("bao");
  const auto mine = items(wang.get("/v1/accounts"));
  ASSERT_EQ(mine.as_array().size(), 1u);
  EXPECT_EQ(mine.at(0).at("balance"), 1);
  const std::string account(mine.at(0).at("id").as_string());
  const auto lines = wang.get("/v1/accounts/" + account + "/statement");
  EXPECT_EQ(items(lines).as_array().size(), 1u);
  EXPECT_EQ(recorder.get("/v1/accounts/" + account + "/statement").status, 200);
  for (Visitor* other : {&zhao, &keeper}) {
    EXPECT_EQ(other->get("/v1/accounts/" + account + "/statement").status, 404);
    EXPECT_TRUE(items(other->get("/v1/accounts?owner=" + person("wang"))).as_array().empty());
  }
  Visitor nobody = visitor();
  EXPECT_EQ(nobody.get("/v1/accounts/" + account + "/statement").status, 404);
  // The shelf is public.
  const auto shelf = items(nobody.get("/v1/accounts?ledger=goods_stock&name=shelf&owners=" + to_text(soap)));
  ASSERT_EQ(shelf.as_array().size(), 1u);
  EXPECT_EQ(shelf.at(0).at("balance"), 1);
}

TEST_P(BooksHttp, AnAccountSaysWhatIsReservedWhatIsFreeAndItsLimits) {
  open_shop({"wang"});
  Visitor wang = sign_in("wang");
  const auto mine = [&] { return items(wang.get("/v1/accounts")).at(0); };
  EXPECT_EQ(mine().at("ledger_label").at("en"), "Points");
  EXPECT_TRUE(mine().at("details").as_array().empty()) << "nothing beside the balance";
  store->write([&](store::Tx& tx) {
    const ledger::Posting posting{kRealm, ids, clock.now(), {}, {}, members.at("wang"), 0, 0, {}, "试留"};
    const auto& points = ledger::ledger_of(*engine->worlds().current(tx, kRealm)->library, "points");
    const auto purse = ledger::open_book(tx, posting, points, *points.account("purse"), names.people.at("wang").value);
    const auto spent =
        ledger::open_book(tx, posting, points, *points.account("spent"), names.areas.at("taoyuan").value);
    ledger::reserve(tx, posting, "order", purse, spent, 1);
  });
  const boost::json::value row = mine();
  EXPECT_EQ(row.at("balance"), 1);
  ASSERT_EQ(row.at("details").as_array().size(), 2u) << row;
  const boost::json::value expected = {
      {{"name", "held"}, {"amount", 1}, {"label", {{"zh", "已预留"}, {"en", "Reserved"}}}, {"shown", row.at("shown")}},
      {{"name", "free"},
       {"amount", 0},
       {"label", {{"zh", "可用"}, {"en", "Free to use"}}},
       {"shown", {{"zh", "0 分"}, {"en", row.at("details").at(1).at("shown").at("en")}}}}};
  EXPECT_EQ(row.at("details"), expected);
}

TEST_P(BooksHttp, MyOwnDataHoldMyAccountsWithTheirLines) {
  open_shop({"wang"});
  Visitor wang = sign_in("wang"), he = sign_in("he");
  const auto reply = wang.get("/v1/me/kept");
  ASSERT_EQ(reply.status, 200) << reply.body;
  const boost::json::value kept = reply.json();
  ASSERT_EQ(kept.at("accounts").as_array().size(), 1u) << kept;
  const auto& account = kept.at("accounts").at(0);
  EXPECT_EQ(account.at("balance"), 1);
  EXPECT_EQ(account.at("shown").at("zh"), "1 分");
  ASSERT_EQ(account.at("lines").as_array().size(), 1u);
  EXPECT_EQ(account.at("lines").at(0).at("amount"), 1);
  EXPECT_EQ(account.at("lines").at(0).at("balance"), 1);
  EXPECT_TRUE(he.get("/v1/me/kept").json().at("accounts").as_array().empty()) << "who records has no points of it";
}

TEST_P(BooksHttp, TheLastPieceGoesToExactlyOne) {
  const std::vector<std::string> villagers{"wang", "zhao", "chen", "sun", "zhou", "gao", "lin", "ma"};
  open_shop(villagers);
  std::vector<Visitor> visitors;
  for (const std::string& each : villagers) visitors.push_back(sign_in(each));
  std::atomic<int> got = 0, refused = 0;
  std::vector<std::thread> hands;
  for (std::size_t i = 0; i < visitors.size(); ++i)
    hands.emplace_back([&, i] {
      const auto reply = visitors[i].post("/v1/records", redemption(villagers[i]));
      (reply.status == 201 ? got : refused) += 1;
      EXPECT_TRUE(reply.status == 201 || reply.status == 422) << reply.body;
    });
  for (auto& hand : hands) hand.join();
  EXPECT_EQ(got, 1);
  EXPECT_EQ(refused, int(villagers.size()) - 1);
  int spent = 0;
  for (Visitor& each : visitors)
    if (items(each.get("/v1/accounts")).at(0).at("balance") == 0) ++spent;
  EXPECT_EQ(spent, 1) << "whoever got nothing keeps the points";
}

TEST_P(BooksHttp, AKeeperPostsWithAReasonAndUndoesItAndNobodyElse) {
  appoint("he", "village_accountant", "taoyuan-committee", "taoyuan");
  appoint("gao", "village_accountant", "liulin-committee", "liulin");
  appoint("liu", "income_officer", "taoyuan-committee", "taoyuan");
  const RecordId book =
      create("liu", "village_book", {{"what", "2026"}, {"village", id("taoyuan")}, {"year", 2026}, {"target", 1}});
  const std::string today = to_day_text(day_of(clock.now()));
  for (const char* into : {"bank", "cash"})
    act("he", book, "earn",
        {{"origin", "own"},
         {"amount", 5000},
         {"into", into},
         {"on", today},
         {"about", "租金"},
         {"voucher", files_of(1)}});
  Visitor accountant = sign_in("he"), other = sign_in("gao");
  std::map<std::string, std::string> accounts;
  const boost::json::value books =
      items(accountant.get("/v1/accounts?owner=" + id("taoyuan")));  // named: a range-for keeps no temporary alive
  for (const auto& each : books.as_array())
    accounts[std::string(each.at("name").as_string())] = each.at("id").as_string();
  const boost::json::object body{
      {"from", accounts.at("bank")}, {"to", accounts.at("cash")}, {"amount", 700}, {"reason", "提现"}};
  EXPECT_EQ(other.post("/v1/ledgers/collective/postings", body).status, 403);
  EXPECT_EQ(visitor().post("/v1/ledgers/collective/postings", body).status, 401);
  boost::json::object without = body;
  without["reason"] = "";
  EXPECT_EQ(accountant.post("/v1/ledgers/collective/postings", without).status, 422);
  const auto posted = accountant.post("/v1/ledgers/collective/postings", body);
  ASSERT_EQ(posted.status, 201) << posted.body;
  const std::string undo = "/v1/postings/" + std::string(posted.json().at("id").as_string()) + "/undo";
  EXPECT_EQ(other.post(undo, {{"reason", "错"}}).status, 403);
  EXPECT_EQ(accountant.post(undo, {{"reason", "重复"}}).status, 201);
  EXPECT_EQ(accountant.post(undo, {{"reason", "再来"}}).status, 409);
  const auto table = accountant.get("/v1/exports/accounts/" + accounts.at("cash") + "?format=csv");
  ASSERT_EQ(table.status, 200) << table.body;
  EXPECT_EQ(std::count(table.body.begin(), table.body.end(), '\n'), 4) << "the header and three lines: " << table.body;
  EXPECT_NE(table.body.find("提现"), std::string::npos);
  for (const char* person : {"gao", "tan"})  // who may read it may take it along, and nobody else
    EXPECT_EQ(sign_in(person).get("/v1/exports/accounts/" + accounts.at("cash")).status,
              sign_in(person).get("/v1/accounts/" + accounts.at("cash") + "/statement").status);
  EXPECT_EQ(visitor().get("/v1/exports/accounts/" + accounts.at("cash")).status,
            visitor().get("/v1/accounts/" + accounts.at("cash") + "/statement").status);
  const auto first = accountant.get("/v1/accounts/" + accounts.at("cash") + "/statement?limit=2");
  EXPECT_EQ(items(first).at(0).at("amount"), -700);
  const std::string next(first.json().at("next").as_string());
  EXPECT_EQ(items(accountant.get("/v1/accounts/" + accounts.at("cash") + "/statement?limit=2&cursor=" + next))
                .as_array()
                .size(),
            1u);
  EXPECT_EQ(accountant.get("/v1/accounts/" + accounts.at("cash") + "/statement?cursor=nonsense").status, 422);
  EXPECT_EQ(accountant.post("/v1/ledgers/collective/closings", {{"period", 299901}, {"owner", id("taoyuan")}}).status,
            422);
}

TEST_P(BooksHttp, TheApplicantReadsHowTheSumCameAbout) {
  const RecordId application = create(
      "wang", "relief_application",
      {{"household", person("wang")}, {"district", "east"}, {"members", 2}, {"income", 0}, {"papers_seen", true}},
      "minimum_allowance");
  Visitor wang = sign_in("wang"), zhao = sign_in("zhao");
  const auto shown = items(wang.get("/v1/records/" + to_text(application) + "/calculations"));
  ASSERT_EQ(shown.as_array().size(), 1u);
  EXPECT_EQ(shown.at(0).at("lines").as_array().size(), 4u);
  EXPECT_EQ(zhao.get("/v1/records/" + to_text(application) + "/calculations").status, 404);
}

}  // namespace
}  // namespace tongxin::serve

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "base/search_terms.hpp"
#include "support/engines.hpp"

using namespace tongxin;
using namespace tongxin::store;

namespace {

constexpr RealmId kRealm{7}, kOther{8};
using Found = std::vector<std::int64_t>;

// Few characters, so that pieces meet: Chinese, words, digits, separators.
std::string any_text(int longest) {
  static const std::vector<std::string> kParts = {"漏", "水", "楼", "道", "灯", "a",  "b",
                                                  "1",  "２", "B",  " ",  "，", "㍿", "か"};
  std::string text;
  const int count = *rc::gen::inRange(1, longest + 1);
  for (int i = 0; i < count; ++i) text += *rc::gen::elementOf(kParts);
  return text;
}

}  // namespace

class SearchTest : public test::EnginesTest {
 protected:
  void put(Store& store, std::int64_t document, const std::string& text, RealmId realm = kRealm,
           const char* kind = "issue") {
    store.write([&](Tx& tx) { tx.index(realm, document, kind, text); });
  }
  Found find(Store& store, const std::string& text, const char* kind = "", std::int64_t before = 0, int limit = 100,
             RealmId realm = kRealm) {
    return store.search(realm, kind, text, before, limit, {});
  }
};
INSTANTIATE_TEST_SUITE_P(Engines, SearchTest, test::kEngines, test::engine_name);

TEST(SearchTerms, ChineseRunsGivePairsAndTheirLastCharacterAndWordsGiveThemselves) {
  EXPECT_EQ(search_terms("路灯不亮，Ａ12栋"), (std::vector<std::string>{"a12", "不亮", "亮", "栋", "灯不", "路灯"}));
  EXPECT_TRUE(search_terms(" ，。! ").empty());
}

TEST_P(SearchTest, TwoCharactersAreFoundNewestFirst) {
  const auto store = fresh();
  put(*store, 1, "三楼漏水，已报物业");
  put(*store, 2, "楼道灯不亮");
  put(*store, 3, "卫生间又漏水了");
  EXPECT_EQ(find(*store, "漏水"), (Found{3, 1}));
  EXPECT_EQ(find(*store, "漏"), (Found{3, 1}));
  EXPECT_EQ(find(*store, "水漏"), Found{});
  EXPECT_EQ(find(*store, "已报物业"), Found{1});
  EXPECT_EQ(find(*store, "漏水 物业"), Found{1});
  EXPECT_EQ(find(*store, "  "), Found{});
}

TEST_P(SearchTest, FormsOfALetterAndBeginningsOfWordsAreFoundButNotTheirMiddles) {
  const auto store = fresh();
  put(*store, 1, "粤Ｂ12345 停在消防通道，Straße");
  EXPECT_EQ(find(*store, "b12345"), Found{1});  // a word begins where Chinese ends
  EXPECT_EQ(find(*store, "粤b123"), Found{1});
  EXPECT_EQ(find(*store, "STRASSE"), Found{1});
  EXPECT_EQ(find(*store, "stra"), Found{1});
  EXPECT_EQ(find(*store, "rasse"), Found{});
}

TEST_P(SearchTest, ALaterTextReplacesAndRemovalForgets) {
  const auto store = fresh();
  put(*store, 1, "漏水");
  put(*store, 1, "停电");
  EXPECT_EQ(find(*store, "漏水"), Found{});
  EXPECT_EQ(find(*store, "停电"), Found{1});
  store->write([&](Tx& tx) {
    tx.index(kRealm, 1, "issue", "一");
    tx.index(kRealm, 1, "issue", "停水");
  });
  EXPECT_EQ(find(*store, "停水"), Found{1});
  store->write([&](Tx& tx) { store->remove_from_index(tx, kRealm, 1); });
  EXPECT_EQ(find(*store, "停水"), Found{});
}

TEST_P(SearchTest, ARefusedJobIndexesNothing) {
  const auto store = fresh();
  EXPECT_THROW(store->write([&](Tx& tx) {
    tx.index(kRealm, 1, "issue", "漏水");
    throw Fault(Code::not_now, words("不行", "no"));
  }),
               Fault);
  EXPECT_EQ(find(*store, "漏水"), Found{});
}

TEST_P(SearchTest, RealmsAndKindsAreKeptApartEvenWhenTheirDocumentsShareANumber) {
  const auto store = fresh();
  put(*store, 1, "漏水");
  put(*store, 1, "漏水 别处", kOther);
  put(*store, 2, "漏水", kRealm, "policy");
  EXPECT_EQ(find(*store, "漏水"), (Found{2, 1}));
  EXPECT_EQ(find(*store, "别处"), Found{});
  EXPECT_EQ(find(*store, "漏水", "issue"), Found{1});
  EXPECT_EQ(find(*store, "漏水", "", 0, 9, kOther), Found{1});
  put(*store, 1, "干了", kOther);
  EXPECT_EQ(find(*store, "漏水", "issue"), Found{1});
  EXPECT_EQ(find(*store, "漏水", "", 0, 9, kOther), Found{});
}

TEST_P(SearchTest, PagesGoOnWhereTheLastOneEndedAndOnlyAcceptedOnesCount) {
  const auto store = fresh();
  store->write([&](Tx& tx) {
    for (int i = 1; i <= 50; ++i) tx.index(kRealm, i, "issue", fmt::format("漏水 {}", i));
  });
  const auto even = [](Tx&, std::int64_t document) { return document % 2 == 0; };
  std::int64_t before = 0;
  Found all;
  do {
    for (const auto document : store->search(kRealm, "", "漏水", before, 7, even, &before)) all.push_back(document);
  } while (before != 0);
  ASSERT_EQ(all.size(), 25u);
  EXPECT_EQ(all.front(), 50);
  EXPECT_EQ(all.back(), 2);
}

TEST_P(SearchTest, ARareWordUnderThousandsOfNewerTextsIsFound) {
  const auto store = fresh();
  put(*store, 1, "电梯困人");
  put(*store, 2, "电梯困人", kRealm, "policy");
  for (int from = 10; from < 5010; from += 500)
    store->write([&](Tx& tx) {
      for (int i = from; i < from + 500; ++i) tx.index(kRealm, i, "issue", i % 100 == 0 ? "电梯停运" : "漏水");
    });
  EXPECT_EQ(find(*store, "困人"), (Found{2, 1}));
  EXPECT_EQ(find(*store, "电梯困人", "issue"), Found{1});
  EXPECT_EQ(find(*store, "电梯", "", 0, 100).size(), 52u);
}

TEST_P(SearchTest, FindsExactlyWhatASearchThroughAllTextsFinds) {
  const auto store = fresh();
  std::int64_t next = 0;
  EXPECT_TRUE(rc::check([&] {
    const std::int64_t first = next + 1;
    std::map<std::int64_t, std::string, std::greater<>> texts;
    const int count = *rc::gen::inRange(1, 12);
    for (int i = 0; i < count; ++i) texts[++next] = any_text(12);
    store->write([&](Tx& tx) {
      for (auto& [document, text] : texts) tx.index(RealmId{first}, document, "k", text);
    });
    for (int i = 0; i < 5; ++i) {
      const auto typed = any_text(4);
      const SearchQuery query(typed);
      Found expected;
      for (auto& [document, text] : texts)
        if (!query.empty() && query.matches(fold_text(text))) expected.push_back(document);
      RC_ASSERT(store->search(RealmId{first}, "", typed, 0, 100, {}) == expected);
    }
  }));
}

TEST(SearchQuery, OfChineseOnlyIsASearchForTheTextItself) {
  EXPECT_TRUE(rc::check([] {
    static const std::vector<std::string> kParts = {"漏", "水", "楼", "，", "a"};
    const auto text_of = [](const std::vector<std::string>& parts) {
      std::string text;
      for (auto& part : parts) text += part;
      return text;
    };
    const auto text = text_of(*rc::gen::container<std::vector<std::string>>(rc::gen::elementOf(kParts)));
    const auto piece = text_of(*rc::gen::nonEmpty(
        rc::gen::container<std::vector<std::string>>(rc::gen::elementOf(std::vector<std::string>{"漏", "水", "楼"}))));
    RC_ASSERT(SearchQuery(piece).matches(text) == (text.find(piece) != std::string::npos));
  }));
}

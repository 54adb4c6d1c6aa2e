#include "base/text.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "base/generators.hpp"

using namespace tongxin;

TEST(Text, KnowsUtf8FromWhatIsNot) {
  for (const char* good : {"", "abc", "楼道", "𠮷", "\xF4\x8F\xBF\xBF", "\xED\x9F\xBF"})
    EXPECT_TRUE(is_utf8(good)) << good;
  for (const char* bad : {"\x80", "\xC0\xAF", "\xC1\x81", "\xE0\x80\x80", "\xED\xA0\x80", "\xF0\x80\x80\x80",
                          "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xFF", "a\xE4\xB8", "\xC2\xB5\xA7"})
    EXPECT_FALSE(is_utf8(bad));
  EXPECT_TRUE(rc::check([] { RC_ASSERT(is_utf8(*generators::text())); }));
}

TEST(Text, CutsBetweenCodePointsOnly) {
  EXPECT_EQ(cut("楼道灯", 2), "楼道");
  EXPECT_EQ(cut("𠮷a", 1), "𠮷");
  EXPECT_EQ(cut("ab", 9), "ab");
  EXPECT_TRUE(rc::check([] {
    const std::string text = *generators::text();
    const auto count = *rc::gen::inRange<std::size_t>(0, 20);
    const auto part = cut(text, count);
    RC_ASSERT(is_utf8(part));
    RC_ASSERT(count_code_points(part) == std::min(count, count_code_points(text)));
    RC_ASSERT(text.starts_with(part));
  }));
}

TEST(Text, TrimsWhatPeopleTypeAroundWords) {
  EXPECT_EQ(trim(" \t\n　楼道　灯\u00A0\uFEFF\u200B"), "楼道　灯");
  EXPECT_EQ(trim("　　"), "");
  EXPECT_EQ(trim("\x80 "), "\x80");
}

TEST(Text, OneLineLosesBreaksAndHiddenMarks) {
  EXPECT_EQ(one_line("  甲\r\n乙\t丙\u202Etxt.exe\u200F\a　"), "甲 乙 丙txt.exe");
  EXPECT_TRUE(rc::check([] { RC_ASSERT(is_one_line(one_line(*generators::text()))); }));
}

TEST(Text, GuessesTheWordThatWasMeant) {
  const std::vector<std::string> states{"draft", "submitted", "solved", "closed"};
  EXPECT_EQ(nearest("solvd", states), "solved");
  EXPECT_EQ(nearest("sumbitted", states), "submitted");
  EXPECT_EQ(nearest("x", states), std::nullopt);
  EXPECT_EQ(nearest("banana", states), std::nullopt);
  EXPECT_EQ(nearest("出生日其", std::vector<std::string>{"姓名", "出生日期"}), "出生日期");
  EXPECT_EQ(nearest(std::string(1 << 20, 'x'), states), std::nullopt);
}

TEST(Text, FoldsWidthAndCase) {
  EXPECT_EQ(fold("ＡＢＣ①ﬁ"), "abc1fi");
  EXPECT_EQ(fold("Hello"), "hello");
  EXPECT_EQ(fold("㈱ﷺ").substr(0, 1), "(");
  EXPECT_TRUE(rc::check([] {
    const std::string once = fold(*generators::text());
    RC_ASSERT(fold(once) == once);
  }));
}

TEST(Text, SortsNamesByPinyin) {
  std::vector<std::string> names{"Bob", "王芳", "李四", "张三", "安然", "欧阳娜"};
  std::sort(names.begin(), names.end(), [](const auto& a, const auto& b) { return pinyin_key(a) < pinyin_key(b); });
  EXPECT_EQ(names, (std::vector<std::string>{"安然", "李四", "欧阳娜", "王芳", "张三", "Bob"}));
  EXPECT_EQ(pinyin("王芳"), "wang fang");
  EXPECT_EQ(pinyin("绿色A栋"), "lu se a dong");
}

TEST(Text, KnowsPhonesAndWritesThemOneWay) {
  for (const char* good :
       {"13800138000", "19912345678", "0755-12345678", "075512345678", "010-12345678", "12345", "96333"})
    EXPECT_TRUE(is_phone(good)) << good;
  for (const char* bad :
       {"", "12", "1380013800", "138001380000", "12800138000", "0755-1234", "abc", "1380013800x", "075-5-12345678"})
    EXPECT_FALSE(is_phone(bad)) << bad;
  EXPECT_EQ(clean_phone(" +86 138-0013-8000"), "13800138000");
  EXPECT_EQ(clean_phone("１３８００１３８０００"), "13800138000");
  EXPECT_EQ(clean_phone("(0755) 1234 5678"), "075512345678");
  EXPECT_EQ(clean_phone("8613800138000"), "13800138000");
}

TEST(Text, ChecksTheLastDigitOfAnIdentityNumber) {
  EXPECT_TRUE(is_id_card("11010519491231002X"));  // the example of GB 11643-1999
  EXPECT_TRUE(is_id_card("11010519491231002x"));
  EXPECT_TRUE(is_id_card("440524188001010014") == false) << "born before 1900";
  for (const char* bad :
       {"110105194912310021", "11010519491331002X", "1101051949123100", "", "11010519490231002X", "a1010519491231002X"})
    EXPECT_FALSE(is_id_card(bad)) << bad;
}

TEST(Text, OneChangedDigitIsAlwaysSeen) {
  EXPECT_TRUE(rc::check([] {
    std::string number = "11010519491231002X";
    const auto at = *rc::gen::inRange<std::size_t>(0, 17);
    const char digit = *rc::gen::inRange('0', '9');
    RC_PRE(number[at] != digit);
    number[at] = digit;
    RC_ASSERT(!is_id_card(number));
  }));
}

TEST(Text, MasksWhatOthersNeedNotSee) {
  EXPECT_EQ(mask_phone("13800138000"), "138****8000");
  EXPECT_EQ(mask_phone("0755-12345678"), "0755****5678");
  EXPECT_EQ(mask_phone("12345"), "12345");
  EXPECT_EQ(mask_phone("123456"), "****");
  EXPECT_EQ(mask_id_card("11010519491231002X"), "110***********002X");
  EXPECT_EQ(mask_id_card("1"), "****");
  EXPECT_EQ(mask_name("王芳"), "王*");
  EXPECT_EQ(mask_name("王小芳"), "王*芳");
  EXPECT_EQ(mask_name("阿卜杜拉·买买提"), "阿****提");
}

TEST(Text, CodesComeBack) {
  EXPECT_EQ(escape_markup("<a href=\"x\">'&\x01</a>"), "&lt;a href=&quot;x&quot;&gt;&#39;&amp;&lt;/a&gt;");
  EXPECT_EQ(percent_encode("楼 a/~"), "%E6%A5%BC%20a%2F~");
  EXPECT_EQ(percent_decode("a+b%20c", true), "a b c");
  EXPECT_EQ(percent_decode("a+b"), "a+b");
  EXPECT_EQ(base64url("\xFF\xFE"), "__4");
  EXPECT_EQ(hex("\x01\xAB"), "01ab");
  for (const char* bad : {"%", "%1", "%zz", "a%2"}) EXPECT_EQ(percent_decode(bad), std::nullopt) << bad;
  for (const char* bad : {"a", "__5", "__4=", "ab c", "+/"}) EXPECT_EQ(from_base64url(bad), std::nullopt) << bad;
  for (const char* bad : {"a", "zz", "0x"}) EXPECT_EQ(from_hex(bad), std::nullopt) << bad;
  EXPECT_TRUE(rc::check([](const std::string& bytes) {
    RC_ASSERT(percent_decode(percent_encode(bytes)) == bytes);
    RC_ASSERT(from_base64url(base64url(bytes)) == bytes);
    RC_ASSERT(from_hex(hex(bytes)) == bytes);
  }));
}

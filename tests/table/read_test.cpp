#include "table/read.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/csv.hpp"
#include "table/inside.hpp"
#include "table/workbook.hpp"

namespace tongxin::table {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using Kind = Cell::Kind;
using test::Book;

std::size_t none_known(const std::vector<std::string>&) { return 0; }

std::vector<Row> rows_of(const std::string& bytes, Limits limits = {}, const KnownTitles& known = none_known) {
  const auto reader = open(bytes, "表.xlsx", known, limits);
  std::vector<Row> rows;
  for (Row row; reader->next(row);) rows.push_back(row);
  return rows;
}
Cell cell_of(const std::string& xml, Book book = {}) {
  book.rows = "<row r=\"1\">" + xml + "</row>";
  const auto rows = rows_of(book.bytes());
  return rows.empty() ? Cell{} : rows.at(0).cells.at(0);
}
std::string text_of(const std::string& xml) { return cell_of(xml).text; }
Code code_of(const std::string& bytes, Limits limits = {}) {
  try {
    rows_of(bytes, limits);
  } catch (const Fault& fault) {
    return fault.code();
  }
  return Code::internal;
}

TEST(Workbooks, NamesBeyondTheBasicPlaneAreWhole) {
  EXPECT_EQ(text_of("<c r=\"A1\" t=\"inlineStr\"><is><t>&#134071;明</t></is></c>"), "𠮷明");
  Book book;
  book.texts =
      "<si><t>王&#x20BB7;</t></si><si><r><t>李</t></r><r><t xml:space=\"preserve\">四 </t></r><rPh sb=\"0\" "
      "eb=\"1\"><t>リ</t></rPh></si>";
  EXPECT_EQ(cell_of("<c r=\"A1\" t=\"s\"><v>0</v></c>", book).text, "王𠮷");
  EXPECT_EQ(cell_of("<c r=\"A1\" t=\"s\"><v>1</v></c>", book).text, "李四");
}

TEST(Workbooks, NumbersAreAsTheyStandAndLongOnesAreKnownToBeBroken) {
  EXPECT_EQ(text_of("<c r=\"A1\"><v>13800138000</v></c>"), "13800138000");
  EXPECT_EQ(text_of("<c r=\"A1\"><v>1.3800138E10</v></c>"), "13800138000");
  EXPECT_EQ(text_of("<c r=\"A1\"><v>0.1</v></c>"), "0.1");
  EXPECT_EQ(cell_of("<c r=\"A1\"><v>1.1010119850307E+17</v></c>").kind, Kind::lossy);
  EXPECT_EQ(cell_of("<c r=\"A1\" t=\"inlineStr\"><is><t>110101198503070011</t></is></c>").kind, Kind::text);
}

TEST(Workbooks, DaysAndTimesComeOutAsTheyAreShown) {
  EXPECT_EQ(text_of("<c r=\"A1\" s=\"1\"><v>31113</v></c>"), "1985-03-07");
  EXPECT_EQ(cell_of("<c r=\"A1\" s=\"1\"><v>31113</v></c>").kind, Kind::day);
  EXPECT_EQ(text_of("<c r=\"A1\" s=\"3\"><v>31113</v></c>"), "1985-03-07");
  EXPECT_EQ(text_of("<c r=\"A1\" s=\"2\"><v>46083.35416665509</v></c>"), "2026-03-02 08:30");  // 08:29:59.999
  EXPECT_EQ(text_of("<c r=\"A1\" s=\"4\"><v>0.354166655</v></c>"), "08:30");
  EXPECT_EQ(text_of("<c r=\"A1\" s=\"1\"><v>59</v></c>"), "1900-02-28");
  EXPECT_EQ(text_of("<c r=\"A1\" s=\"1\"><v>61</v></c>"), "1900-03-01");
  Book mac;
  mac.properties = "<workbookPr date1904=\"1\"/>";
  EXPECT_EQ(cell_of("<c r=\"A1\" s=\"1\"><v>29651</v></c>", mac).text, "1985-03-07");
}

TEST(Workbooks, FormatsThatShowDaysAreToldFromThoseThatDoNot) {
  for (const char* format : {"yyyy-mm-dd", "m\"月\"d\"日\"", "[$-804]yyyy\"年\"m\"月\"", "h:mm", "[h]:mm"})
    EXPECT_TRUE(inside::is_date_format(format)) << format;
  for (const char* format : {"0.00", "\"d\"0", "[Red]0", "General", "0;yyyy", "#,##0_d"})
    EXPECT_FALSE(inside::is_date_format(format)) << format;
}

TEST(Workbooks, FormulasAreNeverComputed) {
  EXPECT_EQ(text_of("<c r=\"A1\"><f>1+1</f><v>2</v></c>"), "2");
  EXPECT_EQ(text_of("<c r=\"A1\" t=\"str\"><f>A2</f><v>张三</v></c>"), "张三");
  EXPECT_EQ(cell_of("<c r=\"A1\"><f>1+1</f></c>").kind, Kind::formula);
  EXPECT_EQ(cell_of("<c r=\"A1\"><f>1+1</f><v></v></c>").kind, Kind::formula);
  EXPECT_EQ(cell_of("<c r=\"A1\" t=\"e\"><f>1/0</f><v>#DIV/0!</v></c>").kind, Kind::fault);
  EXPECT_EQ(text_of("<c r=\"A1\" t=\"inlineStr\"><is><t>=1+1</t></is></c>"), "=1+1");
}

TEST(Workbooks, EmptyRowsAndSpacesOfAnyWidthAreNothing) {
  Book book;
  book.rows = Book::line(1, {"姓名"}) + "<row r=\"2\"/>" + Book::line(3, {"　 "}) + Book::line(5, {"　张三 "});
  const auto rows = rows_of(book.bytes());
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_EQ(rows[1].number, 5);
  EXPECT_EQ(rows[1].cells[0].text, "张三");
}

TEST(Workbooks, MergedCellsAreKnownAfterTheLastRow) {
  Book book;
  book.rows = Book::line(1, {"居民名册"}) + Book::line(2, {"编号", "姓名"});
  book.behind = "<mergeCells count=\"1\"><mergeCell ref=\"A1:B1\"/></mergeCells>";
  const std::string bytes = book.bytes();
  const auto reader = open(bytes, "x", none_known);
  for (Row row; reader->next(row);) continue;
  ASSERT_EQ(reader->merges().size(), 1u);
  EXPECT_TRUE(reader->merges()[0].covers(1, 2));
  EXPECT_FALSE(reader->merges()[0].covers(2, 2));
}

TEST(Workbooks, TheFirstSheetThatIsShownIsRead) {
  Book book;
  book.sheets =
      "<sheet name=\"藏\" sheetId=\"1\" state=\"hidden\" r:id=\"rId1\"/><sheet name=\"看\" sheetId=\"2\" "
      "r:id=\"rId2\"/>";
  EXPECT_EQ(rows_of(book.bytes()).at(0).cells.at(0).text, "另一张");
}

TEST(Workbooks, WhatIsNoneIsRefusedWithAWordOfHelp) {
  EXPECT_EQ(code_of(""), Code::invalid);
  EXPECT_EQ(code_of("PK\x03\x04 nonsense"), Code::invalid);
  EXPECT_EQ(code_of(test::zipped({{"a.txt", "hello"}})), Code::invalid);
  try {
    open("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", "旧.xls", none_known);
    FAIL();
  } catch (const Fault& fault) {
    EXPECT_EQ(fault.code(), Code::media_type);
    EXPECT_THAT(fault.say().zh, HasSubstr("另存为 .xlsx"));
  }
}

TEST(Workbooks, HostileOnesAreBoundedBeforeTheyAreKept) {
  Book bomb;
  bomb.texts = "<si><t>" + std::string(8 << 20, 'A') + "</t></si>";  // packs to a few kilobytes
  Limits limits;
  limits.texts = 1 << 20;
  EXPECT_LT(bomb.bytes().size(), std::size_t(64 << 10));
  EXPECT_EQ(code_of(bomb.bytes(), limits), Code::too_large);
  limits = {};
  limits.unpacked = 1 << 20;
  EXPECT_EQ(code_of(bomb.bytes(), limits), Code::too_large);
  Book wide;
  wide.rows = "<row r=\"1\"><c r=\"XFD1\"><v>1</v></c></row>";
  EXPECT_EQ(code_of(wide.bytes()), Code::too_large);
  Book deep;
  deep.rows = "<row r=\"9999999\"><c r=\"A1\"><v>1</v></c></row>";
  EXPECT_EQ(code_of(deep.bytes()), Code::too_large);
  Book cell;
  cell.rows = Book::line(1, {std::string(100'000, 'x')});
  EXPECT_EQ(code_of(cell.bytes()), Code::too_large);
}

TEST(Workbooks, EntitiesAreNotUnfolded) {
  Book book;
  book.rows = Book::line(1, {"x"});
  std::string bytes =
      test::zipped({{"_rels/.rels",
                     "<!DOCTYPE x [<!ENTITY a \"aaaa\">]><Relationships><Relationship Type=\"x/officeDocument\" "
                     "Target=\"xl/workbook.xml\"/></Relationships>"}});
  EXPECT_EQ(code_of(bytes), Code::invalid);
}

TEST(Workbooks, TruncatedOrChangedBytesNeverCrash) {
  Book book;
  book.texts = "<si><t>甲</t></si>";
  book.rows = "<row r=\"1\"><c r=\"A1\" t=\"s\"><v>0</v></c></row>" + Book::line(2, {"乙", "丙"});
  const std::string whole = book.bytes();
  for (std::size_t at = 0; at < whole.size(); at += 7) {
    std::string cut = whole.substr(0, at), changed = whole;
    changed[at] = char(changed[at] ^ 0x5a);
    for (const std::string& bytes : {cut, changed}) {
      try {
        rows_of(bytes);
      } catch (const Fault&) {
      }
    }
  }
}

TEST(CsvTables, AreReadInEveryEncodingThatOfficesUse) {
  const KnownTitles known = [](const std::vector<std::string>& row) {
    return std::size_t(std::count(row.begin(), row.end(), "姓名"));
  };
  const std::string utf8 = "姓名,手机\r\n\r\n张三,\"138 0013,8000\"\r\n";
  std::string gb;
  csv::Writer writer(gb, {.encoding = csv::Encoding::gb18030});
  writer.row({"姓名", "手机"});
  writer.row({"张三", "138 0013,8000"});
  for (const std::string& bytes : {utf8, "\xEF\xBB\xBF" + utf8, gb}) {
    const auto rows = rows_of(bytes, {}, known);
    ASSERT_EQ(rows.size(), 2u);
    EXPECT_EQ(rows[1].cells[0].text, "张三");
    EXPECT_EQ(rows[1].cells[1].text, "138 0013,8000");
  }
  EXPECT_EQ(rows_of(utf8, {}, known)[1].number, 3);
  EXPECT_EQ(rows_of("a\n=\"00123\"\n'=1+1\n", {}, known)[1].cells[0].text, "00123");
  EXPECT_EQ(rows_of("a\n'=1+1\n", {}, known)[1].cells[0].text, "=1+1");
}

TEST(Cells, HaveTheNamesThatExcelGivesThem) {
  EXPECT_EQ(cell_name(0, 1), "A1");
  EXPECT_EQ(cell_name(25, 17), "Z17");
  EXPECT_EQ(cell_name(26, 2), "AA2");
  EXPECT_EQ(cell_name(701, 2), "ZZ2");
  EXPECT_EQ(cell_name(702, 2), "AAA2");
}

}  // namespace
}  // namespace tongxin::table

#include "base/csv.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <sstream>

#include "base/generators.hpp"
#include "base/text.hpp"

using namespace tongxin;
using csv::Encoding;

namespace {

using List = std::vector<std::string>;
using Table = std::vector<List>;

std::vector<csv::Column> people() {
  return {{"name", {"姓名", "Name"}},
          {"birthday", {"出生日期", "Birthday"}, csv::optional_column},
          {"phone", {"电话", "Phone"}, csv::optional_column},
          {"points", {"积分", "Points"}, csv::optional_column}};
}

// "place | zh" per complaint of reading the file to its end with every typed cell.
List complaints(const std::string& text, csv::ReadOptions options = {.file = "人.csv"}) {
  List result;
  try {
    std::istringstream in(text);
    csv::Reader rows(in, people(), options);
    while (rows.next()) {
      rows.required_text("name");
      rows.day("birthday");
      rows.integer("points");
    }
    rows.finish();
  } catch (const Fault& fault) {
    for (const Complaint& complaint : fault.complaints()) result.push_back(complaint.at + " | " + complaint.say.zh);
    if (result.empty()) result.push_back(std::string(meaning(fault.code()).name) + " | " + fault.say().zh);
  }
  return result;
}

// Name and phone of each row.
Table read(const std::string& text) {
  std::istringstream in(text);
  csv::Reader rows(in, people());
  Table table;
  while (rows.next()) table.push_back({std::string(rows.text("name")), std::string(rows.text("phone"))});
  rows.finish();
  return table;
}
Encoding encoding_of(const std::string& text) {
  std::istringstream in(text);
  return csv::Reader(in, people()).encoding();
}
std::string gb(std::initializer_list<std::string_view> cells) {
  std::string out;
  csv::Writer writer(out, {.encoding = Encoding::gb18030});
  writer.row({"姓名", "电话"});
  writer.row(cells);
  return out;
}

}  // namespace

TEST(Csv, ReadsQuotesLineEndsAndDelimitersOfAllKinds) {
  const Table wang{{"王芳", "1"}, {"李\"四\"", "2"}};
  EXPECT_EQ(read("姓名,电话\r\n王芳,1\r\n\"李\"\"四\"\"\",2\r\n"), wang);
  EXPECT_EQ(read("姓名,电话\n王芳,1\n\"李\"\"四\"\"\",2"), wang);
  EXPECT_EQ(read("姓名,电话\r王芳,1\r\"李\"\"四\"\"\",2\r"), wang);
  EXPECT_EQ(read("姓名;电话\n王芳;1\n\"李\"\"四\"\"\";2\n"), wang);
  EXPECT_EQ(read("\xEF\xBB\xBF姓名\t电话\n王芳\t1\n李\"四\"\t2\n"), wang);
  EXPECT_EQ(read("姓名,电话\n\"a,\nb\",\"\"\n"), (Table{{"a,\nb", ""}}));
  EXPECT_EQ(read("\n,\n电话（必填）, NAME *\n\n,,\n 1 ,　王芳　,\n2\n"), (Table{{"王芳", "1"}, {"", "2"}}));
}

TEST(Csv, FindsTheEncoding) {
  EXPECT_EQ(encoding_of("姓名\n王\n"), Encoding::utf8);
  EXPECT_EQ(encoding_of("Name\nWang\n"), Encoding::utf8);
  EXPECT_EQ(encoding_of(gb({"王芳", "1"})), Encoding::gb18030);
  EXPECT_EQ(read(gb({"𠮷王芳", "1"})), (Table{{"𠮷王芳", "1"}}));
  EXPECT_EQ(read(std::string("\xFF\xFEN\0a\0m\0e\0\n\0\x8B\x73\n\0", 16)), (Table{{"王", ""}}));
}

TEST(Csv, AHeaderDecidesWhenBytesAreValidInBothEncodings) {
  // 一 in GB18030 is D2 BB, which is also UTF-8 for U+04BB.
  std::istringstream in("\xD2\xBB\nx\n");
  csv::Reader rows(in, {{"one", {"一"}}});
  EXPECT_EQ(rows.encoding(), Encoding::gb18030);
  ASSERT_TRUE(rows.next());
  EXPECT_EQ(rows.text("one"), "x");
}

TEST(Csv, NamesLineAndColumnOfEachComplaint) {
  EXPECT_EQ(complaints("姓名,生日,出生日期,积分\n王芳,,1985.13.7,1\n\n\"a\nb\",,1985-03,x\n,,,１２\n李,,,,\n张,,,,5\n"),
            (List{"人.csv:2: 出生日期 | 1985.13.7 不是日期，应为 1985-03-07 这样的格式",
                  "人.csv:4: 出生日期 | 1985-03 只有年月，应写到日，如 1985-03-07", "人.csv:4: 积分 | x 不是整数",
                  "人.csv:6: 姓名 | 不能为空", "人.csv:8 | 这一行有 5 格，而表头只有 4 列"}));
}

TEST(Csv, RefusesAHeaderThatDoesNotFit) {
  EXPECT_EQ(complaints("姓 明,电话\n王芳,1\n"), List{"人.csv:1 | 缺少列“姓名”；第 1 行有：姓 明、电话"});
  EXPECT_EQ(complaints("姓名,电话,Phone\n"), List{"人.csv:1 | 列“电话”出现了两次"});
  EXPECT_EQ(complaints("和平社区居民名册,,\n姓名,电话,\n王芳,1,\n"),
            List{"人.csv:1 | 第 1 行像是合并的标题，列名在第 2 行；请删去标题行，让列名成为第一行"});
  EXPECT_EQ(complaints(""), List{"人.csv | 空文件"});
  EXPECT_EQ(complaints("\n\n,,\n"), List{"人.csv | 空文件"});
}

TEST(Csv, GuessesTheColumnThatWasMeant) {
  std::istringstream in("出生日其\n1985\n");
  try {
    csv::Reader rows(in, {{"birthday", {"出生日期"}}});
    FAIL();
  } catch (const Fault& fault) {
    EXPECT_EQ(fault.complaints().at(0).say.zh, "缺少列“出生日期”；第 1 行有：出生日其。“出生日其”是不是“出生日期”？");
  }
}

TEST(Csv, RefusesWhatIsNoTable) {
  EXPECT_EQ(complaints("PK\x03\x04zip").at(0), "media_type | 人.csv 是 Excel 工作簿（.xlsx），请另存为 CSV 再导入");
  EXPECT_EQ(complaints("\xD0\xCF\x11\xE0old").at(0).substr(0, 10), "media_type");
  EXPECT_EQ(complaints(std::string("a\0b", 3)).at(0).substr(0, 10), "media_type");
  EXPECT_EQ(complaints("\xEF\xBB\xBF姓名\n\xFF\n").at(0).substr(0, 7), "invalid");
}

TEST(Csv, SaysWhereAFileCanBeReadNoFurther) {
  EXPECT_EQ(complaints("姓名,电话\n,1\n王,\"2\n3\n"),
            (List{"人.csv:2: 姓名 | 不能为空", "人.csv:3: 电话 | 引号从这里开始，直到文件末尾都没有结束"}));
  EXPECT_EQ(complaints("姓名,电话\n\"王\"芳,1\n"), List{"人.csv:2: 姓名 | 引号结束后还有别的字；引号里的引号要写两个"});
  EXPECT_EQ(complaints("姓名\n王\n\xFF\xFF\n"), (List{"人.csv:3 | 这一行附近的字既不是 UTF-8 也不是 GB18030"}));
  EXPECT_EQ(complaints("姓名\n" + std::string(100, 'x'), {.file = "人.csv", .max_field = 99}),
            List{"人.csv:2: 姓名 | 这一格太长，最多 99 字节；是不是少了一个引号？"});
  EXPECT_EQ(complaints("姓名\n" + std::string(3000, ',')), List{"人.csv:2 | 一行最多 1000 列"});
}

TEST(Csv, CountsAllComplaintsAndKeepsSome) {
  std::string text = "姓名,积分\n";
  for (int i = 0; i < 1000; ++i) text += "王,x\n";
  try {
    std::istringstream in(text);
    csv::Reader rows(in, people());
    while (rows.next()) rows.integer("points");
    rows.finish();
    FAIL();
  } catch (const Fault& fault) {
    EXPECT_EQ(fault.complaints().size(), 100u);
    EXPECT_EQ(fault.say().zh, "CSV 有 1000 处不对");
  }
}

TEST(Csv, WritesCellsThatNoSpreadsheetComputes) {
  std::string out;
  csv::Writer writer(out, {.bom = false});
  writer.row({"=1+1", "+cmd|' /C calc'!A0", "-5", "+8613800138000", "@x", "\tx", "-a", "'=x", "a=b"});
  EXPECT_EQ(out, "'=1+1,'+cmd|' /C calc'!A0,-5,+8613800138000,'@x,\"'\tx\",'-a,''=x,a=b\r\n");
  EXPECT_EQ(read("姓名,电话\n=1+1,'=1+1\n"), (Table{{"=1+1", "=1+1"}})) << "a formula is only text";
}

TEST(Csv, EveryTableComesBackInEveryEncodingAndDelimiter) {
  EXPECT_TRUE(rc::check([] {
    const csv::WriteOptions options{*rc::gen::element(Encoding::utf8, Encoding::gb18030), *rc::gen::arbitrary<bool>(),
                                    *rc::gen::element(',', ';', '\t')};
    const auto width = *rc::gen::inRange<std::size_t>(1, 5);
    std::vector<csv::Column> columns;
    List titles;
    for (std::size_t i = 0; i < width; ++i) {
      titles.push_back(fmt::format("第{}列", i));
      columns.push_back({titles.back(), {titles.back()}});
    }
    std::string text;
    csv::Writer writer(text, options);
    writer.row(titles);
    Table table;
    for (int r = *rc::gen::inRange(0, 6); r > 0; --r) {
      List row;
      for (std::size_t i = 0; i < width; ++i) row.push_back(*generators::text());
      if (std::ranges::all_of(row, [](const auto& cell) { return trim(cell).empty(); })) row[0] += "x";
      writer.row(row);
      table.push_back(row);
    }
    std::istringstream in(text);
    csv::Reader rows(in, columns);
    Table back;
    while (rows.next()) {
      List row;
      for (const std::string& title : titles) row.emplace_back(rows.raw(title));
      back.push_back(row);
    }
    rows.finish();
    RC_ASSERT(back == table);
  }));
}

TEST(Csv, DamagedFilesAreReadOrRefusedButNeverMore) {
  EXPECT_TRUE(rc::check([](const std::string& noise) {
    std::string text = "姓名,电话,积分\n王芳,\"1\n2\",3\n" + noise + "李四,4,5\n";
    text[*rc::gen::inRange<std::size_t>(0, text.size())] = *rc::gen::arbitrary<char>();
    complaints(text);
  }));
}

TEST(Csv, ALargeFileCrossesItsBlocksUnharmed) {
  std::string text;
  csv::Writer writer(text, {.encoding = Encoding::gb18030});
  writer.row({"姓名", "电话"});
  for (int i = 0; i < 30000; ++i) writer.row({i % 7 ? "王𠮷芳" : "欧阳\n娜娜", fmt::format("{}", i)});
  const Table table = read(text);
  ASSERT_EQ(table.size(), 30000u);
  for (int i = 0; i < 30000; ++i)
    ASSERT_EQ(table[std::size_t(i)], (List{i % 7 ? "王𠮷芳" : "欧阳\n娜娜", fmt::format("{}", i)}));
}

#include "table/write.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include <unistd.h>

#include "table/read.hpp"
#include "table/workbook.hpp"

namespace tongxin::table {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

std::string bytes_of(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}
std::string part_of(const std::string& bytes, const char* name) {
  zip_error_t error;
  zip_t* zip =
      zip_open_from_source(zip_source_buffer_create(bytes.data(), bytes.size(), 0, &error), ZIP_RDONLY, &error);
  zip_file_t* file = zip_fopen(zip, name, 0);
  std::string text(1 << 20, '\0');
  text.resize(std::size_t(std::max<zip_int64_t>(0, zip_fread(file, text.data(), text.size()))));
  zip_fclose(file);
  zip_discard(zip);
  return text;
}

const std::vector<Title> kHeader = {{"编号"}, {"证件号码", 22}, {"出生日期"}, {"时间"}, {"件数"}};
const std::vector<Out> kRow = {Out::of("=HYPERLINK(\"x\")"), Out::of("110101198503070011"), Out::of_day(19850307),
                               Out::of_time(from_millis(1'772'440'200'000)), Out::of_number(3)};

struct Written : ::testing::Test {
  std::string write(Format format) {
    const std::string path = std::filesystem::temp_directory_path() / fmt::format("tongxin-write-{}", ::getpid());
    const auto writer = write_table(path, format, "工单[1]", kHeader);
    writer->row(kRow);
    writer->finish({{"筛选", "=全部"}});
    const std::string bytes = bytes_of(path);
    std::filesystem::remove(path);
    return bytes;
  }
};

TEST_F(Written, WorkbooksKeepTextsAsTextsAndDaysAsDays) {
  const std::string bytes = write(Format::xlsx);
  const auto reader = open(bytes, "x", [](auto&) { return 0u; });
  EXPECT_EQ(reader->sheet(), "工单1");
  Row row;
  ASSERT_TRUE(reader->next(row));
  EXPECT_EQ(row.cells[1].text, "证件号码");
  ASSERT_TRUE(reader->next(row));
  EXPECT_EQ(row.cells[0].text, "=HYPERLINK(\"x\")");
  EXPECT_EQ(row.cells[0].kind, Cell::Kind::text);
  EXPECT_EQ(row.cells[1].text, "110101198503070011");
  EXPECT_EQ(row.cells[1].kind, Cell::Kind::text);
  EXPECT_EQ(row.cells[2].text, "1985-03-07");
  EXPECT_EQ(row.cells[2].kind, Cell::Kind::day);
  EXPECT_EQ(row.cells[3].text, "2026-03-02 16:30");
  EXPECT_EQ(row.cells[4].text, "3");
  const std::string sheet = part_of(bytes, "xl/worksheets/sheet1.xml");
  EXPECT_THAT(sheet, Not(HasSubstr("<f>")));
  EXPECT_THAT(sheet, HasSubstr("state=\"frozen\""));
  EXPECT_THAT(sheet, HasSubstr("<autoFilter ref=\"A1:E2\""));
  EXPECT_THAT(part_of(bytes, "xl/workbook.xml"), HasSubstr("说明"));
}

TEST_F(Written, CsvBeginsWithItsMarkAndGuardsWhatLooksLikeAFormula) {
  const std::string text = write(Format::csv);
  EXPECT_THAT(text, StartsWith("\xEF\xBB\xBF编号,"));
  EXPECT_THAT(text, HasSubstr("'=HYPERLINK"));
  EXPECT_THAT(text, HasSubstr("1985-03-07,2026-03-02 16:30,3"));
}

TEST(FileNames, SayWhatWhereAndWhen) {
  const Time at = from_millis(1'795'314'600'000);  // 2026-11-22 10:30 in China
  EXPECT_EQ(file_name({"工单", "和平街道"}, at, Format::xlsx), "工单_和平街道_20261122_1030.xlsx");
  EXPECT_EQ(file_name({"a/b:c", ""}, at, Format::csv), "abc_20261122_1030.csv");
}

}  // namespace
}  // namespace tongxin::table

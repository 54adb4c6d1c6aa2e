#include "store/files.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <fstream>

#include "support/engines.hpp"

using namespace tongxin;
using namespace tongxin::store;

namespace {
std::string text_of(const Bytes& bytes) { return {bytes.begin(), bytes.end()}; }
constexpr const char* kAbc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";  // FIPS 180-2
}  // namespace

TEST(Files, AFileIsNamedByItsContentAndComesBackWhole) {
  const test::Folder folder;
  const auto files = open_files(folder / "files");
  EXPECT_EQ(files->put("abc"), (StoredFile{kAbc, 3}));
  EXPECT_EQ(text_of(files->read(kAbc)), "abc");
  EXPECT_EQ(text_of(files->read(kAbc, 1, 1)), "b");
  EXPECT_EQ(text_of(files->read(kAbc, 9, 1)), "");
  EXPECT_EQ(files->size(kAbc), 3u);
  EXPECT_TRUE(std::filesystem::exists(files->local_path(kAbc)));
}

TEST(Files, TheSameContentIsKeptOnceWhoeverBringsIt) {
  const test::Folder folder;
  const auto files = open_files(folder / "files");
  std::ofstream(folder / "upload") << "abc";
  std::vector<std::thread> hands;
  for (int i = 0; i < 8; ++i) hands.emplace_back([&] { EXPECT_EQ(files->put_file(folder / "upload").hash, kAbc); });
  for (auto& hand : hands) hand.join();
  int count = 0;
  files->each([&](const StoredFile& file) {
    ++count;
    EXPECT_EQ(file, (StoredFile{kAbc, 3}));
  });
  EXPECT_EQ(count, 1);
  EXPECT_TRUE(std::filesystem::exists(folder / "upload"));
  EXPECT_TRUE(std::filesystem::is_empty(folder / "files/new"));
}

TEST(Files, AnyBytesComeBack) {
  const test::Folder folder;
  const auto files = open_files(folder / "files");
  EXPECT_TRUE(
      rc::check([&](const std::string& bytes) { RC_ASSERT(text_of(files->read(files->put(bytes).hash)) == bytes); }));
}

TEST(Files, ARemovedFileIsNotFoundAndANameIsNoPath) {
  const test::Folder folder;
  const auto files = open_files(folder / "files");
  files->put("abc");
  files->remove(kAbc);
  files->remove(kAbc);
  EXPECT_FALSE(files->exists(kAbc));
  EXPECT_FALSE(files->exists("../../etc/passwd"));
  EXPECT_THROW(files->read(kAbc), Fault);
  EXPECT_THROW(files->read("../../etc/passwd"), Fault);
  EXPECT_THROW(open_files("s3://bucket"), Fault);
}

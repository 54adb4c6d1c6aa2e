// Files in an object store, against a real one: OpenStack Swift with its S3 interface (tests/peers/object_store.py).
#include "store/s3.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fcntl.h>
#include <unistd.h>

#include <fstream>

#include "base/crypto.hpp"
#include "base/text.hpp"
#include "store/files.hpp"
#include "store/move_files.hpp"
#include "support/engines.hpp"
#include "support/peer.hpp"

namespace tongxin::store {
namespace {

using inside::parse_s3;
using inside::S3;

std::string text_of(const Bytes& bytes) { return {bytes.begin(), bytes.end()}; }
std::string name_of(std::string_view bytes) { return hex(as_text(sha256(bytes))); }

TEST(S3Address, SaysWhatIsMissing) {
  const auto address = parse_s3("s3://tongxin/files/now?endpoint=https%3A%2F%2Fs3.example%3A9000/&region=cn-north-1");
  EXPECT_EQ(std::tuple(address.bucket, address.prefix, address.endpoint, address.region),
            std::tuple("tongxin", "files/now/", "https://s3.example:9000", "cn-north-1"));
  for (const char* bad : {"s3://tongxin", "s3://ab?endpoint=https://x", "s3://?endpoint=https://x",
                          "s3://tongxin?endpoint=ftp://x", "s3://tongxin?endpoint=https://x&secret=1"})
    EXPECT_THROW(parse_s3(bad), Fault) << bad;
}

// One store for all tests of this file: it takes seconds to come up.
class S3Files : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    if (std::system("/usr/bin/python3 -c 'import swift.common.middleware.s3api' 2>/dev/null") != 0) return;
    folder_ = new test::Folder;
    peer_ = new test::Peer({"/usr/bin/python3", test::peers_folder() + "/object_store.py", folder_->path()});
  }
  static void TearDownTestSuite() {
    delete std::exchange(peer_, nullptr);
    delete std::exchange(folder_, nullptr);
  }
  void SetUp() override {
    if (peer_ == nullptr && test::peers_required()) FAIL() << "python3-swift is not installed";
    if (peer_ == nullptr) GTEST_SKIP() << "no object store: apt-get install python3-swift";
    with_keys("testing-secret");
    bucket_ = "files" + std::to_string(++buckets_);
    S3::from_environment(parse_s3(url())).make_bucket();
  }
  void with_keys(const char* secret) {
    ::setenv("AWS_ACCESS_KEY_ID", "test:tester", 1);
    ::setenv("AWS_SECRET_ACCESS_KEY", secret, 1);
  }
  std::string url(const std::string& prefix = "photos/照片") const {
    return "s3://" + bucket_ + "/" + prefix + "?endpoint=http://" + peer_->host();
  }

  static test::Folder* folder_;
  static test::Peer* peer_;
  static int buckets_;
  std::string bucket_;
};
test::Folder* S3Files::folder_ = nullptr;
test::Peer* S3Files::peer_ = nullptr;
int S3Files::buckets_ = 0;

TEST_F(S3Files, AreNamedByTheirContentAndComeBackWholeOrInPart) {
  const auto files = open_files(url());
  const StoredFile kept = files->put("abcdef");
  EXPECT_EQ(kept, (StoredFile{name_of("abcdef"), 6}));
  EXPECT_EQ(files->put("abcdef"), kept) << "the same content is kept once";
  EXPECT_TRUE(files->exists(kept.hash));
  EXPECT_EQ(files->size(kept.hash), 6u);
  EXPECT_EQ(text_of(files->read(kept.hash)), "abcdef");
  EXPECT_EQ(text_of(files->read(kept.hash, 2, 3)), "cde");
  EXPECT_EQ(text_of(files->read(kept.hash, 4)), "ef");
  EXPECT_EQ(text_of(files->read(kept.hash, 9, 1)), "");
  EXPECT_EQ(files->local_path(kept.hash), "");
  EXPECT_EQ(text_of(files->read(files->put("").hash)), "");
}

TEST_F(S3Files, AFileOfMegabytesStreamsThere) {
  const test::Folder folder;
  std::string big(5 << 20, '\0');
  Random random(1);
  for (char& c : big) c = char(random.below(256));
  std::ofstream(folder / "film", std::ios::binary) << big;
  const auto files = open_files(url());
  const StoredFile kept = files->put_file(folder / "film");
  EXPECT_EQ(kept, (StoredFile{name_of(big), big.size()}));
  EXPECT_EQ(text_of(files->read(kept.hash)), big);
}

TEST_F(S3Files, AFileTooLargeForOneRequestGoesInParts) {
  const test::Folder folder;
  std::string block(1 << 20, '\0');
  Random random(2);
  for (char& c : block) c = char(random.below(256));
  {
    std::ofstream film(folder / "film", std::ios::binary);
    for (int i = 0; i < 33; ++i) {
      block[0] = char(i);
      film << block;
    }
    film << "the end";
  }
  const auto files = open_files(url()), local = open_files(folder / "local");
  const StoredFile kept = files->put_file(folder / "film");
  EXPECT_EQ(kept, local->put_file(folder / "film"));
  EXPECT_EQ(files->size(kept.hash), kept.size);
  EXPECT_EQ(text_of(files->read(kept.hash, kept.size - 7)), "the end");
  int seen = 0;
  files->each([&](const StoredFile& file) { seen += file == kept; });
  EXPECT_EQ(seen, 1) << "one object, no parts beside it";
  const auto back = open_files(folder / "back");
  EXPECT_EQ(move_files(*files, *back, {}).written, 1u) << "read in parts and held against its name";
  EXPECT_TRUE(move_files(*local, *files, {}).broken.empty());
}

TEST_F(S3Files, AnUploadInPartsThatFailsLeavesNothing) {
  const test::Folder folder;
  std::ofstream(folder / "film", std::ios::binary) << std::string(6 << 20, 'x');
  const int file = ::open((folder / "film").c_str(), O_RDONLY);
  const S3 s3 = S3::from_environment(parse_s3(url()));
  EXPECT_THROW(s3.put_in_parts("ab/film", file, 12 << 20, 5 << 20), Fault) << "it is shorter than was said";
  ::close(file);
  EXPECT_EQ(s3.head("ab/film").status, 404);
  s3.list([](const std::string& key, std::uint64_t) { ADD_FAILURE() << key; });
}

TEST_F(S3Files, ARemovedOneIsNotFoundAndANameIsNoPath) {
  const auto files = open_files(url());
  const std::string hash = files->put("abc").hash;
  files->remove(hash);
  files->remove(hash);
  EXPECT_FALSE(files->exists(hash));
  for (const auto& job : {std::function<void()>([&] { files->read(hash); }), {[&] { files->size(hash); }}}) try {
      job();
      ADD_FAILURE();
    } catch (const Fault& fault) {
      EXPECT_EQ(fault.code(), Code::not_found);
    }
  EXPECT_FALSE(files->exists("../../etc/passwd"));
  EXPECT_THROW(files->read("../../etc/passwd"), Fault);
}

TEST_F(S3Files, AreListedPageByPageWithinTheirPrefixAlone) {
  const auto files = open_files(url()), others = open_files(url("others"));
  std::set<std::string> wanted, seen;
  for (int i = 0; i < 12; ++i) wanted.insert(files->put(std::to_string(i)).hash);
  others->put("elsewhere");
  files->each([&](const StoredFile& file) { seen.insert(file.hash); });
  EXPECT_EQ(seen, wanted);
  std::set<std::string> in_pages;
  S3::from_environment(parse_s3(url()))
      .list(
          [&](const std::string& key, std::uint64_t size) {
            in_pages.insert(key.substr(key.find('/') + 1));
            EXPECT_GT(size, 0u);
          },
          5);
  EXPECT_EQ(in_pages, wanted);
}

TEST_F(S3Files, AWrongSecretOrAMissingBucketIsRefusedAtTheStart) {
  with_keys("not-the-secret");
  for (const auto& address : {url(), "s3://nowhere?endpoint=http://" + peer_->host()}) try {
      open_files(address);
      ADD_FAILURE() << address;
    } catch (const Fault& fault) {
      EXPECT_EQ(fault.code(), Code::unavailable);
      EXPECT_EQ(fault.log().find("not-the-secret"), std::string::npos);
    }
  with_keys("testing-secret");
  EXPECT_THROW(open_files("s3://nowhere?endpoint=http://" + peer_->host()), Fault);
  ::unsetenv("AWS_SECRET_ACCESS_KEY");
  EXPECT_THROW(open_files(url()), Fault);
}

TEST_F(S3Files, MoveThereAndBackWithProof) {
  const test::Folder folder;
  const auto old = open_files(folder / "old"), back = open_files(folder / "back"), s3 = open_files(url());
  std::set<std::string> names;
  for (int i = 0; i < 5; ++i) names.insert(old->put("file " + std::to_string(i)).hash);
  s3->put("file 0");  // a run that was cut off
  const Moved there = move_files(*old, *s3, {});
  EXPECT_EQ(std::tuple(there.files, there.written, there.removed), std::tuple(5u, 4u, 0u));
  EXPECT_EQ(move_files(*old, *s3, {}).written, 0u) << "once more changes nothing";
  const Moved returned = move_files(*s3, *back, {.remove_proved = true});
  EXPECT_EQ(std::tuple(returned.files, returned.written, returned.removed), std::tuple(5u, 5u, 5u));
  s3->each([](const StoredFile& file) { ADD_FAILURE() << file.hash << " is still there"; });
  std::set<std::string> seen;
  back->each([&](const StoredFile& file) { seen.insert(file.hash); });
  EXPECT_EQ(seen, names);
}

TEST(MovingFiles, WhatIsBrokenIsNamedAndStaysAndAWreckIsReplaced) {
  const test::Folder folder;
  const auto old = open_files(folder / "old"), fresh = open_files(folder / "new");
  const std::string good = old->put("good").hash, bad = old->put("bad").hash;
  std::ofstream(old->local_path(bad)) << "bax";
  fresh->put("good");
  std::ofstream(fresh->local_path(good)) << "goop";
  const Moved moved = move_files(*old, *fresh, {.remove_proved = true});
  EXPECT_THAT(moved.broken, ::testing::ElementsAre(bad));
  EXPECT_TRUE(old->exists(bad));
  EXPECT_FALSE(old->exists(good));
  EXPECT_FALSE(fresh->exists(bad));
  EXPECT_EQ(text_of(fresh->read(good)), "good");
}

}  // namespace
}  // namespace tongxin::store

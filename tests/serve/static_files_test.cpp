#include "serve/static_files.hpp"

#include <fstream>

#include "serve/net/answer_writer.hpp"
#include "serve/serve_fixture.hpp"

using namespace tongxin;
using namespace tongxin::serve;

namespace {

class Web : public Serve {
 protected:
  void SetUp() override {
    Serve::SetUp();
    write("index.html", "portal");
    write("sw.js", "worker");
    write("desk/index.html", "desk");
    write("assets/index-DkX3_9aB.js", "script");
    write("assets/index-DkX3_9aB.js.br", "brotli");
    write("assets/index-DkX3_9aB.js.gz", "gzipped");
    write("map.pmtiles", "0123456789");
    write(".hidden", "hidden");
    std::ofstream(folder_ / "outside.txt") << "outside";
    add(Method::get, "/{*}", StaticFiles(folder_ / "dist").handler());
  }
  void write(const std::string& name, const std::string& text) {
    const std::filesystem::path path = folder_ / ("dist/" + name);
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path) << text;
  }
};

}  // namespace

TEST_F(Web, KeepsHashedAssetsForAYearAndAsksForPagesEachTime) {
  auto web = client();
  const auto script = web.get("/assets/index-DkX3_9aB.js");
  EXPECT_EQ(script.body, "script");
  EXPECT_EQ(script.header("content-type"), "text/javascript; charset=utf-8");
  EXPECT_EQ(script.header("cache-control"), "public, max-age=31536000, immutable");
  for (const char* path : {"/", "/index.html", "/sw.js", "/desk/", "/map.pmtiles"})
    EXPECT_EQ(web.get(path).header("cache-control"), "no-cache") << path;
  EXPECT_EQ(web.get("/").header("content-security-policy"), kPagePolicy);
}

TEST_F(Web, SendsThePrecompressedTwin) {
  auto web = client();
  const auto best = web.get("/assets/index-DkX3_9aB.js", {{"accept-encoding", "gzip, deflate, br"}});
  EXPECT_EQ(best.body, "brotli");
  EXPECT_EQ(best.header("content-encoding"), "br");
  EXPECT_EQ(best.header("content-type"), "text/javascript; charset=utf-8");
  EXPECT_EQ(best.header("vary"), "accept-encoding");
  const auto older = web.get("/assets/index-DkX3_9aB.js", {{"accept-encoding", "gzip"}});
  EXPECT_EQ(older.body, "gzipped");
  EXPECT_NE(older.header("etag"), best.header("etag"));
}

TEST_F(Web, AnswersNotModifiedByItsTag) {
  auto web = client();
  const std::string tag = web.get("/sw.js").header("etag");
  EXPECT_EQ(web.get("/sw.js", {{"if-none-match", tag}}).status, 304);
  write("sw.js", "another worker");
  EXPECT_EQ(web.get("/sw.js", {{"if-none-match", tag}}).body, "another worker");
}

TEST_F(Web, SendsPartsOfFiles) {
  auto web = client();
  const auto part = web.get("/map.pmtiles", {{"range", "bytes=2-4"}});
  EXPECT_EQ(part.status, 206);
  EXPECT_EQ(part.body, "234");
  EXPECT_EQ(part.header("content-range"), "bytes 2-4/10");
  EXPECT_EQ(web.get("/map.pmtiles", {{"range", "bytes=-3"}}).body, "789");
  EXPECT_EQ(web.get("/map.pmtiles", {{"range", "bytes=7-"}}).body, "789");
  const auto outside = web.get("/map.pmtiles", {{"range", "bytes=10-"}});
  EXPECT_EQ(outside.status, 416);
  EXPECT_EQ(outside.header("content-range"), "bytes */10");
  EXPECT_EQ(web.get("/map.pmtiles", {{"range", "bytes=2-4"}, {"if-range", "\"old\""}}).body, "0123456789");
  EXPECT_EQ(web.get("/map.pmtiles", {{"range", "lines=1-2"}}).body, "0123456789");
  const auto head = web.request("HEAD", "/map.pmtiles");
  EXPECT_EQ(head.header("content-length"), "10");
  EXPECT_EQ(head.header("accept-ranges"), "bytes");
}

TEST_F(Web, AnUnknownAddressIsAPageOfTheAppItBelongsTo) {
  auto web = client();
  EXPECT_EQ(web.get("/report/new").body, "portal");
  EXPECT_EQ(web.get("/desk").body, "desk");
  EXPECT_EQ(web.get("/desk/cases/12").body, "desk");
  EXPECT_EQ(web.get("/desktop").body, "portal");
  for (const char* path : {"/v1/unknown", "/v1", "/open311/v2/x", "/openapi.json", "/assets/gone-12345678.js",
                           "/gone.css", "/desk/assets/gone"})
    EXPECT_EQ(web.get(path).status, 404) << path;
}

TEST_F(Web, NeverLeavesItsFolder) {
  auto web = client();
  for (const char* path : {"/../outside.txt", "/%2e%2e/outside.txt", "/assets/../../outside.txt", "/..%5coutside.txt",
                           "/.hidden", "//etc/passwd.txt", "/assets/./index-DkX3_9aB.js"}) {
    const auto reply = web.get(path);
    EXPECT_EQ(reply.status, 404) << path;
    EXPECT_EQ(reply.body.find("outside\n"), std::string::npos);
  }
}

TEST_F(Web, SendsALargeFileWhole) {
  std::string text;
  for (int i = 0; i < 300'000; ++i) text += std::to_string(i);
  write("large.pmtiles", text);
  auto web = client();
  EXPECT_EQ(web.get("/large.pmtiles").body, text);
  EXPECT_EQ(web.get("/large.pmtiles", {{"range", "bytes=100000-1500000"}}).body, text.substr(100'000, 1'400'001));
}

TEST(Range, IsReadAsTheStandardSays) {
  EXPECT_EQ(parse_range("bytes=0-0", 10).count, 1u);
  EXPECT_EQ(parse_range("bytes=5-100", 10).count, 5u);
  EXPECT_EQ(parse_range("bytes=-100", 10).count, 10u);
  for (const char* header : {"", "bytes=", "bytes=-", "bytes=5-4", "bytes=a-b", "bytes=1-2,3-4", "bytes=1"})
    EXPECT_EQ(parse_range(header, 10).kind, ByteRange::Kind::none) << header;
  EXPECT_EQ(parse_range("bytes=-0", 10).kind, ByteRange::Kind::outside);
  EXPECT_EQ(parse_range("bytes=0-", 0).kind, ByteRange::Kind::outside);
}

#include "serve/multipart.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <fstream>

#include "serve/serve_fixture.hpp"

using namespace tongxin;
using namespace tongxin::serve;

namespace {

struct Part {
  std::string field, bytes;
  std::optional<std::string> file;
  bool operator==(const Part&) const = default;
};

struct Collected final : PartSink {
  std::vector<Part> parts;
  int ended = 0;
  void on_part(PartHead head) override { parts.push_back({head.field, "", head.file}); }
  void on_part_bytes(std::string_view bytes) override { parts.back().bytes += bytes; }
  void on_part_end() override { ++ended; }
};

std::string form(const std::vector<Part>& parts, const std::string& boundary) {
  std::string text = "a preamble that nobody reads";
  for (const Part& part : parts) {
    text += "\r\n--" + boundary + "\r\nContent-Disposition: form-data; name=\"" + part.field + "\"";
    if (part.file) text += "; filename=\"" + *part.file + "\"\r\nContent-Type: image/png";
    text += "\r\n\r\n" + part.bytes;
  }
  return text + "\r\n--" + boundary + "--\r\nan epilogue";
}

std::vector<Part> parse(const std::string& text, const std::string& boundary, const std::vector<int>& pieces) {
  Collected sink;
  MultipartParser parser(boundary, sink);
  for (std::size_t at = 0, i = 0; at < text.size(); ++i) {
    const auto size = std::size_t(pieces[i % pieces.size()]);
    parser.feed(std::string_view(text).substr(at, size));
    at += size;
  }
  parser.finish();
  return sink.parts;
}

Code refused(const std::string& text) {
  try {
    parse(text, "b", {3});
  } catch (const Fault& fault) {
    return fault.code();
  }
  return Code::internal;
}

}  // namespace

TEST(Multipart, AnyPartsComeBackTheSameInAnyPieces) {
  rc::check([] {
    // Bytes that look like boundaries without being one.
    const auto bytes = rc::gen::container<std::string>(rc::gen::elementOf(std::string("\r\n-bx\0\xff", 7)));
    const auto texts = *rc::gen::container<std::vector<std::string>>(bytes);
    std::vector<Part> parts;
    for (const auto& text : texts)
      parts.push_back({"f" + std::to_string(parts.size()), text,
                       parts.size() % 2 ? std::optional<std::string>("照片 1.png") : std::nullopt});
    const auto pieces = *rc::gen::nonEmpty(rc::gen::container<std::vector<int>>(rc::gen::inRange(1, 30)));
    const std::string boundary = "bx-bx-0";
    const std::string text = form(parts, boundary);
    RC_ASSERT(parse(text, boundary, pieces) == parts);
  });
}

TEST(Multipart, RefusesWhatIsBroken) {
  EXPECT_EQ(refused(""), Code::bad_request);
  EXPECT_EQ(refused("--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nx"), Code::bad_request) << "no end";
  EXPECT_EQ(refused("--b\r\nContent-Disposition: form-data\r\n\r\nx\r\n--b--"), Code::bad_request) << "no name";
  EXPECT_EQ(refused("--b\r\nContent-Type: text/plain\r\n\r\nx\r\n--b--"), Code::bad_request) << "no disposition";
  EXPECT_EQ(refused("--b\r\nnonsense\r\n\r\nx\r\n--b--"), Code::bad_request);
  EXPECT_EQ(refused("--bX\r\n"), Code::bad_request) << "something behind the boundary";
  EXPECT_EQ(refused("--b\r\nX: " + std::string(20'000, 'x')), Code::too_large);
  std::vector<Part> many(MultipartLimits::parts + 1, Part{"a", "x", std::nullopt});
  EXPECT_EQ(refused(form(many, "b")), Code::too_large);
}

TEST(Multipart, FindsTheBoundaryInTheContentType) {
  EXPECT_EQ(multipart_boundary("multipart/form-data; boundary=abc"), "abc");
  EXPECT_EQ(multipart_boundary("Multipart/Form-Data; charset=utf-8; boundary=\"a b\""), "a b");
  EXPECT_EQ(multipart_boundary("application/json"), std::nullopt);
  EXPECT_THROW(multipart_boundary("multipart/form-data"), Fault);
  EXPECT_THROW(multipart_boundary("multipart/form-data; boundary=" + std::string(71, 'x')), Fault);
}

namespace {

const std::vector<Part> kReport{{"note", "漏水", std::nullopt},
                                {"photo", std::string(300'000, 'p'), "C:\\照片\\1.png"}};
const test::HttpHeaders kFormType{{"content-type", "multipart/form-data; boundary=xyz"}};

}  // namespace

TEST_F(Serve, AFileOfAFormLiesInATemporaryFileUntilTheAnswer) {
  std::string path, kept = folder_ / "kept";
  add({.method = Method::post,
       .path = "/v1/photos",
       .handler =
           [&](const Request& request) {
             const UploadedFile& file = request.files.at(0);
             path = file.path;
             std::ifstream in(path);
             const std::string bytes(std::istreambuf_iterator<char>(in), {});
             if (request.query_value("keep")) std::filesystem::rename(path, kept);
             return Answer(Response{.body = std::string(*request.field("note")) + "|" + file.field + "|" + file.name +
                                            "|" + file.declared_type + "|" + std::to_string(file.size) + "|" +
                                            (bytes == kReport[1].bytes ? "same" : "different")});
           },
       .max_body = 1 << 20,
       .upload = true});
  auto web = client();
  EXPECT_EQ(web.post("/v1/photos", form(kReport, "xyz"), kFormType).body, "漏水|photo|1.png|image/png|300000|same");
  web.get("/healthz");
  EXPECT_FALSE(std::filesystem::exists(path));
  web.post("/v1/photos?keep=1", form(kReport, "xyz"), kFormType);
  EXPECT_TRUE(std::filesystem::exists(kept));
}

TEST_F(Serve, AFileIsRefusedWhereNoneIsExpectedAndABrokenFormIsExplained) {
  auto web = client();
  EXPECT_EQ(web.post("/v1/echo", form(kReport, "xyz"), kFormType).status, 415);
  EXPECT_EQ(web.post("/v1/echo", form({kReport[0]}, "xyz"), kFormType).json().at("fields"),
            boost::json::value({"note=漏水"}));
  const auto broken = web.post("/v1/echo", "--xyz\r\n", kFormType);
  EXPECT_EQ(broken.status, 400);
  EXPECT_EQ(code_of(broken), "bad_request");
}

TEST_F(Serve, ReadsFormsOfBrowsers) {
  auto web = client();
  const auto reply = web.post("/v1/echo", "a=1+2&b=%E6%BC%8F", {{"content-type", "application/x-www-form-urlencoded"}});
  EXPECT_EQ(reply.json().at("fields"), boost::json::value({"a=1 2", "b=漏"}));
  EXPECT_EQ(web.post("/v1/echo", "a=%zz", {{"content-type", "application/x-www-form-urlencoded"}}).status, 400);
}

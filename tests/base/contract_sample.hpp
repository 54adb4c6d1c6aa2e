// Structs for the tests of the contract: one of every kind of member.
#pragma once
#include "base/contract.hpp"

namespace sample {

using namespace tongxin;

enum class Status { draft, submitted, closed };
BOOST_DESCRIBE_ENUM(Status, draft, submitted, closed)

struct Reporter {
  std::string name;
  std::optional<std::string> phone;
  std::optional<std::string> id_card;
  std::optional<Day> birthday;
  bool operator==(const Reporter&) const = default;
};
BOOST_DESCRIBE_STRUCT(Reporter, (), (name, phone, id_card, birthday))
constexpr auto notes(const Reporter*) {
  return std::array{
      note("name", "姓名 / name", length(1, 40), Format::line), note("phone", "电话 / phone", Format::phone),
      note("id_card", "身份证号 / identity number", Format::id_card), note("birthday", "生日 / birthday", Format::day)};
}

struct Attachment {
  FileId file;
  std::int64_t size = 0;
  double score = 0;
  bool operator==(const Attachment&) const = default;
};
BOOST_DESCRIBE_STRUCT(Attachment, (), (file, size, score))
constexpr auto notes(const Attachment*) {
  return std::array{note("file", ""), note("size", "字节 / bytes", range(0, 1e9)), note("score", "")};
}

struct Case {
  std::string title;
  Status status = Status::draft;
  std::optional<AreaId> area;
  Time created_at;
  bool open_to_public = false;
  std::int32_t version = 0;
  Reporter reporter;
  std::vector<Attachment> attachments;
  std::map<std::string, std::int64_t> counts;
  std::vector<std::string> tags;
  std::int32_t limit = 20;
  std::optional<Words> answer;
  boost::json::object form;
  boost::json::value extra;
  bool operator==(const Case&) const = default;
};
BOOST_DESCRIBE_STRUCT(Case, (),
                      (title, status, area, created_at, open_to_public, version, reporter, attachments, counts, tags,
                       limit, answer, form, extra))
constexpr auto about(const Case*) { return "一件事 / one case"; }
constexpr auto notes(const Case*) {
  return std::array{note("title", "短标题 / short title", length(1, 80)),
                    note("status", "状态 / state"),
                    note("area", "区域 / area"),
                    note("created_at", "时间 / when"),
                    note("open_to_public", "公开 / public"),
                    note("version", "版本 / version", range(0, 1000000)),
                    note("reporter", "反映人 / reporter"),
                    note("attachments", "附件 / files", items(0, 9)),
                    note("counts", "计数 / counts", defaulted()),
                    note("tags", "标签 / labels", items(0, 10), length(1, 20), defaulted()),
                    note("limit", "上限 / limit", range(1, 100), defaulted()),
                    note("answer", "答复 / answer"),
                    note("form", "表单 / form", defaulted()),
                    note("extra", "其他 / extra", defaulted())};
}

struct Tree {
  std::string name;
  std::vector<Tree> children;
  bool operator==(const Tree&) const = default;
};
BOOST_DESCRIBE_STRUCT(Tree, (), (name, children))
constexpr auto notes(const Tree*) { return std::array{note("name", ""), note("children", "", defaulted())}; }

template <class T>
struct Page {
  std::vector<T> items;
  std::optional<std::string> next;
  bool operator==(const Page&) const = default;
  BOOST_DESCRIBE_CLASS(Page, (), (items, next), (), ())
};
template <class T>
constexpr auto notes(const Page<T>*) {
  return std::array{note("items", "这一页 / this page"), note("next", "下一页 / cursor of the next page")};
}

struct Login {
  std::string user, password;
};
BOOST_DESCRIBE_STRUCT(Login, (), (user, password))
constexpr auto notes(const Login*) {
  return std::array{note("user", "", length(1, 40), Format::word),
                    note("password", "", length(8, 200), Format::secret)};
}

inline const char* kGood = R"({"title":"楼道灯不亮","status":"submitted","area":"0123456789abc",
 "created_at":"2026-11-22T02:30:00Z","open_to_public":true,"version":3,
 "reporter":{"name":"王芳","phone":"13800138000","birthday":"1985-03-07"},
 "attachments":[{"file":"0000000000001","size":12,"score":0.1},{"file":"0000000000002","size":0,"score":7}],
 "counts":{"a/b":1},"tags":["照明"],"answer":{"zh":"已修","en":"mended"},"form":{"deep":[1,2.5,null,"x"]},"extra":[true]})";

}  // namespace sample

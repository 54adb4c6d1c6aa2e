// Shapes of /v1/records that few use.
#pragma once
#include <algorithm>
#include <array>
#include <boost/describe.hpp>

#include "base/contract.hpp"
#include "serve/api.hpp"
#include "serve/api_notes.hpp"

// clang-format off: a table, laid out by hand
namespace tongxin::serve::api {

struct RaiseRecord : NewRecord {
  std::optional<bool> for_guest;
};  // POST /v1/records, Idempotency-Key
BOOST_DESCRIBE_STRUCT(RaiseRecord, (NewRecord), (for_guest))
constexpr auto notes(const RaiseRecord*) {
  const auto usual = notes(static_cast<const NewRecord*>(nullptr));
  std::array<Note, std::tuple_size_v<decltype(usual)> + 1> all{};
  std::copy(usual.begin(), usual.end(), all.begin());
  all.back() =
      note("for_guest",
           "替没有账号的人提交：查询码归本人，提交人只可查看 / for somebody without an account: the follow code is "
           "theirs, the caller may look");
  return all;
}
struct Redact {
  std::vector<int> events;
  std::string reason;
};  // POST /v1/records/{id}/redact
BOOST_DESCRIBE_STRUCT(Redact, (), (events, reason))
constexpr auto notes(const Redact*) {
  return std::array{
      note("events", "时间线上要隐去内容的条目（seq）/ entries of the timeline whose content goes", items(1, 100)),
      note("reason", "原因，会留在时间线上 / why; stays on the timeline", length(1, 500))};
}
struct CopyOfWords {
  RecordId id;
  std::string kind, number;
};
BOOST_DESCRIBE_STRUCT(CopyOfWords, (), (id, kind, number))
constexpr auto notes(const CopyOfWords*) {
  return std::array{note("id", "编号 / id"), note("kind", "类型 / kind"), note("number", "编号 / number")};
}
struct CopiesOfWords {
  std::vector<CopyOfWords> followed, left;
  int unseen;
};
BOOST_DESCRIBE_STRUCT(CopiesOfWords, (), (followed, left, unseen))
constexpr auto notes(const CopiesOfWords*) {
  return std::array{
      note("followed",
           "照抄了这些内容的下级事项，已随之隐去 / records below it that had copied the words: "
           "redacted with it"),
      note("left",
           "仍存有这些内容的事项：其上级，或您无权隐去的下级 / records that hold the words still: "
           "above it, or below it where the caller may not redact"),
      note("unseen", "另有多少件仍存有这些内容而您无权查看 / how many more hold them that the caller may not see")};
}
struct Redacted {
  RecordView record;
  CopiesOfWords copies;
};  // the record, and where its words were copied to
constexpr bool flat(const Redacted*) { return true; }
BOOST_DESCRIBE_STRUCT(Redacted, (), (record, copies))
constexpr auto notes(const Redacted*) { return std::array{note("record", ""), note("copies", "")}; }

}  // namespace tongxin::serve::api

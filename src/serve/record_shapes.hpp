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

}  // namespace tongxin::serve::api

// Shapes of /v1/records that few use.
#pragma once
#include <boost/describe.hpp>

#include "base/contract.hpp"
#include "serve/api_notes.hpp"

// clang-format off: a table, laid out by hand
namespace tongxin::serve::api {

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

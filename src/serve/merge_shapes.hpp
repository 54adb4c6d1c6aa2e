// Shapes of /v1 for areas that become one.
#pragma once
#include <boost/describe.hpp>

#include "base/contract.hpp"
#include "serve/api_notes.hpp"

// clang-format off: a table, laid out by hand
namespace tongxin::serve::api {

struct MergeArea {
  AreaId into;
  std::optional<std::string> from;
  std::string reason;
};  // POST /v1/areas/{id}/merge
BOOST_DESCRIBE_STRUCT(MergeArea, (), (into, from, reason))
constexpr auto notes(const MergeArea*) {
  return std::array{note("into", "并入哪个同级区域 / the neighbour that takes it in"),
                    note("from", "从哪天起；缺省今天，不能在未来 / from which day, not in the future", length(10, 10)),
                    note("reason", "依据 / by which decision", length(1, 200), Format::line)};
}
struct MergedArea {
  AreaId into;
  std::int64_t moved;
};
BOOST_DESCRIBE_STRUCT(MergedArea, (), (into, moved))
constexpr auto notes(const MergedArea*) {
  return std::array{note("into", "并入的区域 / the area that took it in"),
                    note("moved", "随之划入的区域数 / how many areas went with it")};
}

}  // namespace tongxin::serve::api

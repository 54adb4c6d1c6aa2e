// Shapes of /v1 that only signing in from outside uses.
#pragma once
#include <boost/describe.hpp>

#include "base/contract.hpp"

// clang-format off: a table, laid out by hand
namespace tongxin::serve::api {

struct OutsideWay {
  Words label;
  std::string start;
};
BOOST_DESCRIBE_STRUCT(OutsideWay, (), (label, start))
constexpr auto notes(const OutsideWay*) {
  return std::array{note("label", "按钮文字 / what the button says"),
                    note("start", "让浏览器去的地址，可带 ?page= / where the browser goes, with ?page= if wanted")};
}
struct OutsideWays {
  std::vector<OutsideWay> items;
};
BOOST_DESCRIBE_STRUCT(OutsideWays, (), (items))
constexpr auto notes(const OutsideWays*) { return std::array{note("items", "登录方式 / ways")}; }

struct SignedOut {
  std::optional<std::string> url;
};
BOOST_DESCRIBE_STRUCT(SignedOut, (), (url))
constexpr auto notes(const SignedOut*) {
  return std::array{note("url", "提供方的退出地址，让浏览器去 / where the browser goes to end the session there")};
}

}  // namespace tongxin::serve::api

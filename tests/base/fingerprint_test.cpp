#include "base/fingerprint.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

using tongxin::fingerprint;

// An entity tag that a browser kept is still good after the server was built anew, or is another one of a cluster.
TEST(Fingerprint, IsThatOfXxh3) {
  EXPECT_EQ(fingerprint(""), "2d06800538d394c2");
  EXPECT_EQ(fingerprint(std::string(300, 'a')), fingerprint(std::string(300, 'a')));
}

RC_GTEST_PROP(Fingerprint, ChangesWithAnyLetter, (std::string text)) {
  RC_PRE(!text.empty());
  const auto at = *rc::gen::inRange<std::size_t>(0, text.size());
  std::string other = text;
  other[at] = char(other[at] ^ *rc::gen::inRange(1, 255));
  RC_ASSERT(fingerprint(text) != fingerprint(other));
  RC_ASSERT(fingerprint(text).size() == 16u);
}

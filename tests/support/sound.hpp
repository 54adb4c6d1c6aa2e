// What `tongxin verify` says of a street: each finding is a failure of the test.
#pragma once
#include <gtest/gtest.h>

#include "measure/verify.hpp"
#include "support/street.hpp"

namespace tongxin::test {

inline bool sound(Street& street) {
  const auto verdict = measure::verify(street.store, street.worlds, street.realm);
  for (const auto& finding : verdict.findings)
    ADD_FAILURE() << finding.what << " " << finding.where << ": " << finding.say.en;
  return verdict.sound();
}

}  // namespace tongxin::test

// Whose lists a place's matters stand in.
#include "record/desks.hpp"

#include <gtest/gtest.h>

using namespace tongxin;
using namespace tongxin::record;

namespace {

place::Area area(std::int64_t id, std::int64_t parent, const char* level) {
  place::Area made;
  made.id = AreaId{id}, made.parent = AreaId{parent}, made.level = level, made.code = std::to_string(id);
  return made;
}

std::vector<std::int64_t> of(const Desks& desks, std::int64_t id) {
  std::vector<std::int64_t> found;
  for (const AreaId desk : desks.of(AreaId{id})) found.push_back(desk.value);
  return found;
}

}  // namespace

TEST(Desks, AreTheOnesAboveFromTheRootDownAndTheAreaItselfWhereItIsOne) {
  pack::Library library;
  library.levels = {{"district", {}, true, false},
                    {"street", {}, false, false},
                    {"community", {}, true, false},
                    {"grid", {}, true, false},
                    {"building", {}, false, false}};
  const auto atlas = place::Atlas::build(
      {area(1, 0, "district"), area(2, 1, "street"), area(3, 2, "community"), area(4, 3, "grid"), area(5, 3, "grid"),
       area(6, 5, "building"), area(7, 2, "building"), area(8, 3, "a level of no pack"), area(9, 0, "street")},
      {}, {});
  const Desks desks(*atlas, library);
  EXPECT_EQ(of(desks, 1), (std::vector<std::int64_t>{1}));
  EXPECT_EQ(of(desks, 2), (std::vector<std::int64_t>{1}));
  EXPECT_EQ(of(desks, 4), (std::vector<std::int64_t>{1, 3, 4}));
  EXPECT_EQ(of(desks, 6), (std::vector<std::int64_t>{1, 3, 5}));
  EXPECT_EQ(of(desks, 7), (std::vector<std::int64_t>{1}));
  EXPECT_EQ(of(desks, 8), (std::vector<std::int64_t>{1, 3}));
  EXPECT_EQ(of(desks, 9), (std::vector<std::int64_t>{}));
  EXPECT_EQ(of(desks, 99), (std::vector<std::int64_t>{}));
}

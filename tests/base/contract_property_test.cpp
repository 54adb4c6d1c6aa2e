#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <cmath>

#include "base/contract_sample.hpp"
#include "base/generators.hpp"

using namespace tongxin;

namespace {

// Members without bounds, so that every value is a good one.
struct Any {
  bool flag = false;
  std::int32_t small = 0;
  std::int64_t large = 0;
  double real = 0;
  std::string text;
  Time when;
  sample::Status status = sample::Status::draft;
  PersonId person;
  std::optional<std::string> maybe;
  std::vector<std::optional<double>> gaps;
  std::vector<std::vector<std::string>> rows;
  std::map<std::string, std::string> names;
  boost::json::value free;
  bool operator==(const Any&) const = default;
};
BOOST_DESCRIBE_STRUCT(Any, (), (flag, small, large, real, text, when, status, person, maybe, gaps, rows, names, free))
constexpr auto notes(const Any*) {
  return std::array{note("flag", ""), note("small", ""),  note("large", ""),  note("real", ""),  note("text", ""),
                    note("when", ""), note("status", ""), note("person", ""), note("maybe", ""), note("gaps", ""),
                    note("rows", ""), note("names", ""),  note("free", "")};
}

double any_real() {
  const auto bits = *rc::gen::arbitrary<std::uint64_t>();
  double value = 0;
  std::memcpy(&value, &bits, sizeof value);
  return std::isfinite(value) ? value : double(bits) / 3;
}

boost::json::value any_free(int depth) {
  switch (*rc::gen::inRange(0, depth > 3 ? 5 : 7)) {
    case 0: return nullptr;
    case 1: return *rc::gen::arbitrary<bool>();
    case 2: return *rc::gen::arbitrary<std::int64_t>();
    case 3: return double(*rc::gen::arbitrary<std::int64_t>()) / *rc::gen::element(1, 2, 1000);
    case 4: return boost::json::string(*generators::text());
    case 5: {
      boost::json::array array;
      for (int i = *rc::gen::inRange(0, 4); i > 0; --i) array.push_back(any_free(depth + 1));
      return array;
    }
    default: {
      boost::json::object object;
      for (int i = *rc::gen::inRange(0, 4); i > 0; --i) object[*generators::text()] = any_free(depth + 1);
      return object;
    }
  }
}

Any any() {
  Any any;
  any.flag = *rc::gen::arbitrary<bool>();
  any.small = *rc::gen::arbitrary<std::int32_t>();
  any.large = *rc::gen::arbitrary<std::int64_t>();
  any.real = any_real();
  any.text = *generators::text();
  any.when = from_millis(*rc::gen::inRange<std::int64_t>(-2000000000000, 7000000000000));
  any.status = *rc::gen::element(sample::Status::draft, sample::Status::submitted, sample::Status::closed);
  any.person.value = *rc::gen::inRange<std::int64_t>(1, INT64_MAX);
  if (*rc::gen::arbitrary<bool>()) any.maybe = *generators::text();
  for (int i = *rc::gen::inRange(0, 4); i > 0; --i)
    any.gaps.push_back(i % 2 ? std::optional(any_real()) : std::nullopt);
  for (int i = *rc::gen::inRange(0, 4); i > 0; --i) any.rows.push_back({*generators::text(), *generators::text()});
  for (int i = *rc::gen::inRange(0, 4); i > 0; --i) any.names[*generators::text()] = *generators::text();
  any.free = any_free(0);
  return any;
}

}  // namespace

TEST(ContractProperty, EveryValueComesBackFromItsTextAndOthersReadItToo) {
  EXPECT_TRUE(rc::check([] {
    const Any value = any();
    const std::string text = to_json(value);
    RC_ASSERT(read_json<Any>(text) == value);
    RC_ASSERT(boost::json::value_to<std::string>(boost::json::parse(text).at("text")) == value.text);
  }));
}

TEST(ContractProperty, DamagedTextIsReadOrRefusedButNeverMore) {
  EXPECT_TRUE(rc::check([] {
    std::string text = sample::kGood;
    for (int i = *rc::gen::inRange(1, 4); i > 0; --i) {
      const auto at = *rc::gen::inRange<std::size_t>(0, text.size());
      switch (*rc::gen::inRange(0, 3)) {
        case 0: text[at] = *rc::gen::arbitrary<char>(); break;
        case 1: text.erase(at, *rc::gen::inRange<std::size_t>(1, 20)); break;
        default: text.insert(at, text.substr(*rc::gen::inRange<std::size_t>(0, text.size()), 10));
      }
      if (text.empty()) text = "0";
    }
    try {
      const auto read = read_json<sample::Case>(text);
      RC_ASSERT(read_json<sample::Case>(to_json(read)) == read);
    } catch (const Fault& fault) {
      RC_ASSERT(!fault.complaints().empty());
      RC_ASSERT(fault.code() == Code::invalid || fault.code() == Code::bad_request);
    }
  }));
}

// Bodies that a contract type describes, and the same spoilt: in a value, in their shape, in their bytes. From a seeded source of
// chance, so that the seed gives them again.
#pragma once
#include <boost/json.hpp>
#include <limits>
#include <string>

#include "base/contract.hpp"
#include "base/random.hpp"

namespace tongxin::test {

namespace json = boost::json;

class BodyMaker {
 public:
  // `schemas` holds what it was asked to add, and lives longer.
  BodyMaker(Random& random, const Schemas& schemas) : random_(random), schemas_(schemas) {}

  json::value fitting(const json::value& schema, int depth = 0) {
    const json::object& type = schema.as_object();
    if (const json::value* reference = type.if_contains("$ref")) {
      const std::string path(reference->as_string());
      return fitting(schemas_.components().at(path.substr(path.rfind('/') + 1)), depth);
    }
    if (const json::value* list = type.if_contains("enum"))
      return list->as_array()[random_.below(list->as_array().size())];
    const json::value* word = type.if_contains("type");
    const std::string kind(word == nullptr ? "object" : (word->is_array() ? word->at(0) : *word).as_string());
    if (kind == "array") return list(type, depth);
    if (kind == "integer") return std::int64_t(random_.below(100));
    if (kind == "number") return double(random_.below(100)) / 4;
    if (kind == "boolean") return random_.chance(0.5);
    if (kind == "string") return text(type);
    json::object made;
    if (const json::value* fields = type.if_contains("properties"); fields && depth < 5)
      for (const auto& [name, inner] : fields->as_object()) made[name] = fitting(inner, depth + 1);
    return made;
  }

  // Somewhere in it stands what nobody expects there.
  void spoil(json::value& value) {
    if (value.is_object() && !value.as_object().empty() && !random_.chance(0.2)) {
      auto at = value.as_object().begin();
      std::advance(at, random_.below(value.as_object().size()));
      if (random_.chance(0.1)) return void(value.as_object().erase(at));
      return spoil(at->value());
    }
    if (value.is_array() && !value.as_array().empty() && !random_.chance(0.2))
      return spoil(value.as_array()[random_.below(value.as_array().size())]);
    value = odd();
  }
  // … or the bytes are cut, doubled or changed.
  std::string torn(std::string bytes) {
    for (auto changes = 1 + random_.below(4); changes > 0 && !bytes.empty(); --changes) {
      const std::size_t at = random_.below(bytes.size());
      switch (random_.below(4)) {
        case 0: bytes.resize(at); break;
        case 1: bytes[at] = char(random_.below(256)); break;
        case 2: bytes.insert(at, bytes.substr(at, 20)); break;
        default: bytes.insert(at, 1, "{}[]\",:\\\0\xff-9eE"[random_.below(14)]);
      }
    }
    return bytes;
  }

 private:
  json::value list(const json::object& type, int depth) {
    json::array made;
    if (const json::value* items = type.if_contains("items"); items && depth < 5)
      for (auto count = random_.below(3) + 1; count > 0; --count) made.push_back(fitting(*items, depth + 1));
    return made;
  }
  json::value text(const json::object& type) {
    if (type.contains("pattern")) return "0000000000001";
    if (const json::value* format = type.if_contains("format"))
      return json::value(format->as_string() == "date-time" ? "2027-01-15T10:00:00+08:00" : "2027-01-15");
    return json::string("漏水 " + std::to_string(random_.below(50)));
  }
  json::value odd() {
    switch (random_.below(14)) {
      case 0: return nullptr;
      case 1: return -1;
      case 2: return std::numeric_limits<std::int64_t>::max();
      case 3: return std::numeric_limits<std::int64_t>::min();
      case 4: return std::numeric_limits<std::uint64_t>::max();
      case 5: return 1e308;
      case 6: return -0.0;
      case 7: return "";
      case 8: return json::string(30'000, 'x');
      case 9: return json::string("\0\x01", 2);
      case 10: return "\xe2\x80\xae\xef\xbf\xbd' OR 1=1 --";
      case 11: return json::array(2'000, json::value(1));
      case 12: {
        json::value deep = 1;
        for (int i = 0; i < 30; ++i) deep = json::array{std::move(deep)};
        return deep;
      }
      default: return json::object{{"unknown", json::object{{"x", 1}}}};
    }
  }
  Random& random_;
  const Schemas& schemas_;
};

}  // namespace tongxin::test

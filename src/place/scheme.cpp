#include "place/scheme.hpp"

#include "place/geometry.hpp"

namespace tongxin::place {
namespace {

std::string scheme_of(const Area& area) {
  const auto attributes = parse_json(area.attributes);
  const auto* object = attributes.if_object();
  const auto* name = object == nullptr ? nullptr : object->if_contains("scheme");
  const auto* text = name == nullptr ? nullptr : name->if_string();
  return text == nullptr ? std::string{} : std::string(text->data(), text->size());
}

std::string span_text(const Scheme& scheme, const char* between, const char* at_least) {
  return scheme.max == 0 ? fmt::format("{}{}", at_least, scheme.min)
                         : fmt::format("{}{}{}", scheme.min, between, scheme.max);
}

}  // namespace

std::optional<Words> broken_scheme(const Levels& levels, const Area& area, SchemeCheck check,
                                   const std::function<int(const std::string& level)>& count) {
  const std::string name = scheme_of(area);
  if (name.empty()) return std::nullopt;
  for (const Level& level : levels)
    for (const Scheme& scheme : level.schemes) {
      if (scheme.name != name || scheme.parent_level != area.level) continue;
      const int holds = count(level.code);
      const bool too_many = scheme.max != 0 && holds > scheme.max;
      const bool too_few = check == SchemeCheck::whole && holds != 0 && holds < scheme.min;
      if (!too_many && !too_few) continue;
      return Words{fmt::format("按「{}」，「{}」应有 {} 个{}，现在会是 {} 个", scheme.name_zh, area.name,
                               span_text(scheme, "–", "至少 "), level.name_zh, holds),
                   fmt::format("by '{}', '{}' holds {} of level {}; it would hold {}", scheme.name_en, area.name,
                               span_text(scheme, " to ", "at least "), level.name_en, holds)};
    }
  return std::nullopt;
}

}  // namespace tongxin::place

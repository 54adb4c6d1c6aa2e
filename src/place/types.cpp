#include "place/types.hpp"

namespace tongxin::place {

const Levels& usual_levels() {
  static const Levels levels{
      {"province", 5, true, "省", "province"},     {"city", 10, true, "市", "city"},
      {"district", 20, true, "区县", "district"},  {"street", 30, true, "街道", "street"},
      {"town", 30, true, "乡镇", "town"},          {"community", 40, true, "社区", "community"},
      {"village", 40, true, "村", "village"},      {"grid", 50, true, "网格", "grid"},
      {"compound", 60, false, "小区", "compound"}, {"lane", 60, false, "街巷", "lane"},
      {"building", 70, false, "楼栋", "building"}, {"household", 80, false, "户", "household"},
  };
  return levels;
}

const Level* find_level(const Levels& levels, std::string_view code) {
  for (const auto& level : levels)
    if (level.code == code) return &level;
  return nullptr;
}

}  // namespace tongxin::place

#include "sim/names.hpp"

#include <array>
#include <string_view>

#include <fmt/format.h>

namespace tongxin::sim {
namespace {

constexpr std::array<std::string_view, 60> kSurnames = {
    "王", "李", "张", "刘", "陈", "杨", "赵", "黄", "周", "吴", "徐", "孙", "胡", "朱", "高",
    "林", "何", "郭", "马", "罗", "梁", "宋", "郑", "谢", "韩", "唐", "冯", "于", "董", "萧",
    "程", "曹", "袁", "邓", "许", "傅", "沈", "曾", "彭", "吕", "苏", "卢", "蒋", "蔡", "贾",
    "丁", "魏", "薛", "叶", "阎", "余", "潘", "杜", "戴", "夏", "钟", "汪", "田", "任", "姜"};

constexpr std::array<std::string_view, 40> kFirst = {"建", "志", "国", "文", "晓", "春", "海", "玉", "桂", "秀",
                                                     "永", "德", "丽", "淑", "庆", "振", "家", "宝", "长", "雅",
                                                     "思", "雨", "子", "立", "兴", "荣", "月", "红", "明", "世",
                                                     "若", "景", "俊", "凤", "向", "继", "素", "清", "一", "学"};
constexpr std::array<std::string_view, 50> kSecond = {
    "兰", "华", "军", "平", "英", "芳", "敏", "强", "伟", "琴", "霞", "梅", "刚", "勇", "涛", "杰", "云",
    "生", "民", "东", "宁", "琳", "娟", "峰", "辉", "超", "鹏", "珍", "芬", "萍", "玲", "燕", "波", "斌",
    "林", "凯", "佳", "欣", "妍", "然", "彤", "博", "良", "忠", "义", "才", "福", "山", "江", "成"};

template <std::size_t N>
std::string_view any_of(Random& random, const std::array<std::string_view, N>& list) {
  return list[random.below(N)];
}

}  // namespace

std::string surname(Random& random) { return std::string(any_of(random, kSurnames)); }

std::string full_name(Random& random) {
  const bool short_name = random.chance(0.15);
  std::string name = surname(random);
  if (!short_name) name += any_of(random, kFirst);
  name += any_of(random, kSecond);
  return name;
}

std::string phone_number(Random& random) { return fmt::format("1990000{:04}", random.below(10'000)); }

}  // namespace tongxin::sim

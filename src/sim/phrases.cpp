#include "sim/phrases.hpp"

#include <map>
#include <vector>

#include <fmt/format.h>

namespace tongxin::sim {
namespace {

using Texts = std::vector<std::string_view>;

struct Matter {
  Texts seen, done;
};

const std::map<std::string_view, Matter>& matters() {
  static const std::map<std::string_view, Matter> kMatters{
      {"garbage",
       {{"楼下垃圾桶满了两天没人清，味道很大", "单元门口堆了装修垃圾，挡着路了", "垃圾分类亭旁边有人乱扔旧沙发",
         "绿化带里有很多塑料袋和烟头", "垃圾站污水流到了人行道上", "厨余桶盖子坏了，招苍蝇",
         "楼道里堆放杂物和旧家具，影响通行", "小广场的垃圾箱缺了一个，大家都放在地上"},
        {"已联系环卫清运，现场冲洗干净", "已组织志愿者和物业共同清理，并提醒附近住户",
         "大件垃圾已由物业清运，地面已清扫", "已更换损坏的垃圾桶"}}},
      {"road",
       {{"小区东门口的路面塌了一块，晚上容易崴脚", "人行道的砖松了，下雨溅一身水", "井盖响得厉害，车一过就咣当一声",
         "无障碍坡道破损，轮椅上不去", "路面坑洼积水，孩子上学绕着走", "路边石掉了一块，电动车差点摔倒"},
        {"已设置围挡，住建部门完成修补", "松动的砖已重新铺好", "井盖已加装胶垫，不再响动",
         "坡道已修复，可以正常通行"}}},
      {"water",
       {{"三楼楼道的水管一直漏水，已经流到一楼", "楼前自来水阀门井冒水", "下水道堵了，一层厨房返水",
         "暖气管道接口渗水，墙皮都掉了", "化粪池满溢，味道很大", "雨水篦子堵塞，一下雨就积水"},
        {"已更换阀门，漏水止住", "疏通车已到现场，下水恢复正常", "物业已更换管道接口并清理现场", "雨水篦子已清掏"}}},
      {"parking",
       {{"消防通道又被私家车堵上了", "共享单车堆在单元门口进不去", "有车停在盲道上，老人没法走",
         "夜里大货车停在小区门口，发动机一直开着", "电动车乱停堵住楼门", "僵尸车占了车位快一年，轮胎都瘪了"},
        {"已联系车主挪车，并张贴提示", "共享单车已摆放整齐，联系企业加强管理", "已加装隔离桩，并由网格员每日巡查",
         "僵尸车已依程序拖移"}}},
      {"hazard",
       {{"楼道里有人给电动车飞线充电", "外墙瓷砖松动，往下掉碎块", "高压线下的大树枝快断了", "灭火器过期，消防栓打不开",
         "地下室有人堆放纸箱和油漆桶", "单元门的玻璃碎了，一地玻璃渣", "煤气味很大，怀疑管道漏气"},
        {"现场已拉警戒线，隐患已排除", "充电线已拆除，并帮助住户登记充电车棚", "消防设施已检修更换",
         "枝条已修剪，线路单位已确认安全"}}},
      {"unclear",
       {{"楼上半夜总有声音，不知道该找谁", "家里老人一个人住，最近几天没见出门，想请人看看",
         "小区里最近常有陌生人敲门推销", "不知道医保怎么转到社区卫生站", "楼下广场舞声音太大，孩子没法学习",
         "想申请适老化改造，不知道找哪里"},
        {"已上门了解情况并作了解答", "已联系相关科室，向居民说明办理流程", "网格员已上门走访，情况已了解",
         "已与双方沟通，约定了时间"}}},
      {"noise",
       {{"夜里施工噪声很大，十一点还在打桩", "楼下商铺音响放得太响", "空调外机震动，睡不着觉",
         "早上五点就有人在楼下卸货"},
        {"已现场劝导，施工方承诺夜间停工", "商户已调低音量", "已责令整改并复查"}}},
      {"lighting",
       {{"三号楼前的路灯坏了一个多星期", "楼道感应灯不亮，老人下楼不安全", "小公园晚上一片黑"},
        {"路灯已修复", "感应灯已更换", "已增设太阳能灯"}}},
      {"greening",
       {{"绿地被踩得光秃秃的", "大树挡住了二楼的窗户，白天也要开灯", "花坛里长满杂草"},
        {"已修剪", "已补种草皮并围护", "杂草已清除"}}},
      {"dispute",
       {{"楼上漏水，两家一直说不到一起", "邻居在公共走廊放鞋柜，说了不听", "宠物随地便溺，和主人吵起来了"},
        {"社区调解员已主持调解，双方达成一致", "已上门劝说，物品已搬走"}}}};
  return kMatters;
}

template <class List>
std::string one_of(Random& random, const List& list) {
  return std::string(list[random.below(std::size(list))]);
}

// A sentence at the end, now and then, as people add one.
std::string with_tail(Random& random, std::string text) {
  static constexpr std::string_view kTails[] = {"，请尽快处理。",
                                                "，麻烦看一下。",
                                                "，谢谢！",
                                                "，已经反映过一次了。",
                                                "，家里有老人和孩子，很不方便。",
                                                "。",
                                                "",
                                                "",
                                                ""};
  return text + one_of(random, kTails);
}

}  // namespace

std::string description(Random& random, const pack::Category& category) {
  if (const auto found = matters().find(category.code); found != matters().end())
    return with_tail(random, one_of(random, found->second.seen));
  static constexpr std::string_view kForms[] = {"这里有{}的问题", "发现{}，一直没有人管", "反映{}的情况",
                                                "楼前{}，影响大家生活"};
  std::string text = one_of(random, kForms);
  text.replace(text.find("{}"), 2, category.name.zh);
  return with_tail(random, std::move(text));
}

std::string result_text(Random& random, const pack::Category& category) {
  if (const auto found = matters().find(category.code); found != matters().end())
    return one_of(random, found->second.done);
  static constexpr std::string_view kDone[] = {"已到现场处理完毕", "已联系责任单位整改到位", "已处理并复查，情况正常"};
  return one_of(random, kDone);
}

std::string reply_text(Random& random) {
  static constexpr std::string_view kTexts[] = {"您反映的问题已处理好，感谢您的提醒。",
                                                "已经办好了，如还有问题请随时告诉我们。",
                                                "现场已处理，网格员会继续留意，谢谢您。", "问题已解决，欢迎您评价。"};
  return one_of(random, kTexts);
}
std::string explanation(Random& random) {
  static constexpr std::string_view kTexts[] = {"此处已列入今年老旧小区改造计划，预计年内动工，届时一并解决。",
                                                "经查该处为产权单位自管，已发函请其整改，我们将跟进。",
                                                "按现行规定暂不具备条件，已向居民当面说明。"};
  return one_of(random, kTexts);
}
std::string passing_up(Random& random) {
  static constexpr std::string_view kTexts[] = {"超出网格处置能力，需要专业队伍", "涉及多个部门，请上级协调",
                                                "需要动用维修资金", "产权单位不配合，请上级出面"};
  return one_of(random, kTexts);
}
std::string whistling(Random& random) {
  static constexpr std::string_view kTexts[] = {"需要多部门现场会商", "需要执法人员到场联合处置",
                                                "居民反映集中，请派专业力量到现场", "请带设备到场排险"};
  return one_of(random, kTexts);
}
std::string returning(Random& random) {
  static constexpr std::string_view kTexts[] = {"不属于本单位职责，建议派给产权管理部门", "地点在辖区边界外，请核实",
                                                "已有同类事项由其他单位办理"};
  return one_of(random, kTexts);
}
std::string extending(Random& random) {
  static constexpr std::string_view kTexts[] = {"配件需要订货，三天后到货", "连日下雨，施工推迟",
                                                "需与产权单位现场会商"};
  return one_of(random, kTexts);
}
std::string not_extending(Random& random) {
  static constexpr std::string_view kTexts[] = {"请先用库存材料，按原时限办理", "可先临时处置，保证安全", "理由不充分"};
  return one_of(random, kTexts);
}
std::string suspending(Random& random) {
  static constexpr std::string_view kTexts[] = {"等待专项资金批复", "冬季不宜施工，开春后办理", "法律程序进行中"};
  return one_of(random, kTexts);
}
std::string rejecting(Random& random) {
  static constexpr std::string_view kTexts[] = {"属于劳动争议，已告知到劳动仲裁部门办理", "内容不清且无法联系反映人",
                                                "同一事项已在办理中"};
  return one_of(random, kTexts);
}
std::string dissatisfaction(Random& random) {
  static constexpr std::string_view kTexts[] = {"当天好了，第二天又是老样子", "只处理了一半", "没有人联系我",
                                                "等的时间太长"};
  return one_of(random, kTexts);
}
std::string anything(Random& random) {
  static constexpr std::string_view kTexts[] = {"情况属实", "已了解", "按程序办理", "现场已核实"};
  return one_of(random, kTexts);
}

}  // namespace tongxin::sim

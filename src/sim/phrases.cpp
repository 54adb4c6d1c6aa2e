#include "sim/phrases.hpp"

#include <map>
#include <vector>

#include <fmt/format.h>

namespace tongxin::sim {
namespace {

using Texts = std::vector<std::string_view>;

// What was seen, and what can be done about that very thing.
struct Matter {
  std::string_view seen;
  Texts done;
};

using Matters = std::map<std::string_view, std::vector<Matter>>;

const Matters& matters() {
  static const Matters kMatters{
      {"garbage",
       {{"楼下垃圾桶满了两天没人清，味道很大", {"已联系环卫清运，桶边已冲洗干净", "已清运，并把清运改为每日两次"}},
        {"单元门口堆了装修垃圾，挡着路了", {"装修垃圾已由物业清走，已提醒装修的住户到指定点堆放"}},
        {"垃圾分类亭旁边有人乱扔旧沙发", {"旧沙发已由物业作为大件垃圾拉走"}},
        {"绿化带里有很多塑料袋和烟头", {"已组织志愿者和物业把绿化带捡拾干净"}},
        {"垃圾站污水流到了人行道上", {"污水已冲洗，垃圾站的排水口已疏通"}},
        {"厨余桶盖子坏了，招苍蝇", {"已更换损坏的桶盖，并做了消杀"}},
        {"楼道里堆放杂物和旧家具，影响通行", {"已与住户一起把楼道清空", "旧家具已搬走，楼道恢复通行"}},
        {"小广场的垃圾箱缺了一个，大家都放在地上", {"已补装垃圾箱，地面已清扫"}}}},
      {"road",
       {{"小区东门口的路面塌了一块，晚上容易崴脚", {"已先设围挡，塌陷处已填实修补"}},
        {"人行道的砖松了，下雨溅一身水", {"松动的砖已重新铺好"}},
        {"井盖响得厉害，车一过就咣当一声", {"井盖已加装胶垫，不再响动"}},
        {"无障碍坡道破损，轮椅上不去", {"坡道已修复，轮椅可以正常通行"}},
        {"路面坑洼积水，孩子上学绕着走", {"坑洼处已填平，积水已排除"}},
        {"路边石掉了一块，电动车差点摔倒", {"路边石已重新安装"}}}},
      {"water",
       {{"三楼楼道的水管一直漏水，已经流到一楼", {"已更换阀门，漏水止住"}},
        {"楼前自来水阀门井冒水", {"自来水公司已更换井内阀门，不再冒水"}},
        {"下水道堵了，一层厨房返水", {"疏通车已到现场，下水恢复正常"}},
        {"暖气管道接口渗水，墙皮都掉了", {"管道接口已更换，墙面待干后补"}},
        {"化粪池满溢，味道很大", {"化粪池已抽清"}},
        {"雨水篦子堵塞，一下雨就积水", {"雨水篦子已清掏"}}}},
      {"parking",
       {{"消防通道又被私家车堵上了", {"已联系车主挪车，并重新划了禁停线"}},
        {"共享单车堆在单元门口进不去", {"共享单车已摆放整齐，已请企业每天来收"}},
        {"有车停在盲道上，老人没法走", {"车已挪走，盲道旁加装了隔离桩"}},
        {"夜里大货车停在小区门口，发动机一直开着", {"已与司机说好夜里停到货运停车场"}},
        {"电动车乱停堵住楼门", {"已挪开，并在楼侧划出电动车位"}},
        {"僵尸车占了车位快一年，轮胎都瘪了", {"僵尸车已依程序拖移"}}}},
      {"hazard",
       {{"楼道里有人给电动车飞线充电", {"充电线已拆除，并帮助住户登记了充电车棚"}},
        {"外墙瓷砖松动，往下掉碎块", {"已拉警戒线，松动的瓷砖已清除"}},
        {"高压线下的大树枝快断了", {"枝条已修剪，供电部门已确认线路安全"}},
        {"灭火器过期，消防栓打不开", {"灭火器已更换，消防栓已检修"}},
        {"地下室有人堆放纸箱和油漆桶", {"纸箱和油漆桶已清出地下室"}},
        {"单元门的玻璃碎了，一地玻璃渣", {"玻璃渣已清扫，门玻璃已更换"}},
        {"煤气味很大，怀疑管道漏气", {"燃气公司已到场，漏气的接口已更换并检测合格"}}}},
      {"unclear",
       {{"楼上半夜总有声音，不知道该找谁", {"已上门了解，楼上住户答应夜里不再挪动家具"}},
        {"家里老人一个人住，最近几天没见出门，想请人看看", {"网格员已上门看望，老人身体平安"}},
        {"小区里最近常有陌生人敲门推销", {"已提醒门岗登记来人，并在群里发了提示"}},
        {"不知道医保怎么转到社区卫生站", {"已把办理流程和电话告诉居民"}},
        {"楼下广场舞声音太大，孩子没法学习", {"已与领舞的居民约定晚上八点前结束"}},
        {"想申请适老化改造，不知道找哪里", {"已帮居民填好申请，交到民政科"}}}},
      {"noise",
       {{"夜里施工噪声很大，十一点还在打桩", {"已现场劝导，施工方承诺夜间停工"}},
        {"楼下商铺音响放得太响", {"商户已调低音量"}},
        {"空调外机震动，睡不着觉", {"外机已加装减震垫"}},
        {"早上五点就有人在楼下卸货", {"已与商户约定七点以后卸货"}}}},
      {"lighting",
       {{"三号楼前的路灯坏了一个多星期", {"路灯已修复"}},
        {"楼道感应灯不亮，老人下楼不安全", {"感应灯已更换"}},
        {"小公园晚上一片黑", {"已增设太阳能灯"}}}},
      {"greening",
       {{"绿地被踩得光秃秃的", {"已补种草皮并围护"}},
        {"大树挡住了二楼的窗户，白天也要开灯", {"树枝已修剪"}},
        {"花坛里长满杂草", {"杂草已清除"}}}},
      {"dispute",
       {{"楼上漏水，两家一直说不到一起", {"社区调解员已主持调解，双方达成一致"}},
        {"邻居在公共走廊放鞋柜，说了不听", {"已上门劝说，鞋柜已搬走"}},
        {"宠物随地便溺，和主人吵起来了", {"已与双方沟通，主人答应随手清理"}}}}};
  return kMatters;
}

// The hotline's own categories, as a caller's words are taken down.
const Matters& hotline_matters() {
  static const Matters kMatters{{"works",
                                 {{"来电人反映小区外主路上有个坑，骑车很危险", {"坑已用沥青填平"}},
                                  {"来电人反映公交站旁的路灯三盏都不亮", {"三盏路灯已全部修复"}},
                                  {"来电人反映人行道上的护栏倒了一段", {"护栏已扶正加固"}},
                                  {"来电人反映雨后桥下积水，行人过不去", {"积水已抽排，排水口已清掏"}}}},
                                {"care",
                                 {{"来电人咨询高龄津贴怎么申请", {"已电话说明所需材料，并约好到社区窗口办理"}},
                                  {"来电人想给卧床的母亲申请上门评估", {"已约定评估人员上门的日子"}},
                                  {"来电人反映社区食堂中午排队太久", {"食堂已增开一个窗口，并延长了供餐时间"}},
                                  {"来电人咨询孩子转学要带什么材料", {"已把材料清单和窗口电话告诉来电人"}}}},
                                {"law",
                                 {{"来电人投诉烧烤摊占道经营，油烟很大", {"摊主已撤走，已列入晚间巡查"}},
                                  {"来电人投诉楼顶有人搭建阳光房", {"已到现场查看并下达停工通知，当事人已自行拆除"}},
                                  {"来电人投诉凌晨还有人在施工", {"施工单位已停止夜间施工"}},
                                  {"来电人投诉路边贴满小广告", {"小广告已清除，号码已转有关部门"}}}},
                                {"life_lines",
                                 {{"来电人反映整栋楼停水，没有接到通知", {"水泵已修好，供水恢复"}},
                                  {"来电人反映半个小区停电", {"跳闸的开关已更换，供电恢复"}},
                                  {"来电人反映家里燃气打不着火，邻居也一样", {"调压箱已检修，燃气恢复"}},
                                  {"来电人反映楼道里有一股煤气味", {"燃气公司已到场，漏气处已更换并检测合格"}}}}};
  return kMatters;
}

const std::vector<Matter>* matters_of(std::string_view category) {
  for (const Matters* each : {&matters(), &hotline_matters()})
    if (const auto found = each->find(category); found != each->end()) return &found->second;
  return nullptr;
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

std::string description(Random& random, const pack::Category& category, bool by_resident) {
  const auto told = [&](std::string text) { return by_resident ? with_tail(random, std::move(text)) : text + "。"; };
  if (const auto* known = matters_of(category.code))
    return told(std::string((*known)[random.below(known->size())].seen));
  static constexpr std::string_view kForms[] = {"这里有{}的问题", "发现{}，一直没有人管", "反映{}的情况",
                                                "楼前{}，影响大家生活"};
  std::string text = one_of(random, kForms);
  text.replace(text.find("{}"), 2, category.name.zh);
  return told(std::move(text));
}

std::string retold(Random& random, const pack::Category& category, std::string_view said, bool by_resident) {
  if (const auto* known = matters_of(category.code))
    for (const Matter& each : *known)
      if (said.starts_with(each.seen))
        return by_resident ? with_tail(random, std::string(each.seen)) : std::string(each.seen) + "。";
  return description(random, category, by_resident);
}

std::string result_text(Random& random, const pack::Category& category, std::string_view description) {
  if (const auto* known = matters_of(category.code))
    for (const Matter& each : *known)
      if (description.starts_with(each.seen)) return one_of(random, each.done);
  static constexpr std::string_view kDone[] = {"已到现场处理完毕", "已联系责任单位整改到位", "已处理并复查，情况正常"};
  return one_of(random, kDone);
}

std::string reply_text(Random& random, std::string_view category) {
  static constexpr std::string_view kTexts[] = {"您反映的问题已处理好，感谢您的提醒。",
                                                "已经办好了，如还有问题请随时告诉我们。",
                                                "现场已处理，网格员会继续留意，谢谢您。", "问题已解决，欢迎您评价。"};
  static constexpr std::string_view kAsked[] = {"您问的事情已经为您办理，如还有不清楚的请随时联系我们。",
                                                "已与您联系说明，后续有需要请直接找我们。",
                                                "事情已经办好，感谢您的信任。"};
  return category == "care" || category == "unclear" ? one_of(random, kAsked) : one_of(random, kTexts);
}
std::string reply_explained(Random& random) {
  static constexpr std::string_view kTexts[] = {"您反映的问题眼下还办不了，原因已向您说明，有进展会告诉您。",
                                                "这件事暂时解决不了，请您谅解，我们会继续跟进。",
                                                "情况和原因已向您说明，感谢您的理解。"};
  return one_of(random, kTexts);
}
bool needs_works(std::string_view category) {
  for (const std::string_view each : {"road", "water", "works", "lighting", "greening"})
    if (category == each) return true;
  return false;
}
std::string_view department_for(std::string_view category) {
  static const std::map<std::string_view, std::string_view> kDepartments{
      {"garbage", "urban"},  {"road", "housing"},      {"water", "housing"}, {"parking", "police"},
      {"hazard", "fire"},    {"unclear", "civil"},     {"noise", "urban"},   {"lighting", "urban"},
      {"greening", "urban"}, {"dispute", "justice"},   {"works", "housing"}, {"care", "civil"},
      {"law", "urban"},      {"life_lines", "housing"}};
  const auto found = kDepartments.find(category);
  return found == kDepartments.end() ? std::string_view("urban") : found->second;
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
  static constexpr std::string_view kTexts[] = {"配件需要订货，还没有到", "连日下雨，施工推迟", "需与产权单位现场会商"};
  return one_of(random, kTexts);
}
std::string not_extending(Random& random) {
  static constexpr std::string_view kTexts[] = {"现场已具备施工条件，请按原时限办结", "此事影响居民生活，不宜再拖",
                                                "请先做临时处置，按期答复居民"};
  return one_of(random, kTexts);
}
std::string suspending(Random& random) {
  static constexpr std::string_view kTexts[] = {"等待专项资金批复", "材料订货中，到货后施工", "法律程序进行中"};
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

#include "aspect/checkin/section.hpp"

#include "aspect/duty.hpp"
#include "base/text.hpp"

namespace tongxin::aspect::checkin {
namespace {

using pack::Node;
using pack::Reader;

std::int64_t parse_metres(const std::string& text) {
  char* end = nullptr;
  const long number = std::strtol(text.c_str(), &end, 10);
  if (end == text.c_str() || trim(end) != "m" || number < 1 || number > 100'000)
    throw Fault(Code::invalid, words("应为距离，例如 300 m", "expected a distance such as 300 m"));
  return number;
}

Need read_need(Reader& reader, std::string_view key, Need otherwise) {
  const auto text = reader.optional_one_of(key, {"none", "optional", "required"});
  if (!text) return otherwise;
  return *text == "none" ? Need::none : *text == "optional" ? Need::optional : Need::required;
}

class SectionBuilder {
 public:
  SectionBuilder(const Node& node, pack::Reading& reading) : reading_(reading), reader_(node, reading.complaints) {}

  std::shared_ptr<const Section> build() {
    for (const auto& entry : reader_.map("sorts")) section_->sorts.push_back(read_sort(entry));
    if (const Node* node = reader_.optional("track")) {
      Reader track(*node, reading_.complaints);
      TrackRule rule;
      rule.who = reading_.names->who(track.list("who"));
      rule.states = states(track);
      rule.thin_m = double(track.optional_parsed("thin", parse_metres).value_or(10));
      rule.most_kmh = double(track.optional_integer("most_kmh", 1, 400).value_or(60));
      section_->track = std::move(rule);
    }
    return section_;
  }

 private:
  std::vector<bool> states(Reader& reader) {
    auto states = reading_.names->states(reader.optional("while"));
    if (!reader.has("while"))
      for (std::size_t i = 0; i < states.size(); ++i) states[i] = !reading_.kind->states[i].final;
    return states;
  }

  Sort read_sort(const Node::Entry& entry) {
    Reader reader(entry.value, reading_.complaints);
    Sort sort;
    sort.name = entry.key;
    sort.label = reader.words("name");
    sort.who = reading_.names->who(reader.list("who"));
    sort.states = states(reader);
    sort.point = read_need(reader, "point", Need::optional);
    sort.photo = read_need(reader, "photo", Need::none);
    sort.video = read_need(reader, "video", Need::none);
    sort.within_m = reader.optional_parsed("within", parse_metres).value_or(0);
    if (const Node* form = reader.optional("form")) sort.form = reading_.names->form(*form);
    if (const Node* plan = reader.optional("keeps")) {
      sort.plan = plan->text;
      std::vector<std::string> known;
      if (const Node* schedule = reading_.document->find("schedule"))
        for (const auto& each : schedule->entries) known.push_back(each.key);
      pack::check_name(*plan, plan->text, known, {"计划", "plan"}, reading_.complaints);
    }
    sort.room = reader.optional_parsed("room", natural_length).value_or(std::chrono::hours{12});
    if (const Node* action = reader.optional("action")) sort.action = reading_.names->action(*action);
    return sort;
  }

  pack::Reading& reading_;
  Reader reader_;
  std::shared_ptr<Section> section_ = std::make_shared<Section>();
};

}  // namespace

const Sort* Section::find(std::string_view name) const {
  for (const Sort& sort : sorts)
    if (sort.name == name) return &sort;
  return nullptr;
}

std::shared_ptr<const void> read_section(const Node& node, pack::Reading& reading) {
  return SectionBuilder(node, reading).build();
}

std::vector<pack::AspectFact> facts(const pack::Reading& reading) {
  using pack::Type;
  std::vector<pack::AspectFact> facts{
      {"checkin.photos", Type::number, {"打卡照片数", "photos of check-ins"}},
      {"checkin.videos", Type::number, {"打卡视频数", "videos of check-ins"}},
      {"checkin.minutes", Type::number, {"首末打卡间隔分钟", "minutes from first to last"}},
      {"checkin.metres", Type::number, {"轨迹长度（米）", "metres of the track"}},
      {"checkin.jumps", Type::number, {"轨迹异常点", "impossible points of the track"}},
      {"checkin.people", Type::number, {"打卡人数", "people who checked in"}}};
  const Node* section = reading.document->find("checkin");
  const Node* sorts = section == nullptr ? nullptr : section->find("sorts");
  if (sorts != nullptr)
    for (const auto& entry : sorts->entries)
      facts.push_back({"checkin." + entry.key + ".times",
                       Type::number,
                       {"打卡次数（" + entry.key + "）", "times checked in as " + entry.key}});
  return facts;
}

}  // namespace tongxin::aspect::checkin

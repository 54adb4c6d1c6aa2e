#include "sim/story.hpp"

#include <fstream>
#include <sstream>

#include "measure/verify.hpp"
#include "sim/story/steps.hpp"

namespace tongxin::sim {
namespace {

namespace fs = std::filesystem;
using pack::Node;
using pack::Reader;
using story::Stage;
using story::Wrong;

constexpr std::size_t kFailuresEnough = 20;  // a repeated step that fails once fails always

const story::Steps& all_steps() {
  static const story::Steps kSteps = [] {
    story::Steps steps;
    story::add_change_steps(steps);
    story::add_look_steps(steps);
    story::add_figure_steps(steps);
    story::add_organisation_steps(steps);
    story::add_ledger_steps(steps);
    story::add_duty_steps(steps);
    story::add_link_steps(steps);
    return steps;
  }();
  return kSteps;
}

std::string details(const Fault& fault, Language language) {
  std::string text;
  for (const Complaint& complaint : fault.complaints())
    text += fmt::format("\n    {}: {}", complaint.at, complaint.say.in(language));
  if (!fault.log().empty()) text += "\n    " + fault.log();
  return text;
}

class Story {
 public:
  Story(store::Store& store, std::shared_ptr<const pack::Library> library, std::uint64_t seed, StoryResult& result)
      : stage_(store, std::move(library), seed), result_(result) {}

  void play(const Node& story, const std::string& packs, const std::string& pack) {
    Reader reader(story, result_.failures);
    result_.title = reader.text("story");
    const std::string at = reader.text("at");
    Time start{};
    if (!parse_local(at, start))
      return reader.expected(reader.any("at"), {"2026-03-06 16:00 这样的时间", "a time such as 2026-03-06 16:00"});
    stage_.clock.set(start);
    settle(reader, packs, pack, reader.optional_text("world").value_or("street"));
    if (!result_.passed()) return;
    for (const Node& step : reader.list("steps")) take(step);
    verify(story);
  }

 private:
  void settle(Reader& reader, const std::string& packs, const std::string& pack, const std::string& world) {
    try {
      Node fixture = read_fixture(packs, pack, world);
      stage_.store.write([&](store::Tx& tx) {
        stage_.names = settle_fixture(tx, stage_.vault, stage_.doing(), *stage_.library, fixture);
      });
    } catch (const Fault& fault) {
      for (const Complaint& complaint : fault.complaints()) result_.failures.push_back(complaint);
      if (fault.complaints().empty()) reader.complain(reader.node(), "fixture", fault.say());
    }
  }

  void take(const Node& step) {
    ++result_.steps;
    try {
      if (step.find("repeat") != nullptr) return repeat(step);
      for (const auto& entry : step.entries)
        if (const auto found = all_steps().find(entry.key); found != all_steps().end())
          return found->second(stage_, step);
      fail(step, words("不认识的步骤", "this step is not known"));
    } catch (const Wrong& wrong) {
      fail(wrong.at, wrong.say);
    } catch (const Fault& fault) {
      fail(step, {fmt::format("{}（{}）{}", fault.say().zh, meaning(fault.code()).name, details(fault, Language::zh)),
                  fmt::format("{} ({}){}", fault.say().en, meaning(fault.code()).name, details(fault, Language::en))});
    }
  }

  void repeat(const Node& step) {
    const int times = std::atoi(step.find("repeat")->text.c_str());
    const Node* steps = step.find("steps");
    if (steps == nullptr) throw Wrong{step, words("repeat 需要 steps", "repeat needs steps")};
    for (int n = 1; n <= times && result_.failures.size() < kFailuresEnough; ++n)
      for (const Node& each : steps->items) take(with_number(each, n));
  }

  void verify(const Node& story) {
    for (const auto& finding : measure::verify(stage_.store, stage_.worlds, stage_.realm).findings)
      result_.failures.push_back(
          {story.at(),
           "verify",
           {finding.where + "：" + finding.say.zh, finding.what + " " + finding.where + ": " + finding.say.en}});
  }

  void fail(const Node& at, Words say) { result_.failures.push_back({at.at(), "story", std::move(say)}); }

  Stage stage_;
  StoryResult& result_;
};

}  // namespace

StoryResult play_story(store::Store& store, std::shared_ptr<const pack::Library> library, const std::string& packs,
                       const std::string& pack, const std::string& file, std::uint64_t seed) {
  StoryResult result;
  result.file = file;
  try {
    std::ifstream stream(file, std::ios::binary);
    std::ostringstream text;
    text << stream.rdbuf();
    const Node story = pack::parse_yaml(text.str(), file);
    Story(store, std::move(library), seed, result).play(story, packs, pack);
  } catch (const Fault& fault) {
    result.failures.insert(result.failures.end(), fault.complaints().begin(), fault.complaints().end());
    if (fault.complaints().empty()) result.failures.push_back({file, "fault", fault.say()});
  }
  return result;
}

std::vector<std::string> story_files(const std::string& packs, const std::string& pack) {
  std::vector<std::string> files;
  const fs::path folder = fs::path(packs) / pack / "stories";
  if (fs::is_directory(folder))
    for (const auto& entry : fs::directory_iterator(folder))
      if (entry.path().extension() == ".yaml") files.push_back(entry.path().string());
  std::sort(files.begin(), files.end());
  return files;
}

}  // namespace tongxin::sim

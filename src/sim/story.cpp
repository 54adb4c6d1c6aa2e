#include "sim/story.hpp"

#include <fstream>
#include <sstream>

#include "aspect/all.hpp"
#include "measure/verify.hpp"
#include "sim/check.hpp"
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

namespace {

// Looks at one story as play_story() would, but for what only the playing tells.
class StoryCheck {
 public:
  StoryCheck(const pack::Library& library, std::vector<Complaint>& complaints)
      : library_(library), complaints_(complaints) {
    for (const auto& [name, unused] : all_steps()) steps_.push_back(name);
    steps_.emplace_back("repeat");
    for (const auto& kind : library.kinds) {
      kinds_.push_back(kind->name);
      for (const pack::Action& action : kind->actions) actions_.push_back(action.name);
    }
  }

  void look(const Node& story) {
    Reader reader(story, complaints_);
    (void)reader.text("story");
    (void)reader.optional("world");
    Time start{};
    if (const std::string at = reader.text("at"); !at.empty() && !parse_local(at, start))
      reader.expected(*story.find("at"), {"2026-03-06 16:00 这样的时间", "a time such as 2026-03-06 16:00"});
    for (const Node& step : reader.list("steps")) look_at_step(step);
  }

 private:
  void look_at_step(const Node& step) {
    if (step.find("repeat") != nullptr) {
      if (const Node* steps = step.find("steps"))
        for (const Node& each : steps->items) look_at_step(each);
      return;
    }
    for (const auto& entry : step.entries)
      if (all_steps().contains(entry.key)) return look_inside(entry.key, entry.value, step);
    pack::check_name(step, step.entries.empty() ? step.text : step.entries.front().key, steps_, {"步骤", "step"},
                     complaints_);
  }

  void look_inside(const std::string& name, const Node& node, const Node& step) {
    if (name == "create") {
      const pack::Kind* kind = library_.kind(node.text);
      pack::check_name(node, node.text, kinds_, {"类型", "kind"}, complaints_);
      if (const Node* saved = step.find("save"); saved != nullptr && kind != nullptr) saved_[saved->text] = kind;
    } else if (name == "act") {
      const Node* on = step.find("on");
      const auto saved = on == nullptr ? saved_.end() : saved_.find(on->text);
      if (saved == saved_.end()) return pack::check_name(node, node.text, actions_, {"动作", "action"}, complaints_);
      std::vector<std::string> known;
      for (const pack::Action& action : saved->second->actions) known.push_back(action.name);
      pack::check_name(node, node.text, known, {"动作", "action"}, complaints_);
    } else if (name == "figures" || name == "plate" || name == "child") {
      if (const Node* kind = node.find("kind"))
        pack::check_name(*kind, kind->text, kinds_, {"类型", "kind"}, complaints_);
      if (const Node* save = node.find("save")) saved_.erase(save->text);
    }
  }

  const pack::Library& library_;
  std::vector<Complaint>& complaints_;
  std::vector<std::string> steps_, kinds_, actions_;
  std::map<std::string, const pack::Kind*, std::less<>> saved_;  // of this story so far, under the names it gave
};

Node read_story(const std::string& file) {
  std::ifstream stream(file, std::ios::binary);
  std::ostringstream text;
  text << stream.rdbuf();
  return pack::parse_yaml(text.str(), file);
}

std::vector<std::string> yaml_files(const std::string& packs, const std::string& pack, const char* folder_name) {
  std::vector<std::string> files;
  const fs::path folder = fs::path(packs) / pack / folder_name;
  if (fs::is_directory(folder))
    for (const auto& entry : fs::directory_iterator(folder))
      if (entry.path().extension() == ".yaml") files.push_back(entry.path().string());
  std::sort(files.begin(), files.end());
  return files;
}

// As read_fixture() looks for it.
bool exists_world(const std::string& packs, const std::string& pack, const std::string& name) {
  return fs::exists(fs::path(packs) / pack / "worlds" / (name + ".yaml")) ||
         fs::exists(fs::path(packs) / "base" / "worlds" / (name + ".yaml"));
}

void keep(const Fault& fault, const std::string& file, std::vector<Complaint>& complaints) {
  complaints.insert(complaints.end(), fault.complaints().begin(), fault.complaints().end());
  if (fault.complaints().empty()) complaints.push_back({file, "fault", fault.say()});
}

}  // namespace

StoryResult play_story(store::Store& store, std::shared_ptr<const pack::Library> library, const std::string& packs,
                       const std::string& pack, const std::string& file, std::uint64_t seed) {
  StoryResult result;
  result.file = file;
  try {
    Story(store, std::move(library), seed, result).play(read_story(file), packs, pack);
  } catch (const Fault& fault) {
    keep(fault, file, result.failures);
  }
  return result;
}

std::vector<Complaint> check_stories(std::shared_ptr<const pack::Library> library, const std::string& packs) {
  std::vector<Complaint> complaints;
  const fs::path folder = fs::temp_directory_path() / fmt::format("tongxin-worlds-{}", ::getpid());
  fs::create_directories(folder);
  auto store = store::open({.url = (folder / "worlds.db").string(), .durable = false});
  store::migrate(*store, aspect::all_migrations());
  std::uint64_t seed = 1;
  for (const pack::PackInfo& pack : library->packs) {
    std::set<std::string> worlds;
    for (const std::string& file : yaml_files(packs, pack.name, "worlds"))
      worlds.insert(fs::path(file).stem().string());
    for (const std::string& file : yaml_files(packs, pack.name, "stories")) {
      try {
        const Node story = read_story(file);
        StoryCheck(*library, complaints).look(story);
        const Node* world = story.find("world");
        if (world != nullptr && !exists_world(packs, pack.name, world->text))
          complaints.push_back({world->at(), "unknown",
                                words("没有环境“{}”（worlds/{}.yaml）", "there is no world '{}' (worlds/{}.yaml)",
                                      world->text, world->text)});
      } catch (const Fault& fault) {
        keep(fault, file, complaints);
      }
    }
    for (const std::string& world : worlds) {
      try {
        Stage stage(*store, library, ++seed);
        const Node fixture = read_fixture(packs, pack.name, world);
        stage.store.write(
            [&](store::Tx& tx) { stage.names = settle_fixture(tx, stage.vault, stage.doing(), *library, fixture); });
      } catch (const Fault& fault) {
        keep(fault, (fs::path(packs) / pack.name / "worlds" / (world + ".yaml")).string(), complaints);
      }
    }
  }
  store.reset();
  fs::remove_all(folder);
  return complaints;
}

std::vector<std::string> story_files(const std::string& packs, const std::string& pack) {
  return yaml_files(packs, pack, "stories");
}

}  // namespace tongxin::sim

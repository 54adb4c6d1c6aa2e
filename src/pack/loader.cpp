#include "pack/loader.hpp"

#include <fstream>
#include <sstream>

#include "base/crypto.hpp"
#include "base/text.hpp"
#include "pack/chosen.hpp"
#include "pack/kind_loader.hpp"
#include "pack/lua.hpp"

namespace tongxin::pack {
namespace {

namespace fs = std::filesystem;
using inside::KindDocument;
using inside::LoaderContext;

constexpr std::uintmax_t kMaxFile = 1 << 20;

std::string read_file(const fs::path& path) {
  if (fs::file_size(path) > kMaxFile)
    throw Fault(Code::too_large, words("{} 超过 1 MiB", "{} is larger than 1 MiB", path.string()));
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return std::move(text).str();
}

std::vector<fs::path> files_in(const fs::path& folder, std::string_view extension) {
  std::vector<fs::path> files;
  if (fs::is_directory(folder))
    for (const auto& entry : fs::directory_iterator(folder))
      if (entry.path().extension() == extension) files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  return files;
}

struct PackDocument {
  fs::path folder;
  std::string name;
  Node node;
  std::vector<std::string> uses;
};

// One load: documents in, library or complaints out.
class Loading {
 public:
  Loading(const Sources& sources, const Vocabulary& vocabulary)
      : root_(sources.root), context_{*library_, complaints_, {}, {}, vocabulary.aspects} {
    for (const EffectSignature& effect : vocabulary.effects) context_.effects.emplace(effect.name, &effect);
    for (const AspectWords& aspect : vocabulary.aspects)
      for (const EffectSignature& effect : aspect.effects) context_.effects.emplace(effect.name, &effect);
    collect(sources.names);
  }

  std::shared_ptr<const Library> finish() {
    for (const PackDocument& pack : packs_) read_pack(pack);
    read_rules();
    for (const PackDocument& pack : packs_) outline_kinds(pack);
    for (const KindDocument& kind : kinds_) {
      if (library_->kind(kind.outline.kind) != nullptr) continue;  // complained of already
      if (speaks_of_unread(kind.node)) continue;
      library_->kinds.push_back(inside::read_kind(kind, context_));
      if (complaints_.empty()) inside::prove_flow(*library_->kinds.back(), kind.node, complaints_);
    }
    if (!complaints_.empty()) {
      const Words say = words("机制包有 {} 处问题", "the packs have {} problem{}", complaints_.size(),
                              complaints_.size() == 1 ? "" : "s");
      throw Fault(Code::invalid, say, std::move(complaints_));
    }
    std::stable_sort(library_->kinds.begin(), library_->kinds.end(),
                     [](const auto& a, const auto& b) { return a->order < b->order; });
    library_->checksum = hex(as_text(digest(checksum_)));
    return library_;
  }

 private:
  // ── which packs, in which order ──
  void collect(std::vector<std::string> names) {
    if (names.empty()) {
      for (const auto& entry : fs::directory_iterator(root_))
        if (fs::exists(entry.path() / "pack.yaml")) names.push_back(entry.path().filename().string());
      std::sort(names.begin(), names.end());
    }
    for (const std::string& name : names) add(name, "", {});
  }

  void add(const std::string& name, const std::string& wanted_at, std::vector<std::string> chain) {
    if (std::any_of(packs_.begin(), packs_.end(), [&](const PackDocument& pack) { return pack.name == name; })) return;
    const fs::path file = root_ / name / "pack.yaml";
    if (std::find(chain.begin(), chain.end(), name) != chain.end()) {
      complaints_.push_back(
          {wanted_at, "circle", words("机制包互相引用成环：{}", "packs use each other in a circle: {}", name)});
      return;
    }
    if (!fs::exists(file)) {
      complaints_.push_back({wanted_at.empty() ? file.string() : wanted_at, "missing",
                             words("没有机制包“{}”（{}）", "there is no pack '{}' ({})", name, file.string())});
      return;
    }
    PackDocument pack{root_ / name, name, parse(file), {}};
    chain.push_back(name);
    if (const Node* uses = pack.node.find("uses"))
      for (const Node& used : uses->items) {
        pack.uses.push_back(used.text);
        add(used.text, used.at(), chain);
      }
    packs_.push_back(std::move(pack));
  }

  Node parse(const fs::path& file) {
    try {
      const std::string text = read_file(file);
      checksum_ += text;
      return parse_yaml(text, file.string());
    } catch (const Fault& fault) {
      complaints_.insert(complaints_.end(), fault.complaints().begin(), fault.complaints().end());
      if (fault.complaints().empty()) complaints_.push_back({file.string(), "unreadable", fault.say()});
      return {};
    }
  }

  // ── pack.yaml ──
  void read_pack(const PackDocument& pack) {
    if (pack.node.kind != Node::Kind::map) return;
    Reader reader(pack.node, complaints_);
    PackInfo info;
    info.name = reader.text("pack");
    info.folder = pack.folder.string();
    if (const Node* name = pack.node.find("pack"); name != nullptr && info.name != pack.name)
      reader.complain(*name, "mismatch",
                      words("机制包的名字应与文件夹相同：{}", "a pack is named as its folder: {}", pack.name));
    info.version = int(reader.integer("version", 1, 1'000'000));
    info.label = reader.words("name");
    info.uses = reader.optional_texts("uses");
    read_levels(reader);
    read_named(reader, "roles", library_->roles);
    read_named(reader, "functions", library_->functions);
    read_named(reader, "org_kinds", library_->org_kinds);
    read_named(reader, "link_kinds", library_->link_kinds);
    read_schemes(reader);
    read_taxonomies(reader);
    read_calendars(reader);
    read_aspects(reader, pack.name);
    library_->packs.push_back(std::move(info));
  }

  void read_aspects(Reader& reader, const std::string& pack) {
    for (const AspectWords& aspect : context_.aspects) {
      const Node* block = aspect.pack_block.empty() ? nullptr : reader.optional(aspect.pack_block);
      if (block == nullptr) continue;
      Reading reading{*library_, complaints_, pack};
      auto& kept = library_->aspects[aspect.name];
      kept = aspect.read_pack(*block, kept, reading);
    }
  }

  void read_levels(Reader& reader) {
    for (const auto& entry : reader.optional_map("levels")) {
      Reader level(entry.value, complaints_);
      if (library_->level_rank(entry.key) >= 0) duplicate(entry);
      library_->levels.push_back(
          {entry.key, level.words("name"), level.flag_or("desk", false), level.flag_or("covers", false)});
    }
  }

  void read_named(Reader& reader, std::string_view key, std::vector<Named>& list) {
    for (const auto& entry : reader.optional_map(key)) {
      Reader item(entry.value, complaints_);
      if (std::any_of(list.begin(), list.end(), [&](const Named& known) { return known.name == entry.key; }))
        duplicate(entry);
      list.push_back({entry.key, item.words("name"), item.flag_or("admin", false), item.flag_or("totp", false),
                      item.flag_or("organises", false), item.flag_or("visits", false),
                      item.optional_text("each").value_or("")});
      if (const std::string& level = list.back().each; !level.empty() && library_->level_rank(level) < 0)
        item.complain(item.any("each"), "unknown", words("层级“{}”不存在", "level '{}' does not exist", level));
    }
  }

  void read_schemes(Reader& reader) {
    for (const auto& entry : reader.optional_map("schemes")) {
      Reader item(entry.value, complaints_);
      Scheme scheme{entry.key,
                    item.words("name"),
                    item.text("of"),
                    item.text("holds"),
                    int(item.optional_integer("min", 0, 10000).value_or(0)),
                    int(item.optional_integer("max", 0, 10000).value_or(0))};
      for (const std::string* level : {&scheme.parent_level, &scheme.child_level})
        if (library_->level_rank(*level) < 0)
          item.complain(entry.value, "unknown", words("层级“{}”不存在", "level '{}' does not exist", *level));
      library_->schemes.push_back(std::move(scheme));
    }
  }

  void read_taxonomies(Reader& reader) {
    for (const auto& entry : reader.optional_map("taxonomies")) {
      auto taxonomy = std::make_unique<Taxonomy>();
      taxonomy->name = entry.key;
      read_categories(entry.value, "", "", false, *taxonomy);
      library_->taxonomies.push_back(std::move(taxonomy));
    }
  }

  void read_categories(const Node& list, const std::string& parent, const std::string& function, bool urgent,
                       Taxonomy& taxonomy) {
    if (list.kind != Node::Kind::list) {
      complain_expected(list, {"分类列表", "a list of categories"}, complaints_);
      return;
    }
    for (const Node& node : list.items) {
      Reader reader(node, complaints_);
      Category category;
      category.code = reader.text("code");
      category.name = reader.words("name");
      category.icon = reader.optional_text("icon").value_or("");
      category.parent = parent;
      category.function = reader.optional_text("function").value_or(function);
      category.urgent = reader.flag_or("urgent", urgent);
      if (taxonomy.find(category.code) != nullptr)
        reader.complain(node, "duplicate",
                        words("分类代码“{}”重复", "category code '{}' is given twice", category.code));
      if (!category.function.empty() && library_->function(category.function) == nullptr) {
        std::vector<std::string> known;
        for (const Named& each : library_->functions) known.push_back(each.name);
        complaints_.push_back(inside::unknown_name(node.at(), {"职能", "function"}, category.function, known));
      }
      const Category copy = category;
      taxonomy.categories.push_back(std::move(category));
      if (const Node* items = reader.optional("items"))
        read_categories(*items, copy.code, copy.function, copy.urgent, taxonomy);
    }
  }

  // ── calendars ──
  void read_calendars(Reader& reader) {
    static constexpr const char* kDays[] = {"monday", "tuesday",  "wednesday", "thursday",
                                            "friday", "saturday", "sunday"};
    for (const auto& entry : reader.optional_map("calendars")) {
      Reader item(entry.value, complaints_);
      (void)item.words("name");
      CalendarPlan plan;
      if (const Node* week = item.optional("week")) {
        Reader days(*week, complaints_);
        for (std::size_t i = 0; i < 7; ++i)
          for (const Node& period : days.optional_list(kDays[i])) plan.week[i].push_back(read_period(period));
      }
      for (const Node& node : item.optional_list("holidays")) {
        Reader holiday(node, complaints_);
        plan.holidays.push_back(
            {holiday.parsed("from", to_day), holiday.parsed("until", to_day), holiday.words("name")});
      }
      for (const Node& node : item.optional_list("working")) plan.make_up_days.push_back(read_make_up_day(node));
      try {
        library_->calendars.emplace(entry.key, Calendar(std::move(plan)));
      } catch (const Fault& fault) {
        for (const Complaint& complaint : fault.complaints())
          complaints_.push_back({entry.value.at(), complaint.code, complaint.say});
      }
    }
  }

  static Day to_day(const std::string& text) {
    Day day = 0;
    if (!parse_day(text, day))
      throw Fault(Code::invalid, words("“{}”不是日期，应为 2026-11-22", "'{}' is no date such as 2026-11-22", text));
    return day;
  }

  Period read_period(const Node& node) {
    Period period;
    if (!parse_period(node.text, period))
      complain_expected(node, {"时段，例如 09:00-12:00", "a period such as 09:00-12:00"}, complaints_);
    return period;
  }

  // A bare date works as a Friday would; {day, as: monday} or {day, periods} say otherwise.
  CalendarPlan::MakeUpDay read_make_up_day(const Node& node) {
    CalendarPlan::MakeUpDay day;
    day.name = {"调休上班", "make-up working day"};
    day.as_weekday = 5;
    if (node.kind != Node::Kind::map) {
      if (!parse_day(node.text, day.day)) complain_expected(node, {"日期", "a date"}, complaints_);
      return day;
    }
    Reader reader(node, complaints_);
    day.day = reader.parsed("day", to_day);
    day.as_weekday = int(reader.optional_integer("as_weekday", 1, 7).value_or(5));
    for (const Node& period : reader.optional_list("periods"))
      day.periods.push_back(read_period(period)), day.as_weekday = 0;
    return day;
  }

  // ── rules and kinds ──
  void read_rules() {
    std::vector<RuleFile> files;
    bool whole = true;
    for (const PackDocument& pack : packs_)
      for (const fs::path& file : files_in(pack.folder / "rules", ".lua")) {
        try {
          files.push_back({file.string(), read_file(file)});
          checksum_ += files.back().text;
        } catch (const Fault& fault) {
          complaints_.push_back({file.string(), "length", fault.say()});
          whole = false;
        }
      }
    try {
      auto rules = std::make_shared<RuleSet>(std::move(files));
      if (whole) library_->rules = std::move(rules);
    } catch (const Fault& fault) {
      complaints_.insert(complaints_.end(), fault.complaints().begin(), fault.complaints().end());
    }
  }

  // A kind whose file cannot be read is called as its file. Others that speak of it would be blamed for what they say of it:
  // they are looked at when it can be read again.
  bool speaks_of_unread(const Node& node) const {
    const auto names_one = [&](const std::string& text) {
      return std::any_of(unread_.begin(), unread_.end(), [&](const std::string& name) {
        const auto part_of_word = [](char c) { return c == '_' || std::isalnum(static_cast<unsigned char>(c)); };
        for (std::size_t at = text.find(name); at != std::string::npos; at = text.find(name, at + 1))
          if ((at == 0 || !part_of_word(text[at - 1])) &&
              (at + name.size() == text.size() || !part_of_word(text[at + name.size()])))
            return true;
        return false;
      });
    };
    return names_one(node.text) ||
           std::any_of(node.items.begin(), node.items.end(),
                       [&](const Node& each) { return speaks_of_unread(each); }) ||
           std::any_of(node.entries.begin(), node.entries.end(),
                       [&](const Node::Entry& each) { return names_one(each.key) || speaks_of_unread(each.value); });
  }

  void outline_kinds(const PackDocument& pack) {
    const std::size_t former = kinds_.size();
    for (const fs::path& file : files_in(pack.folder / "kinds", ".yaml")) {
      Node node = parse(file);
      if (node.kind != Node::Kind::map) {
        unread_.push_back(file.stem().string());
        continue;
      }
      kinds_.push_back({std::move(node), {}});
      kinds_.back().outline = inside::read_outline(kinds_.back().node, pack.name);
    }
    for (std::size_t i = former; i < kinds_.size(); ++i) {
      const KindDocument& kind = kinds_[i];
      const auto [at, fresh] = context_.kinds.emplace(kind.outline.kind, &kind.outline);
      if (!fresh && at->second != &kind.outline)
        complaints_.push_back({kind.node.at(), "duplicate",
                               words("类型“{}”定义了两次", "kind '{}' is defined twice", kind.outline.kind)});
    }
    for (PackInfo& info : library_->packs)
      if (info.name == pack.name)
        for (const KindDocument& kind : kinds_)
          if (kind.outline.pack == pack.name) info.kinds.push_back(kind.outline.kind);
  }

  void duplicate(const Node::Entry& entry) {
    complaints_.push_back({entry.at(), "duplicate",
                           words("“{}”在另一个机制包里已经有了", "'{}' is already given by another pack", entry.key)});
  }

  fs::path root_;
  std::shared_ptr<Library> library_ = std::make_shared<Library>();
  std::vector<Complaint> complaints_;
  LoaderContext context_;
  std::vector<PackDocument> packs_;
  std::deque<KindDocument> kinds_;   // outlines are pointed to
  std::vector<std::string> unread_;  // kinds whose files could not be read
  std::string checksum_;
};

}  // namespace

std::shared_ptr<const Library> load_packs(const Sources& sources, const Vocabulary& vocabulary) {
  if (!fs::is_directory(sources.root))
    throw Fault(Code::invalid, words("没有机制包文件夹 {}", "there is no folder of packs at {}", sources.root));
  return Loading(sources, vocabulary).finish();
}

std::vector<const PackInfo*> chosen_packs(const Library& library, std::span<const std::string> names) {
  std::set<std::string> wanted;
  for (const std::string& name : names)
    wanted.insert(fs::path(name.ends_with('/') ? name.substr(0, name.size() - 1) : name).filename().string());
  std::vector<const PackInfo*> chosen;
  std::vector<std::string> known;
  for (const PackInfo& pack : library.packs) {
    known.push_back(pack.name);
    if (names.empty() || wanted.erase(pack.name) > 0) chosen.push_back(&pack);
  }
  if (wanted.empty()) return chosen;
  std::vector<Complaint> complaints;
  for (const std::string& name : wanted)
    complaints.push_back(inside::unknown_name(name, {"机制包", "pack"}, name, known));
  throw Fault(Code::not_found, words("没有这个机制包", "there is no such pack"), std::move(complaints));
}

std::vector<Complaint> check_upgrade(const Library& next, std::span<const LiveState> live) {
  std::vector<Complaint> complaints;
  for (const LiveState& each : live) {
    const Kind* kind = next.kind(each.kind);
    if (kind == nullptr)
      complaints.push_back(
          {each.kind, "stranded",
           words("新版本没有类型“{}”，但还有 {} 件在办", "the new version lacks kind '{}', of which {} records live",
                 each.kind, each.records)});
    else if (kind->state(each.state) < 0)
      complaints.push_back(
          {kind->file, "stranded",
           words("新版本的“{}”没有状态“{}”，但还有 {} 件停在那里",
                 "the new '{}' lacks state '{}', in which {} records stand", each.kind, each.state, each.records)});
  }
  return complaints;
}

}  // namespace tongxin::pack

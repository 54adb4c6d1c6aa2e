#include "sim/story/steps.hpp"

#include "people/persons.hpp"
#include "place/operations.hpp"

namespace tongxin::sim::story {
namespace {

using store::Sql;
using store::Tx;

// ── the organisation ──
void appoint(Stage& stage, const Node& step) {
  const Node& node = *step.find("appoint");
  people::Post post;
  post.id = stage.ids.make<PostId>();
  post.person = stage.person(*node.find("person"));
  post.role = text_of(node, "role");
  post.org = stage.org(*node.find("org"));
  post.area = stage.area(*node.find("area"));
  post.from = stage.day_or(node, "from", stage.today());
  post.until = stage.day_or(node, "until", 0);
  stage.change(step, [&] { stage.store.write([&](Tx& tx) { people::appoint(tx, stage.doing(), post); }); });
}

void end_post(Stage& stage, const Node& step) {
  const Node& node = *step.find("end_post");
  const PersonId who = stage.person(*node.find("person"));
  const std::string role = text_of(node, "role");
  const Day until = stage.day_or(node, "on", stage.today());
  stage.change(step, [&] {
    stage.store.write([&](Tx& tx) {
      for (const people::Post& post : people::posts_of(tx, stage.realm, who))
        if (people::live(post, stage.today()) && (role.empty() || post.role == role)) {
          people::end_post(tx, stage.doing(), post.id, until);
          return;
        }
      throw Wrong{node, words("没有这个岗位", "there is no such post")};
    });
  });
}

void answers(Stage& stage, const Node& step) {
  const Node& node = *step.find("answers");
  people::NewResponsibility row;
  row.function = text_of(node, "function");
  row.area = stage.area(*node.find("area"));
  if (const Node* named = node.find("org")) row.org = stage.org(*named);
  row.stage = text_of(node, "stage");
  row.from = stage.day_or(node, "from", stage.today());
  stage.change(step, [&] { stage.store.write([&](Tx& tx) { people::set_responsibility(tx, stage.doing(), row); }); });
}

void responsible(Stage& stage, const Node& step) {
  const Node& node = *step.find("responsible");
  const std::string is = stage.store.read([&](Tx& tx) {
    const auto world = stage.worlds.current(tx, stage.realm);
    const auto found =
        world->directory->responsible(text_of(node, "function"), world->atlas->at(stage.area(*node.find("area"))).path,
                                      text_of(node, "stage"), stage.day_or(node, "on", stage.today()));
    return found ? stage.code_of(found->org) : std::string("nobody");
  });
  same(*node.find("is"), is);
}

void move_area(Stage& stage, const Node& step) {
  const Node& node = *step.find("move_area");
  const place::Edit edit{stage.realm, {}, stage.clock.now(), stage.today(), {}};
  const AreaId moved = stage.area(*node.find("area"));
  stage.change(step, [&] {
    stage.store.write([&](Tx& tx) {
      const AreaId former = stage.worlds.current(tx, stage.realm)->atlas->at(moved).parent;
      place::move_area(tx, edit, record::levels_of(*stage.library), moved, stage.area(*node.find("to")));
      stage.engine.area_moved(tx, stage.realm, moved, former, stage.clock.now());
    });
  });
}

// New places, all or none.
void add_areas(Stage& stage, const Node& step) {
  std::vector<place::Area> areas;
  Names names = stage.names;
  for (const Node& node : step.find("add_areas")->items) {
    place::Area area;
    area.id = stage.ids.make<AreaId>();
    area.code = text_of(node, "code"), area.level = text_of(node, "level"), area.name = text_of(node, "name");
    if (const auto upper = names.areas.find(text_of(node, "in")); upper != names.areas.end())
      area.parent = upper->second;
    else
      throw Wrong{node, words("没有区域“{}”", "there is no area '{}'", text_of(node, "in"))};
    if (const Node* scheme = node.find("scheme")) area.attributes = fmt::format(R"({{"scheme":"{}"}})", scheme->text);
    names.areas[area.code] = area.id;
    areas.push_back(std::move(area));
  }
  const place::Edit edit{stage.realm, {}, stage.clock.now(), stage.today(), {}};
  stage.change(step, [&] {
    stage.store.write([&](Tx& tx) { place::add_areas(tx, edit, record::levels_of(*stage.library), areas, {}); });
    stage.names = names;
  });
}

void staffing(Stage& stage, const Node& step) {
  const Node& node = *step.find("staffing");
  stage.store.read([&](Tx& tx) {
    const auto world = stage.worlds.current(tx, stage.realm);
    const place::Area& place = world->atlas->at(stage.area(*node.find("area")));
    const auto staff = world->directory->staffing(place.path, stage.today());
    if (const Node* are = node.find("are"))
      for (const auto& each : are->entries) {
        const auto found = staff.find(each.key);
        same(each.value, std::to_string(found == staff.end() ? 0 : found->second.posts));
      }
    if (const Node* areas = node.find("areas"))
      for (const auto& each : areas->entries) same(each.value, std::to_string(world->atlas->count(place.id, each.key)));
  });
}

void dual_offices(Stage& stage, const Node& step) {
  const Node& node = *step.find("dual_offices");
  stage.store.read([&](Tx& tx) {
    const auto world = stage.worlds.current(tx, stage.realm);
    people::DualFilter filter;
    const std::string kind = text_of(node, "org_kind");
    filter.org_kind = kind;
    filter.same_area = text_of(node, "same_area", "true") == "true";
    const auto dual =
        world->directory->dual_offices(stage.today(), text_of(node, "first"), text_of(node, "second"), filter);
    if (const Node* units = node.find("units")) same(*units, std::to_string(dual.units));
    if (const Node* count = node.find("dual")) same(*count, std::to_string(dual.dual.size()));
    if (const Node* share = node.find("share")) near(*share, dual.share());
  });
}

void unowned(Stage& stage, const Node& step) {
  const Node& node = *step.find("unowned");
  stage.store.read([&](Tx& tx) {
    same(node, std::to_string(stage.worlds.current(tx, stage.realm)->directory->vacancies(stage.today()).size()));
  });
}

// Does a place keep its scheme's rule (S01: three to five grids)?
void scheme(Stage& stage, const Node& step) {
  const Node& node = *step.find("scheme");
  const std::string name = text_of(node, "name");
  for (const pack::Scheme& scheme : stage.library->schemes) {
    if (scheme.name != name) continue;
    const auto count = stage.store.read([&](Tx& tx) {
      return int(
          stage.worlds.current(tx, stage.realm)->atlas->count(stage.area(*node.find("area")), scheme.child_level));
    });
    const bool kept = count >= scheme.min && (scheme.max == 0 || count <= scheme.max);
    if (const Node* holds = node.find("holds")) same(*holds, std::to_string(count));
    return same(*node.find("kept"), kept ? "true" : "false");
  }
  throw Wrong{node, words("没有方案“{}”", "there is no scheme '{}'", name)};
}

}  // namespace

void add_organisation_steps(Steps& steps) {
  steps.insert({{"appoint", appoint},
                {"end_post", end_post},
                {"answers", answers},
                {"responsible", responsible},
                {"move_area", move_area},
                {"add_areas", add_areas},
                {"staffing", staffing},
                {"dual_offices", dual_offices},
                {"unowned", unowned},
                {"scheme", scheme}});
}

}  // namespace tongxin::sim::story

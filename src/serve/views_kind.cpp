#include <boost/json.hpp>

#include "serve/views.hpp"

namespace tongxin::serve {
namespace {

using pack::Kind;

std::optional<std::string> unless_empty(const std::string& text) {
  return text.empty() ? std::nullopt : std::optional(text);
}

std::optional<boost::json::value> tree_of(const std::optional<pack::Expression>& expression) {
  return expression ? std::optional(expression->to_json()) : std::nullopt;
}

std::vector<api::CategoryView> category_views(const Kind& kind) {
  std::vector<api::CategoryView> views;
  if (kind.taxonomy == nullptr) return views;
  for (const pack::Category& each : kind.taxonomy->categories)
    views.push_back({each.code, each.name, unless_empty(each.icon), unless_empty(each.parent), each.urgent});
  return views;
}

// May the caller start one somewhere? Whether at this very place, the engine decides.
bool creatable(const View& view, const Kind& kind) {
  using How = pack::Who::How;
  for (const pack::Who& who : kind.create.who) {
    if (who.how == How::anyone || (who.how == How::signed_in && view.caller.signed_in)) return true;
    if (!view.caller.staff || who.how == How::system) continue;
    for (const people::Post& post : view.world->directory->posts_of(view.actor().person))
      if (people::live(post, view.today()) &&
          (who.roles.empty() || std::find(who.roles.begin(), who.roles.end(), post.role) != who.roles.end()))
        return true;
  }
  return false;
}

const char* name_of(pack::PlaceRule rule) {
  return rule == pack::PlaceRule::required ? "required" : rule == pack::PlaceRule::optional ? "optional" : "none";
}

void add_counting(const Kind& kind, api::KindView& view) {
  const auto parts = [&](const std::vector<std::pair<double, int>>& sum) {
    std::string text;
    for (const auto& [weight, index] : sum)
      text += (text.empty() ? "" : " + ") + (weight == 1 ? std::string{} : fmt::format("{} × ", weight)) +
              kind.counts[std::size_t(index)].name;
    return text;
  };
  for (const pack::Count& count : kind.counts) view.counts.push_back({count.name, count.label, count.unit});
  for (const pack::Rate& rate : kind.rates)
    view.rates.push_back({rate.name, rate.label, parts(rate.of), parts(rate.per), rate.as_number});
}

}  // namespace

std::vector<api::FieldView> form_view(const pack::Form& form) {
  std::vector<api::FieldView> fields;
  for (const pack::Field& field : form.fields) {
    if (field.flow_only) continue;  // nobody is asked for it
    api::FieldView view{};
    view.name = field.name, view.type = pack::name_of(field.type), view.label = field.label, view.hint = field.hint;
    view.required = field.required, view.required_when = tree_of(field.required_when),
    view.visible_when = tree_of(field.visible_when);
    view.min = field.min, view.max = field.max;
    for (const pack::Option& option : field.options) view.options.push_back({option.value, option.name});
    view.is_private = field.sealed, view.staff_only = field.staff_only;
    if (!field.initial.is_null()) view.initial = field.initial;
    fields.push_back(std::move(view));
  }
  return fields;
}

api::ActionView action_view(const Kind& kind, const pack::Action& action) {
  api::ActionView view{action.name, action.label, unless_empty(action.key), form_view(action.form), {}, action.danger};
  for (std::size_t i = 0; i < action.from.size(); ++i)
    if (action.from[i]) view.from.push_back(kind.states[i].name);
  return view;
}

api::KindCard kind_card(View& view, const Kind& kind) {
  return {kind.name,           kind.pack, kind.label, unless_empty(kind.icon), kind.report, creatable(view, kind),
          category_views(kind)};
}

api::KindView kind_view(View& view, const Kind& kind) {
  api::KindView result{};
  result.kind = kind.name, result.pack = kind.pack, result.name = kind.label, result.place = name_of(kind.place),
  result.report = kind.report;
  for (const pack::PackInfo& each : view.world->library->packs)
    if (each.name == kind.pack) result.version = each.version;
  result.form = form_view(kind.form);
  result.categories = category_views(kind);
  for (const pack::State& state : kind.states)
    result.states.push_back({state.name, pack::name_of(state.display), state.label, state.resident, state.final});
  for (const pack::Action& action : kind.actions)
    if (!action.system_only) result.actions.push_back(action_view(kind, action));
  add_counting(kind, result);
  if (kind.similar_within_m > 0) result.similar_within_m = kind.similar_within_m;
  result.flow_svg = draw_flow(kind, view.caller.language);
  return result;
}

}  // namespace tongxin::serve

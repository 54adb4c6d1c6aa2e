// From what the engine holds to what a reader may see of it: the one place that decides which field leaves the house.
//
//   open   everybody, on public lists: fields marked public, no address, no names, the point blurred to about 100 m
//   own    the reporter (or whoever holds the follow code) and followers: public fields, what they entered themselves, roles
//          instead of names
//   staff  whoever sees it for the work: everything but sealed fields, whose names only are told (POST …/unseal shows them)
//
// A View lives for one request inside one transaction.
#pragma once
#include <map>

#include "serve/api.hpp"
#include "serve/app.hpp"
#include "serve/kept_views.hpp"

namespace tongxin::serve {

class View {
 public:
  View(App& app, store::Tx& tx, Caller caller);
  View(App& app, store::Tx& tx, const Request& request);  // of whoever asks
  ~View();

  App& app;
  store::Tx& tx;
  const Caller caller;
  const record::WorldPtr world;
  const Time now;
  Day today() const { return day_of(now, world->zone); }
  const record::Actor& actor() const { return caller.actor; }

  Sight sight_of(const record::Record& record);
  bool may_see(const record::Record& record) { return sight_of(record) != Sight::none; }
  // The record, or Fault(not_found) when there is none that the caller may see.
  record::RecordPtr need(RecordId id, Sight& sight);

  Written<api::RecordRow> row(const record::Record& record, Sight sight);
  // The same without the light of its deadline, for long lists.
  api::RecordRow outline(const record::Record& record, Sight sight);
  // The record's fields that this reader may see.
  boost::json::object fields(const record::Record& record, Sight sight);
  api::RecordView record(const record::Record& record, Sight sight);
  // At most `limit` entries below `before`, newest first; `last` becomes the seq of the last that was looked at.
  std::vector<api::EventView> timeline(const record::Record& record, Sight sight, int before, int limit, int& last);
  // One event of it, or nothing where the reader is not told of it.
  std::optional<api::EventView> event(const record::Record& record, const record::Event& event, Sight sight);
  api::PersonRef person(PersonId id);
  // Looks up many names at once, for a page that is going to show them by person().
  void know(std::vector<PersonId> people);

 private:
  View(App& app, store::Tx& tx, std::pair<Caller, record::WorldPtr> found);
  bool is_own(const record::Record& record) const;
  bool are_still_named(const std::map<PersonId, std::string>& outsiders);
  record::Engine::Asking& asking(const record::Record& record);
  std::shared_ptr<const KeptPage> page(const record::Record& record, Sight sight);
  KeptRow all_lights(const record::Record& record, Sight sight);
  api::RecordView page_now(const record::Record& record, Sight sight, const KeptPage& page);
  void add_place(const record::Record& record, Sight sight, api::RecordStill& view);
  void add_people(const record::Record& record, Sight sight, api::RecordStill& view);
  void add_form(const record::Record& record, Sight sight, api::RecordStill& view);
  void add_related(const record::Record& record, Sight sight, const std::vector<RecordId>& children,
                   api::RecordNow& view);
  void add_participants(const record::Record& record, Sight sight, api::RecordStill& view);
  void add_files(const record::Record& record, Sight sight, api::RecordStill& view);
  std::optional<Written<api::RecordRow>> other(RecordId id);
  // Remembers what the ids in values mean, as far as the reader may know; record() gives them along.
  void name_all(const pack::Form& form, const boost::json::object& values, Sight sight);
  std::string name_of(pack::FieldType type, const std::string& id, Sight sight);

  std::unordered_map<std::int64_t, std::string> names_;
  boost::json::object named_;
  // The rights of the record that was asked about last.
  std::optional<record::Engine::Asking> asking_;
  RecordId asked_;
  int asked_seq_ = 0;
  std::map<PersonId, std::string> outsiders_;  // who was named and is not in the directory
  bool for_this_reader_ = false;  // what was named depends on who reads, or may change without a trace: it is not kept
};

// ── values ──
std::optional<api::OrgRef> org_ref(const record::World& world, OrgId org);
std::string place_text(const record::World& world, AreaId area);
AreaId desk_area(const record::World& world, AreaId area);   // the deepest level at or above it that keeps lists; none
const char* light_of(const record::Timer& timer, Time now);  // green yellow red done

// ── kinds (views_kind.cpp) ──
api::KindCard kind_card(View& view, const pack::Kind& kind);
api::KindView kind_view(View& view, const pack::Kind& kind);
api::ActionView action_view(const pack::Kind& kind, const pack::Action& action);
std::vector<api::FieldView> form_view(const pack::Form& form);  // what is asked for
// The flow as an SVG picture: states in layers from the beginning, actions as arrows (flow_drawing.cpp).
std::string draw_flow(const pack::Kind& kind, Language language);

}  // namespace tongxin::serve

// What packs describe, compiled. Loaded once, immutable, shared by all threads; no YAML is looked at when a request runs.
//
// A Library holds every kind, role, function, calendar and word of the packs that an installation uses. Things refer to each
// other by index inside a kind (states, actions, deadlines, fields), so the engine never compares names in a loop.
#pragma once
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <boost/json.hpp>

#include "base/calendar.hpp"
#include "base/fault.hpp"
#include "pack/expression.hpp"

namespace tongxin::pack {

inline constexpr int kSame = -1;      // a target: the state does not change
inline constexpr int kPrevious = -2;  // a target: the state before the last change

// ── forms ────────────────────────────────────────────────────────────────────────────────────────────────────────────
enum class FieldType {
  text,
  long_text,
  integer,
  number,
  money,
  flag,
  choice,
  choices,
  day,
  time,
  phone,
  id_card,
  person,
  org,
  orgs,
  area,
  record,
  records,
  files,
  stars
};
const char* name_of(FieldType type);

struct Option {
  std::string value;
  Words name;
};

struct Field {
  std::string name;
  FieldType type{};
  Words label;
  std::optional<Words> hint;
  bool required = false;
  std::optional<Expression> required_when, visible_when;
  std::optional<std::int64_t> min, max;  // length of texts in characters, count of lists, value of numbers
  std::vector<Option> options;
  bool sealed = false;         // `private: true`: encrypted at rest, shown only through an unsealing that is logged
  bool staff_only = false;     // `for: staff`: not asked of residents, not shown to them
  bool flow_only = false;      // `for: flow`: only effects fill it in; nobody is asked, nobody may send it
  bool search = false;         // its text can be found
  bool open = false;           // `public: true`: shown on public lists and to anonymous followers
  boost::json::value initial;  // null: none
  std::string of_kind;         // `of`: records of this kind only; their fields are facts (`item.price`)
};

struct Form {
  std::vector<Field> fields;
  const Field* find(std::string_view name) const;
};

// ── taxonomies ───────────────────────────────────────────────────────────────────────────────────────────────────────
struct Category {
  std::string code;
  Words name;
  std::string icon, parent, function;  // empty: none; a child inherits function and urgent
  bool urgent = false;
};
struct Taxonomy {
  std::string name;
  std::vector<Category> categories;
  const Category* find(std::string_view code) const;
};

// ── who may ──────────────────────────────────────────────────────────────────────────────────────────────────────────
// One alternative of a `who` or `see` list; any one that holds is enough.
struct Who {
  enum class How {
    role_at_place,  // a live post with one of `roles` whose area covers the record's place
    of_holder,      // a live post (with one of `roles`, if any) in the organisation that holds the record
    of_holder_up,   // `of: holder_up`: in the holder or any organisation above it
    relation,       // reporter | follower | holder (the person) | any participant role (helper, lead, reported_in, …)
    anyone,         // no sign-in
    signed_in,
    system,  // the clock and the engine itself
  } how{};
  std::vector<std::string> roles;
  std::string relation;
  std::optional<Expression> when;
};
using WhoList = std::vector<Who>;

// ── flow ─────────────────────────────────────────────────────────────────────────────────────────────────────────────
enum class Display { waiting, accepted, handling, checking, done, ended, paused };
const char* name_of(Display display);

struct State {
  std::string name;
  Display display{};
  Words label, resident;
  bool final = false;
};

struct Target {
  std::optional<Expression> when;  // absent: always
  int state = kSame;
};

struct Guard {
  std::optional<Expression> that;  // or
  std::string rule;                // the Lua function that answers true, or a sentence that says why not
  Words say;
};

// An effect's argument as its signature reads it.
struct Argument {
  std::optional<Expression> expression;
  std::string text;
  bool flag = false;
  Words words;
  std::vector<std::pair<std::string, Expression>> mapping;
  std::vector<boost::json::object> items;
  std::vector<std::string> names;
};
struct Effect {
  std::string name;
  std::optional<Expression> when;
  std::map<std::string, Argument, std::less<>> arguments;
  const Argument* find(std::string_view argument) const;
  std::string place;  // file:line:column, for messages
};

// What an effect accepts. The engine and each aspect bring theirs; the loader checks packs against them.
enum class ArgumentKind {
  expression,
  flag,
  level,
  text,
  state,
  kind,
  deadline,
  words,
  mapping,
  items,
  fields,
  role,
  relation
};
struct ArgumentSignature {
  const char* name;  // "value" is what a bare scalar means: `answer: input.reply`
  ArgumentKind kind;
  bool required = false;
};
struct Node;
struct Reading;
struct EffectSignature {
  const char* name;
  std::vector<ArgumentSignature> arguments;
  const char* doc;
  // What only the effect's owner knows of its arguments; complains at the node. May be empty.
  std::function<void(const Node& arguments, Reading&)> check = {};
};

// Where a name of an expression gets its value from. Kind::facts is in the order of the kind's scope; names behind it are
// the fields of the action's form, in order.
struct Fact {
  enum class Source {
    field,
    state,
    previous_state,
    category,
    function,
    urgent,
    source,
    level,
    holder,
    has_place,
    today,
    now,
    age_hours,
    age_days,
    self,
    is_reporter,
    has_reporter,
    parent_state,
    times,
    people,
    did,
    deadline_late,
    deadline_running,
    children_total,
    children_open,
    children_in,
    participants,
    rating,
    itself,  // the record's own id
    linked,  // a field of the record that a field names
    aspect
  } from{};
  std::string subject;  // the field, action, deadline, state, role; of an aspect: the fact's whole name
  Type type{};
  std::string detail;  // linked: the other record's field; aspect: the aspect's name
};

struct Action {
  std::string name;
  Words label;
  std::string key;         // keyboard shortcut on the desk
  std::vector<bool> from;  // by state
  std::vector<Target> to;  // the first whose condition holds; none: refused
  WhoList who;
  Form form;
  std::vector<Guard> guards;
  std::vector<Effect> effects;
  std::vector<Fact> links;   // names behind the form's fields: input.<field>.<field of the record it names>
  bool danger = false;       // asked once more before it is done
  bool system_only = false;  // no person may; derived from `who`
};

struct LimitRule {
  std::optional<Expression> when;
  Limit limit;
  std::optional<Expression> amount;  // `days: interval_days` instead of a fixed limit: natural days from a field
};
struct Deadline {
  std::string name;
  Words label;
  std::string calendar;            // empty: natural time only
  std::vector<bool> runs, pauses;  // by state
  std::vector<LimitRule> limits;   // the first whose condition holds; none: no deadline for this record
  double warn = 0;                 // fraction of the limit; 0: no yellow light
  int late_action = -1;            // what the clock does; -1: only marks it late
  std::vector<bool> restart_on;    // by action: starts anew
  bool quiet = false;              // not what a queue is sorted by (the time a resident has to rate)
};

Type value_type(FieldType type);  // what a field is to an expression

// ── counting ─────────────────────────────────────────────────────────────────────────────────────────────────────────
struct Count {
  std::string name;
  Words label;
  std::optional<Words> unit;
  bool on_create = false;
  std::vector<bool> on_action, on_enter, on_late;  // by action, state, deadline
  std::optional<Expression> when;
  std::optional<Expression> add;  // absent: counts only
  int period_starts_on_day = 1;   // 19: the period runs from the 19th of the month before to the 18th
  bool daily = false;             // also kept by day
  // The day it counts on; absent: today. An appeal that is decided in April mends the figures of March.
  std::optional<Expression> on_day{};
};
struct Rate {
  std::string name;
  Words label;
  std::vector<std::pair<double, int>> of, per;  // weighted sums of counts (by index)
  bool as_number = false;                       // not a percentage
};
// A composite score: weighted rates; none when any weighted rate has an empty denominator.
struct Score {
  std::string name;
  Words label;
  std::vector<std::pair<double, int>> of;  // weight, rate
};

// ── kinds ────────────────────────────────────────────────────────────────────────────────────────────────────────────
// What programs of others may read and send of a kind (GeoReport v2; docs/open311.md). Without it: nothing.
struct Offer {
  // What an update of theirs does here: the first line that names its status and whose action may be taken.
  struct Update {
    std::vector<std::string> statuses;  // of kOfferStatuses; empty: any
    int action = -1;
    boost::json::object form;  // what the action's form is given besides
    std::string text, media;   // the action's fields for the update's words and pictures; empty: none
  };
  std::optional<Words> group;           // absent: the kind's name
  std::vector<std::string> categories;  // empty: all of the taxonomy
  std::string name, phone, email;       // fields that hold who asks; empty: not kept
  std::vector<std::string> statuses;    // by state
  std::vector<Update> updates;
  bool batch = false;  // a token is answered, which becomes the number when somebody has taken the matter on
};
inline constexpr const char* kOfferStatuses[] = {"OPEN",
                                                 "CLOSED",
                                                 "FIXED",
                                                 "IN_PROGRESS",
                                                 "ACTION_SCHEDULED",
                                                 "PLANNED",
                                                 "INVESTIGATING",
                                                 "DUPLICATE",
                                                 "NOT_COUNCILS_RESPONSIBILITY",
                                                 "NO_FURTHER_ACTION",
                                                 "INTERNAL_REFERRAL",
                                                 "FOR_TRIAGE",
                                                 "CANCELLED",
                                                 "REOPEN",
                                                 "UNCHANGED"};
// May an outside program fill this field in? Not files, nor what only people of the house can name.
bool is_offered(const Field& field);

enum class PlaceRule { none, optional, required };

struct Kind {
  std::string name, pack, icon, number_prefix;
  std::string public_list;  // the name of the list of its published records
  Words label;
  PlaceRule place{};
  bool report = false;  // residents may start one
  int order = 1000;     // where it stands in lists of kinds, the first first; equal ones as the packs are read
  const Taxonomy* taxonomy = nullptr;
  std::string function;  // what it is about when no category says so
  int title_field = -1;
  Form form;
  std::vector<State> states;
  Action create;  // from nothing; `from` is empty
  std::vector<Action> actions;
  std::vector<Deadline> deadlines;
  std::vector<Count> counts;
  std::vector<Rate> rates;
  std::vector<Score> scores;
  WhoList see, see_private;
  std::vector<bool> published;  // by state: on public lists
  std::int64_t similar_within_m = 0;
  std::optional<Limit> keep_private, keep_all;  // after a final state: erase sealed fields; erase all texts
  std::vector<Expression> unique;               // a second record with the same values is refused
  std::vector<Fact> facts;
  std::optional<Offer> open311;
  std::string file;
  std::map<std::string, std::shared_ptr<const void>, std::less<>> aspects;  // what aspects read from their blocks

  // What an aspect made of its block here; null when the kind has none. T is the aspect's own.
  template <class T>
  const T* section(std::string_view aspect) const {
    const auto found = aspects.find(aspect);
    return found == aspects.end() ? nullptr : static_cast<const T*>(found->second.get());
  }
  int state(std::string_view name) const;  // -1: none
  int action(std::string_view name) const;
  int deadline(std::string_view name) const;
  int count(std::string_view name) const;
  int rate(std::string_view name) const;
};

struct Level {
  std::string name;
  Words label;
  bool desk = false;    // lists and figures are kept ready at this level
  bool covers = false;  // siblings cover their parent without gap or overlap
};
struct Named {
  std::string name;
  Words label;
  bool admin = false;      // roles: may administer the realm
  bool totp = false;       // roles: a second factor is required
  bool organises = false;  // roles: put areas, posts, rosters and links of their place in order
  bool visits = false;     // roles: come to the doors of their place
  std::string each{};  // roles: the level of which every area has one; "" none. Where there is none it is told (S05)
};
// A rule about how many areas of a level another area may hold, for those areas that carry the scheme (S01: 3–5 grids).
struct Scheme {
  std::string name;
  Words label;
  std::string parent_level, child_level;
  int min = 0, max = 0;  // 0: no bound
};

struct PackInfo {
  std::string name;
  int version = 0;
  Words label;
  std::vector<std::string> uses, kinds;
  std::string folder;
};

class Library {
 public:
  std::vector<PackInfo> packs;
  std::vector<Level> levels;  // from the largest down
  std::vector<Named> roles, functions, org_kinds, link_kinds;
  std::vector<Scheme> schemes;
  std::map<std::string, Calendar> calendars;
  std::vector<std::unique_ptr<Taxonomy>> taxonomies;
  std::vector<std::unique_ptr<Kind>> kinds;
  std::shared_ptr<class RuleSet> rules;
  std::map<std::string, std::shared_ptr<const void>, std::less<>> aspects;  // what aspects read from pack.yaml
  std::string checksum;  // of all files: the ETag of what clients cache

  const Kind* kind(std::string_view name) const;
  const Named* role(std::string_view name) const;
  const Named* function(std::string_view name) const;
  const Named* org_kind(std::string_view name) const;
  int level_rank(std::string_view name) const;            // 0 the largest; -1 unknown
  const Calendar& calendar(std::string_view name) const;  // the natural calendar when empty
};

}  // namespace tongxin::pack

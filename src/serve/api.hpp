// The shapes that travel over /v1, written once: from these the reader, the writer, /openapi.json and the TypeScript client
// are made. Names are the wire's names. Ids are 13-letter strings, times RFC 3339, money integer fen, days "yyyy-mm-dd".
// Words ({"zh","en"}) come in both languages; the client shows one.
#pragma once
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include "base/fault.hpp"
#include "base/id.hpp"
#include "base/time.hpp"
#include "base/written.hpp"

// clang-format off: a table, laid out by hand
namespace tongxin::serve::api {

using boost::json::object;

// ── sign-in ──────────────────────────────────────────────────────────────────────────────────────────────────────────
struct SignIn {
  std::string login, password;
  std::optional<std::string> code;
};  // POST /v1/session (code: TOTP, six digits)
struct PostView {
  PostId id;
  std::string role;
  Words role_name;
  OrgId org;
  std::string org_name;
  AreaId area;
  std::string area_name, area_level;
  std::string from;
  std::optional<std::string> until;
};
struct PersonRef {
  PersonId id;
  std::string name;
};
struct SessionView {  // GET /v1/session
  PersonRef person;
  std::vector<PostView> posts;  // empty for a resident
  bool staff;                   // has a post: the desk and the field pages are for them
  bool admin;                   // a role marked admin
  bool totp_enabled, totp_required;
  std::string csrf;  // to be sent as X-CSRF-Token with every change made under the cookie
  Time expires_at;
};
struct PhoneStart {
  std::string phone;
};  // POST /v1/session/phone: a code is sent
struct PhoneConfirm {
  std::string phone, code;
};  // POST /v1/session/phone/confirm -> SessionView
struct ChangePassword {
  std::string old_password, new_password;
};  // POST /v1/session/password
struct TotpStart {
  std::string secret, uri, svg;
};  // POST /v1/session/totp
struct TotpConfirm {
  std::string code;
};  // POST /v1/session/totp/confirm -> RecoveryCodes
struct RecoveryCodes {
  std::vector<std::string> codes;
};

// ── kinds: everything a form, a button and a word needs ─────────────────────────────────────────────────────────────────
struct OptionView {
  std::string value;
  Words name;
};
struct FieldView {
  std::string name;
  std::string
      type;  // text long_text integer number money flag choice choices day time phone id_card person org orgs area record records files stars
  Words label;
  std::optional<Words> hint;
  bool required;  // always; `required_when` otherwise
  std::optional<boost::json::value> required_when,
      visible_when;  // expression ASTs (web/packages/core/src/expression.ts evaluates them)
  std::optional<std::int64_t> min, max;
  std::vector<OptionView> options;
  bool is_private;  // sealed; shown masked
  bool staff_only;  // not asked of residents
  std::optional<boost::json::value> initial;
};
struct CategoryView {
  std::string code;
  Words name;
  std::optional<std::string> icon, parent;
  bool urgent;
};
struct StateView {
  std::string name, display;
  Words label, resident;
  bool is_final;
};  // display: waiting accepted handling checking done ended paused
struct ActionView {
  std::string name;
  Words label;
  std::optional<std::string> key;
  std::vector<FieldView> form;
  std::vector<std::string> from;
  bool danger;
};
struct CountView {
  std::string name;
  Words label;
  std::optional<Words> unit;
};
struct RateView {
  std::string name;
  Words label;
  std::string of, per;
  bool as_number;
};
struct KindCard {
  std::string kind, pack;
  Words name;
  std::optional<std::string> icon;
  bool report;
  bool creatable;
  std::vector<CategoryView> categories;
};  // GET /v1/kinds (creatable: by the caller)
struct KindList {
  std::vector<KindCard> items;
};
struct PackView {
  std::string name;
  int version;
  Words label;
  std::vector<std::string> kinds;
};
struct PackList {
  std::vector<PackView> items;
};                 // GET /v1/packs
struct KindView {  // GET /v1/kinds/{kind}
  std::string kind, pack;
  int version;
  Words name;
  std::string place;  // required | optional | none
  bool report;
  std::vector<FieldView> form;
  std::vector<CategoryView> categories;
  std::vector<StateView> states;
  std::vector<ActionView> actions;
  std::vector<CountView> counts;
  std::vector<RateView> rates;
  std::optional<std::int64_t> similar_within_m;
  std::string flow_svg;  // the flow, drawn
};

// ── records ──────────────────────────────────────────────────────────────────────────────────────────────────────────
struct Place {
  std::optional<AreaId> area;
  std::optional<double> lon, lat;
  std::optional<std::string> address;
  std::optional<std::string> code;
};                  // code: a scanned plate
struct NewRecord {  // POST /v1/records, Idempotency-Key
  std::string kind;
  std::optional<std::string> category;
  std::optional<Place> place;
  std::optional<bool> urgent;
  std::optional<std::string> source;  // web, scan, phone, counter, patrol (default by who sends it)
  std::optional<PersonId> on_behalf_of;
  object form;
};
struct AreaRef {
  AreaId id;
  std::string name, level;
};
struct OrgRef {
  OrgId id;
  std::string name;
};
struct DeadlineView {
  std::string name;
  Words label;
  Time started_at, due_at;
  std::optional<Time> paused_at, ended_at;
  std::string light;  // green yellow red, or done
  bool late;
};
struct RecordRow {  // one line of a list
  RecordId id;
  std::string kind, number, title, state;
  int version;
  bool open, urgent, late;
  std::optional<std::string> category;
  std::optional<AreaRef> area;  // the grid (or deepest desk level); its name in place_text
  std::string place_text;       // 桃园社区 / 第3网格 / 5号楼
  std::optional<double> lon, lat;
  std::optional<OrgRef> holder_org;
  std::optional<PersonRef> holder;
  std::string source;
  Time created_at, updated_at;
  std::optional<Time> due_at;  // the nearest running deadline
  std::optional<std::string> light;
  std::optional<std::int64_t> distance_m;
  std::optional<FileId> photo;
};
struct RecordList {
  std::vector<Written<RecordRow>> items;
  std::optional<std::string> next;
};  // next: cursor, absent at the end
struct StateCount {
  std::string kind, state;
  std::int64_t count, late;
};
struct RecordCounts {
  std::vector<StateCount> states;
  std::int64_t open, late;
};
struct FileView {
  FileId id;
  std::string name, type;
  std::int64_t size;
  std::optional<std::int64_t> width, height;
};
struct EventView {
  EventId id;
  int seq;
  Time at;
  std::string action;
  Words label;  // the action's name, for the timeline
  std::optional<PersonRef> actor;
  std::optional<Words> actor_role;  // absent: the system, an anonymous reporter, or not for the reader's eyes
  std::string from_state, to_state;
  object form;               // what was entered and the reader may see
  std::vector<Words> notes;  // what it caused, in words: 已派给 城管科 …
  bool redacted;
};
struct EventList {
  std::vector<EventView> items;
  std::optional<std::string> next;
};  // GET /v1/records/{id}/timeline, newest first
struct ParticipantView {
  std::string role;
  std::optional<OrgRef> org;
  std::optional<PersonRef> person;
  Time since;
};                    // lead helper follower reported_in …
struct RecordStill {  // what stays until the record's next event, for all who may see as much of it
  RecordId id;
  std::string kind, number, title, state;
  int version;
  bool open, urgent;
  std::optional<std::string> category;
  std::vector<AreaRef> areas;  // from the district down to the deepest
  std::string place_text;
  std::optional<std::string> address;
  std::optional<double> lon, lat;
  std::optional<OrgRef> holder_org;
  std::optional<PersonRef> holder;
  std::string holder_level;
  std::string source;
  std::optional<std::string> outside_number;
  std::optional<PersonRef> reporter;
  Time created_at, updated_at;
  std::optional<Time> closed_at;
  object form;                      // public and, where the caller may, staff fields; private ones masked
  object names;                     // id → name of the people, organisations, places and records in form and timeline
  std::vector<std::string> sealed;  // names of private fields that hold something; POST …/unseal shows them, logged
  std::vector<FileView> files;
  std::vector<EventView> timeline;  // newest last, at most 100; older by GET …/timeline
  std::vector<ParticipantView> participants;
  std::optional<std::string> answer;  // the latest answer to the resident
  std::optional<object> rating;
};
struct RecordNow {  // what depends on who looks, on the time and on other records
  bool mine;
  bool may_see_private;  // may unseal what is sealed, and redact what is shown (whoever sees it for the work)
  std::vector<Written<DeadlineView>> deadlines;
  std::vector<Written<ActionView>> actions;  // what the caller may do now
  std::vector<Written<RecordRow>> children;
  std::optional<Written<RecordRow>> parent, merged_into;
  std::vector<Written<RecordRow>> merged;
  std::optional<std::string> follow_code;  // only in the answer to an anonymous POST
  std::optional<std::string> expected;     // "城管科 11月24日 18:00 前处理", in the reader's language
};
struct RecordView {  // on the wire one object
  Written<RecordStill> still;
  RecordNow now;
};
constexpr bool flat(const RecordView*) { return true; }
struct Act {
  std::optional<int> version;
  object form;
};  // POST /v1/records/{id}/actions/{action}, Idempotency-Key; 409 with the current version
struct Unseal {
  std::string reason;
};  // POST /v1/records/{id}/unseal -> {form}
struct Unsealed {
  object form;
};
struct Explanation {
  Words text;
  Time due_at;
};  // GET /v1/records/{id}/deadlines/{name}

// ── places, organisations, people ───────────────────────────────────────────────────────────────────────────────────────
struct AreaView {
  AreaId id;
  std::optional<AreaId> parent;
  std::string level, code, name, path_text;
  std::optional<double> lon, lat;
  bool has_boundary;
  std::int64_t children;
};
struct AreaList {
  std::vector<AreaView> items;
};  // GET /v1/areas?parent=|level=&within=|q=
struct Located {
  std::vector<AreaRef> areas;
};  // GET /v1/areas/locate?lon&lat
struct Contact {
  Words role_name;
  std::string name;
  std::optional<std::string> work_phone;
  std::string area_name;
};
struct Contacts {
  std::vector<Contact> items;
};  // GET /v1/areas/{id}/contacts: who serves my building
struct OrgView {
  OrgId id;
  std::optional<OrgId> parent;
  std::string kind, code, name;
  Words kind_name;
  std::optional<AreaId> area;
  std::string area_name;
};
struct OrgList {
  std::vector<OrgView> items;
};  // GET /v1/orgs?q=&kind=&within=&parent=
struct StaffRow {
  PostView post;
  PersonRef person;
};
struct StaffList {
  std::vector<StaffRow> items;
  std::optional<std::string> next;
};  // GET /v1/posts?org=|area=|role=
struct NewPost {
  PersonId person;
  std::string role;
  OrgId org;
  AreaId area;
  std::string from;
  std::optional<std::string> until;
  std::optional<std::string> how;
};
struct EndPost {
  std::string until;
};
struct ResponsibilityView {
  std::string function;
  Words function_name;
  AreaId area;
  std::string area_name, stage;
  OrgId org;
  std::string org_name, from;
  std::optional<std::string> until;
};
struct ResponsibilityList {
  std::vector<ResponsibilityView> items;
};
struct AccessEntry {
  Time at;
  std::string who, what;
  std::string reason;
};
struct AccessLog {
  std::vector<AccessEntry> items;
  std::optional<std::string> next;
};  // GET /v1/me/access-log

// ── figures ──────────────────────────────────────────────────────────────────────────────────────────────────────────
struct Figure {
  std::string kind, name;
  Words label;
  std::int64_t count;
  double sum;
};
struct RateFigure {
  std::string kind, name;
  Words label;
  std::optional<double> value;
  double of, per;
  bool as_number;
};  // value absent: empty denominator, no score
struct FigureRow {
  std::string key;
  std::string name;
  std::vector<Figure> counts;
  std::vector<RateFigure> rates;
};
struct Figures {  // GET /v1/figures?kind=&area=|org=&from=202601&until=202612&by=area|category|month
  std::vector<Figure> counts;
  std::vector<RateFigure> rates;
  std::vector<FigureRow> rows;
  std::string from, until;
  AreaRef area;
  Time as_of;
};
// GET /v1/figures/records?kind=&count=&area=&from=&until=&category=&cursor= -> RecordList: the records behind a figure

// ── messages and codes ───────────────────────────────────────────────────────────────────────────────────────────────────
struct MessageView {
  std::string id;
  Time at;
  Words text;
  std::optional<RecordId> record;
  std::optional<std::string> number;
  bool read;
};
struct MessageList {
  std::vector<MessageView> items;
  std::optional<std::string> next;
  std::int64_t unread;
};
struct NewCode {
  AreaId area;
  std::string kind;
  std::optional<std::string> facility;
};
struct CodeView {
  std::string code;
  std::string kind;
  AreaRef area;
  std::string place_text;
  std::optional<std::string> facility;
  bool revoked;
  std::string url;
};
struct CodeList {
  std::vector<CodeView> items;
};
struct NewToken {
  std::string name;
  std::vector<std::string> scopes;
  std::optional<std::string> until;
};
struct TokenView {
  std::string id, name;
  std::vector<std::string> scopes;
  std::optional<std::string> until;
  std::optional<std::string> token;
  Time created_at;
  std::optional<Time> used_at;
};
struct TokenList {
  std::vector<TokenView> items;
};

// GET /v1/stream (text/event-stream): event `record` with RecordChange, event `message` with MessageView. Last-Event-ID resumes.
struct RecordChange {
  RecordId id;
  std::string kind, number, title, state, action;
  int version;
  bool open;
  std::optional<PersonRef> actor;
  Time at;
};

// GET /v1/records parameters: list = todo (held by me or my organisations) | area (below `area` or my posts) | mine | public;
// kind, state (several with commas), category, area, q (search), open = true|false, late = true, sort = new | due, cursor, limit (≤ 100).
// GET /v1/records/counts: same parameters -> RecordCounts.   GET /v1/records/similar?kind&category&lon&lat|area&text -> RecordList.
// GET /v1/follow/{code}: RecordView for a reporter without account; the code also goes as header X-Follow-Code with actions.
// POST /v1/files (multipart, field "file") -> FileView; GET /v1/files/{id}?size=thumb|view|original.
// GET /v1/realm -> RealmView, no sign-in needed.
struct RealmView {
  std::string name;
  std::string zone;
  std::string hotline;
  std::string community_phone;
  AreaRef area;
  double lon, lat;
  bool demo;
  std::string version;
  object basemap;
};

}  // namespace tongxin::serve::api

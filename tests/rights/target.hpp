// Things to ask for: one of everything that an address or a body can name, in a neighbourhood. What can be used up is made anew
// for every asking, so that the second who asks finds what the first did.
#pragma once
#include <regex>

#include "aspect/ledger/operations.hpp"
#include "people/links.hpp"
#include "record/realm.hpp"
#include "support/whole_server.hpp"

namespace tongxin::serve {

// Where a thing lies: nowhere (ids that name nothing), in the community of most of those who ask, or in another.
enum class Where { nowhere, near, far };

class Targets {
 public:
  explicit Targets(WholeServer& server)
      : server_(server),
        keeper_(server.sign_in("xie")),
        owner_(server.sign_in("lin")),
        captain_(server.sign_in("wu")),
        far_captain_(server.sign_in("gao")) {
    for (const Where where : {Where::near, Where::far}) settle(where);
  }
  // Posts of those who are not asked themselves: call it before anybody signs in.
  static void appoint(WholeServer& server) {
    server.appoint("xie", "platform_keeper", "district-gov", "district");
    for (const auto& [who, org, area] :
         {std::array{"lin", "taoyuan-committee", "taoyuan"}, std::array{"lin", "liulin-committee", "liulin"}})
      server.appoint(who, "village_accountant", org, area);
    server.appoint("wu", "warden_captain", "taoyuan-committee", "taoyuan");
    server.appoint("gao", "warden_captain", "liulin-committee", "liulin");
  }

  // What stands for {name} in this route.
  std::string in_path(const std::string& route, const std::string& name, Where where) {
    if (name == "kind") return "issue";
    if (name == "ledger") return "collective";
    if (name == "action") return "handle";
    if (where == Where::nowhere) return kNothing;
    if (name == "exchange") return exchange();
    if (name == "code" && route.starts_with("/v1/codes/")) return code(where);
    if (name == "name" && route.find("/deadlines/") != route.npos) return "accept";
    if (name != "id") return kNothing;
    static constexpr std::pair<const char*, std::string (Targets::*)(Where)> kMakers[] = {
        {"/v1/records/", &Targets::record},
        {"/v1/areas/", &Targets::building},
        {"/v1/orgs/", &Targets::org},
        {"/v1/posts/", &Targets::post},
        {"/v1/files/", &Targets::file},
        {"/v1/slots/", &Targets::slot},
        {"/v1/occasions/", &Targets::occasion},
        {"/v1/links/", &Targets::link},
        {"/v1/households/", &Targets::household},
        {"/v1/accounts/", &Targets::account},
        {"/v1/exports/accounts/", &Targets::account},
        {"/v1/postings/", &Targets::posting},
        {"/v1/imports/", &Targets::import},
        {"/v1/tokens/", &Targets::token},
        {"/v1/feeds/", &Targets::feed},
        {"/v1/subscriptions/", &Targets::subscription},
        {"/v1/swaps/", &Targets::swap},
        {"/v1/me/absences/", &Targets::absence}};
    static const std::regex duties("/v1/(?:exports/)?records/\\{id\\}/(roster|slots|occasions|checkins|quota|board).*");
    if (std::regex_match(route, duties)) return places_.at(where).plan;
    for (const auto& [begin, make] : kMakers)
      if (route.starts_with(begin)) return (this->*make)(where);
    return kNothing;
  }
  // What stands at this name of a body or a query; none: the least that the schema asks for.
  std::optional<std::string> named(const std::string& route, const std::string& name, Where where) {
    if (where == Where::nowhere) return std::nullopt;
    const Place& place = places_.at(where);
    if (name == "area" || name == "within" || name == "parent_area") return place.grid;
    if (name == "parent") return route.starts_with("/v1/orgs") ? place.committee : place.grid;
    if (name == "into") return building(where);
    if (name == "org") return place.team;
    if (name == "person" || name == "owner") return person("jiang");
    if (name == "household") return household(where);
    if (name == "record") return place.plan;
    if (name == "to" && route.find("/postings") != route.npos) return place.cash;
    if (name == "from" && route.find("/postings") != route.npos) return place.bank;
    if (name == "to" || (name == "from" && route.starts_with("/v1/links"))) return person("jiang");
    if (name == "level") return "building";
    if (name == "role") return "grid_worker_full";
    if (name == "kind") {
      if (route.starts_with("/v1/links")) return "member_household";
      if (route.starts_with("/v1/orgs")) return "grid_branch";
      return "issue";
    }
    if (name == "function") return "garbage";
    if (name == "count") return "raised";
    if (name == "category") return "garbage";
    return std::nullopt;
  }

  static constexpr const char* kNothing = "0000000000001";

 private:
  struct Place {
    std::string area, grid, house, team, committee, plan, bank, cash;
  };
  using Object = boost::json::object;

  std::string person(const std::string& name) const { return to_text(server_.names.people.at(name)); }
  std::string area(const std::string& name) const { return to_text(server_.names.areas.at(name)); }
  std::string org_named(const std::string& name) const { return to_text(server_.names.orgs.at(name)); }
  // Of what was made, or of the thing inside of it.
  static std::string id_of(const test::HttpReply& reply, const char* name = "id") {
    if (reply.status >= 300) throw std::runtime_error("a target could not be made: " + reply.body);
    const boost::json::value body = reply.json();
    if (const auto* id = body.as_object().if_contains(name)) return std::string(id->as_string());
    for (const auto& [inner, value] : body.as_object())
      if (value.is_object() && value.as_object().contains(name)) return std::string(value.at(name).as_string());
    throw std::runtime_error("it has no id: " + reply.body);
  }
  std::string fresh(const char* head) { return head + std::to_string(++count_); }

  void settle(Where where) {
    const bool near = where == Where::near;
    Place place{.area = near ? "taoyuan" : "liulin",
                .grid = area(near ? "grid-1" : "grid-3"),
                .house = near ? "B0101" : "B0301",
                .team = org_named(near ? "team-1" : "team-3"),
                .committee = org_named(near ? "taoyuan-committee" : "liulin-committee"),
                .plan = {},
                .bank = {},
                .cash = {}};
    place.plan = created(near ? "wu" : "gao", "patrol_plan", place.area, "", {{"name", "护渔"}});
    const RecordId book{
        id_value(created("lin", "village_book", place.area, "",
                         {{"what", "2026"}, {"village", area(place.area)}, {"year", 2026}, {"target", 1}}))};
    for (const char* into : {"bank", "cash"})
      act("lin", book, "earn",
          {{"origin", "own"},
           {"amount", 100000},
           {"into", into},
           {"on", today()},
           {"about", "租金"},
           {"voucher", boost::json::array{boost::json::string(file(where))}}});
    server_.store->read([&](store::Tx& tx) {
      const auto book_of = [&](const char* name) {
        return to_text(
            ledger::find_book(tx, WholeServer::kRealm, "collective", name, server_.names.areas.at(place.area).value)
                ->id);
      };
      place.bank = book_of("bank"), place.cash = book_of("cash");
    });
    places_[where] = std::move(place);
  }
  static std::int64_t id_value(const std::string& text) {
    RecordId id;
    parse(std::string_view(text), id);
    return id.value;
  }
  std::string today() const { return to_day_text(day_of(server_.clock.now())); }
  record::Actor as(const std::string& who) const {
    return {.person = server_.names.people.at(who), .system = false, .follows = {}};
  }
  std::string created(const std::string& who, const std::string& kind, const std::string& place, const char* category,
                      Object form) {
    return server_.store->write([&](store::Tx& tx) {
      record::Draft draft;
      draft.kind = kind, draft.area = server_.names.areas.at(place), draft.category = category;
      draft.form = std::move(form);
      return to_text(server_.engine.create(tx, WholeServer::kRealm, as(who), draft, server_.clock.now()).id);
    });
  }
  void act(const std::string& who, RecordId id, const std::string& action, const Object& form) {
    server_.store->write([&](store::Tx& tx) {
      server_.engine.act(tx, WholeServer::kRealm, as(who), id, action, form, std::nullopt, server_.clock.now());
    });
  }

  // One raised by a resident who is not asked as such.
  std::string record(Where where) {
    return created("zhao", "issue", places_.at(where).house, "garbage",
                   {{"description", "门前有垃圾"}, {"contact_phone", "13800138000"}});
  }
  std::string building(Where where) {
    return id_of(keeper_.post(
        "/v1/areas", Object{{"parent", places_.at(where).grid}, {"level", "building"}, {"name", fresh("楼")}}));
  }
  std::string org(Where where) {
    const Place& place = places_.at(where);
    return id_of(keeper_.post("/v1/orgs", Object{{"parent", place.committee},
                                                 {"kind", "grid_branch"},
                                                 {"code", fresh("t")},
                                                 {"name", fresh("队")},
                                                 {"area", place.grid},
                                                 {"reason", "新设"}}));
  }
  std::string post(Where where) {
    return id_of(keeper_.post("/v1/posts", Object{{"person", person("jiang")},
                                                  {"role", "grid_worker_full"},
                                                  {"org", org(where)},
                                                  {"area", places_.at(where).grid},
                                                  {"from", today()}}));
  }
  // Of a record at the place, not open to the public.
  std::string file(Where where) {
    static constexpr store::Sql kAddFile{"test_file",
                                         "INSERT INTO attachment (realm_id, id, record_id, owner, at, name, type, "
                                         "size, hash, view_hash, thumb_hash, open) "
                                         "VALUES ($1,$2,$3,$4,$5,'a.pdf','application/pdf',4,$6,'','',0)"};
    const FileId id = server_.ids.make<FileId>();
    const bool free = !places_.contains(where);  // to be put into a form first
    const RecordId of{free ? 0 : id_value(record(where))};
    const std::string hash = server_.files->put("%PDF").hash;
    server_.store->write([&](store::Tx& tx) {
      tx.run(kAddFile, WholeServer::kRealm, id, of, free ? PersonId{} : server_.names.people.at("zhao"),
             server_.clock.now(), hash);
    });
    return to_text(id);
  }
  std::string slot(Where where) {
    const auto starts = server_.clock.now() + std::chrono::hours{50 + 3 * ++count_};
    return id_of(captain(where).post("/v1/records/" + places_.at(where).plan + "/slots",
                                     Object{{"post", "crew"},
                                            {"starts", to_rfc3339(starts)},
                                            {"ends", to_rfc3339(starts + std::chrono::hours{2})},
                                            {"need", 1}}));
  }
  std::string occasion(Where where) {
    const auto starts = server_.clock.now() + std::chrono::hours{51 + 3 * ++count_};
    return id_of(captain(where).post("/v1/records/" + places_.at(where).plan + "/occasions",
                                     Object{{"plan", "outing"}, {"starts", to_rfc3339(starts)}}));
  }
  std::string household(Where where) {
    return server_.store->write([&](store::Tx& tx) {
      people::Household made;
      made.area = server_.names.areas.at(places_.at(where).house), made.unit = fresh("1单元");
      return to_text(people::add_household(tx, server_.doing(), made));
    });
  }
  std::string link(Where where) {
    HouseholdId to;
    const std::string text = household(where);
    parse(std::string_view(text), to);
    return server_.store->write([&](store::Tx& tx) {
      people::Link made;
      made.kind = "member_household", made.from_person = server_.names.people.at("jiang"), made.to_household = to;
      made.from = day_of(server_.clock.now());
      return to_text(people::add_link(tx, server_.doing(), made));
    });
  }
  std::string account(Where where) { return places_.at(where).cash; }
  std::string posting(Where where) {
    return id_of(owner_.post("/v1/ledgers/collective/postings", Object{{"from", places_.at(where).bank},
                                                                       {"to", places_.at(where).cash},
                                                                       {"amount", 1},
                                                                       {"reason", fresh("提现")}}));
  }
  // What belongs to one person alone, wherever others have their posts.
  std::string import(Where) {
    const std::string body =
        "--edge\r\nContent-Disposition: form-data; name=\"what\"\r\n\r\nhouseholds\r\n--edge\r\nContent-Disposition: "
        "form-data; name=\"file\"; filename=\"a.csv\"\r\nContent-Type: "
        "text/csv\r\n\r\n区域编码,门牌\nB0101,9\n\r\n--edge--\r\n";
    return id_of(keeper_.send("POST", "/v1/imports", body, {{"content-type", "multipart/form-data; boundary=edge"}}));
  }
  std::string token(Where) {
    return id_of(owner_.post("/v1/tokens", Object{{"name", fresh("t")}, {"scopes", boost::json::array{"open311"}}}));
  }
  std::string feed(Where) {
    if (!feed_.empty()) owner_.del("/v1/feeds/" + feed_);  // a person has so many, no more
    return feed_ = id_of(owner_.post("/v1/feeds", Object{}));
  }
  std::string subscription(Where) {
    if (!subscription_.empty()) owner_.del("/v1/subscriptions/" + subscription_);
    subscription_ = id_of(owner_.post(
        "/v1/subscriptions", Object{{"name", fresh("s")}, {"format", "webhook"}, {"url", "https://198.51.100.7/h"}}));
    return subscription_;
  }
  std::string swap(Where) { return kNothing; }
  std::string absence(Where) { return kNothing; }
  std::string code(Where where) {
    return id_of(keeper_.post("/v1/codes", Object{{"area", area(places_.at(where).house)}, {"kind", "issue"}}), "code");
  }
  std::string exchange() {
    const auto reply = keeper_.send("PUT", "/v1/hotline/h12345",
                                    R"({"url":"https://198.51.100.7/h","key":"0123456789abcdef0123456789abcdef"})");
    if (reply.status >= 300) throw std::runtime_error("no exchange: " + reply.body);
    return "h12345";
  }
  Visitor& captain(Where where) { return where == Where::near ? captain_ : far_captain_; }

  WholeServer& server_;
  Visitor keeper_, owner_, captain_, far_captain_;
  std::map<Where, Place> places_;
  std::string feed_, subscription_;
  int count_ = 0;
};

}  // namespace tongxin::serve

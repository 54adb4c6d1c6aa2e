// A street whose captain Ma has a plan of patrols, with the routes of duties in front of it.
#pragma once
#include "record/sql.hpp"
#include "serve/exchange_routes.hpp"
#include "serve/record_routes.hpp"
#include "serve/town.hpp"

namespace tongxin::serve {

class DutiesHttp : public Town {
 protected:
  void more_routes(Router& router) override {
    add_record_routes(*app, router);
    add_duty_routes(*app, router);
    add_calendar_routes(*app, router);
  }
  std::string person(const std::string& name) const { return to_text(names.people.at(name)); }
  record::Actor actor(const std::string& who) const {
    return {.person = names.people.at(who), .system = false, .follows = {}};
  }
  RecordId create(const std::string& who, const std::string& kind, const std::string& area, boost::json::object form) {
    return store->write([&](store::Tx& tx) {
      record::Draft draft;
      draft.kind = kind;
      draft.area = names.areas.at(area);
      draft.form = std::move(form);
      return engine->create(tx, kRealm, actor(who), draft, clock.now()).id;
    });
  }
  void act(const std::string& who, RecordId id, const std::string& action, boost::json::object form = {}) {
    store->write(
        [&](store::Tx& tx) { engine->act(tx, kRealm, actor(who), id, action, form, std::nullopt, clock.now()); });
  }
  RecordId child_of(RecordId parent) {
    return store->read([&](store::Tx& tx) {
      RecordId found;
      tx.each(
          record::sql::kChildren, [&](const store::Row& row) { found = row.get<RecordId>(0); }, kRealm, parent);
      return found;
    });
  }
  // A plan of the captain Ma with the grid workers as wardens, all of whom can steer.
  RecordId plan() {
    appoint("ma", "warden_captain", "street-office", "street");
    const RecordId made = create("ma", "patrol_plan", "street", {{"name", "清河段护渔"}});
    Visitor captain = sign_in("ma");
    for (const char* warden : {"chen", "sun", "zhou"}) {
      act("ma", made, "add_warden", {{"person", person(warden)}});
      const auto said = captain.post("/v1/me/skills",
                                     boost::json::object{{"skill", "boat"}, {"person", person(warden)}, {"has", true}});
      EXPECT_EQ(said.status, 200) << said.body;
    }
    return made;
  }
  std::string in(int hours) const { return to_rfc3339(clock.now() + std::chrono::hours{hours}); }
  std::string open_slot(Visitor& captain, RecordId of, int from, int until) {
    const auto made =
        captain.post("/v1/records/" + to_text(of) + "/slots",
                     boost::json::object{{"post", "crew"}, {"starts", in(from)}, {"ends", in(until)}, {"need", 1}});
    EXPECT_EQ(made.status, 201) << made.body;
    return std::string(made.json().at("id").as_string());
  }
  static std::string slot(const std::string& id, const char* act) { return "/v1/slots/" + id + "/" + act; }
};

}  // namespace tongxin::serve

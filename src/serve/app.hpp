// What every route needs, and who is asking. The route files (routes_*.cpp) add their tables to one Router.
#pragma once
#include <functional>
#include <memory>
#include <string>

#include "people/sealed.hpp"
#include "record/engine.hpp"
#include "serve/http.hpp"
#include "store/files.hpp"

namespace tongxin::serve {

struct AppOptions {
  std::string packs = "packs", web;  // folders; web empty: no pages are served
  std::string realm_name, community_phone;
  bool demo = false;     // sign-in codes are shown instead of sent; says so on the first page
  std::string base_url;  // "https://tongxin.example"; empty: as the request named the host
  // Puts a text to a phone into the outbox, of no use after `until`; false when no gateway is set up. Empty or false, and no
  // demo: nobody can sign in by phone.
  std::function<bool(store::Tx& tx, const std::string& phone, const Words& text, Time until)> send_text = {};
  std::string data = {};  // the folder that holds the database and the files, where it is known
};

class KeptViews;  // what was shown lately (kept_views.hpp)
class Hub;        // event streams: who listens to what (stream.hpp)

std::shared_ptr<KeptViews> no_kept_views();

// One running installation. Owns nothing it is given; lives as long as the server.
struct App {
  store::Store& store;
  store::Files& files;
  record::Engine& engine;
  const people::Vault& vault;
  const Clock& clock;
  IdSource& ids;
  Hub& hub;
  RealmId realm;
  Zone zone;
  AppOptions options;
  std::shared_ptr<KeptViews> kept = no_kept_views();
};

// Who asks: from the session cookie (changes need X-CSRF-Token), a bearer token, or a follow code. Nobody is a caller too.
struct Caller {
  record::Actor actor;
  bool signed_in = false, staff = false, admin = false;
  std::vector<std::string> scopes;  // of a token; empty for a session: everything the person may
  Language language = Language::zh;
};
// One indexed select. Throws Fault(unauthorized) for a session or token that is not valid, Fault(forbidden) for a missing
// CSRF token on a change.
Caller caller_of(App& app, store::Tx& tx, const Request& request);
// The same, with the world that told: who answers in the same transaction need not ask for it again.
std::pair<Caller, record::WorldPtr> who_asks(App& app, store::Tx& tx, const Request& request);
// The same, but nobody is refused.
Caller signed_in_caller(App& app, store::Tx& tx, const Request& request);

void add_record_routes(App& app, Router& router);   // records, kinds, figures, messages, stream
void add_session_routes(App& app, Router& router);  // session, account, tokens, me
void add_place_routes(App& app, Router& router);    // areas, codes
void add_people_routes(App& app, Router& router);   // orgs, posts, responsibilities, people
void add_grid_routes(App& app, Router& router);     // boundaries drawn together, history of areas
void add_desk_routes(App& app, Router& router);     // saved filters, who has a record open
void add_office_routes(App& app, Router& router);   // audit, access log, calendars, check of packs, health
void add_file_routes(App& app, Router& router);     // files
void add_open311_routes(App& app, Router& router);  // GeoReport v2 for programs of others
void add_ledger_routes(App& app, Router& router);   // ledgers, accounts, postings, calculations
void add_duty_routes(App& app, Router& router);     // rosters, occasions, check-ins, links
void add_system_routes(App& app, Router& router);   // healthz, readyz, metrics, openapi.json, realm, web pages

}  // namespace tongxin::serve

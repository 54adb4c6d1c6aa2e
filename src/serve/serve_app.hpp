// One running installation, from options to the last answered request: the store, the engine, the routes, the clock.
#pragma once
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "serve/http.hpp"

namespace tongxin::serve {

struct ServeOptions {
  std::string db = "data/tongxin.db";  // a path or postgresql://…
  std::string key_file, files;         // beside the database when empty
  std::string packs = "packs", web;    // web empty: no pages
  std::string realm;                   // its id or name; empty: the only one
  std::string base_url;  // "https://tongxin.example", for links in messages and for signing in from outside
  // Networks beside the open internet that webhooks, robots, gateways and mail servers may be in: "10.20.0.0/16".
  std::vector<std::string> allowed_networks;
  std::string outside;          // file of OutsideSettings; empty: nobody signs in from outside
  std::string community_phone;  // shown on every page that residents see; empty: the city's hotline stands there
  ServerOptions server;
};

class ServeApp {
 public:
  // Opens everything; throws Fault with what is missing. The store's tables are made by `tongxin init`, missing migrations
  // are run here.
  explicit ServeApp(const ServeOptions& options);
  ~ServeApp();
  void start();
  int port() const;
  void stop();  // from any thread; answers what runs
  void join();

 private:
  struct Inside;
  std::unique_ptr<Inside> inside_;
};

}  // namespace tongxin::serve

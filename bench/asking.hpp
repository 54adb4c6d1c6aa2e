// What the product asks the database for when it answers a GET: the routes themselves, on a store that passes everything on
// and keeps what was run.
#pragma once
#include <filesystem>
#include <sstream>

#include "bench/installation.hpp"
#include "bench/watching.hpp"
#include "serve/app.hpp"
#include "serve/openapi.hpp"
#include "serve/stream.hpp"

namespace tongxin::bench {

class WatchingStore final : public store::Store {
 public:
  explicit WatchingStore(store::Store& inner) : inner_(inner) {}
  Engine engine() const override { return inner_.engine(); }
  void run_read(const Job& job) override {
    inner_.run_read([&](store::Tx& tx) {
      WatchingTx watch(tx, WatchingTx::Keep::statements);
      job(watch);
      reads.push_back(std::move(watch.statements));
    });
  }
  void run_write(Job job, std::function<void(std::exception_ptr)> done) override {
    inner_.run_write(std::move(job), std::move(done));
  }
  std::vector<std::int64_t> search(RealmId realm, std::string_view kind, std::string_view text, std::int64_t before,
                                   int limit, const Accept& accept, std::int64_t* go_on_below) override {
    return inner_.search(realm, kind, text, before, limit, accept, go_on_below);
  }
  void remove_from_index(store::Tx& tx, RealmId realm, std::int64_t document) override {
    inner_.remove_from_index(tx, realm, document);
  }
  void ping() override { inner_.ping(); }
  void backup(const std::string& path) override { inner_.backup(path); }

  std::vector<std::vector<Statement>> reads;  // a transaction each

 private:
  store::Store& inner_;
};

class Asking {
 public:
  Asking(Installation& place, std::string bearer)
      : watching_(*place.store),
        bearer_(std::move(bearer)),
        files_(store::open_files((std::filesystem::temp_directory_path() / "tongxin-bench-files").string())) {
    app_.emplace(serve::App{watching_, *files_, place.engine, place.vault, place.clock, place.ids, hub_, place.realm,
                            place.world->zone, serve::AppOptions{}});
    serve::add_record_routes(*app_, router_);
  }

  // The transactions of one answer, once what the product keeps of it is kept.
  std::vector<std::vector<Statement>> answer(const std::string& target) {
    ask(target);
    watching_.reads.clear();
    ask(target);
    return std::move(watching_.reads);
  }

 private:
  void ask(const std::string& target) {
    serve::Request request;
    request.path = target.substr(0, target.find('?'));
    if (target.size() > request.path.size()) {
      std::istringstream query(target.substr(request.path.size() + 1));
      for (std::string pair; std::getline(query, pair, '&');)
        request.query.emplace_back(pair.substr(0, pair.find('=')), pair.substr(pair.find('=') + 1));
    }
    request.headers.emplace_back("authorization", bearer_);
    const serve::Route& route = router_.find(request.method, request.path, request.params);
    serve::Answer answer = route.handler(request);
    if (const auto* work = std::get_if<serve::Answer::Work>(&answer.what)) (*work)();
  }

  WatchingStore watching_;
  const std::string bearer_;
  std::unique_ptr<store::Files> files_;
  serve::Hub hub_;
  std::optional<serve::App> app_;
  serve::Router router_;
};

}  // namespace tongxin::bench

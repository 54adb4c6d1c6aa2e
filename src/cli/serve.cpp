// tongxin serve
#include <csignal>
#include <iostream>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "cli/cli.hpp"
#include "cli/opening.hpp"
#include "serve/serve_app.hpp"

namespace tongxin::cli {
namespace {

struct Options {
  Where where;
  serve::ServeOptions serve;
};

void run(Options& options) {
  options.serve.db = options.where.db;
  options.serve.key_file = options.where.key_file();
  options.serve.files = options.where.files_folder();
  options.serve.packs = options.where.packs;
  options.serve.realm = options.where.realm;
  // SIGINT and SIGTERM are waited for by one thread, so that stopping is an ordinary call.
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  serve::ServeApp app(options.serve);
  app.start();
  const bool tls = !options.serve.server.certificate.empty();
  std::cout << words("已启动：{}://{}:{}\n", "Serving at {}://{}:{}\n", tls ? "https" : "http",
                     options.serve.server.address, app.port())
                   .in(language())
            << std::flush;
  std::thread waiter([&] {
    int which = 0;
    sigwait(&signals, &which);
    app.stop();
  });
  app.join();
  waiter.join();
}

}  // namespace

void add_serve(CLI::App& app) {
  auto options = std::make_shared<Options>();
  CLI::App* serve = app.add_subcommand("serve", "Runs the server: web app, API and the clock of deadlines");
  add_db(*serve, options->where);
  add_keys(*serve, options->where);
  add_packs(*serve, options->where);
  add_files(*serve, options->where);
  add_realm(*serve, options->where);
  serve->add_option("--web", options->serve.web, "The built web app (web/dist); none: no pages")
      ->check(CLI::ExistingDirectory);
  serve->add_option("--address", options->serve.server.address, "Where to listen")->capture_default_str();
  serve->add_option("--port", options->serve.server.port, "0 takes any free port")
      ->capture_default_str()
      ->check(CLI::Range(0, 65535));
  serve
      ->add_option("--certificate", options->serve.server.certificate,
                   "PEM file: serves https (cameras and positions in the browser need it)")
      ->check(CLI::ExistingFile);
  serve->add_option("--private-key", options->serve.server.private_key, "PEM file of the certificate's key")
      ->check(CLI::ExistingFile);
  serve->add_option("--community-phone", options->serve.community_phone,
                    "Whom residents may ring; none: pages show the city's hotline");
  serve->add_option("--trusted-proxy", options->serve.server.trusted_proxies,
                    "Addresses or networks whose X-Forwarded-For is believed");
  serve->add_flag("--hsts-subdomains", options->serve.server.hsts_subdomains,
                  "Over https, tells browsers that every host below this one is reached by https alone, for a year: "
                  "only where that is so");
  serve->add_option("--base-url", options->serve.base_url,
                    "How people reach this server, https://tongxin.example: for links in messages and for signing in "
                    "from outside");
  serve
      ->add_option("--sign-in", options->serve.outside,
                   "JSON file (mode 600) that says how people sign in at an identity provider; see docs/sign-in.md")
      ->check(CLI::ExistingFile);
  serve->add_option("--allow-network", options->serve.allowed_networks,
                    "Networks beside the open internet that webhooks, gateways and mail servers may be in, such as "
                    "10.20.0.0/16");
  serve->callback([options] { run(*options); });
}

}  // namespace tongxin::cli

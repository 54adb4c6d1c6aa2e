// The exchange of tickets with 12345 platforms: what they hand over becomes records, what happens to these goes back.
//
// Tickets come in by their push (routes) or our pull. Each becomes a record once, however often it comes; what cannot be
// placed by the tables of categories and areas is refused with its reason, and taken when it comes again after a table was
// put right. What happens to a record goes back by the outbox (channel "hotline", in order per exchange), as does the
// acknowledgement of what was pulled. Nothing is lost by a stop: what was told and how far was pulled stand in the tables.
#pragma once
#include <condition_variable>
#include <mutex>
#include <thread>

#include "base/random.hpp"
#include "send/worker.hpp"
#include "serve/app.hpp"
#include "serve/hotline/shapes.hpp"
#include "serve/log.hpp"

namespace tongxin::serve {

struct Exchange {
  std::string name;
  api::HotlineSettings settings;  // with the key
  std::string cursor;
  Time pull_at{}, pulled_at{};
  std::int64_t failures = 0;
  std::string why;
};

// ── the table of exchanges ──
std::vector<Exchange> exchanges(App& app, store::Tx& tx);
Exchange need_exchange(App& app, store::Tx& tx, std::string_view name);  // Fault(not_found)
// Checks what the settings name: kind, categories, areas. Throws Fault(invalid).
void put_exchange(App& app, store::Tx& tx, const std::string& name, const api::HotlineSettings& settings);
bool drop_exchange(App& app, store::Tx& tx, const std::string& name);
api::HotlineState state_of(App& app, store::Tx& tx, const Exchange& exchange);

// ── tickets (tickets.cpp) ──
// One ticket, new or known; writes in transactions of its own. `acknowledge`: puts the answer into the outbox as well.
// Refusals are values; throws Fault(unavailable, internal) only.
api::HotlineAck take_ticket(App& app, const Exchange& exchange, const api::HotlineTicket& ticket, bool acknowledge);
// What became of it; none when it is unknown.
std::optional<api::HotlineAck> ticket_state(App& app, store::Tx& tx, const Exchange& exchange, std::string_view ticket);

// ── the way back ──
// Puts what happened to open tickets since they were last told into the outbox; how many letters.
int collect_news(App& app, const Exchange& exchange);
send::Outcome deliver_news(App& app, const send::Delivery& delivery);

// Pulls when it is time and collects news; the house's worker of the outbox sends them.
class HotlineDesk {
 public:
  // Adds the channel "hotline" to `worker`: before that is started.
  HotlineDesk(App& app, send::Worker& worker, Log log, std::uint64_t seed);
  ~HotlineDesk() { stop(); }
  HotlineDesk(const HotlineDesk&) = delete;
  void start();
  void stop();      // returns when what is under way is done; idempotent
  void run_once();  // what is due to be pulled or told, on the calling thread; letters are the worker's

 private:
  void run();
  void pull(Exchange exchange);
  bool claim(const Exchange& exchange);
  void note_pull(const Exchange& exchange, const std::string& cursor, const std::string& trouble, bool more);

  App& app_;
  const Log log_;
  Random random_;
  send::Worker& worker_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool stopping_ = false;
  std::thread thread_;
};

void add_hotline_routes(App& app, Router& router);

}  // namespace tongxin::serve

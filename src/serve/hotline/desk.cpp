// The exchange at work: pulling in time, and the outbox's channel.
#include <boost/json.hpp>

#include "base/text.hpp"
#include "fetch/fetch.hpp"
#include "serve/hotline/exchange.hpp"
#include "serve/hotline/sql.hpp"
#include "serve/openapi.hpp"

namespace tongxin::serve {
namespace {

namespace json = boost::json;

constexpr int kPage = 100;
constexpr auto kLease = std::chrono::minutes{5};  // a pull that died is taken up again after it
constexpr std::size_t kMostAnswer = 8u << 20;     // bytes

using Pulled = api::HotlinePage;

Pulled fetch_page(const Exchange& exchange) {
  fetch::Ask ask{.method = "GET",
                 .url = fmt::format("{}/tickets?after={}&limit={}", exchange.settings.url,
                                    percent_encode(exchange.cursor), kPage)};
  if (exchange.settings.key) ask.headers.emplace_back("authorization", "Bearer " + *exchange.settings.key);
  ask.reach.anywhere = true;
  ask.most = kMostAnswer;
  const fetch::Reply reply = fetch::send(ask);
  if (!reply.ok()) throw Fault(Code::unavailable, reply.why);
  try {
    return read_json<Pulled>(reply.body);
  } catch (const Fault& fault) {
    throw Fault(Code::unavailable, words("对方的答复读不懂：{}", "the answer cannot be read: {}", fault.what()));
  }
}

}  // namespace

HotlineDesk::HotlineDesk(App& app, send::Worker& worker, Log log, std::uint64_t seed)
    : app_(app), log_(std::move(log)), random_(seed), worker_(worker) {
  worker_.add("hotline", {.deliver = [this](const send::Delivery& delivery) { return deliver_news(app_, delivery); }});
}

void HotlineDesk::start() {
  thread_ = std::thread([this] { run(); });
}

void HotlineDesk::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void HotlineDesk::run() {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    lock.unlock();
    try {
      run_once();
    } catch (const std::exception& error) {
      log_.write(Level::warn, "the ticket exchange could not look", {{"error", std::string_view(error.what())}});
    }
    lock.lock();
    changed_.wait_for(lock, std::chrono::seconds{2}, [this] { return stopping_; });
  }
}

void HotlineDesk::run_once() {
  const auto all = app_.store.read([&](store::Tx& tx) { return exchanges(app_, tx); });
  for (const Exchange& exchange : all) {
    if (exchange.settings.pull && exchange.pull_at <= app_.clock.now() && claim(exchange)) pull(exchange);
    while (collect_news(app_, exchange) > 0) worker_.nudge();
  }
}

bool HotlineDesk::claim(const Exchange& exchange) {
  return app_.store.write([&](store::Tx& tx) {
    return tx.run(hotline_sql::kClaimPull, app_.realm, exchange.name, exchange.pull_at, app_.clock.now() + kLease) == 1;
  });
}

// Page after page; how far it came is noted after each, so that what was taken is not fetched again.
void HotlineDesk::pull(Exchange exchange) {
  for (bool more = true; more;) {
    try {
      const Pulled page = fetch_page(exchange);
      for (const api::HotlineTicket& ticket : page.tickets) take_ticket(app_, exchange, ticket, true);
      more = page.more && page.next != exchange.cursor && !page.tickets.empty();
      if (!page.next.empty()) exchange.cursor = page.next;
      exchange.failures = 0;
      note_pull(exchange, exchange.cursor, {}, more);
    } catch (const Fault& fault) {
      ++exchange.failures;
      note_pull(exchange, exchange.cursor, fault.say().zh, false);
      return;
    }
  }
}

void HotlineDesk::note_pull(const Exchange& exchange, const std::string& cursor, const std::string& trouble,
                            bool more) {
  const Time now = app_.clock.now();
  const milliseconds wait = trouble.empty() ? milliseconds{std::chrono::minutes{exchange.settings.every_minutes}}
                                            : send::back_off({}, int(exchange.failures), random_);
  app_.store.write([&](store::Tx& tx) {
    tx.run(hotline_sql::kNotePull, app_.realm, exchange.name, cursor, now + (more ? milliseconds{kLease} : wait),
           trouble.empty() ? now : exchange.pulled_at, exchange.failures, trouble);
  });
}

}  // namespace tongxin::serve

#include "torture/clients.hpp"

#include <fmt/format.h>

#include <boost/json.hpp>
#include <deque>

#include "base/random.hpp"
#include "support/http_client.hpp"

namespace tongxin::torture {
namespace {

namespace json = boost::json;
using test::HttpHeaders;
using test::HttpReply;

constexpr int kMostTries = 600;  // some half a minute of "unavailable"
constexpr std::chrono::milliseconds kPause{50};

struct Case {
  std::string id, state;
  int version = 0;
};

// One change that a client wants.
struct Wish {
  Known::What what{};
  std::string path, mark, key;
  json::object body;
  std::string record;       // act: on which
  std::int64_t amount = 0;  // post
  enum class Expect { done, refused, either } expect = Expect::done;
  bool signed_out = false;  // sent by nobody
};

std::string text_of(const json::value& body, const char* name) {
  const json::value* found = body.is_object() ? body.as_object().if_contains(name) : nullptr;
  return found != nullptr && found->is_string() ? std::string(found->as_string()) : std::string();
}

}  // namespace

// ── the gate ─────────────────────────────────────────────────────────────────────────────────────────────────────────
void Gate::open(int port) {
  const std::lock_guard lock(mutex_);
  port_ = port;
  changed_.notify_all();
}
void Gate::shut() {
  std::unique_lock lock(mutex_);
  port_ = 0;
  changed_.wait(lock, [&] { return inside_ == 0; });
}
void Gate::finish() {
  const std::lock_guard lock(mutex_);
  over_ = true;
  changed_.notify_all();
}
int Gate::enter() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return over_ || port_ != 0; });
  if (over_) return 0;
  ++inside_;
  return port_;
}
void Gate::leave() {
  const std::lock_guard lock(mutex_);
  --inside_;
  changed_.notify_all();
}

// ── one client ───────────────────────────────────────────────────────────────────────────────────────────────────────
class Crowd::Client {
 public:
  Client(Crowd& crowd, std::uint64_t seed, int number)
      : crowd_(crowd), seed_(seed), number_(number), random_(seed * 1000 + std::uint64_t(number)) {
    static const char* const logins[] = {"chen_x", "he_x", "sun_x", "wang_x", "zhou_x", ""};
    login_ = logins[number % 6];
  }

  void run() {
    while (!login_.empty() && cookie_.empty() && !stop)
      if (!sign_in()) return;
    while (!stop) {
      const Wish wish = next();
      const auto reply = settle(wish);
      if (!reply) return;
      learn(wish, *reply);
      if (!done_.empty() && random_.chance(0.2)) repeat_one();
    }
  }

  std::atomic<bool> stop = false;

 private:
  struct Answered {
    Wish wish;
    int status = 0;
    std::string id;
  };

  std::string mark() { return fmt::format("tk{}x{}x{}k", seed_, number_, ++count_); }
  void find(std::string what) {
    const std::lock_guard lock(crowd_.mutex_);
    crowd_.memory_.findings.push_back(fmt::format("client {}: {}", number_, std::move(what)));
  }

  // ── what it wants next ──
  Wish next() {
    switch (number_ % 6) {
      case 1: return posting();
      case 3: return redemption();
      case 5: return creation();
      default: break;
    }
    if (cases_.empty() || random_.chance(0.3)) return creation();
    return action(cases_[random_.below(cases_.size())]);
  }
  Wish creation() {
    Wish wish;
    wish.what = Known::What::create, wish.path = "/v1/records";
    wish.mark = wish.key = mark();
    json::object form{{"description", "楼道漏水 " + wish.mark}};
    if (random_.chance(0.1)) {
      form["colour"] = "red";  // no such field
      wish.expect = Wish::Expect::refused;
    }
    static constexpr int kPlaces[] = {0, 0, 2, 0, 3, 1};
    wish.body = {{"kind", "issue"},
                 {"category", "garbage"},
                 {"place", {{"area", crowd_.world_.buildings[kPlaces[number_ % 6]]}}},
                 {"form", form}};
    return wish;
  }
  // Once round: handling → resolved → answered → not satisfied → handling.
  Wish action(const Case& on) {
    Wish wish;
    wish.what = Known::What::act, wish.record = on.id;
    wish.key = wish.mark = mark();
    std::string name = "handle";
    json::object form;
    if (on.state == "handling") name = "resolve", form["result"] = "修好了 " + wish.mark;
    if (on.state == "resolved") name = "feed_back", form["reply"] = "已修好 " + wish.mark;
    if (on.state == "fed_back") name = "rate", form["satisfied"] = false, form["reason"] = "还在漏 " + wish.mark;
    if (name == "handle") wish.mark = "handle:" + on.id;
    int version = on.version;
    const auto chance = random_.below(20);
    if (chance == 0) version -= 1;
    if (chance == 1) wish.signed_out = true;
    if (chance == 2) {
      name = on.state == "fed_back" ? "resolve" : "rate";
      form = {{name == "rate" ? "reason" : "result", "不行 " + wish.key}};
      if (name == "rate") form["satisfied"] = false;
    }
    if (chance < 3) wish.expect = Wish::Expect::refused, wish.mark = wish.key;
    wish.path = "/v1/records/" + on.id + "/actions/" + name;
    wish.body = {{"version", version}, {"form", form}};
    return wish;
  }
  Wish posting() {
    Wish wish;
    wish.what = Known::What::post, wish.path = "/v1/ledgers/collective/postings";
    wish.mark = wish.key = mark();
    const bool back = random_.chance(0.3);
    std::int64_t amount = 1 + std::int64_t(random_.below(500));
    wish.expect = Wish::Expect::either;  // the cash box may be empty
    if (random_.chance(0.1)) amount = 1'000'000'000'000, wish.expect = Wish::Expect::refused;
    wish.amount = back ? -amount : amount;
    const auto& world = crowd_.world_;
    wish.body = {{"from", back ? world.cash : world.bank},
                 {"to", back ? world.bank : world.cash},
                 {"amount", amount},
                 {"reason", "提现 " + wish.mark}};
    return wish;
  }
  Wish redemption() {
    Wish wish;
    wish.what = Known::What::redeem, wish.path = "/v1/records";
    wish.key = wish.mark = mark();
    wish.expect = Wish::Expect::either;  // the points may be spent
    wish.body = {{"kind", "points_redemption"},
                 {"place", {{"area", crowd_.world_.taoyuan}}},
                 {"form", {{"item", crowd_.world_.soap}, {"member", crowd_.world_.member}, {"count", 1}}}};
    return wish;
  }

  // ── sending ──
  HttpReply send(int port, const std::string& path, const json::object& body, const std::string& key, bool nobody) {
    if (!http_ || port != port_) http_ = std::make_unique<test::HttpClient>(port_ = port);
    HttpHeaders headers;
    if (!key.empty()) headers.emplace_back("idempotency-key", key);
    if (!cookie_.empty() && !nobody) headers.insert(headers.end(), {{"cookie", cookie_}, {"x-csrf-token", csrf_}});
    return http_->post(path, json::serialize(body), headers);
  }
  // Until there is an answer for good; none: it is over.
  std::optional<HttpReply> insist(const std::string& path, const json::object& body, const std::string& key,
                                  bool nobody = false) {
    for (int tries = 0; tries < kMostTries; ++tries) {
      const int port = crowd_.gate_.enter();
      if (port == 0) return std::nullopt;
      std::optional<HttpReply> reply;
      std::string lost;
      try {
        reply = send(port, path, body, key, nobody);
      } catch (const std::exception& error) {
        lost = error.what();
        http_.reset();
      }
      crowd_.gate_.leave();
      count(reply, tries);
      if (lost.find("twenty seconds") != lost.npos) find("no answer within twenty seconds: " + path);
      if (reply && reply->status == 500) find(path + ": " + reply->body);
      if (reply && reply->status < 500) return reply;
      std::this_thread::sleep_for(kPause);
    }
    find(path + " was never answered for good");
    return std::nullopt;
  }
  void count(const std::optional<HttpReply>& reply, int tries) {
    if (reply && reply->status == 503) ++crowd_.unavailable_;
    const std::lock_guard lock(crowd_.mutex_);
    ++crowd_.memory_.sent;
    crowd_.memory_.lost += !reply;
    crowd_.memory_.again += tries > 0;
    crowd_.memory_.unavailable += reply && reply->status == 503;
  }
  bool sign_in() {
    const auto reply = insist("/v1/session", {{"login", login_}, {"password", kPassword}}, "");
    if (!reply) return false;
    if (reply->status != 200) {
      find("signing in: " + reply->body);
      return false;
    }
    const std::string line = reply->header("set-cookie");
    cookie_ = line.substr(0, line.find(';'));
    csrf_ = text_of(reply->json(), "csrf");
    return true;
  }
  std::optional<HttpReply> settle(const Wish& wish) {
    {
      const std::lock_guard lock(crowd_.mutex_);
      crowd_.memory_.pending[wish.mark] = {wish.what, wish.record, 0, wish.amount};
    }
    auto reply = insist(wish.path, wish.body, wish.key, wish.signed_out);
    if (!reply) return std::nullopt;
    const std::lock_guard lock(crowd_.mutex_);
    crowd_.memory_.pending.erase(wish.mark);
    if (reply->status != 200 && reply->status != 201) {
      crowd_.memory_.refused.insert(wish.mark);
      return reply;
    }
    const json::value body = reply->json();
    const json::value* version = body.as_object().if_contains("version");
    Known known{wish.what, text_of(body, "id"), version ? int(version->as_int64()) : 0, wish.amount};
    crowd_.memory_.done[wish.mark] = std::move(known);
    ++crowd_.acknowledged_;
    return reply;
  }

  // ── what it learns from the answer ──
  void learn(const Wish& wish, const HttpReply& reply) {
    const bool done = reply.status == 200 || reply.status == 201;
    if (done ? wish.expect == Wish::Expect::refused : wish.expect == Wish::Expect::done)
      return find(fmt::format("{} was answered {}: {}", wish.path, reply.status, reply.body.substr(0, 500)));
    if (wish.expect == Wish::Expect::either && !done && reply.status != 422)
      return find(fmt::format("{} was answered {}: {}", wish.path, reply.status, reply.body.substr(0, 500)));
    if (!done) return;
    const json::value body = reply.json();
    const std::string id = text_of(body, "id");
    done_.push_back({wish, reply.status, id});
    if (done_.size() > 40) done_.pop_front();
    if (wish.what == Known::What::create && cases_.size() < 12)
      cases_.push_back({id, text_of(body, "state"), int(body.at("version").as_int64())});
    for (Case& each : cases_)
      if (wish.what == Known::What::act && each.id == id)
        each.state = text_of(body, "state"), each.version = int(body.at("version").as_int64());
  }
  // The phone that lost its network sends its outbox again: the same answer, and nothing new.
  void repeat_one() {
    const Answered& old = done_[random_.below(done_.size())];
    const auto reply = insist(old.wish.path, old.wish.body, old.wish.key);
    if (!reply) return;
    if (reply->status != old.status || text_of(reply->json(), "id") != old.id)
      find(fmt::format("{} with the key {} was answered {} once and {} again: {}", old.wish.path, old.wish.key,
                       old.status, reply->status, reply->body.substr(0, 500)));
    {
      const std::lock_guard lock(crowd_.mutex_);
      ++crowd_.memory_.repeats;
    }
    // The key with another request is a mistake, and says so.
    if (random_.chance(0.2) && old.wish.what == Known::What::create) {
      Wish other = creation();
      other.key = old.wish.key, other.expect = Wish::Expect::refused;
      if (const auto refused = settle(other)) learn(other, *refused);
    }
  }

  Crowd& crowd_;
  const std::uint64_t seed_;
  const int number_;
  Random random_;
  std::string login_, cookie_, csrf_;
  std::unique_ptr<test::HttpClient> http_;
  int port_ = 0, count_ = 0;
  std::vector<Case> cases_;
  std::deque<Answered> done_;
};

// ── all of them ──────────────────────────────────────────────────────────────────────────────────────────────────────
Crowd::Crowd(const World& world, std::uint64_t seed, int clients) : world_(world) {
  for (int i = 0; i < clients; ++i) clients_.push_back(std::make_unique<Client>(*this, seed, i));
  for (auto& client : clients_) hands_.emplace_back([&each = *client] { each.run(); });
}
Crowd::~Crowd() {
  gate_.finish();
  finish();
}
Memory Crowd::memory() const {
  const std::lock_guard lock(mutex_);
  return memory_;
}
void Crowd::finish() {
  for (auto& client : clients_) client->stop = true;
  for (auto& hand : hands_)
    if (hand.joinable()) hand.join();
}

}  // namespace tongxin::torture

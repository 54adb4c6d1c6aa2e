// Asks other servers over HTTP (libcurl): webhooks, gateways, identity providers, ticket exchanges.
//
//   fetch::Ask ask{.method = "POST", .url = url, .headers = {{"content-type", "application/json"}}, .body = text};
//   ask.reach = app_reach;                        // addresses that users gave: the open internet only
//   fetch::Reply reply = fetch::send(ask);        // blocks; never on a loop thread, never inside a transaction
//   if (!reply.ok()) …reply.trouble…
//
// Redirects are never followed and the environment's proxies are ignored: the address that is checked is the one that the
// socket goes to, after the name was resolved, so a name that points into the house finds no way in. Only http and https.
// Certificates are checked. Answers longer than `most` are cut off as trouble. Thread-safe; connections are kept and
// reused by each thread for itself.
#pragma once
#include <chrono>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/fault.hpp"
#include "base/time.hpp"
#include "fetch/address.hpp"

namespace tongxin::fetch {

using Headers = std::vector<std::pair<std::string, std::string>>;

struct Ask {
  std::string method = "GET", url = {};
  Headers headers = {};
  std::string body = {};
  Reach reach = {};
  milliseconds connect_patience{5'000}, patience{20'000};
  std::size_t most = 1 << 20;  // bytes of the answer
  std::string authority = {};  // PEM file of the certificates to trust; empty: the system's
};

enum class Trouble { none, address_refused, no_answer, too_long, bad_url };
struct Reply {
  int status = 0;        // 0: no answer at all
  Headers headers = {};  // names in lower case
  std::string body = {};
  Trouble trouble = Trouble::none;
  Words why = {};  // of the trouble or of a status that is no success; holds no secrets: neither the url nor the body

  bool ok() const { return trouble == Trouble::none && status >= 200 && status < 300; }
  std::string_view header(std::string_view name) const;
};
Reply send(const Ask& ask);

std::string form_encoded(const Headers& fields);  // a=b&c=d

}  // namespace tongxin::fetch

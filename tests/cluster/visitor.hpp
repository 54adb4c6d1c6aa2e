// A browser that talks to one node, or to the front of all.
#pragma once
#include <map>

#include "support/http_client.hpp"

namespace tongxin::cluster {

class Visitor {
 public:
  explicit Visitor(int port) : client_(port) {}
  test::HttpReply send(const std::string& method, const std::string& path, const std::string& body = {},
                       test::HttpHeaders more = {}) {
    if (!address.empty()) more.emplace_back("x-forwarded-for", address);
    if (!cookies.empty()) more.emplace_back("cookie", cookie_text());
    if (!csrf.empty()) more.emplace_back("x-csrf-token", csrf);
    if (!body.empty() && (more.empty() || more.front().first != "content-type"))
      more.emplace_back("content-type", "application/json");
    auto reply = client_.request(method, path, more, body);
    for (const auto& [name, value] : reply.headers)
      if (name == "set-cookie")
        cookies[value.substr(0, value.find('='))] =
            value.substr(value.find('=') + 1, value.find(';') - value.find('=') - 1);
    return reply;
  }
  test::HttpReply get(const std::string& path) { return send("GET", path); }
  test::HttpReply post(const std::string& path, const boost::json::object& body) {
    return send("POST", path, boost::json::serialize(body));
  }
  void sign_in(const std::string& login, const std::string& password) {
    const auto reply = post("/v1/session", {{"login", login}, {"password", password}});
    if (reply.status != 200) throw std::runtime_error("signing in as " + login + ": " + reply.body);
    csrf = std::string(reply.json().at("csrf").as_string());
  }
  std::string cookie_text() const {
    std::string text;
    for (const auto& [name, value] : cookies) text += (text.empty() ? "" : "; ") + name + "=" + value;
    return text;
  }

  std::map<std::string, std::string> cookies;
  std::string csrf, address;

 private:
  test::HttpClient client_;
};

// Empty when there is none.
inline std::string id_of(const test::HttpReply& reply) {
  if (reply.status >= 300) return {};
  const boost::json::value body = reply.json();
  const boost::json::value* id = body.as_object().if_contains("id");
  return id != nullptr ? std::string(id->as_string()) : std::string();
}

}  // namespace tongxin::cluster

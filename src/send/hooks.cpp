// Webhooks and the robots of group chats.
#include <boost/json.hpp>

#include "base/crypto.hpp"
#include "base/text.hpp"
#include "send/channels.hpp"

namespace tongxin::send {
namespace {

namespace json = boost::json;
constexpr std::string_view kPrefix = "whsec_";

// Standard base64 as base64url, which base/ can read.
std::string key_of(std::string_view secret) {
  if (secret.starts_with(kPrefix)) secret.remove_prefix(kPrefix.size());
  std::string text(secret);
  while (!text.empty() && text.back() == '=') text.pop_back();
  for (char& c : text) c = c == '+' ? '-' : c == '/' ? '_' : c;
  return from_base64url(text).value_or(std::string{});
}

std::string hmac(std::string_view key, std::string_view text) { return base64(as_text(hmac_sha256(key, text))); }

// All three answer 200 with a number in JSON, which is 0 when the message was taken.
Outcome outcome_of_bot(const fetch::Reply& reply, Time now) {
  Outcome outcome = outcome_of(reply, now);
  if (outcome.how != Outcome::How::sent) return outcome;
  boost::system::error_code error;
  const json::value answer = json::parse(reply.body, error);
  const json::object* object = error ? nullptr : answer.if_object();
  for (const char* name : {"errcode", "code", "StatusCode"}) {
    const json::value* code = object == nullptr ? nullptr : object->if_contains(name);
    if (code == nullptr || !code->is_int64()) continue;
    if (code->as_int64() == 0) return Outcome::sent();
    return Outcome::failed(words("机器人答复错误码 {}", "the robot answered with error {}", code->as_int64()));
  }
  return Outcome::failed(words("机器人的答复看不懂", "the robot's answer cannot be read"));
}

}  // namespace

std::string new_webhook_secret() { return std::string(kPrefix) + base64(as_text(random_bytes(32))); }

std::string webhook_signature(std::string_view secret, std::string_view id, std::string_view timestamp,
                              std::string_view body) {
  return "v1," + hmac(key_of(secret), fmt::format("{}.{}.{}", id, timestamp, body));
}

Outcome send_webhook(const Hook& hook, const fetch::Reach& reach, std::string_view body, LetterId id, Time now) {
  const std::string name = to_text(id), timestamp = std::to_string(to_millis(now) / 1000);
  std::string signature = webhook_signature(hook.secret, name, timestamp, body);
  if (!hook.former_secret.empty()) signature += " " + webhook_signature(hook.former_secret, name, timestamp, body);
  fetch::Ask ask{.method = "POST", .url = hook.url};
  ask.headers = {{"content-type", "application/json"},
                 {"webhook-id", name},
                 {"webhook-timestamp", timestamp},
                 {"webhook-signature", signature}};
  ask.body = body;
  ask.reach = reach;
  ask.most = 64 * 1024;
  return outcome_of(fetch::send(ask), now);
}

fetch::Ask bot_request(Bot bot, std::string_view url, std::string_view secret, std::string_view text, Time now) {
  fetch::Ask ask{.method = "POST", .url = std::string(url)};
  ask.headers = {{"content-type", "application/json"}};
  ask.most = 64 * 1024;
  json::object body;
  if (bot == Bot::feishu) {
    const std::string seconds = std::to_string(to_millis(now) / 1000);
    if (!secret.empty()) {
      body["timestamp"] = seconds;
      body["sign"] = hmac(fmt::format("{}\n{}", seconds, secret), "");
    }
    body["msg_type"] = "text";
    body["content"] = {{"text", text}};
  } else {
    body["msgtype"] = "text";
    body["text"] = {{"content", text}};
    if (bot == Bot::dingtalk && !secret.empty()) {
      const std::string millis = std::to_string(to_millis(now));
      ask.url += fmt::format("{}timestamp={}&sign={}", url.find('?') == std::string_view::npos ? '?' : '&', millis,
                             percent_encode(hmac(secret, fmt::format("{}\n{}", millis, secret))));
    }
  }
  ask.body = json::serialize(body);
  return ask;
}

Outcome send_to_bot(Bot bot, const fetch::Reach& reach, std::string_view url, std::string_view secret,
                    std::string_view text, Time now) {
  fetch::Ask ask = bot_request(bot, url, secret, text, now);
  ask.reach = reach;
  return outcome_of_bot(fetch::send(ask), now);
}

}  // namespace tongxin::send

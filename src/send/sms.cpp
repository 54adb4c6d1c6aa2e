#include <boost/json.hpp>

#include <charconv>

#include "base/text.hpp"
#include "send/channels.hpp"

namespace tongxin::send {
namespace {

namespace json = boost::json;

enum class Place { url, json, form, plain };

std::string encoded(std::string_view value, Place place) {
  if (place == Place::url || place == Place::form) return percent_encode(value);
  if (place == Place::plain) return std::string(value);
  const std::string quoted = json::serialize(json::string(value));
  return quoted.substr(1, quoted.size() - 2);
}

// One pass, so that a text that holds "{phone}" stays what it is.
std::string filled(std::string_view pattern, const fetch::Headers& values, Place place) {
  std::string out;
  while (!pattern.empty()) {
    const auto open = pattern.find('{');
    out += pattern.substr(0, open);
    if (open == std::string_view::npos) break;
    pattern.remove_prefix(open);
    bool found = false;
    for (const auto& [name, value] : values)
      if (const std::string hole = "{" + name + "}"; pattern.starts_with(hole)) {
        out += encoded(value, place);
        pattern.remove_prefix(hole.size());
        found = true;
        break;
      }
    if (found) continue;
    out += '{';
    pattern.remove_prefix(1);
  }
  return out;
}

std::string text_of(const json::value& value) {
  return value.is_string() ? std::string(value.as_string()) : json::serialize(value);
}

bool says_success(const SmsGateway& gateway, const std::string& body) {
  if (gateway.answer_at.empty()) return true;
  boost::system::error_code error;
  const json::value answer = json::parse(body, error);
  if (error) return false;
  const json::value* found = answer.find_pointer(gateway.answer_at, error);
  return found != nullptr && text_of(*found) == gateway.answer_value;
}

}  // namespace

fetch::Ask sms_request(const SmsGateway& gateway, std::string_view phone, std::string_view text, LetterId id,
                       Time now) {
  const fetch::Headers values{{"phone", std::string(phone)},
                              {"text", std::string(text)},
                              {"id", to_text(id)},
                              {"time", std::to_string(to_millis(now) / 1000)}};
  const Place place = gateway.type.find("json") != std::string::npos   ? Place::json
                      : gateway.type.find("form") != std::string::npos ? Place::form
                                                                       : Place::plain;
  fetch::Ask ask{.method = gateway.method, .url = filled(gateway.url, values, Place::url)};
  ask.authority = gateway.authority;
  if (gateway.method != "GET") {
    ask.headers.emplace_back("content-type", gateway.type);
    ask.body = filled(gateway.body, values, place);
  }
  for (const HeaderLine& each : gateway.headers) ask.headers.emplace_back(each.name, each.value);
  return ask;
}

Outcome send_sms(const SmsGateway& gateway, const fetch::Reach& reach, std::string_view phone, std::string_view text,
                 LetterId id, Time now) {
  fetch::Ask ask = sms_request(gateway, phone, text, id, now);
  ask.reach = reach;
  const fetch::Reply reply = fetch::send(ask);
  Outcome outcome = outcome_of(reply, now);
  if (outcome.how == Outcome::How::sent && !says_success(gateway, reply.body))
    return Outcome::failed(words("短信网关答复未成功", "the SMS gateway's answer is not the one for success"));
  return outcome;
}

Outcome outcome_of(const fetch::Reply& reply, Time now) {
  if (reply.ok()) return Outcome::sent();
  if (reply.trouble == fetch::Trouble::address_refused || reply.trouble == fetch::Trouble::bad_url ||
      reply.status == 410)
    return Outcome::refused(reply.why);
  Time not_before{};
  const std::string_view after = reply.header("retry-after");
  int seconds = 0;
  if (const auto [end, error] = std::from_chars(after.data(), after.data() + after.size(), seconds);
      error == std::errc{} && end == after.data() + after.size() && seconds > 0)
    not_before = now + std::chrono::seconds{std::min(seconds, 24 * 3600)};
  return Outcome::failed(reply.why, not_before);
}

}  // namespace tongxin::send

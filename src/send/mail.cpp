#include <algorithm>
#include <cstring>

#include "base/text.hpp"
#include "fetch/curl.hpp"
#include "send/channels.hpp"

namespace tongxin::send {
namespace {

// RFC 2047: encoded words of at most 75 letters; cut between code points.
std::string encoded_words(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    std::string_view part = cut(text, 13);
    text.remove_prefix(part.size());
    out += (out.empty() ? "" : "\r\n ") + ("=?UTF-8?B?" + base64(part) + "?=");
  }
  return out;
}

std::string wrapped_base64(std::string_view text) {
  std::string out;
  const std::string all = base64(text);
  for (std::size_t at = 0; at < all.size(); at += 76) out += all.substr(at, 76) + "\r\n";
  return out;
}

std::string mail_date(Time now) {
  static constexpr const char* kDays[] = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
  static constexpr const char* kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                            "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const Zone utc{std::chrono::minutes{0}};
  const Day day = day_of(now, utc);
  const auto seconds = (to_millis(now) - to_millis(midnight(day, utc))) / 1000;
  return fmt::format("{}, {:02} {} {} {:02}:{:02}:{:02} +0000", kDays[weekday(day) - 1], day % 100,
                     kMonths[day / 100 % 100 - 1], day / 10000, seconds / 3600, seconds / 60 % 60, seconds % 60);
}

struct Upload {
  std::string_view rest;
};
std::size_t give(char* into, std::size_t size, std::size_t count, void* from) {
  auto& upload = *static_cast<Upload*>(from);
  const std::size_t bytes = std::min(size * count, upload.rest.size());
  std::memcpy(into, upload.rest.data(), bytes);
  upload.rest.remove_prefix(bytes);
  return bytes;
}
std::size_t swallow(char*, std::size_t size, std::size_t count, void*) { return size * count; }

Outcome outcome_of(CURLcode code, long status, bool refused) {
  if (code == CURLE_OK) return Outcome::sent();
  if (refused)
    return Outcome::refused(words("邮件服务器在本机或内部网络里，管理员没有允许访问",
                                  "the mail server is on this machine or an inner network, which is not allowed"));
  const std::string name = curl_easy_strerror(code);
  const Words why = status >= 400 ? words("邮件服务器答复 {}", "the mail server answered {}", status)
                                  : words("邮件没有送出：{}", "the mail was not sent: {}", name);
  // 5xx to the recipient is for good; to the sign-in (535) it is a setting that somebody will put right.
  const bool for_good = status >= 550 && status < 560;
  return for_good ? Outcome::refused(why) : Outcome::failed(why);
}

}  // namespace

std::string mail_text(const MailServer& server, const Mail& mail, Time now) {
  const std::string host = server.from.substr(server.from.find('@') + 1);
  return fmt::format(
      "Date: {}\r\nFrom: <{}>\r\nTo: <{}>\r\nMessage-ID: <{}@{}>\r\nSubject: {}\r\nMIME-Version: 1.0\r\n"
      "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\nAuto-Submitted: "
      "auto-generated\r\n\r\n{}",
      mail_date(now), server.from, mail.to, to_text(mail.id), host, encoded_words(one_line(mail.subject)),
      wrapped_base64(mail.text));
}

Outcome send_mail(const MailServer& server, const fetch::Reach& reach, const Mail& mail, Time now) {
  using fetch::set;
  if (!is_mail_address(mail.to)) return Outcome::refused(words("不是邮件地址", "that is no mail address"));
  const fetch::Curl curl = fetch::new_curl();
  const std::string text = mail_text(server, mail, now), from = "<" + server.from + ">";
  Upload upload{text};
  fetch::Gate gate{&reach};
  fetch::CurlList to;
  append(to, "<" + mail.to + ">");
  set(curl.get(), CURLOPT_URL, server.url.c_str());
  set(curl.get(), CURLOPT_PROTOCOLS_STR, "smtp,smtps");
  set(curl.get(), CURLOPT_PROXY, "");
  set(curl.get(), CURLOPT_NOSIGNAL, 1L);
  set(curl.get(), CURLOPT_CONNECTTIMEOUT_MS, 10'000L);
  set(curl.get(), CURLOPT_TIMEOUT_MS, 60'000L);
  set(curl.get(), CURLOPT_USE_SSL, long(server.security == "none" ? CURLUSESSL_NONE : CURLUSESSL_ALL));
  if (!server.authority.empty()) set(curl.get(), CURLOPT_CAINFO, server.authority.c_str());
  if (!server.user.empty()) {
    set(curl.get(), CURLOPT_USERNAME, server.user.c_str());
    set(curl.get(), CURLOPT_PASSWORD, server.password.c_str());
  }
  set(curl.get(), CURLOPT_MAIL_FROM, from.c_str());
  set(curl.get(), CURLOPT_MAIL_RCPT, to.get());
  set(curl.get(), CURLOPT_UPLOAD, 1L);
  set(curl.get(), CURLOPT_READFUNCTION, give);
  set(curl.get(), CURLOPT_READDATA, &upload);
  set(curl.get(), CURLOPT_WRITEFUNCTION, swallow);
  guard(curl.get(), gate);
  const CURLcode code = curl_easy_perform(curl.get());
  long status = 0;
  curl_easy_getinfo(curl.get(), CURLINFO_RESPONSE_CODE, &status);
  return outcome_of(code, status, gate.refused());
}

}  // namespace tongxin::send

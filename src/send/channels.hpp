// The ways out: what one message looks like on each of them. Functions that block (HTTP, SMTP) and answer with an Outcome;
// none of them writes what it sends, or to whom, into a log or into the Outcome.
#pragma once
#include <string>
#include <string_view>

#include "fetch/fetch.hpp"
#include "send/outbox.hpp"
#include "send/settings.hpp"

namespace tongxin::send {

// ── a text to a phone ──
// The request that would be sent; for the gateway's tests and for tests here.
fetch::Ask sms_request(const SmsGateway& gateway, std::string_view phone, std::string_view text, LetterId id, Time now);
Outcome send_sms(const SmsGateway& gateway, const fetch::Reach& reach, std::string_view phone, std::string_view text,
                 LetterId id, Time now);

// ── e-mail ──
struct Mail {
  std::string to, subject, text;
  LetterId id;  // makes the Message-ID: the same when it is sent again
};
// RFC 5322 with a body in UTF-8, base64.
std::string mail_text(const MailServer& server, const Mail& mail, Time now);
Outcome send_mail(const MailServer& server, const fetch::Reach& reach, const Mail& mail, Time now);

// ── webhooks, signed as Standard Webhooks 1.0 says (standardwebhooks.com) ──
// Headers webhook-id (the letter's), webhook-timestamp (seconds) and webhook-signature: "v1,<base64 HMAC-SHA256 of
// id.timestamp.body>", one per secret, separated by spaces. While a secret is being changed both are given.
// A secret is "whsec_" and the base64 of 32 bytes.
std::string new_webhook_secret();
std::string webhook_signature(std::string_view secret, std::string_view id, std::string_view timestamp,
                              std::string_view body);
struct Hook {
  std::string url, secret, former_secret;  // former_secret: empty when there is none any more
};
Outcome send_webhook(const Hook& hook, const fetch::Reach& reach, std::string_view body, LetterId id, Time now);

// ── robots of group chats ──
enum class Bot { wecom, dingtalk, feishu };
BOOST_DESCRIBE_ENUM(Bot, wecom, dingtalk, feishu)
// `secret`: of the signature that DingTalk and Feishu offer; empty: none.
fetch::Ask bot_request(Bot bot, std::string_view url, std::string_view secret, std::string_view text, Time now);
Outcome send_to_bot(Bot bot, const fetch::Reach& reach, std::string_view url, std::string_view secret,
                    std::string_view text, Time now);

// What an answer means: 2xx sent; 408, 425, 429 and 5xx failed (Retry-After is kept); 410 refused; other 4xx failed too,
// because a receiver that is being set up says 404 for a while.
Outcome outcome_of(const fetch::Reply& reply, Time now);

}  // namespace tongxin::send

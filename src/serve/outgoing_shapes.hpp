// Shapes of /v1 that only messages out use: subscriptions, the outbox, channels, a person's choice.
#pragma once
#include <boost/describe.hpp>

#include "base/contract.hpp"
#include "send/choices.hpp"
#include "send/settings.hpp"
#include "send/subscriptions.hpp"
#include "serve/api_notes.hpp"

// clang-format off: a table, laid out by hand
namespace tongxin::serve::api {

struct SubscriptionView {
  std::string id;
  PersonRef owner;
  std::string name;
  send::SubscriptionFormat format;
  std::string host;
  std::vector<std::string> kinds, actions;
  std::optional<AreaRef> area;
  bool active;
  Time made_at;
  std::int64_t sent;
  std::optional<Time> sent_at;
  std::int32_t failures;
  std::optional<Words> why;
  std::optional<std::string> secret;
};
BOOST_DESCRIBE_STRUCT(SubscriptionView, (),
                      (id, owner, name, format, host, kinds, actions, area, active, made_at, sent, sent_at, failures,
                       why, secret))
constexpr auto notes(const SubscriptionView*) {
  return std::array{
      note("id", "编号 / id"),
      note("owner", "订阅人；只发其有权查看的事项 / the owner: only records that they may see are sent"),
      note("name", "名称 / name"),
      note("format", "webhook、企业微信、钉钉、飞书机器人 / webhook or a robot of WeCom, DingTalk, Feishu"),
      note("host", "目的主机 / where it goes"),
      note("kinds", "事项种类；空为全部 / kinds, empty: all"),
      note("actions", "动作；空为全部 / actions, empty: all"),
      note("area", "区域及以下 / this area and below"),
      note("active", "启用 / is sent to"),
      note("made_at", "创建时间 / made"),
      note("sent", "已送达数 / delivered so far"),
      note("sent_at", "最近送达 / last delivery"),
      note("failures", "连续失败次数 / failures in a row"),
      note("why", "最近失败原因 / why the last one failed"),
      note("secret", "签名密钥，只显示一次 / the signing secret, shown once")};
}
struct SubscriptionList {
  std::vector<SubscriptionView> items;
};
BOOST_DESCRIBE_STRUCT(SubscriptionList, (), (items))
constexpr auto notes(const SubscriptionList*) { return std::array{note("items", "订阅 / subscriptions")}; }

struct NewSubscription {
  std::string name;
  send::SubscriptionFormat format;
  std::string url, secret;
  std::vector<std::string> kinds, actions;
  std::optional<AreaId> area;
};  // POST /v1/subscriptions
BOOST_DESCRIBE_STRUCT(NewSubscription, (), (name, format, url, secret, kinds, actions, area))
constexpr auto notes(const NewSubscription*) {
  return std::array{
      note("name", "名称 / name", length(1, 80), Format::line),
      note("format", "webhook、企业微信、钉钉、飞书机器人 / webhook or a robot of WeCom, DingTalk, Feishu"),
      note("url", "网址 / url", length(8, 2000), Format::uri),
      note("secret", "机器人的加签密钥 / the robot's signing secret", length(0, 200), Format::line, defaulted()),
      note("kinds", "事项种类；空为全部 / kinds, empty: all", items(0, 50), length(1, 60), defaulted()),
      note("actions", "动作；空为全部 / actions, empty: all", items(0, 50), length(1, 60), defaulted()),
      note("area", "区域及以下；空为全部 / this area and below")};
}
struct ChangeSubscription {
  std::optional<std::string> name, url, secret;
  std::optional<std::vector<std::string>> kinds, actions;
  std::optional<std::string> area;
  std::optional<bool> active;
};  // PATCH /v1/subscriptions/{id}
BOOST_DESCRIBE_STRUCT(ChangeSubscription, (), (name, url, secret, kinds, actions, area, active))
constexpr auto notes(const ChangeSubscription*) {
  return std::array{note("name", "名称 / name", length(1, 80), Format::line),
                    note("url", "网址 / url", length(8, 2000), Format::uri),
                    note("secret", "机器人的加签密钥 / the robot's signing secret", length(0, 200), Format::line),
                    note("kinds", "事项种类；空为全部 / kinds, empty: all", items(0, 50), length(1, 60)),
                    note("actions", "动作；空为全部 / actions, empty: all", items(0, 50), length(1, 60)),
                    note("area", "区域编号；空文本为全部 / the area's id; an empty text: everywhere", length(0, 13)),
                    note("active", "启用 / is sent to")};
}

struct DeadLetterView {
  std::string id, channel, about;
  std::optional<std::string> target;
  std::optional<RecordId> record;
  Time made_at, failed_at;
  std::int32_t tries;
  Words why;
  bool discreet;
  std::optional<std::string> body;
};
BOOST_DESCRIBE_STRUCT(DeadLetterView, (),
                      (id, channel, about, target, record, made_at, failed_at, tries, why, discreet, body))
constexpr auto notes(const DeadLetterView*) {
  return std::array{note("id", "编号 / id"),
                    note("channel", "渠道 / channel"),
                    note("about", "关于 / what it is about"),
                    note("target", "去向 / where to: a subscription's name, a person's name"),
                    note("record", "事项 / the record"),
                    note("made_at", "产生时间 / made"),
                    note("failed_at", "最后失败 / last failure"),
                    note("tries", "尝试次数 / tries"),
                    note("why", "原因 / why"),
                    note("discreet", "内容不可查看 / nobody may read the content"),
                    note("body", "内容，仅单件查看时 / the content, only when one is looked at")};
}
struct TroubleView {
  std::string channel;
  std::optional<std::string> target;
  std::int32_t failures;
  std::optional<Time> next_try;
  Time failed_at;
  Words why;
};
BOOST_DESCRIBE_STRUCT(TroubleView, (), (channel, target, failures, next_try, failed_at, why))
constexpr auto notes(const TroubleView*) {
  return std::array{note("channel", "渠道 / channel"),
                    note("target", "去向 / where to"),
                    note("failures", "连续失败次数 / failures in a row"),
                    note("next_try", "下次尝试 / the next try"),
                    note("failed_at", "最后失败 / last failure"),
                    note("why", "原因 / why")};
}
struct DeadLetterList {
  std::vector<DeadLetterView> items;
  std::optional<std::string> next;
};
BOOST_DESCRIBE_STRUCT(DeadLetterList, (), (items, next))
constexpr auto notes(const DeadLetterList*) {
  return std::array{note("items", "未能送达的消息，新的在前 / what could not be delivered, newest first"),
                    note("next", "下一页 / the next page")};
}
struct ChannelState {
  std::string name;
  Time changed_at;
};
BOOST_DESCRIBE_STRUCT(ChannelState, (), (name, changed_at))
constexpr auto notes(const ChannelState*) {
  return std::array{note("name", "sms 或 mail / sms or mail"), note("changed_at", "设置时间 / when it was set up")};
}
struct OutboxView {
  std::vector<ChannelState> channels;
  std::vector<TroubleView> troubles;
};
BOOST_DESCRIBE_STRUCT(OutboxView, (), (channels, troubles))
constexpr auto notes(const OutboxView*) {
  return std::array{note("channels", "已设置的渠道 / channels that are set up"),
                    note("troubles", "最近失败的去向 / targets whose last delivery failed")};
}
struct TryPhone {
  std::string phone;
};  // POST /v1/outbox/channels/sms/try
BOOST_DESCRIBE_STRUCT(TryPhone, (), (phone))
constexpr auto notes(const TryPhone*) { return std::array{note("phone", "手机号 / phone number", Format::phone)}; }
struct TryMail {
  std::string address;
};  // POST /v1/outbox/channels/mail/try, POST /v1/me/messages/mail
BOOST_DESCRIBE_STRUCT(TryMail, (), (address))
constexpr auto notes(const TryMail*) {
  return std::array{note("address", "邮箱 / mail address", length(3, 200), Format::line)};
}

struct MessageChoice {
  send::Way way;
  std::string quiet_from, quiet_until;
  std::int32_t digest_minutes;
  std::string language;
  bool has_phone, sms_available, mail_available;
  std::optional<std::string> mail;
};
BOOST_DESCRIBE_STRUCT(MessageChoice, (),
                      (way, quiet_from, quiet_until, digest_minutes, language, has_phone, sms_available, mail_available,
                       mail))
constexpr auto notes(const MessageChoice*) {
  return std::array{
      note("way", "通知方式：只在应用内、短信、邮件 / how to be told: in the app alone, by SMS, by e-mail"),
      note("quiet_from", "免打扰起 / left alone from"),
      note("quiet_until", "免打扰止；相同为不设 / until; the same: never"),
      note("digest_minutes", "合并间隔（分钟）/ messages within so many minutes become one"),
      note("language", "消息的语言 zh-CN | en / the language of messages"),
      note("has_phone", "已登记手机号 / a phone number is known"),
      note("sms_available", "平台可发短信 / texts can be sent"),
      note("mail_available", "平台可发邮件 / mails can be sent"),
      note("mail", "已确认的邮箱 / the proven mail address")};
}
struct ChooseMessages {
  send::Way way;
  std::string quiet_from, quiet_until;
  std::int32_t digest_minutes;
  std::optional<std::string> language;
};  // PUT /v1/me/messages
BOOST_DESCRIBE_STRUCT(ChooseMessages, (), (way, quiet_from, quiet_until, digest_minutes, language))
constexpr auto notes(const ChooseMessages*) {
  return std::array{
      note("way", "app、sms 或 mail / app, sms or mail"),
      note("quiet_from", "免打扰起，如 22:00 / left alone from, like 22:00", length(5, 5)),
      note("quiet_until", "免打扰止，如 07:00 / until, like 07:00", length(5, 5)),
      note("digest_minutes", "合并间隔（分钟）/ messages within so many minutes become one", range(0, 1440)),
      note("language", "消息的语言 zh-CN | en；空为不变 / absent: as before", length(2, 5))};
}
struct ProveMail {
  std::string code;
};  // POST /v1/me/messages/mail/confirm
BOOST_DESCRIBE_STRUCT(ProveMail, (), (code))
constexpr auto notes(const ProveMail*) { return std::array{note("code", "验证码 / code", length(6, 6))}; }

}  // namespace tongxin::serve::api

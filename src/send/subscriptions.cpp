#include "send/subscriptions.hpp"

#include <algorithm>

#include <boost/json.hpp>
#include <boost/url.hpp>

#include "send/channels.hpp"
#include "send/sql.hpp"

namespace tongxin::send {
namespace {

namespace json = boost::json;
constexpr std::string_view kField = "subscription";

struct Row {
  SubscriptionId id;
  PersonId owner;
  std::string name, format;
  store::Bytes sealed;
  std::string host;
  Time former_until{};
  std::string kinds, actions;
  AreaId area;
  bool active = true;
  Time made_at{};
};
BOOST_DESCRIBE_STRUCT(Row, (),
                      (id, owner, name, format, sealed, host, former_until, kinds, actions, area, active, made_at))

std::string list_text(const std::vector<std::string>& names) {
  return json::serialize(json::array(names.begin(), names.end()));
}
std::vector<std::string> names_of(std::string_view text) {
  const json::value list = json::parse(text);  // named: a range-for does not keep a temporary alive
  std::vector<std::string> names;
  for (const json::value& each : list.as_array()) names.emplace_back(each.as_string());
  return names;
}

SubscriptionFormat format_of(std::string_view name) {
  SubscriptionFormat format{};
  boost::describe::enum_from_string(std::string(name).c_str(), format);
  return format;
}

Subscription subscription_of(const Row& row) {
  return {row.id,
          row.owner,
          row.name,
          format_of(row.format),
          row.host,
          row.former_until,
          {names_of(row.kinds), names_of(row.actions), row.area},
          row.active,
          row.made_at};
}

std::vector<Subscription> subscriptions_of(const std::vector<Row>& rows) {
  std::vector<Subscription> all;
  for (const Row& row : rows) all.push_back(subscription_of(row));
  return all;
}

std::string host_of(const std::string& url) {
  const auto parsed = boost::urls::parse_uri(url);
  const bool good = parsed && (parsed->scheme() == "http" || parsed->scheme() == "https") && !parsed->host().empty() &&
                    !parsed->has_userinfo() && url.size() <= 2000;
  if (good) return std::string(parsed->encoded_host_and_port());
  const Words say = words("应是 http:// 或 https:// 开头的网址", "a url that begins with http:// or https://");
  throw Fault(Code::invalid, say, {{"/url", "format", say}});
}

store::Bytes sealed(const people::Vault& vault, RealmId realm, SubscriptionId id, const Destination& to) {
  return vault.seal(
      realm, id.value, kField,
      json::serialize(json::object{{"url", to.url}, {"secret", to.secret}, {"former_secret", to.former_secret}}));
}

Destination opened(const people::Vault& vault, RealmId realm, SubscriptionId id, const store::Bytes& bytes) {
  const json::value value = json::parse(vault.open(realm, id.value, kField, bytes));
  const auto text = [&](const char* name) { return std::string(value.at(name).as_string()); };
  return {text("url"), text("secret"), text("former_secret")};
}

void index_kinds(store::Tx& tx, RealmId realm, SubscriptionId id, const Wanted& former, const Wanted& now) {
  const auto each = [&](const Wanted& wanted, const store::Sql& sql) {
    if (wanted.kinds.empty()) tx.run(sql, realm, "", id);
    for (const std::string& kind : wanted.kinds) tx.run(sql, realm, kind, id);
  };
  each(former, sql::kDropSubscriptionKind);
  each(now, sql::kAddSubscriptionKind);
}

Row row_of(store::Tx& tx, RealmId realm, SubscriptionId id) {
  auto row = tx.one<Row>(sql::kSubscription, realm, id);
  if (!row) throw Fault(Code::not_found, words("没有这个订阅", "there is no such subscription"));
  return std::move(*row);
}

void save(store::Tx& tx, const people::Vault& vault, RealmId realm, const Subscription& now, const Destination& to) {
  tx.run(sql::kChangeSubscription, realm, now.id, now.name, sealed(vault, realm, now.id, to), now.host,
         now.former_until, list_text(now.wanted.kinds), list_text(now.wanted.actions), now.wanted.area, now.active);
}

}  // namespace

const char* channel_of(SubscriptionFormat format) { return boost::describe::enum_to_string(format, "webhook"); }

std::pair<SubscriptionId, std::string> add_subscription(store::Tx& tx, const people::Vault& vault, IdSource& ids,
                                                        RealmId realm, const NewSubscription& wanted, Time now) {
  const std::string host = host_of(wanted.url);
  if (std::ssize(subscriptions_of(tx, realm, wanted.owner)) >= kMostPerOwner ||
      tx.one<int>(sql::kCountSubscriptions, realm).value_or(0) >= kMostPerRealm)
    throw Fault(Code::not_now,
                words("订阅已经太多：每人至多 {} 个，全平台至多 {} 个",
                      "too many subscriptions: at most {} each, {} in all", kMostPerOwner, kMostPerRealm));
  const auto id = ids.make<SubscriptionId>();
  const bool own = wanted.format == SubscriptionFormat::webhook;
  const std::string secret = own ? new_webhook_secret() : wanted.secret;
  tx.run(sql::kAddSubscription, realm, id, wanted.owner, wanted.name, channel_of(wanted.format),
         sealed(vault, realm, id, {wanted.url, secret, ""}), host, Time{}, list_text(wanted.wanted.kinds),
         list_text(wanted.wanted.actions), wanted.wanted.area, true, now);
  index_kinds(tx, realm, id, wanted.wanted, wanted.wanted);
  return {id, own ? secret : std::string{}};
}

std::optional<Subscription> find_subscription(store::Tx& tx, RealmId realm, SubscriptionId id) {
  const auto row = tx.one<Row>(sql::kSubscription, realm, id);
  return row ? std::optional(subscription_of(*row)) : std::nullopt;
}

std::vector<Subscription> subscriptions_of(store::Tx& tx, RealmId realm, PersonId owner) {
  return subscriptions_of(tx.all<Row>(sql::kSubscriptionsOf, realm, owner, kMostPerOwner));
}

std::vector<Subscription> all_subscriptions(store::Tx& tx, RealmId realm) {
  return subscriptions_of(tx.all<Row>(sql::kAllSubscriptions, realm, kMostPerRealm));
}

void change_subscription(store::Tx& tx, const people::Vault& vault, RealmId realm, const Subscription& known,
                         const SubscriptionChange& change) {
  const Row row = row_of(tx, realm, known.id);
  Subscription now = subscription_of(row);
  Destination to = opened(vault, realm, known.id, row.sealed);
  if (change.name) now.name = *change.name;
  if (change.url) {
    now.host = host_of(*change.url);
    to.url = *change.url;
  }
  if (change.secret && now.format != SubscriptionFormat::webhook) to.secret = *change.secret;
  if (change.wanted) {
    index_kinds(tx, realm, known.id, now.wanted, *change.wanted);
    now.wanted = *change.wanted;
  }
  if (change.active) now.active = *change.active;
  save(tx, vault, realm, now, to);
}

std::string new_secret(store::Tx& tx, const people::Vault& vault, RealmId realm, const Subscription& known, Time now) {
  const Row row = row_of(tx, realm, known.id);
  Subscription after = subscription_of(row);
  Destination to = opened(vault, realm, known.id, row.sealed);
  to.former_secret = std::exchange(to.secret, new_webhook_secret());
  after.former_until = now + kFormerSecretLives;
  save(tx, vault, realm, after, to);
  return to.secret;
}

std::vector<SubscriptionId> end_subscriptions_at(store::Tx& tx, RealmId realm, AreaId area) {
  auto ended = tx.all<SubscriptionId>(sql::kSubscriptionsAt, realm, area);
  for (const SubscriptionId id : ended) tx.run(sql::kEndSubscription, realm, id);
  return ended;
}

void remove_subscription(store::Tx& tx, RealmId realm, const Subscription& known) {
  index_kinds(tx, realm, known.id, known.wanted, known.wanted);
  const auto drop = [&](const std::string& kind) { tx.run(sql::kDropSubscriptionKind, realm, kind, known.id); };
  if (known.wanted.kinds.empty()) drop("");
  for (const std::string& kind : known.wanted.kinds) drop(kind);
  tx.run(sql::kRemoveSubscription, realm, known.id);
  forget_target(tx, realm, channel_of(known.format), to_text(known.id));
}

Destination destination_of(store::Tx& tx, const people::Vault& vault, RealmId realm, const Subscription& known,
                           Time now) {
  Destination to = opened(vault, realm, known.id, row_of(tx, realm, known.id).sealed);
  if (known.former_until <= now) to.former_secret.clear();
  return to;
}

std::vector<Subscribed> subscribed(store::Tx& tx, RealmId realm, std::string_view kind, std::string_view action) {
  std::vector<Subscribed> all;
  tx.each(
      sql::kSubscribed,
      [&](const store::Row& row) {
        const std::string_view actions = row.text(3);
        if (actions != "[]") {
          const auto names = names_of(actions);
          if (std::find(names.begin(), names.end(), action) == names.end()) return;
        }
        all.push_back({row.get<SubscriptionId>(0), row.get<PersonId>(1), format_of(row.text(2)), row.get<AreaId>(4)});
      },
      realm, kind);
  return all;
}

}  // namespace tongxin::send

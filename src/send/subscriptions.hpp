// Who wants to hear of what: webhooks and robots of group chats.
//
// A subscription hears of a change when its kinds, actions and area fit and its owner may see the record at that moment;
// the caller of subscribed() asks that. Url and secret are sealed; the host stands in clear so that people tell them apart.
// Bounds: 50 per owner, 300 per realm, so that a change never does more work than that.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include <boost/describe.hpp>

#include "people/sealed.hpp"
#include "send/outbox.hpp"

namespace tongxin::send {

using SubscriptionId = Id<struct SubscriptionTag>;

enum class SubscriptionFormat { webhook, wecom, dingtalk, feishu };
BOOST_DESCRIBE_ENUM(SubscriptionFormat, webhook, wecom, dingtalk, feishu)

struct Wanted {
  std::vector<std::string> kinds, actions;  // empty: all
  AreaId area;                              // at or below; none: everywhere
};
struct Subscription {
  SubscriptionId id;
  PersonId owner;
  std::string name;
  SubscriptionFormat format = SubscriptionFormat::webhook;
  std::string host;
  Time former_until{};  // so long the former secret signs too
  Wanted wanted;
  bool active = true;
  Time made_at{};
};
struct NewSubscription {
  PersonId owner;
  std::string name;
  SubscriptionFormat format = SubscriptionFormat::webhook;
  std::string url;
  std::string secret;  // of a robot; webhooks get one of their own
  Wanted wanted;
};
struct SubscriptionChange {
  std::optional<std::string> name, url, secret;
  std::optional<Wanted> wanted;
  std::optional<bool> active;
};
// Where it goes, opened: for the sender alone.
struct Destination {
  std::string url, secret, former_secret;
};

inline constexpr int kMostPerOwner = 50, kMostPerRealm = 300;
inline constexpr auto kFormerSecretLives = std::chrono::hours{24};

// For a webhook the secret that was made is returned; it is shown once. Throws Fault(invalid) at /url for what is no http or
// https address, Fault(not_now) when there are too many.
std::pair<SubscriptionId, std::string> add_subscription(store::Tx& tx, const people::Vault& vault, IdSource& ids,
                                                        RealmId realm, const NewSubscription& wanted, Time now);
std::optional<Subscription> find_subscription(store::Tx& tx, RealmId realm, SubscriptionId id);
std::vector<Subscription> subscriptions_of(store::Tx& tx, RealmId realm, PersonId owner);
std::vector<Subscription> all_subscriptions(store::Tx& tx, RealmId realm);
void change_subscription(store::Tx& tx, const people::Vault& vault, RealmId realm, const Subscription& known,
                         const SubscriptionChange& change);
// A new secret of a webhook, shown once; the former one signs too for a day, so that the receiver can change over.
std::string new_secret(store::Tx& tx, const people::Vault& vault, RealmId realm, const Subscription& known, Time now);
// An area that is no more: what was subscribed there is switched off, because without its area it would hear of everything.
// Which ones.
std::vector<SubscriptionId> end_subscriptions_at(store::Tx& tx, RealmId realm, AreaId area);
// Its letters, waiting and dead, go with it.
void remove_subscription(store::Tx& tx, RealmId realm, const Subscription& known);
Destination destination_of(store::Tx& tx, const people::Vault& vault, RealmId realm, const Subscription& known,
                           Time now);

// The active ones that a change of this kind concerns, whose action fits; area and rights are the caller's to ask.
struct Subscribed {
  SubscriptionId id;
  PersonId owner;
  SubscriptionFormat format;
  AreaId area;
};
std::vector<Subscribed> subscribed(store::Tx& tx, RealmId realm, std::string_view kind, std::string_view action);
// The channel's name in the outbox; the target is to_text(id).
const char* channel_of(SubscriptionFormat format);

}  // namespace tongxin::send

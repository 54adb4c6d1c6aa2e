// Every statement on messages out. The realm is always $1; columns stand in the order of the struct they are read into.
#pragma once
#include <array>

#include "store/store.hpp"

namespace tongxin::send::sql {

using store::Sql;

// --- letters
inline constexpr Sql kPut{"outbox_put",
                          "INSERT INTO outbox (realm_id, id, channel, target, state, record_id, about, discreet, body, "
                          "made_at, until_at, tries, failed_at, why_zh, why_en) "
                          "VALUES ($1, $2, $3, $4, 0, $5, $6, $7, $8, $9, $10, 0, 0, '', '') ON CONFLICT DO NOTHING"};
inline constexpr Sql kFresh{
    "outbox_fresh", "SELECT id, channel, target FROM outbox WHERE realm_id = $1 AND state = 0 ORDER BY id LIMIT $2"};
inline constexpr Sql kSorted{"outbox_sorted",
                             "UPDATE outbox SET state = 1 WHERE realm_id = $1 AND id = $2 AND state = 0"};
inline constexpr Sql kNext{
    "outbox_next",
    "SELECT id, record_id, about, body, made_at, until_at, tries FROM outbox WHERE realm_id = $1 "
    "AND channel = $2 AND target = $3 AND state = 1 ORDER BY id LIMIT $4"};
inline constexpr Sql kGone{"outbox_gone", "DELETE FROM outbox WHERE realm_id = $1 AND id = $2 AND state = 1"};
inline constexpr Sql kTried{"outbox_tried",
                            "UPDATE outbox SET tries = tries + 1, state = CASE WHEN tries + 1 >= $3 THEN 2 ELSE 1 END, "
                            "failed_at = $4, why_zh = $5, why_en = $6 WHERE realm_id = $1 AND id = $2 AND state = 1"};

// --- lanes
inline constexpr Sql kWakeLane{"outbox_wake_lane",
                               "INSERT INTO outbox_lane (realm_id, channel, target, wake_at, claim, taken_until, "
                               "failures, sent, sent_at, failed_at, why_zh, why_en) "
                               "VALUES ($1, $2, $3, $4, 0, 0, 0, 0, 0, 0, '', '') ON CONFLICT (realm_id, channel, "
                               "target) DO UPDATE SET wake_at = coalesce(outbox_lane.wake_at, excluded.wake_at)"};
inline constexpr Sql kDueLane{"outbox_due_lane",
                              "SELECT 1 FROM outbox_lane WHERE realm_id = $1 AND channel = $2 AND wake_at <= $3 AND "
                              "taken_until <= $3 LIMIT 1"};
// Claiming work, design/SQL.md 18: who comes second changes no row.
inline constexpr Sql kClaim{
    "outbox_claim",
    "UPDATE outbox_lane SET claim = $4, taken_until = $5 WHERE realm_id = $1 AND channel = $2 AND target IN "
    "(SELECT target FROM outbox_lane WHERE realm_id = $1 AND channel = $2 AND wake_at <= $3 AND taken_until <= $3 "
    "ORDER BY wake_at, target LIMIT 1) AND wake_at <= $3 AND taken_until <= $3 "
    "RETURNING target, failures, sent, sent_at"};
// Also locks the lane: what a worker sorts in after this statement waits for the end of the transaction.
inline constexpr Sql kHold{"outbox_hold",
                           "UPDATE outbox_lane SET taken_until = $5 WHERE realm_id = $1 AND channel = $2 AND target = "
                           "$3 AND claim = $4 RETURNING failures"};
inline constexpr Sql kCountSent{"outbox_count_sent",
                                "UPDATE outbox_lane SET failures = 0, sent = sent + $4, sent_at = $5 WHERE realm_id = "
                                "$1 AND channel = $2 AND target = $3"};
inline constexpr Sql kCountFailed{
    "outbox_count_failed",
    "UPDATE outbox_lane SET failures = failures + 1, failed_at = $4, why_zh = $5, why_en = $6 WHERE realm_id = "
    "$1 AND channel = $2 AND target = $3"};
inline constexpr Sql kRelease{"outbox_release",
                              "UPDATE outbox_lane SET claim = 0, taken_until = 0, wake_at = $4 WHERE realm_id = $1 AND "
                              "channel = $2 AND target = $3"};
inline constexpr Sql kForgetLanes{"outbox_forget_lanes",
                                  "DELETE FROM outbox_lane WHERE realm_id = $1 AND wake_at IS NULL AND sent_at < $2"};

// --- what people look at
#define TONGXIN_DEAD_COLUMNS \
  "id, channel, target, record_id, about, discreet, made_at, tries, failed_at, why_zh, why_en"
inline constexpr Sql kDead{"outbox_dead", "SELECT " TONGXIN_DEAD_COLUMNS
                                          " FROM outbox WHERE realm_id = $1 AND state = 2 AND id < $2 "
                                          "ORDER BY id DESC LIMIT $3"};
inline constexpr Sql kDeadOne{
    "outbox_dead_one", "SELECT " TONGXIN_DEAD_COLUMNS " FROM outbox WHERE realm_id = $1 AND id = $2 AND state = 2"};
inline constexpr Sql kDeadBody{"outbox_dead_body",
                               "SELECT body FROM outbox WHERE realm_id = $1 AND id = $2 AND state = 2"};
inline constexpr Sql kAgain{"outbox_again",
                            "UPDATE outbox SET state = 0, tries = 0, until_at = 0 WHERE realm_id = $1 AND id = $2 AND "
                            "state = 2"};
inline constexpr Sql kDiscard{"outbox_discard", "DELETE FROM outbox WHERE realm_id = $1 AND id = $2 AND state = 2"};
inline constexpr Sql kTrouble{"outbox_trouble",
                              "SELECT channel, target, failures, wake_at, failed_at, why_zh, why_en FROM outbox_lane "
                              "WHERE realm_id = $1 AND failures > 0 ORDER BY failed_at DESC LIMIT $2"};
inline constexpr Sql kLane{
    "outbox_lane_of",
    "SELECT sent, sent_at, failures, failed_at, why_zh, why_en FROM outbox_lane WHERE realm_id = "
    "$1 AND channel = $2 AND target = $3"};
inline constexpr Sql kForgetTarget{"outbox_forget_target",
                                   "DELETE FROM outbox WHERE realm_id = $1 AND channel = $2 AND target = $3"};
inline constexpr Sql kForgetTargetLane{"outbox_forget_target_lane",
                                       "DELETE FROM outbox_lane WHERE realm_id = $1 AND channel = $2 AND target = $3"};

// --- letters about a record
inline constexpr Sql kAboutRecord{
    "outbox_about",
    "SELECT id, body FROM outbox WHERE realm_id = $1 AND record_id = $2 AND record_id <> 0 ORDER BY id"};
inline constexpr Sql kRewrite{"outbox_rewrite", "UPDATE outbox SET body = $3 WHERE realm_id = $1 AND id = $2"};

// --- settings
inline constexpr Sql kSaveSetting{"channel_setting_save",
                                  "INSERT INTO channel_setting (realm_id, name, sealed, changed_at) VALUES ($1, $2, "
                                  "$3, $4) ON CONFLICT (realm_id, name) DO UPDATE SET sealed = excluded.sealed, "
                                  "changed_at = excluded.changed_at"};
inline constexpr Sql kSetting{"channel_setting",
                              "SELECT sealed FROM channel_setting WHERE realm_id = $1 AND name = $2"};
inline constexpr Sql kSettings{"channel_settings",
                               "SELECT name, changed_at FROM channel_setting WHERE realm_id = $1 ORDER BY name"};
inline constexpr Sql kRemoveSetting{"channel_setting_remove",
                                    "DELETE FROM channel_setting WHERE realm_id = $1 AND name = $2"};

// --- subscriptions
#define TONGXIN_SUBSCRIPTION_COLUMNS \
  "id, owner, name, format, sealed, host, former_until, kinds, actions, area, active, made_at"
inline constexpr Sql kAddSubscription{"subscription_add",
                                      "INSERT INTO subscription (realm_id, " TONGXIN_SUBSCRIPTION_COLUMNS
                                      ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)"};
inline constexpr Sql kChangeSubscription{"subscription_change",
                                         "UPDATE subscription SET name = $3, sealed = $4, host = $5, former_until = "
                                         "$6, kinds = $7, actions = $8, area = $9, "
                                         "active = $10 WHERE realm_id = $1 AND id = $2"};
inline constexpr Sql kRemoveSubscription{"subscription_remove",
                                         "DELETE FROM subscription WHERE realm_id = $1 AND id = $2"};
inline constexpr Sql kSubscription{
    "subscription", "SELECT " TONGXIN_SUBSCRIPTION_COLUMNS " FROM subscription WHERE realm_id = $1 AND id = $2"};
inline constexpr Sql kSubscriptionsOf{"subscriptions_of", "SELECT " TONGXIN_SUBSCRIPTION_COLUMNS
                                                          " FROM subscription WHERE realm_id = $1 AND owner = $2 ORDER "
                                                          "BY id LIMIT $3"};
inline constexpr Sql kAllSubscriptions{"subscriptions_all", "SELECT " TONGXIN_SUBSCRIPTION_COLUMNS
                                                            " FROM subscription WHERE realm_id = $1 ORDER BY id LIMIT "
                                                            "$2"};
inline constexpr Sql kCountSubscriptions{"subscriptions_count",
                                         "SELECT count(*) FROM subscription WHERE realm_id = $1"};
// At most kMostPerRealm rows are looked at.
inline constexpr Sql kSubscriptionsAt{
    "subscriptions_at", "SELECT id FROM subscription WHERE realm_id = $1 AND area = $2 AND active = 1 ORDER BY id"};
inline constexpr Sql kEndSubscription{"subscription_end",
                                      "UPDATE subscription SET active = 0 WHERE realm_id = $1 AND id = $2"};
inline constexpr Sql kAddSubscriptionKind{
    "subscription_kind_add",
    "INSERT INTO subscription_kind (realm_id, kind, subscription_id) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING"};
inline constexpr Sql kDropSubscriptionKind{
    "subscription_kind_drop",
    "DELETE FROM subscription_kind WHERE realm_id = $1 AND kind = $2 AND subscription_id = $3"};
inline constexpr Sql kSubscribed{
    "subscribed",
    "SELECT s.id, s.owner, s.format, s.actions, s.area FROM subscription_kind k JOIN subscription s ON s.realm_id = "
    "k.realm_id AND s.id = k.subscription_id WHERE k.realm_id = $1 AND k.kind IN ($2, '') AND s.active = 1 ORDER BY "
    "s.id"};

// --- choices
inline constexpr Sql kChoice{
    "message_choice",
    "SELECT channel, quiet_from, quiet_until, digest_minutes, mail, unproven, proof, proof_until, proof_tries, "
    "language FROM message_choice WHERE realm_id = $1 AND person = $2"};
inline constexpr Sql kSaveChoice{
    "message_choice_save",
    "INSERT INTO message_choice (realm_id, person, channel, quiet_from, quiet_until, digest_minutes, mail, unproven, "
    "proof, proof_until, proof_tries, language) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) ON "
    "CONFLICT (realm_id, "
    "person) DO UPDATE SET channel = excluded.channel, quiet_from = excluded.quiet_from, quiet_until = "
    "excluded.quiet_until, digest_minutes = excluded.digest_minutes, mail = excluded.mail, unproven = "
    "excluded.unproven, proof = excluded.proof, proof_until = excluded.proof_until, proof_tries = "
    "excluded.proof_tries, language = excluded.language"};
inline constexpr Sql kForgetChoice{"message_choice_forget",
                                   "DELETE FROM message_choice WHERE realm_id = $1 AND person = $2"};
inline constexpr Sql kForgetErased{
    "message_choice_forget_erased",
    "DELETE FROM message_choice WHERE realm_id = $1 AND EXISTS (SELECT 1 FROM persons p WHERE p.realm_id = "
    "message_choice.realm_id AND p.id = message_choice.person AND p.erased = 1)"};

// For the test that holds statements against the rules of design/SQL.md.
inline constexpr std::array kAll{kPut,
                                 kFresh,
                                 kSorted,
                                 kNext,
                                 kGone,
                                 kTried,
                                 kWakeLane,
                                 kDueLane,
                                 kClaim,
                                 kHold,
                                 kCountSent,
                                 kCountFailed,
                                 kRelease,
                                 kForgetLanes,
                                 kDead,
                                 kDeadOne,
                                 kDeadBody,
                                 kAgain,
                                 kDiscard,
                                 kTrouble,
                                 kLane,
                                 kForgetTarget,
                                 kForgetTargetLane,
                                 kAboutRecord,
                                 kRewrite,
                                 kSaveSetting,
                                 kSetting,
                                 kSettings,
                                 kRemoveSetting,
                                 kAddSubscription,
                                 kChangeSubscription,
                                 kRemoveSubscription,
                                 kSubscription,
                                 kSubscriptionsOf,
                                 kAllSubscriptions,
                                 kCountSubscriptions,
                                 kAddSubscriptionKind,
                                 kDropSubscriptionKind,
                                 kSubscribed,
                                 kChoice,
                                 kSaveChoice,
                                 kForgetChoice,
                                 kForgetErased};

}  // namespace tongxin::send::sql

// Every statement of the ticket exchange. The realm is always $1.
#pragma once
#include "store/store.hpp"

namespace tongxin::serve::hotline_sql {

using store::Sql;

inline constexpr Sql kExchanges{"hotline_exchanges",
                                "SELECT name, settings, secret, pull_cursor, pull_at, pulled_at, failures, why FROM "
                                "hotline_exchange WHERE realm_id=$1 ORDER BY name LIMIT 100"};
inline constexpr Sql kExchange{"hotline_exchange",
                               "SELECT name, settings, secret, pull_cursor, pull_at, pulled_at, failures, why FROM "
                               "hotline_exchange WHERE realm_id=$1 AND name=$2"};
// No key given: the one that is there stays.
inline constexpr Sql kPutExchange{
    "put_hotline_exchange",
    "INSERT INTO hotline_exchange (realm_id, name, settings, secret, pull_cursor, pull_at, pulled_at, failures, why) "
    "VALUES ($1,$2,$3,$4,'',$5,0,0,'') ON CONFLICT (realm_id, name) DO UPDATE SET settings=excluded.settings, "
    "secret=coalesce(excluded.secret, hotline_exchange.secret), pull_at=excluded.pull_at, failures=0, why=''"};
inline constexpr Sql kDropExchange{"drop_hotline_exchange",
                                   "DELETE FROM hotline_exchange WHERE realm_id=$1 AND name=$2"};
// Who comes second changes no row.
inline constexpr Sql kClaimPull{"claim_hotline_pull",
                                "UPDATE hotline_exchange SET pull_at=$4 WHERE realm_id=$1 AND name=$2 AND pull_at=$3"};
inline constexpr Sql kNotePull{"note_hotline_pull",
                               "UPDATE hotline_exchange SET pull_cursor=$3, pull_at=$4, pulled_at=$5, failures=$6, "
                               "why=$7 WHERE realm_id=$1 AND name=$2"};

inline constexpr Sql kTicket{"hotline_ticket",
                             "SELECT record_id, told_seq, why FROM hotline_ticket WHERE realm_id=$1 AND exchange=$2 "
                             "AND ticket=$3"};
inline constexpr Sql kPutTicket{
    "put_hotline_ticket",
    "INSERT INTO hotline_ticket (realm_id, exchange, ticket, record_id, told_seq, open, at, why) "
    "VALUES ($1,$2,$3,$4,$5,$6,$7,$8) ON CONFLICT (realm_id, exchange, ticket) DO UPDATE SET "
    "record_id=excluded.record_id, told_seq=excluded.told_seq, open=excluded.open, why=excluded.why"};
inline constexpr Sql kTold{"hotline_told",
                           "UPDATE hotline_ticket SET told_seq=$4, open=$5 WHERE realm_id=$1 AND exchange=$2 AND "
                           "ticket=$3"};
// Costs what is in hand: tickets that are open, not those that ever were.
inline constexpr Sql kNews{"hotline_news",
                           "SELECT t.ticket, t.record_id, t.told_seq FROM hotline_ticket t JOIN record r ON "
                           "r.realm_id=t.realm_id AND r.id=t.record_id WHERE t.realm_id=$1 AND t.exchange=$2 AND "
                           "t.open=1 AND r.last_seq > t.told_seq ORDER BY t.ticket LIMIT $3"};
inline constexpr Sql kCountOpen{"count_hotline_open",
                                "SELECT count(*) FROM hotline_ticket WHERE realm_id=$1 AND exchange=$2 AND open=1"};
inline constexpr Sql kCountRefused{
    "count_hotline_refused", "SELECT count(*) FROM hotline_ticket WHERE realm_id=$1 AND exchange=$2 AND record_id=0"};

}  // namespace tongxin::serve::hotline_sql

#include "record/repeat.hpp"

#include "base/crypto.hpp"
#include "record/sql.hpp"
#include "store/again.hpp"

namespace tongxin::record {
namespace {

namespace json = boost::json;

constexpr store::Sql kRemember{
    "remember",
    "INSERT INTO repeated_request (realm_id, key, request, record_id, seq, at, extra) VALUES ($1,$2,$3,$4,$5,$6,$7) "
    "ON CONFLICT (realm_id, key) DO NOTHING"};

struct Row {
  store::Bytes request;
  RecordId record;
  int seq = 0;
  std::string extra;
};
BOOST_DESCRIBE_STRUCT(Row, (), (request, record, seq, extra))

// Two keys with one trace would only wait for each other.
std::int64_t trace_of(const store::Bytes& key) {
  std::int64_t trace = 0;
  std::memcpy(&trace, key.data(), std::min(sizeof trace, key.size()));
  return trace;
}

store::Bytes bytes_of(const Digest& digest) { return {digest.begin(), digest.end()}; }

}  // namespace

Repeat repeat_of(const Actor& actor, std::string_view key, std::string_view request) {
  return {bytes_of(digest(fmt::format("{}|{}|{}", actor.person.value, actor.follows.value, key))),
          bytes_of(digest(request))};
}

std::optional<Remembered> remembered(store::Tx& tx, RealmId realm, const Repeat& repeat) {
  store::may_run_again(tx, trace_of(repeat.key));
  const auto row = tx.one<Row>(sql::kRepeated, realm, repeat.key);
  if (!row) return std::nullopt;
  if (row->request != repeat.request)
    throw Fault(Code::conflict,
                words("这个 Idempotency-Key 已用于另一个请求", "this Idempotency-Key was used for another request"));
  return Remembered{row->record, row->seq, json::parse(row->extra).as_object()};
}

void remember(store::Tx& tx, RealmId realm, const Repeat& repeat, const Remembered& what, Time now) {
  if (tx.run(kRemember, realm, repeat.key, repeat.request, what.record, what.seq, now, json::serialize(what.extra)) ==
      0)
    throw store::Again();
}

}  // namespace tongxin::record

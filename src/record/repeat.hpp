// Requests that carry an Idempotency-Key: what was answered is remembered for a week in the transaction that did it, so that
// the same request, sent again because its answer was lost, is answered alike and changes nothing.
//
//   const auto repeat = record::repeat_of(actor, key, "what was asked, as text");
//   if (auto former = record::remembered(tx, realm, repeat)) return answer_from(*former);
//   … do it …
//   record::remember(tx, realm, repeat, {id, seq, {…}}, now);
#pragma once
#include <boost/json.hpp>
#include <optional>
#include <string_view>

#include "record/engine.hpp"
#include "store/store.hpp"

namespace tongxin::record {

struct Repeat {
  store::Bytes key, request;  // digests
};
// Keys are the actor's own: another person's (or another reporter's) same key is another key.
Repeat repeat_of(const Actor& actor, std::string_view key, std::string_view request);

struct Remembered {
  RecordId record;
  int seq = 0;
  boost::json::object extra;
};
// Fault(conflict) when the key was used for another request.
std::optional<Remembered> remembered(store::Tx& tx, RealmId realm, const Repeat& repeat);
// store::Again when the same request is being done beside this one and was first.
void remember(store::Tx& tx, RealmId realm, const Repeat& repeat, const Remembered& what, Time now);

}  // namespace tongxin::record

#include "record/chain.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/crypto.hpp"

namespace tongxin::record {
namespace {

std::string_view view(const fmt::format_int& number) { return {number.data(), number.size()}; }

void append(std::string& out, std::string_view text) {
  out += view(fmt::format_int(text.size()));
  out += ':';
  out += text;
}

store::Bytes bytes_of(const Digest& digest) { return {digest.begin(), digest.end()}; }
std::string_view view(const store::Bytes& bytes) { return {reinterpret_cast<const char*>(bytes.data()), bytes.size()}; }

store::Bytes body_digest(const Event& event) {
  std::string input;
  input.reserve(64 + event.body.size());
  append(input, event.salt ? view(*event.salt) : std::string_view{});
  append(input, event.body);
  return bytes_of(digest(input));
}

// Every part is written with its length, so that no two events have the same text.
store::Bytes event_hash(RealmId realm, const store::Bytes& previous_hash, const Event& event) {
  constexpr std::size_t kOthers = 400;  // numbers, names and lengths
  std::string input;
  input.reserve(kOthers + previous_hash.size() + event.digest.size());
  append(input, view(previous_hash));
  for (const std::int64_t number :
       {realm.value, event.record.value, std::int64_t(event.seq), to_millis(event.at), event.actor.value})
    append(input, view(fmt::format_int(number)));
  for (const std::string* text : {&event.kind, &event.action, &event.actor_role, &event.from_state, &event.to_state})
    append(input, *text);
  append(input, view(event.digest));
  return bytes_of(digest(input));
}

}  // namespace

void seal_event(RealmId realm, const store::Bytes& previous_hash, Event& event, std::string_view proof) {
  event.digest = body_digest(event);
  event.digest.reserve(event.digest.size() + proof.size());
  event.digest.insert(event.digest.end(), proof.begin(), proof.end());
  event.hash = event_hash(realm, previous_hash, event);
}

bool verify_event(RealmId realm, const store::Bytes& previous_hash, const Event& event) {
  if (event.digest.size() < kBodyDigest) return false;
  if (!event.redacted) {
    const store::Bytes body = body_digest(event);
    if (!std::equal(body.begin(), body.end(), event.digest.begin())) return false;
  }
  return event.hash == event_hash(realm, previous_hash, event);
}

}  // namespace tongxin::record

// The chain of a record's events.
//
//   digest = BLAKE2b-256(salt ‖ body) ‖ proof            of what was entered; the salt is 16 random bytes. proof: of the rows
//                                                        as the event left them (proof.hpp)
//   hash   = BLAKE2b-256(previous hash ‖ realm ‖ record ‖ seq ‖ at ‖ actor ‖ action ‖ from ‖ to ‖ digest)
//
// Redaction forgets body and salt and keeps the digest, so the chain still verifies and the text cannot be guessed from it.
#pragma once
#include <string_view>

#include "record/record.hpp"

namespace tongxin::record {

constexpr std::size_t kBodyDigest = 32;  // bytes of `digest` before the proof

// Fills digest and hash of a new event (body and salt are set).
void seal_event(RealmId realm, const store::Bytes& previous_hash, Event& event, std::string_view proof);
// Is the event what it was when it was written, given the hash of the one before?
bool verify_event(RealmId realm, const store::Bytes& previous_hash, const Event& event);

}  // namespace tongxin::record

// What an event says of the rows as it left them. It stands under the event's hash (chain.hpp), so that a record, a figure, a
// deadline, a judgement, or who takes part, altered, lost or slipped in behind the engine's back is found (measure/verify.hpp);
// and a message that was lost or slipped in.
//
// A row's proof is the first half of the BLAKE2b-256 of its columns, each written with its length; of several rows, the sum of
// theirs, so that their order does not matter. Not in it: what seals itself (the private fields: keys are changed without an
// event); alarms of aspects, which are set without one; whom a message is for and what it says, which are forgotten with the
// person and taken back by a redaction (its row stays for that reason: sql::kForgetMessages).
#pragma once
#include <cstdint>
#include <optional>
#include <string>

#include "record/record.hpp"

namespace tongxin::record {

struct ProofSum {
  std::uint64_t low = 0, high = 0;
  ProofSum& operator+=(const ProofSum& other);
  ProofSum& operator-=(const ProofSum& other);
  bool operator==(const ProofSum&) const = default;
};

struct Proof {
  ProofSum record;       // its row after the event
  ProofSum timers;       // all its deadlines after the event
  ProofSum parts;        // all who take part after the event
  ProofSum messages;     // what the event sent
  ProofSum entries;      // what the event counted
  ProofSum ratings;      // the judgement that came with it
  bool forgets = false;  // the judgements until here are no longer kept
};

// One row of count_entry.
struct CountEntry {
  RecordId record;
  int seq = 0;
  std::string kind, name, path, category;
  std::int32_t period = 0;
  OrgId org;
  Day day = 0;
  double value = 0;
};

ProofSum proof_of(const Record& record);
ProofSum proof_of(const Timer& timer);  // nothing for an aspect's alarm
ProofSum proof_of(const CountEntry& entry);
ProofSum proof_of(RecordId record, const Participant& participant);
ProofSum proof_of_message(RecordId record, int seq, std::int64_t id, Time at);
ProofSum proof_of_rating(RecordId record, int seq, Time at, const std::string& body);

std::string to_bytes(const Proof& proof);
// None: it is from before events carried one.
std::optional<Proof> proof_in(const Event& event);

}  // namespace tongxin::record

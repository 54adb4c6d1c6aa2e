// Takes content out of a record, wherever the record and its events hold it. Digests stay, so the chain stays verifiable.
#pragma once
#include <span>
#include <string>

#include "record/change.hpp"

namespace tongxin::record {

// The entries of the timeline, and what they brought: fields that still hold it (not those that the flow turns on: choices,
// organisations, places, people, other records), title, text index, files, the answer and the messages that told it, here and
// in what was merged into it. Fault(invalid) at "/events/<n>" for a number that there is not.
void redact_events(Change& change, std::span<const int> seqs);

// The fields, and every entry of the timeline whose form holds one of them.
void redact_fields(Change& change, std::span<const std::string> names);

}  // namespace tongxin::record

// Takes content out of a record, wherever the record and its events hold it. Digests stay, so the chain stays verifiable.
#pragma once
#include <set>
#include <span>
#include <string>

#include "record/change.hpp"

namespace tongxin::record {

using Texts = std::set<std::string, std::less<>>;

// Whoever may read all of a record may take out of it.
bool may_redact(Change& change);

// The entries of the timeline, and what they brought: fields that still hold it (not those that the flow turns on: choices,
// organisations, places, people, other records), title, text index, files, the answer, the messages that told it and the letters
// that are not sent, here and in what was merged into it. Fault(invalid) at "/events/<n>" for a number that there is not. The
// answer: the texts that are gone.
Texts redact_events(Change& change, std::span<const int> seqs);

// The fields, and every entry of the timeline whose form holds one of them.
void redact_fields(Change& change, std::span<const std::string> names);

// After the change in which they were redacted: what a pack's effect has copied of them word for word into the records below,
// and from there further down, is redacted too, in a change of each. A text that is only alike stays.
Engine::Redacted redact_copies(Change& change, const Texts& hidden);

}  // namespace tongxin::record

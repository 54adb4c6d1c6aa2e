// Calling those who can do what is needed: volunteers who have said what they can do.
#pragma once
#include "record/change.hpp"

namespace tongxin::aspect::roster {

// `call_skilled: {role: volunteer, skills: skills, say: {…}}` tells those who hold the role at the record's place and have said
// that they can do all that is asked for; everybody with the role when nobody can, since a call that nobody hears helps nobody.
pack::EffectSignature call_skilled_signature();
void call_skilled(record::Change& change, const pack::Effect& effect);

}  // namespace tongxin::aspect::roster

// The two logs of administration in words: what was done, with what, to whom.
#pragma once
#include <string>
#include <string_view>

#include "base/fault.hpp"
#include "people/doing.hpp"
#include "people/persons.hpp"
#include "record/world.hpp"

namespace tongxin::serve {

// "post.add" → 任命. What nobody gave a word is 其他修改.
Words audit_label(std::string_view what);
// Why: what somebody wrote, as it is; where nobody was asked, the server notes what led to the change, and that is said in words.
Words audit_reason(std::string_view written);
// "phone" → 电话. Everything else is a private field of a matter.
Words access_label(std::string_view what);
// Whose it was. A matter of somebody without an account is nobody's by name, and that is said.
std::string accessed_name(store::Tx& tx, const record::World& world, const people::RealmAccess& access,
                          Language language);
// An audit row names what it is about by number only; here it gets the name that people know. Empty for none.
std::string audit_about(store::Tx& tx, const record::World& world, const people::AuditEntry& entry, Language language);

}  // namespace tongxin::serve

// Codes by which a reporter without account comes back to the own matter.
#include "base/crypto.hpp"
#include "base/text.hpp"
#include "record/change.hpp"
#include "record/sql.hpp"

namespace tongxin::record {

// 16 letters of base 32 (80 bits): short enough to print, too many to guess.
std::string follow_code() {
  static constexpr std::string_view kLetters = "23456789abcdefghjkmnpqrstuvwxyz2";
  std::string code;
  for (const std::uint8_t byte : random_bytes(16)) code += kLetters[byte & 31];
  return code;
}

// Only a hash is stored: who reads the table cannot follow.
std::string follow_key(std::string_view code) { return "follow|" + hex(as_text(digest(code))); }

std::optional<RecordId> follow(store::Tx& tx, RealmId realm, std::string_view code) {
  if (code.size() != 16) return std::nullopt;
  return tx.one<RecordId>(sql::kKey, realm, follow_key(code));
}

}  // namespace tongxin::record

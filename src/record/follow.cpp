// Codes and numbers by which a record is found from outside: the follow code of a reporter without account, a hotline's number.
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

std::string outside_key(std::string_view source, std::string_view number) {
  return fmt::format("outside|{}|{}", source, number);
}

std::optional<RecordId> by_outside_number(store::Tx& tx, RealmId realm, std::string_view source,
                                          std::string_view number) {
  return tx.one<RecordId>(sql::kKey, realm, outside_key(source, number));
}

}  // namespace tongxin::record

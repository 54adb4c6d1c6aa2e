// The vault: seals private fields with a key that is not in the database, and makes their blind indexes.
//
// The keys stand in a file of their own, readable by the owner alone (0600):
//   # Tongxin keys. Without this file the private fields in the database cannot be read by anybody. Keep a copy apart.
//   1 6f1c…(64 hex digits)
//   2 a00b…
// The highest version seals; all of them open. The blind index always uses version 1, so that what was stored can be found
// after a new version is added. In memory the keys are locked (never written to swap) and wiped at the end.
//
// A sealed value is bound to its realm, subject and field: moved to another row it does not open.
//
// Thread-safe after open(); add_version() is for the command line, while no server runs.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "base/crypto.hpp"
#include "base/id.hpp"

namespace tongxin::people {

class Vault {
 public:
  // Reads the file; makes it with one random key when it is not there. Throws Fault(unavailable) when others may read the
  // file, when it cannot be read or written, or when a line is no key; the Fault names the file and the line.
  static Vault open(const std::string& key_file);
  // A vault of one random key that is gone with it: for tests and the simulator.
  static Vault for_this_process();

  Vault(Vault&&) noexcept;
  Vault& operator=(Vault&&) = delete;
  ~Vault();

  // Adds a new random version to the file and seals with it from now on.
  std::uint32_t add_version();
  std::uint32_t newest_version() const { return keys_.newest(); }

  // `subject` is the id of the person, record or account that the field belongs to.
  Bytes seal(RealmId realm, std::int64_t subject, std::string_view field, std::string_view text) const;
  // Throws Fault(internal), log only, when the value was changed, moved, or sealed with a key that is not here.
  std::string open(RealmId realm, std::int64_t subject, std::string_view field, const Bytes& sealed) const;
  // Equal texts of one field of one realm have equal hashes. Bring the text into its one form first (clean_phone …).
  Bytes blind_index(RealmId realm, std::string_view field, std::string_view text) const;

 private:
  Vault() = default;
  void add(std::uint32_t version, Key key);

  std::string file_;
  Keyring keys_;
};

}  // namespace tongxin::people

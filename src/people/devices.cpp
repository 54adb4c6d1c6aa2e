#include "people/devices.hpp"

#include "base/text.hpp"

namespace tongxin::people {
namespace {

constexpr std::size_t kId = 22;  // letters of 16 bytes

std::string login_of(std::string_view login) { return fold(trim(login)); }

std::string signature(RealmId realm, const Vault& vault, std::string_view login, std::string_view device) {
  return hex(as_text(vault.blind_index(realm, "device cookie", fmt::format("{}\n{}", device, login_of(login)))));
}

}  // namespace

std::string device_cookie_name(RealmId realm, const Vault& vault, std::string_view login) {
  return "tx_device_" + hex(as_text(vault.blind_index(realm, "device cookie name", login_of(login))).substr(0, 8));
}

std::string make_device_cookie(RealmId realm, const Vault& vault, std::string_view login, std::string device) {
  if (device.empty()) device = random_token(16);
  return device + "." + signature(realm, vault, login, device);
}

std::string device_in(RealmId realm, const Vault& vault, std::string_view login, std::string_view cookie) {
  if (cookie.size() <= kId || cookie[kId] != '.') return {};
  const std::string_view device = cookie.substr(0, kId);
  if (!equal_in_constant_time(cookie.substr(kId + 1), signature(realm, vault, login, device))) return {};
  return std::string(device);
}

}  // namespace tongxin::people

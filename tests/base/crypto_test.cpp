#include "base/crypto.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "base/fault.hpp"
#include "base/text.hpp"

using namespace tongxin;

namespace {

Keyring one_key() {
  Keyring keys;
  keys.add(1, Key::random());
  return keys;
}
std::string log_of(const Keyring& keys, const Bytes& sealed, std::string_view associated) {
  try {
    open_sealed(keys, sealed, associated);
  } catch (const Fault& fault) {
    EXPECT_EQ(fault.code(), Code::internal);
    return fault.log();
  }
  return "opened";
}

}  // namespace

TEST(Crypto, DigestsAgreeWithPublishedValues) {
  EXPECT_EQ(hex(as_text(digest(""))), "0e5751c026e543b2e8ab2eb06099daa1d1e5df47778f7787faab45cdf12fe3a8");
  EXPECT_EQ(hex(as_text(sha256("abc"))), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  // RFC 4231, test case 2
  EXPECT_EQ(hex(as_text(hmac_sha256("Jefe", "what do ya want for nothing?"))),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

TEST(Crypto, ADigestInPartsIsTheDigestOfTheWhole) {
  EXPECT_TRUE(rc::check([](const std::string& a, const std::string& b) {
    Digester digester;
    digester.add(a);
    digester.add(b);
    RC_ASSERT(digester.finish() == digest(a + b));
  }));
}

TEST(Crypto, WhatIsSealedOpensOnlyInItsPlace) {
  const Keyring keys = one_key();
  const Bytes sealed = seal(keys, "13800138000", "person/1/phone");
  EXPECT_EQ(sealed.size(), 11u + 45u);
  EXPECT_EQ(open_sealed(keys, sealed, "person/1/phone"), "13800138000");
  EXPECT_EQ(log_of(keys, sealed, "person/2/phone").substr(0, 7), "changed");
  EXPECT_NE(seal(keys, "13800138000", "person/1/phone"), sealed) << "a fresh nonce each time";
  EXPECT_EQ(open_sealed(keys, seal(keys, "", ""), ""), "");
}

TEST(Crypto, NoChangedByteGoesUnseen) {
  const Keyring keys = one_key();
  const Bytes sealed = seal(keys, "secret", "x");
  for (std::size_t i = 0; i < sealed.size(); ++i) {
    Bytes changed = sealed;
    changed[i] ^= 1;
    EXPECT_NE(log_of(keys, changed, "x"), "opened") << i;
    EXPECT_NE(log_of(keys, Bytes(sealed.begin(), sealed.begin() + long(i)), "x"), "opened") << i;
  }
}

TEST(Crypto, OldValuesOpenAfterTheKeyChanged) {
  Keyring keys = one_key();
  const Bytes old = seal(keys, "a", "");
  keys.add(2, Key::random());
  EXPECT_EQ(key_version(seal(keys, "b", "")), 2u);
  EXPECT_EQ(key_version(old), 1u);
  EXPECT_EQ(open_sealed(keys, old, ""), "a");
  Keyring later;
  later.add(2, *keys.find(2));
  EXPECT_EQ(log_of(later, old, ""), "key version 1 is missing");
}

TEST(Crypto, KeysAreReadInThreeWritingsAndDerivedPerPurpose) {
  const Key key = Key::parse(std::string(64, 'a'));
  EXPECT_EQ(key.to_hex(), std::string(64, 'a'));
  EXPECT_EQ(Key::parse(base64url(key.bytes())).to_hex(), key.to_hex());
  EXPECT_EQ(Key::parse(key.bytes()).to_hex(), key.to_hex());
  EXPECT_NE(key.derive("a").to_hex(), key.derive("b").to_hex());
  EXPECT_EQ(keyed_hash(key, "x"), keyed_hash(key, "x"));
  EXPECT_NE(keyed_hash(key, "x"), keyed_hash(key.derive("a"), "x"));
  for (const std::string& bad : {std::string{}, std::string("short"), std::string(64, 'g'), std::string(43, '!')})
    EXPECT_THROW(Key::parse(bad), Fault);
}

TEST(Crypto, PasswordsVerifyAndTellTheirAge) {
  const std::string hash = hash_password("正确的马");
  EXPECT_TRUE(hash.starts_with("$argon2id$v=19$m=32768,t=2,p=1$")) << hash;
  EXPECT_TRUE(verify_password(hash, "正确的马"));
  EXPECT_FALSE(verify_password(hash, "正确的驴"));
  EXPECT_FALSE(verify_password("", "正确的马"));
  EXPECT_FALSE(verify_password(std::string(5000, '$'), "正确的马"));
  EXPECT_FALSE(is_outdated(hash));
  EXPECT_TRUE(is_outdated("$argon2id$v=19$m=8192,t=1,p=1$c29tZXNhbHQ$aaaa"));
}

TEST(Crypto, ChanceForSecretsDiffersAndHasItsLength) {
  EXPECT_EQ(random_token().size(), 43u);
  EXPECT_NE(random_token(), random_token());
  EXPECT_EQ(random_digits(6).size(), 6u);
  EXPECT_TRUE(std::ranges::all_of(random_digits(200), [](char c) { return c >= '0' && c <= '9'; }));
  EXPECT_TRUE(equal_in_constant_time("abc", "abc"));
  EXPECT_FALSE(equal_in_constant_time("abc", "abd"));
  EXPECT_FALSE(equal_in_constant_time("abc", "ab"));
  EXPECT_TRUE(equal_in_constant_time("", ""));
}

// Signing in at an identity provider (OpenID Connect), as an administrator's file says:
//
//   {"label": {"zh": "区统一身份认证", "en": "District sign-in"}, "issuer": "https://id.example.gov.cn",
//    "client_id": "tongxin", "client_secret": "…", "person_claim": "employee_number", "person_by": "code",
//    "create": false, "second_factor": ["mfa", "otp"],
//    "posts": [{"claim": "groups", "value": "grid-07", "role": "grid_worker_full", "org": "taoyuan-committee", "area": "…"}]}
//
// The browser goes to GET /v1/session/outside/start, comes back to GET /v1/session/outside/callback (register
// <base url>/v1/session/outside/callback at the provider), and is sent on to the page it came from with a session. What must
// come back unchanged (state, nonce, verifier) travels in a sealed cookie of ten minutes, so any node may finish.
#pragma once
#include <memory>
#include <string>
#include <vector>

#include <boost/describe.hpp>

#include "base/contract.hpp"
#include "oidc/provider.hpp"
#include "serve/app.hpp"

namespace tongxin::serve {

enum class PersonBy { code, login, phone };
BOOST_DESCRIBE_ENUM(PersonBy, code, login, phone)

struct PostRule {
  std::string claim, value;     // a list (or a text) of this name that holds this value …
  std::string role, org, area;  // … gives this post: codes of the organisation and the area
};
BOOST_DESCRIBE_STRUCT(PostRule, (), (claim, value, role, org, area))
constexpr auto notes(const PostRule*) {
  return std::array{note("claim", "声明名 / claim", length(1, 100)), note("value", "值 / value", length(1, 200)),
                    note("role", "角色 / role", length(1, 60)),
                    note("org", "组织编码 / code of the organisation", length(1, 60)),
                    note("area", "区域编码 / code of the area", length(1, 60))};
}

struct OutsideSettings {
  Words label{"统一身份认证", "Single sign-on"};
  std::string issuer, client_id, client_secret;
  std::string scopes = "openid profile", authority;
  std::string person_claim = "sub";
  PersonBy person_by = PersonBy::code;
  bool create = false;  // make persons who are not known; else they are refused
  std::string name_claim = "name";
  std::vector<std::string> second_factor;  // values of `amr` that count as one; empty: none does
  std::vector<PostRule> posts;
};
BOOST_DESCRIBE_STRUCT(OutsideSettings, (),
                      (label, issuer, client_id, client_secret, scopes, authority, person_claim, person_by, create,
                       name_claim, second_factor, posts))
constexpr auto notes(const OutsideSettings*) {
  return std::array{
      note("label", "按钮文字 / what the button says", defaulted()),
      note("issuer", "提供方 / issuer", length(8, 300)),
      note("client_id", "客户端编号 / client id", length(1, 200)),
      note("client_secret", "客户端密钥 / client secret", length(0, 500), defaulted()),
      note("scopes", "范围 / scopes", length(6, 300), defaulted()),
      note("authority", "提供方自有证书的 PEM 文件 / PEM file of its own authority", length(0, 500), defaulted()),
      note("person_claim", "认人的声明 / the claim that says who", length(1, 100), defaulted()),
      note("person_by", "按编码、账号或电话认人 / what it is: code, login or phone", defaulted()),
      note("create", "不认识的人是否新建 / make persons who are not known", defaulted()),
      note("name_claim", "姓名的声明 / the claim that holds the name", length(1, 100), defaulted()),
      note("second_factor", "算作第二因素的 amr 值 / values of amr that count as a second factor", items(0, 20),
           defaulted()),
      note("posts", "声明与岗位的对应 / which claims give which posts", items(0, 500), defaulted())};
}

// Reads the file; Fault(invalid) with the places of what is wrong, Fault(unavailable) when others may read it.
OutsideSettings read_outside_settings(const std::string& file);

class OutsideSignIn {
 public:
  // `clock`: the one that the provider's tokens are held against.
  OutsideSignIn(App& of, OutsideSettings given, const Clock& clock)
      : app(of),
        settings(std::move(given)),
        provider({settings.issuer,
                  settings.client_id,
                  settings.client_secret,
                  settings.scopes,
                  {"RS256", "ES256"},
                  settings.authority},
                 clock) {}
  App& app;
  const OutsideSettings settings;
  oidc::Provider provider;
};

// `outside` may be null: then the list of ways is empty and the rest is not found.
void add_outside_routes(App& app, OutsideSignIn* outside, Router& router);

}  // namespace tongxin::serve

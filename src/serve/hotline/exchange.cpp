#include "serve/hotline/exchange.hpp"

#include <boost/json.hpp>

#include "serve/hotline/sql.hpp"
#include "serve/openapi.hpp"
#include "serve/routes.hpp"

namespace tongxin::serve {
namespace {

namespace json = boost::json;

constexpr std::string_view kField = "hotline key";

struct Row {
  std::string name, settings;
  std::optional<store::Bytes> secret;
  std::string cursor;
  Time pull_at{}, pulled_at{};
  std::int64_t failures = 0;
  std::string why;
};
BOOST_DESCRIBE_STRUCT(Row, (), (name, settings, secret, cursor, pull_at, pulled_at, failures, why))

Exchange exchange_of(App& app, Row row) {
  Exchange exchange{std::move(row.name),   read_json<api::HotlineSettings>(row.settings),
                    std::move(row.cursor), row.pull_at,
                    row.pulled_at,         row.failures,
                    std::move(row.why)};
  if (row.secret) exchange.settings.key = app.vault.open(app.realm, 0, kField, *row.secret);
  return exchange;
}

void check_name(std::string_view name) {
  if (name.empty() || name.size() > 40 || name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_") != name.npos)
    throw Fault(Code::invalid, words("名称应为小写字母、数字和下划线", "a name is lower-case letters, digits and _"));
}

void check_category(const pack::Kind& kind, const std::string& code, const std::string& at) {
  if (kind.taxonomy == nullptr || kind.taxonomy->find(code) == nullptr)
    refuse_invalid(at, "unknown", words("没有类别 {}", "there is no category {}", code));
}

void check_area(const record::World& world, const std::string& code, const std::string& at) {
  if (world.atlas->by_code(code) == nullptr)
    refuse_invalid(at, "unknown", words("没有编码为 {} 的区域", "there is no area with the code {}", code));
}

void check(const record::World& world, const api::HotlineSettings& settings) {
  if (!settings.url.starts_with("https://") && !settings.url.starts_with("http://"))
    refuse_invalid("/url", "format", words("应为 http 或 https 网址", "expected an http or https address"));
  const pack::Kind* kind = world.library->kind(settings.kind);
  if (kind == nullptr) refuse_invalid("/kind", "unknown", words("没有这类事项", "there is no such kind"));
  const auto text_of = [](const json::value& value, const std::string& at) {
    if (!value.is_string()) refuse_invalid(at, "type", words("应为文字", "expected text"));
    return std::string(value.as_string());
  };
  for (const auto& [theirs, ours] : settings.categories)
    check_category(*kind, text_of(ours, "/categories/" + std::string(theirs)), "/categories/" + std::string(theirs));
  for (const auto& [theirs, ours] : settings.areas)
    check_area(world, text_of(ours, "/areas/" + std::string(theirs)), "/areas/" + std::string(theirs));
  if (settings.other_category) check_category(*kind, *settings.other_category, "/other_category");
  if (settings.other_area) check_area(world, *settings.other_area, "/other_area");
}

}  // namespace

std::vector<Exchange> exchanges(App& app, store::Tx& tx) {
  std::vector<Exchange> list;
  for (Row& row : tx.all<Row>(hotline_sql::kExchanges, app.realm)) list.push_back(exchange_of(app, std::move(row)));
  return list;
}

Exchange need_exchange(App& app, store::Tx& tx, std::string_view name) {
  auto row = tx.one<Row>(hotline_sql::kExchange, app.realm, name);
  if (!row) throw Fault(Code::not_found, words("没有这个工单交换", "there is no such exchange"));
  return exchange_of(app, std::move(*row));
}

void put_exchange(App& app, store::Tx& tx, const std::string& name, const api::HotlineSettings& settings) {
  check_name(name);
  check(*app.engine.worlds().current(tx, app.realm), settings);
  api::HotlineSettings open = settings;
  open.key.reset();
  std::optional<store::Bytes> secret;
  if (settings.key && !settings.key->empty()) secret = app.vault.seal(app.realm, 0, kField, *settings.key);
  tx.run(hotline_sql::kPutExchange, app.realm, name, to_json(open), secret, app.clock.now());
}

bool drop_exchange(App& app, store::Tx& tx, const std::string& name) {
  send::forget_target(tx, app.realm, "hotline", name);
  return tx.run(hotline_sql::kDropExchange, app.realm, name) == 1;
}

api::HotlineState state_of(App& app, store::Tx& tx, const Exchange& exchange) {
  const api::HotlineSettings& settings = exchange.settings;
  api::HotlineState state{.name = exchange.name,
                          .url = settings.url,
                          .kind = settings.kind,
                          .pull = settings.pull,
                          .has_key = settings.key.has_value(),
                          .every_minutes = settings.every_minutes,
                          .categories = settings.categories,
                          .areas = settings.areas,
                          .other_category = settings.other_category,
                          .other_area = settings.other_area,
                          .pulled_at = {},
                          .failures = exchange.failures,
                          .trouble = {}};
  if (exchange.pulled_at != Time{}) state.pulled_at = exchange.pulled_at;
  if (!exchange.why.empty()) state.trouble = exchange.why;
  state.open = tx.one<std::int64_t>(hotline_sql::kCountOpen, app.realm, exchange.name).value_or(0);
  state.refused = tx.one<std::int64_t>(hotline_sql::kCountRefused, app.realm, exchange.name).value_or(0);
  return state;
}

}  // namespace tongxin::serve

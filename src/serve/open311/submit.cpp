// POST requests: a service request becomes a record by the one door, raised by the account that the key belongs to. That
// account is the reporter: it may read on, add to it and judge it for the people it speaks for.
#include "base/crypto.hpp"
#include "base/text.hpp"
#include "people/directory.hpp"
#include "serve/open311/call.hpp"

namespace tongxin::serve::open311 {
namespace {

namespace json = boost::json;
using store::Sql;

constexpr Sql kAddToken{"add_open311_token",
                        "INSERT INTO open311_token (realm_id, token, record_id, at) VALUES ($1,$2,$3,$4)"};
constexpr Sql kTokenOf{"open311_token_of", "SELECT token FROM open311_token WHERE realm_id=$1 AND record_id=$2"};
constexpr Sql kToken{"open311_token", "SELECT record_id FROM open311_token WHERE realm_id=$1 AND token=$2"};

std::string repeat_key(const Call& call, const std::string& service) {
  const std::string_view key = call.request.header("idempotency-key");
  if (key.size() > 200)
    throw Fault(Code::bad_request,
                words("Idempotency-Key 最长 200 个字符", "an Idempotency-Key has at most 200 characters"));
  if (!key.empty()) return "open311|" + std::string(key);
  // What this client calls its own report; sent again after a change of category it is another request.
  for (const auto* pairs : {&call.request.fields, &call.request.query})
    for (const auto& [name, value] : *pairs)
      if (name == "attribute[fixmystreet_id]" && !value.empty())
        return fmt::format("open311|{}|{}", service, cut(value, 100));
  return {};
}

bool is_chinese(std::string_view text) { return !text.empty() && static_cast<unsigned char>(text[0]) >= 0xe3; }

void add_contact(const Call& call, const Service& service, json::object& form) {
  const pack::Offer& offer = *service.kind->open311;
  const auto value = [&](const char* name) { return value_of(call.request, name).value_or(""); };
  const std::string first = value("first_name"), last = value("last_name") == "-" ? "" : value("last_name");
  const std::string name = is_chinese(first) || is_chinese(last) ? last + first : std::string(trim(first + " " + last));
  if (!offer.name.empty() && !name.empty()) form[offer.name] = name;
  if (const std::string phone = value("phone"); !offer.phone.empty() && !phone.empty())
    form[offer.phone] = clean_phone(phone);
  if (const std::string email = value("email"); !offer.email.empty() && !email.empty()) form[offer.email] = email;
}

// Only words for the place: the district of the program that sent it, for people to find out where.
AreaId area_of_holder(const record::World& world, const Caller& holder, Day today) {
  for (const people::Post& post : world.directory->posts_of(holder.actor.person))
    if (people::live(post, today) && world.atlas->find(post.area) != nullptr) return post.area;
  return {};
}

void add_place(const Call& call, const record::World& world, const Caller& holder, record::Draft& draft) {
  draft.lat = number_of(call.request, "lat", -90, 90);
  draft.lon = number_of(call.request, "long", -180, 180);
  draft.address = one_line(cut(value_of(call.request, "address_string").value_or(""), 200));
  if (draft.lat && draft.lon) return;
  const auto id = value_of(call.request, "address_id");
  if (id && parse(*id, draft.area) && world.atlas->find(draft.area) != nullptr) return;
  draft.area = {};
  if (id && draft.address.empty())
    refuse("address_id", "unknown", words("没有这个地点", "there is no such address_id"));
  if (!draft.address.empty()) draft.area = area_of_holder(world, holder, day_of(call.app.clock.now(), call.app.zone));
  if (!draft.area) refuse("lat, long or address_id", "required", words("请给出地点", "where is it?"));
}

Service need_service(const Call& call, const record::World& world) {
  const auto code = value_of(call.request, "service_code");
  if (!code) refuse("service_code", "required", words("缺少 service_code", "service_code is missing"));
  const auto service = find_service(*world.library, *code);
  if (!service)
    throw Fault(Code::not_found,
                words("没有这项服务：{}", "service_code {} was not found", std::string(cut(*code, 60))));
  return *service;
}

record::Draft draft_of(const Call& call, const record::World& world, const Service& service, const Caller& holder,
                       const Media& media) {
  record::Draft draft;
  draft.kind = service.kind->name;
  draft.category = service.category != nullptr ? service.category->code : "";
  draft.source = "open311";
  draft.form = attributes_of(service, call.request, call.app.zone);
  const auto description = value_of(call.request, "description");
  if (!description) refuse("description", "required", words("缺少描述", "description is missing"));
  const pack::Field& title = service.kind->form.fields[std::size_t(service.kind->title_field)];
  const std::string text = with_links(*description, media, call.language());
  draft.form[title.name] = title.type == pack::FieldType::text ? one_line(text) : text;
  add_contact(call, service, draft.form);
  add_place(call, world, holder, draft);
  return draft;
}

std::string token_for(store::Tx& tx, const Call& call, RecordId record) {
  if (auto known = tx.one<std::string>(kTokenOf, call.app.realm, record)) return *known;
  const auto random = random_bytes(16);
  std::string token = hex({reinterpret_cast<const char*>(random.data()), random.size()});
  tx.run(kAddToken, call.app.realm, token, record, call.app.clock.now());
  return token;
}

json::object receipt(store::Tx& tx, const Call& call, const Service& service, const record::Outcome& outcome) {
  const auto world = call.app.engine.worlds().current(tx, call.app.realm);
  const auto record = call.app.engine.find(tx, call.app.realm, outcome.id);
  const auto org = org_ref(*world, record->holder_org);
  json::object receipt;
  if (service.kind->open311->batch)
    receipt["token"] = token_for(tx, call, outcome.id);
  else
    receipt["service_request_id"] = outcome.number;
  receipt["service_notice"] =
      org ? json::value(words("已登记，由{}办理", "registered; {} handles it", org->name).in(call.language()))
          : json::value(nullptr);
  receipt["account_id"] = nullptr;
  return receipt;
}

// A batch service tells the number when somebody has taken the matter on.
bool number_is_told(const pack::Kind& kind, const record::Record& record) {
  const int state = kind.state(record.state);
  return state >= 0 && kind.states[std::size_t(state)].display != pack::Display::waiting;
}

}  // namespace

Response submit(const Call& call) {
  need_jurisdiction(call);
  App& app = call.app;
  struct Known {
    Caller holder;
    record::WorldPtr world;
  };
  const Known known = app.store.read([&](store::Tx& tx) {
    return Known{holder_of_key(call, tx, true), app.engine.worlds().current(tx, app.realm)};
  });
  const Service service = need_service(call, *known.world);
  const std::string key = repeat_key(call, code_of(service));
  const PersonId owner = known.holder.actor.person;
  try {
    const Media media = take_media(call, owner, key);
    const record::Draft draft = draft_of(call, *known.world, service, known.holder, media);
    const pack::Field* pictures = media_field(service.kind->form);
    return app.store.write([&](store::Tx& tx) {
      record::Draft ready = draft;
      attach(tx, call, media, owner, ready.form, pictures != nullptr ? pictures->name : "");
      const auto outcome = app.engine.create(tx, app.realm, known.holder.actor, ready, app.clock.now(), key);
      return document(call.format, "service_requests", json::array{receipt(tx, call, service, outcome)});
    });
  } catch (const Fault& fault) {
    return errors(call.format, fault, call.request, [&](const std::string& at) { return sent_name(service, at); });
  }
}

Response token(const Call& call, std::string_view token) {
  need_jurisdiction(call);
  return call.app.store.read([&](store::Tx& tx) {
    const auto id = token.size() > 64 ? std::nullopt : tx.one<RecordId>(kToken, call.app.realm, token);
    const auto record = id ? call.app.engine.find(tx, call.app.realm, *id) : std::nullopt;
    if (!record) throw Fault(Code::not_found, words("没有这个 token", "the token was not found"));
    const auto world = call.app.engine.worlds().current(tx, call.app.realm);
    json::object answer{{"service_request_id", nullptr}, {"token", token}};
    if (number_is_told(world->kind(record->kind), *record)) answer["service_request_id"] = record->number;
    return document(call.format, "service_requests", json::array{std::move(answer)});
  });
}

}  // namespace tongxin::serve::open311

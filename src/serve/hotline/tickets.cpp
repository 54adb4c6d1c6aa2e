// Tickets in: by the tables of categories and areas, through the one door, once each.
#include <boost/json.hpp>

#include "base/text.hpp"
#include "people/directory.hpp"
#include "record/sql.hpp"
#include "serve/hotline/exchange.hpp"
#include "serve/hotline/letters.hpp"
#include "serve/hotline/sql.hpp"
#include "serve/views.hpp"

namespace tongxin::serve {
namespace {

namespace json = boost::json;

struct TicketRow {
  RecordId record;
  int told_seq = 0;
  std::string why;
};
BOOST_DESCRIBE_STRUCT(TicketRow, (), (record, told_seq, why))

std::string mapped(const json::object& table, const std::optional<std::string>& theirs,
                   const std::optional<std::string>& other, const char* name, const Words& what) {
  if (const json::value* ours = theirs ? table.if_contains(*theirs) : nullptr) return std::string(ours->as_string());
  if (other) return *other;
  throw Fault(Code::invalid,
              words("{0}“{2}”不在对照表中", "the {1} '{2}' is not in the table", what.zh, what.en, theirs.value_or("")),
              {{name, "unknown", what}});
}

record::Draft draft_of(App& app, const record::World& world, const Exchange& exchange,
                       const api::HotlineTicket& ticket) {
  const api::HotlineSettings& settings = exchange.settings;
  if (!ticket.content || trim(*ticket.content).empty())
    throw Fault(Code::invalid, words("缺少诉求内容", "content is missing"));
  record::Draft draft;
  draft.kind = settings.kind;
  draft.source = exchange.name;
  draft.outside_number = ticket.id;
  draft.category =
      mapped(settings.categories, ticket.category, settings.other_category, "/category", {"类别", "category"});
  draft.urgent = ticket.urgent;
  draft.lon = ticket.lon, draft.lat = ticket.lat;
  draft.address = ticket.address.value_or("");
  // A point finds its own grid; without one the table says where.
  if (!draft.lon || !draft.lat || (ticket.area && settings.areas.contains(*ticket.area))) {
    const std::string code = mapped(settings.areas, ticket.area, settings.other_area, "/area", {"区域", "area"});
    if (const place::Area* area = world.atlas->by_code(code)) draft.area = area->id;
  }
  const pack::Form& form = world.kind(settings.kind).form;
  const auto fill = [&](const char* field, const std::string& value) {
    if (form.find(field) != nullptr && !value.empty()) draft.form[field] = value;
  };
  fill("description", *ticket.content);
  if (ticket.called_at) fill("called_at", to_rfc3339(*ticket.called_at, app.zone));
  if (ticket.caller) fill("caller_name", ticket.caller->name.value_or(""));
  if (ticket.caller) fill("caller_phone", clean_phone(ticket.caller->phone.value_or("")));
  return draft;
}

api::HotlineAck ack_of(App& app, store::Tx& tx, const std::string& ticket, RecordId id, bool repeated) {
  const auto record = app.engine.find(tx, app.realm, id);
  api::HotlineAck ack{.id = ticket, .accepted = true, .repeated = repeated, .number = {}, .status = {}, .reason = {}};
  if (record) ack.number = record->number, ack.status = record->state;
  return ack;
}

// What the caller said, as the kind's own action; a call that was told before changes nothing.
void apply_callback(App& app, store::Tx& tx, const Exchange& exchange, const std::string& ticket, RecordId record,
                    const api::HotlineCallback& callback) {
  json::object form{{"valid", callback.valid}};
  if (callback.contacted) form["contacted"] = *callback.contacted;
  if (callback.solved) form["solved"] = *callback.solved;
  if (callback.grade) form["grade"] = *callback.grade;
  if (callback.reason) form["reason"] = *callback.reason;
  app.engine.act(tx, app.realm, record::Actor::clock(), record, "callback", form, std::nullopt, app.clock.now(),
                 fmt::format("hotline callback|{}|{}|{}", exchange.name, ticket, callback.id));
}

api::HotlineAck take(App& app, store::Tx& tx, const Exchange& exchange, const api::HotlineTicket& ticket) {
  const auto known = tx.one<TicketRow>(hotline_sql::kTicket, app.realm, exchange.name, ticket.id);
  if (known && known->record) {
    if (ticket.callback) apply_callback(app, tx, exchange, ticket.id, known->record, *ticket.callback);
    return ack_of(app, tx, ticket.id, known->record, true);
  }
  const auto world = app.engine.worlds().current(tx, app.realm);
  const auto outcome = app.engine.create(tx, app.realm, record::Actor::clock(), draft_of(app, *world, exchange, ticket),
                                         app.clock.now());
  tx.run(hotline_sql::kPutTicket, app.realm, exchange.name, ticket.id, outcome.id, outcome.seq, true, app.clock.now(),
         "");
  return ack_of(app, tx, ticket.id, outcome.id, false);
}

bool is_refusal(const Fault& fault) { return fault.code() != Code::internal && fault.code() != Code::unavailable; }

std::string reason_of(const Fault& fault) {
  std::string reason = fault.say().zh;
  for (const Complaint& complaint : fault.complaints())
    if (complaint.say.zh != fault.say().zh) reason += "；" + complaint.at + " " + complaint.say.zh;
  return std::string(cut(reason, 300));
}

}  // namespace

api::HotlineAck take_ticket(App& app, const Exchange& exchange, const api::HotlineTicket& ticket, bool acknowledge) {
  try {
    return app.store.write([&](store::Tx& tx) {
      api::HotlineAck ack = take(app, tx, exchange, ticket);
      if (acknowledge) put_ack(app, tx, exchange, ack);
      return ack;
    });
  } catch (const Fault& fault) {
    if (!is_refusal(fault)) throw;
    const std::string reason = reason_of(fault);
    return app.store.write([&](store::Tx& tx) {
      const auto known = tx.one<TicketRow>(hotline_sql::kTicket, app.realm, exchange.name, ticket.id);
      if (!known || !known->record)
        tx.run(hotline_sql::kPutTicket, app.realm, exchange.name, ticket.id, RecordId{}, 0, false, app.clock.now(),
               reason);
      api::HotlineAck ack{.id = ticket.id,
                          .accepted = false,
                          .repeated = known && known->record,
                          .number = {},
                          .status = {},
                          .reason = reason};
      if (acknowledge) put_ack(app, tx, exchange, ack);
      return ack;
    });
  }
}

std::optional<api::HotlineAck> ticket_state(App& app, store::Tx& tx, const Exchange& exchange,
                                            std::string_view ticket) {
  const auto known = tx.one<TicketRow>(hotline_sql::kTicket, app.realm, exchange.name, ticket);
  if (!known) return std::nullopt;
  if (known->record) return ack_of(app, tx, std::string(ticket), known->record, true);
  return api::HotlineAck{.id = std::string(ticket),
                         .accepted = false,
                         .repeated = false,
                         .number = {},
                         .status = {},
                         .reason = known->why};
}

}  // namespace tongxin::serve

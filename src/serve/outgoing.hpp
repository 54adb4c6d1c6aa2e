// Messages out of one installation: what a change of a record puts into the outbox, and how each channel delivers it.
//
// A change tells (a) every person whom the engine tells and who chose SMS or e-mail, and (b) every subscription whose kinds,
// actions and area fit and whose owner may see the record; asked again when it is delivered, for a dead letter may be weeks
// old. Webhooks get number, title, state and place, nothing of the form; robots of group chats get no title either, because
// nobody knows who reads a group.
#pragma once
#include <memory>

#include "fetch/address.hpp"
#include "send/subscriptions.hpp"
#include "send/worker.hpp"
#include "serve/app.hpp"
#include "serve/log.hpp"

namespace tongxin::serve {

class OutgoingMessages {
 public:
  // Hears of the engine's changes from now on. `reach`: what the administrator allows beside the open internet.
  OutgoingMessages(App& app, fetch::Reach reach, Log log = Log{});
  OutgoingMessages(const OutgoingMessages&) = delete;

  send::Worker& worker() { return worker_; }  // others add channels of their own before start()
  void start() { worker_.start(); }
  void stop() { worker_.stop(); }
  // Puts a letter into the outbox and sends soon after the commit.
  void put(store::Tx& tx, const send::NewLetter& letter);
  // For AppOptions::send_text.
  bool send_text(store::Tx& tx, const std::string& phone, const Words& text, Time until);
  // A letter to an address that somebody wants to prove, or that an administrator tries. Fault(unavailable) without a server.
  void send_mail(store::Tx& tx, const std::string& address, const Words& subject, const Words& text, Time until);
  App& app() { return app_; }

 private:
  void hear(store::Tx& tx, const record::World& world, const record::Record& record, const record::Notice& notice);
  void tell_people(store::Tx& tx, const record::Notice& notice);
  void tell_subscribers(store::Tx& tx, const record::World& world, const record::Record& record,
                        const record::Notice& notice);
  send::Outcome deliver_text(const send::Delivery& delivery);
  send::Outcome deliver_mail(const send::Delivery& delivery);
  send::Outcome deliver_to_person(const send::Delivery& delivery);
  send::Outcome deliver_subscription(send::SubscriptionFormat format, const send::Delivery& delivery);

  App& app_;
  const fetch::Reach reach_;
  const Log log_;
  send::Worker worker_;
};

void add_outgoing_routes(OutgoingMessages& outgoing, Router& router);  // subscriptions, the outbox, a person's choice

}  // namespace tongxin::serve

#include "serve/record_routes.hpp"
#include "serve/views.hpp"

namespace tongxin::serve {
namespace {

using store::Sql;

constexpr Sql kMessages{"messages",
                        "SELECT m.id, m.at, m.text_zh, m.text_en, m.record_id, m.read_at, r.number FROM message m LEFT "
                        "JOIN record r ON r.realm_id = m.realm_id AND r.id = m.record_id "
                        "WHERE m.realm_id=$1 AND m.person_id=$2 AND m.id < $3 ORDER BY m.id DESC LIMIT $4"};
constexpr Sql kUnread{"unread_messages",
                      "SELECT count(*) FROM message WHERE realm_id=$1 AND person_id=$2 AND read_at IS NULL"};
constexpr Sql kRead{"read_message",
                    "UPDATE message SET read_at=$4 WHERE realm_id=$1 AND person_id=$2 AND id=$3 AND read_at IS NULL"};
constexpr Sql kIsThere{"message_is_there", "SELECT 1 FROM message WHERE realm_id=$1 AND person_id=$2 AND id=$3"};
constexpr Sql kReadAll{"read_all_messages",
                       "UPDATE message SET read_at=$3 WHERE realm_id=$1 AND person_id=$2 AND read_at IS NULL"};

api::MessageList messages(App& app, store::Tx& tx, PersonId person, std::int64_t before, int limit) {
  api::MessageList page{};
  tx.each(
      kMessages,
      [&](const store::Row& row) {
        api::MessageView view{id_text(row.integer(0)),
                              row.get<Time>(1),
                              {row.get<std::string>(2), row.get<std::string>(3)},
                              std::nullopt,
                              std::nullopt,
                              !row.is_null(5)};
        if (const auto record = row.get<RecordId>(4)) view.record = record;
        if (!row.is_null(6)) view.number = row.get<std::string>(6);
        page.items.push_back(std::move(view));
      },
      app.realm, person, before, limit);
  if (int(page.items.size()) == limit) page.next = page.items.back().id;
  page.unread = tx.one<std::int64_t>(kUnread, app.realm, person).value_or(0);
  return page;
}

PersonId person_of(App& app, const Request& request) {
  return app.store.read([&](store::Tx& tx) { return signed_in_caller(app, tx, request).actor.person; });
}

}  // namespace

void add_message_routes(App& app, Api& api) {
  api.get<api::MessageList>(
         "/v1/messages", "我的消息，新的在前 / my messages, newest first",
         [&app](const Request& request) {
           const auto cursor = query_text(request, "cursor");
           const std::int64_t before = cursor ? id_of(*cursor, "?cursor") : std::numeric_limits<std::int64_t>::max();
           const int limit = int(query_integer(request, "limit", 1, 100).value_or(30));
           return app.store.read([&](store::Tx& tx) {
             return messages(app, tx, signed_in_caller(app, tx, request).actor.person, before, limit);
           });
         })
      .query("cursor", "上一页的 next / next of the page before")
      .query("limit", "1–100", ParameterType::integer);
  api.post<Nothing, Nothing>("/v1/messages/{id}/read", "标为已读 / mark as read", [&app](const Request& request) {
    return Answer::write([&app, person = person_of(app, request), id = path_id(request, 0)](store::Tx& tx) {
      if (tx.run(kRead, app.realm, person, id, app.clock.now()) == 0 &&
          !tx.one<std::int64_t>(kIsThere, app.realm, person, id))
        throw Fault(Code::not_found, words("没有这条消息", "there is no such message"));
      return Response{.status = 204, .type = {}};
    });
  });
  api.post<Nothing, Nothing>("/v1/messages/read-all", "全部标为已读 / mark all as read",
                             [&app](const Request& request) {
                               return Answer::write([&app, person = person_of(app, request)](store::Tx& tx) {
                                 tx.run(kReadAll, app.realm, person, app.clock.now());
                                 return Response{.status = 204, .type = {}};
                               });
                             });
}

}  // namespace tongxin::serve

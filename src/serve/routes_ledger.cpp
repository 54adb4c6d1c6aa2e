// Books over HTTP: ledgers, accounts, statements, postings by name, months; and calculations with their reasoning.
#include "aspect/calculation/calculation.hpp"
#include "aspect/ledger/desk.hpp"
#include "base/text.hpp"
#include "record/repeat.hpp"
#include "record/sql.hpp"
#include "serve/ledger_shapes.hpp"
#include "serve/record_routes.hpp"
#include "serve/routes.hpp"
#include "serve/table_downloads.hpp"
#include "serve/views.hpp"

namespace tongxin::serve {
namespace {

using ledger::AccountType;
using ledger::Book;
using ledger::BookId;
using ledger::Ledger;
using ledger::Owner;
using store::Tx;

constexpr int kMostAccounts = 100;

std::vector<std::string_view> split(std::string_view text, char at) {
  std::vector<std::string_view> parts;
  for (;;) {
    const auto end = text.find(at);
    parts.push_back(text.substr(0, end));
    if (end == std::string_view::npos || parts.size() > std::size_t(kMostAccounts)) return parts;
    text.remove_prefix(end + 1);
  }
}

// What the balance alone does not say: how much of it is promised, how much can go, and between which limits it stays.
std::vector<api::AccountDetail> details_of(const Ledger& of, const AccountType& type, const Book& book) {
  std::vector<api::AccountDetail> list;
  const auto add = [&](const char* name, std::int64_t amount, Words label) {
    list.push_back({name, amount, std::move(label), ledger::amount_words(of, amount)});
  };
  if (book.held > 0) add("held", book.held, words("已预留", "Reserved"));
  // The limits of the book are as it is kept; a source is shown with its sign turned round, and with it what is least and most.
  if (book.least.value_or(0) != 0 || (book.held > 0 && (book.least || !type.source)))
    add("free", book.balance - book.held - book.least.value_or(0), words("可用", "Free to use"));
  const auto least = type.source ? book.most : book.least, most = type.source ? book.least : book.most;
  if (least && *least != 0) add("least", ledger::shown(type, *least), words("不低于", "Never below"));
  if (most) add("most", ledger::shown(type, *most), words("上限", "Never above"));
  return list;
}

// One request's look at the books.
class Desk {
 public:
  Desk(App& app_, Tx& tx_, const Request& request)
      : app(app_),
        tx(tx_),
        caller(caller_of(app_, tx_, request)),
        world(app_.engine.worlds().current(tx_, app_.realm)),
        today(day_of(app_.clock.now(), world->zone)) {}

  App& app;
  Tx& tx;
  const Caller caller;
  const record::WorldPtr world;
  const Day today;

  const ledger::Ledgers& ledgers() const { return ledger::ledgers_of(*world->library); }

  // None where the caller may not look, or the packs no longer know the account.
  std::optional<api::AccountRow> row(const Book& book) {
    const Ledger* found = ledgers().find(book.ledger);
    const AccountType* type = found == nullptr ? nullptr : found->account(book.name);
    if (type == nullptr || !ledger::may_see(tx, *world, caller.actor.person, *found, *type, book.owner, today))
      return std::nullopt;
    api::AccountRow row{book.id,
                        book.ledger,
                        book.name,
                        found->label,
                        type->label,
                        ledger::name_of(type->of),
                        id_text(book.owner),
                        owner_name(*type, book.owner),
                        ledger::shown(*type, book.balance),
                        book.held,
                        book.entries,
                        found->unit_code,
                        found->unit,
                        {},
                        details_of(*found, *type, book),
                        false};
    if (book.owner == 0) row.owner.clear();
    row.shown = ledger::amount_words(*found, row.balance);
    row.keeper = ledger::may_keep(tx, *world, caller.actor.person, *found, *type, book.owner, today);
    return row;
  }

  std::pair<Book, api::AccountRow> need(BookId id) {
    const auto book = ledger::find_book(tx, app.realm, id);
    auto shown = book ? row(*book) : std::nullopt;
    if (!shown) throw Fault(Code::not_found, words("没有这个账户", "there is no such account"));
    return {*book, *std::move(shown)};
  }

 private:
  std::string owner_name(const AccountType& type, std::int64_t owner) {
    switch (type.of) {
      case Owner::realm: return "";
      case Owner::person: return owner == caller.actor.person.value ? "" : person_ref(tx, *world, PersonId{owner}).name;
      case Owner::org: {
        const people::Org* org = world->directory->org(OrgId{owner});
        return org == nullptr ? "" : org->name;
      }
      case Owner::area: {
        const place::Area* area = world->atlas->find(AreaId{owner});
        return area == nullptr ? "" : area->name;
      }
      case Owner::record: {
        const auto record = app.engine.find(tx, app.realm, RecordId{owner});
        return record ? record->title : "";
      }
    }
    return "";
  }
};

api::LedgerList ledgers(App& app, Tx& tx, const Request& request) {
  Desk desk(app, tx, request);
  api::LedgerList list;
  for (const auto& [name, each] : desk.ledgers().all) {
    api::LedgerView view{name, each.label, each.unit_code, each.unit, each.points, false, {}};
    for (const people::Post& post : desk.world->directory->posts_of(desk.caller.actor.person))
      view.keeper =
          view.keeper || (people::live(post, desk.today) &&
                          std::find(each.keepers.begin(), each.keepers.end(), post.role) != each.keepers.end());
    for (const AccountType& type : each.accounts)
      view.accounts.push_back({type.name, type.label, ledger::name_of(type.of), type.source});
    list.items.push_back(std::move(view));
  }
  return list;
}

// ?owner=…: everything of one owner; without it the caller's own. ?ledger=&name=&owners=a,b,c: one account of each.
api::AccountRows accounts(App& app, Tx& tx, const Request& request) {
  Desk desk(app, tx, request);
  api::AccountRows rows;
  const auto add = [&](const Book& book) {
    if (auto row = desk.row(book); row && int(rows.items.size()) < kMostAccounts) rows.items.push_back(*std::move(row));
  };
  if (const auto owners = query_text(request, "owners")) {
    const std::string ledger = query_text(request, "ledger").value_or(""),
                      name = query_text(request, "name").value_or("");
    for (const std::string_view each : split(*owners, ',')) {
      const auto book = ledger::find_book(tx, app.realm, ledger, name, id_of(each, "?owners"));
      if (book) add(*book);
    }
    return rows;
  }
  const auto owner = query_text(request, "owner");
  const std::int64_t whose = owner ? id_of(*owner, "?owner") : desk.caller.actor.person.value;
  if (whose != 0)
    for (const Book& book : ledger::books_of(tx, app.realm, whose)) add(book);
  return rows;
}

std::string cursor_of(const ledger::Entry& entry) { return fmt::format("{}-{}", entry.day, entry.seq); }
std::optional<std::pair<Day, std::int64_t>> read_cursor(const Request& request) {
  const auto text = query_text(request, "cursor");
  if (!text) return std::nullopt;
  const auto parts = split(*text, '-');
  const auto digits = [](std::string_view part) {
    return !part.empty() && part.size() <= 18 && part.find_first_not_of("0123456789") == std::string_view::npos;
  };
  if (parts.size() != 2 || !digits(parts[0]) || !digits(parts[1]))
    refuse_invalid("?cursor", "format", words("翻页标记不对", "this is no cursor of the page before"));
  return std::pair(Day(std::stoll(std::string(parts[0]))), std::int64_t(std::stoll(std::string(parts[1]))));
}

api::StatementLine line_of(Desk& desk, const Ledger& ledger, const AccountType& type, const ledger::Entry& entry) {
  api::StatementLine line{entry.transfer,
                          to_day_text(entry.day),
                          entry.at,
                          ledger::shown(type, entry.amount),
                          ledger::shown(type, entry.balance),
                          {entry.memo_zh, entry.memo_en},
                          entry.reason,
                          "",
                          std::nullopt,
                          std::nullopt,
                          bool(entry.undoes)};
  if (const auto other = ledger::find_book(desk.tx, desk.app.realm, entry.other))
    if (const AccountType* other_type = ledger.account(other->name))
      line.other = other_type->label.in(desk.caller.language);
  if (!entry.record) return line;
  const auto record = desk.app.engine.find(desk.tx, desk.app.realm, entry.record);
  // The line is the account's; the record behind it is shown to whoever may see that.
  if (record && desk.app.engine.may_see(desk.tx, *desk.world, desk.caller.actor, *record, desk.app.clock.now())) {
    line.record = record->id;
    line.number = record->number;
  }
  return line;
}

api::Statement statement(App& app, Tx& tx, const Request& request) {
  Desk desk(app, tx, request);
  auto [book, row] = desk.need(path_id<BookId>(request, 0));
  const Ledger& ledger = *desk.ledgers().find(book.ledger);
  const AccountType& type = *ledger.account(book.name);
  ledger::Page page;
  page.limit = int(query_integer(request, "limit", 1, 100).value_or(30));
  page.from = day_at(query_text(request, "from").value_or(""), "?from", 0);
  page.until = day_at(query_text(request, "until").value_or(""), "?until", 99991231);
  page.after = read_cursor(request);
  api::Statement answer{std::move(row), {}, std::nullopt};
  const auto lines = ledger::statement(tx, app.realm, book.id, page);
  for (const ledger::Entry& entry : lines) answer.items.push_back(line_of(desk, ledger, type, entry));
  if (int(lines.size()) == page.limit) answer.next = cursor_of(lines.back());
  return answer;
}

std::vector<table::Title> statement_titles(Language language) {
  std::vector<table::Title> titles;
  for (const auto& [title, width] : std::vector<std::pair<Words, double>>{{{"日期", "Day"}, 12},
                                                                          {{"摘要", "What"}, 24},
                                                                          {{"事由", "Reason"}, 32},
                                                                          {{"收入", "Came"}, 14},
                                                                          {{"支出", "Went"}, 14},
                                                                          {{"余额", "Balance"}, 14},
                                                                          {{"事项", "Matter"}, 18}})
    titles.push_back({title.in(language), width});
  return titles;
}

// The whole book of an account, newest first as on the page; amounts in the unit that people write.
Response statement_table(App& app, DownloadShelf& shelf, const Request& request) {
  const table::Format format = format_of(request);
  const std::string path = shelf.place(app.ids.next());
  std::unique_ptr<table::Writer> out;
  Caller caller;
  std::string label;
  ledger::Page page;
  page.limit = 200;
  page.from = day_at(query_text(request, "from").value_or(""), "?from", 0);
  page.until = day_at(query_text(request, "until").value_or(""), "?until", 99991231);
  for (bool more = true; more;)
    app.store.read([&](Tx& tx) {
      Desk desk(app, tx, request);
      const auto [book, row] = desk.need(path_id<BookId>(request, 0));
      const Ledger& ledger = *desk.ledgers().find(book.ledger);
      const AccountType& type = *ledger.account(book.name);
      if (!out) {
        caller = desk.caller;
        label = (row.owner_name.empty() ? "" : row.owner_name + " ") + row.label.in(caller.language);
        out = table::write_table(path, format, label, statement_titles(caller.language), app.zone);
      }
      const auto lines = ledger::statement(tx, app.realm, book.id, page);
      const double unit = ledger.unit_code == "fen" ? 100 : 1;
      for (const ledger::Entry& entry : lines) {
        const api::StatementLine line = line_of(desk, ledger, type, entry);
        const auto amount = [&](std::int64_t value) { return table::Out::of_number(double(value) / unit); };
        out->row({table::Out::of_day(entry.day), table::Out::of(line.memo.in(caller.language)),
                  table::Out::of(line.reason.empty() ? line.other : line.reason),
                  line.amount > 0 ? amount(line.amount) : table::Out{},
                  line.amount < 0 ? amount(-line.amount) : table::Out{}, amount(line.balance),
                  table::Out::of(line.number.value_or(""))});
      }
      more = int(lines.size()) == page.limit;
      if (more) page.after = std::pair(lines.back().day, lines.back().seq);
    });
  out->finish(about_download(app, caller, label, out->rows()));
  if (caller.signed_in) log_export(app, caller, "account", label, out->rows());
  return download(path, table::file_name({label}, app.clock.now(), format, app.zone), table::media_type(format));
}

api::AccountMonths account_months(App& app, Tx& tx, const Request& request) {
  Desk desk(app, tx, request);
  auto [book, row] = desk.need(path_id<BookId>(request, 0));
  const AccountType& type = *desk.ledgers().find(book.ledger)->account(book.name);
  api::AccountMonths answer{std::move(row), {}};
  std::int64_t balance = 0;
  for (const ledger::Month& month : ledger::months(tx, app.realm, book.id)) {
    balance += month.came - month.went;
    answer.items.push_back({month.period, type.source ? month.went : month.came, type.source ? month.came : month.went,
                            ledger::shown(type, balance), month.entries,
                            ledger::is_closed(tx, app.realm, book.ledger, book.owner, month.period)});
  }
  return answer;
}

ledger::Posting posting_of(App& app, PersonId actor, std::string reason, Day day) {
  return {app.realm,        app.ids, app.clock.now(), app.zone, actor, {}, 0, day, {"记账", "Posted by name"},
          std::move(reason)};
}

PersonId person_of(App& app, const Request& request) {
  return app.store.read([&](Tx& tx) { return signed_in_caller(app, tx, request).actor.person; });
}

// Money moves once, however often the request for it arrives.
template <class F>
Response posted_once(App& app, Tx& tx, PersonId actor, const std::string& key, const std::string& asked, F&& move) {
  if (key.empty()) return json_answer(api::Posted{move()}, 201);
  const record::Repeat repeat = record::repeat_of({.person = actor, .system = false, .follows = {}}, key, asked);
  api::Posted answer;
  if (const auto former = record::remembered(tx, app.realm, repeat)) {
    parse(std::string_view(former->extra.at("transfer").as_string()), answer.id);
    return json_answer(answer, 201);
  }
  answer.id = move();
  record::remember(tx, app.realm, repeat, {{}, 0, {{"transfer", to_text(answer.id)}}}, app.clock.now());
  return json_answer(answer, 201);
}

Answer post(App& app, const Request& request, api::NewPosting body) {
  const PersonId actor = person_of(app, request);
  const Day day = day_at(body.day.value_or(""), "/day", 0);
  return Answer::write([&app, actor, day, ledger = std::string(request.params[0]), key = repeat_key(request),
                        body = std::move(body)](Tx& tx) {
    const std::string asked =
        fmt::format("post {} {} {} {} {} {}", ledger, body.from.value, body.to.value, body.amount, day, body.reason);
    return posted_once(app, tx, actor, key, asked, [&] {
      const auto world = app.engine.worlds().current(tx, app.realm);
      return ledger::post_by_name(tx, *world, posting_of(app, actor, body.reason, day),
                                  {ledger, body.from, body.to, body.amount, body.reason, day});
    });
  });
}

Answer undo(App& app, const Request& request, const api::UndoPosting& body) {
  const PersonId actor = person_of(app, request);
  return Answer::write([&app, actor, wrong = path_id<ledger::TransferId>(request, 0), key = repeat_key(request),
                        reason = body.reason](Tx& tx) {
    return posted_once(app, tx, actor, key, fmt::format("undo {} {}", wrong.value, reason), [&] {
      const auto world = app.engine.worlds().current(tx, app.realm);
      return ledger::undo_by_name(tx, *world, posting_of(app, actor, reason, 0), wrong);
    });
  });
}

Answer close(App& app, const Request& request, const api::CloseMonth& body) {
  const PersonId actor = person_of(app, request);
  const std::int64_t owner = body.owner ? id_of(*body.owner, "/owner") : 0;
  return Answer::write([&app, actor, owner, period = body.period, ledger = std::string(request.params[0])](Tx& tx) {
    ledger::close_by_name(tx, *app.engine.worlds().current(tx, app.realm), posting_of(app, actor, "", 0), ledger, owner,
                          period);
    return Response{.status = 204, .type = {}};
  });
}

api::CalculationList calculations(App& app, Tx& tx, const Request& request) {
  View view(app, tx, request);
  Sight sight{};
  const auto held = view.need(path_id<RecordId>(request, 0), sight);
  const record::Record& record = *held;
  api::CalculationList list;
  if (sight == Sight::open)
    return list;  // published: the figures are, the reasoning is the applicant's and the officer's
  for (const auto& each : calculation::calculations_of(tx, app.realm, record.id)) {
    api::CalculationView shown{each.seq, each.at, each.rule, {}};
    for (const auto& line : each.lines) shown.lines.push_back({line.say, line.amount});
    list.items.push_back(std::move(shown));
  }
  return list;
}

template <class F>
auto reading(App& app, F run) {
  return [&app, run](const Request& request) { return app.store.read([&](Tx& tx) { return run(app, tx, request); }); };
}

}  // namespace

void add_ledger_routes(App& app, Router& router) {
  Api api(router);
  api.get<api::LedgerList>("/v1/ledgers", "账本 / ledgers", reading(app, ledgers)).open();
  api.get<api::AccountRows>("/v1/accounts", "账户；不写 owner 是我的 / accounts; without owner: mine",
                            reading(app, accounts))
      .open()
      .query("owner", "归谁 / whose", ParameterType::id)
      .query("ledger", "账本 / ledger")
      .query("name", "账户代码 / account")
      .query("owners", "多个归属，逗号分隔，最多 100 / several owners, by commas, at most 100");
  api.get<api::Statement>("/v1/accounts/{id}/statement", "明细，新的在前 / statement, newest first",
                          reading(app, statement))
      .open()
      .query("from", "起始日 / from")
      .query("until", "截止日 / until")
      .query("cursor", "上一页的 next / next of the page before")
      .query("limit", "1–100", ParameterType::integer);
  const auto shelf = std::make_shared<DownloadShelf>();
  api.get<Nothing>("/v1/exports/accounts/{id}", "导出明细表 / the statement as a table",
                   [&app, shelf](const Request& request) {
                     return Answer::work([&app, shelf, &request] { return statement_table(app, *shelf, request); });
                   })
      .open()
      .query("from", "起始日 / from")
      .query("until", "截止日 / until")
      .query("format", "xlsx | csv")
      .media(table::media_type(table::Format::xlsx));
  api.get<api::AccountMonths>("/v1/accounts/{id}/months", "各月合计与月末余额 / months", reading(app, account_months))
      .open();
  api.post<api::NewPosting, api::Posted>(
         "/v1/ledgers/{ledger}/postings", "记一笔，写明事由 / post by name, with a reason",
         [&app](const Request& request, api::NewPosting body) { return post(app, request, std::move(body)); })
      .idempotent()
      .status(201);
  api.post<api::UndoPosting, api::Posted>(
         "/v1/postings/{id}/undo", "冲销一笔 / undo by a counter-entry",
         [&app](const Request& request, const api::UndoPosting& body) { return undo(app, request, body); })
      .idempotent()
      .status(201);
  api.post<api::CloseMonth, Nothing>(
      "/v1/ledgers/{ledger}/closings", "月结 / close a month",
      [&app](const Request& request, const api::CloseMonth& body) { return close(app, request, body); });
  api.get<api::CalculationList>("/v1/records/{id}/calculations", "计算过程 / calculations with their reasoning",
                                reading(app, calculations))
      .open();  // whoever sees the record; of a published one the list is empty
}

}  // namespace tongxin::serve

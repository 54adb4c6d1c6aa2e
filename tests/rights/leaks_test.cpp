// What one may not see is nowhere: every record carries a word of its own and a secret of its own, every person a phone and an
// address of their own; then everybody reads every address there is (lists, search, one record, timelines, exports, figures,
// feeds, the stream), and nowhere stands the word of a record that is not theirs to see, nor any secret, nor what is private of
// another. Neither does the server's log hold it.
#include <gtest/gtest.h>

#include "serve/openapi.hpp"
#include "support/form_filler.hpp"
#include "support/whole_server.hpp"

namespace tongxin::serve {
namespace {

namespace json = boost::json;

struct Private {
  std::string phone, home;
};

struct Marked {
  RecordId id;
  std::string kind, word, secret;
};

class Leaks : public test::EnginesTest {
 protected:
  void SetUp() override {
    test::EnginesTest::SetUp();
    if (IsSkipped() || HasFatalFailure()) return;
    server_ = std::make_unique<WholeServer>(fresh(aspect::all_migrations()), folder() / "files");
    server_->appoint("he", "village_accountant", "taoyuan-committee", "taoyuan");
    server_->appoint("bao", "shop_keeper", "taoyuan-committee", "taoyuan");
    // Somebody who reads nothing here holds every post, so that there is something of every kind.
    for (const pack::Named& role : server_->library->roles)
      server_->appoint("jiang", role.name, "district-gov", "district");
    server_->store->write([&](store::Tx& tx) {
      int number = 0;
      for (const auto& [name, person] : server_->names.people) {
        Private own{"1397000" + std::to_string(1000 + ++number), "qzhome" + std::to_string(1000 + number)};
        people::set_private(tx, server_->vault, server_->doing(), person, people::PrivateField::phone, own.phone);
        people::set_private(tx, server_->vault, server_->doing(), person, people::PrivateField::address, own.home);
        private_[name] = std::move(own);
      }
    });
  }

  // What a creation asks first is not what is tried here: everybody may raise everything, no guard is in the way, and every kind
  // has a text and a secret to mark. Who may see it stays as the packs say.
  void open_creation() {
    for (const auto& kind : server_->library->kinds) {
      kind->create.guards.clear();
      kind->create.who.push_back({.how = pack::Who::How::signed_in, .roles = {}, .relation = {}, .when = {}});
      const auto& fields = kind->form.fields;
      const bool text = std::ranges::any_of(fields, takes_word), secret = std::ranges::any_of(fields, takes_secret);
      if (!text) kind->form.fields.push_back(added_field("qz_word", false));
      if (!secret) kind->form.fields.push_back(added_field("qz_secret", true));
    }
  }
  static pack::Field added_field(const char* name, bool sealed) {
    pack::Field field;
    field.name = name, field.type = pack::FieldType::text, field.label = {name, name}, field.sealed = sealed;
    return field;
  }
  static bool takes_text(const pack::Field& field) {
    return !field.flow_only && (field.type == pack::FieldType::text || field.type == pack::FieldType::long_text);
  }
  static bool takes_word(const pack::Field& field) {
    return takes_text(field) && !field.sealed && field.max.value_or(99) >= 16;
  }
  static bool takes_secret(const pack::Field& field) {
    return takes_text(field) && field.sealed && field.max.value_or(99) >= 20;
  }

  // Of every kind that the packs declare some at several places, as the system would make them.
  void make_records(int rounds) {
    open_creation();
    Random random(5);
    test::Nameable nameable;
    for (const auto& [name, id] : server_->names.people) nameable.people.push_back(to_text(id));
    for (const auto& [name, id] : server_->names.orgs) nameable.orgs.push_back(to_text(id));
    for (const auto& [name, id] : server_->names.areas) nameable.areas.push_back(to_text(id));
    nameable.new_file = [this] { return new_file(); };
    std::set<std::string> marked;
    for (int round = 0; round < rounds; ++round)
      for (const auto& kind : server_->library->kinds)
        for (const char* place : {"B0101", "B0201", "B0301", "taoyuan", "liulin"})
          if (nameable.records[kind->name].size() <= 4 && make_record(*kind, place, random, nameable))
            marked.insert(kind->name);
    // Where what follows a creation refuses it (an account to book on, a unique name, a text that must be a rule of recurrence),
    // the record alone is made, with a mark in a field of ours.
    std::string alone;
    for (const auto& kind : server_->library->kinds) {
      if (marked.contains(kind->name)) continue;
      alone += " " + kind->name;
      kind->create.effects.clear(), kind->unique.clear(), kind->aspects.clear();
      for (const char* place : {"B0101", "B0201", "taoyuan", "liulin"}) make_record(*kind, place, random, nameable);
    }
    std::cout << "made without what follows them:" << alone << '\n';
    std::set<std::string> missing;
    for (const auto& kind : server_->library->kinds) missing.insert(kind->name);
    for (const Marked& each : records_) missing.erase(each.kind);
    for (const std::string& kind : missing) ADD_FAILURE() << "no " << kind << ": " << refused_[kind];
  }
  bool make_record(const pack::Kind& kind, const char* place, Random& random, test::Nameable& nameable) {
    const std::string number = std::to_string(100'000 + ++numbers_ * 7);
    Marked marked{{}, kind.name, "qzword" + number + "w", "qzsecret" + number + "s"};
    record::Draft draft;
    draft.kind = kind.name;
    if (kind.place != pack::PlaceRule::none) draft.area = server_->names.areas.at(place);
    if (kind.taxonomy != nullptr && !kind.taxonomy->categories.empty())
      draft.category = kind.taxonomy->categories[random.below(kind.taxonomy->categories.size())].code;
    draft.form = test::FormFiller(random, nameable, day_of(server_->clock.now())).fill(kind.form);
    for (const pack::Field& field : kind.form.fields) {
      if (takes_word(field)) draft.form[field.name] = marked.word;
      if (takes_secret(field)) draft.form[field.name] = marked.secret;
    }
    std::string& why = refused_[kind.name];
    if (!(marked.id = create(any_person(random), draft, why)) && !(marked.id = create("jiang", draft, why)))
      return false;
    nameable.records[kind.name].push_back(to_text(marked.id));
    // What a pack hands on to another record by design (a matter spoken of in a meeting becomes an issue) has the rights of
    // that one as well: no mark.
    if (times_stored(marked.word) > 1) {
      why = "its text is handed on to another record";
      return false;
    }
    records_.push_back(std::move(marked));
    return true;
  }
  // None when it is refused; `why` then says so.
  RecordId create(const std::string& who, const record::Draft& draft, std::string& why) {
    try {
      return server_->store->write([&](store::Tx& tx) {
        return server_->engine
            .create(tx, WholeServer::kRealm, {.person = server_->names.people.at(who), .system = false, .follows = {}},
                    draft, server_->clock.now())
            .id;
      });
    } catch (const Fault& fault) {
      why = fault.say().en;
      for (const Complaint& each : fault.complaints()) why += "; " + each.at + " " + each.say.en;
      return {};
    }
  }
  std::string new_file() {
    static constexpr store::Sql kAddFile{"test_file",
                                         "INSERT INTO attachment (realm_id, id, record_id, owner, at, name, type, "
                                         "size, hash, view_hash, thumb_hash, open) "
                                         "VALUES ($1,$2,0,0,$3,'a.jpg','image/jpeg',1000,$4,$4,$4,0)"};
    const FileId id = server_->ids.make<FileId>();
    server_->store->write(
        [&](store::Tx& tx) { tx.run(kAddFile, WholeServer::kRealm, id, server_->clock.now(), std::string(64, '0')); });
    return to_text(id);
  }
  std::string any_person(Random& random) {
    auto at = server_->names.people.begin();
    std::advance(at, random.below(server_->names.people.size()));
    return at->first;
  }

  std::int64_t times_stored(const std::string& word) {
    static constexpr store::Sql kTimes{"test_count", "SELECT count(*) FROM record WHERE realm_id=$1 AND data LIKE $2"};
    return server_->store->read(
        [&](store::Tx& tx) { return tx.one<std::int64_t>(kTimes, WholeServer::kRealm, "%" + word + "%").value_or(0); });
  }

  PersonId reporter_of(RecordId id) {
    return server_->store->read(
        [&](store::Tx& tx) { return server_->engine.find(tx, WholeServer::kRealm, id)->reporter; });
  }

  // By the packs: seen by right, or published in its state.
  bool may_see(const std::string& who, const Marked& marked) {
    return server_->store->read([&](store::Tx& tx) {
      const auto world = server_->worlds.current(tx, WholeServer::kRealm);
      const auto record = *server_->engine.find(tx, WholeServer::kRealm, marked.id);
      const pack::Kind& kind = world->kind(record.kind);
      if (kind.published[std::size_t(kind.state(record.state))]) return true;
      const record::Actor actor{
          .person = who.empty() ? PersonId{} : server_->names.people.at(who), .system = false, .follows = {}};
      return server_->engine.may_see(tx, *world, actor, record, server_->clock.now());
    });
  }
  void nothing_private_of_others(const std::string& text, const std::string& who, const std::string& where) const {
    if (text.find("1397000") == text.npos && text.find("qzhome") == text.npos) return;
    for (const auto& [name, own] : private_) {
      if (name == who && where.starts_with("/v1/me")) continue;
      EXPECT_EQ(text.find(own.phone), text.npos) << who << " reads the phone of " << name << " at " << where;
      EXPECT_EQ(text.find(own.home), text.npos) << who << " reads the address of " << name << " at " << where;
    }
  }
  static std::string path_of(const std::string& url) { return url.substr(url.find('/', url.find("//") + 2)); }

  // Every address that can be read, with the ids of what there is.
  std::vector<std::string> addresses() const {
    std::vector<std::string> all;
    for (const Marked& each : records_)
      for (const char* tail : {"", "/timeline", "/calculations"})
        all.push_back("/v1/records/" + to_text(each.id) + tail);
    std::set<std::string> kinds;
    for (const Marked& each : records_) kinds.insert(each.kind);
    for (const char* list : {"public", "todo", "area", "mine"}) {
      for (const std::string& kind : kinds) {
        all.push_back("/v1/records?limit=100&list=" + std::string(list) + "&kind=" + kind);
        all.push_back("/v1/records/counts?list=" + std::string(list) + "&kind=" + kind);
      }
      for (const char* more : {"&q=qzword", "&q=qzsecret", "&sort=due", "&open=true", ""})
        all.push_back("/v1/records?limit=100&list=" + std::string(list) + more);
      for (const auto& [name, id] : server_->names.areas)
        all.push_back("/v1/records?limit=100&list=" + std::string(list) + "&area=" + to_text(id));
    }
    for (const std::string& kind : kinds) {
      all.push_back("/v1/records/similar?text=qzword&lon=117.201&lat=39.121&kind=" + kind);
      all.push_back("/v1/exports/records?format=csv&kind=" + kind);
      all.push_back("/v1/figures?kind=" + kind);
    }
    for (const auto& [name, id] : server_->names.areas)
      for (const char* head : {"/v1/areas/", "/v1/figures?area=", "/v1/figures/map?area="})
        all.push_back(head + to_text(id));
    for (const auto& [name, id] : server_->names.people)
      for (const char* head : {"/v1/accounts?owner=", "/v1/posts?person="}) all.push_back(head + to_text(id));
    for (const char* each : {"/v1/messages",
                             "/v1/me",
                             "/v1/me/day",
                             "/v1/me/export",
                             "/v1/me/access-log",
                             "/v1/audit",
                             "/v1/access-log",
                             "/v1/names",
                             "/v1/people?q=qz",
                             "/v1/people?q=13970001001",
                             "/v1/records?list=area&q=13970001001",
                             "/v1/orgs",
                             "/v1/posts",
                             "/v1/outbox",
                             "/v1/hotline",
                             "/v1/accounts",
                             "/v1/feeds",
                             "/open311/v2/services.json",
                             "/open311/v2/requests.json",
                             "/open311/v2/requests.xml",
                             "/v1/exports/people?format=csv",
                             "/v1/exports/households?format=csv",
                             "/v1/exports/orgs?format=csv",
                             "/v1/exports/posts?format=csv"})
      all.push_back(each);
    return all;
  }

  std::unique_ptr<WholeServer> server_;
  std::vector<Marked> records_;
  std::map<std::string, std::string> refused_;  // by kind: why, at last
  int numbers_ = 0;
  std::map<std::string, Private> private_;  // by the name of the person
};
INSTANTIATE_TEST_SUITE_P(Engines, Leaks, test::kEngines, test::engine_name);

TEST_P(Leaks, NobodyReadsAnywhereWhatIsNotTheirs) {
  make_records(4);
  ASSERT_GT(records_.size(), 200u);
  std::int64_t reads = 0, found = 0, hidden = 0, feeds = 0;
  for (const std::string who : {"", "wang", "chen", "zhou", "liu", "he", "gao", "lin", "ma", "du", "bao", "tan"}) {
    Visitor visitor = server_->sign_in(who);
    auto all = addresses();
    if (const auto feed = visitor.post("/v1/feeds", json::object{}); feed.status == 201)
      all.push_back(path_of(std::string(feed.json().at("url").as_string()))), ++feeds;
    std::vector<bool> mine;
    for (const Marked& marked : records_) mine.push_back(may_see(who, marked)), hidden += !mine.back();
    for (const std::string& address : all) {
      const auto reply = visitor.get(address);
      ++reads;
      EXPECT_LT(reply.status, 500) << who << ' ' << address << ' ' << reply.body;
      EXPECT_EQ(reply.body.find("qzsecret"), std::string::npos) << who << " reads a secret at " << address;
      nothing_private_of_others(reply.body, who, address);
      if (reply.body.find("qzword") == std::string::npos) continue;
      for (std::size_t i = 0; i < records_.size(); ++i) {
        if (reply.body.find(records_[i].word) == std::string::npos) continue;
        ++found;
        // The copy of what is stored of a person holds what that person raised, also where its further way is the office's.
        if (address == "/v1/me/export" && reporter_of(records_[i].id) == server_->names.people.at(who)) continue;
        EXPECT_TRUE(mine[i]) << who << " reads " << records_[i].kind << " (" << records_[i].word << ") at " << address;
      }
    }
  }
  std::cout << records_.size() << " records, " << reads << " reads: " << found
            << " times a word that may be seen, none of " << hidden << " hidden ones\n";
  EXPECT_GT(found, 100);
  EXPECT_GT(feeds, 5);
  EXPECT_EQ(server_->log.text().find("qzsecret"), std::string::npos);
  nothing_private_of_others(server_->log.text(), "", "the log");
}

// A number tells too: what a list to do leaves out is not counted above it.
TEST_P(Leaks, WhatIsCountedToDoIsWhatIsListed) {
  make_records(2);
  std::set<std::string> kinds;
  for (const Marked& each : records_) kinds.insert(each.kind);
  std::int64_t counted = 0;
  for (const std::string who : {"chen", "wu", "liu", "he", "lin", "ma", "du", "bao"}) {
    Visitor visitor = server_->sign_in(who);
    for (const std::string& kind : kinds) {
      const auto rows =
          visitor.get("/v1/records?limit=100&list=todo&kind=" + kind).json().at("items").as_array().size();
      const auto open = visitor.get("/v1/records/counts?list=todo&kind=" + kind).json().at("open").as_int64();
      EXPECT_EQ(open, std::int64_t(rows)) << who << ' ' << kind;
      counted += open;
    }
  }
  EXPECT_GT(counted, 20);
}

// Whoever listens hears of what they may see, and of nothing else.
TEST_P(Leaks, TheStreamTellsOnlyOfOnesOwn) {
  make_records(1);
  for (const std::string who : {"wang", "chen", "zhou", "gao", "du"}) {
    Visitor visitor = server_->sign_in(who);
    test::HttpClient stream(server_->server->port());
    ASSERT_EQ(stream
                  .open_stream("/v1/stream",
                               {{"cookie", std::string(kSessionCookie) + "=" + visitor.cookies.at(kSessionCookie)},
                                {"last-event-id", "0000000000001"}})
                  .status,
              200);
    // What happens last is theirs, so that the end is heard.
    const auto last = server_->store->write([&](store::Tx& tx) {
      record::Draft draft;
      draft.kind = "issue", draft.category = "garbage", draft.area = server_->names.areas.at("B0101");
      draft.form = {{"description", "最后一件"}};
      return server_->engine
          .create(tx, WholeServer::kRealm, {.person = server_->names.people.at(who), .system = false, .follows = {}},
                  draft, server_->clock.now())
          .id;
    });
    for (;;) {
      const auto event = stream.next_event();
      if (event.event != "record") continue;
      const std::string id(json::parse(event.data).at("id").as_string());
      Marked heard;
      parse(std::string_view(id), heard.id);
      EXPECT_TRUE(may_see(who, heard)) << who << " hears of " << event.data;
      if (id == to_text(last)) break;
    }
  }
}

}  // namespace
}  // namespace tongxin::serve

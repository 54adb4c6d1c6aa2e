#include "torture/audit.hpp"

#include <fmt/format.h>

#include "aspect/all.hpp"
#include "measure/verify.hpp"
#include "pack/loader.hpp"
#include "record/world.hpp"

namespace tongxin::torture {
namespace {

constexpr store::Sql kRecords{"torture_records", "SELECT id, kind, version, data FROM record WHERE realm_id=$1"};
constexpr store::Sql kEvents{"torture_events",
                             "SELECT record_id, action, body FROM event WHERE realm_id=$1 AND action <> 'create'"};
constexpr store::Sql kTransfers{"torture_transfers",
                                "SELECT reason FROM ledger_transfer WHERE realm_id=$1 AND reason <> ''"};
constexpr store::Sql kBalances{"torture_balances", "SELECT id, balance FROM ledger_account WHERE realm_id=$1"};
constexpr store::Sql kLastNumber{"torture_last_number",
                                 "SELECT series, last FROM number_series WHERE realm_id=$1 AND series LIKE 'TX-%'"};

// Every mark in the text, one by one.
template <class Each>
void marks_in(std::string_view text, Each&& each) {
  for (auto at = text.find("tk"); at != text.npos; at = text.find("tk", at + 1)) {
    const auto end = text.find_first_not_of("0123456789x", at + 2);
    if (end != text.npos && text[end] == 'k') each(std::string(text.substr(at, end + 1 - at)));
  }
}

struct Seen {
  std::map<std::string, int> marks;  // how often each was found, and "handle:<record>" for each of those
  std::map<std::string, int> versions;
  std::int64_t issues = 0, redemptions = 0, numbers = 0;
  std::map<std::string, std::int64_t> balances;
};

Seen see(store::Store& store, RealmId realm) {
  return store.read([&](store::Tx& tx) {
    Seen seen;
    tx.each(
        kRecords,
        [&](const store::Row& row) {
          seen.versions[id_text(row.integer(0))] = int(row.integer(2));
          seen.issues += row.text(1) == "issue";
          seen.redemptions += row.text(1) == "points_redemption";
          marks_in(row.text(3), [&](const std::string& mark) { ++seen.marks[mark]; });
        },
        realm);
    tx.each(
        kEvents,
        [&](const store::Row& row) {
          if (row.text(1) == "handle") ++seen.marks["handle:" + id_text(row.integer(0))];
          std::set<std::string> here;  // an answer stands in what was entered and in what came of it
          marks_in(row.text(2), [&](const std::string& mark) { here.insert(mark); });
          for (const std::string& mark : here) ++seen.marks[mark];
        },
        realm);
    tx.each(
        kTransfers,
        [&](const store::Row& row) { marks_in(row.text(0), [&](const std::string& mark) { ++seen.marks[mark]; }); },
        realm);
    tx.each(
        kBalances, [&](const store::Row& row) { seen.balances[id_text(row.integer(0))] = row.integer(1); }, realm);
    tx.each(
        kLastNumber, [&](const store::Row& row) { seen.numbers += row.integer(1); }, realm);
    return seen;
  });
}

int times(const Seen& seen, const std::string& mark) {
  const auto found = seen.marks.find(mark);
  return found == seen.marks.end() ? 0 : found->second;
}

}  // namespace

Audit::Audit(std::string url, RealmId realm)
    : url_(std::move(url)),
      realm_(realm),
      library_(pack::load_packs({TONGXIN_SOURCE_DIR "/packs", {}}, aspect::vocabulary())) {}

std::vector<std::string> Audit::look(const World& world, const Memory& memory, bool whole) {
  std::vector<std::string> wrong = memory.findings;
  const auto store = store::open({.url = url_, .readers = 2});
  const Seen seen = see(*store, realm_);
  records_ = std::int64_t(seen.versions.size());
  std::int64_t redeemed = 0, taken = 0, unsure = 0;
  for (const auto& [mark, known] : memory.done) {
    if (known.what == Known::What::redeem)
      ++redeemed;
    else if (const int found = times(seen, mark); found != 1)
      wrong.push_back(fmt::format("{} was acknowledged and is there {} times", mark, found));
    if (known.what == Known::What::post) {
      taken += known.amount;
      continue;
    }
    const auto version = seen.versions.find(known.record);
    if (version == seen.versions.end() || version->second < known.version)
      wrong.push_back(fmt::format("{}: record {} was acknowledged in version {}", mark, known.record, known.version));
  }
  for (const std::string& mark : memory.refused)
    if (const int found = times(seen, mark); found != 0)
      wrong.push_back(fmt::format("{} was refused and is there {} times", mark, found));
  for (const auto& [mark, known] : memory.pending) {
    const int found = times(seen, mark);
    if (found > 1) wrong.push_back(fmt::format("{} is on its way and is there {} times", mark, found));
    if (known.what == Known::What::redeem) ++unsure;
    if (known.what == Known::What::post && found == 1) taken += known.amount;
  }
  if (seen.redemptions < redeemed || seen.redemptions > redeemed + unsure)
    wrong.push_back(fmt::format("{} redemptions acknowledged, {} stored", redeemed, seen.redemptions));
  if (seen.balances.at(world.bank) != world.money - taken)
    wrong.push_back(fmt::format("the bank holds {} instead of {}", seen.balances.at(world.bank), world.money - taken));
  if (seen.numbers != seen.issues)
    wrong.push_back(fmt::format("{} issues, but {} numbers given", seen.issues, seen.numbers));
  if (whole) {
    record::Worlds worlds(library_);
    const auto verdict = measure::verify(*store, worlds, realm_);
    for (const auto& each : verdict.findings) wrong.push_back(each.what + " " + each.where + ": " + each.say.en);
  }
  return wrong;
}

}  // namespace tongxin::torture

#include "record/kept_files.hpp"

#include <set>

#include "base/crypto.hpp"
#include "record/realm.hpp"

namespace tongxin::record {
namespace {

using store::Sql;
using store::Tx;

constexpr int kBatch = 20;
constexpr auto kLooseKept = std::chrono::hours{24 * 7}, kBytesKept = std::chrono::hours{24};

struct Named {
  FileId id;
  Time at{};
  std::string hash, view_hash, thumb_hash;
};
BOOST_DESCRIBE_STRUCT(Named, (), (id, at, hash, view_hash, thumb_hash))

constexpr Sql kOfRecord{
    "files_of_record", "SELECT id, at, hash, view_hash, thumb_hash FROM attachment WHERE realm_id=$1 AND record_id=$2"};
constexpr Sql kLooseOf{"files_loose_of",
                       "SELECT id, at, hash, view_hash, thumb_hash FROM attachment WHERE realm_id=$1 AND record_id=0 "
                       "AND owner=$2"};
constexpr Sql kLoose{"files_loose",
                     "SELECT id, at, hash, view_hash, thumb_hash FROM attachment WHERE realm_id=$1 AND record_id=0 "
                     "ORDER BY id LIMIT $2"};
constexpr Sql kForget{"file_forget", "DELETE FROM attachment WHERE realm_id=$1 AND id=$2 AND record_id=$3"};
constexpr Sql kGone{"file_gone", "INSERT INTO file_gone (realm_id, at, hash) VALUES ($1,$2,$3) ON CONFLICT DO NOTHING"};
constexpr Sql kDue{"file_gone_due",
                   "SELECT at, hash FROM file_gone WHERE realm_id=$1 AND at <= $2 ORDER BY at, hash LIMIT $3"};
constexpr Sql kSettled{"file_settled", "DELETE FROM file_gone WHERE realm_id=$1 AND at=$2 AND hash=$3"};
constexpr Sql kByHash{"file_by_hash", "SELECT id FROM attachment WHERE realm_id=$1 AND hash=$2 LIMIT 1"};
constexpr Sql kByView{"file_by_view", "SELECT id FROM attachment WHERE realm_id=$1 AND view_hash=$2 LIMIT 1"};
constexpr Sql kByThumb{"file_by_thumb", "SELECT id FROM attachment WHERE realm_id=$1 AND thumb_hash=$2 LIMIT 1"};

// A row that a record took meanwhile stays, and so do its bytes.
void forget(Tx& tx, RealmId realm, RecordId record, const Named& file, Time now) {
  if (tx.run(kForget, realm, file.id, record) == 0) return;
  for (const std::string& hash : std::set{file.hash, file.view_hash, file.thumb_hash})
    if (!hash.empty()) tx.run(kGone, realm, now, hash);
}

bool is_named(store::Store& store, RealmId own, const std::string& hash) {
  return store.read([&](Tx& tx) {
    std::set<RealmId> all{own};
    for (const Realm& each : realms(tx)) all.insert(each.id);
    for (const RealmId realm : all)
      for (const Sql* by : {&kByHash, &kByView, &kByThumb})
        if (tx.one<FileId>(*by, realm, hash)) return true;
    return false;
  });
}

struct Gone {
  Time at{};
  std::string hash;
};
BOOST_DESCRIBE_STRUCT(Gone, (), (at, hash))

void remove_bytes(store::Store& store, store::Files& files, RealmId realm, const Gone& gone) {
  if (!is_named(store, realm, gone.hash) && files.exists(gone.hash)) {
    const store::Bytes bytes = files.read(gone.hash);
    files.remove(gone.hash);
    if (is_named(store, realm, gone.hash)) files.put(as_text(bytes));  // the same was sent in between
  }
  store.write([&](Tx& tx) { tx.run(kSettled, realm, gone.at, gone.hash); });
}

}  // namespace

void forget_files_of(Tx& tx, RealmId realm, RecordId record, Time now) {
  for (const Named& each : tx.all<Named>(kOfRecord, realm, record)) forget(tx, realm, record, each, now);
}

void forget_files(Tx& tx, RealmId realm, RecordId record, const std::set<FileId>& files, Time now) {
  if (files.empty()) return;
  for (const Named& each : tx.all<Named>(kOfRecord, realm, record))
    if (files.contains(each.id)) forget(tx, realm, record, each, now);
}

void forget_loose_files_of(Tx& tx, RealmId realm, PersonId person, Time now) {
  for (const Named& each : tx.all<Named>(kLooseOf, realm, person)) forget(tx, realm, RecordId{}, each, now);
}

bool sweep_files(store::Store& store, store::Files& files, RealmId realm, Time now) {
  const bool loose = store.write([&](Tx& tx) {
    const auto oldest = tx.all<Named>(kLoose, realm, kBatch);
    bool all_old = int(oldest.size()) == kBatch;
    for (const Named& each : oldest)
      if (each.at <= now - kLooseKept)
        forget(tx, realm, RecordId{}, each, now);
      else
        all_old = false;
    return all_old;
  });
  const auto due = store.read([&](Tx& tx) { return tx.all<Gone>(kDue, realm, now - kBytesKept, kBatch); });
  for (const Gone& each : due) remove_bytes(store, files, realm, each);
  return loose || int(due.size()) == kBatch;
}

}  // namespace tongxin::record

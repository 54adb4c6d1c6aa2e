#include "sim/export_records.hpp"

#include "base/csv.hpp"
#include "record/record.hpp"
#include "record/sql.hpp"

namespace tongxin::sim {
namespace {

using record::Record;
using store::Sql;
using store::Tx;

constexpr int kPage = 500;
constexpr Sql kPageOfRecords{
    "export_page", "SELECT " TONGXIN_RECORD_COLUMNS " FROM record WHERE realm_id=$1 AND id > $2 ORDER BY id LIMIT $3"};
constexpr Sql kLate{"export_late", "SELECT count(*) FROM timer WHERE realm_id=$1 AND record_id=$2 AND late=1"};

class Table {
 public:
  Table(Tx& tx, const record::World& world, Language language) : tx_(tx), world_(world), language_(language) {}

  static std::vector<std::string> header(Language language) {
    if (language == Language::en)
      return {"number", "kind",   "title",  "category", "state", "area",   "place", "address",
              "holder", "source", "urgent", "created",  "due",   "closed", "late",  "answer"};
    return {"编号",     "类型", "标题", "类别",     "状态", "区域编码", "地点", "地址",
            "承办单位", "来源", "紧急", "提交时间", "时限", "结束时间", "超时", "答复"};
  }

  std::vector<std::string> row(const Record& record) const {
    const pack::Kind* kind = world_.library->kind(record.kind);
    const pack::Category* category =
        kind == nullptr || kind->taxonomy == nullptr ? nullptr : kind->taxonomy->find(record.category);
    const int state = kind == nullptr ? -1 : kind->state(record.state);
    const place::Area* area = world_.atlas->find(record.area);
    const people::Org* holder = world_.directory->org(record.holder_org);
    const auto time = [&](const std::optional<Time>& at) {
      return at ? to_minute_text(*at, world_.zone) : std::string{};
    };
    const auto yes = [&](bool value) { return value ? words("是", "yes").in(language_) : std::string{}; };
    return {record.number,
            kind == nullptr ? record.kind : kind->label.in(language_),
            record.title,
            category == nullptr ? record.category : category->name.in(language_),
            state < 0 ? record.state : kind->states[std::size_t(state)].label.in(language_),
            area == nullptr ? "" : area->code,
            area == nullptr ? "" : world_.atlas->path_text(record.area, "community"),
            record.address,
            holder == nullptr ? "" : holder->name,
            record.source,
            yes(record.urgent),
            time(record.created_at),
            time(record.due_at),
            time(record.closed_at),
            yes(tx_.one<std::int64_t>(kLate, world_.realm, record.id).value_or(0) > 0),
            record.answer};
  }

 private:
  Tx& tx_;
  const record::World& world_;
  Language language_;
};

bool within(const RecordExport& wanted, const Record& record) {
  const Day day = day_of(record.created_at);
  return (wanted.kind.empty() || record.kind == wanted.kind) && (wanted.from == 0 || day >= wanted.from) &&
         (wanted.until == 0 || day < wanted.until);
}

}  // namespace

std::size_t export_records(store::Store& store, record::Worlds& worlds, RealmId realm, const RecordExport& wanted,
                           const std::function<void(const std::string&)>& out) {
  std::size_t count = 0;
  std::string text;
  csv::Writer writer(text);
  writer.row(Table::header(wanted.language));
  RecordId last;
  for (bool more = true; more;) {
    store.read([&](Tx& tx) {
      const auto world = worlds.current(tx, realm);
      const Table table(tx, *world, wanted.language);
      const auto page = tx.all<Record>(kPageOfRecords, realm, last, kPage);
      for (const Record& each : page)
        if (within(wanted, each)) writer.row(table.row(each)), ++count;
      more = page.size() == std::size_t(kPage);
      if (!page.empty()) last = page.back().id;
    });
    out(text);
    text.clear();
  }
  return count;
}

}  // namespace tongxin::sim

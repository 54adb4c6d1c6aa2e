// Tables out: areas, organisations, people with posts, households, and records. The columns are those that an import reads, so
// that what was exported can be brought in elsewhere.
//
// Nothing sealed is in them; the caller adds it where the reader may see it (RecordColumns) and writes the log.
#pragma once
#include "exchange/import.hpp"
#include "table/write.hpp"

namespace tongxin::exchange {

// areas | orgs | people | posts | accounts | households | postings/<ledger>. Rows at areas where Context::may does not hold are left out. Read page by page.
std::vector<table::Title> export_titles(const Context& context, const std::string& what, Language language);
void export_rows(const Context& context, const std::string& what, Language language, table::Writer& out);

// Every transfer of a ledger of which the actor may see both accounts; what a record posted names it in the reason.
void export_postings(const Context& context, const std::string& ledger, Language language, table::Writer& out);

// The columns of lists of records. `kind`: all rows are of it; null: of several, then there are no columns of a form.
class RecordColumns {
 public:
  // all: also address, point, times, answer and the form; else what the desk's list shows. sealed: private fields too.
  RecordColumns(record::WorldPtr world, Language language, const pack::Kind* kind, bool all, bool sealed);
  std::vector<table::Title> titles() const;
  // `unsealed`: the private fields of the record, where they may be shown.
  std::vector<table::Out> row(store::Tx& tx, const record::Record& record, const boost::json::object* unsealed,
                              Time now) const;

 private:
  bool shows(const pack::Field& field) const;
  table::Out value(store::Tx& tx, const pack::Field& field, const boost::json::value* value) const;

  const record::WorldPtr world_;
  const Language language_;
  const pack::Kind* kind_;
  const bool all_, sealed_;
};

// Every record of a realm, oldest first, for the command line: of a kind ("" all), created from <= day < until (0: open).
std::size_t export_records(const Context& context, const std::string& kind, Day from, Day until, Language language,
                           const std::string& path, table::Format format);

}  // namespace tongxin::exchange

// The one importer, for the command line and for the browser: a table (table/read.hpp) or a map becomes areas, organisations,
// people with their posts, accounts, households, records of any kind, or postings of a ledger.
//
//   exchange::Import import(context, "people", {}, bytes, "名册.xlsx");
//   import.use(import.suggestion());          // which column of theirs is which of ours
//   import.load();                            // reads and looks at every row; problems by cell
//   const Report report = import.run(Mode::check | Mode::all | Mode::good);
//
// What is there already is found by its code (areas, organisations, people), by place and unit (households), by its number
// elsewhere or, without one, by what stands in the row (records). So the same file can be brought in again: rows are added,
// changed or unchanged. What a file does not name is left alone; an empty cell leaves what is stored.
//
//   check  does everything and stores nothing.
//   all    one transaction: with one problem in any row nothing is stored.
//   good   rows with problems are left out, the others are stored in transactions of kPortion rows each. An import that was
//          cut off is simply started again.
//
// Every row is subject to the right of whoever brings it in (Context::may, and the engine for records).
#pragma once
#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "people/doing.hpp"
#include "record/engine.hpp"
#include "table/read.hpp"

namespace tongxin::exchange {

inline constexpr std::size_t kPortion = 200;       // rows of a transaction, where rows do not hang on each other
inline constexpr std::size_t kMostRows = 120'000;  // of a table
inline constexpr std::size_t kShown = 1000;        // problems that a report holds; the others are counted

// Who brings it in.
struct Context {
  store::Store& store;
  record::Engine& engine;
  IdSource& ids;
  const Clock& clock;
  RealmId realm;
  Zone zone;
  record::Actor actor = record::Actor::clock();
  bool admin = true;
  // May the actor keep people and organisations at this area (none: without a place)? Empty: everywhere.
  std::function<bool(const record::World&, AreaId)> may{};
  std::string reason = "import";  // for the audit
  std::int64_t import = 0;        // what was added is remembered under it; 0: nowhere
};

struct Options {
  std::string source = "import";   // records: numbers elsewhere are unique within it
  std::string default_category{};  // records: for rows whose category is unknown
  std::string default_area{};      // records: code of the area for rows whose place is unknown; areas: parent's code
  std::string default_level{};     // areas
  std::map<std::string, std::string> categories{};  // records: their words for ours
  // areas: boundaries may leave ground uncovered; may lie on each other or reach beyond the area above. What remains so is told.
  bool allow_gaps = false, allow_overlaps = false;
};

struct Column {
  std::string name;  // ours
  Words label;
  std::vector<std::string> titles;  // what headers say for it
  bool needed = false;
  Words hint{};  // what a cell should hold
};

struct Problem {
  int row = 0;                   // of the sheet
  std::string column{}, cell{};  // ours; "B17"; both empty: the whole row
  std::string title{};           // theirs
  std::string code{};
  Words say{};
};

enum class Mode { check, all, good };

struct Report {
  std::size_t rows = 0, added = 0, changed = 0, unchanged = 0, failed = 0;
  std::size_t problems_total = 0;
  std::vector<Problem> problems{};  // by row; at most kShown
  std::vector<Problem> allowed{};   // gaps and overlaps that the options allow
  bool stored = false;              // something was written
};

// Looked at by others while an import runs.
struct Progress {
  std::atomic<std::size_t> done{0}, total{0};
  std::atomic<bool> stop{
      false};  // set by others: the import gives up with Fault(unavailable), the portion under way is undone
  std::function<void(std::size_t done, std::size_t total)> tell{};  // on the importing thread
};

// By index of their column: the name of ours, or empty for one that is passed over.
using Mapping = std::vector<std::string>;

struct Header {
  std::string sheet{};
  int row = 0;
  std::vector<std::string> titles{};
};

class Target;

class Import {
 public:
  // `what`: areas, orgs, people, posts, accounts, households, "records/<kind>" or "postings/<ledger>". `bytes` is kept. Reads as far as the header. Throws
  // Fault(not_found) for an unknown `what`; Fault(media_type | too_large | invalid) for a file that cannot be read, among
  // them a merged title above the header.
  Import(Context context, std::string what, Options options, std::string bytes, std::string file);
  ~Import();
  Import(const Import&) = delete;

  bool is_map() const;  // GeoJSON: has no columns, header and mapping are empty
  const std::vector<Column>& columns() const;
  const Header& header() const;
  // By the titles in Chinese and English, then by what `remembered` says of a plain title (csv::plain_title).
  Mapping suggestion(const std::map<std::string, std::string>& remembered = {}) const;
  // Throws Fault(invalid) when a needed column is missing or one is there twice.
  void use(Mapping mapping);

  void load(Progress* progress = nullptr);
  Report run(Mode mode, Progress* progress = nullptr);
  // All problems of the last run, by row.
  const std::vector<Problem>& problems() const;
  // The rows with problems as a workbook, with a column 错误原因, written to a file.
  void write_failing(const std::string& path, Language language) const;
  // Rows of the sheet below the header, as they stand. `only`: these rows alone, ascending.
  std::vector<table::Row> rows(std::size_t skip, std::size_t count, const std::vector<int>* only = nullptr) const;

 private:
  struct Inside;
  std::unique_ptr<Inside> inside_;
};

// The columns of a target, for templates and for the page. Throws Fault(not_found).
std::vector<Column> columns_of(const Context& context, const std::string& what);

// Takes back what an import added: posts, accounts, people, organisations and households that nobody has touched or used since
// go; postings get a counter-entry. All or nothing, in one transaction. Records are never unmade: those that nobody has worked
// on are withdrawn through the engine by an action of their kind that ends them and asks for nothing but a reason; all are
// looked at before the first, then they go in portions, and what was cut off is started again. Changed rows stay changed.
// Returns how many went. Throws Fault(not_now) with one complaint each for what cannot go.
std::size_t undo(const Context& context, std::int64_t import, Progress* progress = nullptr);

// What was remembered of earlier headers, and what is to be: plain title → our column.
std::map<std::string, std::string> remembered_titles(store::Tx& tx, RealmId realm, std::string_view what);
void remember_titles(store::Tx& tx, RealmId realm, std::string_view what, const Header& header, const Mapping& mapping,
                     Time now);

}  // namespace tongxin::exchange

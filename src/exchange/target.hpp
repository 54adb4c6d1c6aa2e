// What the files of exchange/ share: one row with its columns by name, and what rows are made into. Inside exchange/.
#pragma once
#include <set>

#include "base/text.hpp"
#include "exchange/import.hpp"
#include "people/sealed.hpp"

namespace tongxin::exchange {

// One row while it is looked at. Cells that hold no usable value (a formula without one, a long number that lost its end)
// complain once and read as empty.
class Line {
 public:
  Line(const table::Row& row, const std::vector<Column>& columns, const std::vector<int>& place_of,
       const record::World& world, bool from_1904 = false);

  int row() const { return row_.number; }
  bool has(std::string_view column) const;  // is there such a column in the file?
  std::string text(std::string_view column);
  std::string needed(std::string_view column);  // complains when empty
  Day day(std::string_view column);             // 0: empty, or a complaint
  std::optional<Time> time(std::string_view column, Zone zone);
  std::optional<std::int64_t> integer(std::string_view column);
  std::optional<double> real(std::string_view column);
  // By code, or by a name that only one open area or organisation has.
  AreaId area(std::string_view column);
  void complain(std::string_view column, std::string code, Words say);
  bool ok() const { return problems_.empty(); }
  std::vector<Problem>& problems() { return problems_; }
  std::string all_text() const;  // every cell, for recognising a row again
  const record::World& world() const { return world_; }

 private:
  const table::Cell* cell(std::string_view column);
  Day counted(std::string_view column, Day day);  // the day, by the workbook's own count where it is only counted

  const table::Row& row_;
  const std::vector<Column>& columns_;
  const std::vector<int>& place_of_;  // per column of ours: index of theirs, or -1
  const record::World& world_;
  const bool from_1904_;  // how the workbook counts days
  std::vector<Problem> problems_;
  std::set<std::string, std::less<>> unusable_;
};

// Names that stand for one thing only.
AreaId area_by_text(const record::World& world, const std::string& text);
OrgId org_by_text(const record::World& world, const std::string& text);
// A pack's word by itself or by its label in either language; empty when there is none.
std::string word_by_text(const std::vector<pack::Named>& words, const std::string& text);
std::vector<std::string> labels_of(const std::vector<pack::Named>& words);
Words unknown_area(const std::string& text);

enum class Outcome { added, changed, unchanged };
using Made = std::vector<std::pair<std::string, std::int64_t>>;  // what, id: in the order of making
struct Stored {
  Outcome outcome{};
  Made added{};
};

[[noreturn]] void refuse_cell(std::string column, std::string code, Words say);

class Target {
 public:
  Target(const Context& context, record::WorldPtr world, const Options& options)
      : context_(context), world_(std::move(world)), options_(options) {}
  virtual ~Target() = default;
  const std::vector<Column>& columns() const { return columns_; }

  // Looks at one row and keeps it, unless it complains.
  virtual void read(Line& line) = 0;
  // After the last row. Rows are stored in the order of the indices from now on.
  virtual void arrange() {}
  virtual std::size_t size() const = 0;
  virtual int row_of(std::size_t index) const = 0;
  // Do rows stand alone, so that they can be stored in portions? And does this one belong to the one before?
  virtual bool independent() const { return true; }
  virtual bool with_former(std::size_t) const { return false; }
  // Outside of any transaction, before a row is stored in earnest: what takes long (hashing a password).
  virtual void prepare(std::size_t /*index*/) {}
  // Throws a Fault whose complaints are at "/column".
  virtual Stored store(store::Tx& tx, const people::Doing& doing, std::size_t index) = 0;
  // For a target that only knows the whole file (maps). Problems go to `problems`.
  virtual bool by_file() const { return false; }
  virtual void store_file(store::Tx&, const people::Doing&, bool /*dry_run*/, Report&, std::vector<Problem>&, Made&) {}

 protected:
  bool may(AreaId area) const { return !context_.may || context_.may(*world_, area); }
  // Complains at the column when the actor may not keep people and organisations there.
  void need_right(Line& line, std::string_view column, AreaId area) const;

  const Context& context_;
  const record::WorldPtr world_;
  const Options& options_;
  std::vector<Column> columns_;
};

template <class Item>
class TargetOf : public Target {
 public:
  using Target::Target;
  void read(Line& line) final {
    Item item = look(line);
    item.row = line.row();
    if (line.ok()) items_.push_back(std::move(item));
  }
  std::size_t size() const final { return items_.size(); }
  int row_of(std::size_t index) const final { return items_[index].row; }

 protected:
  virtual Item look(Line& line) = 0;
  std::vector<Item> items_;
};

std::unique_ptr<Target> orgs_target(const Context&, record::WorldPtr, const Options&);
std::unique_ptr<Target> people_target(const Context&, record::WorldPtr, const Options&);
std::unique_ptr<Target> households_target(const Context&, record::WorldPtr, const Options&);
std::unique_ptr<Target> areas_target(const Context&, record::WorldPtr, const Options&);
std::unique_ptr<Target> map_target(const Context&, record::WorldPtr, const Options&, std::string_view geojson);
std::unique_ptr<Target> records_target(const Context&, record::WorldPtr, const Options&, const std::string& kind);
std::unique_ptr<Target> accounts_target(const Context&, record::WorldPtr, const Options&);
std::unique_ptr<Target> postings_target(const Context&, record::WorldPtr, const Options&, const std::string& ledger);
std::unique_ptr<Target> make_target(const Context&, record::WorldPtr, const Options&, const std::string& what);

}  // namespace tongxin::exchange

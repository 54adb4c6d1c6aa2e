// What the imports of people/ share. Inside people/.
#pragma once
#include <functional>
#include <map>
#include <set>

#include "base/csv.hpp"
#include "people/import.hpp"

namespace tongxin::people::inside {

// The columns of each table, in the order of the export; the first title is Chinese, the second English.
const std::vector<csv::Column>& org_columns();
const std::vector<csv::Column>& people_columns();
const std::vector<csv::Column>& household_columns();

enum class Outcome { added, changed, unchanged };

// One run: counts outcomes, and turns what an operation refuses into a problem of the row's line.
class Run {
 public:
  Run(std::string file, const std::vector<csv::Column>& columns) : file_(std::move(file)), columns_(columns) {}
  void row(int line, const std::function<Outcome()>& store_row);
  void problem(int line, std::string_view column, std::string code, Words say);
  ImportReport report{};

 private:
  std::string file_;
  const std::vector<csv::Column>& columns_;
};

// Runs the job in a write and rolls it back for a dry run or when there are problems.
ImportReport run_import(store::Store& store, const std::vector<csv::Column>& columns, const ImportOptions& options,
                        std::vector<Complaint> problems, const std::function<void(store::Tx&, Run&)>& job);

// The area of a code; a complaint and none when it is unknown. An empty code is none without a complaint.
AreaId area_of(csv::Reader& rows, const AreaOfCode& areas);

}  // namespace tongxin::people::inside

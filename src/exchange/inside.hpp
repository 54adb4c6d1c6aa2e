// The inside of an Import. Inside exchange/.
#pragma once
#include "exchange/target.hpp"

namespace tongxin::exchange {
namespace inside {

// One run over rows in one transaction: counts what became of them and turns what an operation refuses into problems.
class Pass {
 public:
  explicit Pass(const Target& target, const std::vector<int>& place_of) : target_(target), place_of_(place_of) {}
  // False when the transaction may be broken and nothing more should be tried in it.
  bool row(std::size_t index, const std::function<Stored()>& store);

  std::size_t added = 0, changed = 0, unchanged = 0;
  std::vector<std::pair<std::string, std::int64_t>> made;
  std::vector<Problem> problems;

 private:
  void note(int row, const Complaint& complaint);
  const Target& target_;
  const std::vector<int>& place_of_;
};

}  // namespace inside

struct Import::Inside {
  Inside(Context context, std::string what, Options options, std::string bytes, std::string file);

  std::optional<std::size_t> column_of(std::string_view title) const;
  std::unique_ptr<table::Reader> open() const;
  std::size_t known_in(const table::Row& row) const;
  std::vector<std::string> unknown_titles() const;  // those in the header that stand for no column
  void read_header();
  void look_at_merges(const std::vector<table::Merge>& merges);
  void load(Progress* progress);
  void note(Problem problem);
  people::Doing doing() const;

  // run.cpp
  Report run(Mode mode, Progress* progress);
  void run_portion(std::size_t begin, std::size_t end, Mode mode, Report& report, Progress* progress);
  void run_whole(bool dry_run, Report& report, Progress* progress);
  void run_file(bool dry_run, Report& report);
  Fault about_file(const Fault& fault) const;
  void keep_made(store::Tx& tx, const Made& made, std::size_t from) const;
  std::size_t end_of_portion(std::size_t begin) const;
  void settle(Report& report);

  const Context context;
  const std::string what;
  const Options options;
  const std::string bytes, file;
  record::WorldPtr world;
  bool map = false;
  std::unique_ptr<Target> target;
  Header header;
  std::vector<int> place_of;   // per column of ours: index of theirs, or -1
  std::vector<Problem> found;  // while reading
  std::size_t found_total = 0, rows_read = 0;
  int last_row = 0;
  std::vector<Problem> all;     // of the last run, by row
  std::size_t made_before = 0;  // numbers what an import in portions has added
};

}  // namespace tongxin::exchange

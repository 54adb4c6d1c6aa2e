// Storing what was read, or trying to.
#include <algorithm>

#include "base/csv.hpp"
#include "exchange/inside.hpp"
#include "table/write.hpp"

namespace tongxin::exchange {
namespace inside {

bool Pass::row(std::size_t index, const std::function<Stored()>& store) {
  const int row = target_.row_of(index);
  try {
    const Stored stored = store();
    ++(stored.outcome == Outcome::added ? added : stored.outcome == Outcome::changed ? changed : unchanged);
    made.insert(made.end(), stored.added.begin(), stored.added.end());
    return true;
  } catch (const Fault& fault) {
    if (fault.code() == Code::internal || fault.code() == Code::unavailable) throw;
    for (const Complaint& complaint : fault.complaints()) note(row, complaint);
    if (fault.complaints().empty()) note(row, {"", meaning(fault.code()).name, fault.say()});
    // Without a complaint it may be the store that refused, and then this transaction is over.
    return fault.code() != Code::conflict || !fault.complaints().empty();
  }
}

void Pass::note(int row, const Complaint& complaint) {
  Problem problem{.row = row, .code = complaint.code, .say = complaint.say};
  const std::string column = complaint.at.substr(complaint.at.rfind('/') + 1);
  const auto& columns = target_.columns();
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (columns[i].name != column) continue;
    problem.column = column;
    if (place_of_[i] >= 0) problem.cell = table::cell_name(std::size_t(place_of_[i]), row);
  }
  problems.push_back(std::move(problem));
}

}  // namespace inside

namespace {

using inside::Pass;

constexpr store::Sql kAdded{
    "exchange_add",
    "INSERT INTO exchange_added (realm_id, import_id, seq, sort, subject) VALUES ($1,$2,$3,$4,$5) "
    "ON CONFLICT DO NOTHING"};

struct RolledBack {
  Pass pass;
};

bool failed(const std::vector<Problem>& problems, int row) {
  return std::any_of(problems.begin(), problems.end(), [&](const Problem& each) { return each.row == row; });
}

void look_whether_to_stop(const Progress* progress) {
  if (progress != nullptr && progress->stop)
    throw Fault(Code::unavailable,
                words("导入被中止，可以重新开始", "the import was stopped and can be started again"));
}

std::size_t failed_rows(const std::vector<Problem>& by_row) {
  std::size_t count = 0;
  for (std::size_t i = 0; i < by_row.size(); ++i) count += i == 0 || by_row[i].row != by_row[i - 1].row;
  return count;
}

}  // namespace

void Import::Inside::keep_made(store::Tx& tx, const Made& made, std::size_t from) const {
  if (context.import == 0) return;
  for (std::size_t i = 0; i < made.size(); ++i)
    tx.run(kAdded, context.realm, context.import, std::int64_t(from + i), made[i].first, made[i].second);
}

std::size_t Import::Inside::end_of_portion(std::size_t begin) const {
  if (!target->independent()) return target->size();
  std::size_t end = std::min(begin + kPortion, target->size());
  while (end < target->size() && target->with_former(end)) ++end;
  return end;
}

// Rows that are refused are left out and the rest is tried again, until all of it can be stored. A dry run looks once.
void Import::Inside::run_portion(std::size_t begin, std::size_t end, Mode mode, Report& report, Progress* progress) {
  const people::Doing who = doing();
  std::vector<Problem> refused;
  for (std::size_t i = begin; i < end && mode != Mode::check; ++i) {
    look_whether_to_stop(progress);
    target->prepare(i);
  }
  for (;;) {
    look_whether_to_stop(progress);
    try {
      const Pass done = context.store.write([&](store::Tx& tx) {
        Pass pass(*target, place_of);
        for (std::size_t i = begin; i < end; ++i)
          if (!failed(refused, target->row_of(i)) && !pass.row(i, [&] { return target->store(tx, who, i); })) break;
        if (mode == Mode::check || !pass.problems.empty()) throw RolledBack{std::move(pass)};
        keep_made(tx, pass.made, made_before);
        return pass;
      });
      report.added += done.added, report.changed += done.changed, report.unchanged += done.unchanged;
      report.stored |= done.added + done.changed > 0;
      made_before += done.made.size();
      break;
    } catch (RolledBack& back) {
      const bool again = mode != Mode::check && !back.pass.problems.empty();
      refused.insert(refused.end(), back.pass.problems.begin(), back.pass.problems.end());
      if (again) continue;
      report.added += back.pass.added, report.changed += back.pass.changed, report.unchanged += back.pass.unchanged;
      break;
    }
  }
  all.insert(all.end(), refused.begin(), refused.end());
}

void Import::Inside::run_whole(bool dry_run, Report& report, Progress* progress) {
  const people::Doing who = doing();
  const auto keep = [&](const Pass& pass) {
    report.added = pass.added, report.changed = pass.changed, report.unchanged = pass.unchanged;
    all.insert(all.end(), pass.problems.begin(), pass.problems.end());
  };
  for (std::size_t i = 0; i < target->size() && !dry_run; ++i) {
    look_whether_to_stop(progress);
    target->prepare(i);
  }
  try {
    keep(context.store.write([&](store::Tx& tx) {
      Pass pass(*target, place_of);
      for (std::size_t i = 0; i < target->size(); ++i) {
        if (!pass.row(i, [&] { return target->store(tx, who, i); })) break;
        if (progress == nullptr) continue;
        look_whether_to_stop(progress);
        progress->done = i + 1;
        if (progress->tell && (i + 1) % kPortion == 0) progress->tell(i + 1, target->size());
      }
      if (dry_run || !pass.problems.empty()) throw RolledBack{std::move(pass)};
      keep_made(tx, pass.made, 0);
      return pass;
    }));
    report.stored = report.added + report.changed > 0;
  } catch (RolledBack& back) {
    keep(back.pass);
  }
}

void Import::Inside::run_file(bool dry_run, Report& report) {
  const people::Doing who = doing();
  struct Whole {
    Report report;
    std::vector<Problem> problems;
    Made made;
  };
  const auto keep = [&](Whole& whole) {
    report.added = whole.report.added, report.changed = whole.report.changed;
    report.unchanged = whole.report.unchanged, report.rows = std::max(report.rows, whole.report.rows);
    report.problems_total = whole.report.problems_total, report.allowed = whole.report.allowed;
    all.insert(all.end(), whole.problems.begin(), whole.problems.end());
  };
  try {
    Whole done = context.store.write([&](store::Tx& tx) {
      Whole whole;
      target->store_file(tx, who, dry_run, whole.report, whole.problems, whole.made);
      if (dry_run || !whole.problems.empty()) throw whole;
      keep_made(tx, whole.made, 0);
      return whole;
    });
    keep(done);
    report.stored = report.added + report.changed > 0;
  } catch (Whole& whole) {
    keep(whole);
  } catch (const Fault& fault) {
    const bool of_file =
        fault.code() == Code::bad_request || fault.code() == Code::too_large || fault.code() == Code::invalid;
    if (!map || !of_file) throw;
    throw about_file(fault);
  }
}

// A map that cannot be read as a whole: which file, and why.
Fault Import::Inside::about_file(const Fault& fault) const {
  std::vector<Complaint> complaints = fault.complaints();
  if (complaints.empty()) complaints.push_back({"", meaning(fault.code()).name, fault.say()});
  for (Complaint& each : complaints) each.at = each.at.empty() ? file : file + ": " + each.at;
  return Fault(fault.code(), words("{} 没有导入", "{} was not brought in", file), std::move(complaints));
}

Report Import::Inside::run(Mode mode, Progress* progress) {
  Report report;
  report.rows = rows_read;
  all = found;
  made_before = 0;
  if (progress != nullptr) progress->total = target->size(), progress->done = 0;
  // With a problem in some row nothing will be stored: then the rest is only looked at.
  const bool refused = mode == Mode::all && !found.empty();
  if (target->by_file()) {
    run_file(mode == Mode::check || !found.empty(), report);
  } else if (mode == Mode::all && !refused) {
    run_whole(false, report, progress);
  } else if (!target->independent()) {
    if (mode == Mode::good)
      run_portion(0, target->size(), mode, report, progress);
    else
      run_whole(true, report, progress);
  } else {
    for (std::size_t begin = 0; begin < target->size();) {
      const std::size_t end = end_of_portion(begin);
      run_portion(begin, end, refused ? Mode::check : mode, report, progress);
      begin = end;
      if (progress != nullptr) progress->done = end;
      if (progress != nullptr && progress->tell) progress->tell(end, target->size());
    }
  }
  settle(report);
  return report;
}

void Import::Inside::settle(Report& report) {
  std::stable_sort(all.begin(), all.end(), [](const Problem& a, const Problem& b) { return a.row < b.row; });
  for (Problem& problem : all)
    for (std::size_t i = 0; i < place_of.size(); ++i)
      if (target->columns()[i].name == problem.column && place_of[i] >= 0) {
        problem.title = header.titles[std::size_t(place_of[i])];
        if (problem.cell.empty() && problem.row > 0)
          problem.cell = table::cell_name(std::size_t(place_of[i]), problem.row);
      }
  report.failed = failed_rows(all);
  report.problems_total = std::max({report.problems_total, found_total, all.size()});
  report.problems.assign(all.begin(), all.begin() + std::ptrdiff_t(std::min(all.size(), kShown)));
}

Report Import::run(Mode mode, Progress* progress) { return inside_->run(mode, progress); }

void Import::write_failing(const std::string& path, Language language) const {
  const Inside& in = *inside_;
  std::vector<table::Title> titles;
  for (const std::string& title : in.header.titles) titles.push_back({title, 16});
  titles.push_back({words("错误原因", "What is wrong").in(language), 60});
  const auto out = table::write_table(path, table::Format::xlsx, words("错误行", "Failing rows").in(language), titles,
                                      in.context.zone);
  std::map<int, std::string> reasons;
  for (const Problem& problem : in.all) {
    std::string& reason = reasons[problem.row];
    if (!reason.empty()) reason += language == Language::en ? "; " : "；";
    if (!problem.cell.empty()) reason += problem.cell + " ";
    if (!problem.title.empty()) reason += problem.title + (language == Language::en ? ": " : "：");
    reason += problem.say.in(language);
  }
  std::vector<int> rows;
  for (const auto& [row, reason] : reasons) rows.push_back(row);
  for (const table::Row& row : this->rows(0, rows.size(), &rows)) {
    std::vector<table::Out> cells;
    for (std::size_t i = 0; i < in.header.titles.size(); ++i)
      cells.push_back(table::Out::of(i < row.cells.size() ? row.cells[i].text : std::string{}));
    cells.push_back(table::Out::of(reasons.at(row.number)));
    out->row(cells);
  }
  out->finish({{words("文件", "File").in(language), in.file},
               {words("错误行数", "Failing rows").in(language), std::to_string(rows.size())}});
}

std::vector<Column> columns_of(const Context& context, const std::string& what) {
  const auto world =
      context.store.read([&](store::Tx& tx) { return context.engine.worlds().current(tx, context.realm); });
  const Options none;
  return make_target(context, world, none, what)->columns();
}

// ── what headers meant before ──
namespace {

constexpr store::Sql kRemembered{
    "exchange_titles",
    "SELECT title, column_name FROM exchange_mapping WHERE realm_id=$1 AND what=$2 ORDER BY "
    "title LIMIT 2000"};
constexpr store::Sql kRemember{"exchange_remember",
                               "INSERT INTO exchange_mapping (realm_id, what, title, column_name, at) VALUES "
                               "($1,$2,$3,$4,$5) ON CONFLICT (realm_id, what, title) DO UPDATE SET column_name = "
                               "excluded.column_name, at = excluded.at"};

}  // namespace

std::map<std::string, std::string> remembered_titles(store::Tx& tx, RealmId realm, std::string_view what) {
  std::map<std::string, std::string> titles;
  tx.each(
      kRemembered, [&](const store::Row& row) { titles.emplace(row.text(0), row.text(1)); }, realm, what);
  return titles;
}

void remember_titles(store::Tx& tx, RealmId realm, std::string_view what, const Header& header, const Mapping& mapping,
                     Time now) {
  for (std::size_t i = 0; i < mapping.size() && i < header.titles.size(); ++i) {
    const std::string title = csv::plain_title(header.titles[i]);
    if (!title.empty() && !mapping[i].empty()) tx.run(kRemember, realm, what, title, mapping[i], now);
  }
}

}  // namespace tongxin::exchange

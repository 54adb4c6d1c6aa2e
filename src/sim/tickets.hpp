// Items of the 12345 hotline, or of any other register of matters, from a CSV table into records.
//
// columns    工单编号 number*, 时间 time, 类别 category, 区域编码 area, 地址 place, 内容 content*, 来电人 caller, 电话 phone
//            (* needed; UTF-8 or GB18030; other columns are passed over)
// category   a code or name of the kind's taxonomy, or a word of theirs that the mapping names (columns 类别, 编码)
// place      without an area's code the place is found in the address: the longest name of an area that stands in it
//
// How much is all or nothing: the whole file is checked first, and with one problem nothing is written at all. Then it is
// written in batches of 500, one transaction each. Rows are known by their outside number, so an import that was cut off is
// simply started again: what is there already is counted as unchanged, and nothing is doubled.
#pragma once
#include <functional>
#include <iosfwd>
#include <string>
#include <vector>

#include "record/engine.hpp"

namespace tongxin::sim {

struct TicketOptions {
  std::string file = "CSV";        // the name in complaints
  std::string kind;                // empty: hotline_item where a pack has it, else issue
  std::string source = "hotline";  // outside numbers are unique per source
  std::string default_category,
      default_area;  // for rows that name none, or one that is unknown; empty: those are problems
  std::istream* mapping = nullptr;
  bool dry_run = false;
  record::Actor actor = record::Actor::clock();
  std::function<void(std::size_t done, std::size_t total)> progress;
};

struct TicketReport {
  std::size_t rows = 0, added = 0, unchanged = 0;
  std::vector<Complaint> problems;  // by line; not empty: nothing was written
};

// Throws Fault(invalid, media_type) for what is no table, and the engine's Fault with the line when it refuses a row.
TicketReport import_tickets(store::Store& store, record::Engine& engine, RealmId realm, const Clock& clock,
                            std::istream& in, const TicketOptions& options);

}  // namespace tongxin::sim

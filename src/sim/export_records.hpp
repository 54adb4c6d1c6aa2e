// Records as a CSV table: what a desk's list shows, nothing that is sealed. Streams page by page.
#pragma once
#include <functional>
#include <string>

#include "record/world.hpp"

namespace tongxin::sim {

struct RecordExport {
  std::string kind;         // empty: all
  Day from = 0, until = 0;  // days of creation, from <= day < until; 0: open
  Language language = Language::zh;
};

// `out` gets one piece of the table after the other; the first holds the header.
std::size_t export_records(store::Store& store, record::Worlds& worlds, RealmId realm, const RecordExport& wanted,
                           const std::function<void(const std::string&)>& out);

}  // namespace tongxin::sim

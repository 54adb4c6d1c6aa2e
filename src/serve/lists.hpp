// Lists of records: queues, places, one's own, the public's. Read from record_scope, newest first, in pages; what a page costs
// depends on the page and on the reader's posts, never on how many records there are. At most kExamined records are looked at
// per request; a page may then be short (even empty) and still have a `next`.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "serve/views.hpp"

namespace tongxin::serve {

inline constexpr int kExamined = 2000;

struct Wanted {
  enum class List { todo, area, mine, all } list = List::all;  // all: the public list
  std::optional<std::string> kind, state, category, q, cursor;
  std::optional<AreaId> area;
  std::optional<bool> open;
  bool late = false, by_due = false;
  int limit = 30;
};
// From the parameters of the address; throws Fault(invalid) at the wrong one.
Wanted read_wanted(const Request& request);

// Whose lists to read: a scope (area, organisation, person) and the kind's list in it.
struct ListScope {
  std::int64_t scope = 0;
  std::string list;
  bool operator==(const ListScope&) const = default;
};
// Throws Fault(unauthorized) without sign-in where one is needed, Fault(forbidden) for an area outside the caller's posts.
std::vector<ListScope> scopes_of(const View& view, const Wanted& wanted);

api::RecordList list_records(App& app, const Caller& caller, const Wanted& wanted);
api::RecordList list_records(View& view, const Wanted& wanted);  // without words to search for
api::RecordCounts count_records(View& view, const Wanted& wanted);

// Open published records near a point (or in an area) that may be the same matter, the most alike first.
struct Similar {
  std::string kind, category, text;
  std::optional<double> lon, lat;
  std::optional<AreaId> area;
};
api::RecordList similar_records(View& view, const Similar& wanted);

}  // namespace tongxin::serve

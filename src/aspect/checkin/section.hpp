// `checkin:` of a kind: what can be shown to have been done for its records.
//
//   checkin:
//     sorts:
//       visit:
//         name: {zh: 上门, en: Visit}
//         who: [{relation: carer}]
//         while: [open]            # states; default: every state that is not final
//         point: required          # none, optional (default), required
//         photo: required          # none (default), optional, required; video alike
//         within: 300 m            # of the record's point; farther ones are refused
//         form: {…}                # fields as in a kind's form
//         keeps: monthly           # the plan whose occasion it keeps
//         room: 12 natural_hours   # so far before and after an occasion still keeps it
//         action: visited          # an action that is taken with it, with those of point, note … that its form asks for
//     track: {who: […], while: [under_way], thin: 10 m, most_kmh: 60}
#pragma once
#include <string>
#include <vector>

#include "pack/vocabulary.hpp"

namespace tongxin::aspect::checkin {

enum class Need { none, optional, required };

struct Sort {
  std::string name;
  Words label;
  pack::WhoList who;
  std::vector<bool> states;
  Need point = Need::optional, photo = Need::none, video = Need::none;
  std::int64_t within_m = 0;
  pack::Form form;
  std::string plan;
  milliseconds room{};
  int action = -1;
};

struct TrackRule {
  pack::WhoList who;
  std::vector<bool> states;
  double thin_m = 10, most_kmh = 60;
};

struct Section {
  std::vector<Sort> sorts;
  std::optional<TrackRule> track;
  const Sort* find(std::string_view name) const;
};

std::shared_ptr<const void> read_section(const pack::Node& node, pack::Reading& reading);
std::vector<pack::AspectFact> facts(const pack::Reading& reading);

}  // namespace tongxin::aspect::checkin

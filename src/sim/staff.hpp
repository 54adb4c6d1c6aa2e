// How staff of the synthetic city behave: when they look at a matter again, and what they do with it then. Inside sim/.
#pragma once
#include <map>
#include <vector>

#include "sim/district.hpp"
#include "sim/scene.hpp"

namespace tongxin::sim {

class StaffRoom {
 public:
  StaffRoom(Scene& scene, const District& district);

  bool at_work(Time now, bool patrol = false) const;  // patrols go out at weekends too
  PersonId grid_worker(AreaId grid);
  PersonId dispatcher();

  // When the holder of the record will see to it. Organisations differ in diligence, and now and then one forgets.
  Time next_look(const record::Record& record, Time now);

  // What the holder tries, the likeliest first; each may be refused. `merge_into`: the same matter, reported before.
  struct Move {
    record::Actor actor;
    std::string action;
    boost::json::object form;
  };
  std::vector<Move> moves(const record::Record& record, RecordId merge_into);

  // The desk looks at a request for more time within the working day, and grants most.
  Time next_decision(Time now);
  Move decision(const record::Record& record);

 private:
  struct Weighted {
    const char* action;
    double weight;
  };
  std::vector<Weighted> habits(const record::Record& record) const;
  std::string_view desk_of(const record::Record& record) const;  // grid | community | street | department | district
  PersonId actor_for(const record::Record& record, std::string_view action);
  boost::json::object form_for(const record::Record& record, std::string_view action);
  PersonId holder_of(const record::Record& record);
  std::vector<Move> whatever_is_possible(const record::Record& record);

  Scene& scene_;
  const District& district_;
  std::map<OrgId, double> slowness_;
  std::map<OrgId, double> forgetfulness_;
  std::map<AreaId, std::vector<PersonId>> grid_workers_;
  std::vector<PersonId> dispatchers_;
  std::vector<OrgId> departments_;
};

}  // namespace tongxin::sim

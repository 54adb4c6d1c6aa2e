// The demo district: a street that does not exist, with its places, organisations, people, posts and duties.
//
// street   7 communities, 39 seamless grids, some 430 buildings; 70 full-time and 54 part-time grid workers, 7 grid chiefs
// small    2 communities, 6 grids; enough for a test
//
// The same seed and day give the same rows to the byte; all names are invented (names.hpp).
#pragma once
#include <map>
#include <string>
#include <vector>

#include "pack/model.hpp"
#include "people/doing.hpp"
#include "people/sealed.hpp"
#include "place/synthetic.hpp"

namespace tongxin::sim {

enum class Size { small, street };

struct Staff {
  PersonId person;
  std::string name, role;
  OrgId org;
  AreaId area;
};

struct Resident {
  PersonId person;
  std::string name;
  AreaId building;
};

struct Plate {
  std::string code, kind;  // what its scan opens
};

struct District {
  place::Town town;
  std::map<std::string, OrgId, std::less<>> orgs;  // by code
  std::vector<Staff> staff;                        // in the order of appointment
  std::vector<Resident> residents;
  std::vector<AreaId> grids, buildings;
  std::vector<Plate> plates;  // plates[i] hangs at buildings[i]
  std::vector<const Staff*> with_role(std::string_view role) const;
};

struct DistrictOptions {
  Size size = Size::street;
  std::string street = "清河街道";
  int residents = 400;
};

// Writes all rows in the caller's transaction; everything begins on doing.today().
District settle_district(store::Tx& tx, const people::Vault& vault, const people::Doing& doing,
                         const pack::Library& library, Random& random, const DistrictOptions& options);

}  // namespace tongxin::sim

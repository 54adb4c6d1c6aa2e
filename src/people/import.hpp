// Organisations, people with their posts, and households from CSV tables, and back.
//
// An import is matched by code, so the same file can be read again without doubling anything: rows are added, changed or
// unchanged. It is all or nothing: with one problem in any row nothing is stored, and all problems are told at once
// ("people.csv:17: 手机"). A dry run does everything and stores nothing. What a file does not name is left alone; an empty
// cell leaves what is stored.
//
// orgs        编码 code*, 名称 name*, 类型 kind*, 上级编码 parent, 区域编码 area, 成立日期 from, 撤销日期 until
//             A parent may stand below its children in the file. Without a day an organisation begins today.
// people      编号 code*, 姓名 name*, 手机 phone, 用途 purpose, 删除日期 delete_after, 岗位 role, 组织编码 org, 区域编码 area,
//             任职日期 from, 离任日期 until, 产生方式 how, 工作电话 work_phone
//             One row per post: who holds two stands in two rows of one code. A row without a role is a person only.
//             A post is matched by person, role, org, area and first day (without a day: one that holds today).
// households  区域编码 area*, 门牌 unit*, 联系意愿 wish (愿意 / 不需要, welcome / declined)
//
// * needed. The header may be Chinese or English; order and further columns do not matter. Exports have the same columns,
// without the phone, which is private and leaves the house only one at a time and logged.
#pragma once
#include <functional>
#include <iosfwd>
#include <string>
#include <string_view>
#include <vector>

#include "base/fault.hpp"
#include "people/doing.hpp"
#include "people/sealed.hpp"

namespace tongxin::people {

// Areas are named by their codes in files: none for an unknown code, "" for an unknown area.
using AreaOfCode = std::function<AreaId(std::string_view)>;
using CodeOfArea = std::function<std::string(AreaId)>;

struct ImportOptions {
  std::string file = "CSV";  // the name in complaints
  bool dry_run = false;
};
struct ImportReport {
  int added = 0;
  int changed = 0;
  int unchanged = 0;
  std::vector<Complaint> problems{};  // not empty: nothing was stored
};

// The stream is read whole before the transaction begins. What cannot be read as a table at all throws Fault(invalid) or
// Fault(media_type), see base/csv.hpp. Links of the tree, dates and codes are checked by the operations themselves.
ImportReport import_orgs(store::Store& store, const Doing& doing, std::istream& in, const AreaOfCode& areas,
                         const ImportOptions& options = {});
ImportReport import_people(store::Store& store, const Vault& vault, const Doing& doing, std::istream& in,
                           const AreaOfCode& areas, const ImportOptions& options = {});
ImportReport import_households(store::Store& store, const Doing& doing, std::istream& in, const AreaOfCode& areas,
                               const ImportOptions& options = {});

std::string export_orgs(store::Tx& tx, RealmId realm, const CodeOfArea& codes, Language language = Language::zh);
// People with a code, by code.
std::string export_people(store::Tx& tx, RealmId realm, const CodeOfArea& codes, Language language = Language::zh);
std::string export_households(store::Tx& tx, RealmId realm, const CodeOfArea& codes, Language language = Language::zh);

}  // namespace tongxin::people

// People with their posts: one row per post; who holds two stands in two rows of one code.
#include <algorithm>

#include "exchange/target.hpp"
#include "people/operations.hpp"
#include "people/persons.hpp"
#include "record/warning.hpp"

namespace tongxin::exchange {
namespace {

using people::Post;
using people::PrivateField;

struct PersonRow {
  int row = 0;
  std::string code, name, phone, id_card, address, purpose;
  Day delete_after = 0;
  std::string role, org;
  AreaId area;
  Day from = 0, until = 0;
  std::string how, work_phone;
};

class People final : public TargetOf<PersonRow> {
 public:
  People(const Context& context, record::WorldPtr world, const Options& options)
      : TargetOf(context, std::move(world), options) {
    const Words day{"2020-01-01", "2020-01-01"};
    const Words secret{"加密保存", "kept sealed"};
    columns_ = {
        {"code", {"编号", "Code"}, {"编号", "Code", "工号", "人员编号"}, true, {"全区唯一", "unique"}},
        {"name", {"姓名", "Name"}, {"姓名", "Name"}, true, {}},
        {"phone", {"手机", "Phone"}, {"手机", "Phone", "电话", "手机号", "联系电话", "手机号码"}, false, secret},
        {"id_card",
         {"身份证号", "Identity number"},
         {"身份证号", "Identity number", "身份证", "身份证号码", "证件号码"},
         false,
         {"18 位，设为文本", "18 digits, as text"}},
        {"address", {"住址", "Address"}, {"住址", "Address", "家庭住址"}, false, secret},
        {"purpose",
         {"用途", "Purpose"},
         {"用途", "Purpose"},
         false,
         {"为何登记，缺省为 staff", "why we know them; staff"}},
        {"delete_after", {"删除日期", "Delete after"}, {"删除日期", "Delete after"}, false, day},
        {"role", {"岗位", "Role"}, {"岗位", "Role", "职务"}, false, {"名称或代码", "its name or code"}},
        {"org", {"组织编码", "Org"}, {"组织编码", "Org", "组织", "单位"}, false, {"编码或名称", "its code or name"}},
        {"area", {"区域编码", "Area"}, {"区域编码", "Area", "区域"}, false, {"编码或名称", "its code or name"}},
        {"from", {"任职日期", "From"}, {"任职日期", "From"}, false, day},
        {"until", {"离任日期", "Until"}, {"离任日期", "Until"}, false, day},
        {"how", {"产生方式", "How"}, {"产生方式", "How"}, false, {"选举、任命、借调", "elected, appointed, seconded"}},
        {"work_phone", {"工作电话", "Work phone"}, {"工作电话", "Work phone", "办公电话"}, false, {}},
    };
  }

  // Rows of one person go together.
  void arrange() override {
    std::map<std::string, std::size_t> first;
    for (std::size_t i = 0; i < items_.size(); ++i) first.emplace(items_[i].code, i);
    std::stable_sort(items_.begin(), items_.end(),
                     [&](const PersonRow& a, const PersonRow& b) { return first.at(a.code) < first.at(b.code); });
  }
  bool with_former(std::size_t index) const override {
    return index > 0 && items_[index].code == items_[index - 1].code;
  }

  Stored store(store::Tx& tx, const people::Doing& doing, std::size_t index) override {
    const PersonRow& row = items_[index];
    Stored stored;
    const PersonId person = store_person(tx, doing, row, stored);
    if (!row.role.empty()) store_post(tx, doing, row, person, stored);
    return stored;
  }

 protected:
  PersonRow look(Line& line) override {
    PersonRow row{line.row(),           line.needed("code"),  line.needed("name"),    line.text("phone"),
                  line.text("id_card"), line.text("address"), line.text("purpose"),   line.day("delete_after"),
                  line.text("role"),    line.text("org"),     line.area("area"),      line.day("from"),
                  line.day("until"),    line.text("how"),     line.text("work_phone")};
    if (!row.phone.empty() && !is_phone(clean_phone(row.phone)))
      line.complain("phone", "format",
                    words("手机号应为 11 位数字，请检查", "a phone number has 11 digits; please check"));
    if (!row.id_card.empty() && !is_id_card(fold_id(row.id_card)))
      line.complain("id_card", "format",
                    words("身份证号最后一位对不上，请对照证件检查",
                          "the identity number's last digit does not fit; please check"));
    const auto [known, fresh] = names_.emplace(row.code, row.name);
    if (!fresh && known->second != row.name)
      line.complain(
          "name", "duplicate",
          words("编号 {} 在文件中还是另一个姓名", "the code {} stands in the file with another name", row.code));
    look_at_post(line, row);
    return row;
  }

 private:
  static std::string fold_id(std::string text) {
    std::erase(text, ' ');
    if (text.ends_with('x')) text.back() = 'X';
    return text;
  }

  void look_at_post(Line& line, PersonRow& row) {
    if (row.role.empty()) {
      if (line.ok()) need_right(line, "role", AreaId{});
      return;
    }
    line.needed("org");
    line.needed("area");
    const std::string role = word_by_text(world_->library->roles, row.role);
    if (role.empty()) {
      const auto meant = nearest(row.role, labels_of(world_->library->roles));
      line.complain(
          "role", "unknown",
          meant ? words("没有岗位“{}”，是不是“{}”？", "there is no role '{}'; did you mean '{}'?", row.role, *meant)
                : words("没有岗位“{}”", "there is no role '{}'", row.role));
    } else if (world_->library->role(role)->admin && !context_.admin) {
      line.complain("role", "forbidden",
                    words("只有平台管理员可以任命管理岗位", "only an administrator may appoint to this role"));
    }
    row.role = role;
    if (line.ok()) need_right(line, "area", row.area);
  }

  // Is it stored already? Compared inside; neither value leaves this function.
  bool has(store::Tx& tx, PersonId person, PrivateField field, const std::string& text) const {
    const auto kept = people::private_for_delivery(tx, context_.engine.vault(), context_.realm, person, field);
    return kept && *kept == (field == PrivateField::phone ? clean_phone(text) : text);
  }

  // Who keeps people at a place may change those who hold a post there.
  bool reaches(store::Tx& tx, PersonId person) const {
    if (may(AreaId{})) return true;
    const auto posts = people::posts_of(tx, context_.realm, person);
    return std::any_of(posts.begin(), posts.end(), [&](const Post& post) { return post.area && may(post.area); });
  }

  PersonId store_person(store::Tx& tx, const people::Doing& doing, const PersonRow& row, Stored& stored) {
    const people::Vault& vault = context_.engine.vault();
    const std::pair<PrivateField, std::string> fields[] = {{PrivateField::phone, row.phone},
                                                           {PrivateField::id_card, fold_id(row.id_card)},
                                                           {PrivateField::address, row.address}};
    const auto kept = people::find_person(tx, doing.realm, row.code);
    stored.outcome = kept ? Outcome::unchanged : Outcome::added;
    if (!kept) {
      people::NewPerson person;
      person.code = row.code, person.name = row.name, person.purpose = row.purpose.empty() ? "staff" : row.purpose;
      person.delete_after = row.delete_after;
      for (const auto& [field, text] : fields)
        if (!text.empty()) person.fields.emplace(field, text);
      const PersonId id = people::add_person(tx, vault, doing, person);
      stored.added.emplace_back("person", id.value);
      return id;
    }
    people::PersonChange change;
    if (row.name != kept->name) change.name = row.name;
    if (!row.purpose.empty() && row.purpose != kept->purpose) change.purpose = row.purpose;
    if (row.delete_after && row.delete_after != kept->delete_after) change.delete_after = row.delete_after;
    const auto need_person = [&] {
      if (!reaches(tx, kept->id))
        refuse_cell("code", "forbidden",
                    words("编号 {} 是您岗位范围之外的人员，不能改动",
                          "the code {} belongs to somebody outside your posts, who cannot be changed", row.code));
    };
    if (change.name || change.purpose || change.delete_after) {
      need_person();
      people::change_person(tx, doing, kept->id, change);
      stored.outcome = Outcome::changed;
    }
    for (const auto& [field, text] : fields) {
      if (text.empty() || has(tx, kept->id, field, text)) continue;
      need_person();
      const send::Reached before = send::reached_at(tx, vault, doing.realm, kept->id);
      people::set_private(tx, vault, doing, kept->id, field, text);
      if (field == PrivateField::phone && before.phone)
        record::warn_owner(tx, vault, doing, kept->id, record::Warning::phone, before);
      stored.outcome = Outcome::changed;
    }
    return kept->id;
  }

  static const Post* find_post(const std::vector<Post>& posts, const PersonRow& row, OrgId org, Day today) {
    for (const Post& post : posts) {
      const bool same = post.role == row.role && post.org == org && post.area == row.area;
      const bool never_held = post.until != 0 && post.until <= post.from;
      if (same && !never_held && (row.from ? post.from == row.from : people::live(post, today))) return &post;
    }
    return nullptr;
  }

  void store_post(store::Tx& tx, const people::Doing& doing, const PersonRow& row, PersonId person, Stored& stored) {
    const auto by_code = people::find_org(tx, doing.realm, row.org);
    const OrgId org = by_code ? by_code->id : org_by_text(*world_, row.org);
    if (!org)
      refuse_cell("org", "unknown",
                  words("没有编码或名称为“{}”的组织", "there is no organisation with the code or name '{}'", row.org));
    const auto posts = people::posts_of(tx, doing.realm, person);
    const Post* kept = find_post(posts, row, org, doing.today());
    if (kept == nullptr) {
      Post post;
      post.person = person, post.role = row.role, post.org = org, post.area = row.area;
      post.from = row.from ? row.from : doing.today();
      post.until = row.until, post.how = row.how, post.work_phone = row.work_phone;
      stored.added.emplace_back("post", people::appoint(tx, doing, post).value);
      if (stored.outcome == Outcome::unchanged) stored.outcome = Outcome::added;
      return;
    }
    const bool ends = row.until && row.until != kept->until;
    const std::string& how = row.how.empty() ? kept->how : row.how;
    const std::string& work_phone = row.work_phone.empty() ? kept->work_phone : row.work_phone;
    const bool changes = how != kept->how || work_phone != kept->work_phone;
    if (ends) people::end_post(tx, doing, kept->id, row.until);
    if (changes) people::set_work_phone(tx, doing, kept->id, how, work_phone);
    if ((ends || changes) && stored.outcome == Outcome::unchanged) stored.outcome = Outcome::changed;
  }

  std::map<std::string, std::string> names_;
};

}  // namespace

std::unique_ptr<Target> people_target(const Context& context, record::WorldPtr world, const Options& options) {
  return std::make_unique<People>(context, std::move(world), options);
}

}  // namespace tongxin::exchange

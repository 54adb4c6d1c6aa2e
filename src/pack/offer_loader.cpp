// The section `open311` of a kind: what programs of others may read and send of it. Offered is only what residents may start
// themselves and what the public may see; a private field leaves the house by no other name.
#include <algorithm>

#include "pack/kind_loader.hpp"

namespace tongxin::pack {

bool is_offered(const Field& field) {
  if (field.staff_only || field.flow_only || field.sealed) return false;
  switch (field.type) {
    case FieldType::person:
    case FieldType::org:
    case FieldType::orgs:
    case FieldType::area:
    case FieldType::record:
    case FieldType::records:
    case FieldType::id_card:
    case FieldType::files: return false;
    default: return true;
  }
}

namespace inside {
namespace {

// Where the loop stands, in the words of the other side.
const char* usual_status(Display display) {
  switch (display) {
    case Display::waiting: return "FOR_TRIAGE";
    case Display::accepted: return "OPEN";
    case Display::handling: return "IN_PROGRESS";
    case Display::checking: return "FIXED";
    case Display::done: return "CLOSED";
    case Display::ended: return "CANCELLED";
    case Display::paused: return "NO_FURTHER_ACTION";
  }
  return "OPEN";
}

class OfferReader {
 public:
  OfferReader(const Kind& kind, const Outline& outline, const Node& node, std::vector<Complaint>& complaints)
      : kind_(kind), outline_(outline), node_(node), complaints_(complaints) {}

  std::optional<Offer> read() {
    if (node_.kind != Node::Kind::map) {
      complain_expected(node_, {"一组设置", "settings"}, complaints_);
      return std::nullopt;
    }
    Reader reader(node_, complaints_);
    Offer offer;
    offer.group = reader.optional_words("group");
    offer.batch = reader.optional_one_of("type", {"realtime", "batch"}).value_or("realtime") == "batch";
    if (const Node* list = reader.optional("categories")) read_categories(*list, offer);
    if (const Node* contact = reader.optional("contact")) read_contact(*contact, offer);
    read_statuses(reader, offer);
    for (const Node& each : reader.optional_list("updates")) offer.updates.push_back(read_update(each));
    check_kind(offer);
    return offer;
  }

 private:
  void complain(const Node& node, const char* code, Words say) {
    complaints_.push_back({node.at(), code, std::move(say)});
  }

  void read_categories(const Node& list, Offer& offer) {
    std::vector<std::string> known;
    if (kind_.taxonomy != nullptr)
      for (const Category& each : kind_.taxonomy->categories) known.push_back(each.code);
    for (const Node& item : list.items) {
      if (std::find(known.begin(), known.end(), item.text) == known.end())
        complaints_.push_back(unknown_name(item.at(), {"类别", "category"}, item.text, known));
      offer.categories.push_back(item.text);
    }
  }

  std::string field_named(const std::optional<std::string>& name, const Node& at) {
    if (name && kind_.form.find(*name) == nullptr)
      complaints_.push_back(unknown_name(at.at(), {"字段", "field"}, *name, outline_.fields));
    return name.value_or("");
  }

  void read_contact(const Node& node, Offer& offer) {
    Reader reader(node, complaints_);
    offer.name = field_named(reader.optional_text("name"), node);
    offer.phone = field_named(reader.optional_text("phone"), node);
    offer.email = field_named(reader.optional_text("email"), node);
  }

  bool is_status(const Node& node) {
    std::vector<std::string> known(std::begin(kOfferStatuses), std::end(kOfferStatuses));
    if (std::find(known.begin(), known.end(), node.text) != known.end()) return true;
    complaints_.push_back(unknown_name(node.at(), {"对外状态", "status"}, node.text, known));
    return false;
  }

  void read_statuses(Reader& reader, Offer& offer) {
    for (const State& state : kind_.states) offer.statuses.emplace_back(usual_status(state.display));
    for (const auto& entry : reader.optional_map("states")) {
      const int state = kind_.state(entry.key);
      if (state < 0)
        complaints_.push_back(unknown_name(entry.at(), {"状态", "state"}, entry.key, outline_.states));
      else if (is_status(entry.value))
        offer.statuses[std::size_t(state)] = entry.value.text;
    }
  }

  Offer::Update read_update(const Node& node) {
    Offer::Update update;
    Reader reader(node, complaints_);
    if (const Node* list = reader.optional("status")) {
      if (list->kind != Node::Kind::list && is_status(*list)) update.statuses.push_back(list->text);
      for (const Node& item : list->items)
        if (is_status(item)) update.statuses.push_back(item.text);
    }
    const std::string action = reader.text("action");
    update.action = kind_.action(action);
    if (update.action < 0) {
      complaints_.push_back(unknown_name(node.at(), {"动作", "action"}, action, outline_.actions));
      return update;
    }
    const Form& form = kind_.actions[std::size_t(update.action)].form;
    const auto field = [&](const std::string& name) {
      std::vector<std::string> known;
      for (const Field& each : form.fields) known.push_back(each.name);
      if (form.find(name) == nullptr)
        complaints_.push_back(unknown_name(node.at(), {"动作的字段", "field of the action"}, name, known));
    };
    if (const auto text = reader.optional_text("text")) field(update.text = *text);
    if (const auto media = reader.optional_text("media")) field(update.media = *media);
    for (const auto& entry : reader.optional_map("form")) {
      field(entry.key);
      const bool yes = entry.value.text == "true";
      if (!entry.value.quoted && (yes || entry.value.text == "false"))
        update.form[entry.key] = yes;
      else
        update.form[entry.key] = entry.value.text;
    }
    return update;
  }

  void check_kind(const Offer& offer) {
    const auto by_residents = [](const Who& who) {
      return who.how == Who::How::anyone || who.how == Who::How::signed_in;
    };
    if (!kind_.report || std::none_of(kind_.create.who.begin(), kind_.create.who.end(), by_residents))
      complain(node_, "closed",
               words("只有居民自己能提交的类型（report: true）可以对外开放",
                     "only a kind that residents may start (report: true) can be offered"));
    if (std::none_of(kind_.published.begin(), kind_.published.end(), [](bool each) { return each; }))
      complain(node_, "closed",
               words("没有公开状态（publish）的类型不能对外开放",
                     "a kind without public states (publish) cannot be offered"));
    const Field* title = kind_.title_field < 0 ? nullptr : &kind_.form.fields[std::size_t(kind_.title_field)];
    if (title == nullptr || !title->open || title->staff_only || title->flow_only ||
        (title->type != FieldType::text && title->type != FieldType::long_text))
      complain(node_, "title",
               words("对外开放的类型须有公开的文字标题字段（title，public: true）",
                     "a kind that is offered needs a title field that is a public text (title, public: true)"));
    for (const Field& field : kind_.form.fields) {
      const bool contact = field.name == offer.name || field.name == offer.phone || field.name == offer.email;
      if (field.required && !field.staff_only && !field.flow_only && !contact && !is_offered(field))
        complain(node_, "required",
                 words("必填字段“{}”不能由外部程序填写", "the required field '{}' cannot be filled in from outside",
                       field.name));
    }
  }

  const Kind& kind_;
  const Outline& outline_;
  const Node& node_;
  std::vector<Complaint>& complaints_;
};

}  // namespace

std::optional<Offer> read_offer(const Kind& kind, const Outline& outline, const Node& node,
                                std::vector<Complaint>& complaints) {
  return OfferReader(kind, outline, node, complaints).read();
}

}  // namespace inside
}  // namespace tongxin::pack

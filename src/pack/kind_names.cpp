// What an aspect is told about the kind whose block it reads.
#include "pack/kind_reader.hpp"

namespace tongxin::pack::inside {

class KindReader::Answers final : public KindNames {
 public:
  explicit Answers(KindReader& reader) : reader_(reader) {}

  std::optional<Expression> expression(const Node* node, std::optional<Type> wanted) override {
    return reader_.expression(node, reader_.scope_, wanted);
  }
  WhoList who(const std::vector<Node>& list) override { return reader_.read_who(list, reader_.scope_); }
  std::vector<bool> states(const Node* node) override {
    return reader_.marks(node, reader_.outline_.states, {"状态", "state"});
  }
  int action(const Node& node) override {
    return reader_.find(node, node.text, reader_.outline_.actions, {"动作", "action"});
  }
  int system_action(const Node& node) override {
    const int index = action(node);
    if (index < 0 || std::size_t(index) >= reader_.kind_->actions.size()) return index;
    const WhoList& who = reader_.kind_->actions[std::size_t(index)].who;
    if (std::none_of(who.begin(), who.end(), [](const Who& each) { return each.how == Who::How::system; }))
      reader_.complain(node, "system",
                       words("“{}”由时钟执行，但它不允许 system",
                             "the clock takes '{}', but it is not open to the system", node.text));
    return index;
  }
  const Field* field(const Node& node) override {
    reader_.find(node, node.text, reader_.outline_.fields, {"字段", "field"});
    return reader_.kind_->form.find(node.text);
  }
  Form form(const Node& node) override {
    Form form;
    if (node.kind != Node::Kind::map)
      complain_expected(node, {"各字段", "fields by name"}, reader_.context_.complaints);
    const FieldNodes nodes = reader_.read_form(node.entries, form);
    reader_.finish_form(nodes, form, reader_.scope_);
    return form;
  }
  void check_calendar(const Node& node) override {
    std::vector<std::string> known;
    for (const auto& [name, unused] : reader_.context_.library.calendars) known.push_back(name);
    reader_.find(node, node.text, known, {"日历", "calendar"});
  }
  std::vector<std::string> relations() override { return reader_.outline_.relations; }

 private:
  KindReader& reader_;
};

std::shared_ptr<KindNames> KindReader::answers() { return std::make_shared<Answers>(*this); }

}  // namespace tongxin::pack::inside

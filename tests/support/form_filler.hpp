// Fills in the form of a kind or an action as somebody would, from a seeded source of chance: everything that must be there,
// some of what may, and now and then something wrong.
#pragma once
#include <boost/json.hpp>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "base/random.hpp"
#include "base/time.hpp"
#include "pack/model.hpp"

namespace tongxin::test {

// What forms may name, as ids in text.
struct Nameable {
  std::vector<std::string> people, orgs, areas;
  std::map<std::string, std::vector<std::string>> records;  // by kind
  std::function<std::string()> new_file;                    // uploads one; empty: forms go without
};

class FormFiller {
 public:
  FormFiller(Random& random, const Nameable& nameable, Day today)
      : random_(random), nameable_(nameable), today_(today) {}

  boost::json::object fill(const pack::Form& form) {
    boost::json::object filled;
    for (const pack::Field& field : form.fields) {
      if (field.flow_only) continue;
      if (!field.required && !field.required_when && !random_.chance(0.3)) continue;
      if (boost::json::value made = value(field); !made.is_null()) filled[field.name] = std::move(made);
    }
    return filled;
  }

 private:
  template <class List>
  const auto& any(const List& list) {
    return list[random_.below(list.size())];
  }
  static boost::json::string text_of(const std::string& text) { return boost::json::string(text); }

  std::string words(std::int64_t least, std::int64_t most) {
    static const std::vector<std::string> pieces{"楼道漏水", "路灯不亮", "门前整洁", "王阿姨",  "3单元502",
                                                 "已修好",   "water",    "请尽快",   "：（一）"};
    std::string text;
    std::int64_t length = 0;
    const auto wanted = std::min(most, std::max<std::int64_t>(least, 4 + std::int64_t(random_.below(12))));
    while (length < wanted) {
      const std::string& piece = any(pieces);
      std::int64_t letters = 0;
      for (const char c : piece) letters += (c & 0xc0) != 0x80;
      if (length + letters > most) {
        text += std::string(std::size_t(std::max<std::int64_t>(0, wanted - length)), 'x');
        break;
      }
      text += piece;
      length += letters;
    }
    return text;
  }
  boost::json::value list_of(const std::vector<std::string>& from, const pack::Field& field) {
    if (from.empty()) return nullptr;
    boost::json::array list;
    const auto count = std::max<std::int64_t>(field.min.value_or(1), 1 + std::int64_t(random_.below(2)));
    for (std::int64_t i = 0; i < count && i < field.max.value_or(9); ++i) {
      const boost::json::string one =
          text_of(from[std::size_t(i + std::int64_t(random_.below(from.size()))) % from.size()]);
      if (std::find(list.begin(), list.end(), boost::json::value(one)) == list.end()) list.push_back(one);
    }
    return list;
  }
  boost::json::value one_of(const std::vector<std::string>& from) {
    if (from.empty()) return nullptr;
    return text_of(any(from));
  }
  boost::json::value number(const pack::Field& field) {
    const auto least = field.min.value_or(0), most = field.max.value_or(least + 1000);
    return least + std::int64_t(random_.below(std::uint64_t(std::min<std::int64_t>(most - least, 1000)) + 1));
  }
  std::string day() { return to_day_text(add_days(today_, int(random_.below(21)) - 10)); }

  boost::json::value value(const pack::Field& field) {
    using pack::FieldType;
    switch (field.type) {
      case FieldType::text: return text_of(words(field.min.value_or(1), field.max.value_or(40)));
      case FieldType::long_text:
        return text_of(words(field.min.value_or(1), std::min<std::int64_t>(field.max.value_or(200), 200)));
      case FieldType::integer:
      case FieldType::money: return number(field);
      case FieldType::number: return double(number(field).as_int64());
      case FieldType::flag: return random_.chance(0.7);
      case FieldType::choice: return text_of(any(field.options).value);
      case FieldType::choices: return boost::json::array{text_of(any(field.options).value)};
      case FieldType::day: return text_of(day());
      case FieldType::time: return text_of(day() + "T10:30:00+08:00");
      case FieldType::phone: return text_of("1380000" + std::to_string(1000 + random_.below(9000)));
      case FieldType::id_card: return "11010519491231002X";
      case FieldType::person: return one_of(nameable_.people);
      case FieldType::org: return one_of(nameable_.orgs);
      case FieldType::orgs: return list_of(nameable_.orgs, field);
      case FieldType::area: return one_of(nameable_.areas);
      case FieldType::record: return one_of(records_of(field.of_kind));
      case FieldType::records: return list_of(records_of(field.of_kind), field);
      case FieldType::stars: return 1 + std::int64_t(random_.below(5));
      case FieldType::files:
        if (!nameable_.new_file || !field.required) return nullptr;
        return boost::json::array{text_of(nameable_.new_file())};
    }
    return nullptr;
  }
  const std::vector<std::string>& records_of(const std::string& kind) const {
    static const std::vector<std::string> none;
    if (kind.empty()) return nameable_.records.empty() ? none : nameable_.records.begin()->second;
    const auto found = nameable_.records.find(kind);
    return found == nameable_.records.end() ? none : found->second;
  }

  Random& random_;
  const Nameable& nameable_;
  const Day today_;
};

}  // namespace tongxin::test

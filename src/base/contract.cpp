#include "base/contract.hpp"

#include <cmath>
#include <stdexcept>

#include <boost/json.hpp>

#include "base/contract_inside.hpp"
#include "base/text.hpp"

namespace tongxin::contract {
namespace {

namespace json = boost::json;
constexpr std::size_t kMaxComplaints = 100;

// Where we are. Lives on the stack, so that it costs nothing until there is something to complain of.
struct Path {
  const Path* up;
  std::string_view key;
  std::int64_t index = -1;
};

void append_path(std::string& out, const Path* path) {
  if (!path) return;
  append_path(out, path->up);
  if (path->index >= 0)
    fmt::format_to(std::back_inserter(out), "/{}", path->index);
  else
    append_pointer_key(out, path->key);
}

std::string number_text(double value) {
  return std::abs(value) < 1e15 && value == std::floor(value) ? fmt::format("{:.0f}", value) : fmt::format("{}", value);
}

Words kind_of(const json::value& value) {
  switch (value.kind()) {
    case json::kind::null: return {"空值", "null"};
    case json::kind::bool_: return {"真假值", "true or false"};
    case json::kind::int64:
    case json::kind::uint64: return {"整数", "an integer"};
    case json::kind::double_: return {"带小数的数", "a number with a fraction"};
    case json::kind::string: return {"文字", "a text"};
    case json::kind::array: return {"列表", "a list"};
    default: return {"对象", "an object"};
  }
}

class Reader {
 public:
  explicit Reader(std::string_view prefix, std::vector<Complaint> complaints = {})
      : prefix_(prefix), complaints_(std::move(complaints)) {}

  void read(const Type& type, const Note& note, const json::value& value, void* into, const Path* path);
  void finish();

 private:
  void complain(const Path* path, const char* code, Words say);
  void wrong_type(const Path* path, const Words& expected, const json::value& value);
  void read_bool(const json::value& value, void* into, const Path* path);
  void read_integer(const Type& type, const Note& note, const json::value& value, void* into, const Path* path);
  void read_day(const json::value& value, void* into, const Path* path);
  void read_real(const Note& note, const json::value& value, void* into, const Path* path);
  void read_text(const Note& note, const json::value& value, void* into, const Path* path);
  void read_time(const json::value& value, void* into, const Path* path);
  void read_id(const json::value& value, void* into, const Path* path);
  void read_enumeration(const Type& type, const json::value& value, void* into, const Path* path);
  void read_list(const Type& type, const Note& note, const json::value& value, void* into, const Path* path);
  void read_map(const Type& type, const Note& note, const json::value& value, void* into, const Path* path);
  void read_object(const Type& type, const json::value& value, void* into, const Path* path);
  void unknown_key(const Type& type, std::string_view key, const Path* path);
  void read_free(const Type& type, const json::value& value, void* into, const Path* path);
  bool check_free(const json::value& value, const Path* path);
  bool check_text(std::string_view text, const Path* path);
  bool check_length(const Note& note, std::string_view text, const Path* path);
  bool check_format(Format format, std::string_view text, const Path* path);
  bool check_items(const Note& note, std::size_t count, const Path* path);
  bool check_range(const Note& note, double value, const Path* path);
  // The text inside, or null after a complaint.
  const json::string* text_of(const json::value& value, const Words& expected, const Path* path);

  std::string_view prefix_;
  std::vector<Complaint> complaints_;
};

void Reader::complain(const Path* path, const char* code, Words say) {
  if (complaints_.size() >= kMaxComplaints) return;
  std::string at{prefix_};
  append_path(at, path);
  complaints_.push_back({std::move(at), code, std::move(say)});
}

void Reader::finish() {
  if (complaints_.empty()) return;
  const std::size_t count = complaints_.size();
  const Words say = count >= kMaxComplaints
                        ? words("内容有 {} 处以上不对", "the content is wrong in {} places or more", count)
                    : count == 1 ? Words{"内容有 1 处不对", "the content is wrong in one place"}
                                 : words("内容有 {} 处不对", "the content is wrong in {} places", count);
  throw Fault(Code::invalid, say, std::move(complaints_));
}

void Reader::wrong_type(const Path* path, const Words& expected, const json::value& value) {
  const Words got = kind_of(value);
  complain(path, "type",
           {fmt::format("应为{}，收到的是{}", expected.zh, got.zh),
            fmt::format("expected {}, got {}", expected.en, got.en)});
}

void Reader::read(const Type& type, const Note& note, const json::value& value, void* into, const Path* path) {
  switch (type.shape) {
    case Shape::boolean: return read_bool(value, into, path);
    case Shape::int32:
      if (note.format == Format::day) return read_day(value, into, path);
      [[fallthrough]];
    case Shape::int64: return read_integer(type, note, value, into, path);
    case Shape::real: return read_real(note, value, into, path);
    case Shape::text: return read_text(note, value, into, path);
    case Shape::time: return read_time(value, into, path);
    case Shape::id: return read_id(value, into, path);
    case Shape::enumeration: return read_enumeration(type, value, into, path);
    case Shape::optional:
      if (!value.is_null()) read(*type.inner, note, value, type.add(into, {}), path);
      return;
    case Shape::list: return read_list(type, note, value, into, path);
    case Shape::map: return read_map(type, note, value, into, path);
    case Shape::object:
      if (type.flat) throw std::logic_error("a struct put together from parts is only for answers");
      return read_object(type, value, into, path);
    case Shape::written: throw std::logic_error("JSON written once is only for answers");
    case Shape::free_value:
    case Shape::free_object: return read_free(type, value, into, path);
  }
}

void Reader::read_bool(const json::value& value, void* into, const Path* path) {
  if (const bool* b = value.if_bool())
    *static_cast<bool*>(into) = *b;
  else
    wrong_type(path, {"真假值（true 或 false）", "true or false"}, value);
}

void Reader::read_integer(const Type& type, const Note& note, const json::value& value, void* into, const Path* path) {
  const bool small = type.shape == Shape::int32;
  const std::int64_t least = small ? INT32_MIN : INT64_MIN, most = small ? INT32_MAX : INT64_MAX;
  const std::int64_t* number = value.if_int64();
  const double* real = value.if_double();
  if (!number && !value.is_uint64() && !(real && std::abs(*real) >= 0x1p63))
    return wrong_type(path, {"整数", "an integer"}, value);
  if (!number || *number < least || *number > most)
    return complain(path, "range", words("整数应在 {} 到 {} 之间", "an integer must be from {} to {}", least, most));
  if (!check_range(note, static_cast<double>(*number), path)) return;
  if (small)
    *static_cast<std::int32_t*>(into) = static_cast<std::int32_t>(*number);
  else
    *static_cast<std::int64_t*>(into) = *number;
}

void Reader::read_day(const json::value& value, void* into, const Path* path) {
  const json::string* text = text_of(value, {"2026-11-22 这样的日期", "a date such as 2026-11-22"}, path);
  if (text && !parse_day(*text, *static_cast<Day*>(into)))
    complain(path, "format", {"不是日期，应为 2026-11-22 这样的格式", "not a date; write it as 2026-11-22"});
}

void Reader::read_real(const Note& note, const json::value& value, void* into, const Path* path) {
  if (!value.is_number()) return wrong_type(path, {"数", "a number"}, value);
  const double number = value.is_double()  ? value.get_double()
                        : value.is_int64() ? double(value.get_int64())
                                           : double(value.get_uint64());
  if (!std::isfinite(number))
    return complain(path, "range", {"数太大，无法表示", "the number is too large to be represented"});
  if (check_range(note, number, path)) *static_cast<double*>(into) = number;
}

bool Reader::check_range(const Note& note, double value, const Path* path) {
  if (!note.range.set || note.range.hold(value)) return true;
  const std::string min = number_text(note.range.min), max = number_text(note.range.max), got = number_text(value);
  complain(path, "range", words("应在 {} 到 {} 之间，收到的是 {}", "must be from {} to {}, got {}", min, max, got));
  return false;
}

const json::string* Reader::text_of(const json::value& value, const Words& expected, const Path* path) {
  const json::string* text = value.if_string();
  if (!text) wrong_type(path, expected, value);
  return text && check_text(*text, path) ? text : nullptr;
}

bool Reader::check_text(std::string_view text, const Path* path) {
  if (text.find('\0') == std::string_view::npos) return true;
  complain(path, "format", {"文字里不能有空字符（U+0000）", "a text must not contain the character U+0000"});
  return false;
}

void Reader::read_text(const Note& note, const json::value& value, void* into, const Path* path) {
  const json::string* text = text_of(value, {"文字", "a text"}, path);
  if (!text || !check_length(note, *text, path) || !check_format(note.format, *text, path)) return;
  static_cast<std::string*>(into)->assign(text->data(), text->size());
}

bool Reader::check_length(const Note& note, std::string_view text, const Path* path) {
  if (!note.length.set) return true;
  const std::size_t count = count_code_points(text);
  const auto min = static_cast<std::size_t>(note.length.min), max = static_cast<std::size_t>(note.length.max);
  if (count < min) {
    complain(path, "length", words("至少要 {} 个字，现在有 {} 个", "needs at least {} characters, has {}", min, count));
  } else if (count > max) {
    complain(path, "length", words("最多 {} 个字，现在有 {} 个", "may have at most {} characters, has {}", max, count));
  } else if (min > 0 && trim(text).empty()) {
    complain(path, "length", {"不能只有空白", "must not be blank"});
  } else {
    return true;
  }
  return false;
}

bool Reader::check_format(Format format, std::string_view text, const Path* path) {
  if (has_format(format, text)) return true;
  complain(path, "format", what_is_expected(format));
  return false;
}

void Reader::read_time(const json::value& value, void* into, const Path* path) {
  const json::string* text = text_of(value, {"时间文字", "a date-time as text"}, path);
  if (text && !parse_rfc3339(*text, *static_cast<Time*>(into)))
    complain(path, "format",
             {"不是时间，应为 2026-11-22T10:30:00+08:00 这样的格式",
              "not an RFC 3339 date-time; write it as 2026-11-22T10:30:00+08:00"});
}

void Reader::read_id(const json::value& value, void* into, const Path* path) {
  const json::string* text = text_of(value, {"13 个字母的编号", "an id of 13 letters"}, path);
  if (!text) return;
  if (const auto id = parse_id(*text))
    *static_cast<std::int64_t*>(into) = *id;
  else
    complain(path, "format",
             {"不是编号，编号由 13 个小写字母和数字组成", "not an id; an id has 13 lower-case letters and digits"});
}

void Reader::read_enumeration(const Type& type, const json::value& value, void* into, const Path* path) {
  const json::string* text = text_of(value, {"文字", "a text"}, path);
  if (!text) return;
  for (const Enumerator& e : type.enumerators)
    if (e.name == std::string_view(*text)) return type.set_value(into, e.value);
  std::string names;
  std::vector<std::string_view> candidates;
  for (const Enumerator& e : type.enumerators) {
    names += (names.empty() ? "" : ", ") + std::string(e.name);
    candidates.push_back(e.name);
  }
  Words say = words("应为其中之一：{}", "must be one of {}", names);
  if (const auto meant = nearest(std::string_view(*text), candidates)) {
    say.zh += fmt::format("；是不是 {}？", *meant);
    say.en += fmt::format("; did you mean {}?", *meant);
  }
  complain(path, "enum", std::move(say));
}

bool Reader::check_items(const Note& note, std::size_t count, const Path* path) {
  if (!note.items.set || note.items.hold(double(count))) return true;
  const auto min = static_cast<std::size_t>(note.items.min), max = static_cast<std::size_t>(note.items.max);
  if (count < min)
    complain(path, "length", words("至少要 {} 项，现在有 {} 项", "needs at least {} items, has {}", min, count));
  else
    complain(path, "length", words("最多 {} 项，现在有 {} 项", "may have at most {} items, has {}", max, count));
  return false;
}

void Reader::read_list(const Type& type, const Note& note, const json::value& value, void* into, const Path* path) {
  const json::array* array = value.if_array();
  if (!array) return wrong_type(path, {"列表", "a list"}, value);
  if (!check_items(note, array->size(), path)) return;
  Note inner = note;
  inner.items = {};
  for (std::size_t i = 0; i < array->size() && complaints_.size() < kMaxComplaints; ++i) {
    const Path here{path, {}, static_cast<std::int64_t>(i)};
    read(*type.inner, inner, (*array)[i], type.add(into, {}), &here);
  }
}

void Reader::read_map(const Type& type, const Note& note, const json::value& value, void* into, const Path* path) {
  const json::object* object = value.if_object();
  if (!object) return wrong_type(path, {"对象", "an object"}, value);
  if (!check_items(note, object->size(), path)) return;
  Note inner = note;
  inner.items = {};
  for (const auto& pair : *object) {
    if (complaints_.size() >= kMaxComplaints) return;
    const Path here{path, pair.key()};
    if (check_text(pair.key(), &here)) read(*type.inner, inner, pair.value(), type.add(into, pair.key()), &here);
  }
}

void Reader::read_object(const Type& type, const json::value& value, void* into, const Path* path) {
  const json::object* object = value.if_object();
  if (!object) return wrong_type(path, {"对象", "an object"}, value);
  std::array<const json::value*, 64> found{};
  std::size_t known = 0, next = 0;
  for (const auto& pair : *object) {  // bodies mostly keep the declared order: try the expected place first
    std::size_t i = next;
    if (i >= type.fields.size() || type.fields[i].note.name != std::string_view(pair.key()))
      for (i = 0; i < type.fields.size() && type.fields[i].note.name != std::string_view(pair.key());) ++i;
    if (i == type.fields.size()) continue;
    found[i] = &pair.value();
    next = i + 1;
    ++known;
  }
  for (std::size_t i = 0; i < type.fields.size(); ++i) {
    const Field& field = type.fields[i];
    const Path here{path, field.note.name};
    if (found[i])
      read(*field.type, field.note, *found[i], field.member(into), &here);
    else if (field.type->shape != Shape::optional && !field.note.defaulted)
      complain(&here, "required", {"缺少这一项", "missing"});
  }
  if (known == object->size()) return;
  for (const auto& pair : *object) unknown_key(type, pair.key(), path);
}

void Reader::unknown_key(const Type& type, std::string_view key, const Path* path) {
  if (complaints_.size() >= kMaxComplaints) return;
  std::vector<std::string_view> names;
  for (const Field& field : type.fields) {
    if (field.note.name == key) return;
    names.push_back(field.note.name);
  }
  const Path here{path, key};
  Words say{"没有这一项", "no such field"};
  if (const auto meant = nearest(key, names)) {
    say.zh += fmt::format("；是不是 {}？", *meant);
    say.en += fmt::format("; did you mean {}?", *meant);
  }
  complain(&here, "unknown", std::move(say));
}

void Reader::read_free(const Type& type, const json::value& value, void* into, const Path* path) {
  if (!check_free(value, path)) return;
  if (type.shape == Shape::free_value)
    *static_cast<json::value*>(into) = value;
  else if (const json::object* object = value.if_object())
    *static_cast<json::object*>(into) = *object;
  else
    wrong_type(path, {"对象", "an object"}, value);
}

bool Reader::check_free(const json::value& value, const Path* path) {
  if (const json::string* text = value.if_string()) return check_text(*text, path);
  if (const double* number = value.if_double(); number && !std::isfinite(*number)) {
    complain(path, "range", {"数太大，无法表示", "the number is too large to be represented"});
    return false;
  }
  bool good = true;
  if (const json::array* array = value.if_array()) {
    for (std::size_t i = 0; i < array->size(); ++i) {
      const Path here{path, {}, static_cast<std::int64_t>(i)};
      good = check_free((*array)[i], &here) && good;
    }
  } else if (const json::object* object = value.if_object()) {
    for (const auto& pair : *object) {
      const Path here{path, pair.key()};
      good = check_text(pair.key(), &here) && check_free(pair.value(), &here) && good;
    }
  }
  return good;
}

}  // namespace

void read(std::string_view text, const Type& type, void* into) {
  std::vector<Complaint> duplicates;
  with_dom(text, duplicates, [&](const json::value& value) {
    Reader reader("", std::move(duplicates));
    reader.read(type, {}, value, into, nullptr);
    reader.finish();
  });
}

void read(const boost::json::value& value, std::string_view pointer, const Type& type, void* into) {
  Reader reader(pointer);
  reader.read(type, {}, value, into, nullptr);
  reader.finish();
}

}  // namespace tongxin::contract

namespace tongxin {

boost::json::value parse_json(std::string_view text) { return read_json<boost::json::value>(text); }

}  // namespace tongxin

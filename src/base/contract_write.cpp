#include <charconv>
#include <cmath>
#include <stdexcept>

#include <boost/json.hpp>

#include "base/contract_inside.hpp"

namespace tongxin::contract {
namespace {

[[noreturn]] void mistake(const char* what) { throw std::logic_error(std::string("JSON cannot carry ") + what); }

void write_integer(std::string& out, std::int64_t value) {
  char room[24];
  const auto [end, error] = std::to_chars(room, room + sizeof room, value);
  out.append(room, end);
}

void write_real(std::string& out, double value) {
  if (!std::isfinite(value)) mistake("a number that is not finite");
  char room[32];
  const auto [end, error] = std::to_chars(room, room + sizeof room, value);  // the shortest that reads back the same
  out.append(room, end);
}

// In free-form values 7.0 stays 7.0, so that it comes back as what it was.
void write_free_real(std::string& out, double value) {
  const std::size_t start = out.size();
  write_real(out, value);
  if (out.find_first_of(".e", start) == std::string::npos) out += ".0";
}

struct Writer {
  std::string& out;

  void write(const Type& type, const Note& note, const void* from);
  void write_text(const Note& note, const std::string& text);
  void write_enumeration(const Type& type, const void* from);
  void make_room(const Type& type, const void* from);
  void write_elements(const Type& type, const Note& note, const void* from, char open, char close);
  void write_object(const Type& type, const void* from);
  void write_flat(const Type& type, const void* from);
};

constexpr std::size_t kSample = 16;

struct Elements {  // the context of a visit
  Writer& writer;
  const Type& inner;
  const Note& note;
  bool keys;
  std::size_t count, start, done = 0;

  void make_room() const;
};

// A long list grows to what its first elements let expect, instead of being copied again and again.
void Elements::make_room() const {
  std::string& out = writer.out;
  const std::size_t expected = (out.size() - start) / kSample * (count + count / 16);
  if (count > 8 * kSample && start + expected > out.capacity()) out.reserve(start + expected);
}

void visit_element(void* context, std::string_view key, const void* element) {
  auto& elements = *static_cast<Elements*>(context);
  if (elements.done == kSample) elements.make_room();
  if (elements.done++ != 0) elements.writer.out += ',';
  if (elements.keys) {
    write_json_text(elements.writer.out, key);
    elements.writer.out += ':';
  }
  elements.writer.write(elements.inner, elements.note, element);
}

void Writer::write(const Type& type, const Note& note, const void* from) {
  switch (type.shape) {
    case Shape::boolean: out += *static_cast<const bool*>(from) ? "true" : "false"; return;
    case Shape::int32:
      if (note.format == Format::day)
        out += '"' + to_day_text(*static_cast<const Day*>(from)) + '"';
      else
        write_integer(out, *static_cast<const std::int32_t*>(from));
      return;
    case Shape::int64: return write_integer(out, *static_cast<const std::int64_t*>(from));
    case Shape::real: return write_real(out, *static_cast<const double*>(from));
    case Shape::text: return write_text(note, *static_cast<const std::string*>(from));
    case Shape::time:
      out += '"';
      out += to_rfc3339(*static_cast<const Time*>(from));
      out += '"';
      return;
    case Shape::id: {
      const auto value = *static_cast<const std::int64_t*>(from);
      if (value <= 0) mistake("an empty id; make the member optional");
      out += '"' + id_text(value) + '"';
      return;
    }
    case Shape::enumeration: return write_enumeration(type, from);
    case Shape::optional:
      if (type.size(from) == 0)
        out += "null";  // inside lists and maps only: write_object leaves empty members out
      else
        write_elements(type, note, from, 0, 0);
      return;
    case Shape::list: return write_elements(type, note, from, '[', ']');
    case Shape::map: return write_elements(type, note, from, '{', '}');
    case Shape::object: return write_object(type, from);
    case Shape::written: out += type.text(from); return;
    case Shape::free_value: return write_json_value(out, *static_cast<const boost::json::value*>(from));
    case Shape::free_object: return write_json_value(out, *static_cast<const boost::json::object*>(from));
  }
}

void Writer::write_text(const Note& note, const std::string& text) {
  if (note.format == Format::secret) mistake("a secret");
  write_json_text(out, text);
}

void Writer::write_enumeration(const Type& type, const void* from) {
  const std::int64_t value = type.value_of(from);
  for (const Enumerator& e : type.enumerators) {
    if (e.value != value) continue;
    out += '"';
    out += e.name;
    out += '"';
    return;
  }
  mistake("an enumeration's value without a name");
}

// A page of rows that are written already is copied once.
void Writer::make_room(const Type& type, const void* from) {
  struct Room {
    const Type& inner;
    std::size_t needed;
  } room{*type.inner, out.size()};
  type.each(from, &room, [](void* context, std::string_view key, const void* element) {
    auto& [inner, needed] = *static_cast<Room*>(context);
    needed += key.size() + inner.text(element).size() + 4;
  });
  if (room.needed > out.capacity()) out.reserve(room.needed + 256);
}

void Writer::write_elements(const Type& type, const Note& note, const void* from, char open, char close) {
  if (open) out += open;
  Elements elements{*this, *type.inner, note, type.shape == Shape::map, type.size(from), out.size()};
  if (type.inner->shape == Shape::written) make_room(type, from);
  type.each(from, &elements, visit_element);
  if (close) out += close;
}

// {"a":1} and {"b":2} become {"a":1,"b":2}. What is written already is copied once, with room for what follows it.
void Writer::write_flat(const Type& type, const void* from) {
  constexpr std::size_t kFollows = 4096;
  const std::size_t begin = out.size();
  for (const Field& part : type.fields) {
    const void* member = part.member(const_cast<void*>(from));
    if (part.type->shape == Shape::written) out.reserve(out.size() + part.type->text(member).size() + kFollows);
    const std::size_t start = out.size();
    write(*part.type, part.note, member);
    out.pop_back();
    if (out.size() == start + 1)
      out.pop_back();  // a part without fields
    else if (start != begin)
      out[start] = ',';
  }
  if (out.size() == begin) out += '{';
  out += '}';
}

void Writer::write_object(const Type& type, const void* from) {
  if (type.flat) return write_flat(type, from);
  out += '{';
  bool first = true;
  for (const Field& field : type.fields) {
    const void* member = field.member(const_cast<void*>(from));
    if (field.type->shape == Shape::optional && field.type->size(member) == 0) continue;
    out += std::exchange(first, false) ? "\"" : ",\"";
    out += field.note.name;
    out += "\":";
    write(*field.type, field.note, member);
  }
  out += '}';
}

void write_array(std::string& out, const boost::json::array& array) {
  out += '[';
  bool first = true;
  for (const auto& element : array) {
    if (!std::exchange(first, false)) out += ',';
    write_json_value(out, element);
  }
  out += ']';
}

void write_free_object(std::string& out, const boost::json::object& object) {
  out += '{';
  bool first = true;
  for (const auto& pair : object) {
    if (!std::exchange(first, false)) out += ',';
    write_json_text(out, pair.key());
    out += ':';
    write_json_value(out, pair.value());
  }
  out += '}';
}

bool is_plain(char c) { return static_cast<unsigned char>(c) >= 0x20 && c != '"' && c != '\\'; }

// Eight bytes at once: is none of them a control character, a quote or a backslash? (Mycroft's test for a
// zero byte.)
bool are_plain(const char* eight) {
  constexpr std::uint64_t kOnes = 0x0101010101010101ULL, kHigh = 0x80 * kOnes;
  std::uint64_t word = 0;
  std::memcpy(&word, eight, sizeof word);
  const std::uint64_t quote = word ^ ('"' * kOnes), slash = word ^ ('\\' * kOnes);
  const std::uint64_t control = (word - 0x20 * kOnes) & ~word;
  return ((control | ((quote - kOnes) & ~quote) | ((slash - kOnes) & ~slash)) & kHigh) == 0;
}

void write_escape(std::string& out, char c) {
  switch (c) {
    case '"': out += "\\\""; return;
    case '\\': out += "\\\\"; return;
    case '\n': out += "\\n"; return;
    case '\r': out += "\\r"; return;
    case '\t': out += "\\t"; return;
    default: fmt::format_to(std::back_inserter(out), "\\u{:04x}", static_cast<unsigned char>(c));
  }
}

}  // namespace

void write(std::string& out, const Type& type, const void* from) { Writer{out}.write(type, {}, from); }

}  // namespace tongxin::contract

namespace tongxin {

void write_json_text(std::string& out, std::string_view text) {
  out += '"';
  std::size_t start = 0;
  for (std::size_t i = 0; i < text.size();) {
    if (i + 8 <= text.size() && contract::are_plain(text.data() + i)) {
      i += 8;
    } else if (contract::is_plain(text[i])) {
      ++i;
    } else {
      out.append(text, start, i - start);
      contract::write_escape(out, text[i]);
      start = ++i;
    }
  }
  out.append(text, start);
  out += '"';
}

void write_json_value(std::string& out, const boost::json::value& value) {
  switch (value.kind()) {
    case boost::json::kind::null: out += "null"; return;
    case boost::json::kind::bool_: out += value.get_bool() ? "true" : "false"; return;
    case boost::json::kind::int64: return contract::write_integer(out, value.get_int64());
    case boost::json::kind::uint64: out += std::to_string(value.get_uint64()); return;
    case boost::json::kind::double_: return contract::write_free_real(out, value.get_double());
    case boost::json::kind::string: return write_json_text(out, value.get_string());
    case boost::json::kind::array: return contract::write_array(out, value.get_array());
    case boost::json::kind::object: return contract::write_free_object(out, value.get_object());
  }
}

}  // namespace tongxin

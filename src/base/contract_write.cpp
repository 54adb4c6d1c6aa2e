#include <charconv>
#include <cmath>
#include <stdexcept>

#include <boost/json.hpp>

#include "base/contract_inside.hpp"

namespace tongxin::contract {
namespace {

[[noreturn]] void mistake(const char* what) {
  throw std::logic_error(std::string("JSON cannot carry ") + what);
}

void write_integer(std::string& out, std::int64_t value) {
  char room[24];
  const auto [end, error] = std::to_chars(room, room + sizeof room, value);
  out.append(room, end);
}

void write_real(std::string& out, double value) {
  if (!std::isfinite(value)) mistake("a number that is not finite");
  char room[32];
  const auto [end, error] =
      std::to_chars(room, room + sizeof room, value);  // the shortest that reads back the same
  out.append(room, end);
}

struct Writer {
  std::string& out;

  void write(const Type& type, const Note& note, const void* from);
  void write_text(const Note& note, const std::string& text);
  void write_enumeration(const Type& type, const void* from);
  void write_elements(const Type& type, const Note& note, const void* from, char open, char close);
  void write_object(const Type& type, const void* from);
};

struct Elements {  // the context of a visit
  Writer& writer;
  const Type& inner;
  const Note& note;
  bool keys, first = true;
};

void visit_element(void* context, std::string_view key, const void* element) {
  auto& elements = *static_cast<Elements*>(context);
  if (!std::exchange(elements.first, false)) elements.writer.out += ',';
  if (elements.keys) {
    write_json_text(elements.writer.out, key);
    elements.writer.out += ':';
  }
  elements.writer.write(elements.inner, elements.note, element);
}

void Writer::write(const Type& type, const Note& note, const void* from) {
  switch (type.shape) {
    case Shape::boolean:
      out += *static_cast<const bool*>(from) ? "true" : "false";
      return;
    case Shape::int32:
      if (note.format == Format::day)
        out += '"' + to_day_text(*static_cast<const Day*>(from)) + '"';
      else
        write_integer(out, *static_cast<const std::int32_t*>(from));
      return;
    case Shape::int64:
      return write_integer(out, *static_cast<const std::int64_t*>(from));
    case Shape::real:
      return write_real(out, *static_cast<const double*>(from));
    case Shape::text:
      return write_text(note, *static_cast<const std::string*>(from));
    case Shape::time:
      out += '"' + to_rfc3339(*static_cast<const Time*>(from)) + '"';
      return;
    case Shape::id: {
      const auto value = *static_cast<const std::int64_t*>(from);
      if (value <= 0) mistake("an empty id; make the member optional");
      out += '"' + id_text(value) + '"';
      return;
    }
    case Shape::enumeration:
      return write_enumeration(type, from);
    case Shape::optional:
      if (type.size(from) == 0)
        out += "null";  // inside lists and maps only: write_object leaves empty members out
      else
        write_elements(type, note, from, 0, 0);
      return;
    case Shape::list:
      return write_elements(type, note, from, '[', ']');
    case Shape::map:
      return write_elements(type, note, from, '{', '}');
    case Shape::object:
      return write_object(type, from);
    case Shape::free_value:
      return write_json_value(out, *static_cast<const boost::json::value*>(from));
    case Shape::free_object:
      return write_json_value(out, *static_cast<const boost::json::object*>(from));
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

void Writer::write_elements(const Type& type, const Note& note, const void* from, char open, char close) {
  Elements elements{*this, *type.inner, note, type.shape == Shape::map};
  if (open) out += open;
  type.each(from, &elements, visit_element);
  if (close) out += close;
}

void Writer::write_object(const Type& type, const void* from) {
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

constexpr auto kPlain = [] {  // bytes that need no escape in a JSON text
  std::array<bool, 256> plain{};
  for (std::size_t i = 0x20; i < 256; ++i) plain[i] = i != '"' && i != '\\';
  return plain;
}();

void write_escape(std::string& out, char c) {
  switch (c) {
    case '"':
      out += "\\\"";
      return;
    case '\\':
      out += "\\\\";
      return;
    case '\n':
      out += "\\n";
      return;
    case '\r':
      out += "\\r";
      return;
    case '\t':
      out += "\\t";
      return;
    default:
      fmt::format_to(std::back_inserter(out), "\\u{:04x}", static_cast<unsigned char>(c));
  }
}

}  // namespace

void write(std::string& out, const Type& type, const void* from) { Writer{out}.write(type, {}, from); }

}  // namespace tongxin::contract

namespace tongxin {

void write_json_text(std::string& out, std::string_view text) {
  out += '"';
  std::size_t start = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (contract::kPlain[static_cast<unsigned char>(text[i])]) continue;
    out.append(text, start, i - start);
    contract::write_escape(out, text[i]);
    start = i + 1;
  }
  out.append(text, start);
  out += '"';
}

void write_json_value(std::string& out, const boost::json::value& value) {
  switch (value.kind()) {
    case boost::json::kind::null:
      out += "null";
      return;
    case boost::json::kind::bool_:
      out += value.get_bool() ? "true" : "false";
      return;
    case boost::json::kind::int64:
      return contract::write_integer(out, value.get_int64());
    case boost::json::kind::uint64:
      out += std::to_string(value.get_uint64());
      return;
    case boost::json::kind::double_:
      return contract::write_real(out, value.get_double());
    case boost::json::kind::string:
      return write_json_text(out, value.get_string());
    case boost::json::kind::array:
      return contract::write_array(out, value.get_array());
    case boost::json::kind::object:
      return contract::write_free_object(out, value.get_object());
  }
}

}  // namespace tongxin

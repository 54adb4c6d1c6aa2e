// The typed JSON contract: one described struct with a note per field gives the reader, the writer and the
// OpenAPI schema.
//
//   struct NewRecord { std::string title; std::optional<AreaId> area; std::vector<std::string> tags; };
//   BOOST_DESCRIBE_STRUCT(NewRecord, (), (title, area, tags))
//   constexpr auto notes(const NewRecord*) {
//     return std::array{note("title", "短标题 / short title", length(1, 80)),
//                       note("area", "所在区域 / where it is"),
//                       note("tags", "标签 / labels", items(0, 10), length(1, 20), defaulted())};
//   }
//   const auto body = read_json<NewRecord>(request.body);      // or a Fault that names every wrong field
//   const std::string text = to_json(body);
//
// Members may be: bool, int32, int64, double, std::string, enums described with BOOST_DESCRIBE_ENUM (on the
// wire: the name of the enumerator), Time (RFC 3339; any offset in, +08:00 out), Id<…> (13 letters), Words
// ({"zh","en"}), std::optional, std::vector, std::map<std::string, …>, described structs, Written<…> (in answers
// only: written once, given many times), and boost::json::value or object for what has no fixed form. A struct with
// `constexpr bool flat(const T*)` is put together from parts: on the wire its members' fields are its own (answers
// only). An optional may be absent or null in what we read, and is absent in what we write when it is empty. Every
// other member must be there, unless its note says defaulted(): then the struct's own initial value stands.
//
// Complaints come in this order: keys given twice, then field by field as declared (depth first), then
// unknown keys as they stand in the body. Their codes: duplicate, required, type, length, range, enum,
// format, unknown.
//
// The functions are pure and thread-safe. Per struct the compiler makes only a constant table; the work is in
// contract*.cpp.
#pragma once
#include <array>
#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include <boost/describe.hpp>
#include <boost/json/value.hpp>
#include <boost/mp11.hpp>

#include "base/fault.hpp"
#include "base/id.hpp"
#include "base/time.hpp"
#include "base/written.hpp"

namespace tongxin {

// ── notes
// ────────────────────────────────────────────────────────────────────────────────────────────────────────────

enum class Format : std::uint8_t {
  none,
  day,      // on an int32 member (a Day): "2026-11-22" in JSON
  line,     // one line: no line breaks, control characters or hidden direction marks
  word,     // a name for machines: a-z, then a-z 0-9 _ -
  phone,    // a Chinese mobile or landline number
  id_card,  // an 18-digit identity number with its check digit (GB 11643)
  uri,      // http:// or https://
  secret,   // a password: never shown, and writing it is a programmer's fault
};

struct Bounds {
  double min = -std::numeric_limits<double>::infinity(), max = std::numeric_limits<double>::infinity();
  bool set = false;
  constexpr bool hold(double value) const { return value >= min && value <= max; }
};
struct LengthBounds {
  Bounds bounds;
};
struct RangeBounds {
  Bounds bounds;
};
struct ItemsBounds {
  Bounds bounds;
};
struct Defaulted {};

constexpr LengthBounds length(std::size_t min, std::size_t max) {
  return {{double(min), double(max), true}};
}  // code points
constexpr RangeBounds range(double min, double max) { return {{min, max, true}}; }  // both included
constexpr ItemsBounds items(std::size_t min, std::size_t max) {
  return {{double(min), double(max), true}};
}  // of a list or map
constexpr Defaulted defaulted() { return {}; }

// What is said of one field. length, range and format speak of the value itself: for an optional, list or
// map, of what is in it.
struct Note {
  std::string_view name, text;
  Bounds length{}, range{}, items{};
  Format format = Format::none;
  bool defaulted = false;

  constexpr void add(LengthBounds part) { length = part.bounds; }
  constexpr void add(RangeBounds part) { range = part.bounds; }
  constexpr void add(ItemsBounds part) { items = part.bounds; }
  constexpr void add(Format part) { format = part; }
  constexpr void add(Defaulted) { defaulted = true; }
};

template <class... Parts>
constexpr Note note(std::string_view name, std::string_view text, Parts... parts) {
  Note result{name, text};
  (result.add(parts), ...);
  return result;
}

BOOST_DESCRIBE_STRUCT(Words, (), (zh, en))
constexpr auto notes(const Words*) {
  return std::array{note("zh", "中文 / in Chinese"), note("en", "英文 / in English")};
}

// ── the table that is made of a type
// ───────────────────────────────────────────────────────────────────────────────── Other readers (YAML, CSV)
// may walk it too.
namespace contract {

enum class Shape : std::uint8_t {
  boolean,
  int32,
  int64,
  real,
  text,
  time,
  id,
  enumeration,
  optional,
  list,
  map,
  object,
  written,
  free_value,
  free_object
};

struct Type;
struct Field {
  Note note;
  const Type* type;
  void* (*member)(void* object);
};
struct Enumerator {
  std::string_view name;
  std::int64_t value;
};
// Called for each element in order; the key is empty except in maps.
using Visit = void (*)(void* context, std::string_view key, const void* element);

struct Type {
  Shape shape;
  std::string_view name{};                    // objects and enumerations: the C++ name with its namespaces
  std::string_view about{};                   // objects: a sentence, where `constexpr auto about(const T*)` exists
  const Type* inner = nullptr;                // optional, list, map
  std::span<const Field> fields{};            // object
  bool flat = false;                          // object: its members' fields are its own
  std::span<const Enumerator> enumerators{};  // enumeration
  std::int64_t (*value_of)(const void*) = nullptr;                      // enumeration
  void (*set_value)(void*, std::int64_t) = nullptr;                     // enumeration
  void* (*add)(void* container, std::string_view key) = nullptr;        // optional, list, map: room for one more
  void (*each)(const void* container, void* context, Visit) = nullptr;  // optional, list, map
  std::size_t (*size)(const void* container) = nullptr;                 // optional, list, map
  std::string_view (*text)(const void* from) = nullptr;                 // written
};

template <class T>
struct TypeOf {
  static const Type value;
};

// The components of an OpenAPI document, by name, as they are met.
class Schemas {
 public:
  boost::json::value add(const Type& type);  // a "$ref" for objects and enumerations, else the schema itself
  const std::map<std::string, boost::json::value>& components() const { return components_; }
  boost::json::object to_object() const;  // {"NewRecord": {…}, …}

 private:
  std::map<std::string, boost::json::value> components_;
  std::map<std::string, std::string_view> full_names_;
};

void read(std::string_view text, const Type& type, void* into);
void read(const boost::json::value& value, std::string_view pointer, const Type& type, void* into);
void write(std::string& out, const Type& type, const void* from);

}  // namespace contract

using contract::Schemas;

// ── reading and writing
// ──────────────────────────────────────────────────────────────────────────────────────────────

// Throws Fault(bad_request), naming the byte, for what is not JSON, not UTF-8 or nested deeper than 32;
// Fault(invalid) with all complaints (at most 100) at JSON pointers when the content is wrong.
template <class T>
T read_json(std::string_view text) {
  T result{};
  contract::read(text, contract::TypeOf<T>::value, &result);
  return result;
}
// The same from a value; `pointer` says where it stands, e.g. "/form". A DOM cannot show keys given twice.
template <class T>
T read_value(const boost::json::value& value, std::string_view pointer = "") {
  T result{};
  contract::read(value, pointer, contract::TypeOf<T>::value, &result);
  return result;
}
// Appends. An empty Id, a number that is not finite, or an enum value without a name is a programmer's fault
// (std::logic_error).
template <class T>
void write_json(std::string& out, const T& value) {
  contract::write(out, contract::TypeOf<T>::value, &value);
}
template <class T>
std::string to_json(const T& value) {
  std::string out;
  write_json(out, value);
  return out;
}
// OpenAPI 3.1. Objects and enumerations become components named after the C++ type without its namespaces
// (Page<Record> is PageOfRecord); two types of one name are a programmer's fault.
template <class T>
boost::json::value schema(Schemas& schemas) {
  return schemas.add(contract::TypeOf<T>::value);
}

// Text of a free-form value: parsed with the same strictness as read_json (UTF-8, depth, keys given twice,
// exact numbers).
boost::json::value parse_json(std::string_view text);
void write_json_value(std::string& out, const boost::json::value& value);
void write_json_text(std::string& out, std::string_view text);  // quoted and escaped

// ── inside
// ───────────────────────────────────────────────────────────────────────────────────────────────────────────
namespace contract {

template <class T>
struct Inner {
  using type = void;
  static constexpr Shape shape = Shape::object;
};
template <class T>
struct Inner<std::optional<T>> {
  using type = T;
  static constexpr Shape shape = Shape::optional;
};
template <class T>
struct Inner<std::vector<T>> {
  using type = T;
  static constexpr Shape shape = Shape::list;
};
template <class T>
struct Inner<std::map<std::string, T>> {
  using type = T;
  static constexpr Shape shape = Shape::map;
};
template <class T>
struct Inner<Written<T>> {
  using type = T;
  static constexpr Shape shape = Shape::written;
};
template <class T>
struct IsId : std::false_type {};
template <class Tag>
struct IsId<Id<Tag>> : std::true_type {};

template <class T>
constexpr std::string_view full_name() {
  std::string_view name = __PRETTY_FUNCTION__;  // "… [with T = tongxin::Words; …]"
  name.remove_prefix(name.find("T = ") + 4);
  return name.substr(0, name.find_first_of(";]"));
}

template <class T>
constexpr Shape shape_of() {
  if constexpr (std::is_same_v<T, bool>)
    return Shape::boolean;
  else if constexpr (std::is_same_v<T, std::int32_t>)
    return Shape::int32;
  else if constexpr (std::is_same_v<T, std::int64_t>)
    return Shape::int64;
  else if constexpr (std::is_same_v<T, double>)
    return Shape::real;
  else if constexpr (std::is_same_v<T, std::string>)
    return Shape::text;
  else if constexpr (std::is_same_v<T, Time>)
    return Shape::time;
  else if constexpr (IsId<T>::value)
    return Shape::id;
  else if constexpr (std::is_enum_v<T>)
    return Shape::enumeration;
  else if constexpr (std::is_same_v<T, boost::json::value>)
    return Shape::free_value;
  else if constexpr (std::is_same_v<T, boost::json::object>)
    return Shape::free_object;
  else
    return Inner<T>::shape;
}

// Does the note speak of things that a field of this shape has?
template <class T>
constexpr bool fits(const Note& note) {
  using In = typename Inner<T>::type;
  constexpr Shape shape = shape_of<T>();
  if constexpr (shape == Shape::optional || shape == Shape::list || shape == Shape::map) {
    Note inner = note;
    if (shape != Shape::optional) inner.items = {};
    return fits<In>(inner);
  }
  constexpr bool number = shape == Shape::int32 || shape == Shape::int64 || shape == Shape::real;
  if (note.items.set || (note.length.set && shape != Shape::text) || (note.range.set && !number)) return false;
  if (note.format == Format::day) return shape == Shape::int32;
  return note.format == Format::none || shape == Shape::text;
}

template <class T>
using Members = boost::describe::describe_members<T, boost::describe::mod_public | boost::describe::mod_inherited>;

template <class T, class Member>
void* member_of(void* object) {
  return &(static_cast<T*>(object)->*Member::pointer);
}

template <class T>
struct NotesOf {
  static constexpr auto value = notes(static_cast<const T*>(nullptr));
};

constexpr std::size_t place_of(std::span<const Note> all, std::string_view name) {
  std::size_t i = 0;
  while (i < all.size() && all[i].name != name) ++i;
  return i;
}

template <class T, class Member>
constexpr Field field() {
  using Value = std::remove_reference_t<decltype(std::declval<T&>().*Member::pointer)>;
  constexpr const auto& all = NotesOf<T>::value;
  constexpr std::size_t place = place_of(all, Member::name);
  static_assert(place < all.size(), "a member of this struct has no note");
  if constexpr (place < all.size()) {
    static_assert(fits<Value>(all[place]), "this note has a bound or a format that the member's type cannot have");
    return {all[place], &TypeOf<Value>::value, &member_of<T, Member>};
  } else {
    return {};
  }
}

template <class T, class List>
struct FieldTable;
template <class T, template <class...> class List, class... Member>
struct FieldTable<T, List<Member...>> {
  static_assert(sizeof...(Member) <= 64, "at most 64 members");
  static_assert(NotesOf<T>::value.size() == sizeof...(Member), "a note names no member of this struct");
  static constexpr std::array<Field, sizeof...(Member)> value{field<T, Member>()...};
};

template <class List>
struct EnumTable;
template <template <class...> class List, class... E>
struct EnumTable<List<E...>> {
  static constexpr std::array<Enumerator, sizeof...(E)> value{
      Enumerator{E::name, static_cast<std::int64_t>(E::value)}...};
};

template <class T>
constexpr Type enumeration() {
  Type type{Shape::enumeration, full_name<T>()};
  type.enumerators = EnumTable<boost::describe::describe_enumerators<T>>::value;
  type.value_of = [](const void* e) { return static_cast<std::int64_t>(*static_cast<const T*>(e)); };
  type.set_value = [](void* e, std::int64_t value) { *static_cast<T*>(e) = static_cast<T>(value); };
  return type;
}

template <class T>
constexpr Type container() {
  Type type{Inner<T>::shape};
  type.inner = &TypeOf<typename Inner<T>::type>::value;
  if constexpr (Inner<T>::shape == Shape::optional) {
    type.add = [](void* c, std::string_view) -> void* { return &static_cast<T*>(c)->emplace(); };
    type.size = [](const void* c) -> std::size_t { return static_cast<const T*>(c)->has_value(); };
    type.each = [](const void* c, void* context, Visit visit) {
      if (const auto& value = *static_cast<const T*>(c)) visit(context, {}, &*value);
    };
  } else if constexpr (Inner<T>::shape == Shape::list) {
    static_assert(!std::is_same_v<T, std::vector<bool>>, "a vector<bool> has no elements to point at");
    type.add = [](void* c, std::string_view) -> void* { return &static_cast<T*>(c)->emplace_back(); };
    type.size = [](const void* c) { return static_cast<const T*>(c)->size(); };
    type.each = [](const void* c, void* context, Visit visit) {
      for (const auto& element : *static_cast<const T*>(c)) visit(context, {}, &element);
    };
  } else {
    type.add = [](void* c, std::string_view key) -> void* { return &(*static_cast<T*>(c))[std::string(key)]; };
    type.size = [](const void* c) { return static_cast<const T*>(c)->size(); };
    type.each = [](const void* c, void* context, Visit visit) {
      for (const auto& [key, element] : *static_cast<const T*>(c)) visit(context, key, &element);
    };
  }
  return type;
}

template <class T>
constexpr Type written() {
  Type type{Shape::written};
  type.inner = &TypeOf<typename Inner<T>::type>::value;
  type.text = [](const void* from) { return static_cast<const T*>(from)->text(); };
  return type;
}

template <class T>
constexpr Type make_type() {
  constexpr Shape shape = shape_of<T>();
  if constexpr (shape == Shape::enumeration) {
    return enumeration<T>();
  } else if constexpr (shape == Shape::optional || shape == Shape::list || shape == Shape::map) {
    return container<T>();
  } else if constexpr (shape == Shape::written) {
    return written<T>();
  } else if constexpr (shape == Shape::object) {
    static_assert(boost::describe::has_describe_members<T>::value,
                  "no JSON for this type: describe it, or see contract.hpp");
    Type type{shape, full_name<T>()};
    if constexpr (requires { about(static_cast<const T*>(nullptr)); })
      type.about = about(static_cast<const T*>(nullptr));
    type.flat = requires { flat(static_cast<const T*>(nullptr)); };
    type.fields = FieldTable<T, Members<T>>::value;
    return type;
  } else {
    return {shape};
  }
}

template <class T>
constinit const Type TypeOf<T>::value = make_type<T>();

}  // namespace contract
}  // namespace tongxin

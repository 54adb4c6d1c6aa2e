#include "fuzz/targets.hpp"

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "aspect/schedule/recurrence.hpp"
#include "base/contract.hpp"
#include "base/csv.hpp"
#include "base/random.hpp"
#include "fuzz/contracts.hpp"
#include "pack/loader.hpp"
#include "pack/lua.hpp"
#include "pack/yaml.hpp"
#include "place/exchange.hpp"
#include "place/geometry.hpp"
#include "place/schema.hpp"
#include "place/synthetic.hpp"
#include "serve/multipart.hpp"
#include "serve/net/request_reader.hpp"
#include "serve/net/target.hpp"
#include "support/body_maker.hpp"
#include "table/read.hpp"
#include "table/workbook.hpp"

namespace tongxin::fuzz {
namespace {

namespace fs = std::filesystem;

// A mistake that is told is what is wanted.
template <class F>
void told(F&& run) {
  try {
    run();
  } catch (const Fault& fault) {
    if (fault.say().zh.empty() || fault.say().en.empty()) throw std::logic_error("a fault without words");
  } catch (const serve::Refusal&) {
  }
}

// A folder that is gone with the program.
struct Folder {
  Folder() {
    std::string name = (fs::temp_directory_path() / "tongxin-fuzz-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary folder");
    path = name;
  }
  ~Folder() {
    std::error_code ignored;
    fs::remove_all(path, ignored);
  }
  fs::path path;
};

struct Dropped final : serve::BodySink {
  void on_body(std::string_view) override {}
};

// A connection's bytes, in pieces whose length the first byte gives.
void http(std::string_view bytes) {
  if (bytes.empty()) return;
  const std::size_t piece = 1 + static_cast<unsigned char>(bytes.front());
  bytes.remove_prefix(1);
  told([&] {
    Dropped sink;
    serve::RequestReader reader(sink);
    std::string kept;
    for (std::size_t at = 0; at < bytes.size(); at += piece) {
      kept += bytes.substr(at, piece);
      std::string_view input = kept;
      for (auto step = reader.feed(input); step != serve::RequestReader::Step::more; step = reader.feed(input)) {
        if (step == serve::RequestReader::Step::head) {
          serve::parse_target(reader.head().target);
          reader.limit_body(10'000);
        } else {
          reader.start();
        }
      }
      kept = std::string(input);
    }
  });
}

// Open311's clients send these; so do browsers without scripts.
void form(std::string_view bytes) {
  told([&] { serve::parse_form(bytes); });
  told([&] { serve::parse_target("/open311/v2/requests.json?" + std::string(bytes)); });
}

void multipart(std::string_view bytes) {
  static const Folder folder;
  told([&] {
    serve::FormReader sink(folder.path, true);
    serve::MultipartParser parser("b", sink);
    for (std::size_t at = 0; at < bytes.size(); at += 37) parser.feed(bytes.substr(at, 37));
    parser.finish();
  });
}

bool has_secret(const contract::Type& type) {
  return (type.inner != nullptr && has_secret(*type.inner)) ||
         std::ranges::any_of(type.fields, [](const contract::Field& field) {
           return field.note.format == Format::secret || has_secret(*field.type);
         });
}

// The first line names a contract type, the rest is read into it. What was read can be written and reads the same again.
template <class T>
void read_into(std::string_view bytes) {
  told([&] {
    const T read = read_json<T>(bytes);
    if (has_secret(contract::TypeOf<T>::value)) return;  // never written
    const std::string once = to_json(read);
    if (to_json(read_json<T>(once)) != once) throw std::logic_error("written and read again it is another");
  });
}
template <class F>
void each_contract(F&& job) {
  boost::mp11::mp_for_each<boost::mp11::mp_transform<boost::mp11::mp_identity, Contracts>>(job);
}
template <class T>
std::string_view plain_name() {
  const std::string_view whole = contract::TypeOf<T>::value.name;
  return whole.substr(whole.rfind(':') + 1);
}
void json(std::string_view bytes) {
  const auto end = std::min(bytes.find('\n'), bytes.size());
  const std::string_view name = bytes.substr(0, end), body = bytes.substr(std::min(end + 1, bytes.size()));
  each_contract([&]<class T>(boost::mp11::mp_identity<T>) {
    if (name == plain_name<T>()) read_into<T>(body);
  });
}
// Of every type some bodies that it describes.
std::vector<std::string> bodies() {
  Random random(1);
  std::vector<std::string> seeds;
  each_contract([&]<class T>(boost::mp11::mp_identity<T>) {
    Schemas schemas;
    const boost::json::value schema = schemas.add(contract::TypeOf<T>::value);
    test::BodyMaker maker(random, schemas);
    for (int i = 0; i < 4; ++i)
      seeds.push_back(std::string(plain_name<T>()) + '\n' + boost::json::serialize(maker.fitting(schema)));
  });
  return seeds;
}

void yaml(std::string_view bytes) {
  told([&] { pack::parse_yaml(bytes, "fuzz.yaml"); });
}

// The bytes as the kind of a small pack, beside the real base pack, through the whole checker.
void kind(std::string_view bytes) {
  static const Folder folder = [] {
    Folder made;
    fs::create_directory_symlink(fs::path(TONGXIN_SOURCE_DIR) / "packs" / "base", made.path / "base");
    fs::create_directories(made.path / "small" / "kinds");
    std::ofstream(made.path / "small" / "pack.yaml")
        << "pack: small\nversion: 1\nuses: [base]\nname: {zh: 小, en: Small}\n";
    return made;
  }();
  std::ofstream(folder.path / "small" / "kinds" / "fuzz.yaml", std::ios::binary | std::ios::trunc) << bytes;
  told([&] { pack::load_packs({folder.path.string(), {"base", "small"}}, {}); });
}

void csv_rows(std::string_view bytes) {
  told([&] {
    std::istringstream in{std::string(bytes)};
    csv::Reader rows(in, {{"name", {"姓名", "Name"}}, {"day", {"出生日期", "Birthday"}, csv::optional_column}},
                     {.file = "fuzz.csv"});
    while (rows.next()) {
      rows.required_text("name");
      rows.day("day");
    }
    rows.finish();
  });
}

void read_table(std::string_view bytes, const char* name) {
  told([&] {
    table::Limits limits;
    limits.unpacked = 8u << 20, limits.texts = 1u << 20, limits.rows = 5000;
    const auto reader = table::open(
        bytes, name, [](const auto& cells) { return std::size_t(std::count(cells.begin(), cells.end(), "姓名")); },
        limits);
    for (table::Row row; reader->next(row);) continue;
    reader->merges();
  });
}
void csv(std::string_view bytes) {
  csv_rows(bytes);
  read_table(bytes, "fuzz.csv");
}
void xlsx(std::string_view bytes) { read_table(bytes, "fuzz.xlsx"); }
// The bytes as the rows of a workbook that is whole, so that the unpacking does not stop most of them.
void sheet(std::string_view bytes) {
  test::Book book;
  book.rows = bytes, book.texts = "<si><t>姓名</t></si>";
  const std::string whole = book.bytes();
  read_table(whole, "fuzz.xlsx");
}

struct Undone {};

void geojson(std::string_view bytes) {
  static const Folder folder;
  static const auto store = [] {
    auto opened = store::open({.url = folder.path / "fuzz.db", .readers = 1, .durable = false});
    store::migrate(*opened, place::kMigrations);
    return opened;
  }();
  static ManualClock clock(from_millis(1'800'000'000'000));
  static IdSource ids(clock, 1);
  told([&] { place::to_geojson(place::parse_shape(bytes)); });
  try {
    told([&] {
      store->write([&](store::Tx& tx) {
        const place::Edit edit{.realm = RealmId{7}, .author = PersonId{5}, .at = clock.now(), .on = 20260601};
        place::import_geojson(tx, edit, place::usual_levels(), ids, bytes);
        throw Undone{};
      });
    });
  } catch (const Undone&) {
  }
}

void lua(std::string_view bytes) {
  told([&] {
    const pack::RuleSet rules({{"fuzz/rules/t.lua", std::string(bytes)}},
                              {.memory_bytes = 1 << 20, .instructions = 20'000});
    for (const std::string& rule : rules.rules())
      told([&] { rules.call(rule, boost::json::object{{"n", 3}, {"list", {1, 2, 3}}, {"text", "漏水"}}); });
    rules.check_examples();
  });
}

// The first line is the rule; what follows it says how long before the window it begins (days) and how wide that is (hours).
void rrule(std::string_view bytes) {
  const auto end = std::min(bytes.find('\n'), bytes.size());
  const std::string rule(bytes.substr(0, end));
  unsigned days = 3, hours = 24 * 60;
  if (bytes.size() > end + 2) {
    days = static_cast<unsigned char>(bytes[end + 1]) * 30u;
    hours = 1u + static_cast<unsigned char>(bytes[end + 2]) * 24u;
  }
  told([&] {
    namespace schedule = aspect::schedule;
    schedule::check_rule(rule);
    const Time from = from_millis(1'800'000'000'000), until = from + std::chrono::hours{hours};
    const Time begins = from - std::chrono::hours{24 * days};
    const auto times = schedule::expand(rule, begins, from, until, Zone{std::chrono::minutes{480}}, 500);
    if (times.size() > 500) throw std::logic_error("more times than were asked for");
    for (std::size_t i = 0; i < times.size(); ++i) {
      if (times[i] < from || times[i] >= until) throw std::logic_error("a time outside of the window");
      if (i > 0 && times[i] < times[i - 1]) throw std::logic_error("times out of order");
    }
  });
}

constexpr Target kTargets[] = {
    {"http", http}, {"form", form}, {"multipart", multipart}, {"json", json, bodies}, {"yaml", yaml}, {"kind", kind},
    {"csv", csv},   {"xlsx", xlsx}, {"sheet", sheet},         {"geojson", geojson},   {"lua", lua},   {"rrule", rrule}};

}  // namespace

std::span<const Target> targets() { return kTargets; }

}  // namespace tongxin::fuzz

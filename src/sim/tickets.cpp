#include "sim/tickets.hpp"

#include <algorithm>
#include <map>
#include <unordered_map>
#include <unordered_set>

#include "base/csv.hpp"
#include "base/text.hpp"
#include "record/sql.hpp"

namespace tongxin::sim {
namespace {

namespace json = boost::json;
using store::Tx;

constexpr std::size_t kBatch = 500;
constexpr std::size_t kProblemsShown = 10'000;

struct Ticket {
  int line = 0;
  std::string number, category, content, address, caller, phone;
  AreaId area;
  Time at{};
};

std::string without_spaces(std::string_view text) {
  std::string packed;
  for (const char letter : text)
    if (letter != ' ' && letter != '\t') packed += letter;
  return packed;
}

// Which area an address speaks of. Names that several areas share say nothing alone; with the name of the area above they do.
class AddressBook {
 public:
  explicit AddressBook(const place::Atlas& atlas) {
    std::unordered_map<std::string, int> seen;
    for (const place::Area& area : atlas.all())
      if (area.until == 0) ++seen[without_spaces(area.name)];
    for (const place::Area& area : atlas.all()) {
      if (area.until != 0) continue;
      const std::string name = without_spaces(area.name);
      if (seen[name] == 1) names_.emplace_back(name, area.id);
      if (const place::Area* parent = atlas.find(area.parent))
        names_.emplace_back(without_spaces(parent->name) + name, area.id);
    }
    std::stable_sort(names_.begin(), names_.end(),
                     [](const auto& a, const auto& b) { return a.first.size() > b.first.size(); });
  }
  AreaId find(std::string_view address) {
    const std::string text = without_spaces(address);
    if (const auto known = known_.find(text); known != known_.end()) return known->second;
    for (const auto& [name, area] : names_)
      if (text.find(name) != std::string::npos) return known_[text] = area;
    return known_[text] = AreaId{};
  }

 private:
  std::vector<std::pair<std::string, AreaId>> names_;
  std::unordered_map<std::string, AreaId> known_;
};

// "2026-03-02 16:05", "2026/3/2 16:05:33", "2026-03-02".
std::optional<Time> written_time(const std::string& text) {
  int year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0;
  if (Time exact{}; parse_rfc3339(text, exact)) return exact;
  const int parts =
      std::sscanf(text.c_str(), "%4d%*1[-/.]%2d%*1[-/.]%2d %2d:%2d:%2d", &year, &month, &day, &hour, &minute, &second);
  const Day date = year * 10000 + month * 100 + day;
  if (parts < 3 || !is_day(date) || hour > 23 || minute > 59 || second > 59 || hour < 0 || minute < 0 || second < 0)
    return std::nullopt;
  return midnight(date) + std::chrono::hours{hour} + std::chrono::minutes{minute} + std::chrono::seconds{second};
}

std::vector<csv::Column> columns() {
  using csv::optional_column;
  return {{"number", {"工单编号", "编号", "工单号", "number", "ticket"}},
          {"time", {"时间", "来电时间", "受理时间", "time"}, optional_column},
          {"category", {"类别", "诉求类别", "category"}, optional_column},
          {"area", {"区域编码", "area", "area_code"}, optional_column},
          {"place", {"地址", "地点", "诉求地址", "place", "address"}, optional_column},
          {"content", {"内容", "诉求内容", "content"}},
          {"caller", {"来电人", "姓名", "caller"}, optional_column},
          {"phone", {"电话", "联系电话", "phone"}, optional_column}};
}

class Import {
 public:
  Import(store::Store& store, record::Engine& engine, RealmId realm, const Clock& clock, const TicketOptions& options)
      : store_(store),
        engine_(engine),
        realm_(realm),
        now_(clock.now()),
        options_(options),
        world_(store.read([&](Tx& tx) { return engine.worlds().current(tx, realm); })),
        addresses_(*world_->atlas) {
    const std::string kind = !options.kind.empty()                              ? options.kind
                             : world_->library->kind("hotline_item") != nullptr ? "hotline_item"
                                                                                : "issue";
    kind_ = &world_->kind(kind);
  }

  TicketReport run(std::istream& in) {
    if (options_.mapping != nullptr) read_mapping(*options_.mapping);
    read(in);
    if (!report_.problems.empty()) return std::move(report_);
    if (options_.dry_run)
      count_known();
    else
      write();
    return std::move(report_);
  }

 private:
  void read_mapping(std::istream& in) {
    csv::Reader rows(in, {{"theirs", {"类别", "category"}}, {"ours", {"编码", "code"}}}, {.file = "mapping"});
    while (rows.next()) {
      const std::string theirs(rows.required_text("theirs")), ours(rows.required_text("ours"));
      if (kind_->taxonomy == nullptr || kind_->taxonomy->find(ours) == nullptr)
        rows.complain("ours", "unknown", words("没有类别编码“{}”", "there is no category '{}'", ours));
      mapping_[theirs] = ours;
    }
    rows.finish();
  }

  // ── looking ──
  void read(std::istream& in) {
    csv::Reader rows(in, columns(), {.file = options_.file, .max_complaints = kProblemsShown});
    std::unordered_set<std::string> numbers;
    while (rows.next()) {
      Ticket ticket = read_ticket(rows);
      if (!ticket.number.empty() && !numbers.insert(ticket.number).second)
        rows.complain("number", "duplicate",
                      words("编号 {} 在文件里出现了两次", "the number {} stands twice in the file", ticket.number));
      tickets_.push_back(std::move(ticket));
    }
    report_.rows = tickets_.size();
    report_.problems = rows.complaints();
  }

  Ticket read_ticket(csv::Reader& rows) {
    Ticket ticket;
    ticket.line = rows.line();
    ticket.number = rows.required_text("number");
    ticket.content = rows.required_text("content");
    ticket.address = rows.text("place");
    ticket.caller = rows.text("caller");
    ticket.phone = without_spaces(rows.text("phone"));
    ticket.category = category_of(rows);
    ticket.area = area_of(rows);
    ticket.at = time_of(rows);
    if (ticket.number.size() > 64)
      rows.complain("number", "length", words("编号不应超过 64 个字节", "a number has at most 64 bytes"));
    if (const pack::Field* field = content_field();
        field != nullptr && field->max && std::int64_t(count_code_points(ticket.content)) > *field->max)
      rows.complain("content", "length", words("不应超过 {} 个字", "at most {} characters", *field->max));
    if (const pack::Field* field = field_among({"contact_phone", "caller_phone", "phone"});
        field != nullptr && !ticket.phone.empty() && !is_phone(ticket.phone))
      ticket.phone.clear();
    return ticket;
  }

  std::string category_of(csv::Reader& rows) {
    const std::string text(rows.text("category"));
    const pack::Taxonomy* taxonomy = kind_->taxonomy;
    if (taxonomy == nullptr) return {};
    if (const auto mapped = mapping_.find(text); mapped != mapping_.end()) return mapped->second;
    if (taxonomy->find(text) != nullptr) return text;
    for (const pack::Category& category : taxonomy->categories)
      if (!text.empty() && (category.name.zh == text || category.name.en == text)) return category.code;
    if (options_.default_category.empty() || taxonomy->find(options_.default_category) == nullptr)
      rows.complain("category", "unknown",
                    words("没有类别“{}”；可用对照表或 --default-category",
                          "there is no category '{}'; use a mapping or --default-category", text));
    return options_.default_category;
  }

  AreaId area_of(csv::Reader& rows) {
    const std::string code(rows.text("area")), address(rows.text("place"));
    if (!code.empty())
      if (const place::Area* area = world_->atlas->by_code(code); area != nullptr && area->until == 0) return area->id;
    if (code.empty() && !address.empty())
      if (const AreaId found = addresses_.find(address)) return found;
    if (const place::Area* area =
            options_.default_area.empty() ? nullptr : world_->atlas->by_code(options_.default_area))
      return area->id;
    if (!code.empty())
      rows.complain("area", "unknown", words("没有编码为“{}”的区域", "there is no area with the code '{}'", code));
    else if (kind_->place == pack::PlaceRule::required)
      rows.complain("place", "unknown",
                    words("从“{}”看不出是哪个区域；请填区域编码，或用 --default-area",
                          "'{}' names no area that is known; give an area code, or use --default-area", address));
    return {};
  }

  Time time_of(csv::Reader& rows) {
    const std::string text(rows.text("time"));
    if (text.empty()) return now_;
    const auto time = written_time(text);
    if (!time)
      rows.complain("time", "format",
                    words("应为 2026-03-02 16:05 这样的时间", "expected a time such as 2026-03-02 16:05"));
    else if (*time > now_)
      rows.complain("time", "range", words("时间在将来", "this time lies in the future"));
    return time.value_or(now_);
  }

  const pack::Field* field_among(std::initializer_list<const char*> names) const {
    for (const char* name : names)
      if (const pack::Field* field = kind_->form.find(name)) return field;
    return nullptr;
  }
  const pack::Field* content_field() const {
    if (kind_->title_field >= 0) return &kind_->form.fields[std::size_t(kind_->title_field)];
    return field_among({"content", "description"});
  }

  // ── writing ──
  bool known(Tx& tx, const Ticket& ticket) {
    return record::by_outside_number(tx, realm_, options_.source, ticket.number).has_value();
  }

  void count_known() {
    store_.read([&](Tx& tx) {
      for (const Ticket& ticket : tickets_) ++(known(tx, ticket) ? report_.unchanged : report_.added);
    });
  }

  void write() {
    for (std::size_t begin = 0; begin < tickets_.size(); begin += kBatch) {
      const std::size_t end = std::min(tickets_.size(), begin + kBatch);
      const std::size_t added = store_.write([&](Tx& tx) { return write_batch(tx, begin, end); });
      report_.added += added;
      report_.unchanged += end - begin - added;
      if (options_.progress) options_.progress(end, tickets_.size());
    }
  }

  std::size_t write_batch(Tx& tx, std::size_t begin, std::size_t end) {
    std::size_t added = 0;
    for (std::size_t i = begin; i < end; ++i) {
      const Ticket& ticket = tickets_[i];
      if (known(tx, ticket)) continue;
      try {
        engine_.create(tx, realm_, options_.actor, draft_of(ticket), ticket.at);
      } catch (const Fault& fault) {
        if (fault.code() == Code::internal || fault.code() == Code::unavailable) throw;
        throw Fault(fault.code(),
                    words("{}:{}：{}", "{}:{}: {}", options_.file, ticket.line, std::string(fault.what())),
                    fault.complaints());
      }
      ++added;
    }
    return added;
  }

  record::Draft draft_of(const Ticket& ticket) const {
    record::Draft draft;
    draft.kind = kind_->name;
    draft.category = ticket.category;
    draft.area = ticket.area;
    draft.address = ticket.address;
    draft.source = options_.source;
    draft.outside_number = ticket.number;
    const auto put = [&](const pack::Field* field, const std::string& text) {
      if (field != nullptr && !text.empty()) draft.form[field->name] = json::string(text);
    };
    put(content_field(), ticket.content);
    put(field_among({"called_at"}), to_rfc3339(ticket.at));
    put(field_among({"contact_name", "caller_name", "caller"}), ticket.caller);
    put(field_among({"contact_phone", "caller_phone", "phone"}), ticket.phone);
    return draft;
  }

  store::Store& store_;
  record::Engine& engine_;
  RealmId realm_;
  Time now_;
  const TicketOptions& options_;
  record::WorldPtr world_;
  AddressBook addresses_;
  const pack::Kind* kind_ = nullptr;
  std::map<std::string, std::string, std::less<>> mapping_;
  std::vector<Ticket> tickets_;
  TicketReport report_;
};

}  // namespace

TicketReport import_tickets(store::Store& store, record::Engine& engine, RealmId realm, const Clock& clock,
                            std::istream& in, const TicketOptions& options) {
  return Import(store, engine, realm, clock, options).run(in);
}

}  // namespace tongxin::sim

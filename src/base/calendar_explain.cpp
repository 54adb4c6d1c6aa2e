// Limits as text, and the words that show how a due time came about.
#include <charconv>

#include "base/calendar_math.hpp"

namespace tongxin {
namespace {

using namespace std::chrono_literals;
using Kind = Explanation::Kind;
using Piece = Explanation::Piece;

constexpr std::size_t kPiecesMax = 100;
constexpr int kAmountMax = 100'000;

struct UnitName {
  Unit unit;
  const char *code, *zh, *en;  // en in the singular
};
constexpr UnitName kUnits[] = {
    {Unit::natural_minute, "natural_minute", "分钟", "minute"},
    {Unit::natural_hour, "natural_hour", "小时", "hour"},
    {Unit::natural_day, "natural_day", "个自然日", "natural day"},
    {Unit::working_minute, "working_minute", "个工作分钟", "working minute"},
    {Unit::working_hour, "working_hour", "个工作小时", "working hour"},
    {Unit::working_day, "working_day", "个工作日", "working day"},
};
const UnitName& name_of(Unit unit) { return kUnits[std::size_t(unit)]; }

constexpr const char* kWeekdays[7][2] = {{"周一", "Monday"},   {"周二", "Tuesday"}, {"周三", "Wednesday"},
                                         {"周四", "Thursday"}, {"周五", "Friday"},  {"周六", "Saturday"},
                                         {"周日", "Sunday"}};

[[noreturn]] void refuse_limit(std::string_view text) {
  throw Fault(Code::invalid,
              words("看不懂时限“{}”：应写成“数量 单位”，如“7 working_hours”；单位有 "
                    "natural_minutes、natural_hours、natural_days、"
                    "working_minutes、working_hours、working_days，数量为 0 至 {}（0 只用于日）",
                    "cannot read the limit '{}': expected an amount and a unit such as '7 working_hours'; units are "
                    "natural_minutes, natural_hours, natural_days, working_minutes, working_hours, working_days, the "
                    "amount is 0 to {} (0 for days only)",
                    text, kAmountMax));
}

}  // namespace

Limit parse_limit(std::string_view text) {
  Limit limit;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), limit.amount);
  std::string_view unit = text.substr(std::size_t(end - text.data()));
  if (error != std::errc{} || !unit.starts_with(' ') || limit.amount < 0 || limit.amount > kAmountMax)
    refuse_limit(text);
  unit.remove_prefix(1);
  if (unit.ends_with('s')) unit.remove_suffix(1);
  for (const UnitName& name : kUnits) {
    if (unit != name.code) continue;
    limit.unit = name.unit;
    if (limit.amount == 0 && !limit.in_days()) refuse_limit(text);
    return limit;
  }
  refuse_limit(text);
}

std::string to_code(Limit limit) {
  return fmt::format("{} {}{}", limit.amount, name_of(limit.unit).code, limit.amount == 1 ? "" : "s");
}

Words to_words(Limit limit) {
  const UnitName& name = name_of(limit.unit);
  return {fmt::format("{} {}", limit.amount, name.zh),
          fmt::format("{} {}{}", limit.amount, name.en, limit.amount == 1 ? "" : "s")};
}

Words duration_words(milliseconds duration) {
  const auto minutes = std::chrono::duration_cast<std::chrono::minutes>(duration).count();
  const auto h = minutes / 60, m = minutes % 60;
  if (h == 0) return words("{} 分", "{} min", m);
  if (m == 0) return words("{} 小时", "{} h", h);
  return words("{} 小时 {} 分", "{} h {} min", h, m);
}

std::string deadline_text(Time due, Zone zone) {
  if (due != midnight(day_of(due, zone), zone)) return to_minute_text(due, zone);
  return to_day_text(day_of(due - 1ms, zone)) + " 24:00";
}

namespace {

// Walks the days between start and due and lays down the pieces.
class PieceBuilder {
 public:
  PieceBuilder(const Calendar& calendar, bool in_days, Time start, Time due)
      : math_(calendar), in_days_(in_days), start_(start), due_(due) {}

  std::vector<Piece> working() {
    const int first = math_.serial(start_), last = math_.serial(due_ - 1ms);
    for (int day = in_days_ && last > first ? first + 1 : first; day <= last; ++day) {
      if (pieces_.size() >= kPiecesMax) {
        summarise(day);
        break;
      }
      if (!math_.works(day))
        rest(day);
      else if (in_days_ || (day != first && day != last))
        whole_day(day);
      else
        periods(day);
    }
    return std::move(pieces_);
  }

 private:
  Words name(int day) const { return math_.special(day) ? *math_.special(day) : Words{}; }

  // Grows the last piece where the new day goes on with the same thing.
  void append(Kind kind, int day, milliseconds counted, int days) {
    const Words why = name(day);
    if (!pieces_.empty() && pieces_.back().kind == kind && pieces_.back().name == why &&
        pieces_.back().until == math_.begin(day)) {
      Piece& last = pieces_.back();
      last.until = math_.begin(day + 1);
      last.counted += counted;
      last.days += days;
    } else {
      pieces_.push_back({kind, math_.begin(day), math_.begin(day + 1), counted, days, why});
    }
  }
  void rest(int day) { append(math_.special(day) ? Kind::holiday : Kind::rest, day, 0ms, 0); }
  void whole_day(int day) { append(Kind::days, day, in_days_ ? 0ms : math_.working_in_day(day), in_days_ ? 1 : 0); }
  void periods(int day) {
    for (const Period& period : math_.periods(day)) {
      const Time from = std::max(start_, math_.begin(day) + period.from),
                 until = std::min(due_, math_.begin(day) + period.until);
      if (from < until) pieces_.push_back({Kind::period, from, until, until - from, 0, name(day)});
    }
  }
  void summarise(int day) {
    const Time from = math_.begin(day);
    const int days = math_.working_days_before(math_.serial(due_ - 1ms) + 1) - math_.working_days_before(day);
    const milliseconds time = math_.position(due_) - math_.position(from);
    pieces_.push_back({Kind::summary, from, due_, in_days_ ? 0ms : time, in_days_ ? days : 0, {}});
  }

  const CalendarMath math_;
  const bool in_days_;
  const Time start_, due_;
  std::vector<Piece> pieces_;
};

// Says an explanation in one language. Dates stand beside weekdays only where the span is longer than a
// week's names reach.
class Sayer {
 public:
  Sayer(const Calendar& calendar, Language language, Time start, Time due)
      : zone_(calendar.zone()), zh_(language == Language::zh), dated_(due - start > std::chrono::days{6}) {}

  std::string start(Time time) const { return fmt::format("{} {}", day(time), clock(time)); }

  std::string due(Time time) const {
    const Time within = at_midnight(time) ? time - 1ms : time;
    return fmt::format("{} {}", weekday_name(within), deadline_text(time, zone_));
  }

  std::string pieces(const std::vector<Piece>& pieces) const {
    std::string text;
    for (std::size_t i = 0; i < pieces.size(); ++i) {
      const bool same_day = i > 0 && pieces[i].kind == Kind::period && pieces[i - 1].kind == Kind::period &&
                            day_of(pieces[i].from, zone_) == day_of(pieces[i - 1].from, zone_);
      if (i > 0) text += !zh_ ? ", " : same_day ? "、" : "，";
      text += piece(pieces[i], same_day);
    }
    return text;
  }

 private:
  bool at_midnight(Time time) const { return time == midnight(day_of(time, zone_), zone_); }
  const char* weekday_name(Time time) const { return kWeekdays[weekday(day_of(time, zone_)) - 1][zh_ ? 0 : 1]; }
  std::string day(Time time) const {
    const Day date = day_of(time, zone_);
    return dated_ ? fmt::format("{} {:02}-{:02}", weekday_name(time), date / 100 % 100, date % 100)
                  : weekday_name(time);
  }
  std::string clock(Time time) const {
    const auto minutes = std::chrono::floor<std::chrono::minutes>(time - midnight(day_of(time, zone_), zone_)).count();
    return fmt::format("{}:{:02}", minutes / 60, minutes % 60);
  }
  std::string until_clock(Time time) const { return at_midnight(time) ? "24:00" : clock(time); }

  // "Saturday and Sunday", "Monday to Friday", "周六、周日", "周一至周五"
  std::string span(const Piece& piece) const {
    const Time last = piece.until - 1ms;
    const int days = days_between(day_of(piece.from, zone_), day_of(last, zone_)) + 1;
    if (days == 1) return day(piece.from);
    const char* joint = days == 2 ? (zh_ ? "、" : " and ") : (!zh_ ? " to " : dated_ ? " 至" : "至");
    return day(piece.from) + joint + day(last);
  }
  std::string amount(const Piece& piece) const {
    if (piece.counted == 0ms)
      return zh_ ? fmt::format("{} 天", piece.days) : fmt::format("{} day{}", piece.days, piece.days == 1 ? "" : "s");
    return duration_words(piece.counted).in(zh_ ? Language::zh : Language::en);
  }
  std::string reason(const Piece& piece) const {
    const std::string& name = zh_ || piece.name.en.empty() ? piece.name.zh : piece.name.en;
    if (name.empty() || piece.kind == Kind::holiday) return name;
    return say("{}调休上班，", "make-up day for {}, ", name);
  }
  std::string piece(const Piece& piece, bool same_day) const {
    switch (piece.kind) {
      case Kind::period:
        return say("{}{}–{}（{}{}）", "{}{}–{} ({}{})", same_day ? std::string{} : day(piece.from) + " ",
                   clock(piece.from), until_clock(piece.until), same_day ? std::string{} : reason(piece),
                   amount(piece));
      case Kind::days: return say("{}（{}{}）", "{} ({}{})", span(piece), reason(piece), amount(piece));
      case Kind::rest: return say("{}休息", "{} rest", span(piece));
      case Kind::holiday: return say("{} {}放假", "{} {} holiday", span(piece), reason(piece));
      case Kind::running: return say("昼夜连续计时，节假日不停", "counted day and night, rest days too");
      case Kind::summary: return say("其后至到期（{}）", "from then until due ({})", amount(piece));
    }
    return {};
  }
  template <class... Args>
  std::string say(fmt::format_string<const Args&...> zh, fmt::format_string<const Args&...> en,
                  const Args&... args) const {
    return zh_ ? fmt::format(zh, args...) : fmt::format(en, args...);
  }

  const Zone zone_;
  const bool zh_, dated_;
};

Explanation explained(const Calendar& calendar, const Words& amount, Unit unit, Time start, Time due,
                      std::vector<Piece> pieces, bool by_day) {
  Explanation explanation{start, due, std::move(pieces), {}};
  const Sayer zh(calendar, Language::zh, start, due), en(calendar, Language::en, start, due);
  const char* skipped_zh = by_day ? "（当日不计）" : "";
  const char* skipped_en = by_day ? " (that day not counted)" : "";
  const bool ends_at_midnight = by_day && unit == Unit::natural_day;
  explanation.say.zh =
      fmt::format("{}，自{} 起{}：{}{}：{} 到期", amount.zh, zh.start(start), skipped_zh, zh.pieces(explanation.pieces),
                  ends_at_midnight ? "，截至末日 24:00" : "", zh.due(due));
  explanation.say.en =
      fmt::format("{} from {}{}: {}{}: due {}", amount.en, en.start(start), skipped_en, en.pieces(explanation.pieces),
                  ends_at_midnight ? ", until 24:00 of the last" : "", en.due(due));
  return explanation;
}

Explanation explain_time(const Calendar& calendar, const Words& amount, Unit unit, Time start, Time due) {
  std::vector<Piece> pieces;
  if (due > start && Limit{0, unit}.in_working_time())
    pieces = PieceBuilder(calendar, false, start, due).working();
  else if (due > start)
    pieces = {{Kind::running, start, due, due - start, 0, {}}};
  return explained(calendar, amount, unit, start, due, std::move(pieces), false);
}

}  // namespace

Explanation explain(const Calendar& calendar, Limit limit, Time start) {
  const Time end = due(calendar, limit, start);
  const Words amount = to_words(limit);
  if (!limit.in_days()) return explain_time(calendar, amount, limit.unit, start, end);
  std::vector<Piece> pieces;
  if (limit.unit == Unit::natural_day) {
    const CalendarMath math(calendar);
    const int today = math.serial(start);
    if (limit.amount > 0) pieces = {{Kind::days, math.begin(today + 1), end, 0ms, limit.amount, {}}};
  } else if (limit.amount > 0) {
    pieces = PieceBuilder(calendar, true, start, end).working();
  }
  // Same-day limits count no days: they show the day that has to suffice.
  if (limit.amount == 0)
    pieces = {{Kind::days, midnight(day_of(end - 1ms, calendar.zone()), calendar.zone()), end, 0ms, 0, {}}};
  return explained(calendar, amount, limit.unit, start, end, std::move(pieces), limit.amount > 0);
}

Explanation explain_resumed(const Calendar& calendar, Unit unit, milliseconds remaining, Time now) {
  const Words left = duration_words(remaining);
  const bool working = Limit{0, unit}.in_working_time();
  const Words amount{fmt::format("剩余{} {}", working ? "工作时间" : "", left.zh),
                     fmt::format("{} {}left", left.en, working ? "of working time " : "")};
  return explain_time(calendar, amount, unit, now, resume(calendar, unit, remaining, now));
}

}  // namespace tongxin

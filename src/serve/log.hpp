// Structured log: one JSON object per line, to standard error unless a sink is given.
//
// A line never holds a body, a token, or the value of a query parameter whose name looks secret or personal; log_query()
// and log_path() see to that. Thread-safe.
#pragma once
#include <functional>
#include <initializer_list>
#include <string>
#include <string_view>
#include <variant>

#include "serve/http.hpp"

namespace tongxin::serve {

enum class Level { info, warn, error };

struct LogField {
  std::string_view name;
  std::variant<std::string_view, std::int64_t, double> value;
};

class Log {
 public:
  using Sink = std::function<void(std::string_view lines)>;
  explicit Log(Sink sink = {});
  void write(Level level, std::string_view message, std::initializer_list<LogField> fields = {}) const;
  // Lines made earlier with log_line(), together.
  void write_lines(std::string_view lines) const;

 private:
  Sink sink_;
};

// One line with its line end. `time` is RFC 3339 in UTC.
std::string log_line(Level level, std::string_view message, std::initializer_list<LogField> fields, Time time);

// Does a name (of a query parameter or of a {param} of a route) look as if its value were nobody's business?
bool is_secret_name(std::string_view name);
std::string log_query(const std::vector<std::pair<std::string, std::string>>& query);
// The path, but with … where a {param} of the pattern has a secret-looking name.
std::string log_path(std::string_view path, std::string_view pattern);

}  // namespace tongxin::serve

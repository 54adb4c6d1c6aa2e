// Faults: how a request that cannot go on says so.
//
// A fault carries a code (what kind of refusal; tests compare codes), a sentence for the reader in both languages, any
// number of complaints (one per wrong field or line), and a note for the log that is never shown. Throw a fault when this
// request is over; return a value when the caller will branch. Only serve/ and cli/ turn faults into answers.
#pragma once
#include <exception>
#include <string>
#include <vector>

#include <fmt/format.h>

namespace tongxin {

enum class Language { zh, en };

// One sentence in Chinese and in English. Parts that vary are given once: words("第 {} 行", "line {}", n).
struct Words {
  std::string zh, en;
  const std::string& in(Language language) const { return language == Language::en ? en : zh; }
  bool operator==(const Words&) const = default;
};

template <class... Args>
Words words(fmt::format_string<const Args&...> zh, fmt::format_string<const Args&...> en, const Args&... args) {
  return {fmt::format(zh, args...), fmt::format(en, args...)};
}

// In the order in which complaints are made when a request is wrong in several ways.
enum class Code {
  bad_request,   // 400: not readable at all (not JSON, not UTF-8, a bad header)
  unauthorized,  // 401: who are you?
  forbidden,     // 403: you may not
  not_found,     // 404: no such thing, or none that you may see
  method,        // 405
  conflict,      // 409: somebody was first; or the thing exists already
  gone,          // 410
  precondition,  // 412: If-Match did not match
  too_large,     // 413
  media_type,    // 415
  invalid,       // 422: readable, but a field is wrong; see the complaints
  not_now,       // 422: the action does not exist in this state, or its guard refuses
  locked,        // 423
  too_many,      // 429: slow down
  internal,      // 500: our mistake
  unavailable,   // 503: the store cannot be reached or is full
};

// HTTP status and wire name of a code, e.g. {422, "invalid"}.
struct CodeMeaning {
  int status;
  const char* name;
};
CodeMeaning meaning(Code code);

// One wrong place. `at` is a JSON pointer ("/form/title") or a place in a file ("areas.csv:17: 出生日期").
struct Complaint {
  std::string at;
  std::string
      code;  // machine-readable kind: required, type, length, enum, format, unknown, range, duplicate, syntax, ...
  Words say;
};

class Fault : public std::exception {
 public:
  Fault(Code code, Words say, std::vector<Complaint> complaints = {});
  Fault& log(std::string text) {
    log_ = std::move(text);
    return *this;
  }

  Code code() const { return code_; }
  const Words& say() const { return say_; }
  const std::vector<Complaint>& complaints() const { return complaints_; }
  const std::string& log() const { return log_; }
  // The English sentence with its complaints, for logs and test failures.
  const char* what() const noexcept override { return what_.c_str(); }

 private:
  Code code_;
  Words say_;
  std::vector<Complaint> complaints_;
  std::string log_, what_;
};

}  // namespace tongxin

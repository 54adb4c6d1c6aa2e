#include "architecture/rules.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <sstream>

namespace tongxin::architecture {

namespace {

std::vector<std::string> words_of(const std::string& text) {
  std::istringstream stream(text);
  std::vector<std::string> words;
  for (std::string word; stream >> word;) words.push_back(word);
  return words;
}

std::string without_cmake_comments(const std::string& text) {
  std::istringstream stream(text);
  std::string all;
  for (std::string line; std::getline(stream, line);) all += line.substr(0, line.find('#')) + "\n";
  return all;
}

struct Declared {
  std::string folder;
  std::vector<std::string> needs;
};

Declared read_declaration(const std::vector<std::string>& words) {
  Declared declared{words.empty() ? "" : words[0], {}};
  std::string part;
  for (std::size_t i = 1; i < words.size(); ++i) {
    if (words[i] == "NEEDS" || words[i] == "LINK" || words[i] == "FROM" || words[i] == "PLAIN")
      part = words[i];
    else if (part == "NEEDS")
      declared.needs.push_back(words[i]);
    else if (part == "FROM")
      declared.folder = words[i];
  }
  return declared;
}

std::vector<Declared> declarations(const std::string& cmake_lists) {
  const std::string text = without_cmake_comments(cmake_lists);
  std::vector<Declared> all;
  for (const std::string call : {"tongxin_module(", "tongxin_program("})
    for (auto at = text.find(call); at != std::string::npos; at = text.find(call, at + 1)) {
      const auto begin = at + call.size(), end = std::min(text.find(')', begin), text.size());
      all.push_back(read_declaration(words_of(text.substr(begin, end - begin))));
    }
  return all;
}

std::string folder_of(const std::string& path) { return path.substr(0, path.find('/')); }

// The aspect of a path below src/, or nothing: "aspect/roster/types.hpp" -> "roster". Files directly in
// aspect/ are shared.
std::string aspect_of(const std::string& path) {
  if (!path.starts_with("aspect/")) return {};
  const auto end = path.find('/', 7);
  return end == std::string::npos ? std::string{} : path.substr(7, end - 7);
}

const Exception* find_exception(const std::vector<Exception>& exceptions, const std::string& rule,
                                const std::string& path) {
  for (const auto& exception : exceptions)
    if (exception.rule == rule && exception.path == path) return &exception;
  return nullptr;
}

int lines_in(const Source& source) { return int(std::count(source.all.begin(), source.all.end(), '\n')); }

Function longest_function_of(const Source& source) {
  Function longest{"", 1, 0};
  for (auto& function : functions_of(source))
    if (function.lines > longest.lines) longest = std::move(function);
  return longest;
}

struct Ban {
  std::string word;
  bool in_literals;    // or in code
  std::string except;  // the one file where it belongs
  std::string instead;
};

const std::vector<Ban>& bans() {
  static const std::vector<Ban> all = {
      {"rand(", false, "", "take a Random (base/random.hpp) from the caller, so that one seed gives one history"},
      {"std::random_device", false, "", "take a Random (base/random.hpp) for chance, libsodium for secrets"},
      {"system_clock::now", false, "src/base/time.cpp",
       "take a Clock (base/time.hpp) from the caller, so that tests can move time"},
      {"std::regex", false, "", "write the few lines by hand: it is slow to compile and unsafe on hostile input"},
      {"select *", true, "", "name the columns, so that a new one changes nothing here"},
      {"now()", true, "src/store/sql_rules.cpp",
       "pass the clock's reading as a parameter, so that both engines and every test agree"},
      {"current_timestamp", true, "src/store/sql_rules.cpp",
       "pass the clock's reading as a parameter, so that both engines and every test agree"},
  };
  return all;
}

bool is_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == '_'; }

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return char(std::tolower(c)); });
  return text;
}

void find_banned(const Source& source, const Ban& ban, Complaints& complaints) {
  const std::string text = ban.in_literals ? lower(source.literals) : source.code;
  for (auto at = text.find(ban.word); at != std::string::npos; at = text.find(ban.word, at + 1)) {
    if (at > 0 && is_word(text[at - 1])) continue;
    complaints.push_back(fmt::format("{}:{}: '{}' is not used in this house; {}", source.path, line_of(text, at),
                                     ban.word, ban.instead));
  }
}

void judge_length(const std::string& rule, const std::string& path, int line, int lines, int usual,
                  const std::string& what, const std::vector<Exception>& exceptions, Complaints& complaints) {
  const auto* exception = find_exception(exceptions, rule, path);
  if (exception && lines <= usual)
    complaints.push_back(
        fmt::format("tests/architecture/exceptions.txt: '{} {}' is no longer needed ({} lines, {} are "
                    "allowed to all); well done, remove the line",
                    rule, path, lines, usual));
  else if (lines > (exception ? exception->limit : usual))
    complaints.push_back(
        fmt::format("{}:{}: {} has {} lines, {} are the most here; give a part of it a name of its own, "
                    "or a line with the reason in tests/architecture/exceptions.txt",
                    path, line, what, lines, exception ? exception->limit : usual));
}

}  // namespace

Allowed allowed_includes(const std::string& cmake_lists) {
  Allowed allowed;
  const auto all = declarations(cmake_lists);
  for (const auto& declared : all) {
    auto& may = allowed[declared.folder];
    may.insert(declared.folder);
    may.insert(declared.needs.begin(), declared.needs.end());
  }
  for (std::size_t round = 0; round < all.size(); ++round)  // a chain is never longer than the number of modules
    for (auto& [folder, may] : allowed)
      for (const auto& needed : std::set<std::string>(may))
        if (const auto it = allowed.find(needed); it != allowed.end()) may.insert(it->second.begin(), it->second.end());
  return allowed;
}

std::vector<Exception> read_exceptions(const std::string& text) {
  std::istringstream stream(text);
  std::vector<Exception> exceptions;
  for (std::string line; std::getline(stream, line);) {
    if (line.empty() || line[0] == '#') continue;
    std::istringstream fields(line);
    Exception exception;
    fields >> exception.rule >> exception.path >> exception.limit >> std::ws;
    std::getline(fields, exception.reason);
    exceptions.push_back(std::move(exception));
  }
  return exceptions;
}

Complaints wrong_includes(const Source& source, const Allowed& allowed) {
  Complaints complaints;
  const std::string own_path = source.path.substr(source.path.find('/') + 1);  // without "src/"
  const auto own = folder_of(own_path), aspect = aspect_of(own_path);
  const auto may = allowed.find(own);
  if (may == allowed.end())
    return {fmt::format("{}:1: the folder src/{} is unknown; declare it with tongxin_module in src/CMakeLists.txt",
                        source.path, own)};
  for (const auto& include : quoted_includes(source)) {
    const auto place = fmt::format("{}:{}: ", source.path, include.line);
    const auto other = folder_of(include.path), other_aspect = aspect_of(include.path);
    if (other == include.path)
      complaints.push_back(place +
                           fmt::format("write the whole path from src/ for \"{}\": \"{}/…\"", include.path, own));
    else if (!may->second.contains(other))
      complaints.push_back(place +
                           fmt::format("{}/ may not include from {}/ (\"{}\"); move the thing down, pass it in, or "
                                       "add {} to the NEEDS of {} in src/CMakeLists.txt",
                                       own, other, include.path, other, own));
    else if (!aspect.empty() && !other_aspect.empty() && aspect != other_aspect)
      complaints.push_back(place + fmt::format("the aspect {} may not include the aspect {}; let the engine join them",
                                               aspect, other_aspect));
  }
  return complaints;
}

Complaints too_long(const std::vector<Source>& sources, const std::vector<Exception>& exceptions) {
  Complaints complaints;
  for (const auto& source : sources) {
    judge_length("file", source.path, 1, lines_in(source), longest_file, "this file", exceptions, complaints);
    const auto function = longest_function_of(source);
    judge_length("function", source.path, function.line, function.lines, longest_function,
                 "the function '" + function.head + "'", exceptions, complaints);
  }
  for (const auto& exception : exceptions) {
    const auto same = [&](const Source& source) { return source.path == exception.path; };
    if (std::none_of(sources.begin(), sources.end(), same))
      complaints.push_back("tests/architecture/exceptions.txt: there is no " + exception.path + "; remove the line");
    if (exception.reason.empty())
      complaints.push_back("tests/architecture/exceptions.txt: say why " + exception.path + " may be longer");
  }
  return complaints;
}

Complaints banned(const Source& source) {
  Complaints complaints;
  for (const auto& ban : bans())
    if (source.path != ban.except) find_banned(source, ban, complaints);
  return complaints;
}

}  // namespace tongxin::architecture

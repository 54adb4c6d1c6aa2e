// The rules of the house as functions: sources in, complaints out. Each complaint names file and line and
// says what to do.
#pragma once
#include <map>
#include <set>
#include <string>
#include <vector>

#include "architecture/source.hpp"

namespace tongxin::architecture {

// Which folders of src/ a folder may include from, itself and what its NEEDS need among them.
using Allowed = std::map<std::string, std::set<std::string>>;

// From the text of src/CMakeLists.txt: tongxin_module(name NEEDS …) and tongxin_program(name FROM folder
// NEEDS …).
Allowed allowed_includes(const std::string& cmake_lists);

// A line of exceptions.txt: "<rule> <path> <limit> <reason>".
struct Exception {
  std::string rule, path;
  int limit = 0;
  std::string reason;
};
std::vector<Exception> read_exceptions(const std::string& text);

constexpr int longest_file = 700;     // lines
constexpr int longest_function = 80;  // lines, from the head to the closing brace

using Complaints = std::vector<std::string>;

// Folders include only downwards; an aspect (src/aspect/<name>/) never includes another aspect.
Complaints wrong_includes(const Source& source, const Allowed& allowed);
// Files and functions that crossed the line. An exception raises the line for one file; one that is no longer
// needed, or more generous than needed, is itself a complaint, so that giants only ever shrink.
Complaints too_long(const std::vector<Source>& sources, const std::vector<Exception>& exceptions);
// What there is a better way for.
Complaints banned(const Source& source);

}  // namespace tongxin::architecture

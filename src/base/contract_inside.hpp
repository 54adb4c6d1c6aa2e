// What the files of the contract share among themselves; others include base/contract.hpp.
#pragma once
#include "base/contract.hpp"

namespace tongxin::contract {

inline constexpr std::size_t kMaxDepth = 32;

// Appends "/key" as RFC 6901 wants it.
void append_pointer_key(std::string& out, std::string_view key);

// Formats of texts. Format::day belongs to numbers and holds for every text here.
bool has_format(Format format, std::string_view text);
Words what_is_expected(Format format);

// Parses into a DOM that lives only during the call. Throws Fault(bad_request); keys given twice become
// complaints, in the order in which they repeat.
void with_dom(std::string_view text, std::vector<Complaint>& duplicates,
              const std::function<void(const boost::json::value&)>& use);

}  // namespace tongxin::contract

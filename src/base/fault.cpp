#include "base/fault.hpp"

#include <array>

namespace tongxin {

CodeMeaning meaning(Code code) {
  switch (code) {
    case Code::bad_request: return {400, "bad_request"};
    case Code::unauthorized: return {401, "unauthorized"};
    case Code::forbidden: return {403, "forbidden"};
    case Code::not_found: return {404, "not_found"};
    case Code::method: return {405, "method"};
    case Code::conflict: return {409, "conflict"};
    case Code::gone: return {410, "gone"};
    case Code::precondition: return {412, "precondition"};
    case Code::too_large: return {413, "too_large"};
    case Code::media_type: return {415, "media_type"};
    case Code::invalid: return {422, "invalid"};
    case Code::not_now: return {422, "not_now"};
    case Code::locked: return {423, "locked"};
    case Code::too_many: return {429, "too_many"};
    case Code::internal: return {500, "internal"};
    case Code::unavailable: return {503, "unavailable"};
  }
  return {500, "internal"};
}

Fault::Fault(Code code, Words say, std::vector<Complaint> complaints)
    : code_(code), say_(std::move(say)), complaints_(std::move(complaints)) {
  what_ = say_.en;
  for (const Complaint& complaint : complaints_) what_ += fmt::format("\n  {}: {}", complaint.at, complaint.say.en);
}

}  // namespace tongxin

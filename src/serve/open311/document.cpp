#include "serve/open311/document.hpp"

#include <map>

#include "base/text.hpp"
#include "serve/net/problems.hpp"

namespace tongxin::serve::open311 {
namespace {

namespace json = boost::json;

const std::map<std::string_view, std::string_view> kChildren{
    {"services", "service"},     {"service_requests", "request"},
    {"attributes", "attribute"}, {"values", "value"},
    {"endpoints", "endpoint"},   {"formats", "format"},
    {"notes", "note"},           {"service_request_updates", "request_update"},
    {"media_urls", "media_url"}, {"errors", "error"}};

std::string number_text(const json::value& value) {
  return value.is_double() ? fmt::format("{}", value.get_double()) : json::serialize(value);
}

void write_xml(std::string& out, std::string_view name, const json::value& value);

void write_items(std::string& out, std::string_view name, const json::array& items) {
  const auto child = kChildren.find(name);
  if (child != kChildren.end()) out += fmt::format("<{}>", name);
  for (const json::value& item : items) write_xml(out, child != kChildren.end() ? child->second : name, item);
  if (child != kChildren.end()) out += fmt::format("</{}>", name);
}

void write_xml(std::string& out, std::string_view name, const json::value& value) {
  if (value.is_array()) return write_items(out, name, value.get_array());
  if (value.is_null() || (value.is_string() && value.get_string().empty())) {
    out += fmt::format("<{}/>", name);
    return;
  }
  out += fmt::format("<{}>", name);
  if (value.is_object())
    for (const auto& [key, each] : value.get_object()) write_xml(out, key, each);
  else if (value.is_string())
    out += escape_markup(value.get_string());
  else
    out += number_text(value);
  out += fmt::format("</{}>", name);
}

void write_spark(std::string& out, const json::value& value) {
  if (value.is_object()) {
    out += '{';
    for (const auto& [key, each] : value.get_object()) {
      if (out.back() != '{') out += ',';
      out += json::serialize(json::string(key));
      out += ':';
      write_spark(out, each);
    }
    out += '}';
  } else if (value.is_array()) {
    out += '[';
    for (const json::value& each : value.get_array()) {
      if (out.back() != '[') out += ',';
      write_spark(out, each);
    }
    out += ']';
  } else {
    // Boost writes 0.0015 as 1.5E-3; plain digits are read by more clients.
    out += value.is_double() ? number_text(value) : json::serialize(value);
  }
}

int status_of(const Fault& fault) {
  if (is_rule_failure(fault)) return 400;
  switch (fault.code()) {
    case Code::not_found: return 404;
    case Code::unauthorized:
    case Code::forbidden: return 403;
    case Code::too_many: return 429;
    case Code::internal:
    case Code::unavailable: return meaning(fault.code()).status;
    default: return 400;
  }
}

std::string line_of(const Complaint& complaint, const Names& names, Language language) {
  const std::string name = names ? names(complaint.at) : complaint.at;
  return complaint.code == "required" ? fmt::format("{} required: {}", name, complaint.say.in(language))
                                      : fmt::format("{}: {}", name, complaint.say.in(language));
}

}  // namespace

std::string to_xml(std::string_view root, const json::value& value) {
  std::string out = R"(<?xml version="1.0" encoding="utf-8"?>)";
  out += '\n';
  write_xml(out, root, value);
  out += '\n';
  return out;
}

std::string to_spark(const json::value& value) {
  std::string out;
  write_spark(out, value);
  return out;
}

Response document(Format format, std::string_view root, const json::value& value, int status) {
  const bool xml = format == Format::xml;
  return {.status = status,
          .type = xml ? "text/xml; charset=utf-8" : "application/json; charset=utf-8",
          .body = xml ? to_xml(root, value) : to_spark(value),
          .headers = {{"access-control-allow-origin", "*"}, {"vary", "accept-language"}}};
}

Response errors(Format format, const Fault& fault, const Request& request, const Names& names) {
  const int status = status_of(fault);
  json::array list;
  if (!is_rule_failure(fault))
    for (const Complaint& complaint : fault.complaints())
      list.push_back({{"code", status}, {"description", line_of(complaint, names, request.language)}});
  if (list.empty()) list.push_back({{"code", status}, {"description", fault.say().in(request.language)}});
  return document(format, "errors", list, status);
}

}  // namespace tongxin::serve::open311

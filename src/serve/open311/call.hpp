// One call of an outside program: its parameters, its key, and what every resource needs of both.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "serve/app.hpp"
#include "serve/open311/document.hpp"
#include "serve/open311/services.hpp"
#include "serve/uploads.hpp"
#include "serve/views.hpp"

namespace tongxin::serve::open311 {

struct Call {
  App& app;
  const Request& request;
  Format format;
  Language language() const;  // the parameter locale (CitySDK: en_GB, zh_CN), else what the request asks for
};

// A parameter of the address or the form; absent when empty, as clients send start_date=&end_date=.
std::optional<std::string> value_of(const Request& request, std::string_view name);
std::vector<std::string> list_of(const Request& request, std::string_view name);  // with commas between
bool flag_of(const Request& request, std::string_view name);                      // true, 1, yes
// Throws Fault(invalid) at the parameter's name.
std::optional<int> integer_of(const Request& request, std::string_view name, int min, int max);
std::optional<double> number_of(const Request& request, std::string_view name, double min, double max);
// ISO 8601 with or without zone, or a day; without a zone it is the realm's.
std::optional<Time> time_of(const Call& call, std::string_view name);
[[noreturn]] void refuse(std::string_view name, std::string_view kind, Words say);

// 404 for another realm than this one (its id or its name); a program that names none is understood.
void need_jurisdiction(const Call& call);
// Who holds the key: api_key, or a bearer token, of an API token with the scope open311. Without any: nobody. Cookies do not
// count here. Throws Fault(forbidden) for a key that is not good, or when one is needed and missing.
Caller holder_of_key(const Call& call, store::Tx& tx, bool needed);

std::string absolute(const Call& call, std::string_view path);  // with scheme and host
// What the public calls the state of a record.
const std::string& status_of(const pack::Kind& kind, std::string_view state);
const Words& state_label(const pack::Kind& kind, std::string_view state);

// ── resources (each throws Fault; routes.cpp turns that into `errors`) ──
Response discovery(const Call& call);
Response service_list(const Call& call);
Response service_definition(const Call& call, std::string_view code);
Response request_list(const Call& call);
Response one_request(const Call& call, std::string_view number);
// What is public of one month as a file, CSV or a line of JSON each, newest first; a Link leads on where it is long.
enum class Bulk { csv, ndjson };
Response bulk_file(const Call& call, Bulk form);  // slow: call on the pool
Response submit(const Call& call);                // slow: call on the pool
Response token(const Call& call, std::string_view token);
Response update_list(const Call& call);
Response take_update(const Call& call);  // slow: call on the pool

// The record of a number that the caller may see and that belongs to an offered service; throws Fault(not_found).
record::Record need_record(View& view, std::string_view number, Sight& sight);

// ── pictures ──
struct Media {
  std::vector<KeptFile> files;
  std::vector<std::string> links;  // media_url that stay links
};
// Uploads as clean copies; media_url as links. `key`, when there is one, makes the files' ids the same at a repetition.
Media take_media(const Call& call, PersonId owner, const std::string& key);
void attach(store::Tx& tx, const Call& call, const Media& media, PersonId owner, boost::json::object& form,
            const std::string& field);
// The links, below what was written.
std::string with_links(std::string text, const Media& media, Language language);

}  // namespace tongxin::serve::open311

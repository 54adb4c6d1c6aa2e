// Services: what packs offer (pack::Offer), a service per category of a kind, or one for a kind without categories.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json.hpp>

#include "pack/model.hpp"
#include "serve/http.hpp"

namespace tongxin::serve::open311 {

struct Service {
  const pack::Kind* kind = nullptr;
  const pack::Category* category = nullptr;  // null: the kind has no categories, or the record none
};

std::vector<Service> services_of(const pack::Library& library);
// By its code, "issue-garbage" or "tree"; none when it is not offered.
std::optional<Service> find_service(const pack::Library& library, std::string_view code);
// The service that a record belongs to; none when it is not offered.
std::optional<Service> service_of(const pack::Library& library, std::string_view kind, std::string_view category);

std::string code_of(const Service& service);
const Words& name_of(const Service& service);
boost::json::object service_json(const Service& service, Language language);
boost::json::object definition_json(const Service& service, Language language);

// ── what was sent, as the kind's form ──
// attribute[CODE]=v and attribute[CODE][]=v in the types of the form's fields; what cannot be read stays text, for the form's
// own check to complain of. Unknown attributes are left out.
boost::json::object attributes_of(const Service& service, const Request& request, Zone zone);
// The form's field for pictures that the public may see (or any); null: the service takes none.
const pack::Field* media_field(const pack::Form& form);
// What the sender calls the place of a complaint: "/form/contact_phone" is phone, "/place" is lat, long or address_id.
std::string sent_name(const Service& service, const std::string& at);
// Could be an attribute: asked of residents, and neither the description nor who asks.
std::vector<const pack::Field*> attribute_fields(const Service& service);

}  // namespace tongxin::serve::open311

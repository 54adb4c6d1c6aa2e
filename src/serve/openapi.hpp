// Typed routes: one line in a table gives the reader, the writer and the paragraph of /openapi.json.
//
//   Api api(router);
//   api.get<api::KindView>("/v1/kinds/{kind}", "一种事项 / one kind", [&app](const Request& request) { return view; })
//       .open();                                                   // nobody need sign in
//   api.post<api::NewRecord, api::RecordView>("/v1/records", "提交 / submit", [&app](const Request& request, api::NewRecord body) {
//         return Answer::write([=, &app](store::Tx& tx) { return json_answer(view, 201); });
//       }).idempotent().status(201);
//
// A handler returns the described struct that was promised, a Response, or an Answer (write, work, stream); one of a route
// that promises Nothing may return void (204). A body is read strictly: not JSON → 415, a wrong field → 422 with its place.
// Jobs of Answer::write may run more than once: they copy what they need and consume nothing they captured.
#pragma once
#include <memory>
#include <type_traits>

#include "base/contract.hpp"
#include "serve/http.hpp"

namespace tongxin::serve {

// The cookie that holds a session.
inline constexpr const char* kSessionCookie = "tx_session";

struct Nothing {};  // no body; an answer of 204

enum class ParameterType { text, flag, integer, number, id };
struct Parameter {
  std::string name, about;
  ParameterType type = ParameterType::text;
  bool header = false;  // else in the query
  bool required = false;
};

// What comes on an event stream: its name, and its data as JSON (null: an empty object).
struct StreamEvent {
  std::string name, about;
  const contract::Type* data = nullptr;
};

// What the document says of one route. The setters are for the lines of a table.
struct Operation {
  std::string summary;                     // "中文 / English"
  std::vector<Parameter> parameters;       // those in the path are found in the path
  const contract::Type* body = nullptr;    // null: none
  const contract::Type* answer = nullptr;  // null: none, or not JSON
  int success = 200;
  std::string answer_type = "application/json";
  bool needs_sign_in = true;
  std::string file_field;              // of a multipart body; empty: there is none
  std::vector<Parameter> file_beside;  // the other fields of that body
  std::string answer_tag;              // the form of its ETag; empty: none is promised
  std::vector<StreamEvent> events;

  Operation& query(std::string name, std::string about, ParameterType type = ParameterType::text,
                   bool required = false);
  Operation& header(std::string name, std::string about);
  Operation& open() { return needs_sign_in = false, *this; }
  Operation& status(int value) { return success = value, *this; }
  Operation& media(std::string type) { return answer_type = std::move(type), *this; }
  Operation& idempotent();  // takes Idempotency-Key
  // The body is multipart/form-data: one file in this field, texts in others.
  Operation& upload(std::string field, std::vector<Parameter> beside = {});
  Operation& tagged(std::string form);  // answers with an ETag of this form, and 304 to whoever has it
  template <class T>
  Operation& answers() {  // of a route that is added whole
    return answer = type_of<T>(), *this;
  }
  template <class T>
  Operation& event(std::string name, std::string about) {
    events.push_back({std::move(name), std::move(about), type_of<T>()});
    return *this;
  }
  // Nothing: none.
  template <class T>
  static constexpr const contract::Type* type_of() {
    if constexpr (std::is_same_v<T, Nothing>)
      return nullptr;
    else
      return &contract::TypeOf<T>::value;
  }
};

template <class T>
Response json_answer(const T& value, int status = 200, std::vector<std::pair<std::string, std::string>> headers = {}) {
  std::string body;
  body.reserve(4096);  // most answers: grown once
  write_json(body, value);
  return {.status = status, .body = std::move(body), .headers = std::move(headers)};
}

// Throws Fault(media_type) for a body that says it is no JSON.
void need_json(const Request& request);

// Query parameters, read strictly. The texts that are not what they should be are Fault(invalid) at "?name".
std::optional<std::string> query_text(const Request& request, std::string_view name);  // absent when empty
std::optional<bool> query_flag(const Request& request, std::string_view name);         // true | false | 1 | 0
std::optional<std::int64_t> query_integer(const Request& request, std::string_view name, std::int64_t min,
                                          std::int64_t max);
std::optional<double> query_number(const Request& request, std::string_view name, double min, double max);
std::int64_t id_of(std::string_view text, std::string_view at);  // Fault(invalid) at `at`
template <class I>
std::optional<I> query_id(const Request& request, std::string_view name) {
  const auto text = query_text(request, name);
  return text ? std::optional(I{id_of(*text, "?" + std::string(name))}) : std::nullopt;
}
// A {parameter} of the path; what is no id is simply not found.
std::int64_t path_id(const Request& request, std::size_t index);
template <class I>
I path_id(const Request& request, std::size_t index) {
  return I{path_id(request, index)};
}

class Api {
 public:
  explicit Api(Router& router) : router_(router) {}

  template <class A, class F>
  Operation& get(std::string path, std::string summary, F handler) {
    return plain<A>(Method::get, std::move(path), std::move(summary), std::move(handler));
  }
  template <class A = Nothing, class F>
  Operation& del(std::string path, std::string summary, F handler) {
    return plain<A>(Method::del, std::move(path), std::move(summary), std::move(handler));
  }
  template <class Body, class A, class F>
  Operation& post(std::string path, std::string summary, F handler) {
    return with_body<Body, A>(Method::post, std::move(path), std::move(summary), std::move(handler));
  }
  template <class Body, class A, class F>
  Operation& put(std::string path, std::string summary, F handler) {
    return with_body<Body, A>(Method::put, std::move(path), std::move(summary), std::move(handler));
  }
  template <class Body, class A, class F>
  Operation& patch(std::string path, std::string summary, F handler) {
    return with_body<Body, A>(Method::patch, std::move(path), std::move(summary), std::move(handler));
  }
  // A route that reads and writes by itself (uploads, streams, files).
  Operation& add(Route route, std::string summary);

 private:
  template <class A, class F, class... Args>
  static Answer answer(const F& handler, Args&&... args) {
    using Result = std::invoke_result_t<const F&, Args...>;
    if constexpr (std::is_void_v<Result>) {
      static_assert(std::is_same_v<A, Nothing>, "this route promises an answer");
      handler(std::forward<Args>(args)...);
      return Response{.status = 204, .type = {}};
    } else if constexpr (std::is_same_v<Result, Answer> || std::is_same_v<Result, Response>) {
      return handler(std::forward<Args>(args)...);
    } else {
      static_assert(std::is_same_v<Result, A>, "the handler answers something else than the route promises");
      return json_answer(handler(std::forward<Args>(args)...));
    }
  }
  template <class A, class F>
  Operation& plain(Method method, std::string path, std::string summary, F handler) {
    return add_typed(method, std::move(path), std::move(summary), nullptr, Operation::type_of<A>(),
                     [handler = std::move(handler)](const Request& request) { return answer<A>(handler, request); });
  }
  template <class Body, class A, class F>
  Operation& with_body(Method method, std::string path, std::string summary, F handler) {
    if constexpr (std::is_same_v<Body, Nothing>)
      return plain<A>(method, std::move(path), std::move(summary), std::move(handler));
    else
      return add_typed(method, std::move(path), std::move(summary), Operation::type_of<Body>(), Operation::type_of<A>(),
                       [handler = std::move(handler)](const Request& request) {
                         need_json(request);
                         return answer<A>(handler, request, read_json<Body>(request.body));
                       });
  }
  Operation& add_typed(Method method, std::string path, std::string summary, const contract::Type* body,
                       const contract::Type* answer, Handler handler);

  Router& router_;
};

// OpenAPI 3.1 of every described route of the router.
std::string openapi_document(const Router& router, std::string_view version);
// GET /openapi.json; the document is made here and now, so this is the last route to add.
void add_openapi_route(Router& router, std::string_view version);

}  // namespace tongxin::serve

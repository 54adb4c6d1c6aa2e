#include "serve/http.hpp"

#include <stdexcept>

#include "serve/net/target.hpp"

namespace tongxin::serve {

namespace {

constexpr std::array kMethods{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"};

std::string_view found(const Pairs& pairs, std::string_view name) {
  for (const auto& [key, value] : pairs)
    if (key == name) return value;
  return {};
}

std::optional<std::string_view> maybe_found(const Pairs& pairs, std::string_view name) {
  for (const auto& [key, value] : pairs)
    if (key == name) return std::string_view(value);
  return std::nullopt;
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

// The next segment of a path that begins with '/'.
std::string_view take_segment(std::string_view& path) {
  path.remove_prefix(1);
  const auto end = std::min(path.find('/'), path.size());
  const std::string_view segment = path.substr(0, end);
  path.remove_prefix(end);
  return segment;
}

}  // namespace

const char* method_name(Method method) { return kMethods[std::size_t(method)]; }

std::string_view Request::header(std::string_view name) const { return found(headers, name); }

std::optional<std::string_view> Request::query_value(std::string_view name) const { return maybe_found(query, name); }

std::optional<std::string_view> Request::field(std::string_view name) const { return maybe_found(fields, name); }

std::optional<std::string> Request::cookie(std::string_view name) const {
  for (const auto& [key, value] : headers) {
    if (key != "cookie") continue;
    std::string_view rest = value;
    while (!rest.empty()) {
      const auto end = std::min(rest.find(';'), rest.size());
      const std::string_view pair = trimmed(rest.substr(0, end));
      rest.remove_prefix(std::min(end + 1, rest.size()));
      const auto equals = pair.find('=');
      if (equals == pair.npos || trimmed(pair.substr(0, equals)) != name) continue;
      std::string_view text = trimmed(pair.substr(equals + 1));
      if (text.size() >= 2 && text.front() == '"' && text.back() == '"') text = text.substr(1, text.size() - 2);
      return std::string(text);
    }
  }
  return std::nullopt;
}

struct Router::Node {
  std::map<std::string, std::unique_ptr<Node>, std::less<>> literal;
  std::unique_ptr<Node> parameter, rest;
  std::array<int, kMethods.size()> route = none();
  bool catches_all = false;

  static std::array<int, kMethods.size()> none() {
    std::array<int, kMethods.size()> all{};
    all.fill(-1);
    return all;
  }
  int answers(Method method) const {
    const int own = route[std::size_t(method)];
    return own < 0 && method == Method::head ? route[std::size_t(Method::get)] : own;
  }

  // Depth first, literals before parameters before the rest; `accept` says whether a node will do.
  template <class Accept>
  const Node* find(std::string_view path, std::vector<std::string_view>& params, const Accept& accept) const {
    if (path.empty()) return accept(*this) ? this : nullptr;
    std::string_view left = path;
    const std::string_view segment = take_segment(left);
    if (const auto at = literal.find(segment); at != literal.end())
      if (const Node* node = at->second->find(left, params, accept)) return node;
    if (parameter && !segment.empty()) {
      params.push_back(segment);
      if (const Node* node = parameter->find(left, params, accept)) return node;
      params.pop_back();
    }
    if (rest && accept(*rest)) {
      params.push_back(path.substr(1));
      return rest.get();
    }
    return nullptr;
  }
};

Router::Router() : root_(std::make_unique<Node>()) {}
Router::Router(Router&&) noexcept = default;
Router& Router::operator=(Router&&) noexcept = default;
Router::~Router() = default;

void Router::add(Route route) {
  if (route.path.empty() || route.path[0] != '/') throw std::logic_error("a route begins with '/': " + route.path);
  Node* node = root_.get();
  std::string_view path = route.path;
  while (!path.empty()) {
    const std::string_view segment = take_segment(path);
    std::unique_ptr<Node>& next = segment == "{*}"           ? node->rest
                                  : segment.starts_with('{') ? node->parameter
                                                             : node->literal[std::string(segment)];
    if (!next) next = std::make_unique<Node>();
    node = next.get();
    node->catches_all = segment == "{*}";
  }
  int& index = node->route[std::size_t(route.method)];
  if (index >= 0) throw std::logic_error("route twice: " + std::string(method_name(route.method)) + " " + route.path);
  index = int(routes_.size());
  routes_.push_back(std::move(route));
}

const Route& Router::find(Method method, std::string_view path, std::vector<std::string>& params) const {
  std::vector<std::string_view> matched;
  const Node* node = nullptr;
  if (path.starts_with('/'))
    node = root_->find(path, matched, [&](const Node& candidate) { return candidate.answers(method) >= 0; });
  if (node) {
    params.assign(matched.begin(), matched.end());
    return routes_[std::size_t(node->answers(method))];
  }
  const std::string others = allowed(path);
  if (others.empty()) throw Fault(Code::not_found, words("没有这个地址", "there is nothing at this address"));
  throw Fault(Code::method, words("此处不支持 {} 方法，可用：{}", "{} is not supported here; use {}",
                                  std::string(method_name(method)), others));
}

std::string Router::allowed(std::string_view path) const {
  std::string list;
  if (!path.starts_with('/')) return list;
  for (std::size_t i = 0; i < kMethods.size(); ++i) {
    std::vector<std::string_view> matched;
    // A route for everything promises nothing about this very address.
    const auto answers = [&](const Node& node) { return !node.catches_all && node.answers(Method(i)) >= 0; };
    if (!root_->find(path, matched, answers)) continue;
    if (!list.empty()) list += ", ";
    list += kMethods[i];
  }
  return list;
}

}  // namespace tongxin::serve

#include "serve/net/problems.hpp"

#include <boost/json.hpp>

namespace tongxin::serve {

namespace {

namespace json = boost::json;

struct Status {
  int status;
  const char *reason, *zh, *en;
};

constexpr auto kStatuses = std::to_array<Status>({
    {200, "OK", "成功", "Fine"},
    {201, "Created", "已创建", "Created"},
    {202, "Accepted", "已受理", "Accepted"},
    {204, "No Content", "成功", "Fine"},
    {206, "Partial Content", "部分内容", "A part"},
    {301, "Moved Permanently", "已迁移", "Moved"},
    {302, "Found", "请转到别处", "Look elsewhere"},
    {303, "See Other", "请转到别处", "Look elsewhere"},
    {304, "Not Modified", "没有变化", "Not changed"},
    {307, "Temporary Redirect", "请转到别处", "Look elsewhere"},
    {308, "Permanent Redirect", "已迁移", "Moved"},
    {400, "Bad Request", "请求无法识别", "The request cannot be read"},
    {401, "Unauthorized", "请先登录", "Please sign in"},
    {403, "Forbidden", "没有权限", "Not allowed"},
    {404, "Not Found", "未找到", "Not found"},
    {405, "Method Not Allowed", "不支持这种方法", "This method is not supported here"},
    {408, "Request Timeout", "请求超时", "The request took too long"},
    {409, "Conflict", "与现有内容冲突", "Conflict"},
    {410, "Gone", "已不存在", "Gone"},
    {411, "Length Required", "缺少长度", "Length required"},
    {412, "Precondition Failed", "内容已被他人修改", "Changed in the meantime"},
    {413, "Content Too Large", "内容过大", "Too large"},
    {414, "URI Too Long", "网址过长", "The address is too long"},
    {415, "Unsupported Media Type", "不支持这种内容格式", "This media type is not supported"},
    {416, "Range Not Satisfiable", "请求的范围不存在", "There is no such range"},
    {417, "Expectation Failed", "无法满足期望", "The expectation cannot be met"},
    {422, "Unprocessable Content", "内容有误", "Something is wrong in it"},
    {423, "Locked", "已锁定", "Locked"},
    {428, "Precondition Required", "缺少前提条件", "A precondition is required"},
    {429, "Too Many Requests", "请求过于频繁", "Too many requests"},
    {431, "Request Header Fields Too Large", "请求头过大", "The headers are too large"},
    {500, "Internal Server Error", "服务器内部错误", "A mistake of the server"},
    {501, "Not Implemented", "尚不支持", "Not implemented"},
    {502, "Bad Gateway", "上游服务出错", "An upstream service failed"},
    {503, "Service Unavailable", "服务暂时不可用", "Not available now"},
    {504, "Gateway Timeout", "上游服务超时", "An upstream service took too long"},
    {505, "HTTP Version Not Supported", "不支持此 HTTP 版本", "This HTTP version is not supported"},
});

const Status* find_status(int status) {
  for (const Status& known : kStatuses)
    if (known.status == status) return &known;
  return nullptr;
}

json::array complaints_json(const std::vector<Complaint>& complaints, Language language) {
  json::array list;
  for (const Complaint& complaint : complaints)
    list.push_back(
        json::object{{"at", complaint.at}, {"code", complaint.code}, {"detail", complaint.say.in(language)}});
  return list;
}

void add_companions(Response& response, const Request& request) {
  if (response.status == 401) response.headers.emplace_back("www-authenticate", "Bearer realm=\"tongxin\"");
  if (response.status == 429) response.headers.emplace_back("retry-after", "30");
  if (response.status == 503) response.headers.emplace_back("retry-after", "2");
  response.headers.emplace_back("content-language", request.language == Language::en ? "en" : "zh-CN");
}

Response document(int status, const char* name, const Words& detail, const std::vector<Complaint>& complaints,
                  const Request& request) {
  json::object body{{"type", std::string("/problems/") + name},
                    {"title", status_title(status).in(request.language)},
                    {"status", status},
                    {"code", name},
                    {"detail", detail.in(request.language)}};
  if (!complaints.empty()) body["errors"] = complaints_json(complaints, request.language);
  if (!request.id.empty()) body["request_id"] = request.id;
  Response response{.status = status, .type = "application/problem+json; charset=utf-8", .body = json::serialize(body)};
  add_companions(response, request);
  return response;
}

}  // namespace

bool is_rule_failure(const Fault& fault) {
  if (fault.code() != Code::internal || fault.complaints().empty()) return false;
  const std::string& kind = fault.complaints().front().code;
  return kind == "rule" || kind == "limit";
}

Words status_title(int status) {
  const Status* known = find_status(status);
  return known ? Words{known->zh, known->en} : Words{"出错", "Error"};
}

const char* status_reason(int status) {
  const Status* known = find_status(status);
  return known ? known->reason : "Other";
}

Response problem(const Fault& fault, const Request& request) {
  if (is_rule_failure(fault)) return document(422, "rule_failed", fault.say(), {}, request);
  const CodeMeaning meant = meaning(fault.code());
  return document(meant.status, meant.name, fault.say(), fault.complaints(), request);
}

Response problem(const Refusal& refusal, const Request& request) {
  return document(refusal.status, refusal.name, refusal.say, {}, request);
}

}  // namespace tongxin::serve

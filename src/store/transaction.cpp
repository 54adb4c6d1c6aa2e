#include "store/transaction.hpp"

#include <cmath>

#include "base/text.hpp"
#include "store/again.hpp"
#include "store/later.hpp"

namespace tongxin::store::inside {

namespace {
thread_local const void* writing_store = nullptr;
}

std::string searchable(std::string_view text) {
  auto folded = fold_text(text.substr(0, 4 * kSearchedBytes));
  if (folded.size() <= kSearchedBytes) return folded;
  std::size_t size = kSearchedBytes;
  while (size > 0 && (static_cast<unsigned char>(folded[size]) & 0xc0) == 0x80) --size;
  folded.resize(size);
  return folded;
}

void settle(std::vector<IndexChange>& changes) {
  const auto key = [](const IndexChange& c) { return std::pair(c.document, c.realm); };
  std::stable_sort(changes.begin(), changes.end(), [&](auto& a, auto& b) { return key(a) < key(b); });
  std::vector<IndexChange> last;
  for (auto& change : changes)
    if (!last.empty() && key(last.back()) == key(change))
      last.back() = std::move(change);
    else
      last.push_back(std::move(change));
  changes = std::move(last);
}

void check_values(std::span<const Value> values, const char* statement) {
  for (const auto& value : values) {
    const bool text = value.kind == Value::Kind::text;
    if (text && (value.view.find('\0') != std::string_view::npos || !is_utf8(value.view)))
      throw Fault(Code::bad_request, words("文本中有不合法的字符", "the text holds a character that is not allowed"))
          .log(fmt::format("{}: NUL or malformed UTF-8", statement));
    if (value.kind == Value::Kind::real && !std::isfinite(value.real))
      throw Fault(Code::bad_request, words("数值不是有限的数", "a number is not finite")).log(statement);
  }
}

void EngineTx::query(const Sql& sql, std::span<const Value> values, const std::function<bool(const Row&)>& each) {
  if (failure_) std::rethrow_exception(failure_);
  bool thrown_by_reader = false;
  try {
    check_values(values, sql.name);
    do_query(sql, values, [&](const Row& row) {
      thrown_by_reader = true;
      const bool go_on = each(row);
      thrown_by_reader = false;
      return go_on;
    });
  } catch (...) {
    if (!thrown_by_reader) failure_ = std::current_exception();
    throw;
  }
}

std::int64_t EngineTx::execute(const Sql& sql, std::span<const Value> values) {
  if (failure_) std::rethrow_exception(failure_);
  try {
    check_values(values, sql.name);
    return do_execute(sql, values);
  } catch (...) {
    failure_ = std::current_exception();
    throw;
  }
}

void EngineTx::later(const Sql& sql, std::span<const Value> values) {
  if (failure_) std::rethrow_exception(failure_);
  try {
    check_values(values, sql.name);
    do_later(sql, values);
  } catch (...) {
    failure_ = std::current_exception();
    throw;
  }
}

void EngineTx::index(RealmId realm, std::int64_t document, std::string_view kind, std::string text) {
  changes_.push_back({realm.value, document, std::string(kind), searchable(text)});
}

void EngineTx::may_run_again(std::int64_t trace) {
  if (failure_) std::rethrow_exception(failure_);
  try {
    do_hold(trace);
  } catch (...) {
    failure_ = std::current_exception();
    throw;
  }
  runs_again_ = true;
}

void EngineTx::run_job(const std::function<void(Tx&)>& job) {
  job(*this);
  if (failure_) std::rethrow_exception(failure_);
}

void run_hooks(std::vector<std::function<void()>>& hooks) {
  for (auto& hook : hooks) {
    try {
      hook();
    } catch (...) {  // the transaction is durable; a hook has no say in that any more
    }
  }
}

void answer(const std::function<void(std::exception_ptr)>& done, std::exception_ptr error) {
  try {
    if (done) done(std::move(error));
  } catch (...) {  // the store's thread must live on
  }
}

WritingHere::WritingHere(const void* store) : before_(writing_store) { writing_store = store; }
WritingHere::~WritingHere() { writing_store = before_; }

void refuse_write_inside_write(const void* store) {
  if (writing_store == store)
    throw Fault(Code::internal, words("存储出错，已记录", "the store failed; this was logged"))
        .log("a write waits inside a write of the same store: it would wait for itself");
}

}  // namespace tongxin::store::inside

void tongxin::store::may_run_again(Tx& tx, std::int64_t trace) {
  if (auto* engine = dynamic_cast<inside::EngineTx*>(&tx)) engine->may_run_again(trace);
}

void tongxin::store::later(Tx& tx, const Sql& sql, std::span<const Value> values) {
  if (auto* engine = dynamic_cast<inside::EngineTx*>(&tx))
    engine->later(sql, values);
  else
    tx.execute(sql, values);
}

// JSON that is written once and given many times. Apart from contract.hpp, so that shapes need not know how they are written.
#pragma once
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace tongxin {

template <class T>
std::string to_json(const T& value);  // contract.hpp

// Part of an answer that is the same for many: its value and its JSON, made once and shared by all copies.
template <class T>
class Written {
 public:
  Written() = default;
  Written(T value) : both_(std::make_shared<const Both>(std::move(value))) {}
  const T& operator*() const { return both_ ? both_->value : nothing(); }
  const T* operator->() const { return &**this; }
  std::string_view text() const { return both_ ? std::string_view(both_->text) : std::string_view(nothing_text()); }

 private:
  struct Both {
    explicit Both(T&& from) : value(std::move(from)), text(std::string_view(to_json(value))) {}  // no longer than it is
    const T value;
    const std::string text;
  };
  static const T& nothing() {
    static const T empty{};
    return empty;
  }
  static const std::string& nothing_text() {
    static const std::string text = to_json(nothing());
    return text;
  }
  std::shared_ptr<const Both> both_;
};

}  // namespace tongxin

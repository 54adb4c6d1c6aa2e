// Looks into the store itself: is what was acknowledged there exactly once, and nothing of what was refused?
#pragma once
#include <memory>
#include <string>
#include <vector>

#include "pack/model.hpp"
#include "torture/clients.hpp"

namespace tongxin::torture {

class Audit {
 public:
  Audit(std::string url, RealmId realm);
  // What is wrong; empty: nothing. `whole`: chains, ledgers, figures and lists as well (`tongxin verify`).
  std::vector<std::string> look(const World& world, const Memory& memory, bool whole);
  std::int64_t records() const { return records_; }

 private:
  const std::string url_;
  const RealmId realm_;
  std::shared_ptr<const pack::Library> library_;
  std::int64_t records_ = 0;
};

}  // namespace tongxin::torture

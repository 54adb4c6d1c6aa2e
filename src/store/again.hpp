// Running the closure of a write again. Only PostgreSQL runs writes side by side and can lose the answer to a COMMIT.
#pragma once
#include "store/store.hpp"

namespace tongxin::store {

// Thrown inside the closure when it found that another transaction was first where it must not be: the store rolls it back
// and runs it again, and then it sees what the other one left.
class Again : public Fault {
 public:
  Again()
      : Fault(Code::conflict, words("同一请求正在处理，请稍后再试", "the same request is under way; try again soon")) {}
};

// Said inside the closure of a transaction that leaves a trace of itself, before it looks for it. Those that name the same
// trace run one after another, so that the second one finds what the first one left. And when the answer to its COMMIT is
// lost it is run once more and changes nothing, where others are told (unavailable) that nobody knows.
void may_run_again(Tx& tx, std::int64_t trace);

}  // namespace tongxin::store

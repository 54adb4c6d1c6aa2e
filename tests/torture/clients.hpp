// Clients that change things and remember what they were told. Every change carries a mark of its own ("tk7x3x12k": seed,
// client, count) in a text that is stored, so that whoever looks into the store afterwards can count it.
//
// A request whose answer was lost, or was "unavailable", is sent again with the same Idempotency-Key until it is answered for
// good; a part of what was acknowledged is sent again too, and must be answered alike.
#pragma once
#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "torture/world.hpp"

namespace tongxin::torture {

// Acknowledged: the record, what it was, and its version then.
struct Known {
  enum class What { create, act, post, redeem } what;
  std::string record;
  int version = 0;
  std::int64_t amount = 0;  // post: from the bank to the cash box; negative: back
};

// What all clients know, told by their marks.
struct Memory {
  std::map<std::string, Known> done, pending;  // pending: sent, and not answered for good yet
  std::set<std::string> refused;
  std::vector<std::string> findings;
  // Requests sent, answers lost, tries after the first, acknowledged ones sent again, answers 503.
  std::int64_t sent = 0, lost = 0, again = 0, repeats = 0, unavailable = 0;
};

// The gate that all clients pass before each request: shut while there is no server.
class Gate {
 public:
  void open(int port);
  void shut();    // returns when no client is on its way any more
  void finish();  // clients end
  int enter();    // waits; the port, or 0: it is over
  void leave();

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  int port_ = 0, inside_ = 0;
  bool over_ = false;
};

class Crowd {
 public:
  Crowd(const World& world, std::uint64_t seed, int clients);
  ~Crowd();
  Gate& gate() { return gate_; }
  std::int64_t acknowledged() const { return acknowledged_; }
  std::int64_t unavailable() const { return unavailable_; }  // answers 503 so far
  Memory memory() const;                                     // a copy; call it while the gate is shut
  // Lets every client come to the end of the request that it is at, then ends them.
  void finish();

  class Client;

 private:
  friend class Client;
  const World& world_;
  Gate gate_;
  std::atomic<std::int64_t> acknowledged_ = 0, unavailable_ = 0;
  mutable std::mutex mutex_;
  Memory memory_;
  std::vector<std::unique_ptr<Client>> clients_;
  std::vector<std::thread> hands_;
};

}  // namespace tongxin::torture

// Many connections from one thread: each says what it is told and keeps a little of what it hears.
#pragma once
#include <chrono>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace tongxin::siege {

// Raises the number of files that this process and its children may open; throws when the machine does not allow it.
void allow_connections(std::size_t count);

class Flock {
 public:
  explicit Flock(int port);
  ~Flock();
  Flock(const Flock&) = delete;

  // So many more connections, each with this to say. Those that the server does not take are counted as closed.
  void add(int count, std::string text);
  // All go on saying this, as far as the server takes it in.
  void say(std::string_view text);
  void read(bool wanted) { reads_ = wanted; }  // off: what the server answers stays in its hands
  // Looks at what has come, again and again, until `so` or the time is up.
  bool until(const std::function<bool()>& so, std::chrono::milliseconds most = std::chrono::seconds{60});
  void listen_for(std::string mark);  // counts anew who has heard this
  void reset();                       // lets all go without a farewell

  int size() const { return int(all_.size()); }
  int answered() const { return answered_; }  // so many have had the first line of an answer
  int answered(int status) const;             // and with this status
  int closed() const { return closed_; }
  int heard() const { return heard_; }
  // Of each that heard it since listen_for(): after how many milliseconds.
  const std::vector<double>& heard_after() const { return heard_after_; }

 private:
  struct One {
    int fd = -1, status = 0;
    std::string to_say, got;
    bool closed = false, heard = false, writes = false;
  };
  void turn(int milliseconds);
  void push(std::size_t index);
  void take(std::size_t index);
  void drop(One& one);
  void watch(std::size_t index, bool writes);

  const int port_, epoll_;
  std::vector<One> all_;
  bool reads_ = true;
  std::string mark_;
  std::chrono::steady_clock::time_point listening_since_{};
  std::vector<double> heard_after_;
  int answered_ = 0, closed_ = 0, heard_ = 0;
};

}  // namespace tongxin::siege

#include "siege/flock.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <stdexcept>

namespace tongxin::siege {

constexpr std::size_t kKept = 2048;

void allow_connections(std::size_t count) {
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  if (limit.rlim_cur >= count) return;
  limit.rlim_cur = count;
  limit.rlim_max = std::max<rlim_t>(limit.rlim_max, count);
  if (::setrlimit(RLIMIT_NOFILE, &limit) != 0)
    throw std::runtime_error("so many files may not be opened here: raise `ulimit -Hn` to " + std::to_string(count));
}

Flock::Flock(int port) : port_(port), epoll_(::epoll_create1(EPOLL_CLOEXEC)) {}
Flock::~Flock() {
  for (One& one : all_)
    if (one.fd >= 0) ::close(one.fd);
  ::close(epoll_);
}

void Flock::add(int count, std::string text) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(std::uint16_t(port_));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  for (int i = 0; i < count; ++i) {
    One one;
    one.fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    one.to_say = text;
    const bool taken = one.fd >= 0 && ::connect(one.fd, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
    all_.push_back(std::move(one));
    if (!taken) {
      drop(all_.back());
      continue;
    }
    ::fcntl(all_.back().fd, F_SETFL, O_NONBLOCK);
    epoll_event event{.events = EPOLLIN, .data = {.u64 = all_.size() - 1}};
    ::epoll_ctl(epoll_, EPOLL_CTL_ADD, all_.back().fd, &event);
    push(all_.size() - 1);
    if (i % 100 == 99) turn(0);
  }
}

void Flock::say(std::string_view text) {
  for (std::size_t i = 0; i < all_.size(); ++i)
    if (!all_[i].closed) {
      all_[i].to_say += text;
      push(i);
    }
}

void Flock::watch(std::size_t index, bool writes) {
  One& one = all_[index];
  if (one.writes == writes) return;
  one.writes = writes;
  epoll_event event{.events = EPOLLIN | (writes ? std::uint32_t(EPOLLOUT) : 0u), .data = {.u64 = index}};
  ::epoll_ctl(epoll_, EPOLL_CTL_MOD, one.fd, &event);
}

void Flock::push(std::size_t index) {
  One& one = all_[index];
  while (!one.to_say.empty()) {
    const auto sent = ::send(one.fd, one.to_say.data(), one.to_say.size(), MSG_NOSIGNAL);
    if (sent < 0 && errno == EAGAIN) return watch(index, true);
    if (sent < 0) return one.to_say.clear();  // what it was answered may still be read
    one.to_say.erase(0, std::size_t(sent));
  }
  watch(index, false);
}

void Flock::take(std::size_t index) {
  One& one = all_[index];
  char block[16 * 1024];
  for (;;) {
    const auto got = ::recv(one.fd, block, sizeof block, 0);
    if (got < 0 && errno == EAGAIN) return;
    if (got <= 0) return drop(one);
    one.got.append(block, std::size_t(got));
    if (one.status == 0 && one.got.size() > 12 && one.got.starts_with("HTTP/1.1 ")) {
      one.status = std::atoi(one.got.c_str() + 9);
      ++answered_;
    }
    if (!mark_.empty() && !one.heard && one.got.find(mark_) != one.got.npos) {
      one.heard = true, ++heard_;
      const auto after = std::chrono::steady_clock::now() - listening_since_;
      heard_after_.push_back(std::chrono::duration<double, std::milli>(after).count());
    }
    if (one.got.size() > kKept) one.got.erase(0, one.got.size() - kKept / 2);
  }
}

void Flock::drop(One& one) {
  if (one.closed) return;
  if (one.fd >= 0) ::close(one.fd);
  one.fd = -1;
  one.closed = true;
  ++closed_;
}

void Flock::turn(int milliseconds) {
  std::vector<epoll_event> events(512);
  for (;;) {
    const int count = ::epoll_wait(epoll_, events.data(), int(events.size()), milliseconds);
    for (int i = 0; i < count; ++i) {
      const std::size_t index = events[std::size_t(i)].data.u64;
      if ((events[std::size_t(i)].events & EPOLLOUT) != 0 && !all_[index].closed) push(index);
      if (!all_[index].closed && (reads_ || (events[std::size_t(i)].events & (EPOLLHUP | EPOLLERR)) != 0)) take(index);
    }
    if (count < int(events.size())) return;
    milliseconds = 0;
  }
}

bool Flock::until(const std::function<bool()>& so, std::chrono::milliseconds most) {
  const auto end = std::chrono::steady_clock::now() + most;
  while (!so()) {
    if (std::chrono::steady_clock::now() > end) return false;
    turn(20);
  }
  return true;
}

void Flock::listen_for(std::string mark) {
  mark_ = std::move(mark);
  heard_ = 0;
  heard_after_.clear();
  listening_since_ = std::chrono::steady_clock::now();
  for (One& one : all_) one.heard = false, one.got.clear();
}

int Flock::answered(int status) const {
  return int(std::count_if(all_.begin(), all_.end(), [&](const One& one) { return one.status == status; }));
}

void Flock::reset() {
  for (One& one : all_) {
    if (one.fd < 0) continue;
    const linger now{1, 0};
    ::setsockopt(one.fd, SOL_SOCKET, SO_LINGER, &now, sizeof now);
    drop(one);
  }
}

}  // namespace tongxin::siege

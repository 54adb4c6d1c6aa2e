// A real program at the far end of a test: a mail server, an identity provider, a receiver of webhooks (tests/peers, from
// npm). It is started with its own folder, told where to listen (port 0), says in its first line of output what it has
// ({"port":1234}), and is ended by its pid.
//
//   Peer mail = Peer::node("smtp.mjs", {cert, key});
//   mail.port(); … mail.next() is the next line of JSON that it says
//
// Without the packages (scripts/peers) the tests that need them are skipped with the reason, or fail when
// TONGXIN_REQUIRE_PEERS=1, which ./check sets.
#pragma once
#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <boost/json.hpp>
#include <chrono>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <vector>

namespace tongxin::test {

inline std::string peers_folder() { return std::string(TONGXIN_SOURCE_DIR) + "/tests/peers"; }

// Why the tests with npm's peers cannot run; empty: they can.
inline std::string no_peers() {
  if (std::filesystem::exists(peers_folder() + "/node_modules")) return {};
  return "the packages of tests/peers are not installed: scripts/peers";
}
inline bool peers_required() {
  const char* required = std::getenv("TONGXIN_REQUIRE_PEERS");
  return required != nullptr && std::string(required) == "1";
}
#define TONGXIN_NEEDS_PEERS()                                              \
  if (const std::string why = ::tongxin::test::no_peers(); !why.empty()) { \
    if (::tongxin::test::peers_required()) FAIL() << why;                  \
    GTEST_SKIP() << why;                                                   \
  }

class Peer {
 public:
  static Peer node(const std::string& script, std::vector<std::string> arguments = {}) {
    std::vector<std::string> all{"node", script.front() == '/' ? script : peers_folder() + "/" + script};
    all.insert(all.end(), arguments.begin(), arguments.end());
    return Peer(all);
  }
  explicit Peer(std::vector<std::string> command) {
    int ends[2], input[2];
    if (::pipe2(ends, O_CLOEXEC) != 0 || ::pipe2(input, O_CLOEXEC) != 0) throw std::runtime_error("no pipe");
    std::vector<char*> words;
    for (std::string& word : command) words.push_back(word.data());
    words.push_back(nullptr);
    pid_ = ::fork();
    if (pid_ == 0) {
      ::dup2(ends[1], STDOUT_FILENO);
      ::dup2(input[0], STDIN_FILENO);
      ::execvp(words[0], words.data());
      ::_exit(127);
    }
    ::close(ends[1]);
    ::close(input[0]);
    out_ = ends[0];
    in_ = input[1];
    try {
      first_ = boost::json::parse(line(kStart));
    } catch (...) {  // no destructor runs then, and one that is left holds our output open: ctest waits for it
      end();
      throw;
    }
  }
  ~Peer() { end(); }
  Peer(Peer&& other) noexcept
      : pid_(std::exchange(other.pid_, -1)),
        out_(std::exchange(other.out_, -1)),
        in_(std::exchange(other.in_, -1)),
        bytes_(std::move(other.bytes_)),
        first_(std::move(other.first_)) {}

  int port() const { return int(first_.at("port").as_int64()); }
  std::string host() const { return "127.0.0.1:" + std::to_string(port()); }
  const boost::json::value& first() const { return first_; }
  // Throws when nothing comes for a minute, so that a test fails instead of hanging.
  boost::json::value next() { return boost::json::parse(line(kWord)); }
  // Gives it a line and waits for what it says to that.
  boost::json::value tell(std::string text) {
    text += '\n';
    if (::write(in_, text.data(), text.size()) != ssize_t(text.size()))
      throw std::runtime_error("the peer does not listen");
    return next();
  }
  // Says nothing now and has nothing left to say?
  bool is_silent() {
    pollfd wait{out_, POLLIN, 0};
    return bytes_.empty() && ::poll(&wait, 1, 0) == 0;
  }

 private:
  // Limits against hanging, far above what either takes even on a machine that is busy with something else.
  static constexpr std::chrono::milliseconds kStart{180'000}, kWord{60'000};

  void end() {
    if (pid_ > 0) {
      ::kill(pid_, SIGKILL);  // it keeps nothing, and one that hangs must end too
      ::waitpid(pid_, nullptr, 0);
    }
    if (out_ >= 0) ::close(out_);
    if (in_ >= 0) ::close(in_);
  }
  std::string line(std::chrono::milliseconds limit) {
    for (;;) {
      if (const auto end = bytes_.find('\n'); end != std::string::npos) {
        std::string found = bytes_.substr(0, end);
        bytes_.erase(0, end + 1);
        return found;
      }
      pollfd wait{out_, POLLIN, 0};
      char block[4096];
      const auto got = ::poll(&wait, 1, int(limit.count())) == 1 ? ::read(out_, block, sizeof block) : 0;
      if (got <= 0) throw std::runtime_error("the peer said nothing");
      bytes_.append(block, std::size_t(got));
    }
  }

  pid_t pid_ = -1;
  int out_ = -1, in_ = -1;
  std::string bytes_;
  boost::json::value first_;
};

}  // namespace tongxin::test

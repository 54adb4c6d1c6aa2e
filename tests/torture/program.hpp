// `tongxin serve` as a child process that can be killed, starved of disk and started again.
#pragma once
#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>

namespace tongxin::torture {

struct Serving {
  std::string program;  // build/…/tongxin
  std::string url, key_file, files, log;
  bool plain_user = false;  // started as nobody, when this program is root: so that permissions of files hold
};

class Program {
 public:
  explicit Program(Serving serving) : serving_(std::move(serving)) {}
  ~Program() { kill(); }
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;

  // Until it says where it listens; throws std::runtime_error with the end of its log when it ends before that.
  void start();
  int port() const { return port_; }
  pid_t pid() const { return pid_; }
  bool runs();  // false as well when it has ended by itself
  void kill();  // SIGKILL, and waits
  int stop();   // SIGTERM, and waits; the exit status
  // From now on no file of the process grows beyond `bytes`: its disk is full. None: it has room again.
  void limit_files(std::optional<std::uint64_t> bytes);
  std::string end_of_log() const;

 private:
  Serving serving_;
  pid_t pid_ = -1;
  int port_ = 0;
};

}  // namespace tongxin::torture

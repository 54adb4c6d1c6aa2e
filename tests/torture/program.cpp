#include "torture/program.hpp"

#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <stdexcept>
#include <vector>

namespace tongxin::torture {
namespace {

constexpr uid_t kNobody = 65534;

void become_nobody() {
  if (::getuid() == 0 && (::setgroups(0, nullptr) != 0 || ::setgid(kNobody) != 0 || ::setuid(kNobody) != 0))
    ::_exit(126);
}

// Between fork and exec.
[[noreturn]] void become(const Serving& serving, int out) {
  const int log = ::open(serving.log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
  ::dup2(out, STDOUT_FILENO);
  ::dup2(log, STDERR_FILENO);
  ::signal(SIGXFSZ, SIG_IGN);  // a write beyond the limit then fails, as on a full disk
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (serving.plain_user) become_nobody();
  ::setenv("LC_ALL", "C.UTF-8", 1);
  const std::vector<const char*> words{serving.program.c_str(),
                                       "serve",
                                       "--db",
                                       serving.url.c_str(),
                                       "--key-file",
                                       serving.key_file.c_str(),
                                       "--files",
                                       serving.files.c_str(),
                                       "--packs",
                                       TONGXIN_SOURCE_DIR "/packs",
                                       "--port",
                                       "0",
                                       nullptr};
  ::execv(words[0], const_cast<char* const*>(words.data()));
  ::_exit(127);
}

}  // namespace

void Program::start() {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) throw std::runtime_error("no pipe");
  pid_ = ::fork();
  if (pid_ == 0) become(serving_, ends[1]);
  ::close(ends[1]);
  std::string said;
  char block[512];
  for (ssize_t got; said.find('\n') == said.npos;) {
    pollfd wait{ends[0], POLLIN, 0};
    if (::poll(&wait, 1, 60'000) != 1 || (got = ::read(ends[0], block, sizeof block)) <= 0) break;
    said.append(block, std::size_t(got));
  }
  ::close(ends[0]);
  const auto colon = said.rfind(':');
  port_ = said.find('\n') == said.npos || colon == said.npos ? 0 : std::atoi(said.c_str() + colon + 1);
  if (port_ > 0) return;
  kill();
  throw std::runtime_error("the server did not start: " + end_of_log());
}

bool Program::runs() {
  if (pid_ <= 0) return false;
  int status = 0;
  if (::waitpid(pid_, &status, WNOHANG) == 0) return true;
  pid_ = -1;
  return false;
}

void Program::kill() {
  if (pid_ <= 0) return;
  ::kill(pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
  pid_ = -1;
}

int Program::stop() {
  if (pid_ <= 0) return -1;
  int status = 0;
  ::kill(pid_, SIGTERM);
  ::waitpid(pid_, &status, 0);
  pid_ = -1;
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

// Limits are set by whom the process belongs to: not even root may always do it for another.
void Program::limit_files(std::optional<std::uint64_t> bytes) {
  const pid_t helper = ::fork();
  if (helper == 0) {
    if (serving_.plain_user) become_nobody();
    rlimit limit{};
    if (::prlimit(pid_, RLIMIT_FSIZE, nullptr, &limit) != 0) ::_exit(1);
    limit.rlim_cur = bytes ? rlim_t(*bytes) : limit.rlim_max;
    ::_exit(::prlimit(pid_, RLIMIT_FSIZE, &limit, nullptr) == 0 ? 0 : 1);
  }
  int status = 0;
  if (::waitpid(helper, &status, 0) != helper || status != 0) throw std::runtime_error("no limit could be set");
}

std::string Program::end_of_log() const {
  std::ifstream in(serving_.log, std::ios::binary);
  const std::string all(std::istreambuf_iterator<char>(in), {});
  return all.size() > 2000 ? all.substr(all.size() - 2000) : all;
}

}  // namespace tongxin::torture

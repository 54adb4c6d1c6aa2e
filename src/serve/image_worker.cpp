#include "serve/image_worker.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <charconv>
#include <chrono>
#include <filesystem>

#include "base/fault.hpp"

namespace tongxin::serve {
namespace {

namespace fs = std::filesystem;
constexpr int kPatience = 30'000;  // milliseconds

[[noreturn]] void cannot(std::string log) {
  throw Fault(Code::unavailable,
              words("暂时无法处理图片，请稍后再试", "pictures cannot be processed right now, please try again"))
      .log(std::move(log));
}

class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {
    if (number < 0) cannot("no descriptor for the image worker");
  }
  ~Descriptor() { close(); }
  Descriptor(const Descriptor&) = delete;
  void close() {
    if (number_ >= 0) ::close(number_);
    number_ = -1;
  }
  int get() const { return number_; }

 private:
  int number_;
};

class Actions {
 public:
  Actions() { posix_spawn_file_actions_init(&actions_); }
  ~Actions() { posix_spawn_file_actions_destroy(&actions_); }
  Actions(const Actions&) = delete;
  // The descriptors are above 5 (see high()), so that none is overwritten before it is copied.
  void give(int descriptor, int as) { posix_spawn_file_actions_adddup2(&actions_, descriptor, as); }
  void close_from(int first) { posix_spawn_file_actions_addclosefrom_np(&actions_, first); }
  const posix_spawn_file_actions_t* get() const { return &actions_; }

 private:
  posix_spawn_file_actions_t actions_;
};

int high(int descriptor) {
  if (descriptor < 0 || descriptor > 5) return descriptor;
  const int moved = ::fcntl(descriptor, F_DUPFD_CLOEXEC, 6);
  ::close(descriptor);
  return moved;
}

int open_new(const std::string& path) {
  return high(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
}

pid_t start(const std::string& program, int in, int view, int thumb, int out) {
  const Descriptor nothing(high(::open("/dev/null", O_RDWR | O_CLOEXEC)));
  Actions actions;
  actions.give(nothing.get(), 0);
  actions.give(out, 1);
  actions.give(nothing.get(), 2);
  actions.give(in, 3);
  actions.give(view, 4);
  actions.give(thumb, 5);
  actions.close_from(6);
  std::string name = "tongxin-image", locale = "LC_ALL=C", path = "PATH=/usr/bin";
  char* arguments[] = {name.data(), nullptr};
  char* environment[] = {locale.data(), path.data(), nullptr};
  pid_t process = 0;
  if (const int error = ::posix_spawn(&process, program.c_str(), actions.get(), nullptr, arguments, environment);
      error != 0)
    cannot(fmt::format("{}: error {}", program, error));
  return process;
}

// What it says until it ends or the time is up.
std::string listen(int from) {
  std::string text;
  const auto end = std::chrono::steady_clock::now() + std::chrono::milliseconds{kPatience};
  char buffer[256];
  while (true) {
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(end - std::chrono::steady_clock::now()).count();
    pollfd waited{from, POLLIN, 0};
    if (left <= 0 || ::poll(&waited, 1, int(left)) <= 0) return text;
    const ssize_t got = ::read(from, buffer, sizeof buffer);
    if (got <= 0) return text;
    text.append(buffer, std::size_t(got));
  }
}

CleanImage judged(int status, const std::string& said) {
  if (WIFEXITED(status) && WEXITSTATUS(status) == 1)
    throw Fault(Code::media_type, words("这张图片无法打开", "this picture cannot be opened"));
  if (WIFSIGNALED(status) || (WIFEXITED(status) && WEXITSTATUS(status) == 2))
    throw Fault(Code::too_large,
                words("图片太大，最多 4000 万像素", "the picture is too large: at most 40 megapixels"));
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) cannot(fmt::format("the image worker ended with {}", status));
  CleanImage image;
  const char* const end = said.data() + said.size();
  const auto width = std::from_chars(said.data(), end, image.width);
  if (width.ptr < end) std::from_chars(width.ptr + 1, end, image.height);
  if (image.width <= 0 || image.height <= 0) cannot("the image worker said nothing");
  return image;
}

}  // namespace

CleanImage clean_image(const std::string& program, const std::string& picture, const std::string& view,
                       const std::string& thumb) {
  int pipe[2];
  if (::pipe2(pipe, O_CLOEXEC) != 0) cannot("no pipe for the image worker");
  const Descriptor said(high(pipe[0]));
  Descriptor says(high(pipe[1]));
  const Descriptor in(high(::open(picture.c_str(), O_RDONLY | O_CLOEXEC))), view_out(open_new(view)),
      thumb_out(open_new(thumb));
  const pid_t process = start(program, in.get(), view_out.get(), thumb_out.get(), says.get());
  says.close();
  const std::string text = listen(said.get());
  int status = 0;
  if (::waitpid(process, &status, WNOHANG) == 0) {
    // Either it is about to end, having closed its output, or its time is up.
    if (text.empty()) ::kill(process, SIGKILL);
    ::waitpid(process, &status, 0);
  }
  return judged(status, text);
}

std::string image_program() {
  std::error_code error;
  const fs::path folder = fs::read_symlink("/proc/self/exe", error).parent_path();
  for (const fs::path& place : {folder / "tongxin-image", folder.parent_path() / "tongxin-image"})
    if (fs::exists(place, error)) return place;
  return (folder / "tongxin-image").string();
}

}  // namespace tongxin::serve

// tongxin-image: opens one foreign picture in a cage and writes clean copies of it. Started by serve/image_worker.cpp.
//
//   in   descriptor 3: a JPEG, PNG or WebP of at most 20 MB      out  descriptor 4: JPEG of at most 2048 px a side
//                                                                     descriptor 5: JPEG of at most 320 px a side
//   standard output: "width height\n" of the first.              exit 0 done, 1 no such picture, 2 too many pixels, 3 broken cage
//
// Before the first byte of the picture is looked at, the process can no longer open a file, a socket or another program: only
// memory, threads and the descriptors that it holds are left (seccomp), and memory, processor time and file size are bounded.
// The copies are turned upright, converted to sRGB and carry no metadata (no EXIF, GPS, XMP, thumbnail).
#include <seccomp.h>
#include <sys/resource.h>
#include <unistd.h>
#include <vips/vips.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <vector>

namespace {

constexpr int kIn = 3, kView = 4, kThumb = 5;
constexpr int kViewSide = 2048, kThumbSide = 320;
constexpr double kPixels = 40e6;
enum Exit { done = 0, no_picture = 1, too_large = 2, no_cage = 3 };

void bound(int what, rlim_t value) {
  const rlimit limit{value, value};
  if (setrlimit(static_cast<__rlimit_resource>(what), &limit) != 0) std::exit(no_cage);
}

void bound_resources() {
  bound(RLIMIT_AS, rlim_t(1536) << 20);
  bound(RLIMIT_CPU, 20);
  bound(RLIMIT_FSIZE, 32u << 20);
  bound(RLIMIT_CORE, 0);
}

// What is not named here fails with EPERM. clone is for threads; execve, open and socket are not there.
void lock_cage() {
  static const int kAllowed[] = {SCMP_SYS(read),
                                 SCMP_SYS(write),
                                 SCMP_SYS(writev),
                                 SCMP_SYS(close),
                                 SCMP_SYS(fstat),
                                 SCMP_SYS(newfstatat),
                                 SCMP_SYS(lseek),
                                 SCMP_SYS(mmap),
                                 SCMP_SYS(munmap),
                                 SCMP_SYS(mremap),
                                 SCMP_SYS(mprotect),
                                 SCMP_SYS(madvise),
                                 SCMP_SYS(brk),
                                 SCMP_SYS(futex),
                                 SCMP_SYS(clone),
                                 SCMP_SYS(set_robust_list),
                                 SCMP_SYS(rseq),
                                 SCMP_SYS(rt_sigaction),
                                 SCMP_SYS(rt_sigprocmask),
                                 SCMP_SYS(rt_sigreturn),
                                 SCMP_SYS(sigaltstack),
                                 SCMP_SYS(exit),
                                 SCMP_SYS(exit_group),
                                 SCMP_SYS(clock_gettime),
                                 SCMP_SYS(clock_nanosleep),
                                 SCMP_SYS(gettimeofday),
                                 SCMP_SYS(getrandom),
                                 SCMP_SYS(sched_yield),
                                 SCMP_SYS(sched_getaffinity),
                                 SCMP_SYS(getpid),
                                 SCMP_SYS(gettid),
                                 SCMP_SYS(prctl),
                                 SCMP_SYS(restart_syscall)};
  scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ERRNO(EPERM));
  if (filter == nullptr) std::exit(no_cage);
  for (const int call : kAllowed)
    if (seccomp_rule_add(filter, SCMP_ACT_ALLOW, call, 0) != 0) std::exit(no_cage);
  // glibc falls back to clone, whose flags a filter could look at.
  if (seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3), 0) != 0 || seccomp_load(filter) != 0)
    std::exit(no_cage);
  seccomp_release(filter);
}

std::vector<char> read_all(int from) {
  std::vector<char> bytes;
  char buffer[64 * 1024];
  for (ssize_t got; (got = ::read(from, buffer, sizeof buffer)) > 0;) {
    bytes.insert(bytes.end(), buffer, buffer + got);
    if (bytes.size() > (21u << 20)) std::exit(too_large);
  }
  return bytes;
}

void write_all(int to, const char* bytes, std::size_t size) {
  while (size > 0) {
    const ssize_t sent = ::write(to, bytes, size);
    if (sent <= 0) std::exit(no_picture);
    bytes += sent;
    size -= std::size_t(sent);
  }
}

[[noreturn]] void refuse() {
  std::fputs(vips_error_buffer(), stderr);
  _exit(no_picture);
}

void save(VipsImage* image, int to, int quality) {
  VipsArrayDouble* white = vips_array_double_newv(3, 255.0, 255.0, 255.0);
  void* bytes = nullptr;
  std::size_t size = 0;
  if (vips_jpegsave_buffer(image, &bytes, &size, "Q", quality, "strip", TRUE, "background", white, "optimize_coding",
                           TRUE, nullptr) != 0)
    refuse();
  write_all(to, static_cast<const char*>(bytes), size);
  g_free(bytes);
  vips_area_unref(VIPS_AREA(white));
}

void convert(std::vector<char>& bytes) {
  VipsImage* head =
      vips_image_new_from_buffer(bytes.data(), bytes.size(), "", nullptr);  // the head only: pixels come when asked for
  if (head == nullptr) refuse();
  if (double(vips_image_get_width(head)) * vips_image_get_height(head) > kPixels) _exit(too_large);
  g_object_unref(head);
  VipsImage *lazy = nullptr, *thumb = nullptr;
  if (vips_thumbnail_buffer(bytes.data(), bytes.size(), &lazy, kViewSide, "height", kViewSide, "size", VIPS_SIZE_DOWN,
                            "export_profile", "srgb", nullptr) != 0)
    refuse();
  VipsImage* view = vips_image_copy_memory(lazy);
  if (view == nullptr || vips_thumbnail_image(view, &thumb, kThumbSide, "height", kThumbSide, "size", VIPS_SIZE_DOWN,
                                              "no_rotate", TRUE, nullptr) != 0)
    refuse();
  save(view, kView, 85);
  save(thumb, kThumb, 78);
  std::printf("%d %d\n", vips_image_get_width(view), vips_image_get_height(view));
  std::fflush(stdout);
}

}  // namespace

int main(int, char** names) {
  setenv("VIPS_DISC_THRESHOLD", "4g", 1);  // in memory: there are no files in the cage
  bound_resources();
  if (VIPS_INIT(names[0]) != 0) return no_cage;
  vips_concurrency_set(1);
  vips_cache_set_max(0);
  vips_operation_block_set("VipsForeignLoad", TRUE);
  for (const char* loader : {"VipsForeignLoadJpeg", "VipsForeignLoadPng", "VipsForeignLoadWebp"})
    vips_operation_block_set(loader, FALSE);
  lock_cage();
  std::vector<char> bytes = read_all(kIn);
  convert(bytes);
  _exit(done);  // the cage does not let libraries tidy up
}

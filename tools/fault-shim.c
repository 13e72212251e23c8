/* Makes the n-th file call of a program fail, or kills the program there.
 *
 *   cc -shared -fPIC -o shim.so fault-shim.c -ldl
 *   env LD_PRELOAD=shim.so FAULT_PATH=run FAULT_MODE=ENOSPC FAULT_AT=7 FAULT_ONCE=1 program …
 *
 * Counted are the calls by which files under FAULT_PATH are changed: open (to write, or of a
 * directory), write, ftruncate, fsync, close, rename, unlink, mkdir.
 * FAULT_MODE: count   prints their number on standard error at the end
 *             kill    SIGKILL just before the call
 *             torn    a write is done by half, then SIGKILL; other calls as kill
 *             ENOSPC, EIO   the call fails; also all later ones, unless FAULT_ONCE is set
 * A close that fails has closed, as on Linux; a full disk does not stop an unlink.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { COUNT, KILL, TORN, FAIL };
enum { FILES = 4096 };

static const char *path_part;
static int mode = COUNT, code, once;
static long fault_at = -1;
static atomic_long calls;
static atomic_bool watched[FILES];

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

__attribute__((constructor)) static void begin(void) {
  const char *text = getenv("FAULT_MODE"), *at = getenv("FAULT_AT");
  path_part = getenv("FAULT_PATH");
  once = getenv("FAULT_ONCE") != NULL;
  if (at) fault_at = atol(at);
  if (!text || !strcmp(text, "count")) return;
  if (!strcmp(text, "kill")) mode = KILL;
  else if (!strcmp(text, "torn")) mode = TORN;
  else mode = FAIL;
  code = strcmp(text, "EIO") ? ENOSPC : EIO;
}

__attribute__((destructor)) static void end(void) {
  if (mode == COUNT && path_part) fprintf(stderr, "FAULTPOINTS %ld\n", atomic_load(&calls));
}

static void die(void) {
  kill(getpid(), SIGKILL);
  for (;;) pause();
}

/* Whether this call is the one: dies here, or says that it is to fail. */
static int strikes(void) {
  long number = atomic_fetch_add(&calls, 1) + 1;
  if (mode == COUNT || fault_at < 1) return 0;
  if (number < fault_at || (once && number > fault_at)) return 0;
  if (mode == KILL || mode == TORN) die();
  errno = code;
  return 1;
}

static int is_watched_path(const char *path) {
  return path_part && path && strstr(path, path_part);
}
static int is_watched(int file) { return file >= 0 && file < FILES && atomic_load(&watched[file]); }

static int changes(int flags) {
  return (flags & O_ACCMODE) != O_RDONLY || (flags & (O_CREAT | O_DIRECTORY));
}

static int opened(int file) {
  if (file >= 0 && file < FILES) atomic_store(&watched[file], 1);
  return file;
}

#define OPEN(name)                                                        \
  int name(const char *path, int flags, ...) {                            \
    va_list list;                                                         \
    va_start(list, flags);                                                \
    int rights = flags & O_CREAT ? va_arg(list, int) : 0;                 \
    va_end(list);                                                         \
    int counts = is_watched_path(path) && changes(flags);                 \
    if (counts && strikes()) return -1;                                   \
    int file = REAL(name)(path, flags, rights);                           \
    return counts ? opened(file) : file;                                  \
  }
OPEN(open)
OPEN(open64)

ssize_t write(int file, const void *bytes, size_t count) {
  if (is_watched(file)) {
    long next = atomic_load(&calls) + 1;
    if (mode == TORN && next == fault_at) {
      REAL(write)(file, bytes, count / 2);
      die();
    }
    if (strikes()) return -1;
  }
  return REAL(write)(file, bytes, count);
}

int ftruncate(int file, off_t size) {
  return is_watched(file) && strikes() ? -1 : REAL(ftruncate)(file, size);
}

int fsync(int file) { return is_watched(file) && strikes() ? -1 : REAL(fsync)(file); }

int close(int file) {
  int fails = is_watched(file) && strikes();
  int error = errno;
  if (file >= 0 && file < FILES) atomic_store(&watched[file], 0);
  int result = REAL(close)(file);
  if (!fails) return result;
  errno = error;
  return -1;
}

int rename(const char *from, const char *to) {
  return is_watched_path(to) && strikes() ? -1 : REAL(rename)(from, to);
}

int unlink(const char *path) {
  int fails = is_watched_path(path) && strikes();
  return fails && code == EIO ? -1 : REAL(unlink)(path);
}

int mkdir(const char *path, mode_t rights) {
  return is_watched_path(path) && strikes() ? -1 : REAL(mkdir)(path, rights);
}

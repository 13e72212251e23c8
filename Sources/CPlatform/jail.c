#define _GNU_SOURCE
#include "jail.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <spawn.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define LOCKSTEP_SANITIZED 1
#endif
#endif

extern char **environ;

int lockstep_make_pipe(int ends[2]) {
  if (pipe2(ends, O_CLOEXEC)) return errno;
  // The usual size, 64 KiB, means more turns; where the system allows no more, it stays.
  fcntl(ends[1], F_SETPIPE_SZ, 1 << 20);
  return 0;
}

const char *lockstep_code_path(void) {
  Dl_info information;
  return dladdr((const void *)lockstep_code_path, &information) ? information.dli_fname : NULL;
}

// The environment, with Swift's backtraces off: a crash of the reader is told in one sentence.
static char **quiet_environment(void) {
  static const char name[] = "SWIFT_BACKTRACE=";
  size_t count = 0;
  while (environ[count]) count++;
  char **copy = malloc((count + 2) * sizeof *copy);
  if (!copy) return NULL;
  size_t kept = 0;
  for (size_t i = 0; i < count; i++)
    if (strncmp(environ[i], name, sizeof name - 1)) copy[kept++] = environ[i];
  copy[kept++] = "SWIFT_BACKTRACE=enable=no";
  copy[kept] = NULL;
  return copy;
}

// libhdf5 opens files without O_CLOEXEC: a child that kept one would keep its lock as well.
static int close_others(posix_spawn_file_actions_t *actions) {
#if defined(__GLIBC__) && __GLIBC_PREREQ(2, 34)
  return posix_spawn_file_actions_addclosefrom_np(actions, 3);
#else
  (void)actions;
  return 0;
#endif
}

int lockstep_start_reader(const char *program, const char *const *arguments, int input, int output,
                          pid_t *process) {
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  char **environment = quiet_environment();
  if (!environment) return ENOMEM;
  int error = posix_spawn_file_actions_init(&actions);
  if (error) goto no_actions;
  error = posix_spawnattr_init(&attributes);
  if (error) goto no_attributes;
  sigset_t all, none;
  sigfillset(&all);
  sigemptyset(&none);
  if (!(error = posix_spawn_file_actions_adddup2(&actions, input, 0)) &&
      !(error = posix_spawn_file_actions_adddup2(&actions, output, 1)) &&
      !(error = posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_RDWR, 0)) &&
      !(error = close_others(&actions)) &&
      !(error = posix_spawnattr_setsigdefault(&attributes, &all)) &&
      !(error = posix_spawnattr_setsigmask(&attributes, &none)) &&
      !(error = posix_spawnattr_setflags(
            &attributes, POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK)))
    error = posix_spawn(process, program, &actions, &attributes, (char *const *)arguments,
                        environment);
  posix_spawnattr_destroy(&attributes);
no_attributes:
  posix_spawn_file_actions_destroy(&actions);
no_actions:
  free(environment);
  return error;
}

static void limit(int resource, unsigned long long value) {
  struct rlimit both = {value, value};
  setrlimit(resource, &both);
}

// The address space in use, most of it code of libraries and never touched.
static unsigned long long address_space(void) {
  unsigned long long pages = 0;
  FILE *file = fopen("/proc/self/statm", "re");
  if (!file) return 0;
  if (fscanf(file, "%llu", &pages) != 1) pages = 0;
  fclose(file);
  return pages * (unsigned long long)sysconf(_SC_PAGESIZE);
}

void lockstep_limit_reader(unsigned long long memory, unsigned seconds) {
  alarm(LOCKSTEP_READER_PATIENCE * seconds);
  limit(RLIMIT_CORE, 0);
  limit(RLIMIT_FSIZE, 0);
  // The first number ends the process by a signal that tells why, the second whatever it does.
  struct rlimit time = {seconds, seconds + 1};
  setrlimit(RLIMIT_CPU, &time);
#ifndef LOCKSTEP_SANITIZED
  limit(RLIMIT_AS, address_space() + memory);
#endif
}

#if defined(__x86_64__)
#define LOCKSTEP_AUDIT_ARCH AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define LOCKSTEP_AUDIT_ARCH AUDIT_ARCH_AARCH64
#endif

// What code needs that only computes: its memory, the three streams, clocks, its own end; and what the C
// library registers for a thread that has just begun, or it ends the process.
#if defined(LOCKSTEP_AUDIT_ARCH) && !defined(LOCKSTEP_SANITIZED)
static const unsigned allowed[] = {
    __NR_read,         __NR_write,           __NR_close,         __NR_lseek,
    __NR_fstat,        __NR_mmap,            __NR_munmap,        __NR_mremap,
    __NR_mprotect,     __NR_madvise,         __NR_brk,           __NR_futex,
    __NR_rt_sigaction, __NR_rt_sigprocmask,  __NR_rt_sigreturn,  __NR_sigaltstack,
    __NR_exit,         __NR_exit_group,      __NR_getpid,        __NR_gettid,
    __NR_tgkill,       __NR_clock_gettime,   __NR_clock_nanosleep, __NR_sched_yield,
    __NR_getrandom,    __NR_restart_syscall, __NR_gettimeofday,  __NR_nanosleep,
    __NR_rseq,         __NR_set_robust_list,
};
enum { allowed_count = sizeof allowed / sizeof allowed[0] };

// Any other call fails as if it were not permitted; code for another processor mode ends.
static void filter_calls(void) {
  struct sock_filter program[allowed_count + 6];
  size_t length = 0;
  program[length++] = (struct sock_filter)BPF_STMT(
      BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, arch));
  program[length++] = (struct sock_filter)BPF_JUMP(
      BPF_JMP | BPF_JEQ | BPF_K, LOCKSTEP_AUDIT_ARCH, 1, 0);
  program[length++] =
      (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS);
  program[length++] = (struct sock_filter)BPF_STMT(
      BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr));
  for (unsigned i = 0; i < allowed_count; i++)
    program[length++] = (struct sock_filter)BPF_JUMP(
        BPF_JMP | BPF_JEQ | BPF_K, allowed[i], (unsigned char)(allowed_count - i), 0);
  program[length++] =
      (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM);
  program[length++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
  struct sock_fprog filter = {(unsigned short)length, program};
  // For all threads at once, those of the libraries too.
  syscall(__NR_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC, &filter);
}
#else
static void filter_calls(void) {}
#endif

void lockstep_confine_reader(void) {
  dup2(2, 0);
  limit(RLIMIT_NOFILE, 3);
  prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
  prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  filter_calls();
}

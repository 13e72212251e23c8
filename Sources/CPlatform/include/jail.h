#pragma once
/// What Swift cannot say about processes: starting one with chosen streams, and giving up rights.
#include <sys/types.h>

/// Makes a pipe of up to 1 MiB that programs started later do not inherit: first the end to read
/// from. Returns 0, or the number of an error.
int lockstep_make_pipe(int ends[2]);

/// The file that this code was loaded from, which a test bundle shares with no program; or null.
const char *lockstep_code_path(void);

/// Starts a program with the given standard input and output, `/dev/null` for its messages, every
/// other descriptor closed that was opened close-on-exec, and signals as a shell leaves them.
/// `arguments` ends with a null. Returns 0 and the process, or the number of an error.
int lockstep_start_reader(const char *program, const char *const *arguments, int input, int output,
                          pid_t *process);

/// How much longer than its processor time a reader may take: others may keep the processor busy.
enum { LOCKSTEP_READER_PATIENCE = 5 };

/// Limits this process for good: `memory` bytes on top of what it has, `seconds` of processor time
/// in all and LOCKSTEP_READER_PATIENCE times as many from now on by the clock, no core file, no file
/// that grows. A sanitizer's shadow memory is not limited.
void lockstep_limit_reader(unsigned long long memory, unsigned seconds);

/// Leaves this process with its open descriptors 0, 1 and 2 and its memory: nothing can be opened,
/// connected or started any more. Where the kernel cannot filter calls, only opening is refused.
void lockstep_confine_reader(void);

#include "platform.h"

#include <unistd.h>

// This file is compiled for the plainest processor, so that what it says about another can be read
// there: no function that runs on every machine may live in code built with the kernels' flags.

static const char *const names[] = {
    "AVX",      "AVX2",     "FMA",        "BMI2",        "AVX512F",    "AVX512VL",   "AVX512DQ",
    "AVX512BW", "AVX512CD", "AVX512VBMI", "AVX512VBMI2", "AVX512VNNI", "AVX512BF16", "AVX512FP16",
};

const char *lockstep_instruction_set_name(unsigned bit) {
  return bit < sizeof names / sizeof names[0] ? names[bit] : 0;
}

unsigned lockstep_missing_instruction_sets(unsigned required) {
#if defined(__x86_64__)
  __builtin_cpu_init();
  unsigned present = 0;
  present |= (unsigned)!!__builtin_cpu_supports("avx") << 0;
  present |= (unsigned)!!__builtin_cpu_supports("avx2") << 1;
  present |= (unsigned)!!__builtin_cpu_supports("fma") << 2;
  present |= (unsigned)!!__builtin_cpu_supports("bmi2") << 3;
  present |= (unsigned)!!__builtin_cpu_supports("avx512f") << 4;
  present |= (unsigned)!!__builtin_cpu_supports("avx512vl") << 5;
  present |= (unsigned)!!__builtin_cpu_supports("avx512dq") << 6;
  present |= (unsigned)!!__builtin_cpu_supports("avx512bw") << 7;
  present |= (unsigned)!!__builtin_cpu_supports("avx512cd") << 8;
  present |= (unsigned)!!__builtin_cpu_supports("avx512vbmi") << 9;
  present |= (unsigned)!!__builtin_cpu_supports("avx512vbmi2") << 10;
  present |= (unsigned)!!__builtin_cpu_supports("avx512vnni") << 11;
  present |= (unsigned)!!__builtin_cpu_supports("avx512bf16") << 12;
  present |= (unsigned)!!__builtin_cpu_supports("avx512fp16") << 13;
  return required & ~present;
#else
  (void)required;
  return 0;
#endif
}

long lockstep_first_cache_bytes(void) {
#if defined(_SC_LEVEL1_DCACHE_SIZE)
  long bytes = sysconf(_SC_LEVEL1_DCACHE_SIZE);
  return bytes > 0 ? bytes : 0;
#else
  return 0;
#endif
}

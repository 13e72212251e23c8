#pragma once
/// What Swift cannot say about the processor: its floating-point mode, and what it can do.

/// Whether the file that includes this is compiled for AVX-512 (chooses the tile of the products).
#if defined(__AVX512F__)
#define LOCKSTEP_WIDE_VECTORS 1
#else
#define LOCKSTEP_WIDE_VECTORS 0
#endif

/// Makes the calling thread flush denormal results to zero and read denormal operands as zero.
static inline void lockstep_flush_denormals(void) {
#if defined(__x86_64__)
  __builtin_ia32_ldmxcsr(__builtin_ia32_stmxcsr() | 0x8040);
#elif defined(__aarch64__)
  unsigned long long fpcr;
  __asm__ volatile("mrs %0, fpcr" : "=r"(fpcr));
  __asm__ volatile("msr fpcr, %0" : : "r"(fpcr | (1ull << 24)));
#endif
}

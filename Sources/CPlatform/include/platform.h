#pragma once
/// What Swift cannot say about the processor: its floating-point mode, parts of vectors,
/// and which instructions it has.

#include "jail.h"

#if defined(__AVX512F__) || defined(__AVX2__)
#include <immintrin.h>
#endif

/// Whether the file that includes this is compiled for AVX-512 (chooses the tile of the products).
#if defined(__AVX512F__)
#define LOCKSTEP_WIDE_VECTORS 1
#else
#define LOCKSTEP_WIDE_VECTORS 0
#endif

/// Makes the calling thread flush denormal results to zero and read denormal operands as zero.
/// Returns the mode before, for `lockstep_restore_float_mode`.
static inline unsigned long long lockstep_flush_denormals(void) {
  unsigned long long before = 0;
#if defined(__x86_64__)
  before = __builtin_ia32_stmxcsr();
  __builtin_ia32_ldmxcsr((unsigned)before | 0x8040);
#elif defined(__aarch64__)
  __asm__ volatile("mrs %0, fpcr" : "=r"(before));
  __asm__ volatile("msr fpcr, %0" : : "r"(before | (1ull << 24)));
#endif
  return before;
}

/// Puts back the floating-point mode of the calling thread.
static inline void lockstep_restore_float_mode(unsigned long long mode) {
#if defined(__x86_64__)
  __builtin_ia32_ldmxcsr((unsigned)mode);
#elif defined(__aarch64__)
  __asm__ volatile("msr fpcr, %0" : : "r"(mode));
#endif
}

/// Sixteen floats: `SIMD16<Float>` in Swift.
typedef float lockstep_float16 __attribute__((ext_vector_type(16)));

/// The first `lanes` (0 … 16) floats at `source`, then zeros; nothing behind them is read.
static inline __attribute__((always_inline)) lockstep_float16 lockstep_load_lanes(
    const float *source, long lanes) {
#if defined(__AVX512F__)
  return (lockstep_float16)_mm512_maskz_loadu_ps((__mmask16)((1u << lanes) - 1), source);
#else
  lockstep_float16 vector = 0;
  __builtin_memcpy(&vector, source, (unsigned long)lanes * sizeof(float));
  return vector;
#endif
}

/// Writes the first `lanes` (0 … 16) floats of a vector to `target`; nothing behind them changes.
static inline __attribute__((always_inline)) void lockstep_store_lanes(
    float *target, lockstep_float16 vector, long lanes) {
#if defined(__AVX512F__)
  _mm512_mask_storeu_ps(target, (__mmask16)((1u << lanes) - 1), (__m512)vector);
#else
  __builtin_memcpy(target, &vector, (unsigned long)lanes * sizeof(float));
#endif
}

/// The same vector, in a register of its own: without it the compiler takes one that is made of parts, or
/// stored in parts, apart again, and does the arithmetic in between part by part.
static inline __attribute__((always_inline)) lockstep_float16 lockstep_whole(
    lockstep_float16 vector) {
#if defined(__AVX512F__)
  __asm__("" : "+v"(vector));
#endif
  return vector;
}

/// The square roots of 16 floats: one instruction, where Swift's own makes 16 calls.
static inline __attribute__((always_inline)) lockstep_float16 lockstep_square_root(
    lockstep_float16 vector) {
  return __builtin_elementwise_sqrt(vector);
}

/// One bit for each instruction set that the file which includes this is compiled for; the order
/// is that of `lockstep_missing_instruction_sets`.
enum {
  lockstep_compiled_instruction_sets = 0
#if defined(__AVX__)
                                       | 1 << 0
#endif
#if defined(__AVX2__)
                                       | 1 << 1
#endif
#if defined(__FMA__)
                                       | 1 << 2
#endif
#if defined(__BMI2__)
                                       | 1 << 3
#endif
#if defined(__AVX512F__)
                                       | 1 << 4
#endif
#if defined(__AVX512VL__)
                                       | 1 << 5
#endif
#if defined(__AVX512DQ__)
                                       | 1 << 6
#endif
#if defined(__AVX512BW__)
                                       | 1 << 7
#endif
#if defined(__AVX512CD__)
                                       | 1 << 8
#endif
#if defined(__AVX512VBMI__)
                                       | 1 << 9
#endif
#if defined(__AVX512VBMI2__)
                                       | 1 << 10
#endif
#if defined(__AVX512VNNI__)
                                       | 1 << 11
#endif
#if defined(__AVX512BF16__)
                                       | 1 << 12
#endif
#if defined(__AVX512FP16__)
                                       | 1 << 13
#endif
};

/// Those of the instruction sets in `required` that this processor lacks, as one bit each.
unsigned lockstep_missing_instruction_sets(unsigned required);

/// The name of the instruction set of one bit, or null beyond the last.
const char *lockstep_instruction_set_name(unsigned bit);

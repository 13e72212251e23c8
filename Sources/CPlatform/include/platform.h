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

/// Tells the processor that the calling thread waits in a loop.
static inline void lockstep_pause(void) {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  __asm__ volatile("isb" ::: "memory");
#endif
}

/// Fetches a line that will be read or written soon; any place will do.
static inline __attribute__((always_inline)) void lockstep_fetch(const float *place) {
  __builtin_prefetch(place);
}

/// The same, but no nearer than the second-level cache.
static inline __attribute__((always_inline)) void lockstep_fetch_near(const float *place) {
  __builtin_prefetch(place, 0, 2);
}

/// How many bytes of data a core's first-level cache holds; 0 where the system does not tell.
long lockstep_first_cache_bytes(void);

/// Sixteen floats: `SIMD16<Float>` in Swift.
typedef float lockstep_float16 __attribute__((ext_vector_type(16)));

/// Reads the first `lanes` (0 … 16) floats at `source`, then zeros; nothing behind them is read.
///
/// (For C that calls it: where vectors are narrower than this one, clang refuses to return it.)
static inline __attribute__((always_inline)) void lockstep_read_lanes(
    const float *source, long lanes, lockstep_float16 *vector) {
#if defined(__AVX512F__)
  *vector = (lockstep_float16)_mm512_maskz_loadu_ps((__mmask16)((1u << lanes) - 1), source);
#else
  *vector = 0;
  __builtin_memcpy(vector, source, (unsigned long)lanes * sizeof(float));
#endif
}

/// The first `lanes` (0 … 16) floats at `source`, then zeros; nothing behind them is read.
static inline __attribute__((always_inline)) lockstep_float16 lockstep_load_lanes(
    const float *source, long lanes) {
  lockstep_float16 vector;
  lockstep_read_lanes(source, lanes, &vector);
  return vector;
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

/// The same number, about which the compiler knows nothing.
static inline __attribute__((always_inline)) long lockstep_opaque(long number) {
  __asm__("" : "+r"(number));
  return number;
}

/// Sixteen doubles: `SIMD16<Double>` in Swift.
typedef double lockstep_double16 __attribute__((ext_vector_type(16)));

/// The same numbers in double precision; Swift's own conversion stays a call.
static inline __attribute__((always_inline)) lockstep_double16 lockstep_doubles(
    lockstep_float16 vector) {
  return __builtin_convertvector(vector, lockstep_double16);
}

/// The same numbers in single precision.
static inline __attribute__((always_inline)) lockstep_float16 lockstep_singles(
    lockstep_double16 vector) {
  return __builtin_convertvector(vector, lockstep_float16);
}

/// Copies `count` (1 … 16) rows of `length` (1 … 16) floats, `stride` apart, as columns: `length` rows that
/// are `target_stride` apart. All 16 floats of each are written, with zeros behind the first `count`.
static inline __attribute__((always_inline)) void lockstep_transpose(
    const float *source, long stride, long count, long length, float *target, long target_stride) {
  lockstep_float16 rows[16];
  _Pragma("clang loop unroll(full)") for (int i = 0; i < 16; i++) {
    // (To load no lanes from behind the matrix takes hundreds of cycles where there is no memory.)
    rows[i] = 0;
    if (i < count) lockstep_read_lanes(source + i * stride, length, &rows[i]);
  }
  // Blocks off the diagonal change places: those of 8 × 8, then those of 4 × 4 in each, and so on.
#define LOCKSTEP_SWAP(width, first, second)                                  \
  _Pragma("clang loop unroll(full)") for (int i = 0; i < 8; i++) {           \
    int above = i / width * 2 * width + i % width;                           \
    lockstep_float16 upper = rows[above], lower = rows[above + width];       \
    rows[above] = __builtin_shufflevector(upper, lower, first);              \
    rows[above + width] = __builtin_shufflevector(upper, lower, second);     \
  }
#define LOCKSTEP_LANES(...) __VA_ARGS__
  LOCKSTEP_SWAP(
      8, LOCKSTEP_LANES(0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23),
      LOCKSTEP_LANES(8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 26, 27, 28, 29, 30, 31))
  LOCKSTEP_SWAP(
      4, LOCKSTEP_LANES(0, 1, 2, 3, 16, 17, 18, 19, 8, 9, 10, 11, 24, 25, 26, 27),
      LOCKSTEP_LANES(4, 5, 6, 7, 20, 21, 22, 23, 12, 13, 14, 15, 28, 29, 30, 31))
  LOCKSTEP_SWAP(
      2, LOCKSTEP_LANES(0, 1, 16, 17, 4, 5, 20, 21, 8, 9, 24, 25, 12, 13, 28, 29),
      LOCKSTEP_LANES(2, 3, 18, 19, 6, 7, 22, 23, 10, 11, 26, 27, 14, 15, 30, 31))
  LOCKSTEP_SWAP(
      1, LOCKSTEP_LANES(0, 16, 2, 18, 4, 20, 6, 22, 8, 24, 10, 26, 12, 28, 14, 30),
      LOCKSTEP_LANES(1, 17, 3, 19, 5, 21, 7, 23, 9, 25, 11, 27, 13, 29, 15, 31))
#undef LOCKSTEP_LANES
#undef LOCKSTEP_SWAP
  _Pragma("clang loop unroll(full)") for (int i = 0; i < 16; i++) {
    if (i < length) __builtin_memcpy(target + i * target_stride, &rows[i], sizeof rows[i]);
  }
}

/// The first `count` (1 … 4) floats of four rows that are `stride` apart, row after row, and zeros behind those
/// of each; nothing behind them is read.
static inline __attribute__((always_inline)) lockstep_float16 lockstep_load_four_rows(
    const float *source, long stride, long count) {
  typedef float float4 __attribute__((ext_vector_type(4)));
  float4 rows[4];
  // Of a constant size a copy is one instruction, and a call otherwise.
  if (count == 4) {
    for (int r = 0; r < 4; r++) __builtin_memcpy(&rows[r], source + r * stride, sizeof rows[r]);
  } else {
    for (int r = 0; r < 4; r++) {
      rows[r] = 0;
      __builtin_memcpy(&rows[r], source + r * stride, (unsigned long)count * sizeof(float));
    }
  }
  lockstep_float16 result;
  __builtin_memcpy(&result, rows, sizeof result);
  return result;
}

/// Writes the first `count` (1 … 4) of each four neighbours to a row of its own; nothing behind them changes.
static inline __attribute__((always_inline)) void lockstep_store_four_rows(
    float *target, long stride, long count, lockstep_float16 vector) {
  float rows[4][4];
  __builtin_memcpy(rows, &vector, sizeof rows);
  if (count == 4) {
    for (int r = 0; r < 4; r++) __builtin_memcpy(target + r * stride, rows[r], sizeof rows[r]);
  } else {
    for (int r = 0; r < 4; r++) {
      __builtin_memcpy(target + r * stride, rows[r], (unsigned long)count * sizeof(float));
    }
  }
}

/// Four floats, four times.
static inline __attribute__((always_inline)) lockstep_float16 lockstep_repeat_four(
    const float *source) {
  typedef float float4 __attribute__((ext_vector_type(4)));
  float4 four;
  __builtin_memcpy(&four, source, sizeof four);
  return __builtin_shufflevector(four, four, 0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3);
}

/// Number `place` (0 … 3) of each four neighbours, in all four lanes of them.
static inline __attribute__((always_inline)) lockstep_float16 lockstep_spread(
    lockstep_float16 vector, int place) {
  switch (place) {
#define LOCKSTEP_SPREAD(p)                                                                       \
  __builtin_shufflevector(vector, vector, p, p, p, p, 4 + p, 4 + p, 4 + p, 4 + p, 8 + p, 8 + p, \
                          8 + p, 8 + p, 12 + p, 12 + p, 12 + p, 12 + p)
    case 0: return LOCKSTEP_SPREAD(0);
    case 1: return LOCKSTEP_SPREAD(1);
    case 2: return LOCKSTEP_SPREAD(2);
    default: return LOCKSTEP_SPREAD(3);
#undef LOCKSTEP_SPREAD
  }
}

/// The larger of two numbers in each lane; the first where either is NaN.
static inline __attribute__((always_inline)) lockstep_float16 lockstep_larger(
    lockstep_float16 first, lockstep_float16 second) {
  return second > first ? second : first;
}

/// The square roots of 16 floats: one instruction, where Swift's own makes 16 calls.
static inline __attribute__((always_inline)) lockstep_float16 lockstep_square_root(
    lockstep_float16 vector) {
  return __builtin_elementwise_sqrt(vector);
}

#if defined(__AVX512F__)
/// x · 2^n in each lane, for whole numbers n of any size, rounded once.
static inline __attribute__((always_inline)) lockstep_float16 lockstep_times_power_of_two(
    lockstep_float16 x, lockstep_float16 n) {
  return (lockstep_float16)_mm512_scalef_ps((__m512)x, (__m512)n);
}
#else
/// The same in two factors, for n from -252 to 254.
static inline __attribute__((always_inline)) lockstep_float16 lockstep_times_power_of_two(
    lockstep_float16 x, lockstep_float16 n) {
  typedef int int16 __attribute__((ext_vector_type(16)));
  int16 whole = __builtin_convertvector(n, int16), half = whole >> 1;
  return x * (lockstep_float16)((half + 127) << 23) * (lockstep_float16)((whole - half + 127) << 23);
}
#endif

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

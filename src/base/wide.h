/* SPDX-License-Identifier: Apache-2.0 */
/*
 * AVX-512 as the hot rooms take it, all of them the same parts of it: a WIDE
 * function runs where wide_usable() says so, beside a plain one for anywhere.
 */
#ifndef QUIS_BASE_WIDE_H
#define QUIS_BASE_WIDE_H

#include <stdbool.h>

#if defined(__x86_64__) && !defined(QUIS_NO_VECTOR)
#define HAS_WIDE 1
#include <immintrin.h>

#define WIDE __attribute__((target( \
	"avx512f,avx512bw,avx512dq,avx512vl,avx2,bmi,bmi2,popcnt")))
#else
#define HAS_WIDE 0
#endif

static inline bool
wide_usable(void)
{
#if HAS_WIDE
	return __builtin_cpu_supports("avx512f") &&
		__builtin_cpu_supports("avx512bw") &&
		__builtin_cpu_supports("avx512dq") &&
		__builtin_cpu_supports("avx512vl") &&
		__builtin_cpu_supports("avx2") &&
		__builtin_cpu_supports("bmi") &&
		__builtin_cpu_supports("bmi2") &&
		__builtin_cpu_supports("popcnt");
#else
	return false;
#endif
}

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* The processor can fuse products with sums. gcc does not, in C17 as such. */
#ifdef __clang__
#pragma STDC FP_CONTRACT OFF
#endif

#define LANES_BROAD
#include "signal/broad.h"

#include "signal/crowd-lanes.h"
#include "signal/curve-lanes.h"
#include "signal/law-lanes.h"

#if defined(__x86_64__) && defined(__GNUC__)

#define LANES_AVX512 __attribute__((target("avx512f")))

LANES_AVX512 void
ln_pmf_broad(const struct crowd *crowd, double s, double *ret)
{
	ln_pmf(crowd, s, ret);
}

LANES_AVX512 double
ln_mix_broad(const double *f, const double *g, size_t n, double epsilon)
{
	return ln_mix(f, g, n, epsilon);
}

LANES_AVX512 void
fix_broad(struct crowd *crowd)
{
	fix(crowd);
}

LANES_AVX512 void
add_columns_broad(const struct curve *curve, const double *factors,
	double *ret)
{
	add_columns(curve, factors, ret);
}

LANES_AVX512 double
eight_runs_broad(const struct law *law, double x, double step, unsigned len,
	double *t)
{
	return step > 0 ? eight_runs(law, x, 1, len, t) :
			  eight_runs(law, x, -1, len, t);
}

LANES_AVX512 void
eight_values_broad(const struct law *law, double unit, const double *x,
	double *ret)
{
	eight_values(law, unit, x, ret);
}

#endif

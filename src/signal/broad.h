/* SPDX-License-Identifier: Apache-2.0 */
/* The loops of crowd.c, curve.c and tail.c for processors with AVX-512; nobody
 * else may call them: see lanes.h. */
#ifndef QUIS_SIGNAL_BROAD_H
#define QUIS_SIGNAL_BROAD_H

#include "signal/crowd.h"
#include "signal/curve.h"
#include "signal/law.h"

#if defined(__x86_64__) && defined(__GNUC__)
void ln_pmf_broad(const struct crowd *crowd, double s, double *ret);
double ln_mix_broad(const double *f, const double *g, size_t n,
	double epsilon);
void fix_broad(struct crowd *crowd);
void add_columns_broad(const struct curve *curve, const double *factors,
	double *ret);
double eight_runs_broad(const struct law *law, double x, double step,
	unsigned len, double *t);
void eight_values_broad(const struct law *law, double unit, const double *x,
	double *ret);
#endif

#endif

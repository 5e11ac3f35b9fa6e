/* SPDX-License-Identifier: Apache-2.0 */
#include "signal/crowd.h"

#include "base/memory.h"
#include "signal/broad.h"
#include "signal/crowd-lanes.h"
#include "signal/fit.h"

#define SHARE_EDGE 1e-9
#define MEAN_LEAST 1e-300

enum { COLUMNS = 5 };

static void
ln_pmf_plain(const struct crowd *crowd, double s, double *ret)
{
	ln_pmf(crowd, s, ret);
}

LANES_WIDE static void
ln_pmf_wide(const struct crowd *crowd, double s, double *ret)
{
	ln_pmf(crowd, s, ret);
}

void
crowd_ln_pmf(const struct crowd *crowd, double s, double *ret)
{
	LANES_CALL_BROAD(ln_pmf, crowd, s, ret);
}

static double
ln_mix_plain(const double *f, const double *g, size_t n, double epsilon)
{
	return ln_mix(f, g, n, epsilon);
}

LANES_WIDE static double
ln_mix_wide(const double *f, const double *g, size_t n, double epsilon)
{
	return ln_mix(f, g, n, epsilon);
}

double
crowd_ln_mix(const double *f, const double *g, size_t n, double epsilon)
{
	return LANES_CALL_BROAD(ln_mix, f, g, n, epsilon);
}

static void
fix_plain(struct crowd *crowd)
{
	fix(crowd);
}

LANES_WIDE static void
fix_wide(struct crowd *crowd)
{
	fix(crowd);
}

static void
add_user(struct crowd *crowd, const struct fit_sample *sample, size_t i)
{
	double mean = sample->mean[i];

	crowd->extra[i] = sample->extra != NULL ? sample->extra[i] : 0;
	if (crowd->counts) {
		if (!(mean > 0))
			return;
		crowd->mean[i] = fmax(mean, MEAN_LEAST);
		crowd->k[i] = (double)sample->k[i];
		return;
	}
	if (isnan(mean) || sample->n[i] == 0)
		return;
	crowd->mean[i] = fmin(fmax(mean, SHARE_EDGE), 1 - SHARE_EDGE);
	crowd->k[i] = (double)sample->k[i];
	crowd->rest[i] = fmax((double)sample->n[i] - crowd->k[i], 0);
}

int
crowd_make(const struct fit_sample *sample, bool counts, struct crowd *ret,
	struct fault *fault)
{
	size_t n = (sample->n_users + LANES_MOST - 1) / LANES_MOST *
		LANES_MOST;
	struct crowd crowd = { .n = n, .counts = counts };

	crowd.room = memory_array(n, COLUMNS * sizeof(double));
	if (crowd.room == NULL)
		return fault_memory(fault);
	crowd.k = crowd.room;
	crowd.rest = crowd.k + n;
	crowd.mean = crowd.rest + n;
	crowd.extra = crowd.mean + n;
	crowd.fixed = crowd.extra + n;
	for (size_t i = 0; i < n; i++) {
		crowd.mean[i] = counts ? MEAN_LEAST : 0.5;
		if (i < sample->n_users)
			add_user(&crowd, sample, i);
	}
	LANES_CALL_BROAD(fix, &crowd);
	*ret = crowd;
	return 0;
}

void
crowd_free(struct crowd *crowd)
{
	free(crowd->room);
	*crowd = (struct crowd){ 0 };
}

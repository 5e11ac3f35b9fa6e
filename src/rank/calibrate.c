/* SPDX-License-Identifier: Apache-2.0 */
#include "rank/calibrate.h"

enum { HALVINGS = 50 }; /* of [1, CALIBRATE_MOST]: to the last bit */

/* The mean of an exponential law of scale theta cut off at w. */
static double
mean_excess(double theta, double w)
{
	return theta - w / expm1(w / theta);
}

double
calibrate_fit(const double *ln_p, size_t n)
{
	double from = -log(CALIBRATE_FROM), to = -log(CALIBRATE_TO);
	double sum = 0, low = 1, high = CALIBRATE_MOST, middle;
	size_t users = 0, in_range = 0;

	for (size_t i = 0; i < n; i++) {
		if (isnan(ln_p[i]))
			continue;
		users++;
		if (-ln_p[i] < from || -ln_p[i] > to)
			continue;
		in_range++;
		sum += -ln_p[i] - from;
	}
	if (users < CALIBRATE_USERS || in_range < CALIBRATE_IN_RANGE)
		return 1;
	sum /= (double)in_range;
	if (sum <= mean_excess(low, to - from))
		return low;
	if (sum >= mean_excess(high, to - from))
		return high;
	for (int i = 0; i < HALVINGS; i++) {
		middle = (low + high) / 2;
		if (mean_excess(middle, to - from) < sum)
			low = middle;
		else
			high = middle;
	}
	return low;
}

double
calibrate_ln_p(double ln_p, double theta)
{
	double from = log(CALIBRATE_FROM);

	if (!(ln_p < from) || !(theta > 1))
		return ln_p;
	return from + (ln_p - from) / theta;
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "rank/combine.h"

#include "signal/special.h"

/* cot(pπ) is 1/(pπ) to the last bit below this ln p (p = 1e-15), and so is
 * its inverse beyond. */
#define FAR_LN_P (-34.538776394910684)

double
fisher_combine(const double *ln_p, size_t n)
{
	double x = 0, term = 0, sum = 0;
	size_t used = 0;

	for (size_t i = 0; i < n; i++) {
		if (isnan(ln_p[i]))
			continue;
		x -= ln_p[i] < 0 ? ln_p[i] : 0;
		used++;
	}
	if (used == 0)
		return NAN;
	if (x <= 0 || x == INFINITY)
		return -x;
	for (size_t i = 1; i < used; i++) {
		term += log(x / (double)i);
		sum = ln_add(sum, term);
	}
	return fmin(sum - x, 0);
}

/* ln tan((½-p)π) for p <= ½ */
static double
ln_cotangent(double ln_p)
{
	if (ln_p < FAR_LN_P)
		return -ln_p - LN_PI;
	if (ln_p >= -LN_2)
		return -INFINITY;
	return -log(tan(M_PI * exp(ln_p)));
}

double
cauchy_combine(const double *ln_p, const double *weight, size_t n)
{
	double ln_t = -INFINITY, total = 0, w;

	for (size_t i = 0; i < n; i++) {
		w = weight != NULL ? weight[i] : 1;
		if (isnan(ln_p[i]) || !(w > 0))
			continue;
		total += w;
		ln_t = ln_add(ln_t, log(w) + ln_cotangent(ln_p[i]));
	}
	if (total <= 0)
		return NAN;
	ln_t -= log(total);
	if (-ln_t - LN_PI < FAR_LN_P)
		return -ln_t - LN_PI;
	return log(atan(exp(-ln_t)) / M_PI);
}

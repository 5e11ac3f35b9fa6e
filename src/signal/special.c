/* SPDX-License-Identifier: Apache-2.0 */
#include "signal/special.h"

#define LN_HALF (-LN_2)

/* From here on Stirling's series to x^-11 is exact to the last bit. */
#define STIRLING_FROM 15.0
/* From here on ln Γ is taken by Stirling's formula where it is subtracted. */
#define RISING_FROM 10.0

double
ln_gamma(double x)
{
	int sign; /* lgamma() would leave it in a global */

	return lgamma_r(x, &sign);
}

double
stirling_error(double x)
{
	double y, y2;

	if (x < STIRLING_FROM)
		return ln_gamma(x + 1) - (x + 0.5) * log(x) + x - LN_SQRT_2PI;
	y = 1 / x;
	y2 = y * y;
	return y * (1.0 / 12 + y2 * (-1.0 / 360 + y2 * (1.0 / 1260 + y2 *
		(-1.0 / 1680 + y2 * (1.0 / 1188 - y2 * (691.0 / 360360))))));
}

double
ln_rising(double a, double n)
{
	double sum = a + n;

	if (n <= 0)
		return 0;
	if (a <= 0)
		return -INFINITY;
	if (a < RISING_FROM)
		return ln_gamma(sum) - ln_gamma(a);
	return (a - 0.5) * log1p(n / a) - n + n * log(sum) +
		(stirling_error(sum) - stirling_error(a));
}

double
ln_beta(double a, double b)
{
	double small = a < b ? a : b, large = a < b ? b : a;
	double sum = a + b;

	if (small < RISING_FROM)
		return ln_gamma(small) - ln_rising(large, small);
	return LN_SQRT_2PI - 0.5 * log(large) +
		(small - 0.5) * log(small / sum) -
		large * log1p(small / large) +
		(stirling_error(small) + stirling_error(large) -
		stirling_error(sum));
}

double
ln_choose(double n, double k)
{
	if (!(k >= 0 && k <= n))
		return -INFINITY;
	if (k == 0 || k == n)
		return 0;
	return -log(n + 1) - ln_beta(n - k + 1, k + 1);
}

double
deviance(double x, double m, double diff)
{
	double ratio, term, sum, next;

	if (x <= 0)
		return m;
	if (fabs(diff) >= 0.1 * (x + m))
		return x * log(x / m) - diff;
	/* With v = diff/(x+m): diff v + 2 x (v³/3 + v⁵/5 + …). */
	ratio = diff / (x + m);
	sum = diff * ratio;
	term = 2 * x * ratio;
	ratio *= ratio;
	for (int i = 3; i < 100; i += 2) {
		term *= ratio;
		next = sum + term / i;
		if (next == sum)
			break;
		sum = next;
	}
	return sum;
}

double
ln_add(double a, double b)
{
	double high = a > b ? a : b, low = a > b ? b : a;

	if (low == -INFINITY || high == INFINITY)
		return high;
	return high + log1p(exp(low - high));
}

double
ln_one_minus(double l)
{
	if (l >= 0)
		return -INFINITY;
	return l > LN_HALF ? log(-expm1(l)) : log1p(-exp(l));
}

double
ln_sub(double a, double b)
{
	if (b == -INFINITY)
		return a;
	return b >= a ? -INFINITY : a + ln_one_minus(b - a);
}

double
logistic(double x)
{
	double e = exp(-fabs(x));

	return x >= 0 ? 1 / (1 + e) : e / (1 + e);
}

double
logit(double p)
{
	return log(p) - log1p(-p);
}

double
ln_normal_upper_tail(double z)
{
	double y, sum = 1, term = 1;

	if (z < 0)
		return log1p(-0.5 * erfc(-z * M_SQRT1_2));
	if (z < 20)
		return log(0.5 * erfc(z * M_SQRT1_2));
	y = 1 / (z * z);
	for (int i = 1; i <= 15; i += 2) {
		term *= -i * y;
		sum += term;
	}
	return -0.5 * z * z - LN_SQRT_2PI - log(z) + log(sum);
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "base/decimal.h"

enum { DIGITS = 4 };

static const double LN_10 = 2.302585092994045684;

/* Below it the log says more than a double near its end can. */
static const double LN_SMALL = -690.7755278982137; /* ln 1e-300 */

/* Keeps exponents within an int32_t; no count of lookups comes near. */
static const double LN_LEAST = -4e9;

/* digits can be 10000 when 9999.6 was rounded. */
static struct decimal
normal(int32_t digits, int32_t exponent)
{
	if (digits > 9999)
		return (struct decimal){ digits / 10, exponent + 1 };
	if (digits < 1000)
		return (struct decimal){ 1000, exponent };
	return (struct decimal){ digits, exponent };
}

/* printf rounds the exact value of a double, which no scaling of ours does. */
static struct decimal
of_double(double p)
{
	char text[32];
	int32_t digits = 0;

	(void)snprintf(text, sizeof(text), "%.3e", p);
	for (size_t i = 0; i < DIGITS + 1; i++)
		if (text[i] >= '0' && text[i] <= '9')
			digits = digits * 10 + (text[i] - '0');
	return normal(digits,
		(int32_t)strtol(text + DIGITS + 2, NULL, 10) - (DIGITS - 1));
}

struct decimal
decimal_of_ln(double ln_p)
{
	double log_10, whole;

	if (isnan(ln_p) || ln_p >= 0)
		return (struct decimal){ 1000, -3 };
	if (isinf(ln_p))
		return (struct decimal){ 0, 0 };
	if (ln_p >= LN_SMALL)
		return of_double(exp(ln_p));
	if (ln_p < LN_LEAST)
		ln_p = LN_LEAST;
	log_10 = ln_p / LN_10;
	whole = floor(log_10);
	return normal((int32_t)lround(pow(10, log_10 - whole) * 1000),
		(int32_t)whole - (DIGITS - 1));
}

int
decimal_compare(struct decimal a, struct decimal b)
{
	if (a.digits == 0 || b.digits == 0)
		return (a.digits > 0) - (b.digits > 0);
	if (a.exponent != b.exponent)
		return a.exponent < b.exponent ? -1 : 1;
	return (a.digits > b.digits) - (a.digits < b.digits);
}

size_t
decimal_print(char *buf, size_t size, struct decimal value)
{
	int32_t power = value.exponent + DIGITS - 1; /* of the first digit */
	char digits[16];
	int n, len;

	if (value.digits == 0)
		return (size_t)snprintf(buf, size, "0");
	n = snprintf(digits, sizeof(digits), "%d", value.digits);
	while (n > 1 && digits[n - 1] == '0')
		digits[--n] = '\0';
	if (power < -4 || power >= DIGITS)
		len = snprintf(buf, size, "%c%s%se%c%02d", digits[0],
			n > 1 ? "." : "", digits + 1, power < 0 ? '-' : '+',
			abs(power));
	else if (power < 0)
		len = snprintf(buf, size, "0.%.*s%s", -power - 1, "000",
			digits);
	else if (n <= power + 1)
		len = snprintf(buf, size, "%s%.*s", digits, power + 1 - n,
			"000");
	else
		len = snprintf(buf, size, "%.*s.%s", power + 1, digits,
			digits + power + 1);
	return (size_t)len;
}

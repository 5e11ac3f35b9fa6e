/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Probabilities as they are printed: four significant digits, however small.
 * What orders or compares rows compares these, not doubles, so that an order
 * never hangs on a bit that no reader sees and another build may flip.
 */
#ifndef QUIS_BASE_DECIMAL_H
#define QUIS_BASE_DECIMAL_H

#include "base/base.h"

/* digits × 10^exponent; digits 1000 to 9999, or 0 (and exponent 0) for 0. */
struct decimal {
	int32_t digits;
	int32_t exponent;
};

/* Of the natural log of a probability. -inf is 0; what is above 0 by an error
 * of rounding is 1, and so is NaN: it must accuse nobody. */
struct decimal decimal_of_ln(double ln_p);

/* <0, 0, >0 */
int decimal_compare(struct decimal a, struct decimal b);

enum { DECIMAL_TEXT_MAX = 24 };
/* As printf's %.4g writes it: "0.05", "1", "1.234e-05", "3.142e-512". Returns
 * the length; buf of DECIMAL_TEXT_MAX bytes is always enough. */
size_t decimal_print(char *buf, size_t size, struct decimal value);

#endif

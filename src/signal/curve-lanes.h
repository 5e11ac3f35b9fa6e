/* SPDX-License-Identifier: Apache-2.0 */
/* The loop of curve.c, some lanes at a time: for curve.c and broad.c. */
#ifndef QUIS_SIGNAL_CURVE_LANES_H
#define QUIS_SIGNAL_CURVE_LANES_H

#include "signal/curve.h"
#include "signal/lanes.h"

LANES_INLINE void
add_columns(const struct curve *curve, const double *factors, double *ret)
{
	for (size_t i = 0; i < curve->n; i += LANES) {
		const double *column = curve->ln + i;
		lanes sum = { 0 };

		for (unsigned k = 0; k < curve->nodes; k++) {
			sum += factors[k] * *(const lanes_at *)column;
			column += curve->n;
		}
		*(lanes_at *)(ret + i) = sum;
	}
}

#endif

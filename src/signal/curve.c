/* SPDX-License-Identifier: Apache-2.0 */
#include "signal/curve.h"

#include "base/memory.h"
#include "signal/broad.h"
#include "signal/curve-lanes.h"

#define LN_DIGITS 24.0 /* 4e-11 */

int
curve_init(struct curve *curve, size_t n, struct fault *fault)
{
	*curve = (struct curve){ .n = n };
	curve->ln = memory_unset(n, CURVE_NODES * sizeof(double));
	return curve->ln != NULL ? 0 : fault_memory(fault);
}

void
curve_free(struct curve *curve)
{
	free(curve->ln);
	*curve = (struct curve){ 0 };
}

static unsigned
nodes_for(double half)
{
	double q = M_PI / half, nodes = ceil(LN_DIGITS / asinh(q));

	return nodes < CURVE_NODES ? (unsigned)nodes : CURVE_NODES;
}

void
curve_draw(struct curve *curve, const struct crowd *crowd, double low,
	double high)
{
	double half = (high - low) / 2;
	unsigned nodes = nodes_for(half);

	for (unsigned i = 0; i < nodes; i++) {
		double angle = (2 * i + 1) * M_PI / (2 * nodes);

		curve->at[i] = low + half + half * cos(angle);
		curve->weight[i] = i % 2 == 0 ? sin(angle) : -sin(angle);
		crowd_ln_pmf(crowd, exp(curve->at[i]),
			curve->ln + i * curve->n);
	}
	curve->nodes = nodes;
	curve->low = low;
	curve->high = high;
}

bool
curve_covers(const struct curve *curve, double low, double high)
{
	return curve->nodes > 0 && low >= curve->low && high <= curve->high;
}

/* What each node counts at ln_s: the barycentric form. */
static void
factors_at(const struct curve *curve, double ln_s, double *ret)
{
	double sum = 0;

	for (unsigned i = 0; i < curve->nodes; i++) {
		double gap = ln_s - curve->at[i];

		if (gap == 0) {
			memset(ret, 0, curve->nodes * sizeof(*ret));
			ret[i] = 1;
			return;
		}
		ret[i] = curve->weight[i] / gap;
		sum += ret[i];
	}
	for (unsigned i = 0; i < curve->nodes; i++)
		ret[i] /= sum;
}

static void
add_columns_plain(const struct curve *curve, const double *factors,
	double *ret)
{
	add_columns(curve, factors, ret);
}

LANES_WIDE static void
add_columns_wide(const struct curve *curve, const double *factors,
	double *ret)
{
	add_columns(curve, factors, ret);
}

void
curve_ln_pmf(const struct curve *curve, double ln_s, double *ret)
{
	double factors[CURVE_NODES];

	factors_at(curve, ln_s, factors);
	LANES_CALL_BROAD(add_columns, curve, factors, ret);
}

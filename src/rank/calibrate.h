/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tail calibration of one signal: most users are honest, so their p-values
 * should be uniform. Where the bulk's own tail is too heavy, the far tail is
 * drawn in by the same measure; it is never stretched.
 *
 * For uniform p, y = -ln p beyond y0 = -ln 0.1 falls off as e^-(y-y0). The
 * tail seen is taken as e^-(y-y0)/θ on [y0, y1], y1 = -ln 0.002 (beyond, there
 * may be misusers), and θ is its maximum likelihood: with w = y1 - y0 and the
 * mean excess e of the m users in the range, θ solves
 *     e = θ - w / (e^(w/θ) - 1)
 * (exponential law truncated at w; the right side grows with θ). Then
 *     -ln p' = -ln p                        p > 0.1
 *     -ln p' = y0 + (-ln p - y0)/θ          p <= 0.1
 * Only the shape of the range counts, not how many users are in it. Pure.
 */
#ifndef QUIS_RANK_CALIBRATE_H
#define QUIS_RANK_CALIBRATE_H

#include "base/base.h"

#define CALIBRATE_FROM 0.1   /* p at which the tail begins */
#define CALIBRATE_TO 0.002   /* p beyond which users are not looked at */
#define CALIBRATE_MOST 4.0   /* cap of θ */
enum {
	CALIBRATE_USERS = 50,    /* fewer p-values: θ = 1 */
	CALIBRATE_IN_RANGE = 10, /* fewer of them in the range: θ = 1 */
};

/* θ in [1, CALIBRATE_MOST] from the ln p of all users; NaN: none. */
double calibrate_fit(const double *ln_p, size_t n);

/* ln p' for ln p; NaN stays NaN, monotone in ln_p, never below it. */
double calibrate_ln_p(double ln_p, double theta);

#endif

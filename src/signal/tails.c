/* SPDX-License-Identifier: Apache-2.0 */
#include "signal/tails.h"

#include "base/memory.h"
#include "signal/crowd.h"

/* Where a probability of crowd.h is good to nine digits, and of the law that
 * tail.h has, which clips its shapes. */
#define N_MOST 1e5
#define SHAPE_LEAST 1e-8
#define EDGE 1e-8
#define ROUNDING 1e-6 /* in ln p; far more than there is */

int
tails_make(const struct fit_sample *sample, bool counts,
	const struct fit_mix *mix, struct tails *ret, struct fault *fault)
{
	struct tails tails = { .sample = sample, .mix = *mix,
		.counts = counts, .most = log1p(-mix->epsilon),
		.few = log(mix->epsilon) };
	struct crowd crowd;

	if (crowd_make(sample, counts, &crowd, fault) != 0)
		return -1;
	tails.ln[0] = memory_unset(crowd.n, 2 * sizeof(double));
	if (tails.ln[0] == NULL) {
		crowd_free(&crowd);
		return fault_memory(fault);
	}
	tails.ln[1] = tails.ln[0] + crowd.n;
	for (int c = 0; c < 2; c++)
		crowd_ln_pmf(&crowd, mix->s[c], tails.ln[c]);
	crowd_free(&crowd);
	*ret = tails;
	return 0;
}

void
tails_free(struct tails *tails)
{
	free(tails->ln[0]);
	*tails = (struct tails){ 0 };
}

static bool
is_known(const struct tails *tails, size_t i, const double s[2])
{
	double mean = tails->sample->mean[i], rest = 1 - mean, least;

	if (tails->counts)
		return mean > EDGE && mean < N_MOST &&
			(double)tails->sample->k[i] < N_MOST;
	least = fmin(mean, rest) * fmin(s[0], s[1]);
	return mean > EDGE && rest > EDGE && least > SHAPE_LEAST &&
		(double)tails->sample->n[i] < N_MOST;
}

static void
spreads_of(const struct tails *tails, size_t i, double ret[2])
{
	const struct fit_sample *sample = tails->sample;
	double extra = sample->extra != NULL ? sample->extra[i] : 0;

	ret[0] = fit_spread(tails->mix.s[0], extra);
	ret[1] = fit_spread(tails->mix.s[1], extra);
}

double
tails_ln(const struct tails *tails, size_t i, enum tail_part part)
{
	const struct fit_sample *sample = tails->sample;
	struct tail_mix mix = { tails->most, tails->few, { NAN, NAN } };
	double s[2];

	spreads_of(tails, i, s);
	if (is_known(tails, i, s)) {
		mix.ln_pmf[0] = tails->ln[0][i];
		mix.ln_pmf[1] = tails->ln[1][i];
	}
	return tails->counts ?
		neg_binomial_mix_ln(sample->k[i], sample->mean[i], s, &mix,
			part) :
		beta_binomial_mix_ln(sample->k[i], sample->n[i],
			sample->mean[i], s, &mix, part);
}

double
tails_ln_pmf(const struct tails *tails, size_t i)
{
	return fmax(tails->most + tails->ln[0][i],
		tails->few + tails->ln[1][i]);
}

bool
tails_exceeds(const struct tails *tails, size_t i, double ln_p)
{
	const struct fit_sample *sample = tails->sample;
	double mean = sample->mean[i], s[2];

	ln_p += ROUNDING;
	if (sample->k[i] == 0)
		return ln_p < 0;
	spreads_of(tails, i, s);
	if (!is_known(tails, i, s))
		return false;
	if (tails_ln_pmf(tails, i) > ln_p)
		return true;
	/* the loose component holds little */
	return !tails->counts &&
		beta_binomial_exceeds(sample->k[i], sample->n[i], mean * s[0],
			(1 - mean) * s[0], tails->ln[0][i],
			ln_p - tails->most);
}

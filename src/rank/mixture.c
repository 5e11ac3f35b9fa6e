/* SPDX-License-Identifier: Apache-2.0 */
#include "rank/mixture.h"

#include "base/memory.h"

enum { EM_STEPS = 200, BISECTIONS = 40 };

/* The likelihood stands still; gains are told apart by so much. */
#define EM_STILL 1e-4
#define GAIN_UNIT 1e-6

/* A source that EM has starved gets so much when another is taken out. */
#define SHARE_LEAST 1e-6
/* What sources that enter together leave to the others. */
#define SHARES_MOST 0.9

struct model {
	const struct mixture *mixture;
	size_t n_sources;
	double *share; /* by source; 0: is not in */
	double *p;     /* by item: of the model */
	double *kept;  /* by source: shares to come back to */
	double *gain;  /* by source: on entering, or if it entered now */
	double *best;  /* by source: its share then */
	bool *in;
	bool *taken;   /* by item: scratch */
	uint32_t *queue; /* sources: scratch */
	double ln_likelihood;
};

static size_t
count_hits(const struct mixture *mixture, size_t source)
{
	return mixture->starts[source + 1] - mixture->starts[source];
}

/* p of each item, and their log-likelihood. */
static void
model_measure(struct model *model)
{
	const struct mixture *mixture = model->mixture;
	double sum = 0;

	memset(model->p, 0, mixture->n_items * sizeof(*model->p));
	for (size_t s = 0; s < model->n_sources; s++) {
		if (model->share[s] <= 0)
			continue;
		for (size_t i = mixture->starts[s]; i < mixture->starts[s + 1];
			i++)
			model->p[mixture->hits[i].item] +=
				model->share[s] * mixture->hits[i].p;
	}
	for (size_t i = 0; i < mixture->n_items; i++)
		sum += log(model->p[i]);
	model->ln_likelihood = sum;
}

/* Shares in which the sources that are in are responsible for the items. */
static void
model_share_out(struct model *model)
{
	const struct mixture *mixture = model->mixture;

	for (size_t s = 0; s < model->n_sources; s++) {
		double sum = 0;

		if (model->share[s] <= 0)
			continue;
		for (size_t i = mixture->starts[s]; i < mixture->starts[s + 1];
			i++)
			sum += mixture->hits[i].p /
				model->p[mixture->hits[i].item];
		model->share[s] *= sum / (double)mixture->n_items;
	}
}

/* EM: the likelihood never falls. */
static void
model_settle(struct model *model)
{
	double before;

	model_measure(model);
	for (int step = 0; step < EM_STEPS; step++) {
		before = model->ln_likelihood;
		model_share_out(model);
		model_measure(model);
		if (model->ln_likelihood - before < EM_STILL)
			break;
	}
}

/* How the log-likelihood rises with the share of one source more. */
static double
slope_at(const struct model *model, size_t source, double share)
{
	const struct mixture *mixture = model->mixture;
	double sum = 0;

	for (size_t i = mixture->starts[source];
		i < mixture->starts[source + 1]; i++) {
		const struct mixture_hit *hit = &mixture->hits[i];
		double more = hit->p / model->p[hit->item] - 1;

		sum += more / (1 + share * more);
	}
	return sum -
		(double)(mixture->n_items - count_hits(mixture, source)) /
		(1 - share);
}

/* The largest gain a source can bring, the other shares scaled. */
static void
weigh(struct model *model, size_t source)
{
	const struct mixture *mixture = model->mixture;
	size_t n = mixture->n_items, hits = count_hits(mixture, source);
	double low = 0, high = (double)hits / (double)n, gain = 0;

	model->gain[source] = model->best[source] = 0;
	if (hits == 0 || slope_at(model, source, 0) <= 0)
		return;
	/* concave; with more than its hits' part the others are short */
	if (high > 1 - 1e-9)
		high = 1 - 1e-9;
	for (int i = 0; i < BISECTIONS; i++) {
		double middle = (low + high) / 2;

		if (slope_at(model, source, middle) > 0)
			low = middle;
		else
			high = middle;
	}
	for (size_t i = mixture->starts[source];
		i < mixture->starts[source + 1]; i++) {
		const struct mixture_hit *hit = &mixture->hits[i];

		gain += log1p(low * (hit->p / model->p[hit->item] - 1));
	}
	gain += (double)(n - hits) * log1p(-low);
	model->gain[source] = gain > 0 ? round(gain / GAIN_UNIT) * GAIN_UNIT :
					 0;
	model->best[source] = low;
}

static bool
is_excuse(const struct mixture *mixture, size_t source)
{
	return source < mixture->n_grounds + mixture->n_excuses;
}

static double
threshold(const struct mixture *mixture, size_t source)
{
	return log((is_excuse(mixture, source) ? mixture->excuses :
						 mixture->suspects) /
		mixture->fdr);
}

/* The source that passes its threshold by most, as far as one can tell before
 * the others have given way; n_sources if none comes near. */
static size_t
choose(const struct model *model)
{
	const struct mixture *mixture = model->mixture;
	size_t best = model->n_sources;
	double most = -INFINITY;

	for (size_t s = mixture->n_grounds; s < model->n_sources; s++) {
		double over = model->gain[s] - threshold(mixture, s);

		if (model->in[s] || model->gain[s] < MIXTURE_TIE ||
			count_hits(mixture, s) < MIXTURE_ITEMS_MIN ||
			over <= most)
			continue;
		most = over;
		best = s;
	}
	return best;
}

static void
weigh_all(struct model *model)
{
	for (size_t s = model->mixture->n_grounds; s < model->n_sources; s++) {
		if (!model->in[s])
			weigh(model, s);
	}
}

static void
keep_shares(const struct model *model, double *shares)
{
	memcpy(shares, model->share, model->n_sources * sizeof(*shares));
}

/* Give the sources [0, n) of `list` their shares, and the others what is
 * left. */
static void
give_shares(struct model *model, const uint32_t *list, size_t n)
{
	double sum = 0;

	for (size_t i = 0; i < n; i++)
		sum += model->best[list[i]];
	sum = sum < SHARES_MOST ? 1 : sum / SHARES_MOST;
	for (size_t i = 0; i < n; i++) {
		double share = model->best[list[i]] / sum;

		for (size_t s = 0; s < model->n_sources; s++)
			model->share[s] *= 1 - share;
		model->share[list[i]] = share;
	}
}

/* Let a source in, if that gains enough. */
static bool
enter(struct model *model, uint32_t source)
{
	double before = model->ln_likelihood, gain;

	keep_shares(model, model->kept);
	give_shares(model, &source, 1);
	model_settle(model);
	gain = round((model->ln_likelihood - before) / GAIN_UNIT) * GAIN_UNIT;
	if (gain < threshold(model->mixture, source)) {
		memcpy(model->share, model->kept,
			model->n_sources * sizeof(*model->share));
		model_measure(model);
		return false;
	}
	model->gain[source] = gain;
	model->in[source] = true;
	return true;
}

static int
compare_gains(const void *a, const void *b, void *ctx)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
	const double *gain = ctx;

	if (gain[x] != gain[y])
		return gain[x] > gain[y] ? -1 : 1;
	return (x > y) - (x < y);
}

/* Does it have an item that is taken? Else they are now. */
static bool
take_items(struct model *model, size_t source)
{
	const struct mixture *mixture = model->mixture;
	size_t end = mixture->starts[source + 1];

	for (size_t i = mixture->starts[source]; i < end; i++) {
		if (model->taken[mixture->hits[i].item])
			return false;
	}
	for (size_t i = mixture->starts[source]; i < end; i++)
		model->taken[mixture->hits[i].item] = true;
	return true;
}

/* Excuses that pass now, the largest gains first, and have no item in common
 * with each other: what one gains takes nothing from the next. */
static void
enter_excuses(struct model *model, struct mixture_fit *fit)
{
	const struct mixture *mixture = model->mixture;
	const uint32_t *list = fit->entered + fit->n_entered;
	size_t end = mixture->n_grounds + mixture->n_excuses;
	size_t n = 0, entered = 0;

	for (size_t s = mixture->n_grounds; s < end; s++) {
		if (!model->in[s] && model->gain[s] >= threshold(mixture, s) &&
			count_hits(mixture, s) >= MIXTURE_ITEMS_MIN)
			model->queue[n++] = (uint32_t)s;
	}
	if (n == 0)
		return;
	qsort_r(model->queue, n, sizeof(*model->queue), compare_gains,
		model->gain);
	memset(model->taken, 0, mixture->n_items * sizeof(*model->taken));
	for (size_t i = 0; i < n && fit->n_entered < MIXTURE_ENTER_MAX; i++) {
		if (!take_items(model, model->queue[i]))
			continue;
		model->in[model->queue[i]] = true;
		fit->entered[fit->n_entered++] = model->queue[i];
		entered++;
	}
	give_shares(model, list, entered);
	model_settle(model);
}

/* Those who would have explained nearly as well. */
static void
note_ties(const struct model *model, size_t source, double gain,
	struct mixture_fit *fit, double *gains)
{
	for (size_t s = model->mixture->n_grounds; s < model->n_sources; s++) {
		if (model->in[s] || model->gain[s] < gain - MIXTURE_TIE ||
			model->gain[s] <= 0 ||
			fit->n_ties == MIXTURE_TIES_MAX)
			continue;
		gains[fit->n_ties] = model->gain[s];
		fit->ties[fit->n_ties++] = (struct mixture_tie){
			(uint32_t)source, (uint32_t)s };
	}
}

/* Only those are ties whom the other one has made superfluous. */
static void
settle_ties(const struct model *model, struct mixture_fit *fit,
	const double *gains)
{
	size_t n = 0;

	for (size_t i = 0; i < fit->n_ties; i++) {
		struct mixture_tie tie = fit->ties[i];

		if (model->in[tie.source] && !model->in[tie.other] &&
			model->gain[tie.other] <= gains[i] / 2)
			fit->ties[n++] = tie;
	}
	fit->n_ties = n;
}

/* What the likelihood loses without a source; the model is left without. */
static double
leave(struct model *model, size_t source)
{
	double before = model->ln_likelihood, sum = 0;

	model->share[source] = 0;
	for (size_t s = 0; s < model->n_sources; s++) {
		if (s == source || !model->in[s] ||
			count_hits(model->mixture, s) == 0)
			continue;
		if (model->share[s] < SHARE_LEAST)
			model->share[s] = SHARE_LEAST;
		sum += model->share[s];
	}
	for (size_t s = 0; s < model->n_sources; s++)
		model->share[s] /= sum;
	model_settle(model);
	return before - model->ln_likelihood;
}

/* Take out who is not needed now that the others are in, the least needed
 * first. False: everybody is. */
static bool
take_out(struct model *model, struct mixture_fit *fit)
{
	size_t least = fit->n_entered;
	double most = 0;

	keep_shares(model, model->kept);
	for (size_t i = 0; i < fit->n_entered; i++) {
		double loss, under;

		if (is_excuse(model->mixture, fit->entered[i]))
			continue;
		loss = leave(model, fit->entered[i]);
		under = threshold(model->mixture, fit->entered[i]) -
			round(loss / GAIN_UNIT) * GAIN_UNIT;
		if (under > most) {
			most = under;
			least = i;
		}
		memcpy(model->share, model->kept,
			model->n_sources * sizeof(*model->share));
		model_measure(model);
	}
	if (least == fit->n_entered)
		return false;
	leave(model, fit->entered[least]);
	model->in[fit->entered[least]] = false;
	fit->n_entered--;
	for (size_t i = least; i < fit->n_entered; i++)
		fit->entered[i] = fit->entered[i + 1];
	return true;
}

static void
run(struct model *model, struct mixture_fit *fit)
{
	double gains[MIXTURE_TIES_MAX];
	size_t source, suspects = 0;

	for (size_t s = 0; s < model->mixture->n_grounds; s++) {
		model->in[s] = true;
		model->share[s] = 1 / (double)model->mixture->n_grounds;
	}
	model_settle(model);
	while (fit->n_entered < MIXTURE_ENTER_MAX &&
		suspects < MIXTURE_SUSPECTS_MAX) {
		double gain;

		weigh_all(model);
		source = choose(model);
		if (source == model->n_sources)
			break;
		gain = model->gain[source];
		if (!enter(model, (uint32_t)source))
			break;
		fit->entered[fit->n_entered++] = (uint32_t)source;
		note_ties(model, source, gain, fit, gains);
		if (is_excuse(model->mixture, source)) {
			weigh_all(model);
			enter_excuses(model, fit);
		} else {
			suspects++;
		}
	}
	while (take_out(model, fit))
		;
	weigh_all(model);
	settle_ties(model, fit, gains);
	fit->ln_likelihood = model->ln_likelihood;
}

/* Numbers in range, and a ground for each item. */
static int
check(const struct model *model, struct fault *fault)
{
	const struct mixture *mixture = model->mixture;
	bool fine = mixture->fdr > 0 && mixture->fdr <= 1 &&
		mixture->suspects >= 1 && mixture->excuses >= 1;

	for (size_t s = 0; fine && s < model->n_sources; s++) {
		for (size_t i = mixture->starts[s];
			fine && i < mixture->starts[s + 1]; i++) {
			const struct mixture_hit *hit = &mixture->hits[i];

			fine = hit->item < mixture->n_items && hit->p > 0 &&
				hit->p <= 1;
			if (fine && s < mixture->n_grounds)
				model->p[hit->item] = 1;
		}
	}
	for (size_t i = 0; fine && i < mixture->n_items; i++)
		fine = model->p[i] > 0;
	return fine ? 0 :
		      fault_set(fault, FAULT_INTERNAL,
			      "a mixture's numbers are out of range");
}

int
mixture_fit(const struct mixture *mixture, struct mixture_fit *ret,
	struct fault *fault)
{
	size_t n = mixture->n_grounds + mixture->n_excuses +
		mixture->n_suspects;
	struct model model = { .mixture = mixture, .n_sources = n };
	struct mixture_fit fit = { 0 };
	int result = -1;

	model.share = memory_array(n, sizeof(*model.share));
	model.kept = memory_array(n, sizeof(*model.kept));
	model.gain = memory_array(n, sizeof(*model.gain));
	model.best = memory_array(n, sizeof(*model.best));
	model.in = memory_array(n, sizeof(*model.in));
	model.p = memory_array(mixture->n_items, sizeof(*model.p));
	model.taken = memory_array(mixture->n_items, sizeof(*model.taken));
	model.queue = memory_array(n, sizeof(*model.queue));
	if (model.taken == NULL || model.queue == NULL ||
		model.share == NULL || model.kept == NULL ||
		model.gain == NULL ||
		model.best == NULL || model.in == NULL || model.p == NULL) {
		fault_memory(fault);
		goto out;
	}
	if (check(&model, fault) != 0)
		goto out;
	if (mixture->n_items > 0)
		run(&model, &fit);
	for (size_t s = 0; s < mixture->n_grounds; s++)
		model.gain[s] = NAN;
	fit.threshold = log(mixture->suspects / mixture->fdr);
	fit.gain = model.gain;
	fit.share = model.share;
	fit.in = model.in;
	*ret = fit;
	model.gain = model.share = NULL;
	model.in = NULL;
	result = 0;
out:
	free(model.share);
	free(model.kept);
	free(model.gain);
	free(model.best);
	free(model.in);
	free(model.p);
	free(model.taken);
	free(model.queue);
	return result;
}

void
mixture_fit_free(struct mixture_fit *fit)
{
	free(fit->gain);
	free(fit->share);
	free(fit->in);
	*fit = (struct mixture_fit){ 0 };
}

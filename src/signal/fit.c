/* SPDX-License-Identifier: Apache-2.0 */
#include "signal/fit.h"

#include "base/memory.h"
#include "signal/curve.h"
#include "signal/special.h"

#define GOLDEN 0.381966011250105151795 /* (3 - √5)/2 */
#define TYPICAL 100.0
#define PRIOR_SD 1.5         /* of ln s */
#define GAP_MEAN (3 * LN_2)  /* of ln(s[0]/s[1]) */
#define GAP_SD 1.0
#define GAP_LEAST 0.4054651081081644 /* ln 1.5 */
#define EPSILON_LOW 0.001
#define EPSILON_HIGH 0.2
#define EPSILON_START 0.03
#define SPREAD_LOW 0.05
#define SPREAD_HIGH 1e6
#define REACH 1.5         /* of a round's search in ln s */
#define REACH_NEAR 0.4    /* … of the first round, if the start is near */
#define WITHIN 1e-4       /* of ln s */
#define WITHIN_START 0.05 /* … if it is but a start */
#define ENOUGH 1e-5       /* gain of a round, if nobody says */

enum { CALLS = 100, GRID = 9, ROUNDS = 20 };

/* Brent's minimiser of -f: x is best, w second, v the one before; d the last
 * step, e the one before it. */
struct brent {
	double low, high;
	double x, w, v, fx, fw, fv;
	double d, e;
};

/* The next step: to the top of the parabola through x, w and v if it lies
 * within and shrinks fast enough, otherwise into the larger part. */
static double
brent_step(struct brent *b, double within)
{
	double middle = (b->low + b->high) / 2, old = b->e;
	double r = (b->x - b->w) * (b->fx - b->fv);
	double q = (b->x - b->v) * (b->fx - b->fw);
	double p = (b->x - b->v) * q - (b->x - b->w) * r;

	q = 2 * (q - r);
	p = q > 0 ? -p : p;
	q = fabs(q);
	/* Not one comparison holds when an infinite f made a NaN. */
	if (fabs(old) > within && fabs(p) < fabs(q * old / 2) &&
		p > q * (b->low - b->x) && p < q * (b->high - b->x)) {
		b->e = b->d;
		b->d = p / q;
		if (b->x + b->d - b->low < 2 * within ||
			b->high - b->x - b->d < 2 * within)
			b->d = b->x < middle ? within : -within;
	} else {
		b->e = (b->x < middle ? b->high : b->low) - b->x;
		b->d = GOLDEN * b->e;
	}
	if (fabs(b->d) >= within)
		return b->x + b->d;
	return b->x + (b->d > 0 ? within : -within);
}

static void
brent_take(struct brent *b, double u, double fu)
{
	if (fu >= b->fx) {
		if (u < b->x)
			b->high = b->x;
		else
			b->low = b->x;
		b->v = b->w;
		b->fv = b->fw;
		b->w = b->x;
		b->fw = b->fx;
		b->x = u;
		b->fx = fu;
		return;
	}
	if (u < b->x)
		b->low = u;
	else
		b->high = u;
	if (fu >= b->fw || b->w == b->x) {
		b->v = b->w;
		b->fv = b->fw;
		b->w = u;
		b->fw = fu;
	} else if (fu >= b->fv || b->v == b->x || b->v == b->w) {
		b->v = u;
		b->fv = fu;
	}
}

double
maximise(double (*f)(double x, void *context), void *context, double lo,
	double hi, double within)
{
	double x = lo + GOLDEN * (hi - lo), fx = f(x, context), u, step;
	struct brent b = { lo, hi, x, x, x, fx, fx, fx, 0, 0 };

	for (int call = 1; call < CALLS; call++) {
		step = within / 3 + 1e-15 * fabs(b.x);
		if (fabs(b.x - (b.low + b.high) / 2) <=
			2 * step - (b.high - b.low) / 2)
			break;
		u = brent_step(&b, step);
		brent_take(&b, u, f(u, context));
	}
	return b.x;
}

double
fit_spread(double s, double extra)
{
	return extra > 0 ? 1 / (1 / s + extra) : s;
}

size_t
fit_informative(const struct fit_sample *sample)
{
	size_t count = 0;

	for (size_t i = 0; i < sample->n_users; i++) {
		if (isnan(sample->mean[i]) || sample->k[i] == 0)
			continue;
		if (sample->n != NULL ? sample->k[i] < sample->n[i]
				      : sample->mean[i] > 0)
			count++;
	}
	return count;
}

static double
square(double x)
{
	return x * x;
}

static double
ln_prior(const struct fit_sample *sample, double ln_s)
{
	double typical = sample->typical > 0 ? sample->typical : TYPICAL;

	return -0.5 * square((ln_s - log(typical)) / PRIOR_SD);
}

/* A one-component fit under way; ln has a place for each of the crowd. */
struct one {
	const struct fit_sample *sample;
	const struct crowd *crowd;
	double *ln;
};

static double
sum_of(const double *ln, size_t n)
{
	double sum = 0;

	for (size_t i = 0; i < n; i++)
		sum += ln[i];
	return sum;
}

static double
one_objective(double ln_s, void *context)
{
	const struct one *one = context;

	crowd_ln_pmf(one->crowd, exp(ln_s), one->ln);
	return ln_prior(one->sample, ln_s) + sum_of(one->ln, one->crowd->n);
}

static double
fit_one(const struct one *one, double within)
{
	struct one with = *one;
	double low = log(SPREAD_LOW), high = log(SPREAD_HIGH);
	double step = (high - low) / (GRID + 1), best = -INFINITY, value;
	double at = low;

	for (int i = 1; i <= GRID; i++) {
		value = one_objective(low + i * step, &with);
		if (value > best) {
			best = value;
			at = low + i * step;
		}
	}
	return exp(maximise(one_objective, &with, at - step, at + step,
		within));
}

/* A two-component fit under way: ln[c][i] is component c of user i at its
 * present spread. Of a search, `moving` is the component, `best` and best_value
 * what is best so far, and `trial` has room for the next. */
struct two {
	const struct fit_sample *sample;
	struct crowd crowd;
	double *ln[2], *best, *trial;
	double *room; /* owns them all */
	double ln_s[2], epsilon;
	double best_value;
	int moving;
	const struct curve *along; /* what trials are taken from */
	struct curve curves[2];
};

static double
two_prior(const struct two *two)
{
	double gap = two->ln_s[0] - two->ln_s[1];

	return ln_prior(two->sample, two->ln_s[0]) -
		0.5 * square((gap - GAP_MEAN) / GAP_SD) +
		0.5 * log(two->epsilon) + 19 * log1p(-two->epsilon);
}

/* ln likelihood of what the arrays hold, without priors. */
static double
two_likelihood(const struct two *two)
{
	return crowd_ln_mix(two->ln[0], two->ln[1], two->crowd.n,
		two->epsilon);
}

static void
two_fill(struct two *two, int component)
{
	crowd_ln_pmf(&two->crowd, exp(two->ln_s[component]),
		two->ln[component]);
}

static void
swap(double **x, double **y)
{
	double *z = *x;

	*x = *y;
	*y = z;
}

/* The best that was tried stays, as maximise() keeps it. */
static double
two_spread_objective(double ln_s, void *context)
{
	struct two *two = context;
	const double *other = two->ln[1 - two->moving];
	double value;

	two->ln_s[two->moving] = ln_s;
	curve_ln_pmf(two->along, ln_s, two->trial);
	value = (two->moving == 0 ?
			crowd_ln_mix(two->trial, other, two->crowd.n,
				two->epsilon) :
			crowd_ln_mix(other, two->trial, two->crowd.n,
				two->epsilon)) +
		two_prior(two);
	if (value >= two->best_value) {
		two->best_value = value;
		swap(&two->best, &two->trial);
	}
	return value;
}

static double
two_epsilon_objective(double ln_epsilon, void *context)
{
	struct two *two = context;

	two->epsilon = exp(ln_epsilon);
	return two_likelihood(two) + two_prior(two);
}

/* A curve is drawn about where a component is, with room for the next
 * searches. */
static const struct curve *
two_curve(struct two *two, int component, double low, double high)
{
	struct curve *curve = &two->curves[component];
	double half = (high - low) / 2;
	double room = fmin(half / 4, CURVE_HALF_MOST - half);

	if (!curve_covers(curve, low, high))
		curve_draw(curve, &two->crowd, low - room, high + room);
	return curve;
}

/* Search one spread about where it is; keep the old one if nothing better was
 * found. Returns how far it went. */
static double
two_move(struct two *two, int component, double reach, double *objective)
{
	double old = two->ln_s[component], low = old - reach;
	double high = old + reach, at;

	two->moving = component;
	two->best_value = -INFINITY;
	if (component == 0)
		low = fmax(low, two->ln_s[1] + GAP_LEAST);
	else
		high = fmin(high, two->ln_s[0] - GAP_LEAST);
	low = fmax(low, log(SPREAD_LOW) - 2 * GAP_MEAN);
	high = fmin(high, log(SPREAD_HIGH));
	if (high <= low)
		return 0;
	two->along = two_curve(two, component, low, high);
	at = maximise(two_spread_objective, two, low, high, 1e-3);
	two->ln_s[component] = old;
	if (two->best_value < *objective)
		return 0;
	*objective = two->best_value;
	two->ln_s[component] = at;
	swap(&two->ln[component], &two->best);
	return fabs(at - old);
}

static void
two_move_epsilon(struct two *two, double *objective)
{
	double old = two->epsilon, at, value;

	at = maximise(two_epsilon_objective, two, log(EPSILON_LOW),
		log(EPSILON_HIGH), 1e-3);
	value = two_epsilon_objective(at, two);
	if (value < *objective)
		two->epsilon = old;
	else
		*objective = value;
}

static void
two_climb(struct two *two, double first_reach)
{
	double reach[2] = { first_reach, first_reach }, objective, before;
	double enough = two->sample->enough > 0 ? two->sample->enough : ENOUGH;

	two_fill(two, 0);
	two_fill(two, 1);
	objective = two_likelihood(two) + two_prior(two);
	for (int round = 0; round < ROUNDS; round++) {
		before = objective;
		two_move_epsilon(two, &objective);
		for (int c = 1; c >= 0; c--)
			reach[c] = fmin(REACH, fmax(0.05,
				3 * two_move(two, c, reach[c], &objective)));
		if (objective - before < enough)
			break;
	}
}

static int
two_init(struct two *two, const struct fit_sample *sample, bool counts,
	struct fault *fault)
{
	*two = (struct two){ .sample = sample };
	if (crowd_make(sample, counts, &two->crowd, fault) != 0)
		return -1;
	two->room = memory_unset(two->crowd.n, 4 * sizeof(double));
	if (two->room == NULL)
		return fault_memory(fault);
	two->ln[0] = two->room;
	two->ln[1] = two->ln[0] + two->crowd.n;
	two->best = two->ln[1] + two->crowd.n;
	two->trial = two->best + two->crowd.n;
	for (int c = 0; c < 2; c++)
		if (curve_init(&two->curves[c], two->crowd.n, fault) != 0)
			return -1;
	return 0;
}

static void
two_free(struct two *two)
{
	crowd_free(&two->crowd);
	curve_free(&two->curves[0]);
	curve_free(&two->curves[1]);
	free(two->room);
}

static double
two_fit_one(const struct two *two, double within)
{
	struct one one = { two->sample, &two->crowd, two->ln[0] };

	return fit_one(&one, within);
}

/* Returns how far to search at first. */
static double
two_set_out(struct two *two)
{
	const struct fit_mix *from = two->sample->from;

	if (from != NULL) {
		two->ln_s[0] = log(from->s[0]);
		two->ln_s[1] = log(from->s[1]);
		two->epsilon = from->epsilon;
		return REACH_NEAR;
	}
	two->ln_s[0] = log(two_fit_one(two, WITHIN_START));
	two->ln_s[1] = two->ln_s[0] - GAP_MEAN;
	two->epsilon = EPSILON_START;
	return REACH;
}

static int
fit_alone(const struct fit_sample *sample, bool counts, double *ret,
	struct fault *fault)
{
	struct two two;
	int result = two_init(&two, sample, counts, fault);

	if (result == 0)
		*ret = two_fit_one(&two, WITHIN);
	two_free(&two);
	return result;
}

static int
fit_two(const struct fit_sample *sample, bool counts, struct fit_mix *ret,
	struct fault *fault)
{
	struct two two;
	int result = two_init(&two, sample, counts, fault);

	if (result == 0) {
		two_climb(&two, two_set_out(&two));
		*ret = (struct fit_mix){
			.s = { exp(two.ln_s[0]), exp(two.ln_s[1]) },
			.epsilon = two.epsilon };
	}
	two_free(&two);
	return result;
}

int
beta_binomial_fit(const struct fit_sample *sample, double *ret,
	struct fault *fault)
{
	return fit_alone(sample, false, ret, fault);
}

int
neg_binomial_fit(const struct fit_sample *sample, double *ret,
	struct fault *fault)
{
	return fit_alone(sample, true, ret, fault);
}

int
beta_binomial_fit_mix(const struct fit_sample *sample, struct fit_mix *ret,
	struct fault *fault)
{
	return fit_two(sample, false, ret, fault);
}

int
neg_binomial_fit_mix(const struct fit_sample *sample, struct fit_mix *ret,
	struct fault *fault)
{
	return fit_two(sample, true, ret, fault);
}

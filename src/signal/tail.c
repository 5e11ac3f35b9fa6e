/* SPDX-License-Identifier: Apache-2.0 */
#include "signal/tail.h"

#include "signal/broad.h"
#include "signal/law-lanes.h"
#include "signal/special.h"

#define NEGLIGIBLE 1e-13  /* of a sum */
/* Counts: from one to the next, doubles are exact. */
#define MOST_COUNT 4e15
/* Above it 1 - P would cost digits. */
#define MOST_BELOW 0.9

/* How much f may fall along a panel, and how much its logarithm may bend (the
 * outer nodes' product over that of the inner ones) for eight nodes to be exact
 * enough: while there is much of it, and when there is little. */
struct straight {
	double fall, bend;
};
static const struct straight straight_much = { 0.027, 0.6 };
static const struct straight straight_little = { 5e-4, 0.2 };
#define LITTLE 1e-6 /* of f where the sum begins */
#define PANEL_LEAST 8.0

enum {
	CHUNK_FIRST = 8,  /* terms between two looks at what is left */
	CHUNK_MOST = 256,
	DIRECT = 512,     /* terms taken before integration is thought of */
	WORTH = 3072,     /* terms that an integral may cost */
	MARGIN = 128,     /* terms at the ends of a law: never integrated */
	TELLING = 4096,   /* terms that may tell that a tail is large */
};

static inline double
at_least(double x, double least)
{
	return x > least ? x : least;
}

static double
eight_runs_plain(const struct law *law, double x, double step, unsigned len,
	double *t)
{
	return step > 0 ? eight_runs(law, x, 1, len, t) :
			  eight_runs(law, x, -1, len, t);
}

LANES_WIDE static double
eight_runs_wide(const struct law *law, double x, double step, unsigned len,
	double *t)
{
	return step > 0 ? eight_runs(law, x, 1, len, t) :
			  eight_runs(law, x, -1, len, t);
}

/* The sum of `terms` terms from x on, the first of them *t; *t becomes the
 * term that follows. */
static double
add_terms(const struct law *law, double x, double step, unsigned terms,
	double *t)
{
	unsigned len = terms / EIGHT;
	double sum = 0;

	if (len > 0)
		sum = LANES_CALL_BROAD(eight_runs, law, x, step, len, t);
	x += step * (len * EIGHT);
	for (unsigned i = len * EIGHT; i < terms; i++, x += step) {
		sum += *t;
		if (step > 0)
			*t *= law_ratio(law, x);
		else
			*t /= law_ratio(law, x - 1);
	}
	return sum;
}

/* The least that f falls by from x on, as a share of it; 0: who knows. Of the
 * two factors of a ratio of neighbours, each falls along the way or comes
 * nearer to 1. */
static double
least_fall(const struct law *law, double x, double step)
{
	double low = step > 0 ? x : x - 1;
	double a = law->u0 + law->u1 * low, b = low + 1;
	double c = law->v0 - law->v1 * low;
	double d = (law->w0 - law->w1 * low) + law->w2, first, second;

	if (step > 0) {
		if (law->w1 > 0 && law->w2 < 1)
			return 0;
		first = law->u1 > 0 && a < b ? 1 : a / b;
		return 1 - first * (c / d);
	}
	if (law->u1 > 0 && law->u0 < 1)
		return 0;
	second = law->w1 > 0 && d < c ? 1 : d / c;
	return 1 - b / a * second;
}

/* The sum of f from x to `to` is at most term / fall, term = f(x). */
static double
fall_of(const struct law *law, double x, double to)
{
	double fall = least_fall(law, x, to < x ? -1 : 1);

	return at_least(fall, 1 / (fabs(to - x) + 1));
}

/* Is it nothing beside `sum`? */
static bool
is_negligible(const struct law *law, double term, double x, double to,
	double sum)
{
	return term <= 0 || term <= NEGLIGIBLE * sum * fall_of(law, x, to);
}

static void
eight_values_plain(const struct law *law, double unit, const double *x,
	double *ret)
{
	eight_values(law, unit, x, ret);
}

LANES_WIDE static void
eight_values_wide(const struct law *law, double unit, const double *x,
	double *ret)
{
	eight_values(law, unit, x, ret);
}

/* f in units of e^unit. */
static void
find_values(const struct law *law, double unit, const double x[EIGHT],
	double ret[EIGHT])
{
	if (law->by_lanes) {
		LANES_CALL_BROAD(eight_values, law, unit, x, ret);
		return;
	}
	for (size_t i = 0; i < EIGHT; i++)
		ret[i] = exp(law->ln_pmf(law, x[i]) - unit);
}

/* An integral of f in units of e^unit over the panel from x to x + h (h < 0
 * as well): Gauss and Legendre, eight nodes (DLMF 3.5), and f there. */
static double
panel(const struct law *law, double unit, double x, double h, double f[EIGHT])
{
	static const double at[EIGHT] = { -0.96028985649753623168,
		-0.79666647741362673959, -0.52553240991632898582,
		-0.18343464249564980494, 0.18343464249564980494,
		0.52553240991632898582, 0.79666647741362673959,
		0.96028985649753623168 };
	static const double weight[EIGHT / 2] = { 0.10122853629037625915,
		0.22238103445337447054, 0.31370664587788728734,
		0.36268378337836198297 };
	double nodes[EIGHT], sum = 0;

	for (size_t i = 0; i < EIGHT; i++)
		nodes[i] = x + h / 2 + at[i] * h / 2;
	find_values(law, unit, nodes, f);
	for (size_t i = 0; i < EIGHT / 2; i++)
		sum += weight[i] * (f[i] + f[EIGHT - 1 - i]);
	return sum * fabs(h) / 2;
}

/* What Euler and Maclaurin add to an integral that begins at `edge`, between
 * two whole numbers, and goes by step: f'/24 - 7 f'''/5760, by differences. */
static double
edge_term(const struct law *law, double unit, double edge, double step)
{
	double at[EIGHT], f[EIGHT], first, third;

	for (int i = 0; i < EIGHT; i++)
		at[i] = edge + step * (i % 4 - 1.5);
	find_values(law, unit, at, f);
	first = f[2] - f[1];
	third = f[3] - 3 * first - f[0];
	return first / 24 - third * 17 / 5760;
}

/* Is f straight enough along so many panels like this one? */
static bool
is_straight(const double f[EIGHT], unsigned panels)
{
	const struct straight *most = f[0] > LITTLE ? &straight_much :
						      &straight_little;
	double fall = f[EIGHT - 1] / f[0];
	double bend = f[0] / f[EIGHT / 2 - 1] *
		(f[EIGHT - 1] / f[EIGHT / 2]);

	if (panels == 2) {
		fall *= fall;
		bend *= bend * bend * bend; /* as the square of its length */
	}
	return fall >= most->fall && bend >= most->bend;
}

/* The longest panel at `edge` on which f is as good as a polynomial: not
 * longer than the way from the end behind, half the way to the end ahead. */
static double
panel_most(const struct law *law, double edge, double step)
{
	double behind = edge, ahead = law->last - edge, swap;

	if (step < 0) {
		swap = behind;
		behind = ahead;
		ahead = swap;
	}
	ahead /= 2;
	return behind < ahead ? behind : ahead;
}

/* The sum of f from x to `stop` in units of e^unit, f falling, smooth and
 * away from its ends. *sum, what is there already, grows; it ends early when
 * the rest to `to` is negligible. True: reached stop. */
static bool
add_smooth(const struct law *law, double unit, double x, double stop, double to,
	double *sum)
{
	double step = stop < x ? -1 : 1;
	double edge = x - step / 2, end = stop + step / 2;
	double h = 1 / fabs(1 - law_ratio(law, x)), f[EIGHT], part, left;

	*sum += edge_term(law, unit, edge, step);
	for (;;) {
		left = fabs(end - edge);
		h = fmax(fmin(h, panel_most(law, edge, step)), PANEL_LEAST);
		h = fmin(h, left);
		part = panel(law, unit, edge, step * h, f);
		if (h > PANEL_LEAST && !is_straight(f, 1)) {
			h /= 2;
			continue;
		}
		*sum += part;
		if (h == left)
			break;
		/* NaN, or so far that there is no next number: for ever */
		if (!(f[EIGHT - 1] > 0) || edge + step * h == edge)
			return false;
		edge += step * h;
		/* f is less at the edge */
		if (is_negligible(law, f[EIGHT - 1], edge, to, *sum))
			return false;
		if (is_straight(f, 2))
			h *= 2;
	}
	*sum -= edge_term(law, unit, end, step);
	return true;
}

/* Is the stretch from x to stop long enough, and f slow enough there, to
 * integrate? A tail whose ratio is 1-g has about 37/g terms to go. */
static bool
worth_integrating(const struct law *law, double x, double stop)
{
	double g = fabs(1 - law_ratio(law, x));

	return x >= MARGIN && x <= law->last - MARGIN &&
		fabs(stop - x) > WORTH && g * WORTH < 37;
}

/* The sum of f from `from` to `to` (either may be the larger), where f falls
 * all the way, in units of f(from). */
static double
falling_sum(struct law *law, double from, double to)
{
	double unit = NAN, sum = 0, t = 1, x = from;
	double step = to < from ? -1 : 1, stop = to, left;
	unsigned chunk = CHUNK_FIRST, direct = 0;

	if (stop < MARGIN && step < 0)
		stop = MARGIN;
	if (stop > law->last - MARGIN && step > 0)
		stop = law->last - MARGIN;
	for (;;) {
		left = fabs(to - x) + 1;
		if (left <= chunk) {
			sum += add_terms(law, x, step, (unsigned)left - 1, &t);
			sum += t;
			break;
		}
		sum += add_terms(law, x, step, chunk, &t);
		x += step * chunk;
		direct += chunk;
		if (is_negligible(law, t, x, to, sum))
			break;
		chunk = chunk < CHUNK_MOST ? chunk * 2 : CHUNK_MOST;
		if (direct < DIRECT || !worth_integrating(law, x, stop))
			continue;
		if (isnan(unit))
			unit = law_ln(law, from);
		law_settle(law);
		if (!add_smooth(law, unit, x, stop, to, &sum) || stop == to)
			break;
		x = stop + step;
		t = exp(law->ln_pmf(law, x) - unit);
	}
	return sum;
}

/* The same in logarithms. */
static double
ln_stretch(struct law *law, double from, double to)
{
	double unit = law_ln(law, from);

	return unit == -INFINITY ? -INFINITY :
				   unit + log(falling_sum(law, from, to));
}

/* The same over all that is beside k, f(k) known and not 0, in units of it, if
 * f falls all the way from k; else NaN. */
static double
sum_above(struct law *law, double k)
{
	if (k >= law->last)
		return 0;
	if (law->trough || law->turn > k + 1 || law_is_fixed(law))
		return NAN;
	return law_ratio(law, k) * falling_sum(law, k + 1, law->last);
}

static double
sum_below(struct law *law, double k)
{
	if (k < 1)
		return 0;
	if (law->trough || law->turn < k - 1 || law_is_fixed(law))
		return NAN;
	return falling_sum(law, k - 1, 0) / law_ratio(law, k - 1);
}

/* ln P(low <= X <= high) */
static double
ln_range(struct law *law, double low, double high)
{
	double turn = law->turn;

	if (low > high)
		return -INFINITY;
	if (law_is_fixed(law))
		return low <= law->mean && law->mean <= high ? 0 : -INFINITY;
	if (law->trough) {
		if (turn >= high)
			return ln_stretch(law, low, high);
		if (turn < low)
			return ln_stretch(law, high, low);
		return ln_add(ln_stretch(law, low, turn),
			ln_stretch(law, high, turn + 1));
	}
	if (turn >= high)
		return ln_stretch(law, high, low);
	if (turn <= low)
		return ln_stretch(law, low, high);
	return ln_add(ln_stretch(law, turn, low),
		ln_stretch(law, turn + 1, high));
}

/* Is the sum better taken below k? An endless law has about 37/fall1 terms to
 * go above. */
static bool
is_below(const struct law *law, double k)
{
	return k + 1 <= law->mean ||
		(law->last == INFINITY && k * law->fall1 < 9);
}

/* What is beside k, which is not beyond the law: ln P(X < k), or ln P(X > k). */
struct side {
	double ln, ln_pmf;
	bool below;
};

/* ln_pmf: of k, NaN if it is not known. */
static struct side
find_side(struct law *law, double k, double ln_pmf)
{
	struct side side = { .ln_pmf = ln_pmf, .below = is_below(law, k) };

	if (isnan(ln_pmf))
		side.ln_pmf = law_ln(law, k);
	law->at = isfinite(side.ln_pmf) ? k : NAN;
	law->ln_at = side.ln_pmf;
	if (side.below) {
		side.ln = ln_range(law, 0, k - 1);
		/* A skewed law may have nearly all its mass below its mean,
		 * where subtraction from 1 would cost digits. */
		side.below = ln_add(side.ln, side.ln_pmf) <= -0.1;
	}
	if (!side.below)
		side.ln = ln_range(law, k + 1, law->last);
	return side;
}

static double
part_of(const struct side *side, uint64_t count, enum tail_part part)
{
	double ln, half = side->ln_pmf - LN_2;

	if (count == 0 && part == TAIL_UPPER)
		return 0;
	if (part == TAIL_MID)
		ln = ln_add(side->ln, half);
	else if (side->below == (part == TAIL_ABOVE))
		ln = ln_add(side->ln, side->ln_pmf);
	else
		ln = side->ln;
	return fmin(side->below ? ln_one_minus(ln) : ln, 0);
}

static double
count_of(const struct law *law, uint64_t count)
{
	return law->last < INFINITY ? (double)count :
				      fmin((double)count, MOST_COUNT);
}

static void
law_tail(struct law *law, uint64_t count, double ln_pmf, struct tail *ret)
{
	struct side side;

	*ret = (struct tail){ -INFINITY, -INFINITY, -INFINITY };
	if ((double)count > law->last)
		return;
	side = find_side(law, count_of(law, count), ln_pmf);
	ret->ln_upper = part_of(&side, count, TAIL_UPPER);
	ret->ln_above = part_of(&side, count, TAIL_ABOVE);
	ret->ln_mid = part_of(&side, count, TAIL_MID);
}

/* One part of that, with no more logarithms than it takes. */
static double
law_ln_tail(struct law *law, uint64_t count, double ln_pmf,
	enum tail_part part)
{
	static const double part_of_k[] = { [TAIL_ABOVE] = 0, [TAIL_MID] = 0.5,
		[TAIL_UPPER] = 1 };
	double k = count_of(law, count), of_k = part_of_k[part], side = NAN;
	double pmf;
	struct side beside;

	if ((double)count > law->last)
		return -INFINITY;
	if (count == 0 && part == TAIL_UPPER)
		return 0;
	/* half of f(0) is taken from 1 without a loss */
	if (count == 0 && part == TAIL_MID && !isnan(ln_pmf))
		return log1p(-0.5 * exp(ln_pmf));
	if (isfinite(ln_pmf)) {
		law->at = k;
		law->ln_at = ln_pmf;
		if (is_below(law, k)) {
			side = sum_below(law, k);
			pmf = exp(ln_pmf);
			if (pmf * (side + 1) < MOST_BELOW)
				return log1p(-pmf * (side + (1 - of_k)));
		}
		if (!is_below(law, k) || !isnan(side)) {
			side = sum_above(law, k);
			if (!isnan(side))
				return fmin(0, ln_pmf + log(side + of_k));
		}
	}
	beside = find_side(law, k, ln_pmf);
	return part_of(&beside, count, part);
}

bool
beta_binomial_exceeds(uint64_t k, uint64_t n, double a, double b,
	double ln_pmf, double ln_p)
{
	double enough = exp(ln_p - ln_pmf), t = 1, sum = 0, x = (double)k;
	unsigned chunk = CHUNK_FIRST, terms = 0;
	struct law law;

	if (k >= n || !(ln_pmf > -INFINITY))
		return false;
	law_beta_binomial(&law, n, a, b);
	while (terms < TELLING && x + chunk <= law.last) {
		double fall;

		sum += add_terms(&law, x, 1, chunk, &t);
		x += chunk;
		terms += chunk;
		if (sum > enough)
			return true;
		/* if they went on to fall like that, would it be enough? */
		fall = 1 - law_ratio(&law, x - 1);
		if (fall > 0 && sum + t / fall < enough)
			return false;
		chunk = chunk < CHUNK_MOST ? chunk * 2 : CHUNK_MOST;
	}
	return false;
}

static double
law_ln_pmf(struct law *law, uint64_t count)
{
	double k = (double)count;

	return k > law->last ? -INFINITY : fmin(law_ln(law, k), 0);
}

double
binomial_ln_pmf(uint64_t k, uint64_t n, double p)
{
	struct law law;

	law_binomial(&law, n, p);
	return law_ln_pmf(&law, k);
}

double
beta_binomial_ln_pmf(uint64_t k, uint64_t n, double a, double b)
{
	struct law law;

	law_beta_binomial(&law, n, a, b);
	return law_ln_pmf(&law, k);
}

double
poisson_ln_pmf(uint64_t x, double mean)
{
	struct law law;

	law_poisson(&law, mean);
	return law_ln_pmf(&law, x);
}

double
neg_binomial_ln_pmf(uint64_t x, double mean, double size)
{
	struct law law;

	law_neg_binomial(&law, mean, size);
	return law_ln_pmf(&law, x);
}

void
binomial_tail(uint64_t k, uint64_t n, double p, struct tail *ret)
{
	struct law law;

	law_binomial(&law, n, p);
	law_tail(&law, k, NAN, ret);
}

void
beta_binomial_tail(uint64_t k, uint64_t n, double a, double b,
	struct tail *ret)
{
	struct law law;

	law_beta_binomial(&law, n, a, b);
	law_tail(&law, k, NAN, ret);
}

void
poisson_tail(uint64_t x, double mean, struct tail *ret)
{
	struct law law;

	law_poisson(&law, mean);
	law_tail(&law, x, NAN, ret);
}

void
neg_binomial_tail(uint64_t x, double mean, double size, struct tail *ret)
{
	struct law law;

	law_neg_binomial(&law, mean, size);
	law_tail(&law, x, NAN, ret);
}

/* (1-epsilon) F + epsilon G; either may be weightless. */
static double
mix_ln(double f, double g, double epsilon)
{
	return fmin(0, ln_add(log1p(-epsilon) + f, log(epsilon) + g));
}

static void
mix_tails(const struct tail part[2], double epsilon, struct tail *ret)
{
	*ret = (struct tail){
		mix_ln(part[0].ln_upper, part[1].ln_upper, epsilon),
		mix_ln(part[0].ln_above, part[1].ln_above, epsilon),
		mix_ln(part[0].ln_mid, part[1].ln_mid, epsilon) };
}

static void
law_beta_binomial_of(struct law *law, uint64_t n, double mean, double s)
{
	mean = law_clip(mean, 0, 1);
	s = law_clip(s, LAW_LEAST_SHAPE, LAW_MOST_SHAPE);
	law_beta_binomial(law, n, mean * s, (1 - mean) * s);
}

void
beta_binomial_mix_tail(uint64_t k, uint64_t n, double mean, const double s[2],
	double epsilon, struct tail *ret)
{
	struct tail part[2] = { { 0, 0, 0 }, { 0, 0, 0 } };
	struct law law;

	epsilon = law_clip(epsilon, 0, 1);
	for (int i = 0; i < 2; i++) {
		if (!(i == 0 ? epsilon < 1 : epsilon > 0))
			continue;
		law_beta_binomial_of(&law, n, mean, s[i]);
		law_tail(&law, k, NAN, &part[i]);
	}
	mix_tails(part, epsilon, ret);
}

void
neg_binomial_mix_tail(uint64_t x, double mean, const double size[2],
	double epsilon, struct tail *ret)
{
	struct tail part[2] = { { 0, 0, 0 }, { 0, 0, 0 } };
	struct law law;

	epsilon = law_clip(epsilon, 0, 1);
	for (int i = 0; i < 2; i++) {
		if (!(i == 0 ? epsilon < 1 : epsilon > 0))
			continue;
		law_neg_binomial(&law, mean, size[i]);
		law_tail(&law, x, NAN, &part[i]);
	}
	mix_tails(part, epsilon, ret);
}

double
beta_binomial_mix_ln(uint64_t k, uint64_t n, double mean, const double s[2],
	const struct tail_mix *mix, enum tail_part part)
{
	double ln[2];
	struct law law;

	for (int i = 0; i < 2; i++) {
		law_beta_binomial_of(&law, n, mean, s[i]);
		ln[i] = law_ln_tail(&law, k, mix->ln_pmf[i], part);
	}
	return fmin(0, ln_add(mix->most + ln[0], mix->few + ln[1]));
}

double
neg_binomial_mix_ln(uint64_t x, double mean, const double size[2],
	const struct tail_mix *mix, enum tail_part part)
{
	double ln[2];
	struct law law;

	for (int i = 0; i < 2; i++) {
		law_neg_binomial(&law, mean, size[i]);
		ln[i] = law_ln_tail(&law, x, mix->ln_pmf[i], part);
	}
	return fmin(0, ln_add(mix->most + ln[0], mix->few + ln[1]));
}

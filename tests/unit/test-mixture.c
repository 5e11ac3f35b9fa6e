/* SPDX-License-Identifier: Apache-2.0 */
/* Who accounts for a list, on lists where one can tell. */
#include "rank/mixture.h"

#include "random.h"
#include "unit.h"

enum { MOST_ITEMS = 400, MOST_SOURCES = 40, MOST_HITS = 8000 };

/* A mixture in the making: sources are added in order. */
struct making {
	struct mixture mixture;
	size_t starts[MOST_SOURCES + 1], n;
	struct mixture_hit hits[MOST_HITS];
};

static void
making_begin(struct making *making, size_t n_items)
{
	*making = (struct making){ .mixture = { .n_items = n_items,
					   .suspects = 1000, .excuses = 1000,
					   .fdr = 0.05 } };
	making->mixture.starts = making->starts;
	making->mixture.hits = making->hits;
}

static void
add_hit(struct making *making, uint32_t item, double p)
{
	size_t *end = &making->starts[making->n + 1];

	assert_true(*end < MOST_HITS);
	making->hits[(*end)++] = (struct mixture_hit){ item, p };
}

/* Items from `first` to before `end`, each with p; returns its number. */
static uint32_t
add_source(struct making *making, size_t *count, uint32_t first, uint32_t end,
	double p)
{
	for (uint32_t item = first; item < end; item++)
		add_hit(making, item, p);
	making->n++;
	(*count)++;
	making->starts[making->n + 1] = making->starts[making->n];
	return (uint32_t)making->n - 1;
}

static void
add_ground(struct making *making, double p)
{
	add_source(making, &making->mixture.n_grounds, 0,
		(uint32_t)making->mixture.n_items, p);
}

static uint32_t
add_suspect(struct making *making, uint32_t first, uint32_t end, double size)
{
	return add_source(making, &making->mixture.n_suspects, first, end,
		1 / size);
}

static uint32_t
add_excuse(struct making *making, uint32_t first, uint32_t end, double size)
{
	return add_source(making, &making->mixture.n_excuses, first, end,
		1 / size);
}

static struct mixture_fit
fit_of(const struct making *making)
{
	struct mixture_fit fit;
	struct fault fault = { 0 };

	assert_int_equal(mixture_fit(&making->mixture, &fit, &fault), 0);
	return fit;
}

/* The log-likelihood, item by item, as one would write it down. */
static double
naive_likelihood(const struct making *making, const double *share)
{
	double sum = 0;

	for (size_t item = 0; item < making->mixture.n_items; item++) {
		double p = 0;

		for (size_t s = 0; s < making->n; s++) {
			for (size_t i = making->starts[s];
				i < making->starts[s + 1]; i++)
				if (making->hits[i].item == item)
					p += share[s] * making->hits[i].p;
		}
		sum += log(p);
	}
	return sum;
}

/* The most that source s could add, by trying shares. */
static double
naive_gain(const struct making *making, const double *share, size_t s)
{
	double before = naive_likelihood(making, share), most = 0;
	double with[MOST_SOURCES];

	for (int step = 1; step < 200; step++) {
		double part = step / 200.0, gain;

		for (size_t k = 0; k < making->n; k++)
			with[k] = share[k] * (1 - part);
		with[s] += part;
		gain = naive_likelihood(making, with) - before;
		if (gain > most)
			most = gain;
	}
	return most;
}

static void
finds_one_leaker(void **state)
{
	struct making making;
	struct mixture_fit fit;
	uint32_t seller, honest;

	(void)state;
	making_begin(&making, 300);
	add_ground(&making, 1e-5);
	honest = add_suspect(&making, 0, 3, 900);
	seller = add_suspect(&making, 2, 62, 500);
	fit = fit_of(&making);
	assert_int_equal(fit.n_entered, 1);
	assert_int_equal(fit.entered[0], seller);
	assert_true(fit.in[seller] && !fit.in[honest]);
	assert_true(fit.gain[seller] > 100);
	assert_true(fit.gain[honest] < fit.threshold);
	assert_true(fabs(fit.share[seller] - 60 / 300.0) < 0.01);
	assert_true(fit.share[honest] == 0);
	assert_true(isnan(fit.gain[0]));
	assert_true(fabs(fit.share[0] + fit.share[seller] - 1) < 1e-9);
	assert_true(fabs(fit.threshold - log(1000 / 0.05)) < 1e-12);
	mixture_fit_free(&fit);
}

static void
finds_two_who_overlap(void **state)
{
	struct making making;
	struct mixture_fit fit;
	uint32_t first, second;

	(void)state;
	making_begin(&making, 300);
	add_ground(&making, 1e-5);
	first = add_suspect(&making, 0, 60, 500);
	second = add_suspect(&making, 40, 90, 500);
	add_suspect(&making, 40, 60, 2000);
	fit = fit_of(&making);
	assert_int_equal(fit.n_entered, 2);
	assert_int_equal(fit.entered[0], first);
	assert_int_equal(fit.entered[1], second);
	assert_true(fit.gain[first] > fit.gain[second]);
	assert_true(fabs(fit.share[first] + fit.share[second] - 90 / 300.0) <
		0.01);
	assert_int_equal(fit.n_ties, 0);
	mixture_fit_free(&fit);
}

/* All have asked for all: of those nobody stands out, busy or not. */
static void
accuses_nobody_of_what_all_asked_for(void **state)
{
	struct making making;
	struct mixture_fit fit;

	(void)state;
	making_begin(&making, 100);
	add_ground(&making, 1 / 150.0);
	for (uint32_t i = 0; i < 30; i++)
		add_suspect(&making, 0, 100 - i, 200 + 100 * i);
	fit = fit_of(&making);
	assert_int_equal(fit.n_entered, 0);
	for (size_t s = 1; s < making.n; s++)
		assert_true(fit.gain[s] == 0);
	mixture_fit_free(&fit);
}

static void
names_ties(void **state)
{
	struct making making;
	struct mixture_fit fit;
	uint32_t one, other;

	(void)state;
	making_begin(&making, 300);
	add_ground(&making, 1e-5);
	add_suspect(&making, 100, 140, 500);
	one = add_suspect(&making, 0, 60, 500);
	other = add_suspect(&making, 0, 60, 505);
	fit = fit_of(&making);
	assert_int_equal(fit.n_entered, 2);
	assert_int_equal(fit.n_ties, 1);
	assert_int_equal(fit.ties[0].source, one);
	assert_int_equal(fit.ties[0].other, other);
	assert_true(fit.gain[other] < 1);
	mixture_fit_free(&fit);
}

/* A hub that covers two sellers comes first, and is not needed after them. */
static void
takes_out_whom_others_replace(void **state)
{
	struct making making;
	struct mixture_fit fit;
	uint32_t hub, first, second;

	(void)state;
	making_begin(&making, 300);
	add_ground(&making, 1e-5);
	hub = add_suspect(&making, 0, 80, 1000);
	first = add_suspect(&making, 0, 40, 100);
	second = add_suspect(&making, 40, 80, 101);
	fit = fit_of(&making);
	assert_int_equal(fit.n_entered, 2);
	assert_int_equal(fit.entered[0], first);
	assert_int_equal(fit.entered[1], second);
	assert_false(fit.in[hub]);
	assert_true(fit.share[hub] == 0);
	assert_true(fit.gain[hub] < fit.threshold);
	mixture_fit_free(&fit);
}

static void
excuses_whom_a_case_explains(void **state)
{
	struct making making;
	struct mixture_fit fit;
	uint32_t officer, seller, caseref;

	(void)state;
	making_begin(&making, 300);
	add_ground(&making, 1e-5);
	caseref = add_excuse(&making, 0, 40, 42);
	officer = add_suspect(&making, 0, 38, 400);
	seller = add_suspect(&making, 35, 80, 400);
	fit = fit_of(&making);
	assert_int_equal(fit.n_entered, 2);
	assert_true(fit.in[caseref] && fit.in[seller]);
	assert_false(fit.in[officer]);
	mixture_fit_free(&fit);
}

static void
needs_three_items(void **state)
{
	struct making making;
	struct mixture_fit fit;

	(void)state;
	making_begin(&making, 3);
	add_ground(&making, 1e-9);
	add_suspect(&making, 0, 2, 2);
	fit = fit_of(&making);
	assert_int_equal(fit.n_entered, 0);
	assert_true(fit.gain[1] > fit.threshold);
	mixture_fit_free(&fit);
	making_begin(&making, 3);
	add_ground(&making, 1e-9);
	add_suspect(&making, 0, 3, 3);
	fit = fit_of(&making);
	assert_int_equal(fit.n_entered, 1);
	mixture_fit_free(&fit);
}

static void
bears_an_empty_list(void **state)
{
	struct making making;
	struct mixture_fit fit;

	(void)state;
	making_begin(&making, 0);
	fit = fit_of(&making);
	assert_int_equal(fit.n_entered, 0);
	mixture_fit_free(&fit);
	add_ground(&making, 1);
	add_suspect(&making, 0, 0, 7);
	fit = fit_of(&making);
	assert_int_equal(fit.n_entered, 0);
	assert_true(fit.share[1] == 0 && fit.gain[1] == 0);
	mixture_fit_free(&fit);
}

static void
refuses_what_is_out_of_range(void **state)
{
	struct making making;
	struct mixture_fit fit;
	struct fault fault = { 0 };

	(void)state;
	making_begin(&making, 5);
	add_source(&making, &making.mixture.n_grounds, 0, 4, 0.1);
	assert_int_equal(mixture_fit(&making.mixture, &fit, &fault), -1);
	assert_int_equal(fault.code, FAULT_INTERNAL);
	making_begin(&making, 5);
	add_ground(&making, 0.1);
	making.mixture.fdr = 0;
	fault = (struct fault){ 0 };
	assert_int_equal(mixture_fit(&making.mixture, &fit, &fault), -1);
	making.mixture.fdr = 0.05;
	making.hits[2].p = NAN;
	fault = (struct fault){ 0 };
	assert_int_equal(mixture_fit(&making.mixture, &fit, &fault), -1);
	making.hits[2].p = 0.1;
	making.hits[2].item = 5;
	fault = (struct fault){ 0 };
	assert_int_equal(mixture_fit(&making.mixture, &fit, &fault), -1);
}

/* Two grounds, some excuses and suspects with random sets; some leak. The
 * suspects come in the order of `place`. */
static void
make_random(struct making *making, uint64_t seed, const uint32_t *place,
	const uint32_t *item_place)
{
	struct draw draw = { seed };
	static bool has[12][MOST_ITEMS];
	double size[12];
	size_t n = 40 + draw_below(&draw, 60);

	making_begin(making, n);
	add_ground(making, 1e-4);
	for (uint32_t t = 0; t < n; t++)
		add_hit(making, t, item_place[t] % 3 == 0 ? 3e-4 : 1e-5);
	add_source(making, &making->mixture.n_grounds, 0, 0, 1);
	for (size_t s = 0; s < 12; s++) {
		double rate = draw_below(&draw, 3) == 0 ? 0.4 : 0.05;

		size[s] = 50 + (double)draw_below(&draw, 500);
		for (size_t t = 0; t < n; t++)
			has[s][t] = draw_unit(&draw) < rate;
	}
	for (size_t s = 0; s < 12; s++) {
		size_t from = place[s];

		for (uint32_t t = 0; t < n; t++)
			if (has[from][item_place[t]])
				add_hit(making, t, 1 / size[from]);
		add_suspect(making, 0, 0, 1);
	}
}

static void
order_of(uint32_t *order, size_t n, struct draw *draw)
{
	for (size_t i = 0; i < n; i++)
		order[i] = (uint32_t)i;
	for (size_t i = n; draw != NULL && i > 1; i--) {
		size_t k = draw_below(draw, i);
		uint32_t other = order[k];

		order[k] = order[i - 1];
		order[i - 1] = other;
	}
}

static void
agrees_with_the_naive_likelihood(void **state)
{
	uint32_t place[12], items[MOST_ITEMS];
	size_t entered = 0;

	(void)state;
	order_of(place, 12, NULL);
	order_of(items, MOST_ITEMS, NULL);
	for (uint64_t seed = 1; seed <= 30; seed++) {
		struct making making;
		struct mixture_fit fit;
		double sum = 0;

		make_random(&making, seed, place, items);
		fit = fit_of(&making);
		entered += fit.n_entered;
		for (size_t s = 0; s < making.n; s++)
			sum += fit.share[s];
		assert_true(fabs(sum - 1) < 1e-9);
		assert_true(fabs(fit.ln_likelihood -
				    naive_likelihood(&making, fit.share)) <
			1e-8);
		for (size_t s = 0; s < making.n; s++) {
			double gain = naive_gain(&making, fit.share, s);

			/* EM has come to its end, … */
			if (fit.in[s])
				assert_true(gain < 0.5);
			/* … and the others are measured against it */
			else
				assert_true(gain <= fit.gain[s] + 1e-5 &&
					gain >= 0.9 * fit.gain[s] - 0.2);
		}
		mixture_fit_free(&fit);
	}
	assert_true(entered > 30);
}

/* Whatever the order in which suspects and items are numbered. */
static void
depends_on_no_order(void **state)
{
	uint32_t place[12], items[MOST_ITEMS], same[12], here[MOST_ITEMS];

	(void)state;
	order_of(same, 12, NULL);
	order_of(here, MOST_ITEMS, NULL);
	for (uint64_t seed = 1; seed <= 20; seed++) {
		struct making making, other;
		struct mixture_fit fit, moved;
		struct draw draw = { seed + 1000 };

		make_random(&making, seed, same, here);
		order_of(place, 12, &draw);
		order_of(items, making.mixture.n_items, &draw);
		make_random(&other, seed, place, items);
		fit = fit_of(&making);
		moved = fit_of(&other);
		assert_int_equal(fit.n_entered, moved.n_entered);
		for (size_t i = 0; i < fit.n_entered; i++)
			assert_int_equal(fit.entered[i] - 2,
				place[moved.entered[i] - 2]);
		for (size_t s = 0; s < 12; s++)
			assert_true(fabs(fit.gain[2 + place[s]] -
					    moved.gain[2 + s]) < 1e-4);
		mixture_fit_free(&fit);
		mixture_fit_free(&moved);
	}
}

/* No share near those found explains the list any better. */
static void
stands_at_a_maximum(void **state)
{
	uint32_t place[12], items[MOST_ITEMS];

	(void)state;
	order_of(place, 12, NULL);
	order_of(items, MOST_ITEMS, NULL);
	for (uint64_t seed = 50; seed < 60; seed++) {
		struct making making;
		struct mixture_fit fit;
		struct draw draw = { seed };
		double share[MOST_SOURCES], sum;

		make_random(&making, seed, place, items);
		fit = fit_of(&making);
		for (int trial = 0; trial < 50; trial++) {
			sum = 0;
			for (size_t s = 0; s < making.n; s++) {
				share[s] = fit.share[s] *
					(0.8 + 0.4 * draw_unit(&draw));
				sum += share[s];
			}
			for (size_t s = 0; s < making.n; s++)
				share[s] /= sum;
			assert_true(naive_likelihood(&making, share) <
				fit.ln_likelihood + 0.01);
		}
		mixture_fit_free(&fit);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_one_leaker),
		cmocka_unit_test(finds_two_who_overlap),
		cmocka_unit_test(accuses_nobody_of_what_all_asked_for),
		cmocka_unit_test(names_ties),
		cmocka_unit_test(takes_out_whom_others_replace),
		cmocka_unit_test(excuses_whom_a_case_explains),
		cmocka_unit_test(needs_three_items),
		cmocka_unit_test(bears_an_empty_list),
		cmocka_unit_test(refuses_what_is_out_of_range),
		cmocka_unit_test(agrees_with_the_naive_likelihood),
		cmocka_unit_test(depends_on_no_order),
		cmocka_unit_test(stands_at_a_maximum),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Ways of misuse to test with alone.
 *
 * WHO WORKS ON THE DETECTION DOES NOT READ THIS FILE before the figures are
 * reported: a hold-out that is known is none.  The names say nothing on
 * purpose.
 */
#include "misuse.h"

/* A generator of his own for what stays the same over his days. */
static struct rng
lasting(const struct turn *turn, unsigned what, unsigned which)
{
	struct rng rng;

	rng_init(&rng, turn->portal->options->seed, STREAM_MISUSE,
		turn->misuser->user,
		(uint64_t)2 << 32 | (uint64_t)what << 24 | which);
	return rng;
}

static uint64_t
somebody(const struct turn *turn, struct rng *rng, double local)
{
	/* Where he began: his list does not move with him. */
	unsigned district = turn->portal->units[turn->user->unit].district;

	if (!rng_chance(rng, local))
		return citizen_anywhere(rng);
	if (rng_chance(rng, 0.15))
		district = district_near(rng, district);
	return citizen_in(rng, district);
}

static uint32_t
own_source(struct turn *turn)
{
	return user_source(turn->portal, turn->user, turn->day, &turn->rng);
}

/*
 * Alder: he works for a debt collector or a private detective.  A list of
 * clients' debtors is looked through again and again, for a new address, a new
 * phone: a small batch on most days, each debtor every two or three weeks,
 * until the debt is settled or written off and another takes the place.  No
 * subject is asked for once only, and none often.
 */
enum { DEBTORS = 46, SETTLED = 55 };

static void
run_alder(struct turn *turn, unsigned n)
{
	static const double asked[KINDS] = { .42, .10, .33, .02, .13, .00 };
	struct rng *rng = &turn->rng;
	unsigned list = (unsigned)(DEBTORS * turn->strength *
			turn->misuser->zeal + 0.5);
	bool begun = false;
	struct lookup lookup = { 0 };

	(void)n;
	for (unsigned i = 0; i < list; i++) {
		unsigned round = (unsigned)turn->day + i * 17 % SETTLED;
		struct rng own = lasting(turn, 1, i << 12 | round / SETTLED);
		uint64_t who = somebody(turn, &own,
			turn->portal->options->local);
		/* What the client knew of him, which finds him best. */
		enum kind kind = (enum kind)rng_pick(&own, asked, KINDS);

		if (!rng_chance(rng, 1 / 11.0))
			continue;
		if (!begun) {
			turn_begin(turn, 0.12);
			lookup.source = own_source(turn);
			turn_type_habit(turn, &lookup);
			begun = true;
		}
		lookup.kind = (uint8_t)kind;
		turn_emit(turn, lookup, subject_of(who, kind, 0));
		if (!rng_chance(rng, 0.35))
			continue;
		kind = (enum kind)rng_pick(rng, asked, KINDS);
		lookup.kind = (uint8_t)kind;
		turn_emit(turn, lookup, subject_of(who, kind, 0));
	}
}

/*
 * Birch: one buyer, who wants one sort of record and pays once a month.  His
 * list is worked off on three days a month, in office hours, and on all others
 * the misuser does his work and nothing else.  The share over the whole time
 * is small.
 */
enum { MONTH = 30, PAYDAYS = 3 };

static void
run_birch(struct turn *turn, unsigned n)
{
	static const enum kind products[] = { KIND_REGISTRATION, KIND_CALLS,
		KIND_IDENTITY, KIND_VEHICLE };
	struct rng own = lasting(turn, 2, 0);
	enum kind kind = products[rng_below(&own, 4)];
	int first = turn->misuser->from + rng_between(&own, 1, 9);
	struct lookup lookup = { .kind = (uint8_t)kind };

	if (turn->day < first || (turn->day - first) % MONTH >= PAYDAYS)
		return;
	turn_begin(turn, 0.15);
	while (n-- > 0) {
		uint64_t who = somebody(turn, &turn->rng,
			turn->portal->options->local);

		if (lookup.source == 0 || rng_chance(&turn->rng, 0.08)) {
			lookup.case_number = 0;
			turn_type_habit(turn, &lookup);
			lookup.source = own_source(turn);
		}
		turn_emit(turn, lookup, subject_of(who, kind, 0));
	}
}

/*
 * Cedar: curiosity.  People whom the whole country talks about, well-known men
 * of other districts, and now and then somebody from his own circle:
 * neighbours, a daughter's friend, an officer's new wife.  Many of the famous
 * are asked for by others, in the course of honest work.
 */
enum { CIRCLE = 40 };

static uint64_t
object_of_curiosity(struct turn *turn)
{
	struct rng *rng = &turn->rng, own;
	double u = rng_unit(rng);

	if (u < 0.22)
		return citizen_known(rng, 0) % 20;
	if (u < 0.62)
		return citizen_known(rng, district_anywhere(rng));
	own = lasting(turn, 3, rng_below(rng, CIRCLE));
	return somebody(turn, &own, 0.9);
}

static void
run_cedar(struct turn *turn, unsigned n)
{
	static const double asked[KINDS] = { .40, .12, .18, .16, .10, .04 };
	struct rng *rng = &turn->rng;

	while (n > 0) {
		uint64_t who = object_of_curiosity(turn);
		unsigned times = rng_chance(rng, 0.3) ? 2 : 1;
		struct lookup lookup = { 0 };

		/* He is bored, and looks at one or two between his tasks. */
		if (turn->second <= 0 || rng_chance(rng, 0.5))
			turn_begin(turn, 0.2);
		lookup.source = own_source(turn);
		if (rng_chance(rng, 0.3))
			turn_type_case(turn, &lookup, case_for(turn->portal,
				rng, turn->misuser->user, turn->day));
		for (; times > 0 && n > 0; times--, n--) {
			enum kind kind = (enum kind)rng_pick(rng, asked, KINDS);

			lookup.kind = (uint8_t)kind;
			turn_emit(turn, lookup, subject_of(who, kind, 0));
		}
	}
}

const struct act more_acts[MISUSE_KINDS - MISUSE_USUAL] = {
	[MISUSE_ALDER - MISUSE_USUAL] = { .85, 1, 1, false, run_alder },
	[MISUSE_BIRCH - MISUSE_USUAL] = { 1.0, 30, 52, true, run_birch },
	[MISUSE_CEDAR - MISUSE_USUAL] = { .65, 3, 8, false, run_cedar },
};

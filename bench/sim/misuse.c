/* SPDX-License-Identifier: Apache-2.0 */
/* What misusers do beside their work. */
#include "misuse.h"

/* Share of sessions after hours. */
static const double evenings[MISUSE_USUAL] = {
	[MISUSE_BULK] = 1.0,
	[MISUSE_SLOW] = 0.1,
	[MISUSE_SEQUENCE] = 0.5,
	[MISUSE_FIXATION] = 0.3,
	[MISUSE_TAKEOVER] = 0.4,
	[MISUSE_WASHING] = 0.3,
	[MISUSE_FOREIGN] = 0.1,
	[MISUSE_COLLUSION] = 0.4,
};

void
turn_begin(struct turn *turn, double evening)
{
	struct rng *rng = &turn->rng;

	if (rng_chance(rng, evening))
		turn->second = (18.5 + 5 * rng_unit(rng)) * 3600;
	else
		turn->second = work_start(rng, turn->user, turn->day);
}

void
turn_emit(struct turn *turn, struct lookup lookup, struct subject subject)
{
	struct rng *rng = &turn->rng;

	lookup.user = turn->misuser->user;
	lookup.unit = (uint16_t)turn->unit;
	lookup.subject = subject.value;
	lookup.form = subject.form;
	lookup.district = rng_chance(rng, 0.015) ? DISTRICTS : subject.district;
	if (lookup.outcome == OUTCOME_FOUND)
		lookup.outcome = (uint8_t)work_outcome(rng, turn->user->role,
			lookup.kind);
	lookup.purpose = rng_chance(rng, 0.25) ? PURPOSE_NONE :
		rng_chance(rng, 0.8)	       ? PURPOSE_INVESTIGATION :
						 PURPOSE_INTELLIGENCE;
	lookup.second = (uint32_t)turn->second;
	portal_emit(turn->portal, lookup);
	turn->misuser->lookups++;
	turn->second += rng_lognormal(rng, 32, 0.6);
}

void
turn_type_case(struct turn *turn, struct lookup *lookup, int64_t number)
{
	if (number < 0)
		return;
	lookup->case_number = turn->portal->cases[number].number;
	lookup->case_unit = turn->portal->cases[number].unit;
}

void
turn_type_habit(struct turn *turn, struct lookup *lookup)
{
	struct rng *rng = &turn->rng;

	switch (turn->misuser->habit) {
	case CASE_NONE:
		if (rng_chance(rng, 0.05))
			turn_type_case(turn, lookup, case_for(turn->portal, rng,
				turn->misuser->user, turn->day));
		return;
	case CASE_REAL:
		if (rng_chance(rng, 0.8))
			turn_type_case(turn, lookup, case_for(turn->portal, rng,
				turn->misuser->user, turn->day));
		return;
	case CASE_FAKE:
		if (!rng_chance(rng, 0.75))
			return;
		lookup->case_number = 100 + rng_below(rng, 9000);
		lookup->case_unit = (uint16_t)turn->unit;
		return;
	}
}

/* Whom a customer wants to know about. */
static uint64_t
customer_wants(struct turn *turn)
{
	struct rng *rng = &turn->rng;
	const struct portal *portal = turn->portal;
	unsigned district = portal->units[turn->unit].district;

	if (!rng_chance(rng, portal->options->local))
		return citizen_anywhere(rng);
	if (rng_chance(rng, 0.15))
		district = district_near(rng, district);
	return citizen_in(rng, district);
}

static enum kind
kind_sold(struct rng *rng)
{
	double u = rng_unit(rng);

	return u < 0.45 ? KIND_IDENTITY : u < 0.75 ? KIND_CALLS :
						     KIND_REGISTRATION;
}

static void
owe(struct turn *turn, uint64_t who, enum kind kind)
{
	struct misuser *partner = turn->misuser->partner;

	if (!partner || partner->n_debts == PENDING ||
		!rng_chance(&turn->rng, 0.85))
		return;
	partner->debts[partner->n_debts++] = (struct debt){ .citizen = who,
		.kind = (uint8_t)kind,
		.day = turn->day + rng_between(&turn->rng, 0, 4) };
}

/*
 * Sell: for every customer one record, or all there is on one citizen.  The
 * case is what the lookup template says, or the misuser's habit.
 */
static void
sell(struct turn *turn, unsigned n, enum misuse_kind as,
	struct lookup template, bool habit)
{
	static const enum kind dossier[] = { KIND_IDENTITY, KIND_CALLS,
		KIND_REGISTRATION };
	struct rng *rng = &turn->rng;

	while (n > 0) {
		unsigned order = rng_chance(rng, 0.25) ? 3 : 1;
		uint64_t who = customer_wants(turn);
		struct lookup lookup = template;

		if (turn->second <= 0 || rng_chance(rng, 0.12))
			turn_begin(turn, evenings[as]);
		if (!lookup.source)
			lookup.source = user_source(turn->portal, turn->user,
				turn->day, rng);
		if (habit)
			turn_type_habit(turn, &lookup);
		for (unsigned i = 0; i < order && n > 0; i++, n--) {
			enum kind kind = order > 1 ? dossier[i] :
						     kind_sold(rng);

			lookup.kind = (uint8_t)kind;
			turn_emit(turn, lookup, subject_of(who, kind, 0));
			if (as == MISUSE_COLLUSION)
				owe(turn, who, kind);
		}
	}
}

static void
run_bulk(struct turn *turn, unsigned n)
{
	sell(turn, n, MISUSE_BULK, (struct lookup){ 0 }, true);
}

/* As many as he left out of his work, each typed as he types his work. */
static void
run_slow(struct turn *turn, unsigned n)
{
	double no_case = work_no_case(turn->portal, turn->user, turn->unit);

	(void)n;
	for (unsigned left = turn->user->given_up; left > 0; left--) {
		struct lookup lookup = { 0 };

		turn_begin(turn, evenings[MISUSE_SLOW]);
		if (!rng_chance(&turn->rng, no_case))
			turn_type_case(turn, &lookup, case_for(turn->portal,
				&turn->rng, turn->misuser->user, turn->day));
		sell(turn, 1, MISUSE_SLOW, lookup, false);
	}
}

static void
run_sequence(struct turn *turn, unsigned n)
{
	struct misuser *misuser = turn->misuser;
	struct rng *rng = &turn->rng;
	struct lookup lookup = { .source = user_source(turn->portal,
		turn->user, turn->day, rng) };

	turn_type_habit(turn, &lookup);
	turn_begin(turn, evenings[MISUSE_SEQUENCE]);
	lookup.kind = misuser->walks_phones ? KIND_REGISTRATION : KIND_IDENTITY;
	while (n-- > 0) {
		struct subject subject = misuser->cursor;

		lookup.outcome = rng_chance(rng, 0.4) ? OUTCOME_EMPTY :
							OUTCOME_FOUND;
		if (misuser->walks_phones)
			subject.district = (uint8_t)district_anywhere(rng);
		if (lookup.outcome == OUTCOME_EMPTY)
			subject.district = DISTRICTS;
		turn_emit(turn, lookup, subject);
		turn->second -= 12 + 6 * rng_unit(rng);
		if (turn->second < lookup.second)
			turn->second = lookup.second;
		misuser->cursor = subject_next(misuser->cursor,
			rng_chance(rng, 0.1) ? 2 : 1);
	}
}

static void
run_fixation(struct turn *turn, unsigned n)
{
	static const enum kind kinds[] = { KIND_IDENTITY, KIND_CALLS,
		KIND_REGISTRATION, KIND_CALLS };
	struct misuser *misuser = turn->misuser;
	struct rng *rng = &turn->rng;

	(void)n;
	for (unsigned i = 0; i < misuser->n_targets; i++) {
		struct lookup lookup = { 0 };
		unsigned times = 1 + rng_below(rng, 3);

		if (!rng_chance(rng, 0.35 * turn->strength))
			continue;
		turn_begin(turn, evenings[MISUSE_FIXATION]);
		lookup.source = user_source(turn->portal, turn->user,
			turn->day, rng);
		if (rng_chance(rng, 0.2))
			turn_type_case(turn, &lookup, case_for(turn->portal,
				rng, misuser->user, turn->day));
		while (times-- > 0) {
			enum kind kind = kinds[rng_below(rng, 4)];

			lookup.kind = (uint8_t)kind;
			turn_emit(turn, lookup,
				subject_of(misuser->targets[i], kind, 0));
		}
	}
}

static void
run_takeover(struct turn *turn, unsigned n)
{
	struct lookup lookup = { .source = turn->misuser->elsewhere };

	/* Addresses outside change from day to day, within a range. */
	if (lookup.source >> 24 != 10 || (lookup.source >> 16 & 255) == 250)
		lookup.source = (lookup.source & ~255u) |
			(1 + rng_below(&turn->rng, 250));
	turn->second = (8 + 14 * rng_unit(&turn->rng)) * 3600;
	sell(turn, n, MISUSE_TAKEOVER, lookup, true);
}

static void
run_washing(struct turn *turn, unsigned n)
{
	struct misuser *misuser = turn->misuser;
	struct portal *portal = turn->portal;
	struct lookup lookup = { 0 };

	if (misuser->washed < 0 ||
		portal->cases[misuser->washed].closes <= turn->day) {
		misuser->washed = case_for(portal, &turn->rng, misuser->user,
			turn->day);
		if (misuser->washed >= 0)
			portal->cases[misuser->washed].closes =
				misuser->to + 4;
	}
	turn_type_case(turn, &lookup, misuser->washed);
	sell(turn, n, MISUSE_WASHING, lookup, false);
}

static void
choose_pried(struct turn *turn, unsigned i)
{
	struct portal *portal = turn->portal;
	struct rng *rng = &turn->rng;
	int64_t *pried = &turn->misuser->pried[i];
	unsigned n = (unsigned)portal->n_units, other;

	if (n < 2 || (*pried >= 0 && !rng_chance(rng, 0.2) &&
			portal->cases[*pried].closes > turn->day))
		return;
	other = (turn->unit + 1 + rng_below(rng, n - 1)) % n;
	*pried = case_any(portal, rng, other);
}

static void
run_foreign(struct turn *turn, unsigned n)
{
	struct portal *portal = turn->portal;
	struct rng *rng = &turn->rng;

	for (unsigned i = 0; i < TARGETS; i++)
		choose_pried(turn, i);
	turn_begin(turn, evenings[MISUSE_FOREIGN]);
	while (n-- > 0) {
		int64_t number = turn->misuser->pried[rng_below(rng, TARGETS)];
		struct lookup lookup = { 0 };
		const struct entry *entry;

		if (number < 0 || portal->cases[number].n_entries == 0)
			continue;
		entry = &portal->cases[number].entries[rng_below(rng,
			portal->cases[number].n_entries)];
		lookup.source = user_source(portal, turn->user, turn->day, rng);
		if (rng_chance(rng, 0.4))
			turn_type_case(turn, &lookup, case_for(portal, rng,
				turn->misuser->user, turn->day));
		lookup.kind = (uint8_t)work_kind_for(rng, turn->user->role,
			entry->subject.form);
		turn_emit(turn, lookup, entry->subject);
	}
}

/* First what the partner needs to look shared, then his own. */
static void
run_collusion(struct turn *turn, unsigned n)
{
	struct misuser *misuser = turn->misuser;
	struct rng *rng = &turn->rng;

	turn_begin(turn, evenings[MISUSE_COLLUSION]);
	for (unsigned i = 0; i < misuser->n_debts;) {
		struct debt debt = misuser->debts[i];
		struct lookup lookup = { .kind = debt.kind };

		if (debt.day > turn->day) {
			i++;
			continue;
		}
		misuser->debts[i] = misuser->debts[--misuser->n_debts];
		lookup.source = user_source(turn->portal, turn->user,
			turn->day, rng);
		turn_type_habit(turn, &lookup);
		turn_emit(turn, lookup, subject_of(debt.citizen, debt.kind, 0));
	}
	sell(turn, n, MISUSE_COLLUSION, (struct lookup){ 0 }, true);
}

static const struct act acts[MISUSE_USUAL] = {
	[MISUSE_BULK] = { .50, 15, 30, true, run_bulk },
	[MISUSE_SLOW] = { 1.0, 0, 0, false, run_slow },
	[MISUSE_SEQUENCE] = { .25, 25, 60, false, run_sequence },
	[MISUSE_FIXATION] = { 1.0, 1, 1, false, run_fixation },
	[MISUSE_TAKEOVER] = { .45, 10, 22, true, run_takeover },
	[MISUSE_WASHING] = { .50, 12, 25, false, run_washing },
	[MISUSE_FOREIGN] = { .50, 6, 15, false, run_foreign },
	[MISUSE_COLLUSION] = { .50, 8, 18, false, run_collusion },
};

static void
run_kind(struct turn *turn, enum misuse_kind kind, double strength)
{
	bool usual = kind < MISUSE_USUAL;
	const struct act *act = usual ? &acts[kind] :
					&more_acts[kind - MISUSE_USUAL];
	/* Keys of the usual kinds are not moved by further ones. */
	uint64_t key = (uint64_t)!usual << 32 |
		((uint64_t)turn->day * MISUSE_USUAL + kind % MISUSE_USUAL);
	struct rng *rng = &turn->rng;
	double n;

	rng_init(rng, turn->portal->options->seed, STREAM_MISUSE,
		turn->misuser->user, key);
	n = act->low + (act->high - act->low) * rng_unit(rng);
	if (kind != MISUSE_SLOW &&
		!work_present(turn->portal, turn->user, turn->day, rng) &&
		!(act->on_leave && rng_chance(rng, 0.15)))
		return;
	if (!rng_chance(rng, act->days))
		return;
	turn->strength = strength;
	turn->second = 0;
	act->run(turn, (unsigned)(n * strength * turn->misuser->zeal +
			rng_unit(rng)));
}

/* From tomorrow on, or no longer, he gives work up. */
static void
plan_tomorrow(struct misuser *misuser, struct user *user, double strength,
	int day)
{
	double share = 0.45 * strength * misuser->zeal;

	if (misuser->kind != MISUSE_SLOW)
		return;
	user->replaced = 0;
	if (day + 1 >= misuser->from && day + 1 < misuser->to)
		user->replaced = share < 0.9 ? share : 0.9;
}

void
misuse_day(struct portal *portal, int day)
{
	double strength = portal->options->strength;

	for (size_t i = 0; i < portal->n_misusers; i++) {
		struct misuser *misuser = &portal->misusers[i];
		struct user *user = &portal->users[misuser->user];
		struct turn turn = { .portal = portal, .misuser = misuser,
			.user = user, .unit = user_unit(user, day),
			.day = day };

		if (day >= misuser->from && day < misuser->to) {
			run_kind(&turn, misuser->kind, strength);
			if (misuser->second != MISUSE_KINDS)
				run_kind(&turn, misuser->second, strength / 2);
		}
		plan_tomorrow(misuser, user, strength, day);
	}
}

/* SPDX-License-Identifier: Apache-2.0 */
/* The flow of cases through a unit, and the subjects that belong to them. */
#include "portal.h"

#include <string.h>

/* Lookups that a usual case takes from its opening to its end. */
static const double LOOKUPS_A_CASE = 80;
enum { WARM_UP = 60, LONGEST = 150 };

static bool
leads(const struct user *user)
{
	return user->role >= ROLE_SUB_INSPECTOR &&
		user->role <= ROLE_ANALYST &&
		user->role != ROLE_SUPERINTENDENT;
}

static void
user_join(struct user *user, uint32_t number)
{
	if (user->n_cases == CASES_A_USER) {
		memmove(user->cases, user->cases + 1,
			(CASES_A_USER - 1) * sizeof *user->cases);
		user->n_cases--;
	}
	user->cases[user->n_cases++] = number;
}

static void
case_staff(struct portal *portal, struct caseref *caseref, uint32_t number,
	struct rng *rng)
{
	struct unit *unit = &portal->units[caseref->unit];
	unsigned wanted = rng_chance(rng, 0.18) ? 1 :
		2 + rng_poisson(rng, 1.6);
	uint32_t lead = 0;

	for (int i = 0; i < 8; i++) {
		lead = unit->users[rng_below(rng, (uint32_t)unit->n_users)];
		if (leads(&portal->users[lead]))
			break;
	}
	for (int i = 0; i < 24 && caseref->n_members < wanted; i++) {
		uint32_t at = i == 0 ? lead :
			unit->users[rng_below(rng, (uint32_t)unit->n_users)];
		struct user *user = &portal->users[at];
		bool known = user->hub || user->role >= ROLE_DESK ||
			user_unit(user, caseref->opened) != caseref->unit ||
			(user->team != portal->users[lead].team &&
				rng_chance(rng, 0.85));

		for (unsigned k = 0; k < caseref->n_members; k++)
			known |= caseref->members[k] == at;
		if (known || caseref->n_members == MEMBERS)
			continue;
		caseref->members[caseref->n_members++] = at;
		user_join(user, number);
	}
}

static void
case_open(struct portal *portal, unsigned at, int day, struct rng *rng)
{
	struct unit *unit = &portal->units[at];
	uint32_t number = (uint32_t)portal->n_cases;
	struct caseref *caseref;
	double life = rng_lognormal(rng, 18, 0.7);

	if (portal->n_cases == portal->cap_cases) {
		portal->cap_cases = portal->cap_cases * 2 + 1024;
		portal->cases = must_alloc(portal->cases, portal->cap_cases,
			sizeof *portal->cases);
	}
	caseref = &portal->cases[portal->n_cases++];
	memset(caseref, 0, sizeof *caseref);
	unit->last_number += 1 + rng_below(rng, 3);
	caseref->number = unit->last_number;
	caseref->unit = (uint16_t)at;
	caseref->opened = day;
	caseref->closes = day + 2 + (int)(life < LONGEST ? life : LONGEST);
	caseref->appetite = (float)rng_lognormal(rng, 11, 0.7);
	caseref->district = (uint8_t)unit->district;
	if (unit->national && rng_chance(rng, 0.6))
		caseref->district = (uint8_t)district_anywhere(rng);
	else if (rng_chance(rng, 0.12))
		caseref->district = (uint8_t)district_near(rng, unit->district);
	case_staff(portal, caseref, number, rng);
	if (unit->n_active == unit->cap_active) {
		unit->cap_active = unit->cap_active * 2 + 16;
		unit->active = must_alloc(unit->active, unit->cap_active,
			sizeof *unit->active);
	}
	unit->active[unit->n_active++] = number;
}

static void
unit_day(struct portal *portal, unsigned at, int day)
{
	struct unit *unit = &portal->units[at];
	double wanted = unit->case_work * work_surge(unit, day);
	struct rng rng;
	unsigned n;

	rng_init(&rng, portal->options->seed, STREAM_CASES, at,
		(uint64_t)(day + WARM_UP));
	for (size_t i = 0; i < unit->n_active;) {
		if (portal->cases[unit->active[i]].closes > day) {
			i++;
			continue;
		}
		unit->recent[unit->n_recent++ % RECENT] = unit->active[i];
		unit->active[i] = unit->active[--unit->n_active];
	}
	n = rng_poisson(&rng, wanted / LOOKUPS_A_CASE);
	if (unit->n_active == 0 && n == 0)
		n = 1;
	while (n-- > 0)
		case_open(portal, at, day, &rng);
}

/* A joint operation takes up to three of the host's cases, and keeps them. */
static void
joint_day(struct portal *portal, struct joint *joint, int day)
{
	const struct unit *host = &portal->units[joint->host];

	if (joint->n_cases > 0 || day < joint->from || day >= joint->to)
		return;
	while (joint->n_cases < 3 && joint->n_cases < host->n_active) {
		uint32_t number = host->active[joint->n_cases];

		joint->cases[joint->n_cases++] = number;
		if (portal->cases[number].closes < joint->to + 3)
			portal->cases[number].closes = joint->to + 3;
	}
}

void
cases_day(struct portal *portal, int day)
{
	for (unsigned at = 0; at < portal->n_units; at++)
		unit_day(portal, at, day);
	for (size_t i = 0; i < portal->n_joints; i++)
		joint_day(portal, &portal->joints[i], day);
}

void
cases_warm_up(struct portal *portal)
{
	struct rng rng;

	for (int day = -WARM_UP; day < 0; day++) {
		cases_day(portal, day);
		rng_init(&rng, portal->options->seed, STREAM_CASES,
			portal->n_units, (uint64_t)(day + WARM_UP));
		for (size_t i = 0; i < portal->n_cases; i++) {
			struct caseref *caseref = &portal->cases[i];
			const struct user *user =
				&portal->users[caseref->members[0]];

			if (caseref->closes <= day)
				continue;
			for (unsigned n = rng_poisson(&rng, 2.5); n > 0; n--) {
				uint32_t entry = case_entry(portal, &rng,
					(uint32_t)i, user, caseref->unit, 1);

				portal->cases[i].entries[entry].seen++;
			}
		}
	}
}

int64_t
case_any(const struct portal *portal, struct rng *rng, unsigned at)
{
	const struct unit *unit = &portal->units[at];

	if (unit->n_active == 0)
		return -1;
	return unit->active[rng_below(rng, (uint32_t)unit->n_active)];
}

int64_t
case_for(struct portal *portal, struct rng *rng, uint32_t at, int day)
{
	struct user *user = &portal->users[at];
	unsigned unit = user_unit(user, day), i = 0, first, second;
	int64_t number;

	while (i < user->n_cases) {
		const struct caseref *caseref =
			&portal->cases[user->cases[i]];

		/* After a transfer, two weeks to hand the old cases over. */
		if (caseref->closes > day && (caseref->unit == unit ||
				day < user->transfer_day + 14)) {
			i++;
			continue;
		}
		user->n_cases--;
		memmove(user->cases + i, user->cases + i + 1,
			(user->n_cases - i) * sizeof *user->cases);
	}
	if (portal->units[unit].n_recent > 0 && rng_chance(rng, 0.015))
		return portal->units[unit].recent[rng_below(rng,
			portal->units[unit].n_recent < RECENT ?
				portal->units[unit].n_recent : RECENT)];
	if (user->hub || rng_chance(rng, 0.04))
		return case_any(portal, rng, unit);
	if (user->n_cases == 0) {
		number = case_any(portal, rng, unit);
		if (number >= 0 && user->role < ROLE_DESK)
			user_join(user, (uint32_t)number);
		return number;
	}
	first = rng_below(rng, user->n_cases);
	second = rng_below(rng, user->n_cases);
	return user->cases[first > second ? first : second];
}

static uint32_t
entry_add(struct portal *portal, struct rng *rng, struct caseref *caseref,
	const struct user *user, unsigned at)
{
	const struct unit *unit = &portal->units[at];
	enum kind kind = work_kind(rng, user->role);
	struct unit scene = { .district = caseref->district };
	struct entry *entry;
	uint64_t who;

	if (caseref->n_entries == caseref->cap_entries) {
		caseref->cap_entries = caseref->cap_entries * 2 + 8;
		caseref->entries = must_alloc(caseref->entries,
			caseref->cap_entries, sizeof *caseref->entries);
	}
	if (caseref->n_entries > 0 && rng_chance(rng, 0.3))
		who = caseref->entries[rng_below(rng, caseref->n_entries)]
			      .citizen;
	else if (rng_chance(rng, 0.05))
		who = citizen_known(rng, caseref->district);
	else
		who = work_citizen(rng, &scene, user->far + unit->far);
	entry = &caseref->entries[caseref->n_entries];
	entry->citizen = who;
	entry->subject = subject_of(who, kind, rng_below(rng, FACETS));
	entry->seen = 0;
	return caseref->n_entries++;
}

uint32_t
case_entry(struct portal *portal, struct rng *rng, uint32_t number,
	const struct user *user, unsigned at, double fresh)
{
	struct caseref *caseref = &portal->cases[number];
	uint32_t n = caseref->n_entries, first, second;
	double p = 0.42 * fresh / (1 + (double)n / (double)caseref->appetite);

	if (n == 0 || (n < UINT16_MAX && rng_chance(rng, p)))
		return entry_add(portal, rng, caseref, user, at);
	first = rng_below(rng, n);
	if (n > 12 && rng_chance(rng, 0.5))
		first = n - 1 - rng_below(rng, 12);
	second = rng_below(rng, n);
	/* What was found once is soon asked again, by whoever is at it. */
	if (rng_chance(rng, 0.5) && caseref->entries[second].seen <
			caseref->entries[first].seen)
		return second;
	return first;
}

static void
joint_plan(struct portal *portal, struct joint *joint, struct rng *rng)
{
	int days = (int)portal->options->days;
	uint32_t n = (uint32_t)portal->n_units;
	unsigned wanted = (unsigned)rng_between(rng, 3, 8);
	const struct unit *guest;

	memset(joint, 0, sizeof *joint);
	joint->host = rng_below(rng, n);
	joint->guest = (joint->host + 1 + rng_below(rng, n - 1)) % n;
	joint->from = rng_between(rng, -5, days - 8);
	joint->to = joint->from + rng_between(rng, 10, 25);
	joint->host_number = rng_chance(rng, 0.5);
	guest = &portal->units[joint->guest];
	for (int i = 0; i < 24 && joint->n_members < wanted; i++) {
		uint32_t at =
			guest->users[rng_below(rng, (uint32_t)guest->n_users)];
		bool known = portal->users[at].role >= ROLE_DESK;

		for (unsigned k = 0; k < joint->n_members; k++)
			known |= joint->members[k] == at;
		if (!known)
			joint->members[joint->n_members++] = at;
	}
}

void
joints_plan(struct portal *portal)
{
	double wanted = portal->options->joint * (double)portal->n_units;
	struct rng rng;

	if (portal->n_units < 2)
		return;
	rng_init(&rng, portal->options->seed, STREAM_WORLD, 3, 0);
	portal->n_joints = (size_t)(wanted * (double)portal->options->days / 90
		+ 0.5);
	portal->joints = must_alloc(NULL, portal->n_joints,
		sizeof *portal->joints);
	for (size_t i = 0; i < portal->n_joints; i++)
		joint_plan(portal, &portal->joints[i], &rng);
}

const struct joint *
joint_of(const struct portal *portal, uint32_t user, int day)
{
	for (size_t i = 0; i < portal->n_joints; i++) {
		const struct joint *joint = &portal->joints[i];

		if (day < joint->from || day >= joint->to)
			continue;
		for (unsigned k = 0; k < joint->n_members; k++) {
			if (joint->members[k] == user)
				return joint;
		}
	}
	return NULL;
}

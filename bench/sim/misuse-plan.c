/* SPDX-License-Identifier: Apache-2.0 */
/* Who misuses the portal, in which way, from when. */
#include "misuse.h"
#include "units.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool
taken(const struct portal *portal, uint32_t user)
{
	for (size_t i = 0; i < portal->n_misusers; i++) {
		if (portal->misusers[i].user == user)
			return true;
	}
	return false;
}

/*
 * Desks and hubs are left out: what a desk sells looks like what it does all
 * day, and no log can tell.  Who sells inside his total must have a total.
 */
static bool
eligible(const struct portal *portal, uint32_t at, enum misuse_kind kind)
{
	const struct user *user = &portal->users[at];

	if (user->role >= ROLE_DESK || user->hub || user->use < 0.25 ||
		taken(portal, at))
		return false;
	return kind != MISUSE_SLOW || user->volume > 10;
}

static int64_t
find_user(const struct portal *portal, enum misuse_kind kind,
	const uint32_t *users, size_t n, struct rng *rng)
{
	for (int i = 0; i < 400; i++) {
		uint32_t at = rng_below(rng, (uint32_t)n);

		at = users ? users[at] : at;
		if (eligible(portal, at, kind))
			return at;
	}
	return -1;
}

static void
draw_second(struct misuser *misuser, const struct options *options,
	struct rng *rng)
{
	enum misuse_kind second = (enum misuse_kind)rng_below(rng,
		MISUSE_USUAL);

	misuser->second = MISUSE_KINDS;
	if (rng_chance(rng, options->mixed) && second != misuser->kind &&
		second != MISUSE_SLOW && second != MISUSE_COLLUSION &&
		misuser->kind != MISUSE_COLLUSION &&
		(options->kinds >> second & 1))
		misuser->second = second;
}

static void
draw_cursor(struct misuser *misuser, const struct unit *unit, struct rng *rng)
{
	uint64_t who = citizen_in(rng, unit->district);

	misuser->walks_phones = rng_chance(rng, 0.5);
	if (misuser->walks_phones) {
		misuser->cursor = subject_of(who, KIND_CALLS, 0);
		return;
	}
	do {
		who = citizen_in(rng, unit->district);
		misuser->cursor = subject_of(who, KIND_IDENTITY, 0);
	} while (misuser->cursor.form != FORM_NID17);
}

static struct misuser *
plant(struct portal *portal, uint32_t at, enum misuse_kind kind,
	struct rng *rng)
{
	const struct options *options = portal->options;
	struct misuser *misuser = &portal->misusers[portal->n_misusers++];
	struct user *user = &portal->users[at];
	const struct unit *unit = &portal->units[user->unit];
	int days = (int)options->days;
	double u = rng_unit(rng);

	memset(misuser, 0, sizeof *misuser);
	misuser->user = at;
	misuser->kind = kind;
	draw_second(misuser, options, rng);
	misuser->from = rng_between(rng, 0, options->demo ? 3 : days * 3 / 10);
	misuser->to = rng_chance(rng, options->demo ? 1 : 0.7) ? days :
		rng_between(rng, days * 7 / 10, days);
	misuser->zeal = rng_lognormal(rng, 1, 0.15);
	misuser->habit = u < 0.55 ? CASE_NONE : u < 0.8 ? CASE_REAL : CASE_FAKE;
	misuser->washed = -1;
	misuser->n_targets = 2 + rng_below(rng, 2);
	for (unsigned i = 0; i < TARGETS; i++) {
		misuser->targets[i] = citizen_in(rng, unit->district);
		misuser->pried[i] = -1;
	}
	draw_cursor(misuser, unit, rng);
	u = rng_unit(rng);
	if (u < 0.45 && portal->n_units > 1)
		misuser->elsewhere = portal->units[(user->unit + 1 +
			rng_below(rng, (uint32_t)portal->n_units - 1)) %
			portal->n_units].net + 10 + rng_below(rng, 40);
	else if (u < 0.75)
		misuser->elsewhere = 103u << 24 | rng_below(rng, 1u << 24);
	else
		misuser->elsewhere = 10u << 24 | 250u << 16 |
			rng_below(rng, 4) << 8 | (1 + rng_below(rng, 250));
	return misuser;
}

static void
plant_pair(struct portal *portal, struct misuser *first, struct rng *rng)
{
	const struct unit *unit =
		&portal->units[portal->users[first->user].unit];
	int64_t at = find_user(portal, MISUSE_COLLUSION, unit->users,
		unit->n_users, rng);
	struct misuser *other;

	if (at < 0)
		return;
	other = plant(portal, (uint32_t)at, MISUSE_COLLUSION, rng);
	other->from = first->from;
	other->to = first->to;
	other->partner = first;
	first->partner = other;
}

static void
plan_demo(struct portal *portal, struct rng *rng)
{
	for (uint32_t i = 0; i < portal->n_users; i++) {
		const struct user *user = &portal->users[i];
		bool chosen = (user->unit == 0 &&
				      user->role == ROLE_SUPERINTENDENT) ||
			(user->unit == 1 &&
				user->role == ROLE_ASSISTANT_SUPERINTENDENT);

		if (!chosen || (portal->n_misusers > 0 &&
			portal->users[portal->misusers[portal->n_misusers - 1]
				.user].unit == user->unit))
			continue;
		plant(portal, i, MISUSE_BULK, rng)->habit = CASE_NONE;
	}
}

void
misuse_plan(struct portal *portal)
{
	const struct options *options = portal->options;
	size_t wanted = options->strength > 0 ? options->misusers : 0;
	unsigned kind = 0;
	struct rng rng;

	portal->misusers = must_alloc(NULL, wanted + 1,
		sizeof *portal->misusers);
	rng_init(&rng, options->seed, STREAM_PLAN, 0, 0);
	if (options->demo && wanted > 0) {
		plan_demo(portal, &rng);
		return;
	}
	for (; portal->n_misusers < wanted; kind = (kind + 1) % MISUSE_KINDS) {
		struct misuser *misuser;
		int64_t at;

		if (!(options->kinds >> kind & 1))
			continue;
		/* Nobody colludes alone. */
		if (kind == MISUSE_COLLUSION &&
			portal->n_misusers + 1 == wanted &&
			options->kinds != 1u << MISUSE_COLLUSION)
			continue;
		at = find_user(portal, kind, NULL, portal->n_users, &rng);
		if (at < 0)
			return;
		misuser = plant(portal, (uint32_t)at, kind, &rng);
		if (kind == MISUSE_COLLUSION && portal->n_misusers < wanted)
			plant_pair(portal, misuser, &rng);
	}
}

int
misuse_write_truth(const struct portal *portal, const char *path)
{
	FILE *file = fopen(path, "w");
	bool failed;

	if (!file) {
		fprintf(stderr, "portal-sim: %s cannot be written\n", path);
		return -1;
	}
	fputs("user,misuse,strength,lookups\n", file);
	for (size_t i = 0; i < portal->n_misusers; i++) {
		const struct misuser *misuser = &portal->misusers[i];

		fprintf(file, "%s,%s", portal->users[misuser->user].name,
			misuse_names[misuser->kind]);
		if (misuser->second != MISUSE_KINDS)
			fprintf(file, "+%s", misuse_names[misuser->second]);
		fprintf(file, ",%g,%llu\n", portal->options->strength,
			(unsigned long long)misuser->lookups);
	}
	failed = ferror(file) != 0;
	failed |= fclose(file) != 0;
	if (failed)
		fprintf(stderr, "portal-sim: %s cannot be written\n", path);
	return failed ? -1 : 0;
}

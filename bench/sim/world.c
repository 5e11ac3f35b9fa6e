/* SPDX-License-Identifier: Apache-2.0 */
/* Who there is: units with their habits, users with theirs. */
#include "portal.h"
#include "units.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *const role_names[ROLES] = { "constable", "sub-inspector",
	"inspector", "assistant superintendent", "superintendent", "analyst",
	"verification officer", "immigration officer" };
const char *const purpose_names[PURPOSES] = { "", "investigation",
	"verification", "patrol check", "general diary", "court order",
	"intelligence", "travel control" };
const char *const outcome_names[OUTCOMES] = { "found", "empty", "denied" };

static const char *const role_codes[ROLES] = { "con", "si", "insp", "asp", "sp",
	"ana", "desk", "imm" };

struct role_traits {
	double volume; /* lookups on a day of use */
	double use; /* share of days present with any use */
	double no_case; /* share of case work without the number typed */
	double lone; /* share of lookups that are about a stranger */
	double office; /* share who keep office hours */
};

static const struct role_traits role_traits[ROLES] = {
	[ROLE_CONSTABLE] = { 12, .82, .10, .13, .35 },
	[ROLE_SUB_INSPECTOR] = { 12, .80, .05, .10, .75 },
	[ROLE_INSPECTOR] = { 9, .70, .07, .09, .85 },
	[ROLE_ASSISTANT_SUPERINTENDENT] = { 7, .60, .10, .10, .97 },
	[ROLE_SUPERINTENDENT] = { 5, .50, .14, .12, .97 },
	[ROLE_ANALYST] = { 20, .92, .05, .07, .90 },
	[ROLE_DESK] = { 30, .95, .97, .93, .97 },
	[ROLE_IMMIGRATION] = { 34, .95, .95, .94, .10 },
};

void *
must_alloc(void *old, size_t n, size_t size)
{
	void *new = reallocarray(old, n ? n : 1, size);

	if (!new) {
		fputs("portal-sim: out of memory\n", stderr);
		exit(1);
	}
	return new;
}

static void
unit_habits(struct unit *unit, const struct options *options, struct rng *rng)
{
	double loose = options->loose;

	unit->no_case = 0.6 * loose * rng_normal(rng);
	/* One unit in eight never learned to type the case. */
	if (rng_chance(rng, 0.12))
		unit->no_case += 1.8;
	unit->lone = 0.30 * loose * rng_normal(rng);
	unit->far = 0.2 * loose * rng_normal(rng);
	for (unsigned role = 0; role < ROLES; role++)
		unit->role_lone[role] = 0.15 * loose * rng_normal(rng);
}

static void
unit_build(struct unit *unit, size_t i, const struct options *options,
	struct rng *rng)
{
	int days = (int)options->days;

	unit_name(unit, i);
	unit->national = flavour_traits[unit->flavour].national;
	unit->net = 10u << 24 | (uint32_t)(16 + i / 64) << 16 |
		(uint32_t)(i % 64 * 4) << 8;
	unit->building = rng_chance(rng, options->shared);
	/* Neighbours in the list may share the house, not only the office. */
	unit->building_address = 10u << 24 | 200u << 16 |
		(uint32_t)(i / 2 % 256) << 8 | 1;
	unit->last_number = 100 + rng_below(rng, 4000);
	unit_habits(unit, options, rng);
	unit->surge_from = unit->surge_to = days;
	unit->surge = 1;
	if (rng_chance(rng, 0.08) && unit->flavour != FLAVOUR_POST) {
		unit->surge_from = rng_between(rng, 0, days - 1);
		unit->surge_to = unit->surge_from + rng_between(rng, 6, 14);
		unit->surge = 4 + 2 * rng_unit(rng);
	}
}

/* How many users each unit has: by kind and chance, summing to all users. */
static void
share_users(struct portal *portal, size_t *counts)
{
	size_t n = portal->n_units, left = portal->options->users, most = 0;
	double *weights = must_alloc(NULL, n, sizeof *weights), sum = 0;
	struct rng rng;

	rng_init(&rng, portal->options->seed, STREAM_WORLD, 1, 0);
	for (size_t i = 0; i < n; i++) {
		double size = flavour_traits[portal->units[i].flavour].size;

		weights[i] = size * rng_lognormal(&rng, 1, 0.45);
		if (portal->options->demo && size > 0)
			weights[i] = 1;
		sum += weights[i];
		counts[i] = 3;
	}
	left -= 3 * n;
	for (size_t i = 0; i < n; i++) {
		size_t extra = sum > 0 ? (size_t)(weights[i] / sum *
						(double)left) : 0;

		counts[i] += extra;
		if (weights[i] > weights[most])
			most = i;
	}
	for (size_t i = 0; i < n; i++)
		left -= counts[i] - 3;
	counts[most] += left;
	free(weights);
}

static enum role
draw_role(const struct unit *unit, size_t place, size_t size, bool demo,
	struct rng *rng)
{
	const double *shares = flavour_traits[unit->flavour].roles;

	/* Every unit of some size has somebody at its head. */
	if (size >= 10 && shares[ROLE_SUPERINTENDENT] > 0) {
		if (place == 0 || (demo && place == 3))
			return ROLE_SUPERINTENDENT;
		if (place == 1 || (demo && place == 4))
			return ROLE_ASSISTANT_SUPERINTENDENT;
	}
	if (unit->flavour == FLAVOUR_POST && place == 2)
		return rng_chance(rng, 0.3) ? ROLE_DESK : ROLE_CONSTABLE;
	return (enum role)rng_pick(rng, shares, ROLES);
}

static double
draw_volume(const struct options *options, struct rng *rng)
{
	double s = options->sigma;

	if (s <= 0)
		return 1;
	if (options->gamma)
		return rng_gamma(rng, 1 / (sim_exp(s * s) - 1));
	return rng_lognormal(rng, sim_exp(-s * s / 2), s);
}

static void
user_habits(struct user *user, const struct options *options, struct rng *rng)
{
	const struct role_traits *traits = &role_traits[user->role];
	double loose = options->loose;

	user->volume = traits->volume * draw_volume(options, rng);
	user->use = logistic(logit(traits->use) + 0.6 * rng_normal(rng));
	user->no_case = logit(traits->no_case) + 0.6 * loose * rng_normal(rng);
	if (rng_chance(rng, options->careless)) {
		user->careless = true;
		user->no_case = logit(0.5 + 0.45 * rng_unit(rng));
	}
	user->lone = logit(traits->lone) + 0.25 * loose * rng_normal(rng);
	user->far = logit(0.14) + 0.2 * loose * rng_normal(rng);
	user->gap = rng_lognormal(rng, 75, 0.35);
	user->rotates = false;
	user->shift = 0;
	if (!rng_chance(rng, traits->office)) {
		user->rotates = rng_chance(rng, 0.5);
		user->shift = rng_below(rng, 3);
	}
	user->day_off = rng_below(rng, 7);
}

static void
user_calendar(struct user *user, const struct portal *portal, struct rng *rng)
{
	int days = (int)portal->options->days;

	user->transfer_day = days + 1;
	user->later_unit = user->unit;
	if (portal->n_units > 1 && user->role < ROLE_DESK &&
		rng_chance(rng, portal->options->demo ? 0.01 : 0.03)) {
		user->transfer_day = rng_between(rng, days / 4, days * 2 / 3);
		do
			user->later_unit = rng_below(rng,
				(uint32_t)portal->n_units);
		while (user->later_unit == user->unit);
	}
	for (int i = 0; i < 2; i++) {
		int length = rng_between(rng, 3, 12);

		user->leave_from[i] = user->leave_to[i] = days;
		if (!rng_chance(rng, 0.4 * days / 90))
			continue;
		user->leave_from[i] = rng_between(rng, 0, days - 1);
		user->leave_to[i] = user->leave_from[i] + length;
	}
	user->host_day = days + 1;
	if (rng_chance(rng, 0.1))
		user->host_day = rng_between(rng, 1, days);
}

static void
name_user(struct portal *portal, struct user *user, size_t place)
{
	const struct unit *unit = &portal->units[user->unit];
	const char *family = family_name((uint32_t)mix64(
		portal->options->seed * 4096 + user->unit * 131 + place));
	unsigned same = 0;

	snprintf(user->name, sizeof user->name, "%s.%s.%s", unit->code,
		role_codes[user->role], family);
	for (const struct user *other = user - place; other < user; other++) {
		size_t len = strlen(user->name);

		same += strncmp(other->name, user->name, len) == 0 &&
			(other->name[len] == '\0' ||
				(other->name[len] >= '0' &&
					other->name[len] <= '9'));
	}
	if (same > 0)
		snprintf(user->name, sizeof user->name, "%s.%s.%s%u",
			unit->code, role_codes[user->role], family, same + 1);
}

/* The operators who look up for everybody else in the unit. */
static void
choose_hubs(struct portal *portal, struct unit *unit, struct rng *rng)
{
	unsigned hubs = unit->n_users >= 60 ? 2 : unit->n_users >= 8;

	if (!rng_chance(rng, portal->options->demo ? 1 : 0.8))
		return;
	for (size_t i = 0; i < unit->n_users && hubs > 0; i++) {
		struct user *user = &portal->users[unit->users[i]];

		if (user->role != ROLE_CONSTABLE || user->careless)
			continue;
		user->hub = true;
		user->use = 0.97;
		user->transfer_day = (int)portal->options->days + 1;
		user->volume = 12 * (6 + 7 * rng_unit(rng));
		user->gap *= 0.6;
		hubs--;
	}
}

static void
unit_staff(struct portal *portal, size_t at, size_t n)
{
	struct unit *unit = &portal->units[at];
	struct rng rng;

	unit->users = must_alloc(NULL, n, sizeof *unit->users);
	unit->n_users = n;
	unit->teams = (unsigned)(n / 9 ? n / 9 : 1);
	for (size_t i = 0; i < n; i++) {
		struct user *user = &portal->users[portal->n_users];

		rng_init(&rng, portal->options->seed, STREAM_USER,
			portal->n_users, 0);
		memset(user, 0, sizeof *user);
		user->unit = (uint32_t)at;
		user->role = draw_role(unit, i, n, portal->options->demo, &rng);
		user->team = rng_below(&rng, unit->teams);
		user->host = 10 + (uint32_t)i;
		user->later_host = 10 + rng_below(&rng, (uint32_t)n + 5);
		user_habits(user, portal->options, &rng);
		user_calendar(user, portal, &rng);
		name_user(portal, user, i);
		unit->users[i] = (uint32_t)portal->n_users++;
	}
	rng_init(&rng, portal->options->seed, STREAM_WORLD, 2, at);
	choose_hubs(portal, unit, &rng);
}

void
world_build(struct portal *portal, const struct options *options)
{
	size_t *counts;
	struct rng rng;

	memset(portal, 0, sizeof *portal);
	portal->options = options;
	portal->n_units = options->units;
	portal->units = must_alloc(NULL, options->units, sizeof(struct unit));
	portal->users = must_alloc(NULL, options->users, sizeof(struct user));
	memset(portal->units, 0, options->units * sizeof(struct unit));
	rng_init(&rng, options->seed, STREAM_WORLD, 0, 0);
	for (size_t i = 0; i < portal->n_units; i++)
		unit_build(&portal->units[i], i, options, &rng);
	counts = must_alloc(NULL, portal->n_units, sizeof *counts);
	share_users(portal, counts);
	for (size_t i = 0; i < portal->n_units; i++)
		unit_staff(portal, i, counts[i]);
	free(counts);
}

void
world_free(struct portal *portal)
{
	for (size_t i = 0; i < portal->n_units; i++) {
		free(portal->units[i].active);
		free(portal->units[i].users);
	}
	for (size_t i = 0; i < portal->n_cases; i++)
		free(portal->cases[i].entries);
	free(portal->units);
	free(portal->users);
	free(portal->cases);
	free(portal->joints);
	free(portal->misusers);
	free(portal->today.items);
	free(portal->tomorrow.items);
}

unsigned
user_unit(const struct user *user, int day)
{
	return day >= user->transfer_day ? user->later_unit : user->unit;
}

uint32_t
user_source(const struct portal *portal, const struct user *user, int day,
	struct rng *rng)
{
	unsigned at = user_unit(user, day);
	const struct unit *unit = &portal->units[at];
	uint32_t host = day >= user->host_day ? user->later_host : user->host;
	double u = rng_unit(rng);

	/* The mobile gateway, which everybody uses now and then. */
	if (u < 0.012)
		return 10u << 24 | 250u << 16 | rng_below(rng, 4) << 8 |
			(1 + rng_below(rng, 250));
	if (unit->building)
		return unit->building_address + (u > 0.9);
	/* A colleague's or the common terminal. */
	if (u < 0.10)
		return unit->net + 2 + rng_below(rng, 4);
	if (u < 0.13)
		return unit->net + 10 +
			rng_below(rng, (uint32_t)unit->n_users);
	if (day >= user->transfer_day)
		host = 10 + host % 200;
	return unit->net + host % 1000;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* What honest officers do all day. */
#include "portal.h"

/* Mean lookups of the two sorts of task; shares are of lookups, not tasks. */
static const double A_CASE_TASK = 3.0, A_STRANGER = 1.3;

static const double kinds_of_role[ROLES][KINDS] = {
	/*                  identity calls regis crim vehic passp */
	[ROLE_CONSTABLE] = { .50, .04, .12, .16, .16, .02 },
	[ROLE_SUB_INSPECTOR] = { .38, .18, .20, .14, .07, .03 },
	[ROLE_INSPECTOR] = { .36, .22, .20, .13, .05, .04 },
	[ROLE_ASSISTANT_SUPERINTENDENT] = { .40, .20, .18, .14, .04, .04 },
	[ROLE_SUPERINTENDENT] = { .46, .16, .16, .14, .03, .05 },
	[ROLE_ANALYST] = { .20, .44, .30, .03, .02, .01 },
	[ROLE_DESK] = { .55, .00, .02, .38, .00, .05 },
	[ROLE_IMMIGRATION] = { .18, .00, .00, .10, .00, .72 },
};

/* A task at hand: who, where, when. */
struct task {
	struct portal *portal;
	struct user *user;
	uint32_t number; /* of the user */
	unsigned unit;
	int day;
	double second;
	double no_case;
	const struct joint *joint;
	struct rng rng;
};

double
work_surge(const struct unit *unit, int day)
{
	return day >= unit->surge_from && day < unit->surge_to ? unit->surge :
								 1;
}

double
work_no_case(const struct portal *portal, const struct user *user,
	unsigned unit)
{
	return logistic(user->no_case + portal->units[unit].no_case);
}

uint64_t
work_citizen(struct rng *rng, const struct unit *unit, double far)
{
	if (rng_chance(rng, logistic(far)))
		return citizen_anywhere(rng);
	if (rng_chance(rng, 0.12))
		return citizen_in(rng, district_near(rng, unit->district));
	return citizen_in(rng, unit->district);
}

enum kind
work_kind(struct rng *rng, enum role role)
{
	return (enum kind)rng_pick(rng, kinds_of_role[role], KINDS);
}

static bool
kind_fits(enum kind kind, unsigned form)
{
	switch (kind) {
	case KIND_CALLS:
	case KIND_REGISTRATION:
		return form == FORM_PHONE;
	case KIND_VEHICLE:
		return form == FORM_PLATE;
	case KIND_PASSPORT:
		return form == FORM_PASSPORT || form <= FORM_NID17;
	default:
		return form <= FORM_NID17;
	}
}

/* A kind of data that can be asked by such an identifier. */
enum kind
work_kind_for(struct rng *rng, enum role role, unsigned form)
{
	for (int i = 0; i < 12; i++) {
		enum kind kind = work_kind(rng, role);

		if (kind_fits(kind, form))
			return kind;
	}
	if (form == FORM_PHONE)
		return KIND_REGISTRATION;
	if (form == FORM_PLATE)
		return KIND_VEHICLE;
	return form == FORM_PASSPORT ? KIND_PASSPORT : KIND_IDENTITY;
}

static double
present(const struct portal *portal, const struct user *user, int day)
{
	uint64_t date = (uint64_t)(portal->options->start + day);
	unsigned weekday = (unsigned)((date + 4) % 7);
	bool office = user->shift == 0 && !user->rotates;

	for (int i = 0; i < 2; i++) {
		if (day >= user->leave_from[i] && day < user->leave_to[i])
			return 0;
	}
	if (!office)
		return weekday == user->day_off ? 0.05 : 0.92;
	if (weekday >= 5)
		return 0.15;
	return mix64(date) % 25 == 0 ? 0.2 : 0.92;
}

bool
work_present(const struct portal *portal, const struct user *user, int day,
	struct rng *rng)
{
	return rng_chance(rng, present(portal, user, day));
}

double
work_expected(const struct portal *portal, const struct user *user, int day)
{
	const struct unit *unit = &portal->units[user_unit(user, day)];

	return present(portal, user, day) * user->use * user->volume *
		work_surge(unit, day);
}

double
work_start(struct rng *rng, const struct user *user, int day)
{
	static const double start[] = { 9, 14, 21.5 };
	unsigned shift = user->shift;
	double hour;

	if (user->rotates)
		shift = (shift + (unsigned)(day / 7)) % 3;
	hour = start[shift] + 8 * rng_unit(rng);
	if (shift == 0 && hour >= 13 && hour < 14 && rng_chance(rng, 0.6))
		hour += 1;
	if (rng_chance(rng, 0.07))
		hour = start[shift] + 8 + 3.5 * rng_unit(rng) * rng_unit(rng);
	return hour * 3600;
}

enum outcome
work_outcome(struct rng *rng, enum role role, enum kind kind)
{
	bool barred = role == ROLE_CONSTABLE && kind == KIND_CALLS;

	if (rng_chance(rng, barred ? 0.08 : 0.005))
		return OUTCOME_DENIED;
	return rng_chance(rng, 0.045) ? OUTCOME_EMPTY : OUTCOME_FOUND;
}

static void
task_emit(struct task *task, struct lookup lookup, struct subject subject)
{
	struct rng *rng = &task->rng;
	const struct user *user = task->user;

	lookup.user = task->number;
	lookup.unit = (uint16_t)task->unit;
	if (rng_chance(rng, 0.06))
		lookup.purpose = PURPOSE_NONE;
	if (lookup.case_number && rng_chance(rng, 0.008))
		lookup.case_slip = (uint8_t)(1 + rng_below(rng, 36));
	if (rng_chance(rng, 0.006)) {
		struct lookup wrong = lookup;
		struct subject slip = subject_mistyped(rng, subject);

		wrong.subject = slip.value;
		wrong.form = slip.form;
		wrong.district = slip.district;
		wrong.outcome = rng_chance(rng, 0.9) ? OUTCOME_EMPTY :
						       OUTCOME_FOUND;
		wrong.second = (uint32_t)task->second;
		portal_emit(task->portal, wrong);
		task->second += 8 + 30 * rng_unit(rng);
	}
	lookup.subject = subject.value;
	lookup.form = subject.form;
	lookup.district = rng_chance(rng, 0.015) ? DISTRICTS : subject.district;
	lookup.outcome = (uint8_t)work_outcome(rng, user->role, lookup.kind);
	lookup.second = (uint32_t)task->second;
	portal_emit(task->portal, lookup);
	/* A slow portal is asked again, most of all when it found nothing. */
	while (rng_chance(rng, lookup.outcome ? 0.2 : 0.02)) {
		task->second += 4 + 40 * rng_unit(rng);
		lookup.second = (uint32_t)task->second;
		lookup.outcome = OUTCOME_FOUND;
		portal_emit(task->portal, lookup);
	}
	task->second += rng_lognormal(rng, user->gap, 0.7);
}

/* Which case the task is about; -1: none. Sets the number to be typed. */
static int64_t
choose_case(struct task *task, struct lookup *lookup)
{
	struct portal *portal = task->portal;
	struct rng *rng = &task->rng;
	const struct joint *joint = task->joint;
	int64_t number = case_for(portal, rng, task->number, task->day);
	int64_t typed = number;

	if (joint && joint->n_cases > 0 && rng_chance(rng, 0.35)) {
		number = joint->cases[rng_below(rng, joint->n_cases)];
		if (joint->host_number || typed < 0)
			typed = number;
	} else if (rng_chance(rng, 0.006)) {
		/* A colleague elsewhere rang and asked for help. */
		number = case_any(portal, rng,
			rng_below(rng, (uint32_t)portal->n_units));
	}
	if (typed >= 0 && !rng_chance(rng, task->no_case)) {
		lookup->case_number = portal->cases[typed].number;
		lookup->case_unit = portal->cases[typed].unit;
	}
	return number;
}

static unsigned
case_task(struct task *task, unsigned most)
{
	struct portal *portal = task->portal;
	struct rng *rng = &task->rng;
	struct lookup lookup = { 0 };
	int64_t number = choose_case(task, &lookup);
	unsigned n = 1, done = 0;
	uint32_t last = 0;

	if (number < 0)
		return 0;
	while (n < most && n < 24 && rng_chance(rng, 1 - 1 / A_CASE_TASK))
		n++;
	lookup.source = user_source(portal, task->user, task->day, rng);
	lookup.purpose = rng_chance(rng, 0.82) ? PURPOSE_INVESTIGATION :
		rng_chance(rng, 0.5)	       ? PURPOSE_COURT :
						 PURPOSE_INTELLIGENCE;
	for (; done < n; done++) {
		struct lookup one = lookup;
		struct entry *entry;

		if (done == 0 || !rng_chance(rng, 0.2))
			last = case_entry(portal, rng, (uint32_t)number,
				task->user, task->unit, 1);
		entry = &portal->cases[number].entries[last];
		entry->seen = (uint16_t)(entry->seen + (entry->seen < 60000));
		portal->cases[number].lookups++;
		one.kind = (uint8_t)work_kind_for(rng, task->user->role,
			entry->subject.form);
		if (rng_chance(rng, 0.03))
			one.case_number = 0;
		task_emit(task, one, entry->subject);
	}
	return done;
}

static uint64_t
choose_stranger(struct task *task)
{
	struct user *user = task->user;
	const struct unit *unit = &task->portal->units[task->unit];
	struct rng *rng = &task->rng;
	double far = user->far + unit->far;
	uint64_t who;

	if (user->n_strangers > 0 && rng_chance(rng, 0.04))
		return user->strangers[rng_below(rng, user->n_strangers < 4 ?
				user->n_strangers : 4)];
	if (unit->national)
		far += 1.3;
	if (rng_chance(rng, 0.004))
		who = citizen_known(rng, 0) % 20;
	else if (rng_chance(rng, user->role >= ROLE_DESK ? 0.02 : 0.12))
		who = citizen_known(rng, unit->district);
	else
		who = work_citizen(rng, unit, far);
	user->strangers[user->n_strangers++ % 4] = who;
	return who;
}

static void
stranger_case(struct task *task, struct lookup *lookup)
{
	struct rng *rng = &task->rng;
	double none = task->user->role >= ROLE_DESK ? task->no_case :
		0.35 + 0.65 * task->no_case;
	int64_t number;

	if (rng_chance(rng, none))
		return;
	/* An entry in the general diary has a number, and is no case. */
	if (rng_chance(rng, 0.3)) {
		lookup->case_number = 40000 + rng_below(rng, 50000);
		lookup->case_unit = (uint16_t)task->unit;
		return;
	}
	number = case_for(task->portal, rng, task->number, task->day);
	if (number < 0)
		return;
	lookup->case_number = task->portal->cases[number].number;
	lookup->case_unit = task->portal->cases[number].unit;
}

/* Somebody at a checkpoint, at the counter, in a letter. */
static unsigned
stranger_task(struct task *task, unsigned most)
{
	static const enum purpose purposes[] = { PURPOSE_PATROL, PURPOSE_DIARY,
		PURPOSE_INVESTIGATION, PURPOSE_INTELLIGENCE };
	struct rng *rng = &task->rng;
	enum role role = task->user->role;
	struct lookup lookup = { 0 };
	uint64_t who = choose_stranger(task);
	unsigned done = 0;

	lookup.source =
		user_source(task->portal, task->user, task->day, rng);
	lookup.purpose = (uint8_t)(role == ROLE_DESK ? PURPOSE_VERIFICATION :
		role == ROLE_IMMIGRATION ? PURPOSE_TRAVEL :
		purposes[rng_below(rng, 4)]);
	stranger_case(task, &lookup);
	do {
		enum kind kind = work_kind(rng, role);

		lookup.kind = (uint8_t)kind;
		task_emit(task, lookup, subject_of(who, kind,
			rng_below(rng, FACETS)));
		done++;
	} while (done < most && rng_chance(rng, 1 - 1 / A_STRANGER));
	return done;
}

static double
stranger_share(const struct task *task)
{
	const struct unit *unit = &task->portal->units[task->unit];
	const struct user *user = task->user;
	double lone = user->lone + unit->lone + unit->role_lone[user->role];
	double p;

	if (work_surge(unit, task->day) > 1)
		lone += 0.25;
	p = logistic(lone);
	return p / A_STRANGER / (p / A_STRANGER + (1 - p) / A_CASE_TASK);
}

void
work_day(struct portal *portal, uint32_t number, int day)
{
	struct user *user = &portal->users[number];
	struct task task = { .portal = portal, .user = user, .number = number,
		.unit = user_unit(user, day), .day = day };
	struct rng *rng = &task.rng;
	double strangers, mean;
	unsigned n;

	user->given_up = 0;
	rng_init(rng, portal->options->seed, STREAM_WORK, number,
		(uint64_t)day);
	if (!work_present(portal, user, day, rng) ||
		!rng_chance(rng, user->use))
		return;
	mean = user->volume * portal->scale *
		work_surge(&portal->units[task.unit], day);
	n = rng_count(rng, mean, 4);
	user->given_up = (unsigned)(n * user->replaced + rng_unit(rng));
	if (user->given_up > n)
		user->given_up = n;
	n -= user->given_up;
	task.no_case = work_no_case(portal, user, task.unit);
	task.joint = joint_of(portal, number, day);
	strangers = stranger_share(&task);
	while (n > 0) {
		unsigned done;

		task.second = work_start(rng, user, day);
		if (rng_chance(rng, strangers))
			done = stranger_task(&task, n);
		else
			done = case_task(&task, n);
		if (done == 0)
			done = stranger_task(&task, n);
		n -= done < n ? done : n;
	}
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The portal: units, users, cases, and the state of the simulated day.
 *
 * The portal owns all it points to; indices into units, users and cases stay
 * valid for its life, pointers into cases do not (a new case may move them).
 * Days before the first (negative) open cases and are not written, so that the
 * log begins in the middle of work.
 */
#ifndef SIM_PORTAL_H
#define SIM_PORTAL_H

#include "options.h"
#include "rng.h"
#include "subject.h"

enum role {
	ROLE_CONSTABLE,
	ROLE_SUB_INSPECTOR,
	ROLE_INSPECTOR,
	ROLE_ASSISTANT_SUPERINTENDENT,
	ROLE_SUPERINTENDENT,
	ROLE_ANALYST,
	ROLE_DESK,
	ROLE_IMMIGRATION,
	ROLES
};

enum purpose {
	PURPOSE_NONE,
	PURPOSE_INVESTIGATION,
	PURPOSE_VERIFICATION,
	PURPOSE_PATROL,
	PURPOSE_DIARY,
	PURPOSE_COURT,
	PURPOSE_INTELLIGENCE,
	PURPOSE_TRAVEL,
	PURPOSES
};

enum outcome { OUTCOME_FOUND, OUTCOME_EMPTY, OUTCOME_DENIED, OUTCOMES };

/* A line of the log to be. */
struct lookup {
	uint64_t subject;
	uint32_t second; /* since midnight */
	uint32_t user;
	uint32_t source; /* IPv4 */
	uint32_t case_number; /* 0: none given */
	uint16_t case_unit;
	uint16_t unit;
	uint8_t form;
	uint8_t kind;
	uint8_t district;
	uint8_t purpose;
	uint8_t outcome;
	uint8_t case_slip; /* how the case number is mistyped; 0: not */
};

struct lookups {
	struct lookup *items;
	size_t n, cap;
};

/* A subject of a case. */
struct entry {
	uint64_t citizen;
	struct subject subject;
	uint16_t seen; /* lookups so far */
};

enum { MEMBERS = 6, CASES_A_USER = 16, RECENT = 16 };

struct caseref {
	struct entry *entries;
	uint32_t n_entries, cap_entries;
	uint32_t number;
	uint32_t members[MEMBERS];
	uint32_t lookups;
	int32_t opened, closes;
	float appetite; /* subjects at which the case is half exhausted */
	uint16_t unit;
	uint8_t district;
	uint8_t n_members;
};

struct unit {
	char name[32];
	char code[16];
	unsigned flavour;
	unsigned district;
	bool national;
	bool building; /* the whole building has one address */
	uint32_t net; /* the unit's own addresses begin here */
	uint32_t building_address;
	double no_case, lone, far; /* habits, on the logit scale */
	double role_lone[ROLES];
	int surge_from, surge_to;
	double surge; /* factor */
	uint32_t *active; /* cases at work */
	size_t n_active, cap_active;
	uint32_t recent[RECENT]; /* closed last */
	unsigned n_recent;
	uint32_t last_number;
	uint32_t *users; /* by first unit */
	size_t n_users;
	unsigned teams;
	double case_work; /* lookups a day on cases, expected */
};

struct user {
	char name[48];
	uint32_t unit;
	uint32_t later_unit; /* from transfer_day on */
	int transfer_day; /* beyond the last day: never */
	enum role role;
	bool hub;
	bool careless;
	unsigned team;
	unsigned shift; /* 0 day, 1 evening, 2 night */
	bool rotates;
	unsigned day_off;
	double volume; /* lookups on a day of use, before scale */
	double use; /* share of the days present with any use */
	double no_case, lone, far; /* own habits, logit scale */
	double gap; /* median seconds between lookups of one task */
	uint32_t host;
	uint32_t later_host;
	int host_day;
	int leave_from[2], leave_to[2];
	uint32_t cases[CASES_A_USER];
	unsigned n_cases;
	double replaced; /* share of work given up for misuse */
	unsigned given_up; /* lookups given up today */
	uint64_t strangers[4]; /* asked about last */
	unsigned n_strangers;
};

/* One unit lends officers to another's cases. */
struct joint {
	uint32_t host, guest;
	int from, to;
	uint32_t cases[3];
	unsigned n_cases;
	uint32_t members[8];
	unsigned n_members;
	bool host_number; /* they type the host's case number */
};

struct misuser;

struct portal {
	const struct options *options;
	struct unit *units;
	size_t n_units;
	struct user *users;
	size_t n_users;
	struct caseref *cases;
	size_t n_cases, cap_cases;
	struct joint *joints;
	size_t n_joints;
	struct misuser *misusers;
	size_t n_misusers;
	double scale; /* makes the total what was asked for */
	struct lookups today, tomorrow;
	uint64_t lookups; /* emitted so far */
};

extern const char *const role_names[ROLES];
extern const char *const purpose_names[PURPOSES];
extern const char *const outcome_names[OUTCOMES];

/* Ends the program: a simulator without memory has nothing to save. */
void *must_alloc(void *old, size_t n, size_t size);

/* world.c */
void world_build(struct portal *portal, const struct options *options);
void world_free(struct portal *portal);
unsigned user_unit(const struct user *user, int day);
uint32_t user_source(const struct portal *portal, const struct user *user,
	int day, struct rng *rng);

/* cases.c */
void cases_warm_up(struct portal *portal);
/* Close and open cases, before the day's work. */
void cases_day(struct portal *portal, int day);
/* A case for a lookup of this user; -1: his unit has none. */
int64_t case_for(struct portal *portal, struct rng *rng, uint32_t user,
	int day);
/* A subject of the case, a new one or one on its list; its index. */
uint32_t case_entry(struct portal *portal, struct rng *rng, uint32_t number,
	const struct user *user, unsigned unit, double fresh);
int64_t case_any(const struct portal *portal, struct rng *rng, unsigned unit);
void joints_plan(struct portal *portal);
const struct joint *joint_of(const struct portal *portal, uint32_t user,
	int day);

/* work.c */
/* Lookups expected of a user on a day, before scale. */
double work_expected(const struct portal *portal, const struct user *user,
	int day);
bool work_present(const struct portal *portal, const struct user *user,
	int day, struct rng *rng);
void work_day(struct portal *portal, uint32_t user, int day);
double work_surge(const struct unit *unit, int day);
double work_no_case(const struct portal *portal, const struct user *user,
	unsigned unit);
uint64_t work_citizen(struct rng *rng, const struct unit *unit, double far);
enum kind work_kind(struct rng *rng, enum role role);
/* A kind of data that can be asked by such an identifier. */
enum kind work_kind_for(struct rng *rng, enum role role, unsigned form);
enum outcome work_outcome(struct rng *rng, enum role role, enum kind kind);
/* When a task of the user's shift begins, in seconds. */
double work_start(struct rng *rng, const struct user *user, int day);

/* misuse.c, misuse-plan.c */
void misuse_plan(struct portal *portal);
void misuse_day(struct portal *portal, int day);
int misuse_write_truth(const struct portal *portal, const char *path);

/* Second may lie beyond midnight: it then belongs to the next day's file. */
void portal_emit(struct portal *portal, struct lookup lookup);

#endif

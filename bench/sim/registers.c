/* SPDX-License-Identifier: Apache-2.0 */
#include "registers.h"

#include "citizens.h"
#include "dates.h"
#include "units.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* How dirty the registers are; shares. */
static const double USER_MISSING = 0.03, TRANSFER_UNKNOWN = 0.2,
		    SHIFT_WRONG = 0.08, CASE_MISSING = 0.03, OPENED_LATE = 0.15,
		    CLOSED_EARLY = 0.1, NEVER_CLOSED = 0.08,
		    MEMBER_MISSING = 0.1, NUMBER_MISTYPED = 0.01,
		    SUBJECT_MISTYPED = 0.005, PERSON_MISSING = 0.35,
		    IDENTIFIER_MISSING = 0.25, PHONE_SHARED = 0.01;

struct book {
	const struct portal *portal;
	const struct citizens *citizens;
	FILE *file;
	struct rng rng;
};

static const char *
book_date(const struct book *book, int day, char out[DATE_LEN + 1])
{
	date_format(book->portal->options->start + day, out);
	return out;
}

static void
put_case(const struct book *book, const struct caseref *caseref,
	uint32_t number)
{
	char code[32], date[DATE_LEN + 1];

	code[unit_case_code(&book->portal->units[caseref->unit], code)] = '\0';
	book_date(book, 0, date);
	fprintf(book->file, "%s-%u/%.2s", code, (unsigned)number, date + 2);
}

static void
write_user(struct book *book, const struct user *user)
{
	static const char *const shifts[] = { "09:00-17:00", "14:00-22:00",
		"21:30-05:30" };
	const struct portal *portal = book->portal;
	const char *shift = user->rotates ? "" : shifts[user->shift];
	char date[DATE_LEN + 1];
	int day = user->transfer_day;

	if (rng_chance(&book->rng, USER_MISSING))
		return;
	if (rng_chance(&book->rng, SHIFT_WRONG))
		shift = shifts[rng_below(&book->rng, 3)];
	if (day > (int)portal->options->days ||
		rng_chance(&book->rng, TRANSFER_UNKNOWN)) {
		fprintf(book->file, "%s,%s,%s,,,%s\n", user->name,
			portal->units[user->unit].name, role_names[user->role],
			shift);
		return;
	}
	/* The office learns of it some days after. */
	day += rng_between(&book->rng, 0, 8);
	fprintf(book->file, "%s,%s,%s,,%s,%s\n", user->name,
		portal->units[user->unit].name, role_names[user->role],
		book_date(book, day - 1, date), shift);
	fprintf(book->file, "%s,%s,%s,%s,,%s\n", user->name,
		portal->units[user->later_unit].name, role_names[user->role],
		book_date(book, day, date), shift);
}

static void
write_roster(struct book *book)
{
	fputs("user,unit,role,from,to,shift\n", book->file);
	for (size_t i = 0; i < book->portal->n_users; i++)
		write_user(book, &book->portal->users[i]);
}

static void
write_units(struct book *book)
{
	fputs("unit,area,scope,kinds\n", book->file);
	for (size_t i = 0; i < book->portal->n_units; i++) {
		const struct unit *unit = &book->portal->units[i];
		const char *kinds = "identity;call-records;registration;"
				    "criminal-record;vehicle;passport";

		if (unit->flavour == FLAVOUR_VERIFY)
			kinds = "identity;registration;criminal-record;"
				"passport";
		if (unit->flavour == FLAVOUR_AIRPORT)
			kinds = "identity;criminal-record;passport";
		fprintf(book->file, "%s,%s,%s,%s\n", unit->name,
			district_names[unit->district],
			unit->national ? "national" : "area", kinds);
	}
}

static void
write_case(struct book *book, const struct caseref *caseref)
{
	const struct portal *portal = book->portal;
	struct rng *rng = &book->rng;
	char opened[DATE_LEN + 1], closed[DATE_LEN + 1] = "";
	int from = caseref->opened, to = caseref->closes;
	bool first = true;

	if (rng_chance(rng, CASE_MISSING))
		return;
	if (rng_chance(rng, OPENED_LATE))
		from += rng_between(rng, 1, 4);
	if (rng_chance(rng, CLOSED_EARLY))
		to -= rng_between(rng, 1, 3);
	if (to < (int)portal->options->days && to >= from &&
		!rng_chance(rng, NEVER_CLOSED))
		book_date(book, to, closed);
	put_case(book, caseref, caseref->number);
	fprintf(book->file, ",%s,%s,%s,", portal->units[caseref->unit].name,
		book_date(book, from, opened), closed);
	if (caseref->n_members > 0)
		fputs(portal->users[caseref->members[0]].name, book->file);
	fputc(',', book->file);
	for (unsigned i = 0; i < caseref->n_members; i++) {
		if (rng_chance(rng, MEMBER_MISSING))
			continue;
		fprintf(book->file, "%s%s", first ? "" : ";",
			portal->users[caseref->members[i]].name);
		first = false;
	}
	fputc('\n', book->file);
}

static void
write_cases(struct book *book)
{
	fputs("case,unit,opened,closed,lead,members\n", book->file);
	for (size_t i = 0; i < book->portal->n_cases; i++)
		write_case(book, &book->portal->cases[i]);
}

static void
write_entries(struct book *book, const struct caseref *caseref, double missing)
{
	struct rng *rng = &book->rng;
	char text[SUBJECT_MAX + 1];

	for (uint32_t i = 0; i < caseref->n_entries; i++) {
		struct subject subject = caseref->entries[i].subject;
		uint32_t number = caseref->number;

		if (rng_chance(rng, missing))
			continue;
		if (rng_chance(rng, NUMBER_MISTYPED))
			number += 1 + 10 * rng_below(rng, 9);
		if (rng_chance(rng, SUBJECT_MISTYPED))
			subject = subject_mistyped(rng, subject);
		text[subject_format(subject.value, subject.form, text)] = '\0';
		put_case(book, caseref, number);
		fprintf(book->file, ",%s\n", text);
	}
}

/* A tenth to a fifth of a unit's subjects never reach the register. */
static void
write_case_subjects(struct book *book)
{
	const struct portal *portal = book->portal;

	fputs("case,subject\n", book->file);
	for (size_t i = 0; i < portal->n_cases; i++) {
		const struct caseref *caseref = &portal->cases[i];
		uint64_t hash = mix64(portal->options->seed * 977 +
			caseref->unit);

		write_entries(book, caseref,
			0.1 + 0.1 * (double)(hash % 1000) / 1000);
	}
}

static void
write_identifier(struct book *book, uint64_t who, enum kind kind,
	unsigned which)
{
	struct subject subject = subject_of(who, kind, which);
	char text[SUBJECT_MAX + 1];

	if (rng_chance(&book->rng, IDENTIFIER_MISSING))
		return;
	text[subject_format(subject.value, subject.form, text)] = '\0';
	fprintf(book->file, "%s,P%012llx\n", text, (unsigned long long)who);
}

/* Two thirds of those ever asked about, with most of their identifiers; a
 * phone now and then is another's, too. */
static void
write_persons(struct book *book)
{
	uint64_t *list;
	size_t n = citizens_list(book->citizens, &list);

	fputs("subject,person\n", book->file);
	for (size_t i = 0; i < n; i++) {
		if (rng_chance(&book->rng, PERSON_MISSING))
			continue;
		write_identifier(book, list[i], KIND_IDENTITY, 0);
		write_identifier(book, list[i], KIND_CALLS, 0);
		write_identifier(book, list[i], KIND_CALLS, 1);
		write_identifier(book, list[i], KIND_PASSPORT, 0);
		if (i > 0 && rng_chance(&book->rng, PHONE_SHARED)) {
			struct subject phone =
				subject_of(list[i - 1], KIND_CALLS, 0);
			char text[SUBJECT_MAX + 1];

			text[subject_format(phone.value, phone.form, text)] =
				'\0';
			fprintf(book->file, "%s,P%012llx\n", text,
				(unsigned long long)list[i]);
		}
	}
	free(list);
}

int
registers_write(const struct portal *portal, const struct citizens *citizens,
	const char *dir)
{
	static const struct {
		const char *name;
		void (*write)(struct book *book);
	} books[] = {
		{ "roster", write_roster },
		{ "units", write_units },
		{ "cases", write_cases },
		{ "case-subjects", write_case_subjects },
		{ "persons", write_persons },
	};

	for (size_t i = 0; i < sizeof books / sizeof *books; i++) {
		struct book book = { .portal = portal,
			.citizens = citizens };
		char path[4096];
		bool failed;

		rng_init(&book.rng, portal->options->seed, STREAM_REGISTERS, i,
			0);
		snprintf(path, sizeof path, "%s/%s.csv", dir, books[i].name);
		book.file = fopen(path, "w");
		failed = !book.file;
		if (book.file) {
			books[i].write(&book);
			failed = ferror(book.file) != 0;
			failed |= fclose(book.file) != 0;
		}
		if (failed) {
			fprintf(stderr, "portal-sim: %s cannot be written\n",
				path);
			return -1;
		}
	}
	return 0;
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "writer.h"

#include "dates.h"
#include "forms.h"
#include "sink.h"
#include "units.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LINE_ROOM = 512, QUEUE = 64, TEXT = 112, CASE_MAX = 48, SOURCE_MAX = 16
};

/* "user,unit,role," of a user; the second after his transfer. */
struct user_text {
	uint8_t len[2];
	char text[2][TEXT];
};

struct job {
	struct lookups lookups;
	int day;
};

struct writer {
	const struct portal *portal;
	const char *dir;
	struct user_text *users;
	pthread_t threads[64];
	unsigned n_threads;
	pthread_mutex_t lock;
	pthread_cond_t changed;
	struct job queue[QUEUE];
	unsigned n_queued;
	bool finished;
	bool failed;
	struct sink one; /* the one file */
	char year[4];
};

/* What a thread needs to write a day. */
struct desk {
	struct sink sink;
	uint32_t counts[SECONDS_A_DAY + 1];
	char buffer[SINK_BUFFER];
	char day[DATE_LEN + 1];
	char day_before[DATE_LEN + 1];
};

static inline char *
put_text(char *out, const char *text)
{
	size_t len = strlen(text);

	memcpy(out, text, len);
	return out + len;
}

static inline char *
put_number(char *out, uint32_t value)
{
	char digits[10];
	size_t n = 0;

	do {
		digits[n++] = (char)('0' + value % 10);
		value /= 10;
	} while (value);
	while (n > 0)
		*out++ = digits[--n];
	return out;
}

static inline char *
put_pair(char *out, uint32_t value, char after)
{
	out[0] = (char)('0' + value / 10);
	out[1] = (char)('0' + value % 10);
	out[2] = after;
	return out + 3;
}

/* One of the last three digits mistyped. */
static uint32_t
slip_number(uint32_t number, unsigned slip)
{
	uint32_t power = slip % 3 == 0 ? 1 : slip % 3 == 1 ? 10 : 100;
	uint32_t digit = number / power % 10;

	return number - digit * power + (digit + 1 + slip / 4) % 10 * power;
}

static char *
put_case(const struct writer *writer, char *out, const struct lookup *lookup)
{
	uint32_t number = lookup->case_number;

	if (number == 0)
		return out;
	if (lookup->case_slip)
		number = slip_number(number, lookup->case_slip);
	out += unit_case_code(&writer->portal->units[lookup->case_unit], out);
	*out++ = '-';
	out = put_number(out, number);
	*out++ = '/';
	return put_text(out, writer->year);
}

static char *
put_source(char *out, uint32_t source)
{
	for (int shift = 24; shift >= 0; shift -= 8) {
		out = put_number(out, source >> shift & 255);
		*out++ = '.';
	}
	return out - 1;
}

static char *
put_lookup(const struct writer *writer, const struct desk *desk, char *out,
	const struct lookup *lookup)
{
	const struct user_text *user = &writer->users[lookup->user];
	unsigned later = lookup->unit !=
		writer->portal->users[lookup->user].unit;

	memcpy(out, desk->day, DATE_LEN);
	out += DATE_LEN;
	*out++ = 'T';
	out = put_pair(out, lookup->second / 3600, ':');
	out = put_pair(out, lookup->second / 60 % 60, ':');
	out = put_pair(out, lookup->second % 60, '+');
	memcpy(out, "06:00,", 6);
	out += 6;
	memcpy(out, user->text[later], user->len[later]);
	out += user->len[later];
	out = put_text(out, kind_names[lookup->kind]);
	*out++ = ',';
	out += subject_format(lookup->subject, lookup->form, out);
	*out++ = ',';
	out = put_case(writer, out, lookup);
	*out++ = ',';
	out = put_text(out, purpose_names[lookup->purpose]);
	*out++ = ',';
	out = put_source(out, lookup->source);
	*out++ = ',';
	if (lookup->district < DISTRICTS)
		out = put_text(out, district_names[lookup->district]);
	*out++ = ',';
	out = put_text(out, outcome_names[lookup->outcome]);
	*out++ = '\n';
	return out;
}

/* In another form than CSV. */
static char *
put_formed(const struct writer *writer, const struct desk *desk, char *out,
	const struct lookup *lookup)
{
	char subject[SUBJECT_MAX + 1], caseref[CASE_MAX], source[SOURCE_MAX + 1];
	const struct portal *portal = writer->portal;
	const struct user *user = &portal->users[lookup->user];
	struct said said = { .day = desk->day,
		.day_before = desk->day_before,
		.second = lookup->second,
		.user = user->name,
		.unit = portal->units[lookup->unit].name,
		.role = role_names[user->role],
		.kind = kind_names[lookup->kind],
		.subject = subject,
		.caseref = caseref,
		.purpose = purpose_names[lookup->purpose],
		.source = source,
		.area = lookup->district < DISTRICTS ?
			district_names[lookup->district] : "",
		.outcome = outcome_names[lookup->outcome] };

	subject[subject_format(lookup->subject, lookup->form, subject)] = '\0';
	*put_case(writer, caseref, lookup) = '\0';
	*put_source(source, lookup->source) = '\0';
	return portal->options->form->put(out, &said);
}

/* Order of the day's lookups by second; within one, as they were made. */
static uint32_t *
sort_day(struct desk *desk, const struct lookups *lookups)
{
	uint32_t *order = must_alloc(NULL, lookups->n, sizeof *order);

	memset(desk->counts, 0, sizeof desk->counts);
	for (size_t i = 0; i < lookups->n; i++)
		desk->counts[lookups->items[i].second + 1]++;
	for (size_t i = 1; i <= SECONDS_A_DAY; i++)
		desk->counts[i] += desk->counts[i - 1];
	for (size_t i = 0; i < lookups->n; i++)
		order[desk->counts[lookups->items[i].second]++] = (uint32_t)i;
	return order;
}

static void
write_day(const struct writer *writer, struct desk *desk, struct sink *sink,
	const struct lookups *lookups)
{
	uint32_t *order = sort_day(desk, lookups);
	bool formed = writer->portal->options->form->put != NULL;
	size_t room = sizeof desk->buffer - (formed ? FORM_ROOM : LINE_ROOM);
	char *out = desk->buffer;

	for (size_t i = 0; i < lookups->n; i++) {
		if (out > desk->buffer + room) {
			sink_write(sink, desk->buffer,
				(size_t)(out - desk->buffer));
			out = desk->buffer;
		}
		if (i + 8 < lookups->n)
			__builtin_prefetch(&lookups->items[order[i + 8]]);
		out = (formed ? put_formed : put_lookup)(writer, desk, out,
			&lookups->items[order[i]]);
	}
	sink_write(sink, desk->buffer, (size_t)(out - desk->buffer));
	free(order);
}

static int
job_run(struct writer *writer, struct desk *desk, const struct job *job)
{
	const struct options *options = writer->portal->options;
	char path[4096];

	date_format(options->start + job->day, desk->day);
	date_format(options->start + job->day - 1, desk->day_before);
	if (options->one_file) {
		write_day(writer, desk, &writer->one, &job->lookups);
		return 0;
	}
	snprintf(path, sizeof path, "%s/access-%s%s%s", writer->dir,
		desk->day, options->form->suffix, options->gzip ? ".gz" : "");
	if (sink_open(&desk->sink, path, (int)options->gzip) != 0)
		return -1;
	sink_write(&desk->sink, options->form->header,
		strlen(options->form->header));
	write_day(writer, desk, &desk->sink, &job->lookups);
	return sink_close(&desk->sink);
}

static void *
work(void *argument)
{
	struct writer *writer = argument;
	struct desk *desk = must_alloc(NULL, 1, sizeof *desk);

	pthread_mutex_lock(&writer->lock);
	for (;;) {
		struct job job;
		int failed;

		while (writer->n_queued == 0 && !writer->finished)
			pthread_cond_wait(&writer->changed, &writer->lock);
		if (writer->n_queued == 0)
			break;
		job = writer->queue[0];
		memmove(writer->queue, writer->queue + 1,
			--writer->n_queued * sizeof *writer->queue);
		pthread_mutex_unlock(&writer->lock);
		failed = job_run(writer, desk, &job);
		free(job.lookups.items);
		pthread_mutex_lock(&writer->lock);
		writer->failed |= failed != 0;
		pthread_cond_broadcast(&writer->changed);
	}
	pthread_mutex_unlock(&writer->lock);
	free(desk);
	return NULL;
}

static void
build_texts(struct writer *writer)
{
	const struct portal *portal = writer->portal;

	writer->users = must_alloc(NULL, portal->n_users,
		sizeof *writer->users);
	for (size_t i = 0; i < portal->n_users; i++) {
		const struct user *user = &portal->users[i];

		for (int later = 0; later < 2; later++) {
			uint32_t unit = later ? user->later_unit : user->unit;
			int len = snprintf(writer->users[i].text[later], TEXT,
				"%s,%s,%s,", user->name,
				portal->units[unit].name,
				role_names[user->role]);

			writer->users[i].len[later] = (uint8_t)len;
		}
	}
}

static int
open_one(struct writer *writer)
{
	const struct options *options = writer->portal->options;
	char path[4096];

	snprintf(path, sizeof path, "%s/access%s%s", writer->dir,
		options->form->suffix, options->gzip ? ".gz" : "");
	if (sink_open(&writer->one, path, (int)options->gzip) != 0)
		return -1;
	sink_write(&writer->one, options->form->header,
		strlen(options->form->header));
	return 0;
}

struct writer *
writer_open(const struct portal *portal, const char *dir)
{
	struct writer *writer = must_alloc(NULL, 1, sizeof *writer);
	char date[DATE_LEN + 1];

	memset(writer, 0, sizeof *writer);
	writer->portal = portal;
	writer->dir = dir;
	date_format(portal->options->start, date);
	memcpy(writer->year, date + 2, 2);
	build_texts(writer);
	if (portal->options->one_file && open_one(writer) != 0)
		writer->failed = true;
	writer->n_threads = (unsigned)portal->options->threads;
	if (portal->options->one_file)
		writer->n_threads = 1;
	pthread_mutex_init(&writer->lock, NULL);
	pthread_cond_init(&writer->changed, NULL);
	for (unsigned i = 0; i < writer->n_threads; i++) {
		if (pthread_create(&writer->threads[i], NULL, work, writer)) {
			fputs("portal-sim: no thread can be started\n", stderr);
			exit(1);
		}
	}
	return writer;
}

void
writer_submit(struct writer *writer, int day, struct lookups *lookups)
{
	pthread_mutex_lock(&writer->lock);
	while (writer->n_queued > writer->n_threads)
		pthread_cond_wait(&writer->changed, &writer->lock);
	writer->queue[writer->n_queued++] =
		(struct job){ .lookups = *lookups, .day = day };
	pthread_cond_broadcast(&writer->changed);
	pthread_mutex_unlock(&writer->lock);
	*lookups = (struct lookups){ 0 };
}

int
writer_close(struct writer *writer)
{
	bool failed;

	pthread_mutex_lock(&writer->lock);
	writer->finished = true;
	pthread_cond_broadcast(&writer->changed);
	pthread_mutex_unlock(&writer->lock);
	for (unsigned i = 0; i < writer->n_threads; i++)
		pthread_join(writer->threads[i], NULL);
	if (writer->portal->options->one_file && sink_close(&writer->one))
		writer->failed = true;
	failed = writer->failed;
	if (failed)
		fprintf(stderr, "portal-sim: a log in %s cannot be written\n",
			writer->dir);
	pthread_cond_destroy(&writer->changed);
	pthread_mutex_destroy(&writer->lock);
	free(writer->users);
	free(writer);
	return failed ? -1 : 0;
}

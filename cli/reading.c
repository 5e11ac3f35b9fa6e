/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/reading.h"

#include <sched.h>
#include <unistd.h>

#include "cli/bound.h"
#include "cli/manifest.h"
#include "cli/overwrite.h"
#include "cli/progress.h"
#include "cli/registers.h"
#include "cli/rejects.h"
#include "cli/say.h"
#include "format/subject.h"
#include "input/duplicate.h"

static int
open_zone(struct zone **ret, const char *option, const char *name,
	struct fault *fault)
{
	struct fault why = { 0 };

	if (zone_open(ret, name, &why) == 0)
		return 0;
	return fault_set(fault, why.code, "%s: %s", option, why.text);
}

unsigned
reading_processors(void)
{
	cpu_set_t set;
	long n = sysconf(_SC_NPROCESSORS_ONLN);

	if (sched_getaffinity(0, sizeof(set), &set) == 0)
		n = CPU_COUNT(&set);
	return n < 1 ? 1 : n > 64 ? 64 : (unsigned)n;
}

/* The command line says where these fields are. */
static void
forget_fields(const struct settings *settings, struct rules *rules)
{
	enum field field;

	for (size_t i = 0; i < settings->n_maps; i++) {
		const char *map = settings->maps[i];

		if (field_of_name((struct slice){ map, strcspn(map, "=") },
			    &field))
			rules_forget(rules, field);
	}
	for (size_t f = 0; settings->pattern != NULL && f < FIELD_N; f++) {
		if (rules_take(rules, (enum field)f))
			rules_forget(rules, (enum field)f);
	}
}

/* The profile, without what the command line says of its fields. */
static int
open_profile(struct reading *reading, struct fault *fault)
{
	const struct settings *settings = reading->settings;
	struct profile *profile = &reading->profile;

	if (settings->profile == NULL)
		return 0;
	if (profile_find(profile, settings->profile, reading->profile_path,
		    fault) != 0)
		return -1;
	forget_fields(settings, profile->rules);
	profile_apply(profile, &reading->options.format);
	/* more are added to these */
	reading->rewrites = profile->rewrites;
	profile->rewrites = NULL;
	return 0;
}

/* Where the fields are. */
static int
open_columns(struct reading *reading, struct fault *fault)
{
	const struct settings *settings = reading->settings;
	struct format_options *format = &reading->options.format;

	if (settings->pattern != NULL && settings->n_maps > 0)
		return fault_set(fault, FAULT_USAGE,
			"--map does not go with --pattern, whose named groups "
			"are the fields");
	if (format->pattern != NULL && settings->n_maps > 0)
		return fault_set(fault, FAULT_USAGE,
			"--map does not go with the profile's pattern, whose "
			"named groups are the fields");
	for (size_t i = 0; i < settings->n_maps; i++)
		if (column_map_add(&format->map, settings->maps[i], fault) != 0)
			return -1;
	if (settings->pattern == NULL)
		return 0;
	for (size_t f = 0; f < FIELD_N; f++)
		format->map.of[f] = NULL;
	if (pattern_open(&reading->pattern, settings->pattern, format->rules,
		    fault) != 0)
		return -1;
	format->pattern = reading->pattern;
	return 0;
}

/* Which columns there are, and what their texts mean. */
static int
open_format(struct reading *reading, struct fault *fault)
{
	const struct settings *settings = reading->settings;
	struct format_options *format = &reading->options.format;

	if (open_columns(reading, fault) != 0)
		return -1;
	for (size_t i = 0; i < settings->n_rewrites; i++)
		if (rewrites_add(&reading->rewrites, settings->rewrites[i],
			    fault) != 0)
			return -1;
	format->rewrites = reading->rewrites;
	if (settings->split == NULL)
		return 0;
	format->split = settings->split;
	return subject_split_check(settings->split, fault);
}

/* Of times without an offset. */
static int
open_time_zone(struct reading *reading, struct fault *fault)
{
	const char *name = reading->settings->timezone;
	struct format_options *format = &reading->options.format;

	if (name == NULL && format->zone != NULL)
		return 0;
	if (open_zone(&reading->own_zone, "--timezone",
		    name != NULL ? name : "UTC", fault) != 0)
		return -1;
	format->zone = reading->own_zone;
	return 0;
}

static int
choose_inflater(const char *name, enum inflater *ret, struct fault *fault)
{
	*ret = INFLATER_AUTO;
	if (name != NULL && strcmp(name, "zlib") == 0)
		*ret = INFLATER_ZLIB;
	if (name == NULL || strcmp(name, "isal") != 0)
		return 0;
	if (inflater_fast_name() == NULL)
		return fault_set(fault, FAULT_USAGE,
			"--inflate isal: quis was built without libisal, or "
			"for another version of it; leave the option out");
	*ret = INFLATER_ISAL;
	return 0;
}

void
reading_watch(struct reading *reading)
{
	reading->options.watch = true;
	reading->options.format.sequence = true;
}

static int
open_rejects(struct reading *reading, struct fault *fault)
{
	const struct settings *settings = reading->settings;

	if (settings->manifest != NULL)
		reading_watch(reading);
	if (settings->rejects == NULL)
		return 0;
	if (rejects_open(&reading->rejects, bound_folder(settings),
		    reading->options.threads, reading->inputs.n, fault) != 0)
		return -1;
	reading->options.rejects = reading->rejects;
	return 0;
}

int
reading_open(struct reading *reading, const struct settings *settings,
	struct fault *fault)
{
	*reading = (struct reading){ .settings = settings,
		.began_ms = manifest_now() };
	reading->options.threads = settings->threads > 0 ?
		(unsigned)settings->threads :
		reading_processors();
	reading->options.limits = (struct reader_limits){
		.line = (size_t)settings->max_line,
		.ratio = settings->max_ratio };
	if (choose_inflater(settings->inflate,
		    &reading->options.limits.inflater, fault) != 0 ||
		bound_open(settings, &reading->options.threads, &reading->spill,
			fault) != 0)
		return -1;
	reading->options.spill = reading->spill;
	if (open_profile(reading, fault) != 0 ||
		open_time_zone(reading, fault) != 0)
		return -1;
	reading->zone = reading->options.format.zone;
	if (settings->report_timezone != NULL &&
		open_zone(&reading->report_zone, "--report-timezone",
			settings->report_timezone, fault) != 0)
		return -1;
	if (open_format(reading, fault) != 0)
		return -1;
	if (settings->n_logs == 0)
		return fault_set(fault, FAULT_USAGE,
			"no log named; name files, directories, or - for "
			"standard input");
	reading->inputs.temporary = bound_folder(settings);
	reading->inputs.reread = settings->reread;
	reading->inputs.limits = reading->options.limits;
	for (size_t i = 0; i < settings->n_logs; i++) {
		if (settings->logs[i][0] == '\0')
			return fault_set(fault, FAULT_USAGE,
				"the name of a log is empty");
		if (input_list_add(&reading->inputs, settings->logs[i],
			    fault) != 0)
			return -1;
	}
	if (input_list_close(&reading->inputs, fault) != 0 ||
		registers_check(settings, fault) != 0)
		return -1;
	reading->options.limits.alone = reading->inputs.n == 1;
	return overwrite_check(settings, reading->profile_path,
		       &reading->inputs, fault) != 0 ?
		-1 :
		open_rejects(reading, fault);
}

/* Damage is always told, terminal or not. */
static void
say_damage(const struct log_file *file)
{
	const char *path = file->input->path;
	uint64_t rejected = log_file_rejected(file);

	if (log_file_is_damaged_copy(file))
		say("%s: duplicate: %s", path, file->facts.note);
	if (file->facts.state == INPUT_DUPLICATE)
		return;
	if (file->facts.state == INPUT_UNREADABLE &&
		file->fault.code != FAULT_NONE)
		say("%s: unreadable: %s", path, file->fault.text);
	else if (file->input->broken != NULL)
		say("%s: %s: %s", path, input_state_name(file->facts.state),
			file->fault.text);
	else if (file->facts.state != INPUT_INTACT)
		say("%s: %s: %s; %llu lookups read from it%s", path,
			input_state_name(file->facts.state), file->facts.note,
			(unsigned long long)file->counts[REASON_LOOKUP],
			file->facts.state == INPUT_CORRUPT ?
				", the last of them may be garbled" :
				"");
	if (file->not_rewritten > 0)
		say("%s: %llu %s as logged: rewriting takes too many steps, or "
		    "makes too long a text",
			path, (unsigned long long)file->not_rewritten,
			file->not_rewritten > 1 ? "values stay" :
						  "value stays");
	if (rejected == 0)
		return;
	for (size_t r = 0; r < REASON_N; r++) {
		if (!reason_is_reject((enum reason)r) || file->counts[r] == 0)
			continue;
		say("%s: line %llu: %s%s%s (%llu of %llu lines rejected for "
		    "this)",
			path, (unsigned long long)file->first_bad[r],
			reason_name((enum reason)r),
			file->detail[r][0] != '\0' ? ": " : "", file->detail[r],
			(unsigned long long)file->counts[r],
			(unsigned long long)file->lines);
	}
}

/* What was taken for what: once for neighbouring logs that look alike. */
static void
say_columns(const struct book *book)
{
	for (size_t i = 0, next; i < book->n_files; i = next) {
		const char *columns = book->files[i].columns;
		bool others = false;

		for (next = i + 1; next < book->n_files; next++) {
			const char *other = book->files[next].columns;

			if (other[0] != '\0' && strcmp(other, columns) != 0)
				break;
			others |= other[0] != '\0';
		}
		if (columns[0] != '\0')
			say("%s%s: read as %s", book->files[i].input->path,
				others ? " and on" : "", columns);
	}
}

static void
say_times(const struct reading *reading)
{
	const struct book *book = reading->book;

	if (book->zoneless > 0)
		say("%llu times name no offset and are taken as %s "
		    "(--timezone)",
			(unsigned long long)book->zoneless,
			zone_name(reading->zone));
	if (book->gaps + book->overlaps > 0)
		say("%llu times fall where clocks were changed (%llu do not "
		    "exist, %llu are twofold)",
			(unsigned long long)(book->gaps + book->overlaps),
			(unsigned long long)book->gaps,
			(unsigned long long)book->overlaps);
}

static void
say_duplicates(const struct book *book)
{
	for (size_t i = 0; i < book->n_files; i++) {
		const struct log_file *file = &book->files[i];

		if (file->facts.state == INPUT_DUPLICATE)
			say("%s: duplicate: %s; counted once",
				file->input->path, file->facts.note);
	}
}

/* Nothing in a directory is a log: then it is the wrong directory. */
static int
check_recognised(const struct book *book, struct fault *fault)
{
	const struct log_file *bad = NULL;

	for (size_t i = 0; i < book->n_files; i++) {
		const struct log_file *file = &book->files[i];

		if (file->fault.code == FAULT_USAGE)
			bad = bad == NULL ? file : bad;
		else if (file->facts.state != INPUT_UNREADABLE &&
			file->facts.state != INPUT_DUPLICATE)
			return 0;
	}
	if (bad == NULL)
		return 0;
	*fault = bad->fault;
	return fault_place(fault, bad->input->path, 0, 0);
}

/* Where all records are skipped, who wonders why shall know. */
static void
say_no_lookup(const struct reading *reading)
{
	const struct book *book = reading->book;
	const char *profile = reading->settings->profile;
	uint64_t events = 0;
	char why[192] = "";

	for (size_t i = 0; i < book->n_files; i++)
		events += book->files[i].counts[SKIP_EVENT];
	if (events > 0 && profile != NULL)
		(void)snprintf(why, sizeof(why),
			"; %llu records are none by --profile %.99s",
			(unsigned long long)events, profile);
	else if (events > 0)
		(void)snprintf(why, sizeof(why),
			"; %llu records name no user or no subject (--map)",
			(unsigned long long)events);
	if (book->n_files == 1)
		say("%s: no lookup was found%s", book->files[0].input->path,
			why);
	else
		say("no lookup was found in %zu files%s", book->n_files, why);
}

static void
judge(struct reading *reading)
{
	const struct book *book = reading->book;

	for (size_t i = 0; i < book->n_files; i++) {
		const struct log_file *file = &book->files[i];

		if ((file->facts.state != INPUT_INTACT &&
			    file->facts.state != INPUT_DUPLICATE) ||
			log_file_is_damaged_copy(file) ||
			log_file_rejected(file) > 0)
			reading->logs_lack = true;
		say_damage(file);
	}
	if (book->n == 0) {
		say_no_lookup(reading);
		reading->logs_lack = true;
	}
	if (reading->logs_lack)
		reading->status = EXIT_INPUT;
}

static void
progress_start(const struct reading *reading, struct progress *progress)
{
	const struct settings *settings = reading->settings;
	uint64_t total = 0;

	for (size_t i = 0; i < reading->inputs.n; i++) {
		const struct input *input = &reading->inputs.items[i];

		if (!input->sized) {
			total = 0;
			break;
		}
		if (input->original == NULL)
			total += input->size;
	}
	progress_init(progress, total,
		!settings->no_progress && !settings->quiet);
}

static bool
has_registers(const struct registry_paths *paths)
{
	for (size_t i = 0; i < SHEET_N; i++) {
		if (paths->of[i] != NULL)
			return true;
	}
	return false;
}

int
reading_registers(struct reading *reading, struct fault *fault)
{
	const struct settings *settings = reading->settings;

	if (reading->registry != NULL || !has_registers(&settings->registers))
		return 0;
	if (registry_read(&reading->registry, &settings->registers,
			reading->rewrites, reading->zone,
			reading->options.threads, fault) != 0)
		return registers_fault(settings, fault);
	reading->options.registry = reading->registry;
	for (size_t i = 0; reading->registry != NULL && i < SHEET_N; i++)
		registers_say(reading, &reading->registry->sheets[i]);
	return 0;
}

static int32_t
offset_at(const void *ctx, int64_t ms)
{
	return reading_offset(ctx, ms);
}

static int
find_gaps(struct reading *reading, struct fault *fault)
{
	const struct book *book = reading->book;
	struct gap_log *logs = memory_array(book->n_files, sizeof(*logs));
	int result;

	if (logs == NULL)
		return fault_memory(fault);
	for (size_t i = 0; i < book->n_files; i++) {
		const struct log_file *file = &book->files[i];

		logs[i].path = file->input->path;
		if (file->counts[REASON_LOOKUP] > 0)
			logs[i].watch = file->watch;
		logs[i].first_ms = file->first_ms;
		logs[i].last_ms = file->last_ms;
	}
	result = gaps_find(&reading->gaps, logs, book->n_files, offset_at,
		reading, fault);
	free(logs);
	return result;
}

/* What there is to say once all was read. */
static int
tell(struct reading *reading, struct fault *fault)
{
	const struct settings *settings = reading->settings;

	if (check_recognised(reading->book, fault) != 0)
		return -1;
	if (!settings->quiet &&
		(settings->verbose || isatty(STDERR_FILENO))) {
		if (reading->profile_path[0] != '\0')
			say("profile %s", reading->profile_path);
		say_columns(reading->book);
		say_times(reading);
		say_duplicates(reading->book);
	}
	judge(reading);
	if (reading->options.watch && find_gaps(reading, fault) != 0)
		return -1;
	return reading->rejects != NULL ? rejects_write(reading, fault) : 0;
}

static int
read_book(struct reading *reading, struct fault *fault)
{
	struct progress progress;
	int result;

	progress_start(reading, &progress);
	result = book_read(&reading->book, &reading->inputs, &reading->options,
		progress_tick, &progress, fault);
	progress_end(&progress);
	return result;
}

/* Logs of the same text that no hint gave away before they were read:
 * *ret_found of them. */
static int
find_same_texts(struct reading *reading, size_t *ret_found,
	struct fault *fault)
{
	const struct book *book = reading->book;
	struct input_text *texts = memory_array(book->n_files, sizeof(*texts));
	size_t n = 0;
	int result;

	if (texts == NULL)
		return fault_memory(fault);
	for (size_t i = 0; i < book->n_files; i++) {
		const struct reader_facts *facts = &book->files[i].facts;
		struct input *input = &reading->inputs.items[i];

		if (input_is_kept(input) && facts->state != INPUT_UNREADABLE &&
			book->files[i].counts[REASON_LOOKUP] > 0)
			texts[n++] = (struct input_text){ input,
				facts->inflated, facts->crc,
				facts->state == INPUT_INTACT };
	}
	result = input_list_find_texts(&reading->inputs, texts, n, ret_found,
		fault);
	free(texts);
	return result;
}

/* As if nothing had been read. */
static int
forget_book(struct reading *reading, struct fault *fault)
{
	book_free(reading->book);
	reading->book = NULL;
	rejects_free(reading->rejects);
	reading->rejects = NULL;
	return open_rejects(reading, fault);
}

int
reading_run(struct reading *reading, struct fault *fault)
{
	size_t found = 0;

	if (reading_registers(reading, fault) != 0 ||
		read_book(reading, fault) != 0 ||
		find_same_texts(reading, &found, fault) != 0)
		return -1;
	/* rows do not know what log they came from */
	if (found > 0 && (forget_book(reading, fault) != 0 ||
		read_book(reading, fault) != 0))
		return -1;
	return tell(reading, fault);
}

/* What has been handed out cannot be taken back. */
static int
say_same_texts(struct reading *reading, struct fault *fault)
{
	const struct book *book = reading->book;
	size_t found = 0;

	if (find_same_texts(reading, &found, fault) != 0)
		return -1;
	for (size_t i = 0; i < book->n_files && found > 0; i++) {
		const struct log_file *file = &book->files[i];

		if (file->input->original == NULL ||
			file->facts.state == INPUT_DUPLICATE)
			continue;
		say("%s: same text as %s, and written twice; leave one out",
			file->input->path, file->input->original->path);
		reading->logs_lack = true;
	}
	return 0;
}

int
reading_walk(struct reading *reading, walk_take take, void *take_ctx,
	struct fault *fault)
{
	struct progress progress;
	int result;

	progress_start(reading, &progress);
	/* two would write on one terminal */
	progress.on &= reading->settings->output != NULL ||
		!isatty(STDOUT_FILENO);
	result = book_walk(&reading->book, &reading->inputs, &reading->options,
		take, take_ctx, progress_tick, &progress, fault);
	progress_end(&progress);
	if (result != 0)
		return result;
	return say_same_texts(reading, fault) != 0 ? -1 :
						     tell(reading, fault);
}

int
reading_locate(const struct reading *reading, const struct locate_rows *rows,
	struct located *ret, struct fault *fault)
{
	struct progress progress;
	int result;

	progress_start(reading, &progress);
	result = locate(reading->book, &reading->options, rows, progress_tick,
		&progress, ret, fault);
	progress_end(&progress);
	return result;
}

void
reading_free(struct reading *reading)
{
	book_free(reading->book);
	rejects_free(reading->rejects);
	gaps_free(&reading->gaps);
	registry_free(reading->registry);
	input_list_free(&reading->inputs);
	pattern_free(reading->pattern);
	rewrites_free(reading->rewrites);
	zone_free(reading->report_zone);
	zone_free(reading->own_zone);
	profile_free(&reading->profile);
	bound_close(reading->settings, reading->spill);
}

int32_t
reading_offset(const struct reading *reading, int64_t ms)
{
	return reading->report_zone != NULL ?
		zone_offset(reading->report_zone, ms / 1000) :
		reading->book->offset;
}

void
reading_report_zone(const struct reading *reading, char buf[64])
{
	int32_t offset = reading->book->offset;
	int32_t minutes = (offset < 0 ? -offset : offset) / 60;

	if (reading->report_zone != NULL)
		(void)snprintf(buf, 64, "%s",
			zone_name(reading->report_zone));
	else if (offset == 0)
		(void)snprintf(buf, 64, "UTC");
	else
		(void)snprintf(buf, 64, "%c%02d:%02d", offset < 0 ? '-' : '+',
			(int)(minutes / 60), (int)(minutes % 60));
}

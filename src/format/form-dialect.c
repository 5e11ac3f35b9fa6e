/* SPDX-License-Identifier: Apache-2.0 */
/* Which of a dialect's names are fields, and its records. */
#include "format/form.h"

#include "base/memory.h"
#include "format/head.h"
#include "format/layout.h"
#include "format/settle.h"

enum { READINGS = 4 }; /* of one record, as its names become known */

static const struct {
	const char *name, *behind;
} behind[] = {
	{ "jsonl", "syslog+jsonl" },
	{ "logfmt", "syslog+logfmt" },
	{ "combined", "syslog+combined" },
	{ "w3c", "syslog+w3c" },
};

static const char *
dialect_name(const struct dialect_kind *kind, bool syslog)
{
	for (size_t i = 0; syslog && i < ARRAY_LEN(behind); i++) {
		if (strcmp(behind[i].name, kind->name) == 0)
			return behind[i].behind;
	}
	return kind->name;
}

/* What the head's records hold under each name; none if records are not lines.
 * The dialect is used up. */
static int
count_names(struct dialect *dialect, const struct columns *columns,
	struct slice head, const struct format_options *options,
	struct column_count *count, struct fault *fault)
{
	struct slice *values = memory_array(DIALECT_NAMES, sizeof(*values));
	int *wanted = memory_array(DIALECT_NAMES, sizeof(*wanted));
	size_t n = dialect->n_names;
	struct slice line;

	if (values == NULL || wanted == NULL) {
		fault_memory(fault);
		goto out;
	}
	for (size_t i = 0; i < n; i++)
		wanted[i] = (int)i;
	dialect->wanted = wanted;
	dialect->n_wanted = n;
	for (size_t i = 0; i < DIALECT_SAMPLE && fault->code == FAULT_NONE &&
		head_line(&head, true, &line);
		i++) {
		unsigned version = dialect->version;

		if (layout_is_blank(line))
			continue;
		memset(values, 0, n * sizeof(*values));
		if (dialect->kind->read(dialect, line, values, fault) !=
			REASON_LOOKUP)
			continue;
		/* names that were replaced, perhaps: no sample of these */
		if (dialect->version != version && dialect->n_names < n)
			break;
		column_count_add(count, columns, values, n, options);
	}
out:
	free(values);
	free(wanted);
	return fault->code == FAULT_NONE ? 0 : -1;
}

/* Where most records may be other events, it needs no more than one that is
 * not. */
static bool
serves_better(const struct columns *columns, enum field field, int number,
	bool has_events, const struct column_count *count)
{
	int at = columns->at[field];
	size_t enough = has_events ? 1 : (count->records + 1) / 2;

	return at < 0 ||
		(count->given[at] < enough &&
			count->given[number] > count->given[at]);
}

/* What the dialect itself knows of its names. */
static void
apply_serves(const struct dialect *dialect, const struct column_map *map,
	const struct column_count *count, struct columns *columns)
{
	const struct dialect_serve *serve = dialect->kind->serves;

	for (; serve != NULL && serve->name != NULL; serve++) {
		int number = dialect_find_name(dialect, slice_of(serve->name));

		if (number >= 0 && map->of[serve->field] == NULL &&
			!map->ruled[serve->field] &&
			serves_better(columns, serve->field, number,
				dialect->kind->has_events, count))
			columns->at[serve->field] = number;
	}
}

/* What is no field, nor for rules. */
static void
want_extra(struct form *form)
{
	const struct dialect *dialect = form->dialect;
	int *extra = form->wanted + form->n_wanted;

	form->reread = dialect->kind == &dialect_jsonl && !form->map.syslog ?
		reread_names_are(dialect->names, dialect->n_names,
			&form->columns) :
		REREAD_NONE;
	extra[FORM_OFFSET] = form->reread != REREAD_NONE ? REREAD_OFFSET :
							   COLUMN_NONE;
	extra[FORM_NUMBER] = form->sequence ?
		columns_find_sequence(&form->columns, dialect->names,
			dialect->n_names) :
		COLUMN_NONE;
}

/* Columns are found: what they go by is kept, to be told when it changes. */
static void
keep_names(struct form *form)
{
	const struct dialect *dialect = form->dialect;

	for (size_t f = 0; f < FIELD_N; f++) {
		int at = form->columns.at[f];
		struct slice name = at < 0 ? (struct slice){ NULL, 0 } :
					     dialect->names[at];

		form->kept_len[f] = name.len;
		if (name.len > 0)
			memcpy(form->kept + f * DIALECT_NAME_LEN, name.at,
				name.len);
	}
	form->version = dialect->version;
	form_want(form, dialect->names, dialect->n_names);
	want_extra(form);
}

static void
find_columns(struct form *form, const struct column_count *count,
	struct columns *ret)
{
	const struct dialect *dialect = form->dialect;

	columns_of_names(dialect->names, dialect->n_names, count->given,
		&form->map, ret);
	apply_serves(dialect, &form->map, count, ret);
	columns_settle_date(ret, count, &form->map);
}

/* Does each field still go by the name it was found under? */
static bool
names_stand(const struct form *form)
{
	const struct dialect *dialect = form->dialect;

	for (size_t f = 0; f < FIELD_N; f++) {
		int at = form->columns.at[f];
		struct slice kept = { form->kept + f * DIALECT_NAME_LEN,
			form->kept_len[f] };

		if (at >= 0 && ((size_t)at >= dialect->n_names ||
			!slice_equal(dialect->names[at], kept)))
			return false;
	}
	return true;
}

/* The dialect's names have changed. Fields keep the names they have, and only
 * those without get new ones, unless all names are others. */
static void
follow_names(struct form *form)
{
	static const struct column_count none;
	struct columns *columns = &form->columns, fresh;
	bool stand = names_stand(form);
	enum reread reread = form->reread;

	find_columns(form, &none, &fresh);
	if (!stand)
		*columns = fresh;
	for (size_t f = 0; f < FIELD_N; f++) {
		bool taken = false;

		for (size_t g = 0; g < FIELD_N; g++)
			taken |= columns->at[g] == fresh.at[f];
		/* a date beside a time changes what the time means */
		if (columns->at[f] == COLUMN_NONE && !taken &&
			(f != FIELD_DATE ||
				columns->at[FIELD_TIME] == COLUMN_NONE))
			columns->at[f] = fresh.at[f];
	}
	keep_names(form);
	/* what cat prints has its names from the first record on */
	if (reread == REREAD_NONE)
		form->reread = REREAD_NONE;
}

/* Without a name, and not for want of records that have the one mapped. */
static bool
is_missing(const struct form *form, enum field field)
{
	return form->columns.at[field] == COLUMN_NONE &&
		!(form->dialect->kind->has_events &&
			form->map.of[field] != NULL);
}

static int
check_names(const struct form *form, bool whole, struct fault *fault)
{
	static const enum field needed[] = { FIELD_TIME, FIELD_USER,
		FIELD_SUBJECT };
	const struct dialect *dialect = form->dialect;
	bool lacks[FIELD_N] = { false }, any = false;
	struct lack_text lack;
	char list[640];

	/* a document of no records, as of a quiet day */
	if (whole && dialect->kind->next != NULL && dialect->n_names == 0)
		return 0;
	columns_list(dialect->names, dialect->n_names, list, sizeof(list));
	for (size_t i = 0; i < ARRAY_LEN(needed); i++) {
		const char *mapped = form->map.of[needed[i]];

		if (!is_missing(form, needed[i]))
			continue;
		if (mapped != NULL)
			return fault_set(fault, FAULT_USAGE,
				"%s without a name '%s' (--map %s=%s) among %s",
				form->name, mapped, field_name(needed[i]),
				mapped, list);
		lacks[needed[i]] = any = true;
	}
	if (!any)
		return 0;
	lack_text_print(lacks, "NAME", &lack);
	return fault_set(fault, FAULT_USAGE,
		"%s without a name for the %s among %s; say %s", form->name,
		lack.fields, list, lack.maps);
}

/* Open the dialect, and find the columns by what the head holds. */
static int
settle(struct form *form, const struct dialect_kind *kind, struct slice head,
	bool whole, const struct format_options *options,
	struct column_count *count, struct fault *fault)
{
	struct slice sample = head;

	if (kind->open(&form->dialect, head, whole, fault) != 0)
		return -1;
	columns_of_names(form->dialect->names, form->dialect->n_names,
		count->given, &form->map, &form->columns);
	if (kind->next == NULL) {
		/* the last line, unfinished, is no record */
		while (!whole && sample.len > 0 &&
			sample.at[sample.len - 1] != '\n')
			sample.len--;
		if (count_names(form->dialect, &form->columns, sample,
			    options, count, fault) != 0)
			return -1;
		/* reading the sample has left its traces */
		kind->free(form->dialect);
		form->dialect = NULL;
		if (kind->open(&form->dialect, head, whole, fault) != 0)
			return -1;
	}
	if (kind->count != NULL)
		kind->count(form->dialect, count->given);
	find_columns(form, count, &form->columns);
	keep_names(form);
	return 0;
}

int
form_open_dialect(struct form *form, const struct dialect_kind *kind,
	struct slice head, bool whole, bool damaged,
	const struct format_options *options, struct fault *fault)
{
	struct column_count *count = memory_array(1, sizeof(*count));
	const struct dialect *dialect;
	int result = -1;

	form->name = dialect_name(kind, form->map.syslog);
	form->kept = memory_array(FIELD_N, DIALECT_NAME_LEN);
	if (form->kept == NULL || count == NULL) {
		fault_memory(fault);
		goto out;
	}
	if (settle(form, kind, head, whole, options, count, fault) != 0 ||
		check_names(form, whole, fault) != 0)
		goto out;
	dialect = form->dialect;
	result = damaged ? 0 :
			   columns_check(&form->columns, count, dialect->names,
				   dialect->n_names, kind->has_events,
				   &form->map, fault);
out:
	free(count);
	return result;
}

bool
dialect_is_event(const struct form *form, const struct record *record)
{
	static const enum field needed[] = { FIELD_USER, FIELD_SUBJECT };

	if (!form->dialect->kind->has_events)
		return false;
	for (size_t i = 0; i < ARRAY_LEN(needed); i++) {
		if (!is_missing(form, needed[i]) &&
			!field_given(record->field[needed[i]]))
			return true;
	}
	return false;
}

enum reason
dialect_read(struct form *form, struct slice text, struct record *ret,
	struct fault *fault)
{
	struct dialect *dialect = form->dialect;
	struct slice values[FIELD_N + FORMAT_ALSO + FORM_EXTRA];
	bool extra = form->sequence || form->reread != REREAD_NONE;
	bool more = form->n_wanted > FIELD_N || extra;
	struct slice *to = more ? values : ret->field;
	enum reason reason = REJECT_SYNTAX;

	dialect->wanted = form->wanted;
	dialect->n_wanted = form->n_wanted + (extra ? FORM_EXTRA : 0);
	for (int i = 0; i < READINGS; i++) {
		reason = dialect->kind->read(dialect, text, to, fault);
		if (dialect->version == form->version)
			break;
		follow_names(form);
	}
	if (to == values && reason == REASON_LOOKUP) {
		memcpy(ret->field, values, sizeof(ret->field));
		memcpy(form->values, values + FIELD_N,
			(form->n_wanted - FIELD_N) * sizeof(*values));
	}
	if (extra && reason == REASON_LOOKUP) {
		memcpy(form->extra, values + form->n_wanted,
			sizeof(form->extra));
	}
	return reason;
}

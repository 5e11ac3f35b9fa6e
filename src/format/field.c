/* SPDX-License-Identifier: Apache-2.0 */
#include "format/field.h"

static const char *const names[FIELD_N] = {
	[FIELD_TIME] = "time",
	[FIELD_DATE] = "date",
	[FIELD_USER] = "user",
	[FIELD_UNIT] = "unit",
	[FIELD_ROLE] = "role",
	[FIELD_KIND] = "kind",
	[FIELD_SUBJECT] = "subject",
	[FIELD_CASE] = "case",
	[FIELD_PURPOSE] = "purpose",
	[FIELD_SOURCE] = "source",
	[FIELD_AREA] = "area",
	[FIELD_OUTCOME] = "outcome",
};

/* Best first within a field. */
static const struct {
	enum field field;
	const char *name;
} headers[] = {
	{ FIELD_TIME, "timestamp" },
	{ FIELD_TIME, "time" },
	{ FIELD_TIME, "ts" },
	{ FIELD_TIME, "datetime" },
	{ FIELD_TIME, "eventtime" },
	{ FIELD_TIME, "@timestamp" },
	{ FIELD_DATE, "date" },
	{ FIELD_USER, "user" },
	{ FIELD_USER, "username" },
	{ FIELD_USER, "userid" },
	{ FIELD_USER, "account" },
	{ FIELD_USER, "login" },
	{ FIELD_USER, "officer" },
	{ FIELD_USER, "remoteuser" },
	{ FIELD_USER, "csusername" },
	{ FIELD_UNIT, "unit" },
	{ FIELD_UNIT, "department" },
	{ FIELD_UNIT, "agency" },
	{ FIELD_UNIT, "organisation" },
	{ FIELD_UNIT, "organization" },
	{ FIELD_UNIT, "office" },
	{ FIELD_UNIT, "station" },
	{ FIELD_ROLE, "role" },
	{ FIELD_ROLE, "rank" },
	{ FIELD_ROLE, "designation" },
	{ FIELD_KIND, "kind" },
	{ FIELD_KIND, "type" },
	{ FIELD_KIND, "querytype" },
	{ FIELD_KIND, "category" },
	{ FIELD_KIND, "service" },
	{ FIELD_KIND, "eventname" },
	{ FIELD_SUBJECT, "subject" },
	{ FIELD_SUBJECT, "target" },
	{ FIELD_SUBJECT, "nid" },
	{ FIELD_SUBJECT, "msisdn" },
	{ FIELD_SUBJECT, "number" },
	{ FIELD_SUBJECT, "searchedfor" },
	{ FIELD_SUBJECT, "query" },
	{ FIELD_SUBJECT, "id" },
	{ FIELD_SUBJECT, "identifier" },
	{ FIELD_CASE, "case" },
	{ FIELD_CASE, "caseref" },
	{ FIELD_CASE, "caseid" },
	{ FIELD_CASE, "caseno" },
	{ FIELD_CASE, "reference" },
	{ FIELD_CASE, "warrant" },
	{ FIELD_CASE, "fir" },
	{ FIELD_PURPOSE, "purpose" },
	{ FIELD_PURPOSE, "reason" },
	{ FIELD_PURPOSE, "justification" },
	{ FIELD_SOURCE, "source" },
	{ FIELD_SOURCE, "ip" },
	{ FIELD_SOURCE, "sourceip" },
	{ FIELD_SOURCE, "clientip" },
	{ FIELD_SOURCE, "remoteaddr" },
	{ FIELD_SOURCE, "cip" },
	{ FIELD_SOURCE, "terminal" },
	{ FIELD_SOURCE, "pc" },
	{ FIELD_AREA, "area" },
	{ FIELD_AREA, "district" },
	{ FIELD_AREA, "subjectdistrict" },
	{ FIELD_AREA, "region" },
	{ FIELD_OUTCOME, "outcome" },
	{ FIELD_OUTCOME, "result" },
	{ FIELD_OUTCOME, "status" },
	{ FIELD_OUTCOME, "scstatus" },
	{ FIELD_OUTCOME, "rows" },
};

enum { HEADER_MAX = 64 };

/* Lower case, without what is ignored; longer headers match nothing. */
static struct slice
header_fold(struct slice header, char buf[HEADER_MAX])
{
	size_t len = 0;

	for (size_t i = 0; i < header.len; i++) {
		char c = header.at[i];

		if (c == '_' || c == '-' || c == ' ' || c == '\t')
			continue;
		if (len == HEADER_MAX)
			return (struct slice){ NULL, 0 };
		if (c >= 'A' && c <= 'Z')
			c = (char)(c - 'A' + 'a');
		buf[len++] = c;
	}
	return (struct slice){ buf, len };
}

const char *
field_name(enum field field)
{
	return names[field];
}

bool
field_of_name(struct slice name, enum field *ret)
{
	for (size_t i = 0; i < FIELD_N; i++) {
		if (slice_is_nocase(name, names[i])) {
			*ret = (enum field)i;
			return true;
		}
	}
	return false;
}

bool
field_of_header(struct slice header, enum field *ret, unsigned *ret_rank)
{
	char buf[HEADER_MAX];
	struct slice name = header_fold(header, buf);
	unsigned rank = 0;

	for (size_t i = 0; i < ARRAY_LEN(headers); i++) {
		if (i > 0 && headers[i].field != headers[i - 1].field)
			rank = 0;
		if (slice_is(name, headers[i].name)) {
			*ret = headers[i].field;
			*ret_rank = rank;
			return true;
		}
		rank++;
	}
	return false;
}

bool
field_is_sequence(struct slice header)
{
	static const char *const sequences[] = { "sequence", "sequenceno",
		"sequencenumber", "seq", "seqno", "seqnum", "serial",
		"serialno", "serialnumber", "recordno", "recordnumber",
		"recordid", "eventrecordid" };
	char buf[HEADER_MAX];
	struct slice name = header_fold(header, buf);

	for (size_t i = 0; i < ARRAY_LEN(sequences); i++) {
		if (slice_is(name, sequences[i]))
			return true;
	}
	return false;
}

bool
field_header_equal(struct slice a, struct slice b)
{
	char fold_a[HEADER_MAX], fold_b[HEADER_MAX];
	struct slice x = header_fold(a, fold_a), y = header_fold(b, fold_b);

	return x.len > 0 ? slice_equal(x, y) : slice_equal(a, b);
}

bool
field_given_short(struct slice value)
{
	switch (value.len) {
	case 0:
		return false;
	case 1:
		return value.at[0] != '-';
	case 3:
		return !slice_is_nocase(value, "n/a");
	case 4:
		return !slice_is_nocase(value, "null") &&
			!slice_is_nocase(value, "none");
	default:
		return true;
	}
}

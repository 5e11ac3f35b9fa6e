/* SPDX-License-Identifier: Apache-2.0 */
#include "format/pattern.h"

#include "base/memory.h"
#include "format/expression.h"

struct pattern {
	pcre2_code *code;
	int group[FIELD_N];        /* number of the group, 0: none */
	int columns[RULES_COLUMNS]; /* of the rules' columns, below 0: none */
	size_t n_columns;
};

struct matcher {
	const struct pattern *pattern;
	struct matching matching;
};

/* Groups that rules take as columns. */
static int
map_columns(struct pattern *pattern, const struct rules *rules,
	struct fault *fault)
{
	const struct slice *columns = rules_columns(rules,
		&pattern->n_columns);
	bool has[RULES_COLUMNS] = { false };
	const char *lacks;

	for (size_t i = 0; i < pattern->n_columns; i++) {
		/* a copy of the rules' has a NUL behind it */
		pattern->columns[i] = pcre2_substring_number_from_name(
			pattern->code, (PCRE2_SPTR)columns[i].at);
		has[i] = pattern->columns[i] > 0;
	}
	lacks = rules_lack(rules, has);
	if (lacks == NULL)
		return 0;
	return fault_set(fault, FAULT_USAGE,
		"--pattern has no group '%s', which a rule of the profile "
		"reads: write it as (?<%s>…)",
		lacks, lacks);
}

static bool
is_column(const struct pattern *pattern, int group)
{
	for (size_t i = 0; i < pattern->n_columns; i++) {
		if (pattern->columns[i] == group)
			return true;
	}
	return false;
}

/* Which group is which field: the one of the best name. */
static int
map_names(struct pattern *pattern, struct fault *fault)
{
	uint32_t n = 0, size = 0;
	PCRE2_SPTR table = NULL;
	unsigned best[FIELD_N];

	memset(best, 0xff, sizeof(best));
	(void)pcre2_pattern_info(pattern->code, PCRE2_INFO_NAMECOUNT, &n);
	(void)pcre2_pattern_info(pattern->code, PCRE2_INFO_NAMEENTRYSIZE,
		&size);
	(void)pcre2_pattern_info(pattern->code, PCRE2_INFO_NAMETABLE, &table);
	for (uint32_t i = 0; i < n; i++, table += size) {
		const char *name = (const char *)table + 2;
		int group = table[0] << 8 | table[1];
		enum field field;
		unsigned rank;

		if (field_of_header(slice_of(name), &field, &rank)) {
			if (rank < best[field]) {
				best[field] = rank;
				pattern->group[field] = group;
			}
		} else if (!is_column(pattern, group)) {
			return fault_set(fault, FAULT_USAGE,
				"--pattern: group '%s' names no field; the "
				"fields are time, date, user, unit, role, "
				"kind, subject, case, purpose, source, area, "
				"outcome",
				name);
		}
	}
	return 0;
}

static int
map_groups(struct pattern *pattern, const struct rules *rules,
	struct fault *fault)
{
	if ((rules != NULL && map_columns(pattern, rules, fault) != 0) ||
		map_names(pattern, fault) != 0)
		return -1;
	if (pattern->group[FIELD_TIME] == 0) {
		pattern->group[FIELD_TIME] = pattern->group[FIELD_DATE];
		pattern->group[FIELD_DATE] = 0;
	}
	for (size_t f = 0; f < FIELD_N; f++) {
		if (pattern->group[f] == 0 &&
			!rules_give(rules, (enum field)f) &&
			(f == FIELD_TIME || f == FIELD_USER ||
				f == FIELD_SUBJECT))
			return fault_set(fault, FAULT_USAGE,
				"--pattern has no group for the %s: write it "
				"as (?<%s>…)",
				field_name((enum field)f),
				field_name((enum field)f));
	}
	return 0;
}

int
pattern_open(struct pattern **ret, const char *regex,
	const struct rules *rules, struct fault *fault)
{
	struct pattern *pattern = memory_array(1, sizeof(*pattern));
	char why[EXPRESSION_WHY];
	size_t at;

	if (pattern == NULL)
		return fault_memory(fault);
	pattern->code = expression_compile(slice_of(regex), false, &at, why,
		fault);
	if (pattern->code == NULL) {
		fault_set(fault, FAULT_USAGE,
			"--pattern does not compile at character %zu%s%.20s%s"
			": %s",
			at + 1, regex[at] != '\0' ? " ('" : "", regex + at,
			regex[at] != '\0' ? "')" : "", why);
		goto out;
	}
	if (map_groups(pattern, rules, fault) != 0)
		goto out;
	*ret = pattern;
	return 0;
out:
	pattern_free(pattern);
	return -1;
}

void
pattern_free(struct pattern *pattern)
{
	if (pattern == NULL)
		return;
	pcre2_code_free(pattern->code);
	free(pattern);
}

bool
pattern_has(const struct pattern *pattern, enum field field)
{
	return pattern->group[field] != 0;
}

int
matcher_open(struct matcher **ret, const struct pattern *pattern,
	struct fault *fault)
{
	struct matcher *matcher = memory_array(1, sizeof(*matcher));

	if (matcher == NULL)
		return fault_memory(fault);
	matcher->pattern = pattern;
	if (matching_open(&matcher->matching, expression_groups(pattern->code),
		    fault) != 0) {
		matcher_free(matcher);
		return -1;
	}
	*ret = matcher;
	return 0;
}

void
matcher_free(struct matcher *matcher)
{
	if (matcher == NULL)
		return;
	matching_close(&matcher->matching);
	free(matcher);
}

enum match
matcher_match(struct matcher *matcher, struct slice line, struct record *ret,
	struct slice *ret_values)
{
	const struct pattern *pattern = matcher->pattern;
	const struct matching *matching = &matcher->matching;
	int n = matching_run(&matcher->matching, pattern->code, line);

	if (n == PCRE2_ERROR_NOMATCH)
		return MATCH_NO;
	if (n == PCRE2_ERROR_NOMEMORY)
		return MATCH_MEMORY;
	if (n < 0)
		return MATCH_STEPS;
	for (size_t f = 0; f < FIELD_N; f++)
		ret->field[f] = pattern->group[f] == 0 ?
			(struct slice){ NULL, 0 } :
			matching_group(matching, n, pattern->group[f], line);
	for (size_t i = 0; ret_values != NULL && i < pattern->n_columns; i++)
		ret_values[i] = pattern->columns[i] < 0 ?
			(struct slice){ NULL, 0 } :
			matching_group(matching, n, pattern->columns[i], line);
	return MATCH_YES;
}

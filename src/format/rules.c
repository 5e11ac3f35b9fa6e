/* SPDX-License-Identifier: Apache-2.0 */
#include "format/rules.h"

#include "base/memory.h"
#include "format/expression.h"

struct rule {
	enum { LOOKUP, TAKE, CONSTANT } what;
	enum field field; /* of a take or a constant */
	bool wanted;      /* by a lookup rule */
	size_t column;
	pcre2_code *code; /* NULL: the whole value */
	int group;        /* of the field, 0: all that matches */
	struct slice value;
};

struct rules {
	struct rule *rules;
	size_t n, cap;
	struct slice columns[RULES_COLUMNS];
	size_t n_columns;
	struct arena arena; /* of columns and values */
	unsigned taken, constant; /* bits of fields */
	bool skip;
	uint32_t groups; /* the most an expression has */
};

struct ruler {
	const struct rules *rules;
	struct matching matching;
};

static int
rules_begin(struct rules **all, struct fault *fault)
{
	if (*all == NULL)
		*all = memory_array(1, sizeof(**all));
	return *all != NULL ? 0 : fault_memory(fault);
}

/* The number of a column, a new one if need be. */
static int
find_column(struct rules *rules, struct slice name, size_t *ret,
	struct fault *fault)
{
	for (size_t i = 0; i < rules->n_columns; i++) {
		if (slice_equal(rules->columns[i], name)) {
			*ret = i;
			return 0;
		}
	}
	if (rules->n_columns == RULES_COLUMNS)
		return fault_set(fault, FAULT_USAGE,
			"rules name more than %d columns", (int)RULES_COLUMNS);
	if (arena_keep(&rules->arena, name, &rules->columns[rules->n_columns],
		    fault) != 0)
		return -1;
	*ret = rules->n_columns++;
	return 0;
}

/* /PATTERN/ or /PATTERN/i, of what stands there alone. */
static int
compile(struct rule *rule, struct slice text, struct fault *fault)
{
	bool caseless = text.len > 0 && text.at[text.len - 1] == 'i';
	struct slice regex = { text.at, text.len - caseless };
	char why[EXPRESSION_WHY];
	size_t at;

	if (regex.len < 2 || regex.at[0] != '/' ||
		regex.at[regex.len - 1] != '/')
		return fault_set(fault, FAULT_USAGE,
			"'%.*s' is no pattern; write it between slashes, "
			"/…/, with i behind to ignore case",
			(int)(text.len < 64 ? text.len : 64), text.at);
	regex = (struct slice){ regex.at + 1, regex.len - 2 };
	if (regex.len == 0)
		return fault_set(fault, FAULT_USAGE,
			"the pattern between the slashes is empty");
	rule->code = expression_compile(regex, caseless, &at, why,
		fault);
	if (rule->code == NULL)
		return fault_set(fault, FAULT_USAGE,
			"the pattern /%.*s/ does not compile at character "
			"%zu: %s",
			(int)(regex.len < 200 ? regex.len : 200), regex.at,
			at + 1, why);
	return 0;
}

/* Which group holds the field: one of its name, or the first. */
static int
find_group(const struct rule *rule)
{
	int group = pcre2_substring_number_from_name(rule->code,
		(PCRE2_SPTR)field_name(rule->field));

	if (group > 0)
		return group;
	return expression_groups(rule->code) > 0 ? 1 : 0;
}

/* Keep a rule that is whole, or free it. */
static int
rules_keep(struct rules *rules, struct rule *rule, struct fault *fault)
{
	if (memory_grow((void **)&rules->rules, &rules->cap, rules->n + 1,
		    sizeof(*rule), RULES_MOST, "rules of a profile", fault) !=
		0) {
		pcre2_code_free(rule->code);
		return -1;
	}
	if (rule->code != NULL && expression_groups(rule->code) > rules->groups)
		rules->groups = expression_groups(rule->code);
	rules->rules[rules->n++] = *rule;
	return 0;
}

static int
parse_field(const char *name, enum field *ret, struct fault *fault)
{
	if (field_of_name(slice_of(name), ret))
		return 0;
	return fault_set(fault, FAULT_USAGE,
		"'%.64s' is no field; the fields are time, date, user, unit, "
		"role, kind, subject, case, purpose, source, area, outcome",
		name);
}

/* Where the column ends: before the slash of the pattern. */
static size_t
column_end(const char *text)
{
	for (size_t i = 1; text[0] != '\0' && text[i] != '\0'; i++) {
		if (text[i] == '/' &&
			(text[i - 1] == ' ' || text[i - 1] == '\t'))
			return i;
	}
	return strlen(text);
}

int
rules_add_take(struct rules **all, const char *field, const char *text,
	struct fault *fault)
{
	size_t end = column_end(text);
	struct slice column = slice_trim((struct slice){ text, end });
	struct slice regex = slice_trim(slice_of(text + end));
	struct rule rule = { .what = TAKE };

	if (rules_begin(all, fault) != 0 ||
		parse_field(field, &rule.field, fault) != 0)
		return -1;
	if (column.len == 0 || column.at[0] == '/')
		return fault_set(fault, FAULT_USAGE,
			"names no column to take from, as in take %s = "
			"COLUMN /PATTERN/",
			field_name(rule.field));
	if (find_column(*all, column, &rule.column, fault) != 0)
		return -1;
	if (regex.len > 0) {
		if (compile(&rule, regex, fault) != 0)
			return -1;
		rule.group = find_group(&rule);
	}
	if (rules_keep(*all, &rule, fault) != 0)
		return -1;
	(*all)->taken |= 1u << rule.field;
	return 0;
}

int
rules_add_lookup(struct rules **all, const char *column, bool wanted,
	const char *text, struct fault *fault)
{
	struct slice name = slice_trim(slice_of(column));
	struct rule rule = { .what = LOOKUP, .wanted = wanted };

	if (rules_begin(all, fault) != 0)
		return -1;
	if (name.len == 0)
		return fault_set(fault, FAULT_USAGE,
			"names no column, as in lookup COLUMN = /PATTERN/");
	if (find_column(*all, name, &rule.column, fault) != 0 ||
		compile(&rule, slice_trim(slice_of(text)), fault) != 0)
		return -1;
	return rules_keep(*all, &rule, fault);
}

int
rules_add_constant(struct rules **all, const char *field, const char *value,
	struct fault *fault)
{
	struct rule rule = { .what = CONSTANT };

	if (rules_begin(all, fault) != 0 ||
		parse_field(field, &rule.field, fault) != 0)
		return -1;
	if (rule.field == FIELD_TIME || rule.field == FIELD_DATE)
		return fault_set(fault, FAULT_USAGE,
			"the %s of all lookups cannot be the same",
			field_name(rule.field));
	if ((*all)->constant & 1u << rule.field)
		return fault_set(fault, FAULT_USAGE,
			"constant %s is given twice", field_name(rule.field));
	if (!field_given(slice_of(value)))
		return fault_set(fault, FAULT_USAGE,
			"'%s' means that no %s is given; leave the constant "
			"out",
			value, field_name(rule.field));
	if (arena_keep(&(*all)->arena, slice_of(value), &rule.value, fault) !=
			0 ||
		rules_keep(*all, &rule, fault) != 0)
		return -1;
	(*all)->constant |= 1u << rule.field;
	return 0;
}

int
rules_skip_unmatched(struct rules **all, struct fault *fault)
{
	if (rules_begin(all, fault) != 0)
		return -1;
	(*all)->skip = true;
	return 0;
}

void
rules_forget(struct rules *rules, enum field field)
{
	size_t n = 0;

	if (rules == NULL)
		return;
	for (size_t i = 0; i < rules->n; i++) {
		struct rule *rule = &rules->rules[i];

		if (rule->what != LOOKUP && rule->field == field)
			pcre2_code_free(rule->code);
		else
			rules->rules[n++] = *rule;
	}
	rules->n = n;
	rules->taken &= ~(1u << field);
	rules->constant &= ~(1u << field);
}

void
rules_free(struct rules *rules)
{
	if (rules == NULL)
		return;
	for (size_t i = 0; i < rules->n; i++)
		pcre2_code_free(rules->rules[i].code);
	free(rules->rules);
	arena_free(&rules->arena);
	free(rules);
}

bool
rules_take(const struct rules *rules, enum field field)
{
	return rules != NULL && rules->taken & 1u << field;
}

bool
rules_give(const struct rules *rules, enum field field)
{
	return rules != NULL &&
		(rules->taken | rules->constant) & 1u << field;
}

bool
rules_skip(const struct rules *rules)
{
	return rules != NULL && rules->skip;
}

const struct slice *
rules_columns(const struct rules *rules, size_t *ret_n)
{
	*ret_n = rules != NULL ? rules->n_columns : 0;
	return rules != NULL ? rules->columns : NULL;
}

const char *
rules_lack(const struct rules *rules, const bool *has)
{
	unsigned found = 0;

	for (size_t i = 0; rules != NULL && i < rules->n; i++) {
		const struct rule *rule = &rules->rules[i];

		if (rule->what == TAKE && has[rule->column])
			found |= 1u << rule->field;
	}
	for (size_t i = 0; rules != NULL && i < rules->n; i++) {
		const struct rule *rule = &rules->rules[i];

		if (rule->what != CONSTANT && !has[rule->column] &&
			(rule->what == LOOKUP || !(found & 1u << rule->field)))
			return rules->columns[rule->column].at;
	}
	return NULL;
}

int
ruler_open(struct ruler **ret, const struct rules *rules, struct fault *fault)
{
	struct ruler *ruler = memory_array(1, sizeof(*ruler));

	if (ruler == NULL)
		return fault_memory(fault);
	ruler->rules = rules;
	if (matching_open(&ruler->matching, rules->groups, fault) != 0) {
		ruler_free(ruler);
		return -1;
	}
	*ret = ruler;
	return 0;
}

void
ruler_free(struct ruler *ruler)
{
	if (ruler == NULL)
		return;
	matching_close(&ruler->matching);
	free(ruler);
}

/* Groups of the match, or below 0: PCRE2_ERROR_NOMATCH, or the reason why it
 * is not known. */
static int
match(struct ruler *ruler, const struct rule *rule, struct slice text,
	struct fault *fault)
{
	int n = matching_run(&ruler->matching, rule->code, text);

	if (n == PCRE2_ERROR_NOMEMORY)
		fault_memory(fault);
	return n;
}

static enum reason
apply_lookup(struct ruler *ruler, const struct rule *rule,
	const struct slice *values, struct fault *fault)
{
	int n = match(ruler, rule, values[rule->column], fault);

	if (n < 0 && n != PCRE2_ERROR_NOMATCH)
		return REJECT_STEPS;
	return (n >= 0) == rule->wanted ? REASON_LOOKUP : SKIP_EVENT;
}

static enum reason
apply_take(struct ruler *ruler, const struct rule *rule,
	const struct slice *values, struct record *record, struct fault *fault)
{
	struct slice value = slice_trim(values[rule->column]);
	int n;

	if (rule->code == NULL) {
		if (field_given(value))
			record->field[rule->field] = value;
		return REASON_LOOKUP;
	}
	n = match(ruler, rule, value, fault);
	if (n < 0)
		return n == PCRE2_ERROR_NOMATCH ? REASON_LOOKUP : REJECT_STEPS;
	value = matching_group(&ruler->matching, n, rule->group, value);
	if (field_given(value))
		record->field[rule->field] = value;
	return REASON_LOOKUP;
}

static enum reason
apply_rule(struct ruler *ruler, const struct rule *rule,
	const struct slice *values, struct record *record, struct fault *fault)
{
	switch (rule->what) {
	case LOOKUP:
		return apply_lookup(ruler, rule, values, fault);
	case TAKE:
		if (field_given(record->field[rule->field]))
			return REASON_LOOKUP;
		return apply_take(ruler, rule, values, record, fault);
	default:
		if (!field_given(record->field[rule->field]))
			record->field[rule->field] = rule->value;
		return REASON_LOOKUP;
	}
}

enum reason
ruler_apply(struct ruler *ruler, const struct slice *values,
	struct record *record, struct fault *fault)
{
	const struct rules *rules = ruler->rules;

	for (size_t f = 0; f < FIELD_N; f++)
		if (rules->taken & 1u << f)
			record->field[f] = (struct slice){ NULL, 0 };
	/* in the order of enum: what is no lookup need cost no more */
	for (int what = LOOKUP; what <= CONSTANT; what++) {
		for (size_t i = 0; i < rules->n; i++) {
			const struct rule *rule = &rules->rules[i];
			enum reason reason;

			if ((int)rule->what != what)
				continue;
			reason = apply_rule(ruler, rule, values, record,
				fault);
			if (reason != REASON_LOOKUP)
				return reason;
		}
	}
	if (rules->skip && (!field_given(record->field[FIELD_USER]) ||
		!field_given(record->field[FIELD_SUBJECT])))
		return SKIP_EVENT;
	return REASON_LOOKUP;
}

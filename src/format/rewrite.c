/* SPDX-License-Identifier: Apache-2.0 */
#include "format/rewrite.h"

#include "base/memory.h"
#include "format/expression.h"

struct rule {
	enum field field;
	pcre2_code *code;
	char *replacement;
	size_t len;
	uint32_t options; /* of pcre2_substitute() */
};

struct rewrites {
	struct rule *rules;
	size_t n, cap;
	unsigned fields; /* bits of those that have rules */
	uint32_t groups; /* the most a pattern has */
};

/* A rule reads one text and writes the other; PCRE2 puts a NUL behind. */
struct texts {
	char folded[REWRITE_MOST];
	char text[2][REWRITE_MOST + 1];
};

struct rewriter {
	const struct rewrites *rewrites;
	struct texts *texts[FIELD_N]; /* of fields that may change */
	struct matching matching;
	uint64_t failed;
};

static const unsigned rewritable = 1u << FIELD_USER | 1u << FIELD_UNIT |
	1u << FIELD_ROLE | 1u << FIELD_KIND | 1u << FIELD_SUBJECT |
	1u << FIELD_CASE | 1u << FIELD_SOURCE | 1u << FIELD_AREA |
	1u << FIELD_OUTCOME;

static const unsigned with_digits = 1u << FIELD_SUBJECT | 1u << FIELD_CASE;

/* The parts of FIELD=/PATTERN/REPLACEMENT/FLAGS, as they stand there. */
struct parts {
	enum field field;
	char delimiter;
	struct slice pattern, replacement;
	const char *flags;
};

static bool
is_word(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
		(c >= 'a' && c <= 'z') || c == '_';
}

/* What stands before the next delimiter; *at moves behind that. */
static bool
take_part(const char **at, char delimiter, struct slice *ret)
{
	const char *end = *at;

	while (*end != '\0' && *end != delimiter)
		end += end[0] == '\\' && end[1] != '\0' ? 2 : 1;
	if (*end == '\0')
		return false;
	*ret = (struct slice){ *at, (size_t)(end - *at) };
	*at = end + 1;
	return true;
}

static int
parse(const char *text, struct parts *ret, struct fault *fault)
{
	const char *at = strchr(text, '=');

	if (at == NULL)
		return fault_set(fault, FAULT_USAGE,
			"--rewrite '%s' is not FIELD=/PATTERN/REPLACEMENT/, as "
			"in --rewrite 'subject=/^[+]88//'",
			text);
	if (!field_of_name((struct slice){ text, (size_t)(at - text) },
		    &ret->field) ||
		!(rewritable & 1u << ret->field))
		return fault_set(fault, FAULT_USAGE,
			"--rewrite '%s' names no field that can be rewritten; "
			"these are user, unit, role, kind, subject, case, "
			"source, area, outcome",
			text);
	ret->delimiter = *++at;
	if (*at <= ' ' || *at > '~' || *at == '\\' ||
		(is_word(*at) && *at != '_'))
		return fault_set(fault, FAULT_USAGE,
			"--rewrite '%s' has no / behind the =, nor another "
			"character to stand for it",
			text);
	at++;
	if (!take_part(&at, ret->delimiter, &ret->pattern) ||
		!take_part(&at, ret->delimiter, &ret->replacement))
		return fault_set(fault, FAULT_USAGE,
			"--rewrite '%s' lacks a '%c': it stands before and "
			"behind the pattern, and behind the replacement",
			text, ret->delimiter);
	if (ret->pattern.len == 0)
		return fault_set(fault, FAULT_USAGE,
			"--rewrite '%s' has no pattern", text);
	ret->flags = at;
	if (at[strspn(at, "gi")] != '\0')
		return fault_set(fault, FAULT_USAGE,
			"--rewrite '%s' ends in '%s', but g and i is all that "
			"may follow the last '%c'",
			text, at, ret->delimiter);
	return 0;
}

/* An escaped delimiter stays escaped: to PCRE2 that is the character itself,
 * even where it would mean something. */
static int
compile(struct rule *rule, const struct parts *parts, const char *text,
	struct fault *fault)
{
	char why[EXPRESSION_WHY];
	size_t at;

	rule->options = PCRE2_SUBSTITUTE_UNSET_EMPTY;
	if (strchr(parts->flags, 'g') != NULL)
		rule->options |= PCRE2_SUBSTITUTE_GLOBAL;
	rule->code = expression_compile(parts->pattern,
		strchr(parts->flags, 'i') != NULL, &at, why,
		fault);
	if (rule->code == NULL)
		return fault_set(fault, FAULT_USAGE,
			"--rewrite '%s' does not compile at character %zu of "
			"its pattern: %s",
			text, at + 1, why);
	return 0;
}

static int
unescape(struct rule *rule, const struct parts *parts, struct fault *fault)
{
	struct slice from = parts->replacement;
	char *to = malloc(from.len + 1);

	if (to == NULL)
		return fault_memory(fault);
	rule->replacement = to;
	for (size_t i = 0; i < from.len; i++) {
		bool escaped = from.at[i] == '\\' && i + 1 < from.len &&
			(from.at[i + 1] == parts->delimiter ||
				from.at[i + 1] == '\\');

		if (escaped && from.at[i + 1] == '$')
			*to++ = '$'; /* and the one that follows: a literal */
		*to++ = from.at[escaped ? ++i : i];
	}
	*to = '\0';
	rule->len = (size_t)(to - rule->replacement);
	return 0;
}

/* Has the pattern a group of this number or name? */
static bool
has_group(const struct rule *rule, struct slice name)
{
	char copy[64];
	uint64_t wanted;
	int number;

	if (name.len == 0 || name.len >= sizeof(copy))
		return false;
	if (name.at[0] >= '0' && name.at[0] <= '9')
		return number_parse_u64(name, &wanted) &&
			wanted <= expression_groups(rule->code);
	memcpy(copy, name.at, name.len);
	copy[name.len] = '\0';
	/* Of several groups of a name PCRE2 takes the one that took part. */
	number = pcre2_substring_number_from_name(rule->code,
		(PCRE2_SPTR)copy);
	return number > 0 || number == PCRE2_ERROR_NOUNIQUESUBSTRING;
}

/* PCRE2 looks at a replacement only where it matches, which is too late. */
static int
check_replacement(const struct rule *rule, const char *text,
	struct fault *fault)
{
	const char *at = rule->replacement;
	PCRE2_UCHAR out[2 * REWRITE_MOST], why[256];
	PCRE2_SIZE len = sizeof(out);
	int error;

	while ((at = strchr(at, '$')) != NULL) {
		const char *name = at[1] == '{' ? at + 2 : at + 1;
		const char *end = name;
		bool digits = *name >= '0' && *name <= '9';

		while (digits ? *end >= '0' && *end <= '9' : is_word(*end))
			end++;
		if (at[1] == '$') {
			at += 2;
			continue;
		}
		if ((at[1] == '{' && *end != '}') ||
			!has_group(rule,
				(struct slice){ name, (size_t)(end - name) }))
			return fault_set(fault, FAULT_USAGE,
				"--rewrite '%s': in the replacement, '%.32s' "
				"is no group of the pattern; a dollar sign is "
				"written $$",
				text, at);
		at = end;
	}
	/* What is left is text that is no UTF-8, or too long. */
	error = pcre2_substitute(rule->code, (PCRE2_SPTR) "", 0, 0,
		rule->options, NULL, NULL, (PCRE2_SPTR)rule->replacement,
		rule->len, out, &len);
	if (error >= 0 && rule->len <= REWRITE_MOST)
		return 0;
	if (error == PCRE2_ERROR_NOMEMORY && rule->len <= REWRITE_MOST)
		return fault_memory(fault);
	(void)pcre2_get_error_message(error, why, sizeof(why));
	return fault_set(fault, FAULT_USAGE,
		"--rewrite '%s': the replacement is wrong: %s", text,
		rule->len > REWRITE_MOST ? "it is too long" :
					   (const char *)why);
}

static void
rule_free(struct rule *rule)
{
	pcre2_code_free(rule->code);
	free(rule->replacement);
}

int
rewrites_add(struct rewrites **all, const char *text, struct fault *fault)
{
	struct rewrites *rewrites = *all;
	struct rule rule = { 0 };
	struct parts parts;
	uint32_t groups;

	if (rewrites == NULL)
		rewrites = memory_array(1, sizeof(*rewrites));
	if (rewrites == NULL)
		return fault_memory(fault);
	*all = rewrites;
	if (parse(text, &parts, fault) != 0)
		return -1;
	rule.field = parts.field;
	if (compile(&rule, &parts, text, fault) != 0 ||
		unescape(&rule, &parts, fault) != 0 ||
		check_replacement(&rule, text, fault) != 0 ||
		memory_grow((void **)&rewrites->rules, &rewrites->cap,
			rewrites->n + 1, sizeof(rule), REWRITES_MOST,
			"rules given to --rewrite", fault) != 0) {
		rule_free(&rule);
		return -1;
	}
	groups = expression_groups(rule.code);
	if (groups > rewrites->groups)
		rewrites->groups = groups;
	rewrites->fields |= 1u << rule.field;
	rewrites->rules[rewrites->n++] = rule;
	return 0;
}

void
rewrites_free(struct rewrites *rewrites)
{
	if (rewrites == NULL)
		return;
	for (size_t i = 0; i < rewrites->n; i++)
		rule_free(&rewrites->rules[i]);
	free(rewrites->rules);
	free(rewrites);
}

int
rewriter_open(struct rewriter **ret, const struct rewrites *rewrites,
	struct fault *fault)
{
	struct rewriter *rewriter = memory_array(1, sizeof(*rewriter));
	unsigned fields = with_digits;

	if (rewriter == NULL)
		return fault_memory(fault);
	if (rewrites != NULL && rewrites->n > 0) {
		rewriter->rewrites = rewrites;
		fields |= rewrites->fields;
		if (matching_open(&rewriter->matching, rewrites->groups,
			    fault) != 0)
			goto out;
	}
	for (size_t f = 0; f < FIELD_N; f++) {
		if (!(fields & 1u << f))
			continue;
		rewriter->texts[f] = malloc(sizeof(*rewriter->texts[f]));
		if (rewriter->texts[f] == NULL) {
			fault_memory(fault);
			goto out;
		}
	}
	*ret = rewriter;
	return 0;
out:
	rewriter_free(rewriter);
	return -1;
}

void
rewriter_free(struct rewriter *rewriter)
{
	if (rewriter == NULL)
		return;
	for (size_t f = 0; f < FIELD_N; f++)
		free(rewriter->texts[f]);
	matching_close(&rewriter->matching);
	free(rewriter);
}

bool
rewriter_has(const struct rewriter *rewriter, enum field field)
{
	return rewriter->texts[field] != NULL;
}

static bool
is_digit(const char *at, size_t len)
{
	const unsigned char *byte = (const unsigned char *)at;

	return len >= 3 && byte[0] == 0xe0 && byte[1] == 0xa7 &&
		byte[2] >= 0xa6 && byte[2] <= 0xaf;
}

/* U+09E6 to U+09EF. */
static struct slice
fold_digits(struct rewriter *rewriter, enum field field, struct slice value)
{
	char *to = rewriter->texts[field]->folded;
	size_t len = 0;

	for (size_t i = 0; i < value.len; i++) {
		if (len == REWRITE_MOST) {
			rewriter->failed++;
			return value;
		}
		if (is_digit(value.at + i, value.len - i)) {
			i += 2;
			to[len++] = (char)('0' + (value.at[i] & 0x0f) - 6);
		} else {
			to[len++] = value.at[i];
		}
	}
	return len < value.len ? (struct slice){ to, len } : value;
}

static struct slice
apply_rules(struct rewriter *rewriter, enum field field,
	const struct slice value)
{
	const struct rewrites *rewrites = rewriter->rewrites;
	struct texts *texts = rewriter->texts[field];
	struct slice now = value;

	for (size_t i = 0; i < rewrites->n; i++) {
		const struct rule *rule = &rewrites->rules[i];
		char *to = texts->text[now.at == texts->text[0]];
		PCRE2_SIZE len = sizeof(texts->text[0]);
		int n;

		if (rule->field != field)
			continue;
		n = now.len > REWRITE_MOST ? -1 :
			pcre2_substitute(rule->code, (PCRE2_SPTR)now.at,
				now.len, 0, rule->options,
				rewriter->matching.data,
				rewriter->matching.context,
				(PCRE2_SPTR)rule->replacement, rule->len,
				(PCRE2_UCHAR *)to, &len);
		if (n < 0) {
			rewriter->failed++;
			return value;
		}
		if (n > 0)
			now = (struct slice){ to, len };
	}
	return now;
}

struct slice
rewriter_apply(struct rewriter *rewriter, enum field field, struct slice value)
{
	struct slice made;

	if (!rewriter_has(rewriter, field) || value.len == 0)
		return value;
	if (with_digits & 1u << field && !slice_is_ascii(value))
		value = fold_digits(rewriter, field, value);
	if (rewriter->rewrites == NULL ||
		!(rewriter->rewrites->fields & 1u << field))
		return value;
	made = slice_trim(apply_rules(rewriter, field, value));
	return made.len > 0 ? made : value;
}

uint64_t
rewriter_failed(const struct rewriter *rewriter)
{
	return rewriter->failed;
}

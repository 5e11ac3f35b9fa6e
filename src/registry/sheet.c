/* SPDX-License-Identifier: Apache-2.0 */
#include "registry/sheet.h"

const char *
sheet_kind_name(enum sheet_kind kind)
{
	static const char *const names[SHEET_N] = {
		[SHEET_ROSTER] = "roster",
		[SHEET_UNITS] = "units",
		[SHEET_CASES] = "cases",
		[SHEET_CASE_SUBJECTS] = "case-subjects",
		[SHEET_PERSONS] = "persons",
		[SHEET_WATCH] = "watch",
		[SHEET_REVIEWED] = "reviewed",
		[SHEET_LIST] = "list",
	};

	return names[kind];
}

const char *
sheet_problem_text(enum sheet_problem problem)
{
	static const char *const texts[PROBLEM_N] = {
		[PROBLEM_LAYOUT] = "no row: not as many fields as the header, "
				   "a quote not closed, too long or cut off",
		[PROBLEM_BLANK] = "a field that is needed is blank",
		[PROBLEM_TIME] = "no time that quis reads; write "
				 "2026-05-01 or 2026-05-01T10:11:12, "
				 "and shifts as 08:00-16:00",
		[PROBLEM_ORDER] = "ends before it begins: both times are "
				  "passed over",
		[PROBLEM_TWICE] = "contradicts an earlier row, which counts",
		[PROBLEM_UNKNOWN] = "names something that neither the log "
				    "nor its own register has",
		[PROBLEM_CROWD] = "a person of too many identifiers: they "
				  "are not joined",
		[PROBLEM_SHARED] = "an identifier of two persons: it joins "
				   "neither",
		[PROBLEM_WORD] = "a word that means nothing here",
		[PROBLEM_BAIT] = "bait that the register of persons knows: "
				 "somebody's, and no bait",
		[PROBLEM_MANY] = "too many rows of one user: the earlier ones "
				 "are passed over",
	};

	return texts[problem];
}

/* Perhaps the number of a citizen, to judge by its digits: messages, which go
 * to mailboxes, must not carry it. A time is none. */
static bool
is_private(struct slice text)
{
	size_t digits = 0, run = 0, longest = 0, others = 0;

	for (size_t i = 0; i < text.len; i++) {
		char c = text.at[i];

		run = c >= '0' && c <= '9' ? run + 1 : 0;
		longest = run > longest ? run : longest;
		digits += run > 0;
		others += run == 0 && c != '+' && c != '-' && c != ' ';
	}
	return longest >= 9 || (others == 0 && digits >= 9) ||
		(digits >= 6 && digits == text.len);
}

size_t
sheet_quote(char *buf, size_t size, struct slice text)
{
	static const char hex[] = "0123456789abcdef";
	enum { SHOWN = 40 };
	size_t len = 0;

	if (is_private(text))
		return (size_t)snprintf(buf, size, "a number");
	buf[len++] = '"';
	for (size_t i = 0; i < text.len; i++) {
		unsigned char c = (unsigned char)text.at[i];

		/* room for an escape, the ellipsis, the quote and the NUL */
		if (len >= SHOWN || len + 10 > size) {
			memcpy(buf + len, "...", 3);
			len += 3;
			break;
		}
		if (c >= ' ' && c < 0x7f && c != '"' && c != '\\') {
			buf[len++] = (char)c;
			continue;
		}
		buf[len++] = '\\';
		buf[len++] = 'x';
		buf[len++] = hex[c >> 4];
		buf[len++] = hex[c & 15];
	}
	buf[len++] = '"';
	buf[len] = '\0';
	return len;
}

void
sheet_note(struct sheet_facts *facts, enum sheet_problem problem,
	uint64_t line, const char *detail)
{
	if (facts->counts[problem]++ > 0 && facts->first_line[problem] <= line)
		return;
	facts->first_line[problem] = line;
	(void)snprintf(facts->detail[problem], sizeof(facts->detail[problem]),
		"%s", detail);
}

void
sheet_note_text(struct sheet_facts *facts, enum sheet_problem problem,
	uint64_t line, struct slice text)
{
	char quoted[SHEET_QUOTE_MAX];

	if (facts->counts[problem] > 0 && facts->first_line[problem] <= line) {
		facts->counts[problem]++;
		return;
	}
	(void)sheet_quote(quoted, sizeof(quoted), text);
	sheet_note(facts, problem, line, quoted);
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "forms.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

enum { DHAKA = 6 * 3600, DAY = 86400 };

static char *
put_text(char *out, const char *text)
{
	size_t len = strlen(text);

	memcpy(out, text, len);
	return out + len;
}

static char *
put_two(char *out, unsigned value)
{
	*out++ = (char)('0' + value / 10 % 10);
	*out++ = (char)('0' + value % 10);
	return out;
}

static char *
put_clock(char *out, uint32_t second)
{
	out = put_two(out, second / 3600);
	*out++ = ':';
	out = put_two(out, second / 60 % 60);
	*out++ = ':';
	return put_two(out, second % 60);
}

static char *
put_time(char *out, const struct said *said)
{
	out = put_text(out, said->day);
	*out++ = 'T';
	out = put_clock(out, said->second);
	return put_text(out, "+06:00");
}

static bool
is_plain(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
		(c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_' ||
		c == '~';
}

/* As browsers encode forms. */
static char *
put_encoded(char *out, const char *text)
{
	static const char digits[] = "0123456789ABCDEF";

	for (; *text != '\0'; text++) {
		if (is_plain(*text)) {
			*out++ = *text;
		} else if (*text == ' ') {
			*out++ = '+';
		} else {
			*out++ = '%';
			*out++ = digits[(unsigned char)*text >> 4];
			*out++ = digits[*text & 15];
		}
	}
	return out;
}

/* Names hold no control character. */
static char *
put_quoted(char *out, const char *text)
{
	*out++ = '"';
	for (; *text != '\0'; text++) {
		if (*text == '"' || *text == '\\')
			*out++ = '\\';
		*out++ = *text;
	}
	*out++ = '"';
	return out;
}

/* All but the time, the user and the source, which web logs know. */
struct value {
	const char *name;
	size_t offset;
};

#define AT(field) offsetof(struct said, field)

static const struct value values[] = { { "unit", AT(unit) },
	{ "role", AT(role) }, { "kind", AT(kind) }, { "case", AT(caseref) },
	{ "purpose", AT(purpose) }, { "area", AT(area) } };
static const struct value others[] = { { "user", AT(user) },
	{ "subject", AT(subject) }, { "source", AT(source) },
	{ "outcome", AT(outcome) } };

static const char *
text_of(const struct said *said, const struct value *value)
{
	return *(const char *const *)((const char *)said + value->offset);
}

static char *
put_jsonl(char *out, const struct said *said)
{
	out = put_text(out, "{\"timestamp\":\"");
	out = put_time(out, said);
	*out++ = '"';
	for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
		out = put_text(out, ",\"");
		out = put_text(out, others[i].name);
		out = put_text(out, "\":");
		out = put_quoted(out, text_of(said, &others[i]));
	}
	for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
		out = put_text(out, ",\"");
		out = put_text(out, values[i].name);
		out = put_text(out, "\":");
		out = *text_of(said, &values[i]) == '\0' ?
			put_text(out, "null") :
			put_quoted(out, text_of(said, &values[i]));
	}
	return put_text(out, "}\n");
}

static char *
put_pair(char *out, const struct said *said, const struct value *value)
{
	const char *text = text_of(said, value);

	*out++ = ' ';
	out = put_text(out, value->name);
	*out++ = '=';
	return strpbrk(text, " \"=\\") != NULL ? put_quoted(out, text) :
						 put_text(out, text);
}

static char *
put_logfmt(char *out, const struct said *said)
{
	out = put_text(out, "time=");
	out = put_time(out, said);
	out = put_text(out, " level=info");
	for (size_t i = 0; i < sizeof others / sizeof *others; i++)
		out = put_pair(out, said, &others[i]);
	for (size_t i = 0; i < sizeof values / sizeof *values; i++)
		out = put_pair(out, said, &values[i]);
	*out++ = '\n';
	return out;
}

static char *
put_query(char *out, const struct said *said)
{
	out = put_text(out, "nid=");
	out = put_encoded(out, said->subject);
	for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
		*out++ = '&';
		out = put_text(out, values[i].name);
		*out++ = '=';
		out = put_encoded(out, text_of(said, &values[i]));
	}
	return out;
}

static const char *
status_of(const struct said *said)
{
	if (strcmp(said->outcome, "denied") == 0)
		return "403";
	return strcmp(said->outcome, "empty") == 0 ? "404" : "200";
}

static char *
put_combined(char *out, const struct said *said)
{
	static const char *const months[] = { "Jan", "Feb", "Mar", "Apr",
		"May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
	const char *day = said->day;
	int month = (day[5] - '0') * 10 + day[6] - '0';

	out = put_text(out, said->source);
	out = put_text(out, " - ");
	out = put_text(out, said->user);
	out = put_text(out, " [");
	memcpy(out, day + 8, 2);
	out += 2;
	*out++ = '/';
	out = put_text(out, months[month - 1]);
	*out++ = '/';
	memcpy(out, day, 4);
	out += 4;
	*out++ = ':';
	out = put_clock(out, said->second);
	out = put_text(out, " +0600] \"GET /lookup?");
	out = put_query(out, said);
	out = put_text(out, " HTTP/1.1\" ");
	out = put_text(out, status_of(said));
	return put_text(out, " 512 \"-\" \"Mozilla/5.0 (X11; Linux x86_64)\"\n");
}

static char *
put_w3c(char *out, const struct said *said)
{
	uint32_t second = said->second;
	bool before = second < DHAKA;

	out = put_text(out, before ? said->day_before : said->day);
	*out++ = ' ';
	out = put_clock(out, (before ? second + DAY : second) - DHAKA);
	*out++ = ' ';
	out = put_text(out, said->source);
	*out++ = ' ';
	out = put_text(out, said->user);
	out = put_text(out, " GET /lookup.aspx ");
	out = put_query(out, said);
	*out++ = ' ';
	out = put_text(out, status_of(said));
	return put_text(out, " Mozilla/5.0+(X11;+Linux+x86_64)\n");
}

static const struct log_form forms[] = {
	{ "csv", ".csv",
		"timestamp,user,unit,role,kind,subject,case,purpose,source,"
		"area,outcome\n",
		NULL },
	{ "jsonl", ".jsonl", "", put_jsonl },
	{ "logfmt", ".log", "", put_logfmt },
	{ "combined", ".log", "", put_combined },
	{ "w3c", ".log",
		"#Software: Microsoft Internet Information Services 10.0\n"
		"#Version: 1.0\n"
		"#Fields: date time c-ip cs-username cs-method cs-uri-stem "
		"cs-uri-query sc-status cs(User-Agent)\n",
		put_w3c },
};

const struct log_form *
log_form_find(const char *name)
{
	for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
		if (strcmp(forms[i].name, name) == 0)
			return &forms[i];
	}
	return NULL;
}

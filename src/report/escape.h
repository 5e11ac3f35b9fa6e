/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The only place that escapes. Texts from logs are hostile: raw bytes that
 * may hold terminal commands, markup, formulas, or nothing one can see. Each
 * escape can be undone, so that two accounts never print alike.
 */
#ifndef QUIS_REPORT_ESCAPE_H
#define QUIS_REPORT_ESCAPE_H

#include "base/base.h"
#include "report/sink.h"

/* One CSV field, quoted where RFC 4180 asks for it. Not raw: a text that
 * begins with = + - @ TAB or CR, or with apostrophes and then one of these,
 * gets one more apostrophe in front; to undo it, take one off such a text.
 * Bytes that are no UTF-8 stay as they are. */
void escape_csv(struct sink *sink, struct slice text, bool raw);

/* A JSON string with its quotes, safe inside HTML as well. A byte that is no
 * UTF-8 becomes \udcXX, as Python's surrogateescape reads and writes it. */
void escape_json(struct sink *sink, struct slice text);

/* For a terminal: what acts or cannot be seen (controls, bidirectional
 * marks, bytes that are no UTF-8) as \xNN or \u{NNNN}, a backslash as two. */
void escape_terminal(struct sink *sink, struct slice text);

/* The same for messages: into buf, cut where nothing is torn apart, with a
 * NUL behind it. Returns the length. */
size_t escape_message(char *buf, size_t size, struct slice text);

/* One character as the terminal shows it. A character is one column wide. */
struct escape_unit {
	char text[12];
	size_t len;
	size_t width;
	bool blank;
};

/* Take the first character off *text, which is not empty. */
struct escape_unit escape_next(struct slice *text);

#endif

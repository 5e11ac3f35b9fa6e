/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as a log of key=value, of a web server, or of extended format: the
 * head is learned from, then its lines are read, each from memory of its own
 * length. What is read twice is the same. */
#include "format/dialect.h"
#include "format/head.h"
#include "tests/fuzz/fuzz.h"

static const struct dialect_kind *const kinds[] = { &dialect_logfmt,
	&dialect_combined, &dialect_w3c };

static int wanted[DIALECT_NAMES];
static struct slice values[DIALECT_NAMES], again[DIALECT_NAMES];

static enum reason
read_line(struct dialect *dialect, struct slice text, struct slice *ret)
{
	struct fault fault = { 0 };
	enum reason reason;
	unsigned version, times = 0;

	do {
		version = dialect->version;
		dialect->wanted = wanted;
		dialect->n_wanted = dialect->n_names;
		reason = dialect->kind->read(dialect, text, ret, &fault);
		MUST(fault.code == FAULT_NONE);
		MUST(++times <= 2);
	} while (version != dialect->version);
	return reason;
}

static void
check_line(struct dialect *dialect, struct slice text)
{
	char *copy = malloc(text.len + 1), *kept;
	size_t n, all = 0;

	MUST(copy != NULL);
	/* ending where the memory does, so that nothing is read behind */
	copy[0] = '#';
	memcpy(copy + 1, text.at, text.len);
	text.at = copy + 1;
	if (read_line(dialect, text, values) != REASON_LOOKUP) {
		free(copy);
		return;
	}
	n = dialect->n_names;
	for (size_t i = 0; i < n; i++)
		all += values[i].len;
	MUST(all <= 4 * text.len + 64);
	kept = malloc(all + 1);
	MUST(kept != NULL);
	all = 0;
	for (size_t i = 0; i < n; i++) {
		if (values[i].len == 0)
			continue;
		memcpy(kept + all, values[i].at, values[i].len);
		values[i].at = kept + all;
		all += values[i].len;
	}
	MUST(read_line(dialect, text, again) == REASON_LOOKUP);
	MUST(dialect->n_names == n);
	for (size_t i = 0; i < n; i++)
		MUST(slice_equal(values[i], again[i]));
	free(kept);
	free(copy);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct slice text, line;
	const struct dialect_kind *kind;
	struct dialect *dialect = NULL;
	struct fault fault = { 0 };
	size_t head;

	if (len < 2)
		return 0;
	for (int i = 0; i < DIALECT_NAMES; i++)
		wanted[i] = i;
	kind = kinds[data[0] % ARRAY_LEN(kinds)];
	head = data[1] % 2 == 0 ? len - 2 : (len - 2) / 2;
	text = (struct slice){ (const char *)data + 2, len - 2 };
	(void)kind->looks((struct slice){ text.at, head }, head == text.len);
	MUST(kind->open(&dialect, (struct slice){ text.at, head },
		head == text.len, &fault) == 0);
	while (head_line(&text, true, &line))
		check_line(dialect, line);
	kind->free(dialect);
	return 0;
}

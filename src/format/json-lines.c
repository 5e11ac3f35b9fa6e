/* SPDX-License-Identifier: Apache-2.0 */
/* JSON Lines: an object a line. */
#include "format/head.h"
#include "format/json-find.h"
#include "format/json.h"

struct lines {
	struct dialect dialect;
	struct json json;
};

static bool
lines_look(struct slice head, bool whole)
{
	struct json_array array;

	return json_find_kind(head, whole, &array) == JSON_KIND_LINES;
}

static void
lines_free(struct dialect *dialect)
{
	struct lines *lines = (struct lines *)dialect;

	if (lines == NULL)
		return;
	json_free(&lines->json);
	dialect_free_names(dialect);
	free(lines);
}

/* Walk lines of the head for their names; what is wrong with them is said
 * when they are read. */
static int
sample(struct json *json, struct slice head, struct fault *fault)
{
	enum json_step step = JSON_DONE;
	struct slice line;
	const char *begin;
	size_t len;

	for (size_t n = 0; n < DIALECT_SAMPLE && step != JSON_FAULT &&
		head_line(&head, true, &line);
		n++) {
		begin = json_begin(line);
		line.len -= (size_t)(begin - line.at);
		line.at = begin;
		if (line.len > 0)
			step = json_walk(json, line, &len, fault);
	}
	return step == JSON_FAULT ? -1 : 0;
}

static int
lines_open(struct dialect **ret, struct slice head, bool whole,
	struct fault *fault)
{
	struct lines *lines = memory_array(1, sizeof(*lines));

	(void)whole; /* the names in half a line are names, too */
	if (lines == NULL)
		return fault_memory(fault);
	lines->dialect.kind = &dialect_jsonl;
	if (json_init(&lines->json, &lines->dialect, fault) != 0 ||
		sample(&lines->json, head, fault) != 0) {
		lines_free(&lines->dialect);
		return -1;
	}
	*ret = &lines->dialect;
	return 0;
}

static enum reason
lines_read(struct dialect *dialect, struct slice text, struct slice *values,
	struct fault *fault)
{
	return json_read(&((struct lines *)dialect)->json, text, values, fault);
}

static const char *
lines_explain(const struct dialect *dialect)
{
	return json_explain(&((const struct lines *)dialect)->json);
}

static const struct dialect_serve serves[] = {
	{ .name = NULL },
};

const struct dialect_kind dialect_jsonl = {
	.name = "jsonl",
	.looks = lines_look,
	.open = lines_open,
	.read = lines_read,
	.explain = lines_explain,
	.free = lines_free,
	.serves = serves,
};

/* SPDX-License-Identifier: Apache-2.0 */
/* One compression within another: a decoder whose source is a decoder. */
#include "base/memory.h"
#include "input/decoder.h"

struct outer_feed {
	struct source_feed feed;
	struct decoder *outer; /* the nest's */
	struct slice head;     /* what comes before what it reads next */
	char *copy;            /* of all of head */
};

struct nest {
	struct decoder decoder; /* its source is the outer one's */
	struct decoder *outer, *inner;
	struct source text; /* of the outer one, the inner one's source */
	char within[32];
	bool ended;
};

static size_t
outer_pull(struct source_feed *feed, void *at, size_t room,
	const char **ret_error)
{
	struct outer_feed *outer = (struct outer_feed *)feed;
	size_t n = outer->head.len < room ? outer->head.len : room;

	/* Why it ends is in its verdict. */
	(void)ret_error;
	if (n == 0)
		return decoder_read(outer->outer, at, room);
	memcpy(at, outer->head.at, n);
	outer->head.at += n;
	outer->head.len -= n;
	return n;
}

static void
outer_free(struct source_feed *feed)
{
	struct outer_feed *outer = (struct outer_feed *)feed;

	free(outer->copy);
	free(outer);
}

static struct source_feed *
outer_open(struct decoder *decoder, struct slice head)
{
	struct outer_feed *outer = memory_array(1, sizeof(*outer));

	if (outer == NULL)
		return NULL;
	outer->copy = malloc(head.len > 0 ? head.len : 1);
	if (outer->copy == NULL) {
		free(outer);
		return NULL;
	}
	memcpy(outer->copy, head.at, head.len);
	outer->head = (struct slice){ outer->copy, head.len };
	outer->outer = decoder;
	outer->feed.pull = outer_pull;
	outer->feed.free = outer_free;
	return &outer->feed;
}

/* The inner text has ended: what is to be said of both. */
static void
nest_end(struct nest *nest)
{
	struct verdict *verdict = &nest->decoder.verdict;
	const struct verdict *inner = &nest->inner->verdict;
	const struct verdict *outer = &nest->outer->verdict;

	(void)source_drain(&nest->text);
	nest->ended = true;
	*verdict = *outer;
	if (inner->state != INPUT_TRUNCATED || outer->whole)
		verdict_join(verdict, inner);
	verdict->whole = inner->whole;
}

static size_t
nest_read(struct decoder *decoder, char *at, size_t room)
{
	struct nest *nest = (struct nest *)decoder;
	size_t n = 0;

	if (!nest->ended)
		n = nest->inner->kind->read(nest->inner, at, room);
	if (n < room && !nest->ended)
		nest_end(nest);
	return n;
}

static void
nest_settle(struct decoder *decoder)
{
	struct nest *nest = (struct nest *)decoder;

	if (nest->inner->kind->settle != NULL)
		nest->inner->kind->settle(nest->inner);
	if (nest->outer->kind->settle != NULL)
		nest->outer->kind->settle(nest->outer);
}

static void
nest_free(struct decoder *decoder)
{
	struct nest *nest = (struct nest *)decoder;

	decoder_free(nest->inner);
	source_free(&nest->text);
	decoder_free(nest->outer);
	free(nest);
}

static const struct decoder_kind decoder_nested = {
	.read = nest_read,
	.settle = nest_settle,
	.free = nest_free,
};

int
decoder_nest(struct decoder **decoder, const struct decoder_kind *kind,
	struct slice head, const struct reader_limits *limits,
	struct fault *fault)
{
	struct nest *nest = memory_array(1, sizeof(*nest));
	struct source_feed *feed = outer_open(*decoder, head);

	if (nest == NULL || feed == NULL) {
		if (feed != NULL)
			outer_free(feed);
		free(nest);
		return fault_memory(fault);
	}
	nest->decoder.kind = &decoder_nested;
	nest->decoder.source = (*decoder)->source;
	nest->decoder.within = "";
	nest->decoder.ratio = limits->ratio;
	(void)snprintf(nest->within, sizeof(nest->within),
		" of the inflated %s",
		compression_name((*decoder)->kind->compression));
	if (source_open_feed(&nest->text, nest->decoder.source->path, feed,
		    NULL, fault) != 0 ||
		kind->open(&nest->inner, &nest->text, limits, fault) != 0) {
		nest_free(&nest->decoder);
		return -1;
	}
	nest->inner->within = nest->within;
	nest->outer = *decoder;
	*decoder = &nest->decoder;
	return 0;
}

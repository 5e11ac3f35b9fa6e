/* SPDX-License-Identifier: Apache-2.0 */
#include "format/suggest.h"

#include "base/memory.h"
#include "format/profile.h"
#include "input/source.h"

/* The head of a log, to be read as if it were all. */
struct head_feed {
	struct source_feed feed;
	struct slice rest;
};

static size_t
head_pull(struct source_feed *feed, void *at, size_t room,
	const char **ret_error)
{
	struct slice *rest = &((struct head_feed *)feed)->rest;
	size_t len = rest->len < room ? rest->len : room;

	*ret_error = NULL;
	if (len == 0)
		return 0;
	memcpy(at, rest->at, len);
	rest->at += len;
	rest->len -= len;
	return len;
}

static void
head_free(struct source_feed *feed)
{
	free(feed);
}

static int
open_head(struct reader **ret, struct slice head, struct fault *fault)
{
	struct head_feed *feed = memory_array(1, sizeof(*feed));

	if (feed == NULL)
		return fault_memory(fault);
	feed->feed.pull = head_pull;
	feed->feed.free = head_free;
	feed->rest = head;
	return reader_open_feed(ret, "", &feed->feed, &reader_limits_default,
		fault);
}

/* Lookups in the head by a profile; what it cannot read has none. */
static int
count_lookups(size_t *ret, struct slice head,
	const struct format_options *options, struct fault *fault)
{
	struct reader *reader = NULL;
	struct parser *parser = NULL;
	struct parsed parsed;
	int more = -1;

	*ret = 0;
	if (open_head(&reader, head, fault) != 0 ||
		parser_open(&parser, reader, options, fault) != 0)
		goto out;
	/* of which year times without one are, a head does not know */
	while ((more = parser_next(parser, &parsed, fault)) > 0)
		*ret += parsed.reason == REASON_LOOKUP ||
			parsed.reason == REJECT_BAD_TIME;
	if (more == 0 && reader_facts(reader)->starved)
		more = fault_memory(fault);
out:
	parser_free(parser);
	reader_free(reader);
	return more == 0 || fault->code != FAULT_MEMORY ? 0 : -1;
}

static bool
is_described(const struct format_options *options)
{
	bool mapped = false;

	for (size_t f = 0; f < FIELD_N; f++)
		mapped |= options->map.of[f] != NULL;
	return mapped || options->pattern != NULL || options->rules != NULL ||
		options->format != NULL || options->n_time_formats > 0;
}

int
profile_suggest(const char **ret, struct slice head,
	const struct format_options *options, struct fault *fault)
{
	size_t most = 0;
	const char *best = NULL;

	for (size_t i = 0; !is_described(options) && i < shipped_profiles_n;
		i++) {
		const struct shipped_profile *shipped = &shipped_profiles[i];
		struct format_options by = *options;
		struct profile profile;
		struct fault why = { 0 };
		size_t n = 0;
		int result = profile_parse(&profile, shipped->name,
			shipped->text, &why);

		if (result == 0) {
			profile_apply(&profile, &by);
			result = count_lookups(&n, head, &by, &why);
		}
		profile_free(&profile);
		if (result != 0 && why.code == FAULT_MEMORY)
			return fault_memory(fault);
		if (n > most) {
			most = n;
			best = shipped->name;
		}
	}
	*ret = best;
	return 0;
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "lookup/facet.h"

int
shard_number(struct shard *shard, enum name name, struct slice value,
	uint32_t *ret, struct fault *fault)
{
	value = given(value);
	if (value.len == 0) {
		*ret = 0;
		return 0;
	}
	return dict_add(&shard->names[name], value, ret, fault);
}

static inline bool
text_find(const struct shard *shard, struct slice text, enum field field,
	uint32_t *ret)
{
	const struct text_kept *kept;
	uint64_t word[4];

	if (!slice_words(text, word))
		return false;
	kept = &shard->texts[place_of_hash(words_hash(word), TEXTS_BITS)];
	*ret = kept->number;
	return kept->len == text_len(text, field) &&
		!words_differ(kept->word, word);
}

/* It was not found: now it would be. */
static void
text_keep(struct shard *shard, struct slice text, enum field field,
	uint32_t number)
{
	struct text_kept kept = { .len = text_len(text, field),
		.number = number };

	if (slice_words(text, kept.word))
		shard->texts[place_of_hash(words_hash(kept.word),
			TEXTS_BITS)] = kept;
}

/* Area and outcome as one text. */
static inline struct slice
place_text(const struct slice *field)
{
	struct slice area = field[FIELD_AREA], outcome = field[FIELD_OUTCOME];

	return (struct slice){ area.at, area.len + 1 + outcome.len };
}

int
shard_number_kept(struct shard *shard, enum field field, struct slice text,
	uint32_t *ret, struct fault *fault)
{
	static const enum name names[FIELD_N] = { [FIELD_KIND] = NAME_KIND,
		[FIELD_AREA] = NAME_AREA, [FIELD_SOURCE] = NAME_SOURCE };

	if (text_find(shard, text, field, ret))
		return 0;
	if (field == FIELD_OUTCOME)
		*ret = outcome_of(given(text));
	else if (shard_number(shard, names[field], text, ret, fault) != 0)
		return -1;
	text_keep(shard, text, field, *ret);
	return 0;
}

void
shard_number_fetch(const struct shard *shard, struct slice text)
{
	const struct text_kept *kept;
	uint64_t word[4];

	if (!slice_words(text, word))
		return;
	kept = &shard->texts[place_of_hash(words_hash(word), TEXTS_BITS)];
	__builtin_prefetch(kept);
	__builtin_prefetch(&kept->number);
}

/* Keep a facet, with its place if another has taken it. */
static void
facet_keep(struct shard *shard, const struct slice *field, uint32_t kind,
	uint32_t facet)
{
	struct place_kept place = { .lens = place_lens(place_text(field).len,
		field[FIELD_AREA].len) };
	struct place_kept *kept;

	if (!is_next(field[FIELD_AREA], field[FIELD_OUTCOME]) ||
		!slice_words(place_text(field), place.word))
		return;
	kept = &shard->places[place_of_hash(words_hash(place.word),
		PLACES_BITS)];
	if (kept->lens != place.lens || words_differ(kept->word, place.word))
		*kept = place;
	if (kind < PLACE_NONE)
		kept->facet[kind] = facet + 1;
}

/* Of texts that are not kept, or stand apart. -1: a fault. */
static __attribute__((noinline)) int64_t
facet_again(struct shard *shard, const struct slice *field,
	struct fault *fault)
{
	struct triple facet;
	uint32_t number;

	if (shard_number_kept(shard, FIELD_KIND, field[FIELD_KIND], &facet.a,
		    fault) != 0 ||
		shard_number_kept(shard, FIELD_AREA, field[FIELD_AREA],
			&facet.b, fault) != 0 ||
		shard_number_kept(shard, FIELD_OUTCOME, field[FIELD_OUTCOME],
			&facet.c, fault) != 0 ||
		triples_add(&shard->facets, facet, &number, fault) != 0)
		return -1;
	facet_keep(shard, field, facet.a, number);
	return number;
}

int64_t
shard_facet(struct shard *shard, const struct slice *field, struct fault *fault)
{
	struct slice text = place_text(field);
	const struct place_kept *place;
	uint64_t word[4];
	uint32_t kind;

	if (!is_next(field[FIELD_AREA], field[FIELD_OUTCOME]) ||
		!text_find(shard, field[FIELD_KIND], FIELD_KIND, &kind) ||
		!slice_words(text, word))
		return facet_again(shard, field, fault);
	place = &shard->places[place_of_hash(words_hash(word), PLACES_BITS)];
	if (place->lens != place_lens(text.len, field[FIELD_AREA].len) ||
		words_differ(place->word, word) || kind >= PLACE_NONE ||
		place->facet[kind] == 0)
		return facet_again(shard, field, fault);
	return place->facet[kind] - (int64_t)1;
}

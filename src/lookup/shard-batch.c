/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The hot room of a shard: shard_add() of many lookups of a table. Their texts
 * stay where they are meanwhile, so nothing is copied; what one step asks of
 * memory for all is there for the next; and what only some of them need is
 * left for a list of these, as to guess who they are would cost more.
 */
#include "lookup/shard.h"

#include "base/wide.h"
#include "lookup/facet.h"
#include "lookup/post.h"
#include "lookup/waiting.h"

/* A copy for each kind of processor. */
#define INLINE __attribute__((always_inline)) static inline
#define APART __attribute__((noinline)) static

/* What is found of each lookup, column by column. */
struct work {
	const struct batch *batch;
	size_t n;
	struct batch_column of[FIELD_N];
	bool post_joined;  /* user, unit and role stand side by side */
	bool place_joined; /* and so do area and outcome */
	uint8_t few[BATCH_MOST]; /* lookups that need more than the others */
	struct post_text post[BATCH_MOST];
	uint32_t user[BATCH_MOST]; /* where it stands, and then who he is */
	uint32_t number[BATCH_MOST], source[BATCH_MOST]; /* post's, source's */
	uint64_t subject[BATCH_MOST]; /* 0: it is a text */
	uint32_t part[BATCH_MOST], facet[BATCH_MOST];
	_Alignas(32) uint64_t caseref[BATCH_MOST][4]; /* its words */
	struct case_kept *kept[BATCH_MOST]; /* where it would be */
	/* Posts whose texts stand apart; and room to read more than that. */
	char joined[BATCH_MOST][LAST_TEXT];
	char beyond[BATCH_BEYOND];
};

/* What differs by processor: a text's words and their hash, which say nothing
 * if it has more than 32 bytes, and whether something is what is kept. */
typedef uint64_t words_of(struct slice text, uint64_t ret[4]);
typedef bool words_are(const uint64_t word[4], const uint64_t kept[4]);
typedef bool post_is(struct post_text post, const struct user_last *last);
typedef bool source_is(struct slice source, const struct user_last *last,
	size_t i);

INLINE struct slice
text_of(const struct work *work, size_t i, enum field field)
{
	return batch_text(work->batch, i * work->batch->width,
		work->of[field]);
}

INLINE uint64_t
lens_of(const struct work *work, size_t i)
{
	return post_lens(text_of(work, i, FIELD_USER).len,
		text_of(work, i, FIELD_UNIT).len,
		text_of(work, i, FIELD_ROLE).len);
}

/* False: texts that stand apart are too long. */
static bool
work_start(struct work *work, const struct batch *batch)
{
	const struct batch_column *of = work->of;

	work->batch = batch;
	work->n = batch->n;
	for (size_t f = 0; f < FIELD_N; f++)
		work->of[f] = batch_column(batch, (enum field)f);
	work->post_joined = of[FIELD_UNIT].given && of[FIELD_ROLE].given &&
		of[FIELD_UNIT].at == of[FIELD_USER].at + 1 &&
		of[FIELD_ROLE].at == of[FIELD_USER].at + 2;
	work->place_joined = of[FIELD_AREA].given && of[FIELD_OUTCOME].given &&
		of[FIELD_OUTCOME].at == of[FIELD_AREA].at + 1;
	if (!work->post_joined)
		for (size_t i = 0; i < work->n; i++)
			if (post_joined(lens_of(work, i)) > LAST_TEXT)
				return false;
	return true;
}

/* One by one, as all else. */
APART int
add_each(struct shard *shard, const struct batch *batch, struct fault *fault)
{
	struct moment when = batch->when;
	struct record record;

	for (size_t i = 0; i < batch->n; i++) {
		batch_record(batch, i, &record);
		when.ms = batch->ms[i];
		if (shard_add(shard, &record, &when,
			    record.field[FIELD_SUBJECT], fault) != 0)
			return -1;
	}
	return 0;
}

/* Put side by side what stands apart. */
APART void
join_post(struct work *work, size_t i)
{
	struct slice user = text_of(work, i, FIELD_USER);
	struct slice unit = text_of(work, i, FIELD_UNIT);
	struct slice role = text_of(work, i, FIELD_ROLE);
	char *joined = work->joined[i];

	slice_copy(joined, user);
	joined[user.len] = '\0';
	slice_copy(joined + user.len + 1, unit);
	joined[user.len + 1 + unit.len] = '\0';
	slice_copy(joined + user.len + unit.len + 2, role);
	work->post[i].at = joined;
}

/* Users and cases: where to look for them. */
INLINE void
ask(const struct shard *shard, struct work *work, words_of *words)
{
	for (size_t i = 0; i < work->n; i++) {
		struct slice user = text_of(work, i, FIELD_USER);

		work->post[i].at = user.at;
		work->post[i].lens = lens_of(work, i);
		work->user[i] = (uint32_t)guess_of(shard, user);
		__builtin_prefetch(&shard->guesses[work->user[i]]);
	}
	if (!work->post_joined)
		for (size_t i = 0; i < work->n; i++)
			join_post(work, i);
	for (size_t i = 0; i < work->n; i++) {
		struct slice caseref = text_of(work, i, FIELD_CASE);
		uint64_t hash = words(caseref, work->caseref[i]);

		work->kept[i] = shard->cases + (caseref.len != 0) +
			place_of_hash(hash, CASES_BITS);
		__builtin_prefetch(work->kept[i]);
	}
}

/* What the guesses say is there by now. All of a person's subjects are in one
 * partition. */
static void
fetch(const struct shard *shard, struct work *work)
{
	bool persons = shard->registry != NULL &&
		shard->registry->persons != NULL;
	size_t n = 0;

	for (size_t i = 0; i < work->n; i++) {
		work->user[i] = shard->guesses[work->user[i]];
		last_fetch(&shard->last[work->user[i]]);
	}
	for (size_t i = 0; i < work->n; i++) {
		work->few[n] = (uint8_t)i;
		n += work->subject[i] == 0 || persons;
	}
	for (size_t k = 0; k < n; k++) {
		size_t i = work->few[k];

		work->part[i] = shard_partition_of(shard, work->subject[i],
			text_of(work, i, FIELD_SUBJECT));
	}
	for (size_t i = 0; i < work->n; i++)
		__builtin_prefetch(&shard->parts[work->part[i]]);
}

/* As shard_facet(). 0: it is not kept; else 1 more. */
INLINE uint32_t
facet_kept(const struct shard *shard, const struct work *work, size_t i,
	words_of *words, words_are *are)
{
	struct slice kind = text_of(work, i, FIELD_KIND);
	struct slice area = text_of(work, i, FIELD_AREA);
	size_t both = area.len + 1 + text_of(work, i, FIELD_OUTCOME).len;
	_Alignas(32) uint64_t word[4], place_word[4];
	const struct text_kept *kept = &shard->texts[place_of_hash(
		words(kind, word), TEXTS_BITS)];
	const struct place_kept *place = &shard->places[place_of_hash(
		words((struct slice){ area.at, both }, place_word),
		PLACES_BITS)];

	if (kept->len != text_len(kind, FIELD_KIND) ||
		!are(word, kept->word) || place->len != both ||
		place->area_len != area.len ||
		!are(place_word, place->word) || kept->number >= PLACE_KINDS)
		return 0;
	return place->facet[kept->number];
}

INLINE int
number_facets(struct shard *shard, struct work *work, words_of *words,
	words_are *are, struct fault *fault)
{
	for (size_t i = 0; i < work->n; i++) {
		uint32_t kept = work->place_joined ?
			facet_kept(shard, work, i, words, are) : 0;
		struct slice field[FIELD_N];
		int64_t facet;

		work->facet[i] = kept - 1;
		if (kept != 0)
			continue;
		field[FIELD_KIND] = text_of(work, i, FIELD_KIND);
		field[FIELD_AREA] = text_of(work, i, FIELD_AREA);
		field[FIELD_OUTCOME] = text_of(work, i, FIELD_OUTCOME);
		facet = shard_facet(shard, field, fault);
		if (facet < 0)
			return -1;
		work->facet[i] = (uint32_t)facet;
	}
	return 0;
}

/* Another source than the last two of the user. */
APART int
number_others(struct shard *shard, struct work *work, size_t n,
	struct fault *fault)
{
	for (size_t k = 0; k < n; k++)
		shard_number_fetch(shard,
			text_of(work, work->few[k], FIELD_SOURCE));
	for (size_t k = 0; k < n; k++) {
		size_t i = work->few[k];
		struct user_last *last = &shard->last[work->user[i]];
		struct slice source = text_of(work, i, FIELD_SOURCE);

		if (!source_equal(source, last, 0) &&
			source_again(shard, source, last, fault) != 0)
			return -1;
		work->source[i] = last->source[0];
	}
	return 0;
}

/* Who asked, and from where. */
INLINE int
number_posts(struct shard *shard, struct work *work, post_is *post_is_it,
	source_is *source_is_it, struct fault *fault)
{
	size_t n = 0;

	for (size_t i = 0; i < work->n; i++) {
		struct user_last *last = &shard->last[work->user[i]];
		struct slice source = text_of(work, i, FIELD_SOURCE);
		unsigned first, second;

		if (!post_is_it(work->post[i], last)) {
			last = post_again(shard, work->post[i], fault);
			if (last == NULL)
				return -1;
			work->user[i] = (uint32_t)(last - shard->last);
		}
		work->number[i] = last->post;
		first = source_is_it(source, last, 0);
		second = source_is_it(source, last, 1);
		work->source[i] = last->source[1 - first];
		work->few[n] = (uint8_t)i;
		n += (first | second) == 0;
	}
	return number_others(shard, work, n, fault);
}

/* A row that needs more than the others: its subject is a text, or its case is
 * not kept. */
APART int
append_slowly(struct shard *shard, const struct work *work, size_t i,
	bool found, struct fault *fault)
{
	struct slice subject = text_of(work, i, FIELD_SUBJECT);
	struct row row = { .subject = work->subject[i],
		.when = (uint64_t)work->batch->ms[i] << 16,
		.post = work->number[i], .source = work->source[i],
		.facet = work->facet[i] };

	if (row.subject != 0)
		subject.len = 0;
	if (!found)
		return waiting_add(shard, &row, work->part[i], subject,
			text_of(work, i, FIELD_CASE), fault);
	row.caseref = work->kept[i]->number;
	return waiting_append(shard, &row, work->part[i], subject, fault);
}

/* 1 if a case is kept. */
INLINE unsigned
case_found(const struct work *work, size_t i, words_are *are)
{
	unsigned same = are(work->caseref[i], work->kept[i]->word);

	return same & (work->kept[i]->len == text_of(work, i, FIELD_CASE).len);
}

/* Number the cases, and write the rows, without a branch on whether one is of
 * those that need more. */
INLINE int
append_all(struct shard *shard, struct work *work, words_are *case_is,
	struct fault *fault)
{
	size_t n = 0;

	for (size_t i = 0; i < work->n; i++) {
		struct partition *partition = &shard->parts[work->part[i]];
		unsigned usual = case_found(work, i, case_is) &
			(work->subject[i] != 0);
		struct row *row;

		if (partition_make_room(partition, &shard->pool, fault) != 0)
			return -1;
		row = partition_next_if(partition, usual != 0);
		row->subject = work->subject[i];
		row->when = (uint64_t)work->batch->ms[i] << 16;
		row->post = work->number[i];
		row->caseref = work->kept[i]->number;
		row->source = work->source[i];
		row->facet = work->facet[i];
		work->few[n] = (uint8_t)i;
		n += 1 - usual;
	}
	for (size_t k = 0; k < n; k++)
		if (append_slowly(shard, work, work->few[k],
			    case_found(work, work->few[k], case_is) != 0,
			    fault) != 0)
			return -1;
	return 0;
}

INLINE int
add_all(struct shard *shard, const struct batch *batch, words_of *words,
	words_are *are, words_are *case_is, post_is *post_is_it,
	source_is *source_is_it, struct fault *fault)
{
	struct work work;

	if (!work_start(&work, batch))
		return add_each(shard, batch, fault);
	ask(shard, &work, words);
	batch_subjects(batch, work.subject, work.part);
	fetch(shard, &work);
	shard_count_moments(shard, &batch->when, work.n);
	shard->n += work.n;
	if (number_facets(shard, &work, words, are, fault) != 0 ||
		number_posts(shard, &work, post_is_it, source_is_it, fault) !=
			0)
		return -1;
	return append_all(shard, &work, case_is, fault);
}

/* slice_words() without a branch on how many there are, as more may be read
 * than the text: BATCH_BEYOND. */
INLINE uint64_t
words_plain(struct slice text, uint64_t ret[4])
{
	static const unsigned char ones[64] = { 255, 255, 255, 255, 255, 255,
		255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255,
		255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255,
		255 };
	const char *mask = (const char *)ones + 32 -
		(text.len < 32 ? text.len : 32);

	for (size_t i = 0; i < 4; i++)
		ret[i] = le64toh(bytes_u64(text.at + i * 8) &
			bytes_u64(mask + i * 8));
	return words_hash(ret);
}

INLINE bool
words_equal(const uint64_t word[4], const uint64_t kept[4])
{
	return !words_differ(word, kept);
}

INLINE bool
case_equal(const uint64_t word[4], const uint64_t kept[4])
{
	return ((word[0] ^ kept[0]) | (word[1] ^ kept[1]) |
		       (word[2] ^ kept[2])) == 0;
}

static int
add_plain(struct shard *shard, const struct batch *batch, struct fault *fault)
{
	return add_all(shard, batch, words_plain, words_equal, case_equal,
		post_equal, source_equal, fault);
}

#if HAS_WIDE

WIDE static inline uint64_t
words_wide(struct slice text, uint64_t ret[4])
{
	__m256i word = _mm256_maskz_loadu_epi8(
		(__mmask32)_bzhi_u64(UINT32_MAX, text.len), text.at);
	__m128i both = _mm_xor_si128(_mm256_castsi256_si128(word),
		_mm256_extracti128_si256(word, 1));

	_mm256_store_si256((__m256i *)(void *)ret, word);
	return words_mix((uint64_t)_mm_cvtsi128_si64(both),
		(uint64_t)_mm_extract_epi64(both, 1));
}

WIDE static inline bool
words_equal_wide(const uint64_t a[4], const uint64_t b[4])
{
	__m256i differ = _mm256_xor_si256(
		_mm256_load_si256((const __m256i *)(const void *)a),
		_mm256_loadu_si256((const __m256i *)(const void *)b));

	return _mm256_testz_si256(differ, differ);
}

/* Behind the three words of a case there is something else. */
WIDE static inline bool
case_equal_wide(const uint64_t a[4], const uint64_t b[4])
{
	return _mm256_mask_cmpneq_epi64_mask(7,
		_mm256_load_si256((const __m256i *)(const void *)a),
		_mm256_loadu_si256((const __m256i *)(const void *)b)) == 0;
}

WIDE static inline bool
post_equal_wide(struct post_text post, const struct user_last *last)
{
	size_t joined = post_joined(post.lens);
	__mmask64 mask = _bzhi_u64(UINT64_MAX, (unsigned)joined);

	return last->lens == post.lens &&
		_mm512_mask_cmpneq_epi8_mask(mask,
			_mm512_loadu_si512(post.at),
			_mm512_loadu_si512(last->text)) == 0 &&
		(joined <= 64 ||
			memcmp(post.at + 64, last->text + 64, joined - 64) ==
				0);
}

WIDE static inline bool
source_equal_wide(struct slice source, const struct user_last *last, size_t i)
{
	__mmask32 mask = (__mmask32)_bzhi_u64(UINT32_MAX, source.len);

	return last->source_len[i] == source.len + 1 &&
		_mm256_mask_cmpneq_epi8_mask(mask,
			_mm256_loadu_si256(
				(const __m256i *)(const void *)source.at),
			_mm256_maskz_loadu_epi8(mask,
				source_text(last, i))) == 0;
}

WIDE static int
add_wide(struct shard *shard, const struct batch *batch, struct fault *fault)
{
	return add_all(shard, batch, words_wide, words_equal_wide,
		case_equal_wide, post_equal_wide, source_equal_wide, fault);
}

#endif

int
shard_add_batch(struct shard *shard, const struct batch *batch,
	struct fault *fault)
{
#if HAS_WIDE
	if (batch->wide)
		return add_wide(shard, batch, fault);
#endif
	return add_plain(shard, batch, fault);
}

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
	uint8_t strange[BATCH_MOST]; /* those whose case is not kept */
	uint8_t numbers[BATCH_MOST]; /* those whose subjects are numbers, */
	uint8_t words[BATCH_MOST];   /* or texts */
	size_t n_few, n_strange, n_numbers, n_words;
	struct post_text post[BATCH_MOST]; /* if their texts stand apart */
	uint32_t kind[BATCH_MOST]; /* or PLACE_NONE */
	uint32_t user[BATCH_MOST]; /* where it stands, and then who he is */
	uint32_t part[BATCH_MOST];
	struct partition *to[BATCH_MOST]; /* the same */
	uint64_t subject[BATCH_MOST]; /* 0: it is a text */
	_Alignas(32) uint64_t caseref[BATCH_MOST][4]; /* its words */
	struct case_kept *kept[BATCH_MOST]; /* where it would be */
	_Alignas(32) uint64_t word[BATCH_MOST][4]; /* of its place, which is */
	uint64_t lens[BATCH_MOST];                 /* so long, and would be */
	const struct place_kept *place[BATCH_MOST]; /* there */
	uint64_t hash[BATCH_MOST];  /* of a strange case */
	uint32_t guess[BATCH_MOST]; /* and its number, most likely */
	_Alignas(32) struct row row[BATCH_MOST];
	/* Posts whose texts stand apart; and room to read more than that. */
	char joined[BATCH_MOST][LAST_TEXT];
	char beyond[BATCH_BEYOND];
};

/* What differs by processor: a text's words and their hash, which say nothing
 * if it has more than 32 bytes, and whether something is what is kept. */
typedef uint64_t words_of(struct slice text, uint64_t ret[4]);
typedef bool words_are(const uint64_t word[4], const uint64_t kept[4]);
typedef bool post_is(struct post_text post, const struct user_last *last);
/* Three lens as in post_lens(), and beyond them whatever. */
typedef uint64_t three_lens(const uint16_t *len);
/* Bit 0: the user's first source, bit 1: his second. */
typedef unsigned source_is(struct slice source, const struct user_last *last);

/* Where texts are: a step's own copy, of which no writing of its takes away
 * what is known. */
struct texts {
	const struct batch *batch;
	const char *base;
};

INLINE struct texts
texts_of(const struct work *work)
{
	return (struct texts){ work->batch, work->batch->base };
}

INLINE struct slice
text_at(struct texts texts, size_t line, struct batch_column column)
{
	const struct batch *batch = texts.batch;
	size_t at = line + column.at;

	return (struct slice){ texts.base + batch->start[at],
		batch->len[at] & column.given };
}

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
	work->post[i] = (struct post_text){ joined, lens_of(work, i) };
}

/* Users: where it stands who they are. */
INLINE void
ask_users(const struct shard *shard, struct work *work)
{
	struct batch_column users = work->of[FIELD_USER];
	struct texts texts = texts_of(work);
	size_t n = work->n, width = work->batch->width;
	const uint32_t *guesses = shard->guesses;
	unsigned bits = shard->guesses_bits;

	for (size_t i = 0, line = 0; i < n; i++, line += width) {
		work->user[i] = (uint32_t)guess_of(text_at(texts, line, users),
			bits);
		__builtin_prefetch(&guesses[work->user[i]]);
	}
	if (!work->post_joined)
		for (size_t i = 0; i < n; i++)
			join_post(work, i);
}

/* Cases: where they would be kept. */
INLINE void
ask_cases(const struct shard *shard, struct work *work, words_of *words)
{
	struct batch_column cases = work->of[FIELD_CASE];
	struct texts texts = texts_of(work);
	size_t n = work->n, width = work->batch->width;
	struct case_kept *kept = shard->cases;

	for (size_t i = 0, line = 0; i < n; i++, line += width) {
		struct slice caseref = text_at(texts, line, cases);
		uint64_t hash = words(caseref, work->caseref[i]);

		work->kept[i] = kept + (caseref.len != 0) +
			place_of_hash(hash, CASES_BITS);
		__builtin_prefetch(work->kept[i]);
	}
}

/* The same of places. */
INLINE void
ask_places(const struct shard *shard, struct work *work, words_of *words)
{
	size_t at = work->of[FIELD_AREA].at, width = work->batch->width;
	struct texts texts = texts_of(work);
	size_t joined = work->place_joined; /* 0: no place has such lens */

	for (size_t i = 0; i < work->n; i++, at += width) {
		size_t area = texts.batch->len[at];
		struct slice text = { texts.base + texts.batch->start[at],
			area + 1 + texts.batch->len[at + joined] };

		work->lens[i] = place_lens(text.len, area) | (joined - 1);
		work->place[i] = shard->places + place_of_hash(words(text,
			work->word[i]), PLACES_BITS);
		__builtin_prefetch(work->place[i]);
	}
}

/* Where subjects go, if that is not theirs alone to say: all of a person's are
 * in one partition. */
static void
find_parts(const struct shard *shard, struct work *work)
{
	bool persons = shard->registry != NULL &&
		shard->registry->persons != NULL;
	size_t n = persons ? work->n : work->n_words;

	for (size_t k = 0; k < n; k++) {
		size_t i = persons ? k : work->words[k];

		work->part[i] = shard_partition_of(shard, work->subject[i],
			text_of(work, i, FIELD_SUBJECT));
	}
}

/* What the guesses say is there by now. */
static void
fetch(struct shard *shard, struct work *work)
{
	const struct user_last *last = shard->last;
	const uint32_t *guesses = shard->guesses;
	const int64_t *ms = work->batch->ms;
	size_t all = work->n, numbers = 0, words = 0;

	for (size_t i = 0; i < all; i++) {
		work->user[i] = guesses[work->user[i]];
		last_fetch(&last[work->user[i]]);
	}
	for (size_t i = 0; i < all; i++) {
		uint64_t subject = work->subject[i];

		work->row[i].subject = subject;
		work->row[i].when = (uint64_t)ms[i] << 16;
		work->numbers[numbers] = (uint8_t)i;
		work->words[words] = (uint8_t)i;
		numbers += subject != 0;
		words += subject == 0;
	}
	work->n_numbers = numbers;
	work->n_words = words;
	find_parts(shard, work);
	for (size_t i = 0; i < all; i++) {
		work->to[i] = &shard->parts[work->part[i]];
		__builtin_prefetch(work->to[i]);
	}
}

/* Number the cases that are kept, and list the others. */
INLINE void
number_cases(struct work *work, words_are *case_is)
{
	struct batch_column cases = work->of[FIELD_CASE];
	struct texts texts = texts_of(work);
	size_t all = work->n, width = work->batch->width, n = 0;

	for (size_t i = 0, line = 0; i < all; i++, line += width) {
		const struct case_kept *kept = work->kept[i];
		unsigned same = case_is(work->caseref[i], kept->word);

		same &= kept->len == text_at(texts, line, cases).len;
		work->row[i].caseref = kept->number;
		work->strange[n] = (uint8_t)i;
		n += 1 - same;
	}
	work->n_strange = n;
}

/* Now it would be found. */
static void
case_keep(const struct work *work, size_t i, size_t len, uint32_t number)
{
	const uint64_t *word = work->caseref[i];

	if (len <= CASE_KEPT_MOST)
		*work->kept[i] = (struct case_kept){
			.word = { word[0], word[1], word[2] },
			.len = (uint32_t)len, .number = number };
}

/* Cases that are not kept are looked up in steps, with work on other columns
 * between: what a step asks of memory has come when the next one is taken. */
APART void
strange_ask(const struct shard *shard, struct work *work)
{
	const struct dict *cases = &shard->names[NAME_CASE];
	size_t n = 0;

	for (size_t k = 0; k < work->n_strange; k++) {
		size_t i = work->strange[k];
		struct slice caseref = text_of(work, i, FIELD_CASE);

		if (given(caseref).len == 0) {
			work->row[i].caseref = 0;
			case_keep(work, i, caseref.len, 0);
			continue;
		}
		work->hash[n] = dict_hash(cases, caseref);
		dict_fetch_slot(cases, work->hash[n]);
		work->strange[n++] = (uint8_t)i;
	}
	work->n_strange = n;
}

APART void
strange_guess(const struct shard *shard, struct work *work)
{
	const struct dict *cases = &shard->names[NAME_CASE];

	for (size_t k = 0; k < work->n_strange; k++) {
		work->guess[k] = dict_guess(cases, work->hash[k]);
		dict_fetch_name(cases, work->guess[k]);
	}
}

/* Not apart, or gcc sees that it changes nothing, and drops it. */
INLINE void
strange_fetch(const struct shard *shard, const struct work *work)
{
	for (size_t k = 0; k < work->n_strange; k++)
		dict_fetch_bytes(&shard->names[NAME_CASE], work->guess[k]);
}

APART int
strange_number(struct shard *shard, struct work *work, struct fault *fault)
{
	for (size_t k = 0; k < work->n_strange; k++) {
		size_t i = work->strange[k];
		struct slice caseref = text_of(work, i, FIELD_CASE);
		uint32_t number;

		if (dict_add_guessed(&shard->names[NAME_CASE], caseref,
			    work->hash[k], work->guess[k], &number, fault) != 0)
			return -1;
		work->row[i].caseref = number;
		case_keep(work, i, caseref.len, number);
	}
	return 0;
}

/* Kinds and places that are not kept, or stand apart. */
APART int
number_facets_again(struct shard *shard, struct work *work, size_t n,
	struct fault *fault)
{
	for (size_t k = 0; k < n; k++) {
		size_t i = work->few[k];
		struct slice field[FIELD_N];
		int64_t facet;

		field[FIELD_KIND] = text_of(work, i, FIELD_KIND);
		field[FIELD_AREA] = text_of(work, i, FIELD_AREA);
		field[FIELD_OUTCOME] = text_of(work, i, FIELD_OUTCOME);
		facet = shard_facet(shard, field, fault);
		if (facet < 0)
			return -1;
		work->row[i].facet = (uint32_t)facet;
	}
	return 0;
}

/* Kinds that are kept, and numbered below PLACE_NONE. */
INLINE void
number_kinds(const struct shard *shard, struct work *work, words_of *words,
	words_are *kind_is)
{
	struct batch_column kinds = work->of[FIELD_KIND];
	struct texts texts = texts_of(work);
	size_t all = work->n, width = work->batch->width;

	for (size_t i = 0, line = 0; i < all; i++, line += width) {
		struct slice kind = text_at(texts, line, kinds);
		_Alignas(32) uint64_t word[4];
		const struct text_kept *kept = shard->texts + place_of_hash(
			words(kind, word), TEXTS_BITS);

		work->kind[i] = PLACE_NONE;
		if (kind_is(word, kept->word) && kept->number < PLACE_NONE &&
			kept->len == text_len(kind, FIELD_KIND))
			work->kind[i] = kept->number;
	}
}

/* As shard_facet(), where all that are kept are found. */
INLINE int
number_facets(struct shard *shard, struct work *work, words_are *place_is,
	struct fault *fault)
{
	size_t all = work->n, n = 0;

	for (size_t i = 0; i < all; i++) {
		const struct place_kept *place = work->place[i];
		uint32_t facet = place->facet[work->kind[i]];
		unsigned same = place_is(work->word[i], place->word);

		same &= place->lens == work->lens[i];
		same &= facet != 0;
		work->row[i].facet = facet - 1;
		work->few[n] = (uint8_t)i;
		n += same ^ 1;
	}
	return n > 0 ? number_facets_again(shard, work, n, fault) : 0;
}

/* Other sources than the last two of their users. */
APART int
number_others(struct shard *shard, struct work *work, struct fault *fault)
{
	for (size_t k = 0; k < work->n_few; k++) {
		size_t i = work->few[k];
		struct user_last *last = &shard->last[work->user[i]];
		struct slice source = text_of(work, i, FIELD_SOURCE);

		if (!source_equal(source, last, 0) &&
			source_again(shard, source, last, fault) != 0)
			return -1;
		work->row[i].source = last->source[0];
	}
	return 0;
}

INLINE struct post_text
post_at(const struct work *work, struct texts texts, size_t i, size_t line,
	three_lens *three)
{
	size_t at = line + work->of[FIELD_USER].at;

	if (!work->post_joined)
		return work->post[i];
	return (struct post_text){ texts.base + texts.batch->start[at],
		three(texts.batch->len + at) };
}

/* What a user had last who has another post, or is another one than was
 * guessed. */
APART struct user_last *
post_anew(struct shard *shard, struct work *work, size_t i,
	struct post_text post, struct fault *fault)
{
	struct user_last *last;

	post.lens = lens_of(work, i);
	last = post_again(shard, post, fault);
	if (last != NULL)
		work->user[i] = (uint32_t)(last - shard->last);
	return last;
}

/* Who asked, and from where. */
INLINE int
number_posts(struct shard *shard, struct work *work, three_lens *three,
	post_is *post_is_it, source_is *source_is_it, struct fault *fault)
{
	struct batch_column sources = work->of[FIELD_SOURCE];
	struct texts texts = texts_of(work);
	size_t all = work->n, width = work->batch->width, n = 0;

	for (size_t i = 0, line = 0; i < all; i++, line += width) {
		struct user_last *last = &shard->last[work->user[i]];
		struct post_text post = post_at(work, texts, i, line, three);
		unsigned which;

		if (!post_is_it(post, last)) {
			last = post_anew(shard, work, i, post, fault);
			if (last == NULL)
				return -1;
		}
		which = source_is_it(text_at(texts, line, sources), last);
		work->row[i].post = last->post;
		work->row[i].source = last->source[1 - (which & 1)];
		work->few[n] = (uint8_t)i;
		n += which == 0;
	}
	work->n_few = n;
	for (size_t k = 0; k < n; k++)
		shard_number_fetch(shard,
			text_of(work, work->few[k], FIELD_SOURCE));
	return 0;
}

/* Rows whose subjects are texts. */
APART int
append_words(struct shard *shard, struct work *work, struct fault *fault)
{
	for (size_t k = 0; k < work->n_words; k++) {
		size_t i = work->words[k];

		if (waiting_append(shard, &work->row[i], work->part[i],
			    text_of(work, i, FIELD_SUBJECT), fault) != 0)
			return -1;
	}
	return 0;
}

INLINE int
append_all(struct shard *shard, struct work *work, struct fault *fault)
{
	size_t n = work->n_numbers;

	for (size_t k = 0; k < n; k++) {
		size_t i = work->numbers[k];
		struct partition *partition = work->to[i];

		if (partition_make_room(partition, &shard->pool, fault) != 0)
			return -1;
		*partition_next(partition) = work->row[i];
	}
	return append_words(shard, work, fault);
}

INLINE int
add_all(struct shard *shard, const struct batch *batch, words_of *words,
	words_are *all_are, words_are *case_is, three_lens *three,
	post_is *post_is_it, source_is *source_is_it, struct fault *fault)
{
	struct work work;

	if (!work_start(&work, batch))
		return add_each(shard, batch, fault);
	ask_cases(shard, &work, words);
	ask_places(shard, &work, words);
	ask_users(shard, &work);
	batch_subjects(batch, work.subject, work.part);
	number_cases(&work, case_is);
	strange_ask(shard, &work);
	fetch(shard, &work);
	shard_count_moments(shard, &batch->when, work.n);
	shard->n += work.n;
	strange_guess(shard, &work);
	number_kinds(shard, &work, words, all_are);
	if (number_facets(shard, &work, all_are, fault) != 0)
		return -1;
	strange_fetch(shard, &work);
	if (number_posts(shard, &work, three, post_is_it, source_is_it,
		    fault) != 0 ||
		strange_number(shard, &work, fault) != 0 ||
		number_others(shard, &work, fault) != 0)
		return -1;
	return append_all(shard, &work, fault);
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
all_equal(const uint64_t word[4], const uint64_t kept[4])
{
	return !words_differ(word, kept);
}

INLINE uint64_t
three_plain(const uint16_t *len)
{
	return len[0] | (uint64_t)len[1] << 16 | (uint64_t)len[2] << 32;
}

INLINE bool
case_equal(const uint64_t word[4], const uint64_t kept[4])
{
	return ((word[0] ^ kept[0]) | (word[1] ^ kept[1]) |
		       (word[2] ^ kept[2])) == 0;
}

INLINE unsigned
source_which(struct slice source, const struct user_last *last)
{
	unsigned first = source_equal(source, last, 0);
	unsigned second = source_equal(source, last, 1);

	return first | second << 1;
}

static int
add_plain(struct shard *shard, const struct batch *batch, struct fault *fault)
{
	return add_all(shard, batch, words_plain, all_equal, case_equal,
		three_plain, post_equal, source_which, fault);
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
all_equal_wide(const uint64_t a[4], const uint64_t b[4])
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

WIDE static inline uint64_t
three_wide(const uint16_t *len)
{
	return bytes_u64((const char *)len);
}

WIDE static inline bool
post_equal_wide(struct post_text post, const struct user_last *last)
{
	size_t joined = post_joined(last->lens);
	__mmask64 mask = _bzhi_u64(UINT64_MAX, (unsigned)joined);

	return post_lens_equal(post.lens, last) &&
		_mm512_mask_cmpneq_epi8_mask(mask,
			_mm512_loadu_si512(post.at),
			_mm512_load_si512(last->text)) == 0 &&
		(joined <= 64 ||
			memcmp(post.at + 64, last->text + 64, joined - 64) ==
				0);
}

/* Both at once. */
WIDE static inline unsigned
source_which_wide(struct slice source, const struct user_last *last)
{
	__m256i text = _mm256_maskz_loadu_epi8(
		(__mmask32)_bzhi_u64(UINT32_MAX, (unsigned)source.len),
		source.at);
	unsigned differ = _mm512_cmpneq_epi64_mask(
		_mm512_broadcast_i64x4(text),
		_mm512_load_si512(last->source_text));
	unsigned len = (unsigned)source.len + 1;
	unsigned first = (differ & 15) | (last->source_len[0] ^ len);
	unsigned second = (differ & 240) | (last->source_len[1] ^ len);

	/* without a branch on which it is, as who had both may use both */
	return (unsigned)(first == 0) | (unsigned)(second == 0) << 1;
}

WIDE static int
add_wide(struct shard *shard, const struct batch *batch, struct fault *fault)
{
	return add_all(shard, batch, words_wide, all_equal_wide,
		case_equal_wide, three_wide, post_equal_wide,
		source_which_wide, fault);
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

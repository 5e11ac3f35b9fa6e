/* SPDX-License-Identifier: Apache-2.0 */
#include "lookup/shard.h"

#include "lookup/facet.h"
#include "lookup/post.h"
#include "lookup/waiting.h"

static int
init_kept(struct shard *shard, struct fault *fault)
{
	shard->guesses_bits = GUESSES_BITS;
	shard->guesses = memory_array((size_t)1 << GUESSES_BITS,
		sizeof(*shard->guesses));
	shard->texts = memory_lines((size_t)1 << TEXTS_BITS,
		sizeof(*shard->texts));
	shard->places = memory_lines((size_t)1 << PLACES_BITS,
		sizeof(*shard->places));
	shard->cases = memory_lines(((size_t)1 << CASES_BITS) + 1,
		sizeof(*shard->cases));
	if (shard->guesses == NULL || shard->texts == NULL ||
		shard->places == NULL || shard->cases == NULL)
		return fault_memory(fault);
	/* whom all are guessed to be that are not known */
	return last_of(shard, 0, fault) != NULL ? 0 : -1;
}

int
shard_init(struct shard *shard, const struct registry *registry,
	uint64_t seed, uint64_t most_users, struct spill *spill,
	struct fault *fault)
{
	memset(shard, 0, sizeof(*shard));
	shard->most_users = most_users;
	shard->pool.spill = spill;
	shard->pool.parts = shard->parts;
	shard->pool.n_parts = SUBJECT_PARTITIONS;
	shard->registry = registry;
	for (size_t i = 0; i < NAME_N; i++) {
		if (dict_init_seeded(&shard->names[i], seed, fault) != 0)
			return -1;
	}
	if (triples_init(&shard->posts, fault) != 0 ||
		triples_init(&shard->facets, fault) != 0)
		return -1;
	if (init_kept(shard, fault) != 0)
		return -1;
	shard->offset = INT32_MIN;
	shard->offset_at = OFFSETS_N;
	for (size_t i = 0; i < AHEAD_ROWS; i++)
		shard->ahead[i].next = &shard->ahead[(i + 1) % AHEAD_ROWS];
	shard->oldest = shard->ahead;
	return 0;
}

void
shard_free(struct shard *shard)
{
	for (size_t i = 0; i < NAME_N; i++)
		dict_free(&shard->names[i]);
	triples_free(&shard->posts);
	triples_free(&shard->facets);
	free(shard->last);
	free(shard->guesses);
	free(shard->texts);
	free(shard->places);
	free(shard->cases);
	shard_drop_rows(shard);
}

void
shard_drop_rows(struct shard *shard)
{
	for (size_t i = 0; i < SUBJECT_PARTITIONS; i++)
		partition_clear(&shard->parts[i], &shard->pool);
	chunk_pool_free(&shard->pool);
}

static size_t
offset_index(int32_t offset)
{
	int32_t east = offset + OFFSET_HOURS * 3600;

	return east >= 0 && east < OFFSETS_N * OFFSET_STEP &&
			east % OFFSET_STEP == 0 ?
		(size_t)(east / OFFSET_STEP) :
		OFFSETS_N;
}

void
shard_count_moments(struct shard *shard, const struct moment *when, size_t n)
{
	if (when->offset != shard->offset) {
		shard->offset = when->offset;
		shard->offset_at = offset_index(when->offset);
	}
	shard->offsets[shard->offset_at] += n;
	if (!when->zoned) {
		shard->zoneless += n;
		shard->gaps += when->fit == ZONE_GAP ? n : 0;
		shard->overlaps += when->fit == ZONE_OVERLAP ? n : 0;
	}
}

int
shard_check_users(const struct dict *users, uint64_t most, struct fault *fault)
{
	if (most == 0 || users->n <= most + 1)
		return 0;
	return fault_set(fault, FAULT_LIMIT,
		"more than %llu users; is another column the user (--map "
		"user=COLUMN)? If not, raise --max-users",
		(unsigned long long)most);
}

/* A row whose case is not kept: it is made of its words again. */
static __attribute__((noinline)) int
add_slowly(struct shard *shard, const struct ahead *ahead,
	const struct user_last *last, struct fault *fault)
{
	struct row row = { .subject = ahead->subject, .when = ahead->when,
		.post = last->post, .source = last->source[0],
		.facet = ahead->facet };
	struct slice subject = { ahead->subject_text, ahead->subject_len };
	struct slice caseref = { ahead->caseref, ahead->case_len };
	uint64_t word[3];

	if (caseref.len <= CASE_KEPT_MOST) {
		for (size_t i = 0; i < ARRAY_LEN(word); i++)
			word[i] = htole64(ahead->word[i]);
		caseref.at = (const char *)word;
	}
	return waiting_add(shard, &row, ahead->part, subject, caseref, fault);
}

static __attribute__((noinline)) int
add_text(struct shard *shard, struct ahead *ahead, struct fault *fault)
{
	return partition_add_text(&shard->parts[ahead->part], &shard->pool,
		(struct slice){ ahead->subject_text, ahead->subject_len },
		&ahead->subject, fault);
}

/* Number a lookup. The row is written from where its parts were found: to copy
 * what was just written is to wait for it. */
static inline __attribute__((always_inline)) int
add_ahead(struct shard *shard, struct ahead *ahead, struct fault *fault)
{
	struct partition *partition = &shard->parts[ahead->part];
	struct user_last *last = &shard->last[shard->guesses[ahead->guess]];
	struct post_text post = { ahead->text, ahead->lens };
	struct slice source = { ahead->text + post_joined(ahead->lens),
		ahead->source_len };
	struct row *row;

	ahead->waits = false;
	if (!post_equal(post, last)) {
		last = post_again(shard, post, fault);
		if (last == NULL)
			return -1;
	}
	if (!source_equal(source, last, 0) &&
		source_again(shard, source, last, fault) != 0)
		return -1;
	if (!case_is_kept(ahead->kept, ahead->word, ahead->case_len))
		return add_slowly(shard, ahead, last, fault);
	if (ahead->subject == 0 && add_text(shard, ahead, fault) != 0)
		return -1;
	if (partition_make_room(partition, &shard->pool, fault) != 0)
		return -1;
	row = partition_next(partition);
	row->subject = ahead->subject;
	row->when = ahead->when;
	row->post = last->post;
	row->caseref = ahead->kept->number;
	row->source = last->source[0];
	row->facet = ahead->facet;
	return 0;
}

int
shard_settle(struct shard *shard, struct fault *fault)
{
	for (size_t i = 0; i < AHEAD_ROWS; i++) {
		struct ahead *ahead = shard->oldest;

		if (ahead->waits && add_ahead(shard, ahead, fault) != 0)
			return -1;
		shard->oldest = ahead->next;
	}
	return waiting_settle(shard, fault);
}

static inline __attribute__((always_inline)) void
post_ahead(struct shard *shard, const struct slice *field,
	struct ahead *ahead)
{
	struct slice user = field[FIELD_USER], unit = field[FIELD_UNIT];
	struct slice role = field[FIELD_ROLE], source = field[FIELD_SOURCE];
	size_t joined = user.len + unit.len + role.len + 2;
	char *at = ahead->text;

	ahead->guess = (uint32_t)guess_of(user, shard->guesses_bits);
	__builtin_prefetch(&shard->guesses[ahead->guess]);
	ahead->lens = post_lens(user.len, unit.len, role.len);
	ahead->source_len = (uint32_t)source.len;
	if (is_next(user, unit) && is_next(unit, role)) {
		slice_copy_long(at, (struct slice){ user.at, joined });
	} else {
		slice_copy(at, user);
		at[user.len] = '\0';
		slice_copy(at + user.len + 1, unit);
		at[user.len + 1 + unit.len] = '\0';
		slice_copy(at + user.len + unit.len + 2, role);
	}
	slice_copy(at + joined, source);
}

/* Of texts too long to be kept. */
static __attribute__((noinline)) int
add_plainly(struct shard *shard, const struct slice *field, struct row row,
	unsigned part, struct slice subject, struct fault *fault)
{
	struct triple post;

	if (dict_add(&shard->names[NAME_USER], field[FIELD_USER], &post.a,
		    fault) != 0 ||
		shard_check_users(&shard->names[NAME_USER], shard->most_users,
			fault) != 0 ||
		shard_number(shard, NAME_UNIT, field[FIELD_UNIT], &post.b,
			fault) != 0 ||
		shard_number(shard, NAME_ROLE, field[FIELD_ROLE], &post.c,
			fault) != 0 ||
		triples_add(&shard->posts, post, &row.post, fault) != 0 ||
		shard_number(shard, NAME_SOURCE, field[FIELD_SOURCE],
			&row.source, fault) != 0 ||
		shard_number(shard, NAME_CASE, field[FIELD_CASE], &row.caseref,
			fault) != 0 ||
		last_of(shard, post.a, fault) == NULL)
		return -1;
	if (row.subject != 0)
		subject.len = 0;
	return waiting_append(shard, &row, part, subject, fault);
}

/* User, unit and role, with a byte between each two. */
static inline size_t
post_len(const struct slice *field)
{
	return field[FIELD_USER].len + field[FIELD_UNIT].len +
		field[FIELD_ROLE].len + 2;
}

int
shard_add(struct shard *shard, const struct record *record,
	const struct moment *when, struct slice subject, struct fault *fault)
{
	const struct slice *field = record->field;
	struct slice caseref = field[FIELD_CASE];
	struct ahead *ahead = shard->oldest;
	uint64_t packed;
	unsigned part;
	int64_t facet;

	if (ahead->waits && add_ahead(shard, ahead, fault) != 0)
		return -1;
	last_fetch(&shard->last[shard->guesses[ahead->next->next->guess]]);
	packed = subject_packed(subject);
	part = shard_partition_of(shard, packed, subject);
	__builtin_prefetch(&shard->parts[part]);
	shard_count_moments(shard, when, 1);
	shard->n++;
	facet = shard_facet(shard, field, fault);
	if (facet < 0)
		return -1;
	if (post_len(field) + field[FIELD_SOURCE].len > AHEAD_TEXT ||
		caseref.len > WAITING_CASE ||
		(packed == 0 && subject.len > WAITING_SUBJECT))
		return add_plainly(shard, field,
			(struct row){ .subject = packed,
				.when = (uint64_t)when->ms << 16,
				.facet = (uint32_t)facet },
			part, subject, fault);
	ahead->subject = packed;
	ahead->when = (uint64_t)when->ms << 16;
	ahead->facet = (uint32_t)facet;
	ahead->part = part;
	ahead->waits = true;
	shard->oldest = ahead->next;
	ahead->subject_len = 0;
	if (packed == 0) {
		ahead->subject_len = (uint32_t)subject.len;
		slice_copy(ahead->subject_text, subject);
	}
	ahead->case_len = (uint32_t)caseref.len;
	if (case_words(caseref, ahead->word)) {
		ahead->kept = case_place(shard, ahead->word, caseref.len);
		__builtin_prefetch(ahead->kept);
	} else {
		slice_copy(ahead->caseref, caseref);
		ahead->kept = shard->cases; /* which is none */
	}
	post_ahead(shard, field, ahead);
	return 0;
}

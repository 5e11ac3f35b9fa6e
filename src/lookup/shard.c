/* SPDX-License-Identifier: Apache-2.0 */
#include "lookup/shard.h"

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
	if (dict_init(&shard->outcomes, fault) != 0)
		return -1;
	if (triples_init(&shard->posts, fault) != 0 ||
		triples_init(&shard->facets, fault) != 0)
		return -1;
	shard->kept = memory_array(FACETS_KEPT, sizeof(*shard->kept));
	if (shard->kept == NULL)
		return fault_memory(fault);
	shard->offset = INT32_MIN;
	shard->offset_at = OFFSETS_N;
	shard->first_ms = INT64_MAX;
	shard->last_ms = INT64_MIN;
	return 0;
}

void
shard_free(struct shard *shard)
{
	for (size_t i = 0; i < NAME_N; i++)
		dict_free(&shard->names[i]);
	dict_free(&shard->outcomes);
	triples_free(&shard->posts);
	triples_free(&shard->facets);
	free(shard->last);
	free(shard->kept);
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

static void
count_moment(struct shard *shard, const struct moment *when)
{
	if (when->offset != shard->offset) {
		shard->offset = when->offset;
		shard->offset_at = offset_index(when->offset);
	}
	shard->offsets[shard->offset_at]++;
	if (!when->zoned) {
		shard->zoneless++;
		shard->gaps += when->fit == ZONE_GAP;
		shard->overlaps += when->fit == ZONE_OVERLAP;
	}
	if (when->ms < shard->first_ms)
		shard->first_ms = when->ms;
	if (when->ms > shard->last_ms)
		shard->last_ms = when->ms;
}

/* Empty if it means "not given". */
static struct slice
given(struct slice value)
{
	if (value.len > FIELD_BLANK_MAX || field_given(value))
		return value;
	return (struct slice){ NULL, 0 };
}

static int
number_of(struct shard *shard, enum name name, struct slice value,
	uint32_t *ret, struct fault *fault)
{
	value = given(value);
	if (value.len == 0) {
		*ret = 0;
		return 0;
	}
	return dict_add(&shard->names[name], value, ret, fault);
}

/* Three texts of a record: a user and his post, or a facet. */
struct three {
	const struct slice *a, *b, *c;
};

/* Their length, with a byte between each two. */
static inline size_t
three_joined(const struct three *texts)
{
	return texts->a->len + texts->b->len + texts->c->len + 2;
}

/* Tells their lengths, if those are small. */
static inline uint64_t
three_lens(const struct three *texts)
{
	return (uint64_t)texts->c->len << 32 | (uint64_t)texts->b->len << 16 |
		texts->a->len;
}

/* Do they stand in the log with one byte between? */
static inline bool
is_next(const struct slice *text, const struct slice *next)
{
	return text->at != NULL && text->at + text->len + 1 == next->at;
}

/* Are they what is kept? They are compared in one go where they stand so. */
static inline __attribute__((always_inline)) bool
three_equal(const struct three *texts, uint64_t lens, const char *kept)
{
	const struct slice *a = texts->a, *b = texts->b, *c = texts->c;
	const char *kept_b = kept + a->len + 1;

	if (three_lens(texts) != lens || three_joined(texts) > FACET_TEXT)
		return false;
	if (!is_next(b, c))
		return slice_equal(*a, (struct slice){ kept, a->len }) &&
			slice_equal(*b, (struct slice){ kept_b, b->len }) &&
			slice_equal(*c, (struct slice){
				kept_b + b->len + 1, c->len });
	if (is_next(a, b))
		return slice_equal_long(
			(struct slice){ a->at, three_joined(texts) },
			(struct slice){ kept, three_joined(texts) });
	return slice_equal(*a, (struct slice){ kept, a->len }) &&
		slice_equal((struct slice){ b->at, b->len + c->len + 1 },
			(struct slice){ kept_b, b->len + c->len + 1 });
}

/* There is room for them. */
static void
three_keep(const struct three *texts, char *kept)
{
	const struct slice *b = texts->b, *c = texts->c;

	slice_copy(kept, *texts->a);
	kept += texts->a->len + 1;
	kept[-1] = is_next(texts->a, b) ? b->at[-1] : '\0';
	slice_copy(kept, *b);
	kept += b->len + 1;
	kept[-1] = is_next(b, c) ? c->at[-1] : '\0';
	slice_copy(kept, *c);
}

/* What the user had last; zeroes at first. */
static struct user_last *
last_of(struct shard *shard, uint32_t user, struct fault *fault)
{
	size_t before = shard->last_cap;

	if (user >= before) {
		if (memory_grow((void **)&shard->last, &shard->last_cap,
			    (size_t)user + 1, sizeof(*shard->last),
			    (size_t)DICT_MAX * 2, "users", fault) != 0)
			return NULL;
		memset(shard->last + before, 0,
			(shard->last_cap - before) * sizeof(*shard->last));
	}
	return &shard->last[user];
}

/* What an outcome means, looked up once for each text. */
static int
outcome_again(struct shard *shard, struct slice text, uint32_t *ret,
	struct fault *fault)
{
	uint32_t i = OUTCOME_TEXTS;

	if (shard->outcomes.n < OUTCOME_TEXTS) {
		if (dict_add(&shard->outcomes, text, &i, fault) != 0)
			return -1;
	} else if (!dict_find(&shard->outcomes, text, &i)) {
		*ret = outcome_of(text);
		return 0;
	}
	if (shard->outcome[i] == 0)
		shard->outcome[i] = (uint8_t)(outcome_of(text) + 1);
	*ret = shard->outcome[i] - 1u;
	return 0;
}

/* Number a facet, and keep it for its texts. */
static int
facet_add(struct shard *shard, const struct three *texts,
	struct facet_kept *kept, uint32_t *ret, struct fault *fault)
{
	struct triple facet = { .c = OUTCOME_UNKNOWN };

	if (number_of(shard, NAME_KIND, *texts->a, &facet.a, fault) != 0 ||
		number_of(shard, NAME_AREA, *texts->b, &facet.b, fault) != 0 ||
		outcome_again(shard, given(*texts->c), &facet.c, fault) != 0 ||
		triples_add(&shard->facets, facet, ret, fault) != 0)
		return -1;
	if (three_joined(texts) <= FACET_TEXT) {
		kept->lens = three_lens(texts);
		kept->facet = *ret + 1;
		three_keep(texts, kept->text);
	}
	return 0;
}

/* Of the ends of a text; what collides is only slower. */
static uint64_t
hash_ends(struct slice text)
{
	const char *at = text.at;
	size_t len = text.len;

	if (len >= 4)
		return ((uint64_t)bytes_u32(at) << 32 |
			       bytes_u32(at + len - 4)) + len;
	return len == 0 ? 0 :
		(uint64_t)(unsigned char)at[0] << 16 |
			(uint64_t)(unsigned char)at[len - 1] << 8 | len;
}

/* What a record says, found in memory ahead of its use. */
struct ahead {
	struct three facet, post;
	uint64_t user_hash;
	uint32_t user; /* most likely he of this name */
	struct facet_kept *kept; /* where this facet would be */
};

static inline void
look_ahead(struct shard *shard, const struct record *record,
	struct ahead *ret)
{
	const struct slice *field = record->field;
	uint64_t hash;

	ret->user_hash = dict_hash(&shard->names[NAME_USER],
		field[FIELD_USER]);
	dict_fetch_slot(&shard->names[NAME_USER], ret->user_hash);
	hash = hash_ends(field[FIELD_KIND]) * 0xff51afd7ed558ccdu ^
		hash_ends(field[FIELD_AREA]) * 0xc4ceb9fe1a85ec53u ^
		hash_ends(field[FIELD_OUTCOME]) * 0xd6e8feb86659fd93u;
	hash = (hash ^ hash >> 32) * 0x9e3779b97f4a7c15u;
	ret->kept = &shard->kept[(hash >> 32) % FACETS_KEPT];
	__builtin_prefetch(ret->kept);
	ret->facet = (struct three){ &field[FIELD_KIND], &field[FIELD_AREA],
		&field[FIELD_OUTCOME] };
	ret->post = (struct three){ &field[FIELD_USER], &field[FIELD_UNIT],
		&field[FIELD_ROLE] };
}

static inline int
facet_of(struct shard *shard, const struct ahead *ahead, uint32_t *ret,
	struct fault *fault)
{
	struct facet_kept *kept = ahead->kept;

	if (kept->facet == 0 ||
		!three_equal(&ahead->facet, kept->lens, kept->text))
		return facet_add(shard, &ahead->facet, kept, ret, fault);
	*ret = kept->facet - 1;
	return 0;
}

/* Of a subject that is a number (row), or a text. All of a person's to the
 * same. */
static unsigned
part_of(const struct shard *shard, const struct row *row, struct slice subject)
{
	if (shard->registry != NULL && shard->registry->persons != NULL)
		return registry_partition(shard->registry, subject);
	return row != NULL ? subject_partition(row->subject) :
			     subject_partition_text(subject);
}

/* The oldest row gets its case's number and goes. The number is written where
 * the row went: to copy what was just written is to wait for it. */
static int
settle_one(struct shard *shard, struct fault *fault)
{
	struct waiting *waiting =
		&shard->waiting[shard->settled % WAITING_ROWS];
	struct partition *part = &shard->parts[waiting->part];
	struct slice subject = { waiting->subject, waiting->subject_len };
	uint32_t number;

	if (dict_add_guessed(&shard->names[NAME_CASE],
		    (struct slice){ waiting->caseref, waiting->case_len },
		    waiting->hash, waiting->guess, &number, fault) != 0)
		return -1;
	shard->settled++;
	if ((subject.len > 0 ?
			    partition_append_text(part, &shard->pool,
				    &waiting->row, subject, fault) :
			    partition_append(part, &shard->pool,
				    &waiting->row, fault)) != 0)
		return -1;
	part->next[-1].caseref = number;
	return 0;
}

int
shard_settle(struct shard *shard, struct fault *fault)
{
	while (shard->settled < shard->waited)
		if (settle_one(shard, fault) != 0)
			return -1;
	return 0;
}

/* The row stands where the next one that waits does. Each step of its looking
 * up is taken a few rows after the one before, when what that asked of memory
 * has come. There is always room for one more. */
static int
wait(struct shard *shard, unsigned part, struct slice caseref,
	struct slice subject, struct fault *fault)
{
	const struct dict *cases = &shard->names[NAME_CASE];
	uint64_t i = shard->waited++;
	struct waiting *waiting = &shard->waiting[i % WAITING_ROWS];

	waiting->hash = dict_hash(cases, caseref);
	dict_fetch_slot(cases, waiting->hash);
	waiting->part = part;
	waiting->guess = 0;
	waiting->case_len = (uint32_t)caseref.len;
	slice_copy(waiting->caseref, caseref);
	waiting->subject_len = (uint32_t)subject.len;
	if (subject.len > 0)
		slice_copy(waiting->subject, subject);
	waiting = &shard->waiting[(i - WAITING_ROWS / 3) % WAITING_ROWS];
	waiting->guess = dict_guess(cases, waiting->hash);
	dict_fetch_name(cases, waiting->guess);
	waiting = &shard->waiting[(i - 2 * WAITING_ROWS / 3) % WAITING_ROWS];
	dict_fetch_bytes(cases, waiting->guess);
	return shard->waited - shard->settled < WAITING_ROWS ?
		0 :
		settle_one(shard, fault);
}

static inline void
look_at_user(struct shard *shard, struct ahead *ahead)
{
	ahead->user = dict_guess(&shard->names[NAME_USER], ahead->user_hash);
	if (ahead->user < shard->last_cap) {
		__builtin_prefetch(&shard->last[ahead->user]);
		__builtin_prefetch(&shard->last[ahead->user].text[64]);
	}
}

int
shard_check_users(const struct dict *users, uint64_t most, struct fault *fault)
{
	/* number 0 is nobody */
	if (most == 0 || users->n <= most + 1)
		return 0;
	return fault_set(fault, FAULT_LIMIT,
		"more than %llu users; is another column the user (--map "
		"user=COLUMN)? If not, raise --max-users",
		(unsigned long long)most);
}

/* Number a user and his post. */
static struct user_last *
post_add(struct shard *shard, const struct ahead *ahead, struct fault *fault)
{
	const struct three *texts = &ahead->post;
	struct user_last *last;
	struct triple post;
	uint32_t number;

	if (dict_add_hashed(&shard->names[NAME_USER], *texts->a,
		    ahead->user_hash, &post.a, fault) != 0 ||
		shard_check_users(&shard->names[NAME_USER], shard->most_users,
			fault) != 0 ||
		number_of(shard, NAME_UNIT, *texts->b, &post.b, fault) != 0 ||
		number_of(shard, NAME_ROLE, *texts->c, &post.c, fault) != 0 ||
		triples_add(&shard->posts, post, &number, fault) != 0)
		return NULL;
	last = last_of(shard, post.a, fault);
	if (last == NULL)
		return NULL;
	*last = (struct user_last){ .post = number };
	if (three_joined(texts) <= LAST_TEXT) {
		last->lens = three_lens(texts);
		last->joined = (uint16_t)three_joined(texts);
		three_keep(texts, last->text);
	}
	return last;
}

static int
source_add(struct shard *shard, struct slice source, struct user_last *last,
	struct fault *fault)
{
	if (number_of(shard, NAME_SOURCE, source, &last->source, fault) != 0)
		return -1;
	last->source_len = 0;
	if (source.len <= LAST_TEXT - (size_t)last->joined) {
		last->source_len = (uint16_t)(source.len + 1);
		slice_copy(last->text + last->joined, source);
	}
	return 0;
}

/* Its user, and what follows from him. */
static inline int
row_of_user(struct shard *shard, const struct record *record,
	const struct ahead *ahead, struct row *row, struct fault *fault)
{
	struct slice source = record->field[FIELD_SOURCE];
	struct user_last *last = &shard->last[ahead->user];

	if (ahead->user >= shard->last_cap ||
		!three_equal(&ahead->post, last->lens, last->text))
		last = post_add(shard, ahead, fault);
	if (last == NULL)
		return -1;
	if (last->source_len != source.len + 1 ||
		!slice_equal(source,
			(struct slice){ last->text + last->joined,
				source.len }))
		if (source_add(shard, source, last, fault) != 0)
			return -1;
	row->post = last->post;
	row->source = last->source;
	return 0;
}

/* Append a row without a case, or with texts too long to wait. The subject is
 * empty if the row has its number. */
static int
append(struct shard *shard, struct row *row, unsigned part,
	struct slice subject, struct slice caseref, struct fault *fault)
{
	row->caseref = 0;
	if (caseref.len > 0 && dict_add(&shard->names[NAME_CASE], caseref,
				       &row->caseref, fault) != 0)
		return -1;
	return subject.len == 0 ?
		partition_append(&shard->parts[part], &shard->pool, row,
			fault) :
		partition_append_text(&shard->parts[part], &shard->pool, row,
			subject, fault);
}

int
shard_add(struct shard *shard, const struct record *record,
	const struct moment *when, struct slice subject, struct fault *fault)
{
	struct slice caseref = record->field[FIELD_CASE];
	struct row *row = &shard->waiting[shard->waited % WAITING_ROWS].row;
	struct ahead ahead;
	unsigned part;

	look_ahead(shard, record, &ahead);
	row->when = (uint64_t)when->ms << 16;
	if (subject_pack(subject, &row->subject)) {
		part = part_of(shard, row, subject);
		subject.len = 0;
	} else {
		part = part_of(shard, NULL, subject);
	}
	count_moment(shard, when);
	shard->n++;
	look_at_user(shard, &ahead);
	if (facet_of(shard, &ahead, &row->facet, fault) != 0 ||
		row_of_user(shard, record, &ahead, row, fault) != 0)
		return -1;
	if (field_given(caseref) && caseref.len <= WAITING_CASE &&
		subject.len <= WAITING_SUBJECT)
		return wait(shard, part, caseref, subject, fault);
	return append(shard, row, part, subject, given(caseref), fault);
}

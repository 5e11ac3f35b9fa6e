/* SPDX-License-Identifier: Apache-2.0 */
#include "lookup/shard.h"

#include "lookup/facet.h"

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

static int
init_kept(struct shard *shard, struct fault *fault)
{
	shard->guesses_bits = GUESSES_BITS;
	shard->guesses = memory_array((size_t)1 << GUESSES_BITS,
		sizeof(*shard->guesses));
	shard->texts = memory_array((size_t)1 << TEXTS_BITS,
		sizeof(*shard->texts));
	shard->places = memory_array((size_t)1 << PLACES_BITS,
		sizeof(*shard->places));
	shard->cases = memory_array(((size_t)1 << CASES_BITS) + 1,
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
}

/* A subject that is no number has a text. All of a person's go to the same
 * partition. */
static inline unsigned
partition_of(const struct shard *shard, uint64_t packed, struct slice subject)
{
	if (shard->registry != NULL && shard->registry->persons != NULL)
		return registry_partition(shard->registry, subject);
	return packed != 0 ? subject_partition(packed) :
			     subject_partition_text(subject);
}

/* A case of the lengths that are kept, or none. */
static inline bool
case_is_kept(size_t len)
{
	size_t none = len == 0;

	return len + none * 8 - 8 <= CASE_KEPT_MOST - 8;
}

/* Half of all lookups have no case, at random: that is no branch. */
static inline __attribute__((always_inline)) void
case_ahead(const struct shard *shard, struct slice caseref,
	struct ahead *ahead)
{
	static const char nothing[8];
	size_t none = caseref.len == 0, len = caseref.len + none * 8;
	uintptr_t there = (uintptr_t)caseref.at & (none - 1);
	const char *at =
		(const char *)(there | ((uintptr_t)nothing & -none));

	ahead->word[0] = bytes_u64(at);
	ahead->word[1] = bytes_u64(at + bytes_second(len));
	ahead->word[2] = bytes_u64(at + len - 8);
	ahead->kept = shard->cases + 1 - none +
		place_of(ahead->word[0], ahead->word[2], CASES_BITS);
	__builtin_prefetch(ahead->kept);
}

static inline bool
case_found(const struct ahead *ahead)
{
	const struct case_kept *kept = ahead->kept;

	return ((ahead->word[0] ^ kept->word[0]) |
		       (ahead->word[1] ^ kept->word[1]) |
		       (ahead->word[2] ^ kept->word[2]) |
		       (ahead->case_len ^ kept->len)) == 0;
}

static void
case_keep(struct shard *shard, struct slice caseref, uint32_t number)
{
	struct ahead ahead;

	if (!case_is_kept(caseref.len))
		return;
	case_ahead(shard, caseref, &ahead);
	*ahead.kept = (struct case_kept){
		.word = { ahead.word[0], ahead.word[1], ahead.word[2] },
		.len = (uint32_t)caseref.len, .number = number };
}

/* Append a row. Its subject is empty if the row has its number. */
static int
append(struct shard *shard, struct row *row, unsigned part,
	struct slice subject, struct fault *fault)
{
	struct partition *partition = &shard->parts[part];

	if (subject.len > 0 &&
		partition_add_text(partition, &shard->pool, subject,
			&row->subject, fault) != 0)
		return -1;
	return partition_append(partition, &shard->pool, row, fault);
}

/* The oldest row gets its case's number and goes. The number is written where
 * the row went: to copy what was just written is to wait for it. */
static int
settle_one(struct shard *shard, struct fault *fault)
{
	struct waiting *waiting =
		&shard->waiting[shard->settled % WAITING_ROWS];
	struct slice caseref = { waiting->caseref, waiting->case_len };
	struct slice subject = { waiting->subject, waiting->subject_len };
	uint32_t number;

	if (dict_add_guessed(&shard->names[NAME_CASE], caseref, waiting->hash,
		    waiting->guess, &number, fault) != 0)
		return -1;
	shard->settled++;
	if (append(shard, &waiting->row, waiting->part, subject, fault) != 0)
		return -1;
	shard->parts[waiting->part].next[-1].caseref = number;
	case_keep(shard, caseref, number);
	return 0;
}

/* Each step of a case's looking up is taken a few rows after the one before,
 * when what that asked of memory has come. There is always room for one
 * more. */
static int
wait(struct shard *shard, const struct row *row, unsigned part,
	struct slice subject, struct slice caseref, struct fault *fault)
{
	const struct dict *cases = &shard->names[NAME_CASE];
	uint64_t i = shard->waited++;
	struct waiting *waiting = &shard->waiting[i % WAITING_ROWS];

	waiting->row = *row;
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

static inline uint32_t *
guess_of(const struct shard *shard, struct slice user)
{
	uint64_t word[4];

	if (user.len >= 8) {
		word[0] = bytes_u64(user.at);
		word[3] = bytes_u64(user.at + user.len - 8);
	} else {
		(void)slice_cover(user, word);
	}
	return &shard->guesses[place_of(word[0], word[3],
		shard->guesses_bits)];
}

/* Guesses are none to begin with. */
static int
grow_guesses(struct shard *shard, struct fault *fault)
{
	size_t n = (size_t)1 << shard->guesses_bits;
	uint32_t *guesses;

	if (shard->names[NAME_USER].n * GUESSES_EACH <= n ||
		shard->guesses_bits == GUESSES_BITS_MOST)
		return 0;
	guesses = memory_array(n * 2, sizeof(*guesses));
	if (guesses == NULL)
		return fault_memory(fault);
	free(shard->guesses);
	shard->guesses = guesses;
	shard->guesses_bits++;
	return 0;
}

/* The texts of a lookup, as they were copied. */
struct post_texts {
	struct slice user, unit, role, source;
};

static struct post_texts
texts_of(const struct ahead *ahead)
{
	const char *text = ahead->text;
	size_t user = ahead->lens & 0xffff, unit = ahead->lens >> 16 & 0xffff;
	size_t role = user + unit + 2;

	return (struct post_texts){ { text, user }, { text + user + 1, unit },
		{ text + role, ahead->joined - role },
		{ text + ahead->joined, ahead->source_len } };
}

static inline bool
post_equal(const struct ahead *ahead, const struct user_last *last)
{
	return last->lens == ahead->lens &&
		slice_equal_long((struct slice){ ahead->text, ahead->joined },
			(struct slice){ last->text, ahead->joined });
}

/* Number a user and his post. */
static struct user_last *
post_add(struct shard *shard, const struct ahead *ahead, uint64_t hash,
	struct fault *fault)
{
	struct post_texts texts = texts_of(ahead);
	struct user_last *last;
	struct triple post;
	uint32_t number;

	if (dict_add_hashed(&shard->names[NAME_USER], texts.user, hash,
		    &post.a, fault) != 0 ||
		shard_check_users(&shard->names[NAME_USER], shard->most_users,
			fault) != 0 ||
		shard_number(shard, NAME_UNIT, texts.unit, &post.b,
			fault) != 0 ||
		shard_number(shard, NAME_ROLE, texts.role, &post.c,
			fault) != 0 ||
		triples_add(&shard->posts, post, &number, fault) != 0)
		return NULL;
	last = last_of(shard, post.a, fault);
	if (last == NULL)
		return NULL;
	*last = (struct user_last){ .post = number };
	if (ahead->joined <= LAST_TEXT) {
		last->lens = ahead->lens;
		memcpy(last->text, ahead->text, ahead->joined);
	}
	return last;
}

/* Of a user who was guessed wrong, or has another post. */
static __attribute__((noinline)) struct user_last *
post_again(struct shard *shard, const struct ahead *ahead,
	struct fault *fault)
{
	const struct dict *users = &shard->names[NAME_USER];
	struct slice user = texts_of(ahead).user;
	uint64_t hash = dict_hash(users, user);
	struct user_last *last = &shard->last[dict_guess(users, hash)];

	if (!post_equal(ahead, last))
		last = post_add(shard, ahead, hash, fault);
	if (last == NULL || grow_guesses(shard, fault) != 0)
		return NULL;
	*guess_of(shard, user) = (uint32_t)(last - shard->last);
	return last;
}

/* Where the texts of the post end, whether they are kept or not. */
static inline size_t
last_joined(const struct user_last *last)
{
	return last->lens >> 32;
}

/* The source becomes the first; that one the second, if there is room. */
static void
source_keep(struct user_last *last, struct slice source, uint32_t number)
{
	char *text = last->text + last_joined(last);
	size_t room = LAST_TEXT - last_joined(last);
	size_t before = last->source_len[0];

	last->source_len[1] = 0;
	if (before > 0 && before - 1 + source.len <= room) {
		memmove(text + source.len, text, before - 1);
		last->source_len[1] = (uint16_t)before;
		last->source[1] = last->source[0];
	}
	last->source_len[0] = 0;
	last->source[0] = number;
	if (source.len <= room) {
		last->source_len[0] = (uint16_t)(source.len + 1);
		slice_copy(text, source);
	}
}

static __attribute__((noinline)) int
source_again(struct shard *shard, const struct ahead *ahead,
	struct user_last *last, struct fault *fault)
{
	struct slice source = texts_of(ahead).source;
	struct slice second = { last->text + last_joined(last) +
			last->source_len[0] - 1, source.len };
	uint32_t number = last->source[1];

	if ((last->source_len[1] != source.len + 1 ||
		    !slice_equal(source, second)) &&
		shard_number_kept(shard, FIELD_SOURCE, source, &number,
			fault) != 0)
		return -1;
	source_keep(last, source, number);
	return 0;
}

static inline bool
source_equal(const struct ahead *ahead, const struct user_last *last)
{
	return last->source_len[0] == ahead->source_len + 1 &&
		slice_equal((struct slice){ ahead->text + ahead->joined,
				    ahead->source_len },
			(struct slice){ last->text + last_joined(last),
				ahead->source_len });
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
	size_t len = ahead->case_len;
	char text[CASE_KEPT_MOST];
	struct slice caseref = { ahead->caseref, len };

	if (len > 0 && case_is_kept(len)) {
		memcpy(text, &ahead->word[0], 8);
		memcpy(text + bytes_second(len), &ahead->word[1], 8);
		memcpy(text + len - 8, &ahead->word[2], 8);
		caseref.at = text;
	}
	caseref = given(caseref);
	return caseref.len > 0 ?
		wait(shard, &row, ahead->part, subject, caseref, fault) :
		append(shard, &row, ahead->part, subject, fault);
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
	struct row *row;

	ahead->waits = false;
	if (!post_equal(ahead, last)) {
		last = post_again(shard, ahead, fault);
		if (last == NULL)
			return -1;
	}
	if (!source_equal(ahead, last) &&
		source_again(shard, ahead, last, fault) != 0)
		return -1;
	if (!case_found(ahead))
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
	while (shard->settled < shard->waited)
		if (settle_one(shard, fault) != 0)
			return -1;
	return 0;
}

/* User, unit and role, with a byte between each two. */
static inline size_t
post_joined(const struct slice *field)
{
	return field[FIELD_USER].len + field[FIELD_UNIT].len +
		field[FIELD_ROLE].len + 2;
}

static inline __attribute__((always_inline)) void
post_ahead(struct shard *shard, const struct slice *field,
	struct ahead *ahead)
{
	struct slice user = field[FIELD_USER], unit = field[FIELD_UNIT];
	struct slice role = field[FIELD_ROLE], source = field[FIELD_SOURCE];
	size_t joined = post_joined(field);
	char *at = ahead->text;

	ahead->guess = (uint32_t)(guess_of(shard, user) - shard->guesses);
	__builtin_prefetch(&shard->guesses[ahead->guess]);
	ahead->lens = user.len | unit.len << 16 | joined << 32;
	ahead->joined = joined;
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
	return append(shard, &row, part, subject, fault);
}

/* What the guess says is there by now. */
static inline void
user_ahead(const struct shard *shard, const struct ahead *ahead)
{
	const struct user_last *last =
		&shard->last[shard->guesses[ahead->guess]];

	__builtin_prefetch(last);
	__builtin_prefetch(&last->text[LAST_TEXT - 1]);
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
	user_ahead(shard, ahead->next->next);
	packed = subject_packed(subject);
	part = partition_of(shard, packed, subject);
	__builtin_prefetch(&shard->parts[part]);
	count_moment(shard, when);
	shard->n++;
	facet = shard_facet(shard, field, fault);
	if (facet < 0)
		return -1;
	if (post_joined(field) + field[FIELD_SOURCE].len > AHEAD_TEXT ||
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
	if (case_is_kept(caseref.len)) {
		case_ahead(shard, caseref, ahead);
	} else {
		slice_copy(ahead->caseref, caseref);
		ahead->kept = shard->cases; /* which is none */
	}
	post_ahead(shard, field, ahead);
	return 0;
}

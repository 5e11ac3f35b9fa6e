/* SPDX-License-Identifier: Apache-2.0 */
#include "lookup/shard.h"

int
shard_init(struct shard *shard, const struct registry *registry,
	struct spill *spill, struct fault *fault)
{
	memset(shard, 0, sizeof(*shard));
	shard->pool.spill = spill;
	shard->pool.parts = shard->parts;
	shard->pool.n_parts = SUBJECT_PARTITIONS;
	shard->registry = registry;
	for (size_t i = 0; i < NAME_N; i++) {
		if (dict_init(&shard->names[i], fault) != 0)
			return -1;
	}
	if (dict_init(&shard->outcomes, fault) != 0)
		return -1;
	if (triples_init(&shard->posts, fault) != 0 ||
		triples_init(&shard->facets, fault) != 0)
		return -1;
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
	for (size_t i = 0; i < SUBJECT_PARTITIONS; i++)
		partition_clear(&shard->parts[i], &shard->pool);
	chunk_pool_free(&shard->pool);
}

static void
count_moment(struct shard *shard, const struct moment *when)
{
	int32_t east = when->offset + OFFSET_HOURS * 3600;

	if (east >= 0 && east < OFFSETS_N * OFFSET_STEP &&
		east % OFFSET_STEP == 0)
		shard->offsets[east / OFFSET_STEP]++;
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

static int
number_of(struct shard *shard, enum name name, struct slice value,
	uint32_t *ret, struct fault *fault)
{
	if (!field_given(value)) {
		*ret = 0;
		return 0;
	}
	return dict_add(&shard->names[name], value, ret, fault);
}

/* The same, where *last is the user's last number: most often it still is. */
static int
number_again(struct shard *shard, enum name name, struct slice value,
	uint32_t *last, struct fault *fault)
{
	if (*last != 0 &&
		slice_equal(shard->names[name].names[*last], value))
		return 0;
	return number_of(shard, name, value, last, fault);
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
		for (size_t i = before; i < shard->last_cap; i++)
			shard->last[i].post = UINT32_MAX;
	}
	return &shard->last[user];
}

static int
post_of(struct shard *shard, const struct record *record, uint32_t user,
	struct user_last *last, struct fault *fault)
{
	uint32_t unit = last->unit, role = last->role;

	if (number_again(shard, NAME_UNIT, record->field[FIELD_UNIT],
		    &last->unit, fault) != 0 ||
		number_again(shard, NAME_ROLE, record->field[FIELD_ROLE],
			&last->role, fault) != 0)
		return -1;
	if (last->post != UINT32_MAX && last->unit == unit &&
		last->role == role)
		return 0;
	return triples_add(&shard->posts,
		(struct triple){ user, last->unit, last->role }, &last->post,
		fault);
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
		i = OUTCOME_TEXTS;
	}
	if (i == OUTCOME_TEXTS) {
		*ret = outcome_of(text);
		return 0;
	}
	if (shard->outcome[i] == 0)
		shard->outcome[i] = (uint8_t)(outcome_of(text) + 1);
	*ret = shard->outcome[i] - 1u;
	return 0;
}

static int
facet_of(struct shard *shard, const struct record *record, uint32_t *ret,
	struct fault *fault)
{
	struct slice outcome = record->field[FIELD_OUTCOME];
	struct triple facet = { .c = OUTCOME_UNKNOWN };

	if (number_of(shard, NAME_KIND, record->field[FIELD_KIND], &facet.a,
		    fault) != 0 ||
		number_of(shard, NAME_AREA, record->field[FIELD_AREA],
			&facet.b, fault) != 0)
		return -1;
	if (field_given(outcome) &&
		outcome_again(shard, outcome, &facet.c, fault) != 0)
		return -1;
	return triples_add(&shard->facets, facet, ret, fault);
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

int
shard_add(struct shard *shard, const struct record *record,
	const struct moment *when, struct slice subject, struct fault *fault)
{
	struct row row = { .when = (uint64_t)when->ms << 16 };
	struct user_last *last;
	uint32_t user;

	if (number_of(shard, NAME_USER, record->field[FIELD_USER], &user,
		    fault) != 0)
		return -1;
	last = last_of(shard, user, fault);
	if (last == NULL || post_of(shard, record, user, last, fault) != 0 ||
		facet_of(shard, record, &row.facet, fault) != 0 ||
		number_again(shard, NAME_CASE, record->field[FIELD_CASE],
			&last->caseref, fault) != 0 ||
		number_again(shard, NAME_SOURCE, record->field[FIELD_SOURCE],
			&last->source, fault) != 0)
		return -1;
	row.post = last->post;
	row.caseref = last->caseref;
	row.source = last->source;
	count_moment(shard, when);
	shard->n++;
	if (subject_pack(subject, &row.subject))
		return partition_append(
			&shard->parts[part_of(shard, &row, subject)],
			&shard->pool, &row, fault);
	return partition_append_text(&shard->parts[part_of(shard, NULL,
					     subject)],
		&shard->pool, &row, subject, fault);
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "lookup/shard.h"

int
shard_init(struct shard *shard, struct fault *fault)
{
	memset(shard, 0, sizeof(*shard));
	for (size_t i = 0; i < NAME_N; i++) {
		if (dict_init(&shard->names[i], fault) != 0)
			return -1;
	}
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
	triples_free(&shard->posts);
	triples_free(&shard->facets);
	for (size_t i = 0; i < SUBJECT_PARTITIONS; i++)
		partition_clear(&shard->parts[i], &shard->pool);
	chunk_pool_free(&shard->pool);
}

static void
count_moment(struct shard *shard, const struct moment *when)
{
	size_t i = 0;

	while (i < shard->n_offsets &&
		shard->offsets[i].offset != when->offset)
		i++;
	if (i == shard->n_offsets && i < OFFSETS_MAX) {
		shard->offsets[i] = (struct offset_count){ when->offset, 0 };
		shard->n_offsets++;
	}
	if (i < OFFSETS_MAX)
		shard->offsets[i].n++;
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

int
shard_add(struct shard *shard, const struct record *record,
	const struct moment *when, struct fault *fault)
{
	const struct slice *field = record->field;
	struct slice subject = field[FIELD_SUBJECT];
	struct triple post, facet;
	struct row row = { .when = when->ms * 65536 };

	if (number_of(shard, NAME_USER, field[FIELD_USER], &post.a, fault) ||
		number_of(shard, NAME_UNIT, field[FIELD_UNIT], &post.b,
			fault) ||
		number_of(shard, NAME_ROLE, field[FIELD_ROLE], &post.c,
			fault) ||
		number_of(shard, NAME_KIND, field[FIELD_KIND], &facet.a,
			fault) ||
		number_of(shard, NAME_AREA, field[FIELD_AREA], &facet.b,
			fault) ||
		number_of(shard, NAME_CASE, field[FIELD_CASE], &row.caseref,
			fault) ||
		number_of(shard, NAME_SOURCE, field[FIELD_SOURCE], &row.source,
			fault))
		return -1;
	facet.c = field_given(field[FIELD_OUTCOME]) ?
		outcome_of(field[FIELD_OUTCOME]) :
		OUTCOME_UNKNOWN;
	if (triples_add(&shard->posts, post, &row.post, fault) != 0 ||
		triples_add(&shard->facets, facet, &row.facet, fault) != 0)
		return -1;
	count_moment(shard, when);
	shard->n++;
	if (subject_pack(subject, &row.subject))
		return partition_append(
			&shard->parts[subject_partition(row.subject)],
			&shard->pool, &row, fault);
	return partition_append_text(
		&shard->parts[subject_partition_text(subject)], &shard->pool,
		&row, subject, fault);
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "signal/stretch.h"

#include "base/memory.h"

/* A cell, and its parts [part, end). */
struct place {
	const struct peer_cell *cell;
	size_t part, end;
};

/* May a cell lengthen the stretch of the cell before? */
static bool
is_alike(const struct peer_part *parts, const struct place *before,
	const struct place *place)
{
	return before->cell->entity == place->cell->entity &&
		memcmp(before->cell->group, place->cell->group,
			PEER_FINE * sizeof(place->cell->group[0])) == 0 &&
		before->end - before->part == 1 &&
		place->end - place->part == 1 &&
		parts[before->part].kind == parts[place->part].kind;
}

static void
open_stretch(struct stretches *stretches, const struct place *place,
	const struct peer_part *parts)
{
	struct stretch *stretch = &stretches->items[stretches->n];

	stretch->entity = place->cell->entity;
	memcpy(stretch->group, place->cell->group, sizeof(stretch->group));
	for (size_t i = place->part; i < place->end; i++)
		stretches->parts[stretches->n_parts++] = (struct stretch_part){
			(uint32_t)stretches->n, parts[i].kind,
			(double)parts[i].k, (double)parts[i].n };
	stretches->n++;
}

static void
lengthen(struct stretches *stretches, const struct peer_part *part)
{
	struct stretch_part *last = &stretches->parts[stretches->n_parts - 1];

	last->k += (double)part->k;
	last->n += (double)part->n;
}

int
stretches_make(const struct peer_problem *problem, struct stretches *ret,
	struct fault *fault)
{
	const struct peer_part *parts = problem->parts;
	struct stretches stretches = {
		.items = memory_array(problem->n_cells,
			sizeof(*stretches.items)),
		.parts = memory_array(problem->n_parts,
			sizeof(*stretches.parts)),
	};
	struct place before = { 0 };

	if (stretches.items == NULL || stretches.parts == NULL) {
		stretches_free(&stretches);
		return fault_memory(fault);
	}
	for (size_t c = 0; c < problem->n_cells; c++) {
		struct place place = { &problem->cells[c], before.end,
			before.end };
		struct stretch *stretch;

		while (place.end < problem->n_parts &&
			parts[place.end].cell == c)
			place.end++;
		if (c > 0 && is_alike(parts, &before, &place))
			lengthen(&stretches, &parts[place.part]);
		else
			open_stretch(&stretches, &place, parts);
		stretch = &stretches.items[stretches.n - 1];
		stretch->k += (double)place.cell->k;
		stretch->n += (double)place.cell->n;
		stretch->end = c + 1;
		before = place;
	}
	*ret = stretches;
	return 0;
}

void
stretches_free(struct stretches *stretches)
{
	free(stretches->items);
	free(stretches->parts);
	*stretches = (struct stretches){ 0 };
}

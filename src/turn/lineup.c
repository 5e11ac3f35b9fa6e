/* SPDX-License-Identifier: Apache-2.0 */
#include "turn/lineup.h"

#include "base/memory.h"
#include "turn/squad.h"

/* Seats for a subject, at least; and lines at first, and at most. */
enum { SPARSE = 2, LINES_FIRST = 256, LINES_MOST = 1 << 27 };

void
lineup_init(struct lineup *lineup)
{
	*lineup = (struct lineup){ .wide = squad_usable() };
	lineup->seeds[0] = dict_seed();
	lineup->seeds[1] = dict_seed() | 1;
}

void
lineup_free(struct lineup *lineup)
{
	free(lineup->lines);
	free(lineup->seats);
	*lineup = (struct lineup){ 0 };
}

void
lineup_clear(struct lineup *lineup)
{
	if (lineup->n > 0)
		memset(lineup->lines, 0, lineup->n_lines * MEMORY_LINE);
	lineup->n = 0;
}

static inline uint64_t
subject_at(const uint32_t *line, size_t place)
{
	uint64_t subject;

	memcpy(&subject, line + 2 * place, sizeof(subject));
	return subject;
}

/* Have a subject sit in a line, if it does not: its place; LINE_SEATS: all are
 * others'. Who is in a line sits before its free places. */
static inline size_t
sit_plain(uint32_t *line, uint64_t subject)
{
	size_t place = 0;

	while (place < LINE_SEATS && subject_at(line, place) != subject &&
		subject_at(line, place) != 0)
		place++;
	if (place < LINE_SEATS)
		memcpy(line + 2 * place, &subject, sizeof(subject));
	return place;
}

#if defined(__x86_64__) && !defined(QUIS_NO_VECTOR)

#include <immintrin.h>

#define WIDE __attribute__((target("avx2,bmi")))

/* All of them are written at once, as the next row, which often is of the same
 * subject, reads them at once: it would have to wait for a smaller part. */
WIDE static inline size_t
sit_wide(uint32_t *line, uint64_t subject)
{
	const __m256i numbers = _mm256_set_epi64x(3, 2, 1, 0);
	__m256i *subjects = (__m256i *)(void *)line;
	__m256i there = _mm256_load_si256(subjects), here;
	__m256i it = _mm256_set1_epi64x((long long)subject);
	__m256i fits = _mm256_or_si256(_mm256_cmpeq_epi64(there, it),
		_mm256_cmpeq_epi64(there, _mm256_setzero_si256()));
	unsigned places = (unsigned)_mm256_movemask_pd((__m256d)fits);
	unsigned place = LINE_SEATS;

	if (places == 0)
		return place;
	place = (unsigned)__builtin_ctz(places);
	here = _mm256_cmpeq_epi64(numbers, _mm256_set1_epi64x(place));
	_mm256_store_si256(subjects, _mm256_blendv_epi8(there, it, here));
	return place;
}

#else

#define WIDE
#define sit_wide sit_plain

#endif

/* No branch asks whether a subject is new, which nothing foretells: all that
 * would be done for one is done. */
__attribute__((always_inline)) static inline void
add(struct lineup *lineup, struct mustered *rows, const uint64_t *subjects,
	size_t stride, size_t n,
	size_t (*sit)(uint32_t *line, uint64_t subject))
{
	const char *at = (const char *)subjects;
	uint32_t *lines = lineup->lines, *seats = lineup->seats;
	uint32_t mask = (uint32_t)(lineup->n_lines * LINE_WORDS - 1);
	uint32_t taken = lineup->n;

	for (size_t i = 0; i < n; i++, at += stride) {
		uint32_t seat = rows[i].seat;
		uint64_t subject;
		size_t place;

		memcpy(&subject, at, sizeof(subject));
		while ((place = sit(&lines[seat], subject)) == LINE_SEATS)
			seat = (seat + LINE_WORDS) & mask;
		seat += (uint32_t)place;
		seats[taken] = seat;
		taken += lines[seat + SEAT_ROWS]++ == 0;
		rows[i].seat = seat;
	}
	lineup->n = taken;
}

WIDE static void
add_wide(struct lineup *lineup, struct mustered *rows,
	const uint64_t *subjects, size_t stride, size_t n)
{
	add(lineup, rows, subjects, stride, n, sit_wide);
}

void
lineup_add(struct lineup *lineup, struct mustered *rows,
	const uint64_t *subjects, size_t stride, size_t n)
{
	if (lineup->wide)
		add_wide(lineup, rows, subjects, stride, n);
	else
		add(lineup, rows, subjects, stride, n, sit_plain);
}

/* Whoever is there moves to other lines, and the rows follow. */
static void
move(struct lineup *lineup, uint32_t *from, struct mustered *rows, size_t n)
{
	uint32_t *lines = lineup->lines;
	uint32_t mask = (uint32_t)(lineup->n_lines * LINE_WORDS - 1);

	for (uint32_t i = 0; i < lineup->n; i++) {
		uint32_t old = lineup->seats[i], *line = from + old;
		uint32_t rows_n = line[SEAT_ROWS], seat;
		uint64_t subject;
		size_t place = old % LINE_WORDS;

		subject = subject_at(line - place, place);
		seat = lineup_look(lineup, subject);
		while ((place = sit_plain(&lines[seat], subject)) ==
			LINE_SEATS)
			seat = (seat + LINE_WORDS) & mask;
		seat += (uint32_t)place;
		lines[seat + SEAT_ROWS] = rows_n;
		line[SEAT_NOTE] = lineup->seats[i] = seat;
	}
	for (size_t i = 0; i < n; i++)
		rows[i].seat = from[rows[i].seat + SEAT_NOTE];
}

int
lineup_make_room(struct lineup *lineup, size_t more, struct mustered *rows,
	size_t n, struct fault *fault)
{
	size_t need = lineup->n + more, n_lines = LINES_FIRST;
	uint32_t *from = lineup->lines;

	if (need >= lineup->seats_cap &&
		memory_grow((void **)&lineup->seats, &lineup->seats_cap,
			need + 1, sizeof(*lineup->seats), DICT_MAX, "subjects",
			fault) != 0)
		return -1;
	if (need * SPARSE <= lineup->n_lines * LINE_SEATS)
		return 0;
	while (n_lines * LINE_SEATS < need * SPARSE)
		n_lines *= 2;
	if (n_lines > LINES_MOST)
		return fault_set(fault, FAULT_LIMIT,
			"more than %d subjects in one partition",
			LINES_MOST / SPARSE * LINE_SEATS);
	lineup->lines = memory_lines(n_lines, MEMORY_LINE);
	if (lineup->lines == NULL) {
		lineup->lines = from;
		return fault_memory(fault);
	}
	lineup->n_lines = n_lines;
	move(lineup, from, rows, n);
	free(from);
	return 0;
}

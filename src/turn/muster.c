/* SPDX-License-Identifier: Apache-2.0 */
#include "turn/muster.h"

#include "base/memory.h"

/* Rows and notes that are looked ahead, and tallies that wait at most. */
enum { AHEAD = 12, NOTES_AHEAD = 24, COUNTS_MOST = 512 };

/* What holds for the row of a subject that has no other. */
enum { MARKS_OF_ONE = MARK_JUDGED | MARK_LONE | MARK_THIN | MARK_ASKING |
		MARK_FIRST | MARK_ALONE };

int
muster_init(struct muster *muster, struct subject_fold *fold, bool *ret_usable,
	struct fault *fault)
{
	const struct book *book = fold->book;

	*muster = (struct muster){ .fold = fold,
		.first_ms = (uint64_t)book->first_ms };
	*ret_usable = false;
	if (!fold->judges_all || book->spill != NULL || fold->office != NULL ||
		fold->window->zone != NULL || !squad_usable())
		return 0;
	muster->plan = memory_array(1, sizeof(*muster->plan));
	muster->squad = aligned_alloc(_Alignof(struct squad),
		sizeof(*muster->squad));
	if (muster->plan == NULL || muster->squad == NULL) {
		muster_free(muster);
		return fault_memory(fault);
	}
	if (!squad_plan(muster->plan,
		    (uint64_t)(book->last_ms - book->first_ms),
		    book->names[NAME_USER].n, book->names[NAME_UNIT].n)) {
		muster_free(muster);
		return 0;
	}
	muster->plan->into_day = (double)(book->first_ms -
		(window_day_end(fold->window, window_day(fold->window,
			 book->first_ms)) - (int64_t)DAY_SECONDS * 1000));
	lineup_init(&muster->lineup);
	*ret_usable = true;
	return 0;
}

static inline struct row *
row_at(const struct muster *muster, uint32_t number)
{
	return &muster->runs[number / MUSTER_RUN].rows[number % MUSTER_RUN];
}

static void
free_arrays(struct muster *muster)
{
	free(muster->rows);
	free(muster->places);
	free(muster->vouched);
	free(muster->foreign);
	muster->rows = NULL;
	muster->places = NULL;
	muster->vouched = muster->foreign = NULL;
	muster->cap = 0;
}

void
muster_free(struct muster *muster)
{
	free_arrays(muster);
	free(muster->plan);
	free(muster->squad);
	free(muster->runs);
	free(muster->marks);
	lineup_free(&muster->lineup);
	free(muster->squads);
	free(muster->rest);
	free(muster->aside);
	free(muster->aside_of);
	free(muster->aside_ends);
	free(muster->keys);
	free(muster->spare_keys);
	*muster = (struct muster){ 0 };
}

/* Nobody's rows take a few places, too. */
static int
grow(struct muster *muster, size_t n, struct fault *fault)
{
	size_t places = n + n / 8 + 2 * SQUAD * SQUAD_ROWS;

	if (n <= muster->cap)
		return 0;
	free_arrays(muster);
	n += n / 8;
	muster->rows = memory_array(n + AHEAD, sizeof(*muster->rows));
	muster->places = aligned_alloc(64,
		(places * sizeof(*muster->places) + 63) / 64 * 64);
	muster->vouched = memory_array(n, sizeof(*muster->vouched));
	muster->foreign = memory_array(n, sizeof(*muster->foreign));
	if (muster->rows == NULL || muster->places == NULL ||
		muster->vouched == NULL || muster->foreign == NULL)
		return fault_memory(fault);
	muster->cap = n;
	return 0;
}

int
muster_begin(struct muster *muster, size_t n, struct fault *fault)
{
	if (grow(muster, n, fault) != 0)
		return -1;
	lineup_clear(&muster->lineup);
	muster->n = muster->n_runs = 0;
	muster->n_vouched = muster->n_foreign = 0;
	return 0;
}

int
muster_add(struct muster *muster, struct row *rows, size_t n,
	struct fault *fault)
{
	const uint64_t *posts = muster->fold->posts;
	struct mustered *to = muster->rows + muster->n;
	unsigned unit_bits = muster->plan->unit_bits;
	unsigned time_bits = muster->plan->time_bits;
	uint64_t first_ms = muster->first_ms;

	if (lineup_make_room(&muster->lineup, n, muster->rows, muster->n,
		    fault) != 0 ||
		memory_grow((void **)&muster->runs, &muster->runs_cap,
			muster->n_runs + 1, sizeof(*muster->runs),
			UINT32_MAX / MUSTER_RUN, "runs of lookups", fault) != 0)
		return -1;
	muster->runs[muster->n_runs++] = (struct muster_run){ rows, n };
	for (size_t i = 0; i < n; i++) {
		uint64_t post = posts[rows[i].post];
		uint64_t ms = (uint64_t)row_ms(&rows[i]) - first_ms;

		to[i].word = (post >> 32 << time_bits | ms) << unit_bits |
			(uint32_t)post;
		to[i].caseref = rows[i].caseref;
		to[i].seat = lineup_look(&muster->lineup, rows[i].subject);
	}
	lineup_add(&muster->lineup, to, &rows->subject, sizeof(*rows), n);
	muster->n += n;
	return 0;
}

/* The subject of a rank has but n rows. */
static void
fill_up(struct muster *muster, uint32_t rank, uint32_t n)
{
	const struct muster_squad *squad = &muster->squads[rank / SQUAD];
	struct squad_place *places = muster->places + squad->at + rank % SQUAD;

	for (; n < squad->n; n++)
		places[n * SQUAD] = (struct squad_place){
			squad_nobody(muster->plan, n),
			muster->n_runs * MUSTER_RUN };
}

/* Squads, of which those of fewer rows fill the last one of more rows; the
 * place behind them. */
static uint32_t
list_squads(struct muster *muster)
{
	const uint32_t *counts = muster->counts;
	uint32_t at = 0, rank = 0;

	muster->n_squads = 0;
	for (uint32_t n = SQUAD_ROWS; n > 0; n--) {
		uint32_t end = rank + counts[n];

		muster->ranks[n] = rank;
		for (; rank < end && rank % SQUAD != 0; rank++)
			fill_up(muster, rank, n);
		for (; rank < end; rank += SQUAD) {
			muster->squads[muster->n_squads++] =
				(struct muster_squad){ at, n };
			at += SQUAD * n;
		}
		rank = end;
	}
	muster->n_squad_subjects = rank;
	for (; rank % SQUAD != 0; rank++)
		fill_up(muster, rank, 0);
	return at;
}

/* Every subject gets its places: the next one is noted of its seat, and between
 * the places of two of its rows are as many as it had rows. */
static int
lay_out(struct muster *muster, struct fault *fault)
{
	uint32_t *counts = muster->counts, *ranks = muster->ranks;
	const uint32_t *seats = muster->lineup.seats;
	uint32_t *lines = muster->lineup.lines, n_subjects = muster->lineup.n;
	uint32_t at, rest = 0;

	memset(counts, 0, sizeof(muster->counts));
	for (uint32_t i = 0; i < n_subjects; i++) {
		uint32_t n = lines[seats[i] + SEAT_ROWS];

		counts[n <= SQUAD_ROWS ? n : 0]++;
	}
	if (memory_grow((void **)&muster->squads, &muster->squads_cap,
		    n_subjects / SQUAD + 1, sizeof(*muster->squads), UINT32_MAX,
		    "subjects", fault) != 0 ||
		memory_grow((void **)&muster->rest, &muster->rest_cap,
			counts[0], sizeof(*muster->rest), UINT32_MAX,
			"subjects", fault) != 0)
		return -1;
	at = list_squads(muster);
	for (uint32_t i = 0; i < n_subjects; i++) {
		uint32_t *line = &lines[seats[i]], n = line[SEAT_ROWS], rank;

		if (n > SQUAD_ROWS) {
			line[SEAT_NOTE] = at;
			line[SEAT_ROWS] = 1;
			at += n;
			muster->rest[rest++] = (struct muster_note){ at, n };
			continue;
		}
		rank = ranks[n]++;
		line[SEAT_NOTE] = muster->squads[rank / SQUAD].at +
			rank % SQUAD;
		line[SEAT_ROWS] = SQUAD;
	}
	return 0;
}

static void
scatter(struct muster *muster)
{
	const struct mustered *rows = muster->rows;
	struct squad_place *places = muster->places;
	uint32_t *lines = muster->lineup.lines;

	for (size_t run = 0; run < muster->n_runs; run++) {
		size_t n = muster->runs[run].n;
		uint64_t number = run * MUSTER_RUN;

		for (size_t i = 0; i < n; i++) {
			uint32_t *line = &lines[rows[i].seat];
			uint32_t at = line[SEAT_NOTE];

			__builtin_prefetch(&lines[rows[i + AHEAD].seat], 1);
			line[SEAT_NOTE] = at + line[SEAT_ROWS];
			places[at].word = rows[i].word;
			places[at].of = (uint64_t)rows[i].caseref << 32 |
				(number + i);
		}
		rows += n;
	}
}

/* Subjects of one row, from a rank on. */
static void
mark_singles(struct muster *muster, uint32_t rank, uint32_t at)
{
	const struct squad_place *places = muster->places + at;
	uint64_t *unit_subjects = muster->fold->unit_subjects;
	uint64_t units = ((uint64_t)1 << muster->plan->unit_bits) - 1;
	uint32_t n = muster->n_squad_subjects - rank;

	for (uint32_t i = 0; i < n; i++) {
		muster->marks[(uint32_t)places[i].of] = MARKS_OF_ONE;
		unit_subjects[places[i].word & units]++;
	}
}

/* Fold what stands aside, and note what is learned. */
static int
fold_aside(struct muster *muster, struct fault *fault)
{
	const struct subject_batch batch = { .rows = muster->aside,
		.ends = muster->aside_ends, .n = muster->n_aside_ends };

	if (batch.n == 0)
		return 0;
	if (subject_fold_batch(muster->fold, &batch, fault) != 0)
		return -1;
	for (size_t i = 0; i < muster->n_aside; i++) {
		uint32_t of = muster->aside_of[i];

		muster->marks[of] = (uint16_t)row_marks(&muster->aside[i]);
		row_at(muster, of)->caseref = muster->aside[i].caseref;
	}
	muster->n_aside = muster->n_aside_ends = 0;
	return 0;
}

static int
compare_rows(const void *a, const void *b, void *ctx)
{
	const struct sort_key *x = a, *y = b;
	const struct muster *muster = ctx;

	return row_compare(row_at(muster, (uint32_t)x->low),
		row_at(muster, (uint32_t)y->low));
}

/* Numbers of rows of a subject in order of user, then row_compare(). */
static struct sort_key *
order_rows(struct muster *muster, const struct squad_place *places,
	size_t stride, size_t n)
{
	struct sort_key *keys = muster->keys;

	for (size_t i = 0; i < n; i++)
		keys[i] = (struct sort_key){ places[i * stride].word >>
				muster->plan->unit_bits,
			(uint32_t)places[i * stride].of };
	keys = keys_sort(keys, muster->spare_keys, n);
	for (size_t start = 0, end; start < n; start = end) {
		for (end = start + 1; end < n &&
			keys[end].high == keys[start].high; end++)
			;
		if (end - start > 1)
			qsort_r(keys + start, end - start, sizeof(*keys),
				compare_rows, muster);
	}
	return keys;
}

/* A subject that is no matter of squads. */
static int
put_aside(struct muster *muster, const struct squad_place *places,
	size_t stride, size_t n, struct fault *fault)
{
	size_t at = muster->n_aside;
	const struct sort_key *keys;

	while (places[(n - 1) * stride].word >= muster->plan->nobody)
		n--;
	if (memory_grow((void **)&muster->keys, &muster->keys_cap, n,
		    sizeof(*keys), UINT32_MAX, "lookups", fault) != 0 ||
		memory_grow((void **)&muster->spare_keys, &muster->spare_cap,
			n, sizeof(*keys), UINT32_MAX, "lookups", fault) != 0 ||
		memory_grow((void **)&muster->aside, &muster->aside_cap,
			at + n, sizeof(*muster->aside), UINT32_MAX, "lookups",
			fault) != 0 ||
		memory_grow((void **)&muster->aside_of, &muster->aside_of_cap,
			at + n, sizeof(*muster->aside_of), UINT32_MAX,
			"lookups", fault) != 0 ||
		memory_grow((void **)&muster->aside_ends,
			&muster->aside_ends_cap, muster->n_aside_ends + 1,
			sizeof(*muster->aside_ends), UINT32_MAX, "subjects",
			fault) != 0)
		return -1;
	keys = order_rows(muster, places, stride, n);
	for (size_t i = 0; i < n; i++) {
		uint32_t of = (uint32_t)keys[i].low;

		muster->aside_of[at + i] = of;
		muster->aside[at + i] = *row_at(muster, of);
	}
	muster->n_aside = at + n;
	muster->aside_ends[muster->n_aside_ends++] = (uint32_t)(at + n);
	return muster->n_aside < SUBJECT_BATCH ?
		0 :
		fold_aside(muster, fault);
}

/* Eight rows' sets of subjects at once, of those that are `sound`. */
static inline uint64_t
eight_sets(const unsigned char *sets, unsigned sound)
{
	uint64_t found;

	memcpy(&found, sets, sizeof(found));
	return found & sound * UINT64_C(0x0101010101010101);
}

/* … and one of them. */
static inline size_t
next_of(uint64_t *sets, size_t *ret_subject)
{
	unsigned bit = (unsigned)__builtin_ctzll(*sets);

	*sets &= *sets - 1;
	*ret_subject = bit % SQUAD;
	return bit / SQUAD;
}

static int
keep_revisit(struct muster *muster, size_t row, size_t subject,
	struct fault *fault)
{
	const struct squad *squad = muster->squad;
	const struct row *at;
	struct revisit revisit = {
		.days = (uint32_t)squad->askings[row][subject],
		.bare = (uint32_t)squad->bare[row][subject],
		.others = (uint32_t)squad->n_users[subject] - 1 };

	while (squad->first[row][subject] == 0)
		row--;
	at = row_at(muster, (uint32_t)squad->of[row][subject]);
	revisit.post = at->post;
	revisit.subject = at->subject;
	return subject_revisit(muster->fold, &revisit, fault);
}

/* What is found of few rows. */
static int
take_notes(struct muster *muster, size_t n, unsigned sound,
	struct fault *fault)
{
	const struct squad *squad = muster->squad;
	const struct squad_sets *sets = &squad->sets;
	size_t row, of;

	for (size_t i = 0; i < n; i += 8) {
		uint64_t vouched = eight_sets(sets->vouched + i, sound);
		uint64_t adopts = eight_sets(sets->adopts + i, sound);
		uint64_t foreign = eight_sets(sets->foreign + i, sound);
		uint64_t revisits = eight_sets(sets->revisits + i, sound);

		while (vouched != 0) {
			row = i + next_of(&vouched, &of);
			muster->vouched[muster->n_vouched++] =
				(struct muster_note){
					(uint32_t)squad->of[row][of],
					(uint32_t)squad->soles[row][of] };
		}
		while (adopts != 0) {
			row = i + next_of(&adopts, &of);
			row_at(muster, (uint32_t)squad->of[row][of])->caseref =
				(uint32_t)squad->adopted[row][of];
		}
		while (foreign != 0) {
			row = i + next_of(&foreign, &of);
			muster->foreign[muster->n_foreign++] =
				(struct muster_note){
					(uint32_t)squad->of[row][of],
					(uint32_t)(squad->two_units[of] ^
						squad->units[row][of]) };
		}
		while (revisits != 0) {
			row = i + next_of(&revisits, &of);
			if (keep_revisit(muster, row, of, fault) != 0)
				return -1;
		}
	}
	return 0;
}

/* Two who asked on a day each. */
static int
count_pairs(struct muster *muster, size_t n, unsigned pairs,
	struct fault *fault)
{
	const struct squad *squad = muster->squad;

	for (; pairs != 0; pairs &= pairs - 1) {
		size_t of = (size_t)__builtin_ctz(pairs), last = n - 1;

		while (!squad->there[last][of])
			last--;
		if (subject_count(muster->fold, TABLE_PAIRS,
			    (struct ledger_key){
				    (uint32_t)squad->users[0][of] - 1,
				    (uint32_t)squad->users[last][of] - 1, 0,
				    0 },
			    fault) != 0)
			return -1;
	}
	return muster->fold->n_counts < COUNTS_MOST ?
		0 :
		subject_settle(muster->fold, fault);
}

static inline void
put_marks(struct muster *muster, size_t n, unsigned sound)
{
	const struct squad *squad = muster->squad;
	uint64_t *unit_subjects = muster->fold->unit_subjects;
	uint16_t *marks = muster->marks;

	for (size_t i = 0; i < n; i++) {
		unsigned fresh = squad->sets.fresh[i] & sound;

		for (size_t k = 0; k < SQUAD; k++) {
			marks[(uint32_t)squad->of[i][k]] =
				(uint16_t)squad->marks[i][k];
			unit_subjects[squad->units[i][k]] += fresh >> k & 1;
		}
	}
}

/* Up to eight subjects of n rows. */
static int
fold_squad(struct muster *muster, const struct squad_place *places, size_t n,
	unsigned there, struct fault *fault)
{
	unsigned tied, sound;

	squad_fold(muster->squad, muster->plan, places, n);
	tied = muster->squad->tied & there;
	sound = there & ~tied;
	put_marks(muster, n, sound);
	if (take_notes(muster, n, sound, fault) != 0 ||
		count_pairs(muster, n, muster->squad->pairs & sound, fault) !=
			0)
		return -1;
	for (; tied != 0; tied &= tied - 1) {
		if (put_aside(muster, places + __builtin_ctz(tied), SQUAD, n,
			    fault) != 0)
			return -1;
	}
	return 0;
}

static int
fold_squads(struct muster *muster, struct fault *fault)
{
	for (uint32_t i = 0; i < muster->n_squads; i++) {
		const struct muster_squad *squad = &muster->squads[i];
		uint32_t left = muster->n_squad_subjects - i * SQUAD;

		if (squad->n == 1) {
			mark_singles(muster, i * SQUAD, squad->at);
			break;
		}
		if (fold_squad(muster, muster->places + squad->at, squad->n,
			    (1u << (left < SQUAD ? left : SQUAD)) - 1,
			    fault) != 0)
			return -1;
	}
	return 0;
}

static int
fold_rest(struct muster *muster, struct fault *fault)
{
	for (uint32_t i = 0; i < muster->counts[0]; i++) {
		const struct muster_note *rest = &muster->rest[i];

		if (put_aside(muster, muster->places + (rest->row -
				rest->other), 1, rest->other, fault) != 0)
			return -1;
	}
	return fold_aside(muster, fault);
}

/* Rows that were noted, which no cache holds any more. */
static int
read_notes(struct muster *muster, struct fault *fault)
{
	const struct muster_note *notes = muster->vouched;
	size_t n = muster->n_vouched;

	for (size_t i = 0; i < n; i++) {
		size_t later = i + NOTES_AHEAD < n ? i + NOTES_AHEAD : i;

		__builtin_prefetch(row_at(muster, notes[later].row));
		if (subject_vouch(muster->fold, row_at(muster, notes[i].row),
			    notes[i].other, fault) != 0)
			return -1;
	}
	notes = muster->foreign;
	n = muster->n_foreign;
	for (size_t i = 0; i < n; i++) {
		size_t later = i + NOTES_AHEAD < n ? i + NOTES_AHEAD : i;

		__builtin_prefetch(row_at(muster, notes[later].row));
		if (subject_foreign(muster->fold, row_at(muster, notes[i].row),
			    notes[i].other, fault) != 0 ||
			(i % COUNTS_MOST == 0 &&
				subject_settle(muster->fold, fault) != 0))
			return -1;
	}
	return subject_settle(muster->fold, fault);
}

int
muster_fold(struct muster *muster, struct fault *fault)
{
	if (muster->n == 0)
		return 0;
	if (memory_grow((void **)&muster->marks, &muster->marks_cap,
		    muster->n_runs * MUSTER_RUN + 1, sizeof(*muster->marks),
		    UINT32_MAX, "lookups", fault) != 0 ||
		lay_out(muster, fault) != 0)
		return -1;
	scatter(muster);
	return fold_squads(muster, fault) != 0 ||
			fold_rest(muster, fault) != 0 ?
		-1 :
		read_notes(muster, fault);
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "input/ahead.h"

#include <pthread.h>

enum {
	PIECES = 6,
	/* Who was out of room, or of text, waits for so many pieces: it costs
	 * as much to be woken up as to look at one. */
	AGAIN = 3,
	/* To look at one takes time, too: only while so many can be taken. */
	ENOUGH = 3,
	/* Are more than that to be hashed, this comes before another one is
	 * read: who takes them can read as well. */
	HASHED_LATER = 1,
	LOOKS = 40, /* at a piece */
};

/* A piece that was read straight from the file may be hashed after it was
 * released, but before it is filled again. */
_Static_assert((int)PIECES > (int)DIGEST_LATER,
	"pieces are hashed before they go");

struct piece {
	size_t len;
	uint64_t scout; /* which one looked, */
	size_t n_looks;
	size_t look[LOOKS]; /* from where on */
	char at[AHEAD_FRONT + DECODER_PIECE];
};

/* Pieces are numbered as they come; piece i lies in pieces[i % PIECES].
 * released <= taken <= filled <= released + PIECES. Nobody waits for the
 * other while the other waits: one has no piece to fill, one none to take.
 * Which thread hashes or reads changes nothing: both are done in order, by
 * one of them at a time. */
struct ahead {
	struct decoder *decoder;
	const struct reader_limits *limits;
	pthread_t thread;
	bool joined;
	bool is_quick; /* the decoder only reads */
	pthread_mutex_t lock; /* of what follows */
	pthread_cond_t room, text;
	size_t room_wanted, text_wanted; /* pieces; 0: nobody waits */
	uint64_t filled, taken, released;
	bool filling; /* a thread has the decoder */
	bool ended;   /* the decoder has no more */
	struct reader_scout scout; /* the last one, */
	uint64_t scouts;           /* number so many */
	unsigned char *found;      /* PIECES * LOOKS of its size, or NULL */
	size_t next_look;     /* of the piece taken last: who takes knows */
	struct piece pieces[PIECES];
};

static void
look_at(const struct reader_scout *scout, struct piece *piece,
	unsigned char *found)
{
	const char *text = piece->at + AHEAD_FRONT;
	const char *stop = memchr(text, '\n', piece->len);
	size_t at = stop != NULL ? (size_t)(stop - text) + 1 : piece->len;
	size_t n = 1;

	while (n > 0 && at < piece->len && piece->n_looks < LOOKS) {
		n = scout->look(scout,
			(struct slice){ text + at, piece->len - at },
			found + piece->n_looks * scout->size);
		piece->look[piece->n_looks] = at;
		piece->n_looks += n > 0;
		at += n;
	}
}

static void
scout_piece(struct ahead *ahead, struct piece *piece)
{
	size_t i = (size_t)(piece - ahead->pieces);
	struct reader_scout scout;
	unsigned char *found;

	piece->n_looks = 0;
	(void)pthread_mutex_lock(&ahead->lock);
	found = ahead->filled >= ahead->taken + ENOUGH &&
			ahead->text_wanted == 0 ?
		ahead->found :
		NULL;
	scout = ahead->scout;
	piece->scout = ahead->scouts;
	(void)pthread_mutex_unlock(&ahead->lock);
	if (found != NULL)
		look_at(&scout, piece, found + i * LOOKS * scout.size);
}

static bool
is_full(const struct ahead *ahead)
{
	return ahead->filled == ahead->released + PIECES;
}

/* What follows has the lock when it is called, and when it returns. */

static bool
may_fill(const struct ahead *ahead)
{
	return !ahead->filling && !ahead->ended && !is_full(ahead);
}

static void
fill_piece(struct ahead *ahead)
{
	struct piece *piece = &ahead->pieces[ahead->filled % PIECES];
	bool ended;

	ahead->filling = true;
	(void)pthread_mutex_unlock(&ahead->lock);
	piece->len = decoder_read(ahead->decoder, piece->at + AHEAD_FRONT,
		DECODER_PIECE);
	ended = piece->len == 0;
	scout_piece(ahead, piece);
	(void)pthread_mutex_lock(&ahead->lock);
	ahead->filling = false;
	ahead->filled += !ended;
	ahead->ended = ahead->ended || ended;
	if (ahead->ended || (ahead->text_wanted > 0 &&
		ahead->filled >= ahead->taken + ahead->text_wanted)) {
		ahead->text_wanted = 0;
		(void)pthread_cond_signal(&ahead->text);
	}
}

/* There is something to do for who waits. */
static void
tell_of_room(struct ahead *ahead)
{
	if (ahead->room_wanted == 0 ||
		(!ahead->ended && ahead->filled + ahead->room_wanted >
				ahead->released + PIECES))
		return;
	ahead->room_wanted = 0;
	(void)pthread_cond_signal(&ahead->room);
}

/* Hash some of what was read, if nobody else does; unless no more than so many
 * spans are left. */
static bool
hash_some(struct ahead *ahead, size_t most)
{
	struct digest *digest = &ahead->decoder->source->digest;
	bool some;

	(void)pthread_mutex_unlock(&ahead->lock);
	some = digest_left(digest) > most && digest_step(digest);
	(void)pthread_mutex_lock(&ahead->lock);
	return some;
}

/* There is nothing to do. */
static void
wait_for_room(struct ahead *ahead)
{
	const struct reader_limits *limits = ahead->limits;

	if (limits->idle != NULL && is_full(ahead)) {
		(void)pthread_mutex_unlock(&ahead->lock);
		limits->idle(limits->idle_ctx);
		(void)pthread_mutex_lock(&ahead->lock);
	}
	if (!ahead->ended && !may_fill(ahead))
		ahead->room_wanted = is_full(ahead) ? AGAIN : 1;
	while (ahead->room_wanted > 0)
		(void)pthread_cond_wait(&ahead->room, &ahead->lock);
}

static void *
ahead_run(void *arg)
{
	struct ahead *ahead = arg;

	(void)pthread_mutex_lock(&ahead->lock);
	while (!ahead->ended) {
		if (hash_some(ahead, HASHED_LATER))
			continue;
		if (may_fill(ahead))
			fill_piece(ahead);
		else if (!hash_some(ahead, 0))
			wait_for_room(ahead);
	}
	(void)pthread_mutex_unlock(&ahead->lock);
	return NULL;
}

struct ahead *
ahead_start(struct decoder *decoder, const struct reader_limits *limits)
{
	struct ahead *ahead = malloc(sizeof(*ahead));

	if (ahead == NULL)
		return NULL;
	ahead->decoder = decoder;
	digest_allow_later(&decoder->source->digest, true);
	ahead->is_quick = decoder->kind == &decoder_plain &&
		decoder->source->feed == NULL;
	ahead->limits = limits;
	ahead->joined = ahead->ended = ahead->filling = false;
	ahead->filled = ahead->taken = ahead->released = 0;
	ahead->room_wanted = ahead->text_wanted = 0;
	ahead->found = NULL;
	ahead->scouts = 0;
	(void)pthread_mutex_init(&ahead->lock, NULL);
	(void)pthread_cond_init(&ahead->room, NULL);
	(void)pthread_cond_init(&ahead->text, NULL);
	if (pthread_create(&ahead->thread, NULL, ahead_run, ahead) != 0) {
		digest_allow_later(&decoder->source->digest, false);
		ahead->joined = true;
		ahead_free(ahead);
		return NULL;
	}
	return ahead;
}

/* While nothing is to be taken: do what the thread would have to, or wait. */
static void
wait_for_text(struct ahead *ahead)
{
	while (ahead->filled == ahead->taken && !ahead->ended) {
		if (ahead->is_quick && may_fill(ahead)) {
			fill_piece(ahead);
			tell_of_room(ahead);
			continue;
		}
		ahead->text_wanted = ahead->is_quick ? 1 : AGAIN;
		while (ahead->text_wanted > 0 && hash_some(ahead, 0))
			continue;
		while (ahead->text_wanted > 0)
			(void)pthread_cond_wait(&ahead->text, &ahead->lock);
	}
}

size_t
ahead_next(struct ahead *ahead, char **ret)
{
	struct piece *piece = NULL;

	(void)pthread_mutex_lock(&ahead->lock);
	wait_for_text(ahead);
	if (ahead->taken < ahead->filled)
		piece = &ahead->pieces[ahead->taken++ % PIECES];
	(void)pthread_mutex_unlock(&ahead->lock);
	if (piece == NULL) {
		ahead_stop(ahead);
		return 0;
	}
	ahead->next_look = 0;
	*ret = piece->at + AHEAD_FRONT;
	return piece->len;
}

void
ahead_release(struct ahead *ahead)
{
	(void)pthread_mutex_lock(&ahead->lock);
	ahead->released++;
	tell_of_room(ahead);
	(void)pthread_mutex_unlock(&ahead->lock);
}

void
ahead_send(struct ahead *ahead, const struct reader_scout *scout)
{
	unsigned char *found = ahead->found;

	if (found == NULL)
		found = malloc(PIECES * LOOKS * scout->size);
	(void)pthread_mutex_lock(&ahead->lock);
	ahead->scout = *scout;
	ahead->scouts++;
	ahead->found = found;
	(void)pthread_mutex_unlock(&ahead->lock);
}

const void *
ahead_found(struct ahead *ahead, const char *at, size_t *ret_len)
{
	size_t i = (size_t)((ahead->taken + PIECES - 1) % PIECES);
	const struct piece *piece = &ahead->pieces[i];
	/* `at` is elsewhere if a long line is kept */
	uintptr_t offset = (uintptr_t)at - (uintptr_t)piece->at;
	size_t k = ahead->next_look;

	if (ahead->taken == 0 || ahead->found == NULL ||
		offset >= sizeof(piece->at) || piece->scout != ahead->scouts)
		return NULL;
	while (k < piece->n_looks && piece->look[k] + AHEAD_FRONT < offset)
		k++;
	ahead->next_look = k;
	if (k == piece->n_looks)
		return NULL;
	if (piece->look[k] + AHEAD_FRONT == offset)
		return ahead->found + (i * LOOKS + k) * ahead->scout.size;
	if (*ret_len > piece->look[k] + AHEAD_FRONT - offset)
		*ret_len = piece->look[k] + AHEAD_FRONT - offset;
	return NULL;
}

void
ahead_stop(struct ahead *ahead)
{
	if (ahead->joined)
		return;
	(void)pthread_mutex_lock(&ahead->lock);
	/* Whoever asks for more is told that there is none. */
	ahead->ended = true;
	ahead->room_wanted = ahead->text_wanted = 0;
	(void)pthread_cond_signal(&ahead->room);
	(void)pthread_cond_signal(&ahead->text);
	(void)pthread_mutex_unlock(&ahead->lock);
	(void)pthread_join(ahead->thread, NULL);
	ahead->joined = true;
}

void
ahead_free(struct ahead *ahead)
{
	if (ahead == NULL)
		return;
	ahead_stop(ahead);
	(void)pthread_cond_destroy(&ahead->room);
	(void)pthread_cond_destroy(&ahead->text);
	(void)pthread_mutex_destroy(&ahead->lock);
	free(ahead->found);
	free(ahead);
}

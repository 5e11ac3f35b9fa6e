/* SPDX-License-Identifier: Apache-2.0 */
#include "input/ahead.h"

#include <pthread.h>

enum {
	PIECES = 6,
	/* Who was out of room waits for so many pieces: less waking up. */
	ROOM_AGAIN = 2,
};

struct piece {
	size_t len;
	char at[AHEAD_FRONT + DECODER_PIECE];
};

/* Pieces are numbered as they come; piece i lies in pieces[i % PIECES].
 * released <= taken <= filled <= released + PIECES */
struct ahead {
	struct decoder *decoder;
	pthread_t thread;
	bool joined;
	pthread_mutex_t lock; /* of what follows */
	pthread_cond_t change;
	uint64_t filled, taken, released;
	bool ended; /* the decoder has no more */
	bool stop;  /* nobody wants more */
	struct piece pieces[PIECES];
};

/* False: stop. */
static bool
wait_for_room(struct ahead *ahead)
{
	size_t need = 1;
	bool stop;

	(void)pthread_mutex_lock(&ahead->lock);
	while (!ahead->stop &&
		ahead->released + PIECES - ahead->filled < need) {
		need = ROOM_AGAIN;
		(void)pthread_cond_wait(&ahead->change, &ahead->lock);
	}
	stop = ahead->stop;
	(void)pthread_mutex_unlock(&ahead->lock);
	return !stop;
}

static void *
ahead_run(void *arg)
{
	struct ahead *ahead = arg;
	bool ended = false;

	/* `filled` is written by this thread only. */
	while (!ended && wait_for_room(ahead)) {
		struct piece *piece = &ahead->pieces[ahead->filled % PIECES];

		piece->len = decoder_read(ahead->decoder,
			piece->at + AHEAD_FRONT, DECODER_PIECE);
		ended = piece->len == 0;
		(void)pthread_mutex_lock(&ahead->lock);
		ahead->filled += !ended;
		ahead->ended = ended;
		(void)pthread_cond_signal(&ahead->change);
		(void)pthread_mutex_unlock(&ahead->lock);
	}
	return NULL;
}

struct ahead *
ahead_start(struct decoder *decoder)
{
	struct ahead *ahead = malloc(sizeof(*ahead));

	if (ahead == NULL)
		return NULL;
	ahead->decoder = decoder;
	ahead->joined = ahead->ended = ahead->stop = false;
	ahead->filled = ahead->taken = ahead->released = 0;
	(void)pthread_mutex_init(&ahead->lock, NULL);
	(void)pthread_cond_init(&ahead->change, NULL);
	if (pthread_create(&ahead->thread, NULL, ahead_run, ahead) != 0) {
		ahead->joined = true;
		ahead_free(ahead);
		return NULL;
	}
	return ahead;
}

size_t
ahead_next(struct ahead *ahead, char **ret)
{
	struct piece *piece = NULL;

	(void)pthread_mutex_lock(&ahead->lock);
	while (ahead->taken == ahead->filled && !ahead->ended)
		(void)pthread_cond_wait(&ahead->change, &ahead->lock);
	if (ahead->taken < ahead->filled)
		piece = &ahead->pieces[ahead->taken++ % PIECES];
	(void)pthread_mutex_unlock(&ahead->lock);
	if (piece == NULL) {
		ahead_stop(ahead);
		return 0;
	}
	*ret = piece->at + AHEAD_FRONT;
	return piece->len;
}

void
ahead_release(struct ahead *ahead)
{
	(void)pthread_mutex_lock(&ahead->lock);
	ahead->released++;
	(void)pthread_cond_signal(&ahead->change);
	(void)pthread_mutex_unlock(&ahead->lock);
}

void
ahead_stop(struct ahead *ahead)
{
	if (ahead->joined)
		return;
	(void)pthread_mutex_lock(&ahead->lock);
	ahead->stop = true;
	/* Whoever asks for more is told that there is none. */
	ahead->ended = true;
	(void)pthread_cond_signal(&ahead->change);
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
	(void)pthread_cond_destroy(&ahead->change);
	(void)pthread_mutex_destroy(&ahead->lock);
	free(ahead);
}

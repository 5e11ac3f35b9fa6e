/* SPDX-License-Identifier: Apache-2.0 */
#include "lookup/ticker.h"

void
ticker_look(struct ticker *ticker, unsigned thread,
	const struct reader *reader, uint64_t *seen)
{
	uint64_t now = reader_progress(reader);

	atomic_fetch_add(&ticker->bytes, now - *seen);
	*seen = now;
	if (thread == 0 && ticker->tick != NULL)
		ticker->tick(ticker->ctx, atomic_load(&ticker->bytes));
}

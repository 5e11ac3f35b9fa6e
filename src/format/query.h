/* SPDX-License-Identifier: Apache-2.0 */
/*
 * URLs in web logs: the parameters of a query are values by their own names,
 * decoded. What the client writes must not pass for what the server has seen:
 * a parameter named as a field that the log itself has (time, user, source,
 * outcome, or a name of the dialect's own) goes by "query.NAME".
 */
#ifndef QUIS_FORMAT_QUERY_H
#define QUIS_FORMAT_QUERY_H

#include "base/base.h"
#include "format/pairs.h"

/* Note the parameters of a query, behind its '?'. `how` beside what URLs need
 * is how the log writes them. -1: no memory. */
int query_take(struct pairs *pairs, struct dialect *dialect,
	struct slice query, uint32_t how, struct fault *fault);

/* A parameter may be given several times; it is not ours to say which of them
 * the portal took. Those that are wanted are joined by commas. -1: no
 * memory. */
int query_join(struct pairs *pairs, struct dialect *dialect,
	struct slice query, uint32_t how, struct fault *fault);

/* Path and query of a URL, as they are written. */
void url_split(struct slice url, struct slice *ret_path,
	struct slice *ret_query);

/* For pairs: nid[] is nid, user is query.user. */
struct slice query_name(struct slice key, bool own,
	char buf[DIALECT_NAME_LEN]);

#endif

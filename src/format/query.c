/* SPDX-License-Identifier: Apache-2.0 */
#include "format/query.h"

/* Would it be mistaken for what the server says? */
static bool
is_servers(struct slice name)
{
	enum field field;
	unsigned rank;

	return field_of_header(name, &field, &rank) &&
		(field == FIELD_TIME || field == FIELD_DATE ||
			field == FIELD_USER || field == FIELD_SOURCE ||
			field == FIELD_OUTCOME);
}

struct slice
query_name(struct slice key, bool own, char buf[DIALECT_NAME_LEN])
{
	static const char prefix[] = "query.";
	const size_t prefix_len = sizeof(prefix) - 1;
	struct slice name = { buf + prefix_len, 0 };

	if (key.len > DIALECT_NAME_LEN - prefix_len)
		return (struct slice){ "", 0 };
	memcpy(buf, prefix, prefix_len);
	memcpy(buf + prefix_len, key.at, key.len);
	name.len = pair_decode(buf + prefix_len, key.len,
		PAIR_LOG | PAIR_PERCENT | PAIR_PLUS);
	if (name.len > 2 && memcmp(name.at + name.len - 2, "[]", 2) == 0)
		name.len -= 2;
	if (name.len == 0 || (!own && !is_servers(name)))
		return name;
	return (struct slice){ buf, prefix_len + name.len };
}

/* Cut the next parameter off *query: its name's number, and its value. -1: it
 * is passed by; -2: no memory. */
static int
next_parameter(struct pairs *pairs, struct dialect *dialect,
	struct slice *query, struct slice *ret, struct fault *fault)
{
	const char *at = query->at, *end = at + query->len;
	const char *stop = memchr(at, '&', query->len);
	const char *equals;
	size_t len;
	int number;

	query->len = 0;
	if (stop == NULL)
		stop = end;
	else
		*query = (struct slice){ stop + 1, (size_t)(end - stop - 1) };
	number = pairs_expect(pairs, at, stop, &len);
	if (len > 0) {
		at += len + 1;
		*ret = (struct slice){ at, (size_t)(stop - at) };
		return number;
	}
	equals = memchr(at, '=', (size_t)(stop - at));
	if (equals == NULL)
		equals = stop;
	number = pairs_find(pairs, dialect,
		(struct slice){ at, (size_t)(equals - at) }, fault);
	at = equals < stop ? equals + 1 : stop;
	*ret = (struct slice){ at, (size_t)(stop - at) };
	return number;
}

int
query_take(struct pairs *pairs, struct dialect *dialect, struct slice query,
	uint32_t how, struct fault *fault)
{
	struct slice value;

	how |= PAIR_PERCENT | PAIR_PLUS;
	while (query.len > 0) {
		int number = next_parameter(pairs, dialect, &query, &value,
			fault);

		if (number == -2)
			return -1;
		pairs_put(pairs, number, value, how);
	}
	return 0;
}

/* All values of one parameter, decoded and joined. */
static int
join_one(struct pairs *pairs, struct dialect *dialect, int wanted,
	struct slice query, uint32_t how, struct fault *fault)
{
	char *room = pairs_room(pairs, query.len, fault);
	struct slice value;
	size_t n = 0;

	if (room == NULL)
		return -1;
	pairs->n = PAIRS_AHEAD; /* what is expected next time stays */
	while (query.len > 0) {
		if (next_parameter(pairs, dialect, &query, &value, fault) !=
				wanted ||
			value.len == 0)
			continue;
		if (n > 0)
			room[n++] = ',';
		memcpy(room + n, value.at, value.len);
		n += pair_decode(room + n, value.len,
			how | PAIR_PERCENT | PAIR_PLUS);
	}
	pairs->of[wanted].value = (struct slice){ room, n };
	pairs->of[wanted].how = 0;
	pairs->room_used = (size_t)(room - pairs->room) + n;
	return 0;
}

int
query_join(struct pairs *pairs, struct dialect *dialect, struct slice query,
	uint32_t how, struct fault *fault)
{
	for (size_t i = 0; pairs->twice && i < dialect->n_wanted; i++) {
		int number = dialect->wanted[i];

		if (pairs_has(pairs, number) &&
			(pairs->of[number].how & PAIR_TWICE) &&
			join_one(pairs, dialect, number, query, how,
				fault) != 0)
			return -1;
	}
	return 0;
}

void
url_split(struct slice url, struct slice *ret_path, struct slice *ret_query)
{
	const char *at = url.at, *end = url.at + url.len, *stop, *mark;

	if (url.len > 0 && *at != '/') { /* http://host/path */
		const char *slash = memchr(at, '/', url.len);

		if (slash != NULL && slash > at && slash[-1] == ':' &&
			end - slash >= 2 && slash[1] == '/') {
			slash = memchr(slash + 2, '/',
				(size_t)(end - slash - 2));
			at = slash != NULL ? slash : end;
		}
	}
	mark = memchr(at, '#', (size_t)(end - at));
	if (mark != NULL)
		end = mark;
	stop = memchr(at, '?', (size_t)(end - at));
	*ret_query = (struct slice){ end, 0 };
	if (stop != NULL)
		*ret_query = (struct slice){ stop + 1,
			(size_t)(end - stop - 1) };
	*ret_path = (struct slice){ at,
		(size_t)((stop != NULL ? stop : end) - at) };
}

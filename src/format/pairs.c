/* SPDX-License-Identifier: Apache-2.0 */
#include "format/pairs.h"

#include <endian.h>

/* Decoded values take no more than thrice the record: a URL, its path and its
 * parameters. */
enum { ROOM_TIMES = 3, WORD = 8, ROOM_SPARE = WORD * DIALECT_NAMES };
static const size_t ROOM_MOST = (size_t)1 << 34;

int
pairs_init(struct pairs *pairs, struct fault *fault)
{
	if (dict_init(&pairs->keys, fault) != 0)
		return -1;
	pairs->number[0] = -1;
	return 0;
}

void
pairs_free(struct pairs *pairs)
{
	dict_free(&pairs->keys);
	free(pairs->room);
	pairs->room = NULL;
	pairs->room_cap = 0;
}

int
pairs_forget(struct pairs *pairs, struct fault *fault)
{
	dict_free(&pairs->keys);
	memset(pairs->next, 0, sizeof(pairs->next));
	memset(pairs->of, 0, sizeof(pairs->of));
	return pairs_init(pairs, fault);
}

static int
add_name(struct dialect *dialect, struct slice name, struct fault *fault)
{
	enum field field;
	unsigned rank;

	if (dialect->n_names >= DIALECT_NAMES - PAIRS_KEPT &&
		!field_of_header(name, &field, &rank))
		return dialect_find_name(dialect, name);
	return dialect_add_name(dialect, name, fault);
}

/* A key that is not known yet. */
static int
learn(struct pairs *pairs, struct dialect *dialect, struct slice key,
	uint32_t *ret, struct fault *fault)
{
	char buf[DIALECT_NAME_LEN];
	struct slice name = key;
	int number;

	*ret = 0;
	if (key.len == 0 || key.len > DIALECT_NAME_LEN)
		return -1;
	if (pairs->name_of != NULL)
		name = pairs->name_of(key, false, buf);
	number = add_name(dialect, name, fault);
	if (number >= 0 && (size_t)number < pairs->n_own)
		number = add_name(dialect, pairs->name_of(key, true, buf),
			fault);
	/* Names that are passed by would fill the room for others. */
	if (number < 0 || pairs->keys.n >= PAIRS_KEYS)
		return number;
	if (dict_add(&pairs->keys, key, ret, fault) != 0)
		return -2;
	pairs->number[*ret] = number;
	return number;
}

int
pairs_find(struct pairs *pairs, struct dialect *dialect, struct slice key,
	struct fault *fault)
{
	uint32_t k = 0;
	int number;

	if (dict_find(&pairs->keys, key, &k))
		number = pairs->number[k];
	else
		number = learn(pairs, dialect, key, &k, fault);
	if (pairs->n < PAIRS_AHEAD)
		pairs->next[pairs->n] = k;
	pairs->n++;
	return number;
}

char *
pairs_room(struct pairs *pairs, size_t len, struct fault *fault)
{
	size_t need = pairs->text.len * ROOM_TIMES + ROOM_SPARE;
	char *at;

	/* It never grows within a record, whose values point into it. */
	if (pairs->room_used == 0 && pairs->room_cap < need &&
		memory_grow((void **)&pairs->room, &pairs->room_cap, need, 1,
			ROOM_MOST, "decoded values", fault) != 0)
		return NULL;
	if (pairs->room_cap - pairs->room_used < len) {
		fault_memory(fault);
		return NULL;
	}
	at = pairs->room + pairs->room_used;
	pairs->room_used += len;
	return at;
}

static unsigned
hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return (unsigned)(c - '0');
	if ((c | 0x20) >= 'a' && (c | 0x20) <= 'f')
		return (unsigned)((c | 0x20) - 'a') + 10;
	return 16;
}

/* The byte of two digits, or -1. */
static int
hex_byte(const char *at)
{
	unsigned high = hex_digit(at[0]), low = hex_digit(at[1]);

	return high > 15 || low > 15 ? -1 : (int)(high * 16 + low);
}

/* What a letter behind a backslash stands for, or 0. */
static char
escaped(char c, bool log)
{
	switch (c) {
	case '"':
	case '\\':
		return c;
	case 'n':
		return '\n';
	case 't':
		return '\t';
	case 'r':
		return log ? '\r' : 0;
	case 'b':
		return log ? '\b' : 0;
	case 'v':
		return log ? '\v' : 0;
	default:
		return 0;
	}
}

static size_t
decode_backslashes(char *at, size_t len, bool log)
{
	size_t n = 0, i = 0;

	while (i < len) {
		char c = at[i];

		if (c == '\\' && log && len - i >= 4 && at[i + 1] == 'x' &&
			hex_byte(at + i + 2) >= 0) {
			c = (char)hex_byte(at + i + 2);
			i += 3;
		} else if (c == '\\' && len - i >= 2 &&
			escaped(at[i + 1], log) != 0) {
			c = escaped(at[++i], log);
		}
		at[n++] = c;
		i++;
	}
	return n;
}

static size_t
decode_url(char *at, size_t len, uint32_t how)
{
	size_t n = 0;

	for (size_t i = 0; i < len; i++) {
		char c = at[i];

		if (c == '+' && (how & PAIR_PLUS)) {
			c = ' ';
		} else if (c == '%' && (how & PAIR_PERCENT) && len - i >= 3 &&
			hex_byte(at + i + 1) >= 0) {
			c = (char)hex_byte(at + i + 1);
			i += 2;
		}
		at[n++] = c;
	}
	return n;
}

static size_t
decode_doubled(char *at, size_t len)
{
	size_t n = 0;

	for (size_t i = 0; i < len; i++) {
		at[n++] = at[i];
		if (at[i] == '"' && i + 1 < len && at[i + 1] == '"')
			i++;
	}
	return n;
}

size_t
pair_decode(char *at, size_t len, uint32_t how)
{
	if (how & PAIR_DOUBLED)
		len = decode_doubled(at, len);
	if ((how & (PAIR_BACKSLASH | PAIR_LOG)) &&
		memchr(at, '\\', len) != NULL)
		len = decode_backslashes(at, len, (how & PAIR_LOG) != 0);
	if (how & (PAIR_PERCENT | PAIR_PLUS))
		len = decode_url(at, len, how);
	return len;
}

/* A value of up to 32 bytes as words, some of them twice, and where they are.
 * As values vary in length, there is no branch on that. */
typedef uint64_t pair_of_words __attribute__((vector_size(16)));
typedef char pair_of_bytes __attribute__((vector_size(16)));

struct short_value {
	pair_of_words low, high;
	size_t second, third, last;
};

/* false: it is longer, or the record begins less than a word before its end. */
static inline bool
short_read(struct slice text, struct slice value, struct short_value *ret)
{
	const char *at = value.at;
	size_t len = value.len, shift = 0;

	if (len > 32 || (size_t)(at - text.at) + len < WORD)
		return false;
	ret->second = bytes_second(len);
	ret->third = bytes_third(len);
	ret->last = len - WORD;
	if (len < WORD) { /* the word that it ends, without what is before */
		at -= WORD - len;
		shift = (WORD - len) * 8;
		ret->second = ret->third = ret->last = 0;
	}
	ret->low = (pair_of_words){ le64toh(bytes_u64(at)) >> shift,
		le64toh(bytes_u64(at + ret->second)) >> shift };
	ret->high = (pair_of_words){ le64toh(bytes_u64(at + ret->third)) >>
			shift,
		le64toh(bytes_u64(at + ret->last)) >> shift };
	return true;
}

/* Bytes that may begin an escape. */
static inline pair_of_words
escapes_of(pair_of_words words)
{
	pair_of_bytes at = (pair_of_bytes)words;

	return (pair_of_words)((at == '\\') | (at == '%') | (at == '"'));
}

static inline bool
short_escapes(const struct short_value *value)
{
	pair_of_words found = escapes_of(value->low) | escapes_of(value->high);

	return (found[0] | found[1]) != 0;
}

/* Blanks for pluses. */
static inline pair_of_words
blanks_of(pair_of_words words)
{
	const pair_of_bytes fold = (pair_of_bytes){ 0 } + ('+' ^ ' ');
	pair_of_bytes at = (pair_of_bytes)words;

	return words ^ ((pair_of_words)(at == '+') & (pair_of_words)fold);
}

/* There is room for a word at least. */
static inline void
short_write(char *to, const struct short_value *value)
{
	pair_of_words low = blanks_of(value->low);
	pair_of_words high = blanks_of(value->high);
	uint64_t word[4] = { htole64(low[0]), htole64(low[1]),
		htole64(high[0]), htole64(high[1]) };

	memcpy(to, &word[0], WORD);
	memcpy(to + value->second, &word[1], WORD);
	memcpy(to + value->third, &word[2], WORD);
	memcpy(to + value->last, &word[3], WORD);
}

/* Decode a value that is wanted, if anything in it may be an escape. */
static int
settle_value(struct pairs *pairs, struct pair *pair, struct fault *fault)
{
	struct slice value = pair->value;
	struct short_value read;
	bool is_short = value.len > 0 &&
		short_read(pairs->text, value, &read);
	bool plus = (pair->how & PAIR_PLUS) != 0;
	char *copy;

	/* Most are short and without escapes, but may have pluses. */
	if (value.len == 0 || (is_short && !plus &&
		!short_escapes(&read)))
		return 0;
	copy = pairs_room(pairs, value.len + WORD, fault);
	if (copy == NULL)
		return -1;
	pair->value.at = copy;
	if (is_short && !short_escapes(&read)) {
		short_write(copy, &read);
		return 0;
	}
	memcpy(copy, value.at, value.len);
	pair->value.len = pair_decode(copy, value.len, pair->how);
	return 0;
}

int
pairs_give(struct pairs *pairs, const struct dialect *dialect,
	struct slice *values, struct fault *fault)
{
	for (size_t i = 0; i < dialect->n_wanted; i++) {
		int number = dialect->wanted[i];
		struct pair *pair;

		values[i] = (struct slice){ "", 0 };
		if (!pairs_has(pairs, number))
			continue;
		pair = &pairs->of[number];
		if (pair->how != 0 && settle_value(pairs, pair, fault) != 0)
			return -1;
		pair->how = 0; /* it may be wanted twice */
		values[i] = pair->value;
	}
	return 0;
}

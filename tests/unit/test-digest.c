/* SPDX-License-Identifier: Apache-2.0 */
/* Hashed later, by whoever has time, the hash is the same. */
#include "tests/unit/unit.h"

#include <pthread.h>
#include <stdatomic.h>

#include "input/digest.h"

enum { BYTES = 3 << 20, HELPERS = 2 };

struct help {
	struct digest *digest;
	atomic_bool over;
};

static void *
help_run(void *arg)
{
	struct help *help = arg;

	while (!atomic_load(&help->over))
		(void)digest_step(help->digest);
	return NULL;
}

/* Spans of all lengths, some longer than a step. */
static void
hash_all(const char *bytes, bool later, size_t helpers,
	unsigned char ret[DIGEST_HASH])
{
	struct digest digest;
	struct help help = { .digest = &digest };
	pthread_t threads[HELPERS];
	uint32_t x = 7;

	digest_init(&digest);
	digest_allow_later(&digest, later);
	for (size_t i = 0; i < helpers; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, help_run,
			&help), 0);
	for (size_t at = 0, len; at < BYTES; at += len) {
		x = x * 1664525 + 1013904223;
		len = (x >> 8) % (x % 3 == 0 ? 100 : 3 * DIGEST_STEP);
		if (len > BYTES - at)
			len = BYTES - at;
		digest_settle(&digest, x % 5 == 0 ? 0 : DIGEST_LATER - 1);
		digest_add(&digest, (struct slice){ bytes + at, len });
		assert_true(later || digest_left(&digest) == 0);
	}
	assert_true(digest_end(&digest, ret));
	assert_int_equal(digest_left(&digest), 0);
	assert_false(digest_step(&digest));
	atomic_store(&help.over, true);
	for (size_t i = 0; i < helpers; i++)
		assert_int_equal(pthread_join(threads[i], NULL), 0);
	digest_free(&digest);
}

static void
test_later(void **state)
{
	char *bytes = malloc(BYTES);
	unsigned char plain[DIGEST_HASH], hash[DIGEST_HASH];
	uint32_t x = 1;

	(void)state;
	assert_non_null(bytes);
	for (size_t i = 0; i < BYTES; i++) {
		x = x * 1664525 + 1013904223;
		bytes[i] = (char)(x >> 24);
	}
	hash_all(bytes, false, 0, plain);
	for (size_t helpers = 0; helpers <= HELPERS; helpers++) {
		hash_all(bytes, true, helpers, hash);
		assert_memory_equal(hash, plain, sizeof(hash));
	}
	free(bytes);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_later),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

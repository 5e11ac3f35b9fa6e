/* SPDX-License-Identifier: Apache-2.0 */
/* What cmocka wants included before it, and small things all tests share. */
#ifndef QUIS_TESTS_UNIT_H
#define QUIS_TESTS_UNIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "base/base.h"

/* The bytes of a string literal, NULs included. */
#define LITERAL(text) ((struct slice){ text, sizeof(text) - 1 })

#define assert_slice(s, text) \
	assert_slice_at(s, text, __FILE__, __LINE__)

static inline void
assert_slice_at(struct slice s, const char *text, const char *file, int line)
{
	if (slice_is(s, text))
		return;
	print_error("\"%.*s\" is not \"%s\"\n", (int)s.len,
		s.len > 0 ? s.at : "", text);
	_fail(file, line);
}

#endif

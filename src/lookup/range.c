/* SPDX-License-Identifier: Apache-2.0 */
#include "lookup/range.h"

enum { IPV4_DOTS = 3 };
enum { IPV6_GROUPS = 3, IPV6_COLONS = 7, IPV6_DIGITS = 4 };

static bool
is_hex(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') ||
		(c >= 'A' && c <= 'F');
}

/* Up to the third dot of four numbers; a port may follow. */
static size_t
ipv4_range(struct slice source)
{
	size_t dots = 0, digits = 0, at = 0, i = 0;

	for (; i < source.len; i++) {
		char c = source.at[i];

		if (c >= '0' && c <= '9' && digits < 3) {
			digits++;
		} else if (c == '.' && digits > 0 && dots < IPV4_DOTS) {
			digits = 0;
			if (++dots == IPV4_DOTS)
				at = i;
		} else {
			break;
		}
	}
	return dots == IPV4_DOTS && digits > 0 &&
			(i == source.len || source.at[i] == ':') ?
		at :
		0;
}

/* Up to the third colon, or to the groups left out ("::"). A hardware address
 * has colons as well, but neither eight groups nor any left out. */
static size_t
ipv6_range(struct slice source)
{
	size_t colons = 0, digits = 0, at = 0;
	bool short_form = false;

	for (size_t i = 0; i < source.len; i++) {
		char c = source.at[i];

		if (c == ':') {
			if (!short_form && ++colons <= IPV6_GROUPS)
				at = i;
			short_form |= i > 0 && source.at[i - 1] == ':';
			digits = 0;
		} else if (!is_hex(c) || ++digits > IPV6_DIGITS) {
			return 0;
		}
	}
	return short_form || colons == IPV6_COLONS ? at : 0;
}

struct slice
range_of_source(struct slice source)
{
	static const char mapped[] = "::ffff:"; /* IPv4 as IPv6 has it */
	size_t skip = sizeof(mapped) - 1, len;

	if (source.len > skip &&
		slice_is_nocase((struct slice){ source.at, skip }, mapped)) {
		len = ipv4_range((struct slice){ source.at + skip,
			source.len - skip });
		if (len > 0)
			return (struct slice){ source.at + skip, len };
	}
	len = ipv4_range(source);
	if (len == 0)
		len = ipv6_range(source);
	return (struct slice){ source.at, len > 0 ? len : source.len };
}

int
ranges_make(const struct dict *sources, struct dict *ret_names,
	uint32_t **ret_of, struct fault *fault)
{
	uint32_t *of = memory_array(sources->n, sizeof(*of)), *order = NULL;
	struct dict names;

	if (of == NULL)
		return fault_memory(fault);
	if (dict_init(&names, fault) != 0) {
		free(of);
		return -1;
	}
	for (size_t i = 0; i < sources->n; i++) {
		if (dict_add(&names, range_of_source(sources->names[i]),
			    &of[i], fault) != 0)
			goto out;
	}
	if (dict_sort(&names, &order, fault) != 0)
		goto out;
	for (size_t i = 0; i < sources->n; i++)
		of[i] = order[of[i]];
	free(order);
	*ret_names = names;
	*ret_of = of;
	return 0;
out:
	dict_free(&names);
	free(of);
	return -1;
}

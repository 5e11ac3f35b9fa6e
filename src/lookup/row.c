/* SPDX-License-Identifier: Apache-2.0 */
#include "lookup/row.h"

int
row_compare(const struct row *a, const struct row *b)
{
	if (row_ms(a) != row_ms(b))
		return row_ms(a) < row_ms(b) ? -1 : 1;
	if (a->subject != b->subject)
		return a->subject < b->subject ? -1 : 1;
	if (a->post != b->post)
		return a->post < b->post ? -1 : 1;
	if (a->facet != b->facet)
		return a->facet < b->facet ? -1 : 1;
	if (a->caseref != b->caseref)
		return a->caseref < b->caseref ? -1 : 1;
	return (a->source > b->source) - (a->source < b->source);
}

enum outcome
outcome_of(struct slice text)
{
	static const char *const denied[] = { "denied", "deny", "refused",
		"forbidden", "unauthorized", "unauthorised", "401", "403" };
	static const char *const empty[] = { "0", "empty", "notfound",
		"not found", "not_found", "no result", "404" };

	if (text.len == 0)
		return OUTCOME_UNKNOWN;
	for (size_t i = 0; i < ARRAY_LEN(denied); i++)
		if (slice_is_nocase(text, denied[i]))
			return OUTCOME_DENIED;
	for (size_t i = 0; i < ARRAY_LEN(empty); i++)
		if (slice_is_nocase(text, empty[i]))
			return OUTCOME_EMPTY;
	return OUTCOME_ANSWERED;
}

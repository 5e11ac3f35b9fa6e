/* SPDX-License-Identifier: Apache-2.0 */
#include "format/expression.h"

/* The default JIT stack of 32 KiB is too small for long subjects. */
enum { JIT_STACK_FIRST = 32 << 10, JIT_STACK_MOST = 1 << 20 };

enum { HEAP_MOST = 64 << 10 }; /* KiB */

pcre2_code *
expression_compile(struct slice text, bool caseless, size_t *ret_at,
	char why[EXPRESSION_WHY], struct fault *fault)
{
	uint32_t options = PCRE2_UTF | PCRE2_MATCH_INVALID_UTF |
		PCRE2_NEVER_BACKSLASH_C | (caseless ? PCRE2_CASELESS : 0);
	PCRE2_SIZE at = 0;
	int error = 0;
	pcre2_code *code = pcre2_compile((PCRE2_SPTR)text.at, text.len,
		options, &error, &at, NULL);

	if (code == NULL) {
		(void)pcre2_get_error_message(error, (PCRE2_UCHAR *)why,
			EXPRESSION_WHY);
		*ret_at = at;
		if (error == PCRE2_ERROR_HEAP_FAILED)
			fault_memory(fault);
		return NULL;
	}
	/* Without JIT the interpreter serves, slower. */
	(void)pcre2_jit_compile(code, PCRE2_JIT_COMPLETE);
	return code;
}

uint32_t
expression_groups(const pcre2_code *code)
{
	uint32_t groups = 0;

	(void)pcre2_pattern_info(code, PCRE2_INFO_CAPTURECOUNT, &groups);
	return groups;
}

int
matching_open(struct matching *matching, uint32_t groups, struct fault *fault)
{
	*matching = (struct matching){
		.data = pcre2_match_data_create(groups + 1, NULL),
		.context = pcre2_match_context_create(NULL),
		.stack = pcre2_jit_stack_create(JIT_STACK_FIRST,
			JIT_STACK_MOST, NULL),
	};
	if (matching->data == NULL || matching->context == NULL)
		return fault_memory(fault);
	(void)pcre2_set_match_limit(matching->context, EXPRESSION_STEPS);
	(void)pcre2_set_heap_limit(matching->context, HEAP_MOST);
	if (matching->stack != NULL)
		pcre2_jit_stack_assign(matching->context, NULL,
			matching->stack);
	return 0;
}

void
matching_close(struct matching *matching)
{
	pcre2_match_data_free(matching->data);
	pcre2_match_context_free(matching->context);
	pcre2_jit_stack_free(matching->stack);
	*matching = (struct matching){ 0 };
}

int
matching_run(struct matching *matching, const pcre2_code *code,
	struct slice text)
{
	return pcre2_match(code,
		(PCRE2_SPTR)(text.at != NULL ? text.at : ""), text.len, 0, 0,
		matching->data, matching->context);
}

struct slice
matching_group(const struct matching *matching, int n, int group,
	struct slice text)
{
	PCRE2_SIZE *at = pcre2_get_ovector_pointer(matching->data);

	/* Groups behind the last that took part are not written. */
	if (text.len == 0 || group >= n || at[2 * group] == PCRE2_UNSET ||
		at[2 * group + 1] < at[2 * group])
		return (struct slice){ NULL, 0 };
	return slice_trim((struct slice){ text.at + at[2 * group],
		at[2 * group + 1] - at[2 * group] });
}

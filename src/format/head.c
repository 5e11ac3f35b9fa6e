/* SPDX-License-Identifier: Apache-2.0 */
#include "format/head.h"

bool
head_line(struct slice *head, bool whole, struct slice *ret)
{
	const char *end;
	size_t len = head->len;

	if (len == 0)
		return false;
	end = memchr(head->at, '\n', len);
	if (end == NULL)
		end = memchr(head->at, '\r', len);
	if (end == NULL && !whole)
		return false;
	*ret = *head;
	if (end != NULL) {
		ret->len = (size_t)(end - head->at);
		len = ret->len + 1;
	}
	if (ret->len > 0 && ret->at[ret->len - 1] == '\r')
		ret->len--;
	head->at += len;
	head->len -= len;
	return true;
}

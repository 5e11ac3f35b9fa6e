/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A leaked list: subjects found where they should not be, one a line, or CSV
 * `subject[,kind]` with or without a header. Lines that begin with # are
 * comments.
 */
#ifndef QUIS_REGISTRY_LIST_H
#define QUIS_REGISTRY_LIST_H

#include "base/base.h"
#include "base/memory.h"
#include "registry/registry.h"

struct leaked_item {
	uint64_t key;         /* registry_key() */
	unsigned partition;   /* registry_partition() */
	struct slice subject; /* rewritten, of the first line that has it */
	struct slice kind;    /* rewritten; "": not given */
	uint64_t line;
};

struct leaked_list { /* in order of partition, key and kind, each once; the
                        keys of texts hang on a seed, so reports must order
                        by something else */
	struct leaked_item *items;
	size_t n;
	struct sheet_facts facts;
	struct arena arena; /* owns the texts */
};

/* path "-" is standard input. registry: for keys and partitions; may be NULL
 * (registry_key()). FAULT_USAGE, with the file named: it cannot be opened, is
 * no list, or holds no subject. */
int leaked_list_read(struct leaked_list **ret, const char *path,
	const struct rewrites *rewrites, const struct registry *registry,
	struct fault *fault);
/* The items of a subject: [*ret_first, + n). Returns n. */
size_t leaked_list_find(const struct leaked_list *list, unsigned partition,
	uint64_t key, size_t *ret_first);
void leaked_list_free(struct leaked_list *list);

#endif

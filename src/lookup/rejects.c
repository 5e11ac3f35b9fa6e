/* SPDX-License-Identifier: Apache-2.0 */
#include "lookup/rejects.h"

#include "base/memory.h"
#include "base/spill.h"

enum { BLOCK = 64 << 10 };

/* What stands before each text in a block. */
struct head {
	uint64_t line;
	uint32_t reason, len;
};

struct block {
	uint64_t at; /* in the temporary file */
	size_t len;
};

struct blocks { /* of one file */
	struct block *items;
	size_t n, cap;
};

struct reject_writer {
	struct rejects *rejects;
	size_t file; /* whose lines are in the buffer */
	size_t len;
	char *buffer; /* BLOCK bytes, once there is a line */
};

struct rejects {
	struct spill *spill;
	struct blocks *files;
	size_t n_files;
	struct reject_writer *writers;
	unsigned threads;
};

int
rejects_open(struct rejects **ret, const char *folder, unsigned threads,
	size_t files, struct fault *fault)
{
	struct rejects *rejects = memory_array(1, sizeof(*rejects));
	struct spill_options options = { .folder = folder };

	if (rejects == NULL)
		return fault_memory(fault);
	rejects->files = memory_array(files, sizeof(*rejects->files));
	rejects->writers = memory_array(threads, sizeof(*rejects->writers));
	if (rejects->files == NULL || rejects->writers == NULL) {
		rejects_free(rejects);
		return fault_memory(fault);
	}
	rejects->n_files = files;
	rejects->threads = threads;
	for (unsigned i = 0; i < threads; i++)
		rejects->writers[i].rejects = rejects;
	if (spill_open(&rejects->spill, &options, fault) != 0) {
		rejects_free(rejects);
		return -1;
	}
	*ret = rejects;
	return 0;
}

void
rejects_free(struct rejects *rejects)
{
	if (rejects == NULL)
		return;
	for (size_t i = 0; i < rejects->n_files; i++)
		free(rejects->files[i].items);
	for (unsigned i = 0; i < rejects->threads; i++)
		free(rejects->writers[i].buffer);
	spill_free(rejects->spill);
	free(rejects->files);
	free(rejects->writers);
	free(rejects);
}

struct reject_writer *
rejects_writer(struct rejects *rejects, unsigned thread)
{
	return rejects != NULL ? &rejects->writers[thread] : NULL;
}

int
reject_end(struct reject_writer *writer, struct fault *fault)
{
	struct blocks *blocks = &writer->rejects->files[writer->file];
	uint64_t at;

	if (writer->len == 0)
		return 0;
	if (memory_grow((void **)&blocks->items, &blocks->cap, blocks->n + 1,
		    sizeof(*blocks->items), (size_t)1 << 32,
		    "rejected lines", fault) != 0)
		return -1;
	if (spill_append(writer->rejects->spill, writer->buffer, writer->len,
		    &at, fault) != 0)
		return -1;
	blocks->items[blocks->n++] = (struct block){ at, writer->len };
	writer->len = 0;
	return 0;
}

int
reject_add(struct reject_writer *writer, const struct reject *reject,
	struct fault *fault)
{
	size_t len = reject->text.len < REJECT_TEXT ? reject->text.len :
						      REJECT_TEXT;
	struct head head = { reject->line, (uint32_t)reject->reason,
		(uint32_t)len };

	if (writer->buffer == NULL) {
		writer->buffer = malloc(BLOCK);
		if (writer->buffer == NULL)
			return fault_memory(fault);
	}
	if (sizeof(head) + len > BLOCK - writer->len &&
		reject_end(writer, fault) != 0)
		return -1;
	writer->file = reject->file;
	memcpy(writer->buffer + writer->len, &head, sizeof(head));
	writer->len += sizeof(head);
	if (len > 0)
		memcpy(writer->buffer + writer->len, reject->text.at, len);
	writer->len += len;
	return 0;
}

struct telling {
	int (*take)(void *ctx, const struct reject *reject,
		struct fault *fault);
	void *ctx;
};

static int
tell_block(const struct telling *telling, size_t file, const char *at,
	size_t left, struct fault *fault)
{
	while (left > 0) {
		struct reject reject = { .file = file };
		struct head head;

		memcpy(&head, at, sizeof(head));
		at += sizeof(head);
		reject.line = head.line;
		reject.reason = (enum reason)head.reason;
		reject.text = (struct slice){ at, head.len };
		if (telling->take(telling->ctx, &reject, fault) != 0)
			return -1;
		at += head.len;
		left -= sizeof(head) + head.len;
	}
	return 0;
}

int
rejects_each(const struct rejects *rejects,
	int (*take)(void *ctx, const struct reject *reject,
		struct fault *fault),
	void *ctx, struct fault *fault)
{
	struct telling telling = { take, ctx };
	char *buffer = malloc(BLOCK);
	int result = 0;

	if (buffer == NULL)
		return fault_memory(fault);
	for (size_t f = 0; f < rejects->n_files && result == 0; f++) {
		const struct blocks *blocks = &rejects->files[f];

		for (size_t i = 0; i < blocks->n && result == 0; i++) {
			const struct block *block = &blocks->items[i];

			result = spill_read(rejects->spill, block->at, buffer,
				block->len, fault);
			if (result == 0)
				result = tell_block(&telling, f, buffer,
					block->len, fault);
		}
	}
	free(buffer);
	return result;
}

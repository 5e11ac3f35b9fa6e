/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The book holds every lookup that was read: shards of rows, and one set of
 * dictionaries over all of them. All names are numbered in order of their
 * bytes, posts and facets in order of those numbers, so that no number depends
 * on threads or files.
 */
#ifndef QUIS_LOOKUP_BOOK_H
#define QUIS_LOOKUP_BOOK_H

#include "base/base.h"
#include "format/parser.h"
#include "input/list.h"
#include "input/reader.h"
#include "lookup/log-file.h"
#include "lookup/shard.h"

/* From a shard's numbers to the book's. */
struct shard_map {
	uint32_t *caseref, *source, *post, *facet;
};

struct book {
	struct shard *shards;
	size_t n_shards;
	struct shard_map *maps;
	struct dict names[NAME_N];
	struct triples posts, facets;
	struct log_file *files; /* one an input, same order */
	size_t n_files;
	uint64_t n;             /* lookups: one for each subject of a record */
	int64_t first_ms, last_ms;
	int32_t offset;         /* the commonest; the smaller of equal ones */
	uint64_t gaps, overlaps, zoneless;
	bool given[FIELD_N];    /* fields that some log has, and fills */
	struct spill *spill;    /* of the options: rows may be there */
};

struct book_options {
	struct format_options format;
	struct reader_limits limits;
	unsigned threads;
	uint64_t most_users; /* FAULT_LIMIT if there are more; 0: no matter */
	const struct registry *registry; /* borrowed for the life of the book:
	                                    its roster fills blanks, its persons
	                                    stay together; NULL: none */
	struct spill *spill;             /* likewise; NULL: all rows are held
	                                    in memory */
	struct rejects *rejects;         /* gets the rejected lines; for as many
	                                    threads and files; or NULL */
	bool watch;                      /* fill log_file.watch */
};

/* Read all inputs. A log that is damaged, unreadable or unrecognised is told
 * in its log_file; only lack of memory, a limit, or a *named* input that is
 * no log (FAULT_USAGE, file set) ends the reading. *tick, if given, is called
 * from time to time from one thread with the bytes read so far. */
int book_read(struct book **ret, const struct input_list *inputs,
	const struct book_options *options,
	void (*tick)(void *ctx, uint64_t bytes), void *tick_ctx,
	struct fault *fault);

/* Write rows that are held to the temporary file, if the bound of memory leaves
 * no room for so many bytes more. */
int book_make_room(struct book *book, size_t bytes, struct fault *fault);

/* No turn will come any more: give the memory of all rows back, which takes a
 * while, several threads at it. */
int book_drop_rows(struct book *book, unsigned threads, struct fault *fault);

/* Begin with a file. */
void book_file_init(struct book *book, size_t number,
	const struct input *input);

/* All files were read: what a duplicate is, its original tells. */
void book_settle_files(struct book *book);

void book_free(struct book *book);

#endif

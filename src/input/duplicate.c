/* SPDX-License-Identifier: Apache-2.0 */
#include "input/duplicate.h"

#include <fcntl.h>
#include <unistd.h>

#include "input/container.h"
#include "input/decoder.h"
#include "input/source.h"

/* A file that another one may be a copy of. */
struct candidate {
	struct input *input;
	unsigned char hash[SOURCE_HASH];
};

/* Pointers into one array are in order of path. */
static int
compare_places(const struct candidate *a, const struct candidate *b)
{
	return (a->input > b->input) - (a->input < b->input);
}

static int
compare_sizes(const void *a, const void *b)
{
	const struct candidate *left = a, *right = b;
	uint64_t l = left->input->size, r = right->input->size;

	return l != r ? (l > r) - (l < r) : compare_places(left, right);
}

static int
compare_hashes(const void *a, const void *b)
{
	const struct candidate *left = a, *right = b;
	int order = memcmp(left->hash, right->hash, SOURCE_HASH);

	return order != 0 ? order : compare_places(left, right);
}

/* 1 with the hash; 0 when the file cannot be read: that is its problem. */
static int
candidate_hash(struct candidate *candidate, struct arena *arena,
	struct fault *fault)
{
	struct fault own = { 0 };
	struct source source;
	const char *problem = NULL, *change;
	int result = -1;

	if (source_open(&source, candidate->input->path, NULL, &own) != 0) {
		problem = own.text;
		if (own.code == FAULT_MEMORY)
			goto out;
	} else {
		(void)source_drain(&source);
		problem = source.error;
		if (!source_finish(&source, candidate->hash, &change))
			problem = "SHA-256 failed";
	}
	if (problem == NULL) {
		result = 1;
		goto out;
	}
	candidate->input->problem = arena_copy(arena, slice_of(problem));
	if (candidate->input->problem != NULL)
		result = 0;
out:
	source_free(&source);
	return result >= 0 ? result : fault_memory(fault);
}

/* Candidates of one size: hash them, and name the first of each hash. */
static int
candidates_match(struct candidate *candidates, size_t n, struct arena *arena,
	struct fault *fault)
{
	size_t hashed = 0, first = 0;
	int result;

	for (size_t i = 0; i < n; i++) {
		result = candidate_hash(&candidates[i], arena, fault);
		if (result < 0)
			return -1;
		if (result > 0)
			candidates[hashed++] = candidates[i];
	}
	qsort(candidates, hashed, sizeof(*candidates), compare_hashes);
	for (size_t i = 1; i < hashed; i++) {
		if (memcmp(candidates[i].hash, candidates[first].hash,
			SOURCE_HASH) == 0)
			candidates[i].input->original =
				candidates[first].input;
		else
			first = i;
	}
	return 0;
}

/* Files of the same bytes. */
static int
find_copies(struct input_list *list, struct fault *fault)
{
	struct candidate *candidates = memory_array(list->n,
		sizeof(*candidates));
	size_t n = 0, end;
	int result = 0;

	if (candidates == NULL)
		return fault_memory(fault);
	/* Empty files are alike, but nobody would count them twice. */
	for (size_t i = 0; i < list->n; i++)
		if (list->items[i].sized && list->items[i].problem == NULL &&
			list->items[i].size > 0 &&
			list->items[i].container == NULL)
			candidates[n++].input = &list->items[i];
	qsort(candidates, n, sizeof(*candidates), compare_sizes);
	for (size_t i = 0; i < n && result == 0; i = end) {
		uint64_t size = candidates[i].input->size;

		for (end = i + 1; end < n; end++)
			if (candidates[end].input->size != size)
				break;
		if (end - i > 1)
			result = candidates_match(candidates + i, end - i,
				&list->arena, fault);
	}
	free(candidates);
	return result;
}

/* What comparisons have in common: what one leaves to the next. */
struct comparing {
	struct arena *arena; /* of the list */
	struct reader_limits limits;
	struct reader_spare spares[2];
};

static struct comparing
comparing_of(struct input_list *list)
{
	return (struct comparing){ .arena = &list->arena,
		.limits = list->limits.line > 0 ?
			list->limits :
			reader_limits_default };
}

static void
comparing_free(struct comparing *comparing)
{
	for (size_t i = 0; i < ARRAY_LEN(comparing->spares); i++)
		reader_spare_free(&comparing->spares[i]);
}

static int
open_both(struct comparing *comparing, const struct input *one,
	const struct input *other, struct reader **ret, struct fault *fault)
{
	const struct input *inputs[] = { one, other };

	for (size_t i = 0; i < ARRAY_LEN(inputs); i++) {
		struct reader_limits limits = comparing->limits;

		limits.spare = &comparing->spares[i];
		if (input_open(&ret[i], inputs[i], &limits, fault) != 0)
			return -1;
	}
	return 0;
}

static int
keep_original(struct comparing *comparing, const struct input *original,
	struct input *input, const struct reader_facts *facts,
	struct fault *fault)
{
	struct reader_facts *kept =
		arena_alloc(comparing->arena, sizeof(*kept));

	if (kept == NULL)
		return fault_memory(fault);
	*kept = *facts;
	input->facts = kept;
	input->original = original;
	return 1;
}

/* Do both give the same text, to the end, which is the end of neither by a
 * failure to read? Then `other` is the duplicate. 1 or 0. */
static int
match_text(struct comparing *comparing, const struct input *one,
	struct input *other, struct fault *fault)
{
	struct reader *readers[2] = { NULL, NULL };
	struct slice text[2] = { { NULL, 0 }, { NULL, 0 } };
	struct fault why = { 0 };
	bool same = true;
	int result = 0;

	if (open_both(comparing, one, other, readers, &why) != 0) {
		/* whoever reads it will say why it cannot be read */
		result = why.code == FAULT_MEMORY ? fault_memory(fault) : 0;
		goto out;
	}
	while (same) {
		size_t n;

		for (size_t i = 0; i < 2; i++)
			if (text[i].len == 0)
				text[i] = reader_text(readers[i]);
		if (text[0].len == 0 || text[1].len == 0)
			break;
		n = text[0].len < text[1].len ? text[0].len : text[1].len;
		same = memcmp(text[0].at, text[1].at, n) == 0;
		for (size_t i = 0; i < 2; i++) {
			text[i].at += n;
			text[i].len -= n;
		}
	}
	if (reader_facts(readers[0])->starved ||
		reader_facts(readers[1])->starved)
		result = fault_memory(fault);
	else if (same && text[0].len == text[1].len &&
		reader_facts(readers[0])->state != INPUT_UNREADABLE &&
		reader_facts(readers[1])->state != INPUT_UNREADABLE)
		result = keep_original(comparing, one, other,
			reader_facts(readers[1]), fault);
out:
	reader_free(readers[0]);
	reader_free(readers[1]);
	return result;
}

static bool
is_candidate(const struct input *input)
{
	return input->problem == NULL && input->original == NULL &&
		input->broken == NULL;
}

/* Texts that hints say are the same, the best original first: each is a
 * duplicate of the first that proves to be. `most`: comparisons, at most. */
static int
match_texts(struct comparing *comparing, const struct input_text *texts,
	size_t n, size_t most, size_t *found, struct fault *fault)
{
	for (size_t i = 1; i < n; i++) {
		struct input *input = texts[i].input;

		for (size_t k = 0; k < i && is_candidate(input) && most > 0;
			k++) {
			const struct input *other = texts[k].input;
			int same;

			if (other == input || !is_candidate(other))
				continue;
			most--;
			same = match_text(comparing, other, input, fault);
			if (same < 0)
				return -1;
			*found += (size_t)same;
		}
	}
	return 0;
}

/* The original of an original is one's own. */
static void
settle_originals(struct input_list *list)
{
	for (size_t i = 0; i < list->n; i++) {
		struct input *item = &list->items[i];

		while (item->original != NULL &&
			item->original->original != NULL) {
			if (item->facts == NULL)
				item->facts = item->original->facts;
			item->original = item->original->original;
		}
	}
}

static int
compare_texts(const void *a, const void *b)
{
	const struct input_text *x = a, *y = b;

	if (x->length != y->length)
		return x->length < y->length ? -1 : 1;
	if (x->crc != y->crc)
		return x->crc < y->crc ? -1 : 1;
	if (x->intact != y->intact)
		return x->intact ? -1 : 1;
	return (x->input > y->input) - (x->input < y->input);
}

int
input_list_find_texts(struct input_list *list, struct input_text *texts,
	size_t n, size_t *ret_found, struct fault *fault)
{
	struct comparing own = comparing_of(list), *comparing = &own;
	size_t found = 0, end;
	int result = 0;

	qsort(texts, n, sizeof(*texts), compare_texts);
	for (size_t i = 0; i < n && result == 0; i = end) {
		for (end = i + 1; end < n; end++)
			if (texts[end].length != texts[i].length ||
				texts[end].crc != texts[i].crc)
				break;
		if (texts[i].length > 0)
			result = match_texts(comparing, texts + i, end - i,
				SIZE_MAX, &found, fault);
	}
	comparing_free(comparing);
	settle_originals(list);
	if (result == 0)
		*ret_found = found;
	return result;
}

/* What a log says of its text. A gzip knows its length but by 32 bits. */
struct hint {
	struct input_text text;
	bool has_crc;
};

static int
compare_hints(const void *a, const void *b)
{
	const struct hint *x = a, *y = b;

	if (x->text.length == y->text.length && x->has_crc != y->has_crc)
		return x->has_crc ? -1 : 1;
	return compare_texts(&x->text, &y->text);
}

/* Of hints of one length: those of one CRC-32, and those without any, if they
 * are few, with all others. */
static int
match_hints(struct comparing *comparing, const struct hint *hints, size_t n,
	struct input_text *texts, struct fault *fault)
{
	enum { FEW = 8, COMPARISONS_MOST = 16 };
	size_t with = 0, found = 0, end;

	for (; with < n && hints[with].has_crc; with++)
		texts[with] = hints[with].text;
	for (size_t i = 0; i < with; i = end) {
		for (end = i + 1; end < with; end++)
			if (texts[end].crc != texts[i].crc)
				break;
		if (match_texts(comparing, texts + i, end - i, COMPARISONS_MOST,
			    &found, fault) != 0)
			return -1;
	}
	if (with == 0 || with == n || n > FEW)
		return 0;
	for (size_t i = 0; i < n; i++) {
		texts[i] = hints[i].text;
		texts[i].length = texts[i].crc = 0;
	}
	qsort(texts, n, sizeof(*texts), compare_texts);
	return match_texts(comparing, texts, n, COMPARISONS_MOST, &found,
		fault);
}

/* The trailer of a gzip, which tells of its only member or of the last. */
static void
claim_of_gzip(struct input *input)
{
	enum { TRAILER = 8, LEAST = 18 };
	const struct decoder_kind *kind = &decoder_gzip;
	unsigned char head[DECODER_MAGIC], tail[TRAILER];
	int fd;

	if (input->size < LEAST)
		return;
	fd = open(input->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (fd >= 0 &&
		pread(fd, head, sizeof(head), 0) == (ssize_t)sizeof(head) &&
		memcmp(head, kind->magic, kind->magic_len) == 0 &&
		pread(fd, tail, TRAILER, (off_t)(input->size - TRAILER)) ==
			TRAILER) {
		input->crc = decoder_number(tail);
		input->claimed = decoder_number(tail + TRAILER / 2);
	}
	if (fd >= 0)
		close(fd);
}

/* A hint by what the container or the gzip says, and one by the size. */
static size_t
hints_of(struct input *input, struct hint *hints)
{
	size_t n = 0;

	if (!is_candidate(input) || !input->sized || input->size == 0)
		return 0;
	if (input->container == NULL)
		claim_of_gzip(input);
	if (input->claimed > 0)
		hints[n++] = (struct hint){
			{ input, input->claimed & UINT32_MAX, input->crc,
				true },
			true,
		};
	if (input->container == NULL)
		hints[n++] = (struct hint){ { input, input->size & UINT32_MAX,
						    0, true },
			false };
	return n;
}

static int
find_hinted(struct input_list *list, struct fault *fault)
{
	struct hint *hints = memory_array(list->n, 2 * sizeof(*hints));
	struct input_text *texts = memory_array(list->n, 2 * sizeof(*texts));
	struct comparing comparing = comparing_of(list);
	size_t n = 0, end;
	int result = 0;

	if (hints == NULL || texts == NULL) {
		result = fault_memory(fault);
		goto out;
	}
	for (size_t i = 0; i < list->n && list->n > 1; i++)
		n += hints_of(&list->items[i], hints + n);
	qsort(hints, n, sizeof(*hints), compare_hints);
	for (size_t i = 0; i < n && result == 0; i = end) {
		for (end = i + 1; end < n; end++)
			if (hints[end].text.length != hints[i].text.length)
				break;
		if (end - i > 1)
			result = match_hints(&comparing, hints + i, end - i,
				texts, fault);
	}
	settle_originals(list);
out:
	comparing_free(&comparing);
	free(hints);
	free(texts);
	return result;
}

int
input_list_find_copies(struct input_list *list, struct fault *fault)
{
	return find_copies(list, fault) != 0 ? -1 : find_hinted(list, fault);
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "input/container.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <unistd.h>

#include "input/decoder.h"
#include "input/spool.h"

enum { CONTAINERS_MOST = 1 << 20, PATH_MOST = 1 << 20, HEAD_READ = 4096 };

static const struct container_kind *const kinds[] = { &container_zip,
	&container_tar };

const struct container_kind *
container_kind_of(struct slice head)
{
	for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
		if (kinds[i]->begins(head))
			return kinds[i];
	}
	return NULL;
}

void
container_damaged(struct input_container *container, enum input_state state,
	const char *format, ...)
{
	va_list args;

	if (container->state != INPUT_INTACT)
		return;
	container->state = state;
	va_start(args, format);
	(void)vsnprintf(container->note, sizeof(container->note), format,
		args);
	va_end(args);
}

/* Taking entries into a list. */
struct adding {
	struct container_listing listing;
	struct input_list *list;
	const char *only;
	bool named;
	char *path; /* of the entry at hand */
	size_t cap;
	size_t n; /* entries that were added */
};

/* As of directories; and what macOS puts beside each file. */
static bool
is_hidden(const char *name)
{
	if (strncmp(name, "__MACOSX/", 9) == 0)
		return true;
	for (;;) {
		size_t len = strcspn(name, "/");

		if (name[0] == '.' && len != 1 &&
			!(len == 2 && name[1] == '.'))
			return true;
		if (name[len] == '\0')
			return false;
		name += len + 1;
	}
}

static bool
is_below(const char *name, const char *only)
{
	size_t len = strlen(only);

	while (len > 0 && only[len - 1] == '/')
		len--;
	return strncmp(name, only, len) == 0 &&
		(name[len] == '\0' || name[len] == '/');
}

static int
take_entry(struct container_listing *listing,
	const struct container_entry *entry, struct fault *fault)
{
	struct adding *adding = (struct adding *)listing;
	struct input_container *container = listing->container;
	const char *name = entry->name;
	size_t len;
	struct input input = {
		.sized = true,
		.size = entry->size,
		.problem = entry->problem,
		.container = container,
		.place = entry->place,
		.packed = entry->packed,
		.written = entry->written,
		.crc = entry->crc,
		.claimed = entry->has_crc ? entry->size : 0,
	};

	while (name[0] == '.' && name[1] == '/')
		name += strspn(name + 1, "/") + 1;
	len = strlen(name);
	if (len == 0 || name[len - 1] == '/' || is_hidden(name) ||
		(adding->only != NULL && !is_below(name, adding->only)))
		return 0;
	if (len > ENTRY_NAME_MOST) {
		input.problem = "its name is too long";
		len = ENTRY_NAME_MOST;
	}
	len += strlen(container->path) + 2;
	if (memory_grow((void **)&adding->path, &adding->cap, len, 1,
		    PATH_MOST, "bytes of a path", fault) != 0)
		return -1;
	(void)snprintf(adding->path, len, "%s!%s", container->path, name);
	input.path = adding->path;
	input.named = adding->named && adding->only != NULL;
	adding->n++;
	container->entries++;
	return input_list_push(adding->list, &input, fault);
}

/* The container as an item of its own, of which something is to be said. */
static int
push_broken(struct input_list *list, const struct input_container *container,
	struct fault *fault)
{
	struct input input = {
		.path = container->path,
		.problem = container->note,
		.broken = container,
	};

	return input_list_push(list, &input, fault);
}

static struct input_container *
container_new(struct input_list *list, const char *path, struct fault *fault)
{
	struct input_container *container =
		arena_alloc(&list->arena, sizeof(*container));

	if (container == NULL) {
		fault_memory(fault);
		return NULL;
	}
	*container = (struct input_container){ .blob.fd = -1 };
	container->path = arena_copy(&list->arena, slice_of(path));
	if (container->path == NULL) {
		fault_memory(fault);
		return NULL;
	}
	if (memory_grow((void **)&list->containers, &list->cap_containers,
		    list->n_containers + 1, sizeof(*list->containers),
		    CONTAINERS_MOST, "containers", fault) != 0)
		return NULL;
	list->containers[list->n_containers++] = container;
	return container;
}

/* The text of a source to the temporary file of the list. */
static int
inflate(struct input_list *list, struct input_container *container,
	struct decoder *decoder, struct fault *fault)
{
	char *piece = malloc(DECODER_PIECE);
	struct spill *spill;
	int result = -1;
	uint64_t at;
	size_t n;

	if (piece == NULL)
		return fault_memory(fault);
	if (input_list_spill(list, &spill, fault) != 0)
		goto out;
	container->blob.spill = spill;
	container->blob.base = spill_size(spill);
	while ((n = decoder_read(decoder, piece, DECODER_PIECE)) > 0) {
		if (spill_append(spill, piece, n, &at, fault) != 0)
			goto out;
		container->blob.size += n;
	}
	if (decoder->verdict.state != INPUT_INTACT)
		container_damaged(container, decoder->verdict.state, "%s",
			decoder->verdict.note);
	result = 0;
out:
	free(piece);
	return result;
}

/* Read all of a container: for its hash, and its text if it is compressed. */
static int
container_read(struct input_list *list, struct input_container *container,
	struct source *source, const struct decoder_kind *kind,
	struct fault *fault)
{
	struct reader_spare spare = { 0 };
	struct reader_limits limits = list->limits.line > 0 ?
		list->limits :
		reader_limits_default;
	struct decoder *decoder = NULL;
	const char *change;
	int result = 0;

	limits.spare = &spare;
	container->compression = kind->compression;
	container->opened = source->opened;
	if (kind->compression != COMPRESSION_NONE)
		result = decoder_open(&decoder, kind, source, &limits, fault);
	if (result == 0 && decoder != NULL)
		result = inflate(list, container, decoder, fault);
	decoder_free(decoder);
	reader_spare_free(&spare);
	if (result != 0)
		return -1;
	(void)source_drain(source);
	container->bytes = source_offset(source);
	if (kind->compression == COMPRESSION_NONE)
		container->blob.size = container->bytes;
	if (source->error != NULL)
		container_damaged(container, INPUT_UNREADABLE, "%s",
			source->error);
	if (!source_finish(source, container->sha256, &change))
		container_damaged(container, INPUT_UNREADABLE,
			"SHA-256 failed");
	if (change == NULL && source->feed != NULL &&
		source->feed->end != FEED_WHOLE)
		change = source->feed->note;
	if (change != NULL)
		container_damaged(container, INPUT_CORRUPT, "%s", change);
	return 0;
}

bool
container_bytes(const struct input_container *container, struct blob *blob)
{
	const struct stat *then = &container->opened;
	struct stat now;

	*blob = container->blob;
	if (blob->spill != NULL)
		return true;
	blob->fd = open(container->path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	return blob->fd >= 0 && fstat(blob->fd, &now) == 0 &&
		now.st_dev == then->st_dev && now.st_ino == then->st_ino;
}

static int
container_list(struct input_list *list, struct input_container *container,
	bool named, const char *only, struct fault *fault)
{
	struct adding adding = { .listing = { .container = container,
					 .take = take_entry },
		.list = list, .only = only, .named = named };
	int result = 0;

	if (!container_bytes(container, &adding.listing.blob))
		container_damaged(container, INPUT_UNREADABLE, "%s",
			fault_reason(errno));
	else
		result = container->kind->list(&adding.listing, fault);
	if (adding.listing.blob.fd >= 0)
		close(adding.listing.blob.fd);
	free(adding.path);
	if (result == 0 && container->state == INPUT_INTACT && adding.n == 0) {
		result = fault_set(fault, FAULT_USAGE,
			only != NULL ?
				"no such entry in this %s, or none that is "
				"read" :
				"no file in this %s",
			container->kind->name);
	}
	if (result != 0 && fault->code == FAULT_USAGE && !named) {
		container_damaged(container, INPUT_UNREADABLE, "%s",
			fault->text);
		*fault = (struct fault){ 0 };
		result = 0;
	}
	if (result != 0)
		return fault_place(fault, container->path, 0, 0);
	return container->state == INPUT_INTACT ?
		0 :
		push_broken(list, container, fault);
}

static struct input_container *
container_found(const struct input_list *list, const char *path)
{
	for (size_t i = 0; i < list->n_containers; i++) {
		if (strcmp(list->containers[i]->path, path) == 0)
			return list->containers[i];
	}
	return NULL;
}

static int
container_open(struct input_list *list, struct source *source,
	const struct decoder_kind *decoder, const struct container_kind *kind,
	bool named, const char *only, struct fault *fault,
	const struct spool *spool)
{
	struct input_container *container =
		container_new(list, source->path, fault);

	if (container == NULL)
		return -1;
	container->kind = kind;
	if (container_read(list, container, source, decoder, fault) != 0 ||
		(spool != NULL && spool_fault(spool, fault) != 0))
		return -1;
	if (spool != NULL && decoder->compression == COMPRESSION_NONE)
		container->blob = spool_blob(spool);
	return container_list(list, container, named, only, fault);
}

/* What the text of a source begins with, and by which decoder. */
static int
look_inside(struct source *source, char head[CONTAINER_HEAD], size_t *ret_len,
	const struct decoder_kind **ret, struct fault *fault)
{
	struct reader_spare spare = { 0 };
	struct reader_limits limits = reader_limits_default;
	struct decoder *decoder;
	size_t len = 0, n = 0;

	limits.spare = &spare;
	limits.inflater = INFLATER_ZLIB; /* begins at less cost */
	*ret = decoder_kind_of(source);
	if (decoder_open(&decoder, *ret, source, &limits, fault) != 0)
		return -1;
	do {
		len += n;
		n = decoder_read(decoder, head + len, CONTAINER_HEAD - len);
	} while (n > 0);
	decoder_free(decoder);
	reader_spare_free(&spare);
	*ret_len = len;
	return 0;
}

/* Only the first bytes of a file, which are enough of most. */
struct head_feed {
	struct source_feed feed;
	const char *at;
	size_t left;
};

static size_t
head_pull(struct source_feed *feed, void *at, size_t room,
	const char **ret_error)
{
	struct head_feed *head = (struct head_feed *)feed;
	size_t n = head->left < room ? head->left : room;

	(void)ret_error;
	memcpy(at, head->at, n);
	head->at += n;
	head->left -= n;
	return n;
}

static void
head_free(struct source_feed *feed)
{
	(void)feed; /* it is not on the heap */
}

/* *ret is NULL: no container, or too little text, *ret_len, to tell. */
static int
look_at_head(const char *path, struct slice bytes,
	const struct container_kind **ret, size_t *ret_len,
	const struct decoder_kind **ret_decoder, struct fault *fault)
{
	struct head_feed feed = { .feed = { .pull = head_pull,
					 .free = head_free },
		.at = bytes.at, .left = bytes.len };
	struct source source;
	char head[CONTAINER_HEAD];
	int result = source_open_feed(&source, path, &feed.feed, NULL, fault);

	if (result == 0)
		result = look_inside(&source, head, ret_len, ret_decoder,
			fault);
	source_free(&source);
	if (result == 0)
		*ret = container_kind_of((struct slice){ head, *ret_len });
	return result;
}

/* What a file holds, by its first bytes and, if those give no text, by as
 * many as it takes. */
static int
look_at_file(const char *path, struct slice bytes,
	const struct container_kind **ret,
	const struct decoder_kind **ret_decoder, struct fault *fault)
{
	struct source source;
	char head[CONTAINER_HEAD];
	size_t len;
	int result;

	if (look_at_head(path, bytes, ret, &len, ret_decoder, fault) != 0)
		return -1;
	if (len == sizeof(head) || bytes.len < HEAD_READ ||
		(*ret_decoder)->compression == COMPRESSION_NONE)
		return 0;
	result = source_open(&source, path, NULL, fault);
	if (result == 0)
		result = look_inside(&source, head, &len, ret_decoder, fault);
	source_free(&source);
	if (result == 0)
		*ret = container_kind_of((struct slice){ head, len });
	return result;
}

/* A zip within a compression is nothing that is made on purpose. */
static bool
is_opened_up(const struct container_kind *kind,
	const struct decoder_kind *decoder)
{
	return kind != NULL &&
		(kind != &container_zip ||
			decoder->compression == COMPRESSION_NONE);
}

/* Of its first bytes, up to HEAD_READ; 0: none, or they cannot be read, which
 * whoever reads it will say. */
static size_t
read_head(const char *path, char *head)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	ssize_t n = fd < 0 ? 0 : read(fd, head, HEAD_READ);

	if (fd >= 0)
		close(fd);
	return n > 0 ? (size_t)n : 0;
}

int
container_add(struct input_list *list, const char *path, bool named,
	const char *only, struct fault *fault)
{
	struct input_container *known = container_found(list, path);
	const struct container_kind *kind = NULL;
	const struct decoder_kind *decoder = NULL;
	char head[HEAD_READ];
	struct source source;
	struct slice bytes;
	int result;

	if (known != NULL) {
		result = container_list(list, known, named, only, fault);
		return result == 0 ? 1 : result;
	}
	bytes = (struct slice){ head, read_head(path, head) };
	if (look_at_file(path, bytes, &kind, &decoder, fault) != 0)
		return -1;
	if (!is_opened_up(kind, decoder))
		return 0;
	result = source_open(&source, path, NULL, fault);
	if (result == 0)
		result = container_open(list, &source, decoder, kind, named,
			only, fault, NULL);
	source_free(&source);
	return result == 0 ? 1 : -1;
}

/* What comes by a pipe: as many of its first bytes as it takes to tell. */
static int
look_at_spool(struct spool *spool, const struct container_kind **ret,
	const struct decoder_kind **ret_decoder, struct fault *fault)
{
	struct slice head;
	size_t len;

	if (spool_head(spool, HEAD_READ, &head, fault) != 0)
		return -1;
	if (look_at_head("-", head, ret, &len, ret_decoder, fault) != 0)
		return -1;
	if (len == CONTAINER_HEAD || head.len < HEAD_READ ||
		(*ret_decoder)->compression == COMPRESSION_NONE)
		return 0;
	/* a block of bzip2 gives no text before it has ended */
	return spool_head(spool, SPOOL_HEAD, &head, fault) != 0 ?
		-1 :
		look_at_head("-", head, ret, &len, ret_decoder, fault);
}

int
container_add_spool(struct input_list *list, struct spool *spool,
	struct fault *fault)
{
	const struct container_kind *kind = NULL;
	const struct decoder_kind *decoder = NULL;
	struct source_feed *feed;
	struct source source;
	int result;

	if (look_at_spool(spool, &kind, &decoder, fault) != 0)
		return -1;
	if (!is_opened_up(kind, decoder))
		return 0;
	if (decoder->compression == COMPRESSION_NONE &&
		spool_keep(spool, input_list_folder(list), fault) != 0)
		return -1;
	if (spool_feed(spool, &feed, fault) != 0)
		return -1;
	result = source_open_feed(&source, "-", feed, NULL, fault);
	if (result == 0)
		result = container_open(list, &source, decoder, kind, true,
			NULL, fault, spool);
	source_free(&source);
	return result == 0 ? 1 : -1;
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Zip by libzip, which verifies the CRC-32 of each entry. What entries there
 * are, and how large, is what the central directory says. No entry gives more
 * than the limit of the ratio allows for its bytes on disk, and all entries
 * together have no more of those than the file: so bombs end, overlapping ones
 * included.
 */
#include "input/container.h"

#include <inttypes.h>
#include <zip.h>

#include "base/memory.h"

/* The bytes of a zip, as libzip reads them. */
struct zip_bytes {
	struct blob blob;
	uint64_t at;
	zip_error_t error;
};

static zip_int64_t
bytes_read(struct zip_bytes *bytes, void *to, uint64_t room)
{
	const char *error = NULL;
	size_t n = blob_read(&bytes->blob, bytes->at, to, (size_t)room, &error);

	if (n == 0 && error != NULL) {
		zip_error_set(&bytes->error, ZIP_ER_READ, 0);
		return -1;
	}
	bytes->at += n;
	return (zip_int64_t)n;
}

static zip_int64_t
bytes_seek(struct zip_bytes *bytes, void *data, uint64_t len)
{
	zip_int64_t to = zip_source_seek_compute_offset(bytes->at,
		bytes->blob.size, data, len, &bytes->error);

	if (to < 0)
		return -1;
	bytes->at = (uint64_t)to;
	return 0;
}

static zip_int64_t
bytes_stat(const struct zip_bytes *bytes, void *data)
{
	zip_stat_t *facts = data;

	zip_stat_init(facts);
	facts->size = bytes->blob.size;
	facts->valid = ZIP_STAT_SIZE;
	return (zip_int64_t)sizeof(*facts);
}

static zip_int64_t
bytes_do(void *ctx, void *data, zip_uint64_t len, zip_source_cmd_t what)
{
	struct zip_bytes *bytes = ctx;

	switch (what) {
	case ZIP_SOURCE_OPEN:
		bytes->at = 0;
		return 0;
	case ZIP_SOURCE_READ:
		return bytes_read(bytes, data, len);
	case ZIP_SOURCE_CLOSE:
		return 0;
	case ZIP_SOURCE_STAT:
		return bytes_stat(bytes, data);
	case ZIP_SOURCE_ERROR:
		return zip_error_to_data(&bytes->error, data, len);
	case ZIP_SOURCE_FREE:
		free(bytes);
		return 0;
	case ZIP_SOURCE_SEEK:
		return bytes_seek(bytes, data, len);
	case ZIP_SOURCE_TELL:
		return (zip_int64_t)bytes->at;
	case ZIP_SOURCE_SUPPORTS:
		return ZIP_SOURCE_SUPPORTS_SEEKABLE;
	default:
		zip_error_set(&bytes->error, ZIP_ER_OPNOTSUPP, 0);
		return -1;
	}
}

/* NULL, and *ret_code is libzip's. */
static zip_t *
zip_of(const struct blob *blob, int *ret_code)
{
	struct zip_bytes *bytes = memory_array(1, sizeof(*bytes));
	zip_source_t *source;
	zip_error_t error;
	zip_t *zip;

	*ret_code = ZIP_ER_MEMORY;
	if (bytes == NULL)
		return NULL;
	bytes->blob = *blob;
	zip_error_init(&bytes->error);
	zip_error_init(&error);
	source = zip_source_function_create(bytes_do, bytes, &error);
	if (source == NULL) {
		free(bytes);
		return NULL;
	}
	zip = zip_open_from_source(source, ZIP_RDONLY, &error);
	if (zip == NULL) {
		*ret_code = zip_error_code_zip(&error);
		zip_source_free(source);
	}
	zip_error_fini(&error);
	return zip;
}

/* What is in a way of speaking a zip. */
static const struct {
	const char *entry, *what;
} others[] = {
	{ "xl/workbook.xml", "a spreadsheet, to be saved as CSV" },
	{ "xl/workbook.bin", "a spreadsheet, to be saved as CSV" },
	{ "[Content_Types].xml", "an office document" },
	{ "META-INF/manifest.xml", "an OpenDocument file; a spreadsheet is "
				   "to be saved as CSV" },
	{ "META-INF/MANIFEST.MF", "a Java program" },
};

static const char *
other_of(zip_t *zip)
{
	for (size_t i = 0; i < ARRAY_LEN(others); i++) {
		if (zip_name_locate(zip, others[i].entry, ZIP_FL_ENC_RAW) >= 0)
			return others[i].what;
	}
	return NULL;
}

/* Why an entry is not read; NULL: it is. */
static const char *
entry_problem(zip_t *zip, const zip_stat_t *facts)
{
	enum { TYPE_SHIFT = 16 };
	zip_uint8_t system;
	zip_uint32_t mode;

	if (zip_file_get_external_attributes(zip, facts->index, 0, &system,
		    &mode) == 0 &&
		system == ZIP_OPSYS_UNIX && S_ISLNK(mode >> TYPE_SHIFT))
		return "a symbolic link in a container";
	if (facts->encryption_method != ZIP_EM_NONE)
		return "encrypted; unpack it and name what comes out";
	switch (facts->comp_method) {
	case ZIP_CM_STORE:
	case ZIP_CM_DEFLATE:
	case ZIP_CM_BZIP2:
		return NULL;
	case ZIP_CM_DEFLATE64:
		return "compressed by Deflate64, which is not read; unpack it "
		       "and name what comes out";
	default: /* LZMA would ask for as much memory as the file says */
		return "compressed in a way that is not read; unpack it and "
		       "name what comes out";
	}
}

static int
zip_take(struct container_listing *listing, zip_t *zip, uint64_t index,
	struct fault *fault)
{
	struct container_entry entry = { .place = index };
	struct input_container *container = listing->container;
	zip_stat_t facts;

	if (zip_stat_index(zip, index, ZIP_FL_ENC_RAW, &facts) != 0 ||
		facts.name == NULL) {
		container_damaged(container, INPUT_CORRUPT,
			"entry %" PRIu64 " of its directory is damaged", index);
		return 0;
	}
	entry.name = facts.name;
	entry.size = facts.size;
	entry.packed = facts.comp_size > 0 ? facts.comp_size : 1;
	/* by the clock of a zone that it does not tell */
	if ((facts.valid & ZIP_STAT_MTIME) != 0 && facts.mtime > 0)
		entry.written = (int64_t)facts.mtime * 1000;
	entry.crc = facts.crc;
	entry.has_crc = true;
	entry.problem = entry_problem(zip, &facts);
	return listing->take(listing, &entry, fault);
}

static void
zip_refused(struct input_container *container, int code)
{
	container_damaged(container, INPUT_UNREADABLE, "%s",
		code == ZIP_ER_NOZIP ?
			"no directory at its end: a zip that is cut short or "
			"damaged there" :
		code == ZIP_ER_INCONS ? "the directory at its end is damaged" :
		code == ZIP_ER_MULTIDISK ?
			"a part of a zip of several" :
		code == ZIP_ER_READ || code == ZIP_ER_SEEK ?
			"it cannot be read" :
			"the directory at its end cannot be used");
}

/* Entries that share bytes are no archiver's work. */
static bool
zip_overlaps(const struct container_listing *listing, zip_t *zip, uint64_t n)
{
	uint64_t left = listing->blob.size;
	zip_stat_t facts;

	for (uint64_t i = 0; i < n; i++) {
		if (zip_stat_index(zip, i, ZIP_FL_ENC_RAW, &facts) != 0)
			continue;
		if (facts.comp_size > left) {
			container_damaged(listing->container, INPUT_UNREADABLE,
				"its entries overlap, or it is cut: they are "
				"to have more bytes than the file");
			return true;
		}
		left -= facts.comp_size;
	}
	return false;
}

static int
zip_list(struct container_listing *listing, struct fault *fault)
{
	struct input_container *container = listing->container;
	uint64_t n;
	const char *other;
	int code, result = 0;
	zip_t *zip = zip_of(&listing->blob, &code);

	if (zip == NULL && code == ZIP_ER_MEMORY)
		return fault_memory(fault);
	if (zip == NULL) {
		zip_refused(container, code);
		return 0;
	}
	n = (uint64_t)zip_get_num_entries(zip, 0);
	other = other_of(zip);
	if (other != NULL)
		result = fault_set(fault, FAULT_USAGE,
			"looks like %s, which is not read", other);
	else if (n > CONTAINER_ENTRIES_MOST)
		container_damaged(container, INPUT_UNREADABLE,
			"%" PRIu64 " entries are too many", n);
	else if (!zip_overlaps(listing, zip, n))
		for (uint64_t i = 0; i < n && result == 0; i++)
			result = zip_take(listing, zip, i, fault);
	zip_discard(zip);
	return result;
}

static int
zip_attach(struct container_handle *handle, struct fault *fault)
{
	int code;

	handle->state = zip_of(&handle->blob, &code);
	if (handle->state != NULL)
		return 0;
	if (code == ZIP_ER_MEMORY)
		return fault_memory(fault);
	return fault_set(fault, FAULT_INPUT,
		"its container cannot be opened again");
}

static void
zip_detach(struct container_handle *handle)
{
	if (handle->state != NULL)
		zip_discard(handle->state);
}

static int
zip_open_entry(struct entry_feed *entry, struct fault *fault)
{
	zip_t *zip = entry->handle->state;
	int code;

	entry->state = zip_fopen_index(zip, entry->input->place, 0);
	if (entry->state != NULL)
		return 0;
	code = zip_error_code_zip(zip_get_error(zip));
	if (code == ZIP_ER_MEMORY)
		return fault_memory(fault);
	return fault_set(fault, FAULT_INPUT, "%s",
		code == ZIP_ER_COMPNOTSUPP || code == ZIP_ER_ENCRNOTSUPP ?
			"compressed or encrypted in a way that is not read" :
			"its place in the zip is damaged");
}

/* The end of an entry by an error, as libzip tells it. */
static size_t
zip_stopped(struct entry_feed *entry, const char **ret_error)
{
	zip_error_t *error = zip_file_get_error(entry->state);
	const char *why = "bad data";
	enum feed_end end = FEED_BROKEN;

	switch (zip_error_code_zip(error)) {
	case ZIP_ER_CRC:
		why = "crc-32 mismatch";
		end = FEED_SPOILT;
		break;
	case ZIP_ER_MEMORY:
		*ret_error = source_starved;
		return 0;
	case ZIP_ER_READ:
	case ZIP_ER_SEEK:
		*ret_error = "the zip cannot be read";
		return 0;
	case ZIP_ER_EOF:
		why = "it ends";
		end = FEED_CUT;
		break;
	case ZIP_ER_INCONS:
		why = "length mismatch";
		break;
	default:
		break;
	}
	entry->feed.end = end;
	(void)snprintf(entry->feed.note, sizeof(entry->feed.note),
		"%s in the zip at byte %" PRIu64 " of the entry", why,
		entry->done);
	return 0;
}

static size_t
zip_pull(struct entry_feed *entry, void *at, size_t room,
	const char **ret_error)
{
	zip_int64_t n = zip_fread(entry->state, at, room);

	if (n < 0)
		return zip_stopped(entry, ret_error);
	if (n > 0 || entry->done == entry->input->size)
		return (size_t)n;
	entry->feed.end = FEED_BROKEN;
	(void)snprintf(entry->feed.note, sizeof(entry->feed.note),
		"%" PRIu64 " bytes instead of the %" PRIu64
		" that the zip announces",
		entry->done, entry->input->size);
	return 0;
}

static void
zip_close_entry(struct entry_feed *entry)
{
	if (entry->state != NULL)
		(void)zip_fclose(entry->state);
}

static bool
zip_begins(struct slice head)
{
	static const char *const magics[] = { "PK\003\004", "PK\005\006",
		"PK\007\010" };

	for (size_t i = 0; i < ARRAY_LEN(magics); i++) {
		if (head.len >= 4 && memcmp(head.at, magics[i], 4) == 0)
			return true;
	}
	return false;
}

const struct container_kind container_zip = {
	.name = "zip",
	.begins = zip_begins,
	.list = zip_list,
	.attach = zip_attach,
	.detach = zip_detach,
	.open = zip_open_entry,
	.pull = zip_pull,
	.close = zip_close_entry,
};

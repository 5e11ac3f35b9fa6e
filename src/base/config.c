/* SPDX-License-Identifier: Apache-2.0 */
/* Not EVP: see input/source.c. */
#define OPENSSL_SUPPRESS_DEPRECATED
#include "base/config.h"

#include <errno.h>
#include <openssl/sha.h>

/* The bytes of the file: one more than it may have, if it has more. */
static int
read_bytes(const struct config_kind *kind, const char *path, char *buffer,
	size_t *ret_len, struct fault *fault)
{
	FILE *file = fopen(path, "rbe");
	int error = file == NULL ? errno : 0;
	size_t len = 0;

	if (file != NULL) {
		errno = 0;
		len = fread(buffer, 1, CONFIG_BYTES + 1, file);
		error = ferror(file) ? errno : 0;
		(void)fclose(file);
	}
	if (error == ENOMEM)
		return fault_memory(fault);
	if (file == NULL || error != 0)
		return fault_set(fault, FAULT_USAGE,
			"%s '%s' cannot be read: %s", kind->option, path,
			fault_reason(error));
	if (len > CONFIG_BYTES)
		return fault_set(fault, FAULT_USAGE,
			"%s '%s' is no %s: it has more than %d KiB",
			kind->option, path, kind->name, CONFIG_BYTES >> 10);
	*ret_len = len;
	return 0;
}

/* What stands between quotes, without its backslashes. */
static int
unquote(struct slice text, char *to, size_t *ret_len, struct fault *fault)
{
	size_t i = 1, len = 0;

	for (; i < text.len && text.at[i] != '"'; i++) {
		if (text.at[i] == '\\' && ++i < text.len &&
			text.at[i] != '"' && text.at[i] != '\\')
			return fault_set(fault, FAULT_USAGE,
				"within quotes a backslash goes before a quote "
				"or another backslash");
		if (i < text.len)
			to[len++] = text.at[i];
	}
	if (i >= text.len)
		return fault_set(fault, FAULT_USAGE,
			"a quote is not closed");
	if (i + 1 < text.len)
		return fault_set(fault, FAULT_USAGE,
			"something stands behind the closing quote");
	*ret_len = len;
	return 0;
}

static int
parse_value(struct config *config, struct slice text, const char **ret,
	struct fault *fault)
{
	char *value;
	size_t len = 0;

	*ret = NULL;
	if (text.len == 0)
		return 0;
	value = arena_copy(&config->arena, text);
	if (value == NULL)
		return fault_memory(fault);
	if (text.at[0] == '"') {
		if (unquote(text, value, &len, fault) != 0)
			return -1;
		value[len] = '\0';
	}
	*ret = value;
	return 0;
}

static int
parse_line(struct config *config, const struct config_kind *kind,
	struct slice line, uint64_t number, struct fault *fault)
{
	struct slice text = slice_trim(line), name;
	struct config_entry entry = { .line = number };
	const char *equals;

	if (line.len > CONFIG_LINE)
		return fault_set(fault, FAULT_USAGE,
			"the line has more than %d KiB", CONFIG_LINE >> 10);
	if (text.len == 0 || text.at[0] == '#')
		return 0;
	if (memchr(text.at, '\0', text.len) != NULL)
		return fault_set(fault, FAULT_USAGE,
			"holds a NUL byte; a %s is plain text in UTF-8",
			kind->name);
	equals = memchr(text.at, '=', text.len);
	name = slice_trim((struct slice){ text.at,
		equals != NULL ? (size_t)(equals - text.at) : 0 });
	if (name.len == 0)
		return fault_set(fault, FAULT_USAGE,
			"'%.*s' is not NAME = VALUE, as in %s",
			(int)(text.len < 64 ? text.len : 64), text.at,
			kind->example);
	entry.name = arena_copy(&config->arena, name);
	if (entry.name == NULL)
		return fault_memory(fault);
	text = (struct slice){ equals + 1,
		(size_t)(text.at + text.len - equals - 1) };
	if (parse_value(config, slice_trim(text), &entry.value, fault) != 0 ||
		memory_grow((void **)&config->entries, &config->cap,
			config->n + 1, sizeof(entry), CONFIG_BYTES,
			"lines", fault) != 0)
		return -1;
	config->entries[config->n++] = entry;
	return 0;
}

/* SHA256() would set all of OpenSSL up, and crash where memory is short. */
static void
hash_text(struct slice text, unsigned char ret[32])
{
	SHA256_CTX digest;

	(void)SHA256_Init(&digest);
	(void)SHA256_Update(&digest, text.at, text.len);
	(void)SHA256_Final(ret, &digest);
}

int
config_parse(struct config *config, const struct config_kind *kind,
	const char *path, struct slice text, struct fault *fault)
{
	*config = (struct config){ .path = path };
	hash_text(text, config->sha256);
	if (text.len >= 3 && memcmp(text.at, "\xef\xbb\xbf", 3) == 0)
		text = (struct slice){ text.at + 3, text.len - 3 };
	for (uint64_t number = 1; text.len > 0; number++) {
		const char *end = memchr(text.at, '\n', text.len);
		size_t len = end != NULL ? (size_t)(end - text.at) : text.len;
		size_t past = end != NULL ? len + 1 : len;
		size_t cr = len > 0 && text.at[len - 1] == '\r';

		if (parse_line(config, kind,
			    (struct slice){ text.at, len - cr }, number,
			    fault) != 0)
			return fault_place(fault, path, number, 0);
		text = (struct slice){ text.at + past, text.len - past };
	}
	return 0;
}

int
config_read(struct config *config, const struct config_kind *kind,
	const char *path, struct fault *fault)
{
	char *buffer;
	size_t len = 0;
	int result = -1;

	*config = (struct config){ .path = path };
	if (strcmp(path, "-") == 0)
		return fault_set(fault, FAULT_USAGE,
			"%s cannot be -, standard input is for logs",
			kind->option);
	buffer = memory_array(CONFIG_BYTES + 1, 1);
	if (buffer == NULL)
		return fault_memory(fault);
	if (read_bytes(kind, path, buffer, &len, fault) == 0)
		result = config_parse(config, kind, path,
			(struct slice){ buffer, len }, fault);
	free(buffer);
	return result;
}

const char *
config_path(struct config *config, const char *value)
{
	const char *slash = strrchr(config->path, '/');
	size_t folder, len = strlen(value);
	char *path;

	if (slash == NULL || value[0] == '/' || value[0] == '\0' ||
		strcmp(value, "-") == 0)
		return value;
	folder = (size_t)(slash - config->path) + 1;
	path = arena_alloc(&config->arena, folder + len + 1);
	if (path != NULL) {
		memcpy(path, config->path, folder);
		memcpy(path + folder, value, len + 1);
	}
	return path;
}

void
config_free(struct config *config)
{
	free(config->entries);
	arena_free(&config->arena);
	*config = (struct config){ 0 };
}

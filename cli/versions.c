/* SPDX-License-Identifier: Apache-2.0 */
#define PCRE2_CODE_UNIT_WIDTH 8

#include "cli/versions.h"

#include <archive.h>
#include <bzlib.h>
#include <csv.h>
#include <gnu/libc-version.h>
#include <lz4.h>
#include <lzma.h>
#include <openssl/crypto.h>
#include <pcre2.h>
#include <seccomp.h>
#include <zip.h>
#include <zstd.h>

#include "input/reader.h"

/* Up to the first blank: "10.42 2022-12-11", "1.0.8, 13-Jul-2019". */
static void
add(struct version *list, size_t *n, const char *name, const char *text)
{
	size_t len = strcspn(text, " ,");

	if (*n == VERSIONS_MAX)
		return;
	list[*n].name = name;
	(void)snprintf(list[*n].text, VERSION_TEXT, "%.*s", (int)len, text);
	(*n)++;
}

/* "libisal 2.30.0", or none */
static void
add_fast(struct version *list, size_t *n)
{
	const char *fast = inflater_fast_name();
	const char *blank = fast != NULL ? strchr(fast, ' ') : NULL;

	if (blank != NULL)
		add(list, n, "libisal", blank + 1);
}

static void
add_pattern(struct version *list, size_t *n)
{
	char text[64] = "";

	if (pcre2_config(PCRE2_CONFIG_VERSION, NULL) <= (int)sizeof(text))
		(void)pcre2_config(PCRE2_CONFIG_VERSION, text);
	add(list, n, "PCRE2", text);
}

static void
add_numbers(struct version *list, size_t *n, const char *name, unsigned major,
	unsigned minor, unsigned micro)
{
	char text[VERSION_TEXT];

	(void)snprintf(text, sizeof(text), "%u.%u.%u", major, minor, micro);
	add(list, n, name, text);
}

size_t
versions_list(struct version list[VERSIONS_MAX])
{
	const struct scmp_version *seccomp = seccomp_version();
	size_t n = 0;

	add(list, &n, "quis", QUIS_VERSION);
	add(list, &n, "glibc", gnu_get_libc_version());
	add(list, &n, "zlib", inflater_plain_version());
	add_fast(list, &n);
	add(list, &n, "zstd", ZSTD_versionString());
	add(list, &n, "xz", lzma_version_string());
	add(list, &n, "bzip2", BZ2_bzlibVersion());
	add(list, &n, "lz4", LZ4_versionString());
	add(list, &n, "libzip", zip_libzip_version());
	add_numbers(list, &n, "libarchive",
		(unsigned)archive_version_number() / 1000000,
		(unsigned)archive_version_number() / 1000 % 1000,
		(unsigned)archive_version_number() % 1000);
	add_pattern(list, &n);
	add_numbers(list, &n, "libcsv", CSV_MAJOR, CSV_MINOR, CSV_RELEASE);
	add(list, &n, "OpenSSL", OpenSSL_version(OPENSSL_VERSION_STRING));
	if (seccomp != NULL)
		add_numbers(list, &n, "libseccomp", seccomp->major,
			seccomp->minor, seccomp->micro);
	return n;
}

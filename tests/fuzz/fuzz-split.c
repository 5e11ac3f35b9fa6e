/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as a record and as lines: all scanners find the same, and what the
 * splitter finds by itself is what libcsv finds. */
#include "format/scan.h"
#include "format/split.h"
#include "tests/fuzz/fuzz.h"

static void
scan_record(struct slice text, char separator)
{
	static struct scan want, got;
	bool well = scanners[scanners_n - 1].scan(text, separator, &want);

	for (size_t s = 0; s + 1 < scanners_n; s++) {
		if (!scanners[s].usable())
			continue;
		MUST(scanners[s].scan(text, separator, &got) == well);
		MUST(!well ||
			(got.n == want.n && got.quoted == want.quoted &&
				got.blank == want.blank &&
				got.ascii == want.ascii &&
				memcmp(got.start, want.start, (want.n + 2) *
					sizeof(want.start[0])) == 0));
	}
}

static void
scan_lines(struct slice text, char separator)
{
	static struct scan_lines want, got;
	size_t ends;

	if (text.len > SCAN_AHEAD)
		text.len = SCAN_AHEAD;
	text.len -= text.len % SCAN_BLOCK;
	scanners[scanners_n - 1].lines(text, separator, &want);
	ends = want.n > 0 ? want.last[want.n - 1] + 1u : 1;
	for (size_t s = 0; s + 1 < scanners_n; s++) {
		if (!scanners[s].usable())
			continue;
		scanners[s].lines(text, separator, &got);
		MUST(got.n == want.n && got.odd == want.odd &&
			got.ascii == want.ascii);
		MUST(memcmp(got.odds, want.odds, text.len / SCAN_BLOCK *
			sizeof(want.odds[0])) == 0);
		MUST(memcmp(got.last, want.last,
			want.n * sizeof(want.last[0])) == 0);
		MUST(memcmp(got.end, want.end,
			ends * sizeof(want.end[0])) == 0);
	}
}

static void
must_agree(struct splitter *one, struct splitter *two)
{
	size_t n, m;
	const struct slice *a = splitter_fields(one, &n);
	const struct slice *b = splitter_fields(two, &m);

	MUST(n == m);
	for (size_t i = 0; i < n; i++)
		MUST(slice_equal(a[i], b[i]));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static struct splitter *one, *two;
	static const char separators[] = { ',', '\t', ';', '|' };
	struct slice text = { (const char *)data, len };
	struct fault fault = { 0 };
	char separator;
	bool breaks = false;

	if (len < 2)
		return 0;
	separator = separators[data[0] % 4];
	text.at++;
	text.len--;
	scan_record(text, separator);
	scan_lines(text, separator);
	MUST(splitter_open(&one, separator, &fault) == 0);
	MUST(splitter_open(&two, separator, &fault) == 0);
	/* A line has no LF, and CR but where libcsv sees a record's end. */
	for (size_t i = 0; i < text.len; i++)
		breaks |= text.at[i] == '\n' || text.at[i] == '\r';
	if (!breaks && slice_trim(text).len > 0 &&
		splitter_split_scanned(one, text) == SPLIT_DONE) {
		MUST(splitter_split_quoted(two, text) == SPLIT_DONE);
		must_agree(one, two);
	}
	(void)splitter_split(one, text);
	splitter_free(one);
	splitter_free(two);
	return 0;
}

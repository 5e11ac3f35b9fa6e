/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/rejects.h"

#include <unistd.h>

#include "report/rows.h"

static const struct row_column columns[] = {
	{ "file", ROW_TEXT },
	{ "line", ROW_NUMBER },
	{ "reason", ROW_PLAIN },
	{ "text", ROW_TEXT },
};

struct writing {
	struct row_writer rows;
	const struct book *book;
};

static int
write_reject(void *ctx, const struct reject *reject, struct fault *fault)
{
	const struct writing *writing = ctx;
	const struct log_file *file = &writing->book->files[reject->file];
	char line[ROW_NUMBER_MAX];
	const struct slice cells[] = { slice_of(file->input->path),
		row_number(line, reject->line),
		slice_of(reason_name(reject->reason)), reject->text };

	if (rows_put(&writing->rows, cells) != 0)
		return fault_memory(fault);
	return 0;
}

int
rejects_write(struct reading *reading, struct fault *fault)
{
	const struct settings *settings = reading->settings;
	struct writing writing = { .book = reading->book,
		.rows = { .columns = columns, .n = ARRAY_LEN(columns),
			.csv_raw = settings->csv_raw,
			.terminal = strcmp(settings->rejects, "-") == 0 &&
				isatty(STDOUT_FILENO) } };
	struct sink *sink;

	if (sink_open(&sink, settings->rejects, fault) != 0)
		return -1;
	writing.rows.sink = sink;
	sink_watch(sink, &reading->rejects_written);
	rows_begin(&writing.rows);
	if (rejects_each(reading->rejects, write_reject, &writing, fault) !=
		0) {
		sink_abort(sink);
		return -1;
	}
	return sink_close(sink, fault);
}

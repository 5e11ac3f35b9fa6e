/* SPDX-License-Identifier: Apache-2.0 */
#include "report/format.h"

static int
write_table(const struct report *report, struct sink *sink,
	const struct report_look *look)
{
	return report_table(report, sink, &look->table);
}

static int
write_csv(const struct report *report, struct sink *sink,
	const struct report_look *look)
{
	return look->terminal ?
		report_csv_shown(report, sink, look->csv_raw) :
		report_csv(report, sink, look->csv_raw);
}

static int
write_json(const struct report *report, struct sink *sink,
	const struct report_look *look)
{
	(void)look; /* JSON looks the same everywhere */
	return report_json(report, sink);
}

const struct report_format report_formats[] = {
	{ "table", write_table },
	{ "csv", write_csv },
	{ "json", write_json },
};
const size_t n_report_formats = ARRAY_LEN(report_formats);

const struct report_format *
report_format_find(struct slice name)
{
	for (size_t i = 0; i < n_report_formats; i++)
		if (slice_is(name, report_formats[i].name))
			return &report_formats[i];
	return NULL;
}

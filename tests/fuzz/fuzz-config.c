/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as a config: its lines are in order and have names, or what is
 * wrong is told with its line. */
#include "base/config.h"
#include "tests/fuzz/fuzz.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static const struct config_kind kind = { "--config", "config",
		"top = 50" };
	struct slice text = { (const char *)data, len };
	struct config config;
	struct fault fault = { 0 };
	uint64_t line = 0;

	if (config_parse(&config, &kind, "some/config", text, &fault) != 0)
		MUST(fault.code == FAULT_USAGE && fault.text[0] != '\0');
	for (size_t i = 0; i < config.n; i++) {
		const struct config_entry *entry = &config.entries[i];

		MUST(entry->name[0] != '\0' && entry->line > line);
		line = entry->line;
		if (entry->value != NULL)
			MUST(config_path(&config, entry->value) != NULL);
	}
	config_free(&config);
	return 0;
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/choice.h"

static int
fault_unknown(const char *option, struct slice name, struct fault *fault)
{
	char names[512] = "";
	size_t len = 0;

	for (size_t s = 0; s < SIGNAL_N && len < sizeof(names); s++)
		len += (size_t)snprintf(names + len, sizeof(names) - len,
			"%s%s", s > 0 ? ", " : "", signals[s].name);
	return fault_set(fault, FAULT_USAGE,
		"--%s: '%.*s' is no signal; there are %s", option,
		(int)(name.len < 64 ? name.len : 64), name.at, names);
}

/* Names between commas, each a signal's. */
static int
read_list(const char *option, const char *list, bool ret[SIGNAL_N],
	struct fault *fault)
{
	for (const char *at = list;; at++) {
		size_t len = strcspn(at, ","), s = 0;
		struct slice name = slice_trim((struct slice){ at, len });

		while (s < SIGNAL_N && !slice_is(name, signals[s].name))
			s++;
		if (s == SIGNAL_N)
			return fault_unknown(option, name, fault);
		ret[s] = true;
		at += len;
		if (*at == '\0')
			return 0;
	}
}

int
choice_signals(const struct settings *settings, bool ret_without[SIGNAL_N],
	struct fault *fault)
{
	bool with[SIGNAL_N] = { false }, without[SIGNAL_N] = { false };
	bool any = false;

	if (settings->signals != NULL &&
		read_list("signals", settings->signals, with, fault) != 0)
		return -1;
	if (settings->without != NULL &&
		read_list("without", settings->without, without, fault) != 0)
		return -1;
	for (size_t s = 0; s < SIGNAL_N; s++) {
		if (with[s] && without[s])
			return fault_set(fault, FAULT_USAGE,
				"--signals asks for %s and --without leaves it "
				"out",
				signals[s].name);
		without[s] |= settings->signals != NULL && !with[s];
		any |= !without[s];
	}
	if (!any)
		return fault_set(fault, FAULT_USAGE,
			"--without leaves no signal to rank by");
	memcpy(ret_without, without, sizeof(without));
	return 0;
}

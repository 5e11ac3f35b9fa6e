/* SPDX-License-Identifier: Apache-2.0 */
/* quis check: what was read, what was not, whether it is intact. */
#include "cli/command.h"
#include "cli/gaps.h"
#include "cli/manifest.h"
#include "cli/output.h"
#include "cli/reading.h"
#include "cli/say.h"

static int
check_run(const struct settings *settings, int *status, struct fault *fault)
{
	struct reading reading;
	struct report report = { .command = "check" };
	int result = -1;

	if (reading_open(&reading, settings, fault) != 0)
		goto out;
	reading_watch(&reading);
	if (reading_run(&reading, fault) != 0)
		goto out;
	*status = reading.status;
	if (output_inputs(&reading, true, &report, &report.rows, fault) != 0 ||
		((reading.gaps.n > 0 || !output_is_table(settings)) &&
			gap_section(&reading, &report, fault) != 0) ||
		output_read_settings(&reading, &report, fault) != 0)
		goto out;
	result = output_report(&reading, &report, fault) != 0 ?
		-1 :
		manifest_write(&reading, &report, fault);
out:
	report_clear(&report);
	reading_free(&reading);
	return result;
}

int
cmd_check(const struct settings *settings)
{
	struct fault fault = { 0 };
	int status = EXIT_COMPLETE;

	if (check_run(settings, &status, &fault) != 0) {
		say_fault(&fault);
		status = worse_status(status, fault_status(&fault));
	}
	return status;
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "registry/registry.h"

enum { DAY_SECONDS = 86400 };

void
registry_fill(const struct registry *registry, struct record *record,
	const struct moment *when)
{
	struct slice *unit = &record->field[FIELD_UNIT];
	struct slice *role = &record->field[FIELD_ROLE];
	bool has_unit = field_given(*unit), has_role = field_given(*role);
	const struct roster_entry *entry;

	if ((has_unit && has_role) || registry == NULL ||
		registry->n_roster == 0)
		return;
	/* the day on the clock of who wrote the line */
	entry = registry_service(registry, record->field[FIELD_USER],
		(int32_t)((when->ms / 1000 + when->offset + DAY_SECONDS) /
				DAY_SECONDS -
			1));
	if (entry == NULL)
		return;
	if (!has_unit && entry->unit != 0)
		*unit = registry->names[REGISTRY_UNIT].names[entry->unit];
	if (!has_role && entry->role != 0)
		*role = registry->names[REGISTRY_ROLE].names[entry->role];
}

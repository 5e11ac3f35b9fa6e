/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as a zip or a tar: what is listed of it is read, twice to the same
 * end, an entry that is intact is as long as was said and has its CRC-32, and
 * what is not intact says why. */
#include "input/container.h"
#include "tests/fuzz/fuzz.h"

enum { ENTRIES_MOST = 20 };

static struct reader_spare spare;

static const struct reader_limits limits = { .line = 1 << 16, .ratio = 1000,
	.spare = &spare };

static void
look(const struct input *input, struct reader_facts *ret)
{
	struct fault fault = { 0 };
	struct reader *reader;

	*ret = (struct reader_facts){ .state = INPUT_UNREADABLE };
	if (input_open(&reader, input, &limits, &fault) != 0) {
		MUST(fault.code == FAULT_INPUT && fault.text[0] != '\0');
		return;
	}
	while (reader_text(reader).len > 0)
		;
	*ret = *reader_facts(reader);
	reader_free(reader);
	MUST(ret->state == INPUT_INTACT || ret->note[0] != '\0');
}

static void
look_twice(const struct input *input)
{
	struct reader_facts one, two;

	look(input, &one);
	look(input, &two);
	MUST(one.state == two.state && one.bytes == two.bytes &&
		one.crc == two.crc && strcmp(one.note, two.note) == 0);
	if (one.state != INPUT_INTACT || input->container == NULL)
		return;
	MUST(one.bytes == input->size);
	MUST(input->claimed == 0 || one.compression != COMPRESSION_NONE ||
		one.crc == input->crc);
}

static void
check_list(struct input_list *list)
{
	struct fault fault = { 0 };
	size_t n = 0;

	MUST(input_list_close(list, &fault) == 0);
	for (size_t i = 0; i < list->n; i++) {
		const struct input *input = &list->items[i];

		MUST(input->path[0] != '\0');
		if (input->broken != NULL)
			MUST(input->broken->state != INPUT_INTACT &&
				input->broken->note[0] != '\0');
		if (input->problem == NULL && n++ < ENTRIES_MOST)
			look_twice(input);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct input_list list = { .temporary = "/dev/shm", .limits = limits };
	struct fault fault = { 0 };

	if (input_list_add(&list, fuzz_file(data, len), &fault) == 0)
		check_list(&list);
	else
		MUST(fault.code == FAULT_USAGE && fault.text[0] != '\0');
	/* It reads from the list; the rest of what is spare stays. */
	container_handle_free(spare.container);
	spare.container = NULL;
	input_list_free(&list);
	return 0;
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "lookup/waiting.h"

static void
case_keep(struct shard *shard, struct slice caseref, uint32_t number)
{
	uint64_t word[4];

	if (!case_words(caseref, word))
		return;
	*case_place(shard, word, caseref.len) = (struct case_kept){
		.word = { word[0], word[1], word[2] },
		.len = (uint32_t)caseref.len, .number = number };
}

/* What is known last is written where the row went: to copy what was just
 * written is to wait for it. */
int
waiting_append(struct shard *shard, const struct row *row, unsigned part,
	struct slice subject, struct fault *fault)
{
	struct partition *partition = &shard->parts[part];
	uint64_t number = row->subject;

	if (subject.len > 0 &&
		partition_add_text(partition, &shard->pool, subject, &number,
			fault) != 0)
		return -1;
	if (partition_append(partition, &shard->pool, row, fault) != 0)
		return -1;
	partition->next[-1].subject = number;
	return 0;
}

/* The oldest row gets its case's number and goes. */
static int
settle_one(struct shard *shard, struct fault *fault)
{
	struct waiting *waiting =
		&shard->waiting[shard->settled % WAITING_ROWS];
	struct slice caseref = { waiting->caseref, waiting->case_len };
	struct slice subject = { waiting->subject, waiting->subject_len };
	uint32_t number;

	if (dict_add_guessed(&shard->names[NAME_CASE], caseref, waiting->hash,
		    waiting->guess, &number, fault) != 0)
		return -1;
	shard->settled++;
	if (waiting_append(shard, &waiting->row, waiting->part, subject,
		    fault) != 0)
		return -1;
	shard->parts[waiting->part].next[-1].caseref = number;
	case_keep(shard, caseref, number);
	return 0;
}

/* Each step of a case's looking up is taken a few rows after the one before,
 * when what that asked of memory has come. There is always room for one
 * more. */
static int
wait(struct shard *shard, const struct row *row, unsigned part,
	struct slice subject, struct slice caseref, struct fault *fault)
{
	const struct dict *cases = &shard->names[NAME_CASE];
	uint64_t i = shard->waited++;
	struct waiting *waiting = &shard->waiting[i % WAITING_ROWS];

	waiting->row = *row;
	waiting->hash = dict_hash(cases, caseref);
	dict_fetch_slot(cases, waiting->hash);
	waiting->part = part;
	waiting->guess = 0;
	waiting->case_len = (uint32_t)caseref.len;
	slice_copy(waiting->caseref, caseref);
	waiting->subject_len = (uint32_t)subject.len;
	if (subject.len > 0)
		slice_copy(waiting->subject, subject);
	waiting = &shard->waiting[(i - WAITING_ROWS / 3) % WAITING_ROWS];
	waiting->guess = dict_guess(cases, waiting->hash);
	dict_fetch_name(cases, waiting->guess);
	waiting = &shard->waiting[(i - 2 * WAITING_ROWS / 3) % WAITING_ROWS];
	dict_fetch_bytes(cases, waiting->guess);
	return shard->waited - shard->settled < WAITING_ROWS ?
		0 :
		settle_one(shard, fault);
}

int
waiting_add(struct shard *shard, struct row *row, unsigned part,
	struct slice subject, struct slice caseref, struct fault *fault)
{
	if (given(caseref).len == 0)
		case_keep(shard, caseref, 0);
	else if (caseref.len <= WAITING_CASE && subject.len <= WAITING_SUBJECT)
		return wait(shard, row, part, subject, caseref, fault);
	else if (dict_add(&shard->names[NAME_CASE], caseref, &row->caseref,
			 fault) != 0)
		return -1;
	return waiting_append(shard, row, part, subject, fault);
}

int
waiting_settle(struct shard *shard, struct fault *fault)
{
	while (shard->settled < shard->waited)
		if (settle_one(shard, fault) != 0)
			return -1;
	return 0;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Every task is done once; a worker does one at a time; the lowest faulty
 * task is the one that is told, whatever the threads. */
#include "tests/unit/unit.h"

#include <sched.h>
#include <stdatomic.h>

#include "base/pool.h"

enum { TASKS = 5000 };

struct job {
	unsigned threads;
	atomic_uint done[TASKS];
	atomic_bool busy[POOL_THREADS_MAX];
	bool bad[TASKS];
	size_t slow, slower; /* these tasks dawdle */
};

static int
work(void *ctx, unsigned worker, size_t task, struct fault *fault)
{
	struct job *job = ctx;

	/* a worker number that is out of range would have no state */
	if (worker >= (job->threads > 0 ? job->threads : 1) ||
		atomic_exchange(&job->busy[worker], true))
		return fault_set(fault, FAULT_INTERNAL, "worker %u", worker);
	for (int i = 0; (task == job->slow && i < 300) ||
		(task == job->slower && i < 3000); i++)
		sched_yield();
	atomic_fetch_add(&job->done[task], 1);
	atomic_store(&job->busy[worker], false);
	return job->bad[task] ?
		fault_set(fault, FAULT_LIMIT, "task %zu", task) :
		0;
}

static void
test_all_once(void **state)
{
	static const unsigned threads[] = { 0, 1, 2, 5, 64, 1000 };
	static struct job job;
	struct fault fault = { 0 };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(threads); i++) {
		memset(&job, 0, sizeof(job));
		job.threads = threads[i] > POOL_THREADS_MAX ?
			POOL_THREADS_MAX : threads[i];
		job.slow = job.slower = TASKS;
		assert_int_equal(pool_run(threads[i], TASKS, work, &job,
			&fault), 0);
		assert_int_equal(fault.code, FAULT_NONE);
		for (size_t k = 0; k < TASKS; k++)
			assert_int_equal(job.done[k], 1);
	}
}

static void
test_nothing(void **state)
{
	static struct job job;
	struct fault fault = { 0 };

	(void)state;
	assert_int_equal(pool_run(4, 0, work, &job, &fault), 0);
	assert_int_equal(fault.code, FAULT_NONE);
}

static void
test_lowest_fault(void **state)
{
	static struct job job;

	(void)state;
	for (int round = 0; round < 200; round++) {
		struct fault fault = { 0 };

		memset(&job, 0, sizeof(job));
		job.threads = 1 + (unsigned)round % 8;
		job.bad[20] = job.bad[21] = job.bad[23] = true;
		job.bad[30] = true;
		/* others fail while it dawdles, and after it has failed */
		job.slow = 20;
		job.slower = 23;
		assert_int_equal(pool_run(job.threads, TASKS, work, &job,
			&fault), -1);
		assert_int_equal(fault.code, FAULT_LIMIT);
		assert_string_equal(fault.text, "task 20");
		/* what came before was done, what came long after was not */
		for (size_t k = 0; k <= 20; k++)
			assert_int_equal(job.done[k], 1);
		assert_int_equal(job.done[TASKS - 1], 0);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_all_once),
		cmocka_unit_test(test_nothing),
		cmocka_unit_test(test_lowest_fault),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "base/pool.h"

#include <pthread.h>
#include <stdatomic.h>

struct pool {
	pool_work work;
	void *ctx;
	size_t n;
	atomic_size_t next;
	atomic_bool stop;
	pthread_mutex_t lock; /* of what follows */
	struct fault *fault;
	size_t fault_task;
};

struct worker {
	struct pool *pool;
	unsigned number;
	pthread_t thread;
};

static void
pool_fault(struct pool *pool, size_t task, const struct fault *fault)
{
	atomic_store(&pool->stop, true);
	(void)pthread_mutex_lock(&pool->lock);
	if (task < pool->fault_task) {
		pool->fault_task = task;
		*pool->fault = *fault;
	}
	(void)pthread_mutex_unlock(&pool->lock);
}

static void *
worker_run(void *arg)
{
	struct worker *worker = arg;
	struct pool *pool = worker->pool;

	while (!atomic_load(&pool->stop)) {
		size_t task = atomic_fetch_add(&pool->next, 1);
		struct fault fault = { 0 };

		if (task >= pool->n)
			break;
		if (pool->work(pool->ctx, worker->number, task, &fault) != 0)
			pool_fault(pool, task, &fault);
	}
	return NULL;
}

int
pool_run(unsigned threads, size_t n, pool_work work, void *ctx,
	struct fault *fault)
{
	struct pool pool = { .work = work, .ctx = ctx, .n = n, .fault = fault,
		.fault_task = SIZE_MAX };
	struct worker *workers;
	unsigned started = 0;

	if (threads > POOL_THREADS_MAX)
		threads = POOL_THREADS_MAX;
	if (threads > n)
		threads = (unsigned)n;
	if (threads < 1)
		threads = 1;
	workers = calloc(threads, sizeof(*workers));
	if (workers == NULL)
		return fault_memory(fault);
	(void)pthread_mutex_init(&pool.lock, NULL);
	/* The caller's thread is worker 0; where the system refuses further
	 * threads, fewer do the work. */
	workers[0] = (struct worker){ .pool = &pool, .number = 0 };
	for (unsigned i = 1; i < threads; i++) {
		workers[i] = (struct worker){ .pool = &pool, .number = i };
		if (pthread_create(&workers[i].thread, NULL, worker_run,
			    &workers[i]) != 0)
			break;
		started++;
	}
	(void)worker_run(&workers[0]);
	for (unsigned i = 1; i <= started; i++)
		(void)pthread_join(workers[i].thread, NULL);
	(void)pthread_mutex_destroy(&pool.lock);
	free(workers);
	return pool.fault_task == SIZE_MAX ? 0 : -1;
}

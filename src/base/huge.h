/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Blocks of memory in huge pages, of which one comes in a fraction of the time
 * of the 512 small ones it stands for. But on a virtual machine whose host has
 * taken free memory back, it must first come from there, whole, and takes
 * several times as long: so their taker is told whether they were worth it, and
 * asks for no more of them once they are slow.
 */
#ifndef QUIS_BASE_HUGE_H
#define QUIS_BASE_HUGE_H

#include "base/base.h"

enum { HUGE_PAGE = 2 * 1024 * 1024 };

/* `len` bytes of zeros, a multiple of HUGE_PAGE, at such an address, or NULL.
 * They take memory as they are written, in huge pages if the system has some;
 * freed by munmap(). */
void *huge_map(size_t len);

/* Small pages for what has not been written. */
void huge_decline(void *at, size_t len);

/* Have the system make small pages at once, which takes two thirds of the time
 * that they take when they are written one by one. Any memory of mmap(), part
 * of which may be in use by other threads. */
void huge_fetch_small(void *at, size_t len);

/* Write the first byte of a huge page, 0. False: it was not worth it, by the
 * time the processor spent. */
bool huge_touch(void *page);

/* Have the system make memory of a block, part of which may be in use by other
 * threads. False: as huge_touch(). */
bool huge_fetch(void *at, size_t len);

#endif

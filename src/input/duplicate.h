/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Logs that are the same, under other names or compressed in another way. They
 * are counted once.
 */
#ifndef QUIS_INPUT_DUPLICATE_H
#define QUIS_INPUT_DUPLICATE_H

#include "input/list.h"

/* Before the logs are read: mark the files whose bytes are those of an earlier
 * one. Files of equal size are hashed (SHA-256). One that cannot be read gets
 * its problem. */
int input_list_find_copies(struct input_list *list, struct fault *fault);

#endif

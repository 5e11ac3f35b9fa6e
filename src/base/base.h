/* SPDX-License-Identifier: Apache-2.0 */
/* What every file of quis may lean on. Include it first. */
#ifndef QUIS_BASE_BASE_H
#define QUIS_BASE_BASE_H

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/banned.h"
#include "base/fault.h"
#include "base/slice.h"

#define ARRAY_LEN(a) (sizeof(a) / sizeof((a)[0]))

#endif

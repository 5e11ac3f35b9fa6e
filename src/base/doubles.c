/* SPDX-License-Identifier: Apache-2.0 */
#include "base/doubles.h"

static int
compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

void
doubles_sort(double *numbers, size_t n)
{
	if (n > 1)
		qsort(numbers, n, sizeof(*numbers), compare);
}

size_t
doubles_below(const double *sorted, size_t n, double x)
{
	size_t low = 0;

	while (low < n) {
		size_t middle = low + (n - low) / 2;

		if (sorted[middle] < x)
			low = middle + 1;
		else
			n = middle;
	}
	return low;
}

size_t
doubles_up_to(const double *sorted, size_t n, double x)
{
	size_t low = 0;

	while (low < n) {
		size_t middle = low + (n - low) / 2;

		if (sorted[middle] <= x)
			low = middle + 1;
		else
			n = middle;
	}
	return low;
}

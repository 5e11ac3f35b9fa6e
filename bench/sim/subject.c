/* SPDX-License-Identifier: Apache-2.0 */
#include "subject.h"

#include "citizens.h"

#include <string.h>

const char *const kind_names[KINDS] = { "identity", "call-records",
	"registration", "criminal-record", "vehicle", "passport" };

const char *const district_names[DISTRICTS] = { "Dhaka", "Gazipur",
	"Narayanganj", "Narsingdi", "Manikganj", "Munshiganj", "Tangail",
	"Kishoreganj", "Faridpur", "Gopalganj", "Madaripur", "Rajbari",
	"Shariatpur", "Chattogram", "Cox's Bazar", "Cumilla", "Feni",
	"Brahmanbaria", "Noakhali", "Lakshmipur", "Chandpur", "Rangamati",
	"Khagrachhari", "Bandarban", "Khulna", "Jashore", "Satkhira",
	"Bagerhat", "Narail", "Magura", "Jhenaidah", "Chuadanga", "Kushtia",
	"Meherpur", "Rajshahi", "Bogura", "Pabna", "Sirajganj", "Natore",
	"Naogaon", "Chapainawabganj", "Joypurhat", "Rangpur", "Dinajpur",
	"Gaibandha", "Kurigram", "Lalmonirhat", "Nilphamari", "Thakurgaon",
	"Panchagarh", "Sylhet", "Moulvibazar", "Habiganj", "Sunamganj",
	"Mymensingh", "Jamalpur", "Netrokona", "Sherpur", "Barishal", "Bhola",
	"Patuakhali", "Pirojpur", "Barguna", "Jhalokathi" };

/* Inhabitants in units of ten thousand, rounded. */
static const uint16_t population[DISTRICTS] = { 1470, 530, 390, 260, 156, 163,
	404, 327, 216, 129, 129, 119, 129, 917, 282, 621, 165, 331, 363, 194,
	264, 65, 71, 48, 261, 308, 220, 161, 79, 103, 201, 123, 215, 71, 292,
	374, 291, 336, 186, 278, 184, 96, 317, 332, 256, 233, 143, 209, 153,
	118, 386, 212, 236, 270, 590, 250, 232, 150, 257, 193, 173, 120, 101,
	66 };

/* Where each of the eight divisions begins in the list of districts. */
static const uint8_t division[] = { 0, 13, 24, 34, 42, 50, 54, 58, DISTRICTS };

static const char plate_classes[][4] = { "KA", "KHA", "GA", "GHA", "CHA", "HA",
	"LA", "THA" };

enum { KNOWN = 400, FLEET = 4000, PLATE_SHORT = DISTRICTS };

/* The sum of population[]. */
enum { INHABITANTS = 16519 };

static uint64_t
citizen(unsigned district, uint64_t serial)
{
	return (uint64_t)district << 32 | serial;
}

unsigned
district_anywhere(struct rng *rng)
{
	uint32_t x = rng_below(rng, INHABITANTS);

	for (unsigned i = 0; i + 1 < DISTRICTS; i++) {
		if (x < population[i])
			return i;
		x -= population[i];
	}
	return DISTRICTS - 1;
}

unsigned
district_near(struct rng *rng, unsigned district)
{
	unsigned i = 0;

	while (division[i + 1] <= district)
		i++;
	return division[i] + rng_below(rng, division[i + 1] - division[i]);
}

uint64_t
citizen_in(struct rng *rng, unsigned district)
{
	return citizen(district, rng_below(rng, population[district] * 10000u));
}

uint64_t
citizen_anywhere(struct rng *rng)
{
	return citizen_in(rng, district_anywhere(rng));
}

uint64_t
citizen_known(struct rng *rng, unsigned district)
{
	double u = rng_unit(rng);

	return citizen(district, (uint64_t)(u * u * KNOWN));
}

static struct subject
nid_of(uint64_t who, uint64_t hash)
{
	uint64_t district = who >> 32, serial = who & 0xffffffff;
	uint64_t place = (district + 10) * 100000 + (serial / 1000000) * 1000 +
		hash % 1000;
	struct subject subject = { .district = (uint8_t)district };
	unsigned form = (unsigned)(hash >> 32) % 20;

	if (form < 9) {
		subject.form = FORM_NID10;
		subject.value = 1000000000 + mix64(who) % 9000000000;
		return subject;
	}
	subject.value = place * 1000000 + serial % 1000000;
	if (form < 12) {
		subject.form = FORM_NID13;
		return subject;
	}
	subject.form = FORM_NID17;
	subject.value += (1945 + hash / 1000 % 60) * 10000000000000;
	return subject;
}

static struct subject
plate_of(uint64_t who, uint64_t hash)
{
	uint64_t district = who >> 32;
	struct subject subject = { .form = FORM_PLATE,
		.district = (uint8_t)district };

	/*
	 * A tenth are buses, lorries and hired cars, whose short numbers turn
	 * up with many people: one subject, and nothing in common.
	 */
	if (hash % 10 == 0) {
		hash = mix64((hash >> 8) % FLEET);
		district = PLATE_SHORT;
	} else if (hash % 10 < 3) {
		district = PLATE_SHORT;
	}
	subject.value = district << 32 | (hash >> 16 & 7) << 24 |
		(11 + (hash >> 20) % 40) << 16 | (hash >> 30) % 10000;
	return subject;
}

static struct citizens *remembered;

void
subject_remember(struct citizens *citizens)
{
	remembered = citizens;
}

struct subject
subject_of(uint64_t who, enum kind kind, unsigned which)
{
	uint64_t hash = mix64(who * 4 + 1);
	struct subject subject = { .district = (uint8_t)(who >> 32) };

	if (remembered)
		citizens_add(remembered, who);
	switch (kind) {
	case KIND_CALLS:
	case KIND_REGISTRATION:
		hash = mix64(who * 4 + 2 + which % 2);
		subject.form = FORM_PHONE;
		subject.value = 300000000 + hash % 700000000;
		return subject;
	case KIND_VEHICLE:
		return plate_of(who, mix64(hash));
	case KIND_PASSPORT:
		if (which % 3 == 2)
			return nid_of(who, hash);
		subject.form = FORM_PASSPORT;
		subject.value = hash % 200000000;
		return subject;
	default:
		return nid_of(who, hash);
	}
}

static unsigned
form_digits(unsigned form)
{
	static const uint8_t digits[] = { 10, 13, 17, 9, 4, 8 };

	return digits[form];
}

struct subject
subject_mistyped(struct rng *rng, struct subject subject)
{
	uint64_t power = 1, digit;

	/* The first digits stay: they tell the form. */
	for (uint32_t i = rng_below(rng, form_digits(subject.form) - 2); i; i--)
		power *= 10;
	if (subject.form == FORM_PLATE)
		power = 1;
	digit = subject.value / power % 10;
	subject.value -= digit * power;
	subject.value += (digit + 1 + rng_below(rng, 9)) % 10 * power;
	subject.district = DISTRICTS;
	return subject;
}

struct subject
subject_next(struct subject subject, unsigned step)
{
	subject.value += step;
	return subject;
}

static size_t
put_digits(char *out, uint64_t value, size_t n)
{
	for (size_t i = n; i-- > 0;) {
		out[i] = (char)('0' + value % 10);
		value /= 10;
	}
	return n;
}

static size_t
put_plate(uint64_t value, char *out)
{
	const char *class_name = plate_classes[value >> 24 & 7];
	size_t len = 0;

	if (value >> 32 < DISTRICTS) {
		len = strlen(district_names[value >> 32]);
		memcpy(out, district_names[value >> 32], len);
		out[len++] = '-';
	}
	memcpy(out + len, class_name, strlen(class_name));
	len += strlen(class_name);
	out[len++] = '-';
	len += put_digits(out + len, value >> 16 & 0xff, 2);
	out[len++] = '-';
	return len + put_digits(out + len, value & 0xffff, 4);
}

size_t
subject_format(uint64_t value, unsigned form, char *out)
{
	switch (form) {
	case FORM_PHONE:
		out[0] = '0';
		out[1] = '1';
		return 2 + put_digits(out + 2, value, 9);
	case FORM_PLATE:
		return put_plate(value, out);
	case FORM_PASSPORT:
		out[0] = (char)('A' + value / 100000000);
		return 1 + put_digits(out + 1, value, 8);
	default:
		return put_digits(out, value, form_digits(form));
	}
}

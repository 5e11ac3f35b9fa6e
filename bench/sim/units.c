/* SPDX-License-Identifier: Apache-2.0 */
#include "units.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

/*           con  SI   insp ASP  SP   ana  desk immigration */
const struct flavour_traits flavour_traits[FLAVOURS] = {
	[FLAVOUR_DISTRICT] = { 1.0, false,
		{ .44, .26, .10, .06, .03, .03, .08, .00 } },
	[FLAVOUR_METRO] = { 1.5, false,
		{ .38, .28, .13, .07, .04, .08, .02, .00 } },
	[FLAVOUR_CID] = { 1.5, true,
		{ .22, .30, .20, .09, .05, .14, .00, .00 } },
	[FLAVOUR_SB] = { 1.4, true,
		{ .34, .25, .14, .07, .04, .06, .10, .00 } },
	[FLAVOUR_ATU] = { 0.9, true,
		{ .25, .26, .18, .10, .07, .14, .00, .00 } },
	[FLAVOUR_RAB] = { 0.9, false,
		{ .46, .22, .10, .09, .03, .08, .02, .00 } },
	[FLAVOUR_AIRPORT] = { 1.1, true,
		{ .08, .06, .05, .03, .02, .00, .00, .76 } },
	[FLAVOUR_VERIFY] = { 0.7, true,
		{ .05, .00, .05, .00, .02, .00, .88, .00 } },
	[FLAVOUR_POST] = { 0.0, false,
		{ .60, .40, .00, .00, .00, .00, .00, .00 } },
};

struct entry_row {
	const char *name;
	const char *code;
	uint8_t flavour;
	uint8_t district;
};

/* The first ten make a small portal with something of everything. */
static const struct entry_row list[] = {
	{ "ATU", "atu", FLAVOUR_ATU, 0 },
	{ "RAB-6", "rab6", FLAVOUR_RAB, 24 },
	{ "DMP-DB", "dmpdb", FLAVOUR_METRO, 0 },
	{ "CID", "cid", FLAVOUR_CID, 0 },
	{ "Khulna District", "khulna", FLAVOUR_DISTRICT, 24 },
	{ "SB", "sb", FLAVOUR_SB, 0 },
	{ "RAB-1", "rab1", FLAVOUR_RAB, 0 },
	{ "Verification Centre", "verify", FLAVOUR_VERIFY, 0 },
	{ "Cumilla District", "cumilla", FLAVOUR_DISTRICT, 15 },
	{ "Bhasan Char Post", "bhasanchar", FLAVOUR_POST, 18 },
	{ "Airport Immigration", "airport", FLAVOUR_AIRPORT, 0 },
	{ "RAB-7", "rab7", FLAVOUR_RAB, 13 },
	{ "CMP-DB", "cmpdb", FLAVOUR_METRO, 13 },
	{ "Gazipur District", "gazipur", FLAVOUR_DISTRICT, 1 },
	{ "Sylhet District", "sylhet", FLAVOUR_DISTRICT, 50 },
	{ "RAB-2", "rab2", FLAVOUR_RAB, 0 },
	{ "RAB-3", "rab3", FLAVOUR_RAB, 0 },
	{ "RAB-4", "rab4", FLAVOUR_RAB, 0 },
	{ "RAB-5", "rab5", FLAVOUR_RAB, 34 },
	{ "Bogura District", "bogura", FLAVOUR_DISTRICT, 35 },
	{ "KMP-DB", "kmpdb", FLAVOUR_METRO, 24 },
	{ "CID Chattogram", "cidctg", FLAVOUR_CID, 13 },
	{ "RAB-8", "rab8", FLAVOUR_RAB, 58 },
	{ "RAB-9", "rab9", FLAVOUR_RAB, 50 },
	{ "RAB-10", "rab10", FLAVOUR_RAB, 0 },
	{ "Jashore District", "jashore", FLAVOUR_DISTRICT, 25 },
	{ "Mymensingh District", "mymensingh", FLAVOUR_DISTRICT, 54 },
	{ "Rangpur District", "rangpur", FLAVOUR_DISTRICT, 42 },
	{ "Sundarbans Post", "sundarbans", FLAVOUR_POST, 27 },
	{ "RAB-11", "rab11", FLAVOUR_RAB, 2 },
	{ "RAB-12", "rab12", FLAVOUR_RAB, 37 },
	{ "RAB-13", "rab13", FLAVOUR_RAB, 42 },
	{ "RAB-14", "rab14", FLAVOUR_RAB, 54 },
	{ "RAB-15", "rab15", FLAVOUR_RAB, 14 },
	{ "RMP-DB", "rmpdb", FLAVOUR_METRO, 34 },
	{ "CID Rajshahi", "cidraj", FLAVOUR_CID, 34 },
	{ "SB Chattogram", "sbctg", FLAVOUR_SB, 13 },
	{ "Benapole Immigration", "benapole", FLAVOUR_AIRPORT, 25 },
	{ "Barishal District", "barishal", FLAVOUR_DISTRICT, 58 },
	{ "Tangail District", "tangail", FLAVOUR_DISTRICT, 6 },
	{ "Noakhali District", "noakhali", FLAVOUR_DISTRICT, 18 },
	{ "Dinajpur District", "dinajpur", FLAVOUR_DISTRICT, 43 },
	{ "Pabna District", "pabna", FLAVOUR_DISTRICT, 36 },
	{ "Thanchi Post", "thanchi", FLAVOUR_POST, 23 },
};

static const char *const families[] = { "ahmed", "ali", "alam", "akter",
	"amin", "anwar", "arefin", "aziz", "badal", "bari", "barua", "begum",
	"bhuiyan", "biswas", "chakma", "chowdhury", "das", "dewan", "dutta",
	"faruk", "gazi", "ghosh", "habib", "hafiz", "haider", "hakim", "halim",
	"hamid", "hasan", "hossain", "huda", "iqbal", "islam", "jahan",
	"jalil", "jamal", "kabir", "kader", "kamal", "karim", "khan", "khatun",
	"latif", "liton", "mahmud", "majumder", "malik", "mannan", "marma",
	"matin", "mia", "mirza", "mollah", "mondal", "morshed", "munshi",
	"nahar", "nasir", "nath", "noman", "parvez", "patwary", "rahim",
	"rahman", "raihan", "rana", "rashid", "reza", "roy", "saha", "salam",
	"sarker", "sattar", "shah", "shikder", "siddique", "sultan", "talukder",
	"tarafdar", "uddin", "wahab", "yusuf", "zaman" };

enum { LISTED = sizeof list / sizeof *list };

const char *
family_name(uint32_t n)
{
	return families[n % (sizeof families / sizeof *families)];
}

size_t
unit_case_code(const struct unit *unit, char *out)
{
	size_t len = 0;

	for (; unit->code[len] != '\0'; len++) {
		char c = unit->code[len];

		out[len] = c >= 'a' && c <= 'z' ? (char)(c - 32) : c;
	}
	return len;
}

void
unit_name(struct unit *unit, size_t i)
{
	/* 29 shares no factor with 64: each district comes once in a round. */
	unsigned district = (unsigned)(i * 29 % DISTRICTS);

	if (i < LISTED) {
		snprintf(unit->name, sizeof unit->name, "%s", list[i].name);
		snprintf(unit->code, sizeof unit->code, "%s", list[i].code);
		unit->flavour = list[i].flavour;
		unit->district = list[i].district;
		return;
	}
	snprintf(unit->name, sizeof unit->name, "%s Circle %zu",
		district_names[district], i / DISTRICTS + 1);
	snprintf(unit->code, sizeof unit->code, "%.3s%u",
		district_names[district], (unsigned)i);
	unit->code[0] = (char)tolower((unsigned char)unit->code[0]);
	unit->flavour = i % 16 == 0 ? FLAVOUR_POST : FLAVOUR_DISTRICT;
	unit->district = district;
}

#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Profiles, given in order of name, as a C source on standard output.
set -eu
export LC_ALL=C

echo '/* made by profiles/embed.sh */'
echo '#include "format/profile.h"'
i=0
for file; do
	echo "static const unsigned char text_$i[] = {"
	od -An -v -tx1 "$file" | sed 's/ \([0-9a-f][0-9a-f]\)/ 0x\1,/g'
	echo '};'
	i=$((i + 1))
done
echo 'const struct shipped_profile shipped_profiles[] = {'
i=0
for file; do
	name=${file##*/}
	echo "	{ \"${name%.profile}\", { (const char *)text_$i," \
		"sizeof(text_$i) } },"
	i=$((i + 1))
done
echo '};'
echo 'const size_t shipped_profiles_n = ARRAY_LEN(shipped_profiles);'

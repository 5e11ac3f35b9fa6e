# SPDX-License-Identifier: Apache-2.0
set -eu
. "$COMMON/logs.sh"
# An empty file among others is intact and no damage, nor is a document without
# a record.
small_log >log.csv
: >empty.csv
: | gzip -nc >empty.gz
echo '[]' >quiet.json
echo '{"Records": [], "next": null}' >records.json
"$QUIS" check --format csv log.csv empty.csv empty.gz quiet.json records.json |
	told

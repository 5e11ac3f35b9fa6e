# SPDX-License-Identifier: Apache-2.0
set -eu
. "$COMMON/logs.sh"
# A header and nothing else; an empty file alone: no lookup at all is 3.
echo "$head_line" >header.csv
: >empty.csv
status_of "$QUIS" check --format csv header.csv >told
sed 's/,[0-9a-f]\{64\},/,/' told
status_of "$QUIS" check --format csv empty.csv >told
sed 's/,[0-9a-f]\{64\},/,/' told
status_of "$QUIS" rank --format csv header.csv empty.csv

# SPDX-License-Identifier: Apache-2.0
set -eu
. "$COMMON/logs.sh"
mkdir -p empty nested/deeper dots
: >dots/.hidden
for d in empty nested dots; do
	status_of "$QUIS" rank "$d"
done

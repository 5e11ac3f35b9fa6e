# SPDX-License-Identifier: Apache-2.0
set -eu
. "$COMMON/logs.sh"
# What exists but cannot be read: the others are, and it is said.
mkdir logs
small_log >logs/log.csv
ln -s nowhere logs/gone.csv
ln -s loop.csv logs/loop.csv
mkdir logs/deep
ln -s .. logs/deep/up
status=0
"$QUIS" check --format csv logs >check.csv || status=$?
told <check.csv | cut -d, -f1,4-9,11
echo "status $status"

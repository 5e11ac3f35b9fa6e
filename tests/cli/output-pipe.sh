# SPDX-License-Identifier: Apache-2.0
set -eu
# A reader that goes away is no fault, and nothing is said.
{
	sleep 0.2
	status=0
	"$QUIS" rank --format json "$TESTDATA/demo" || status=$?
	echo "$status" >status
} | true
cat status
{
	status=0
	"$QUIS" rank --format csv "$TESTDATA/demo" || status=$?
	echo "$status" >status
} | head -1
cat status

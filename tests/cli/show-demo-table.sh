# SPDX-License-Identifier: Apache-2.0
set -eu
# All that there is to say of the first of the two, in sections.
cd "$TESTDATA/.."
"$QUIS" show atu.sp.hossain testdata/demo --top 5

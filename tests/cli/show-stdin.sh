# SPDX-License-Identifier: Apache-2.0
set -eu
# What comes by standard input is kept, so that its lines can be found.
. "$COMMON/logs.sh"
small_log | "$QUIS" show asha --format csv -
small_log | "$QUIS" show asha --format json - | python3 -c '
import json, sys
print(json.load(sys.stdin)["notes"][-1])'

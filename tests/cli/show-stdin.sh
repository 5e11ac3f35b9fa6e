# SPDX-License-Identifier: Apache-2.0
set -eu
# What came by standard input cannot be read twice: no file, no line, a note.
. "$COMMON/logs.sh"
small_log | "$QUIS" show asha --format csv -
small_log | "$QUIS" show asha --format json - | python3 -c '
import json, sys
print(json.load(sys.stdin)["notes"][-1])'

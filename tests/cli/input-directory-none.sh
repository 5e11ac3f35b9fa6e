# SPDX-License-Identifier: Apache-2.0
set -eu
. "$COMMON/logs.sh"
# Nothing in a directory is a log: then it is the wrong directory.
mkdir notes
echo 'Minutes of the meeting' >notes/a.txt
echo 'More minutes' >notes/b.txt
status_of "$QUIS" check notes

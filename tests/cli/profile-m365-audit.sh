# SPDX-License-Identifier: Apache-2.0
set -eu
. "$COMMON/profiles.sh"
# The unified audit log: addresses with ports, mailboxes, searches.
read_sample m365-audit m365-audit.jsonl

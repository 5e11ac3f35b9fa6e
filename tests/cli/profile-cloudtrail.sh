# SPDX-License-Identifier: Apache-2.0
set -eu
. "$COMMON/profiles.sh"
# CloudTrail: events that write, of services, or without a subject are no lookups.
read_sample cloudtrail cloudtrail.json

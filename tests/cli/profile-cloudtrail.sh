# SPDX-License-Identifier: Apache-2.0
set -eu
. "$COMMON/profiles.sh"
# CloudTrail: events that write, of services, or without a subject are no lookups.
read_sample cloudtrail cloudtrail.json 'arn:aws:iam::111122223333:user/asha' 'arn:aws:sts::444455556666:assumed-role/Analyst/dulal'

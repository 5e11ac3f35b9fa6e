# SPDX-License-Identifier: Apache-2.0
set -eu
. "$COMMON/profiles.sh"
# A web log: requests without a user or a subject are other events.
read_sample combined combined.log

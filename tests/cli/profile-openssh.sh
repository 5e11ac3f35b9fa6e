# SPDX-License-Identifier: Apache-2.0
set -eu
. "$COMMON/profiles.sh"
# OpenSSH: times without a year, failures, what other programs log.
read_sample openssh openssh.log

# SPDX-License-Identifier: Apache-2.0
set -eu
. "$COMMON/logs.sh"
status_of "$QUIS"
status_of "$QUIS" rnak x
status_of "$QUIS" chekc x
status_of "$QUIS" frobnicate x
status_of "$QUIS" --frobnicate
status_of "$QUIS" rank --fromat csv x
status_of "$QUIS" rank --tpo 3 x
status_of "$QUIS" rank --frobnicate x
status_of "$QUIS" rank -x x
status_of "$QUIS" rank --format
status_of "$QUIS" rank -o
status_of "$QUIS" rank --quiet=yes x
status_of "$QUIS" rank --by planet x
status_of "$QUIS" rank --fdr 0 x
status_of "$QUIS" rank --fdr 1.5 x
status_of "$QUIS" rank --fdr nan x
status_of "$QUIS" rank --fdr 0,05 x
status_of "$QUIS" rank --threads 0 x
status_of "$QUIS" rank --threads many x
status_of "$QUIS" check --max-line 1 x
status_of "$QUIS" check --max-line 2T x
status_of "$QUIS" check --by user x
status_of "$QUIS" check --since 90d x

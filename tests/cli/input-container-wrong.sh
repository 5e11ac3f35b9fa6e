# SPDX-License-Identifier: Apache-2.0
set -eu
. "$COMMON/logs.sh"
# Containers that hold no log, or not as one could wish.
small_log >b.csv
mkdir xl && echo x >xl/workbook.xml && zip -qr sheet.xlsx xl
status_of "$QUIS" check sheet.xlsx
mkdir .none && echo x >.none/a.csv && zip -qr none.zip .none
status_of "$QUIS" check none.zip
zip -q good.zip b.csv && zip -q nested.zip good.zip b.csv
status_of "$QUIS" check good.zip!nix
status_of "$QUIS" check --format csv nested.zip | told
gzip -nc good.zip >odd.zip.gz
status_of "$QUIS" check --format csv odd.zip.gz | told
zip -q -P secret locked.zip b.csv
status_of "$QUIS" check --format csv locked.zip | told
mkdir all && cp sheet.xlsx none.zip b.csv all
status_of "$QUIS" check --format csv all | told
echo "a zip by a FIFO"
mkfifo pipe
cat good.zip >pipe &
status_of "$QUIS" check --format csv pipe | told
echo "the output is none of them"
status_of "$QUIS" check -o good.zip good.zip

# SPDX-License-Identifier: Apache-2.0
# Older events do not say whether they read: their names do.
sed 's/"readOnly": *[a-z]*, *//g' "$TESTDATA/profiles/cloudtrail.json" >old.json
grep -c readOnly old.json
"$QUIS" check --profile cloudtrail --format csv old.json | cut -d, -f1-4,7-10

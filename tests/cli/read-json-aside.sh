# SPDX-License-Identifier: Apache-2.0
# Another array of objects beside the records is counted as what it is; lists of
# texts, numbers and nothing are not records of anything.
{
	echo '{"Records": [{"time": "2026-05-01T10:11:12Z", "user": "ann",'
	echo '"subject": "1"}], "tags": [1, "b"], "none": [],'
	echo '"Others": [{"time": "2026-05-01T10:11:13Z", "user": "bob",'
	echo '"subject": "2", "list": [{"a": "}]"}]}], "next": null}'
	echo '{"Records": [{"time": "2026-05-01T10:11:14Z", "user": "ann",'
	echo '"subject": "3"}]}'
} >log.json
"$QUIS" check --format csv log.json | cut -d, -f1,3,4,7-12
"$QUIS" cat log.json | cut -d, -f1,2,6,14

# SPDX-License-Identifier: Apache-2.0
set -eu
. "$COMMON/logs.sh"
# The list names telephones, the log numbers of citizens, each in its own
# spelling: a persons file and --rewrite join them, once.
PYTHONPATH=$COMMON python3 - <<'END'
import office
office.write("log.csv", columns="time,user,unit,role,kind,subject,case")
with open("persons.csv", "w") as file:
    print("subject,person", file=file)
    for n in range(8):
        print(f"{1700000500 + n},p{n}\n0171100000{n},p{n}", file=file)
with open("list.txt", "w") as file:
    for n in range(8):
        print(f"+88 0171100000{n}\n{1700000500 + n}", file=file)
END
# alone, half of the list is unknown
for persons in '' '--persons persons.csv'; do
	for rewrite in 'subject=/x//' 'subject=/^\+88 //'; do
		"$QUIS" trace $persons --rewrite "$rewrite" list.txt log.csv --top 1 |
			sed -n '3p; 6p'
	done
done
# show puts them first, and marks them, by whatever identifier
grep '^+88' list.txt | head -n 2 >two.txt
"$QUIS" show u05 --format csv --top 4 --persons persons.csv \
	--rewrite 'subject=/^\+88 //' --leaked two.txt log.csv 2>/dev/null |
	cut -d, -f1,2,11-

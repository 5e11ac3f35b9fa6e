# SPDX-License-Identifier: Apache-2.0
set -eu
# Whoever writes a register may be hostile to who reads the report: control
# bytes, line breaks in quotes, cells that a spreadsheet would run, names of
# half a kilobyte. None of it comes out as it is, in any format.
python3 - <<'END'
evil = ["\x1b]0;x\x07", "a\nnote: b", "=cmd|'/C calc'!A0", "@SUM(1)", "\x9b2J",
        "\u202e\u2028", "<script>", "x" * 500, "%s%n", '";"', "\xff"]
def cell(text):
    return '"' + text.replace('"', '""') + '"'
def sheet(name, columns, row):
    with open(name, "wb") as file:
        file.write((columns + "\n").encode())
        for n, text in enumerate(evil):
            line = ",".join(cell(c) for c in row(n, text)) + "\n"
            file.write(line.encode("latin-1" if max(text) <= "\xff" else
                                   "utf-8"))
sheet("log.csv", "time,user,unit,role,kind,subject,case,area",
      lambda n, e: [f"2026-05-{n + 1:02}T08:00:00Z", f"u{n}{e}" if n % 2 else e,
                    "", "", "identity", f"S{e}", f"C{e}", ""])
sheet("roster.csv", "user,unit,role,from,to,shift,\x9b31m,=1+1",
      lambda n, e: [f"u{n}{e}" if n % 2 else e, f"U{e}", e, e, e, e, e, e])
sheet("units.csv", "unit,area,scope,kinds,@x",
      lambda n, e: [f"U{e}", e, e, e, e])
sheet("cases.csv", "case,unit,opened,closed,lead,members",
      lambda n, e: [f"C{e}", f"V{e}", e, e, e, f"{e};{e}z"])
sheet("case-subjects.csv", "case,subject", lambda n, e: [f"D{e}", f"S{e}"])
sheet("persons.csv", "subject,person", lambda n, e: [f"S{e}", e])
sheet("watch.csv", "subject,reason,honeytoken", lambda n, e: [f"S{e}", e, e])
sheet("reviewed.csv", "user,signal,until,by,why",
      lambda n, e: [f"u{n}{e}" if n % 2 else e, e if n % 3 else "*",
                    "2026-06-01" if n < 9 else e, e, e])
sheet("leaked.csv", "subject,kind", lambda n, e: [f"S{e}", ""])
with open("more.csv", "wb") as file:  # a row that is none
    file.write(b"subject,person\n\x1b[2J,=2,3\n")
END
registers=
for name in roster units cases case-subjects persons watch reviewed; do
	registers="$registers --$name $name.csv"
done
run() { # NAME COMMAND...
	name=$1
	shift
	status=0
	"$QUIS" "$@" >"$name" 2>"$name.err" || status=$?
	echo "$name: status $status"
}
for format in table csv json; do
	set -- $registers --format $format
	run rank.$format rank "$@" log.csv
	run unit.$format rank --by unit "$@" log.csv
	run show.$format show "=cmd|'/C calc'!A0" "$@" --leaked leaked.csv log.csv
	run user.$format show "$(printf 'u5\342\200\256\342\200\250')" "$@" --leaked leaked.csv log.csv
	run trace.$format trace "$@" leaked.csv log.csv
	run wide.$format rank --persons more.csv --format $format log.csv
done
run needs.table rank --roster leaked.csv log.csv
run lacks.table rank --watch roster.csv log.csv
python3 - <<'END'
import csv, glob, json, re
ACTS = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2028\u2029]")
for name in sorted(glob.glob("*.table") + glob.glob("*.json") + glob.glob("*.err")):
    text = open(name, "rb").read().decode("utf-8")
    assert not ACTS.search(text), (name, ACTS.search(text))
    # a line of the input is no line of ours
    assert not re.search("^note: b", text, re.M), name
    if name.endswith(".json"):
        json.loads(text)
# CSV keeps bytes as they are, in cells that stay cells and run nothing
for name in "rank unit user trace wide".split():
    with open(name + ".csv", newline="", encoding="latin-1") as file:
        rows = list(csv.reader(file))
    assert {len(row) for row in rows} == {len(rows[0])}, name
    for cell in (cell for row in rows for cell in row):
        assert cell[:1] not in tuple("=+-@\t\r"), (name, cell)
    print(name, len(rows))
END
sed 's/^note: //' rank.table | grep -A 1 -e '^roster.csv' -e '^reviewed.csv'

# SPDX-License-Identifier: Apache-2.0
set -eu
. "$COMMON/logs.sh"
# What was read, how, by what, what came out, and what is missing.
export SOURCE_DATE_EPOCH=1780000000
{ small_log; echo broken; } >log.csv
gzip -nc log.csv | head -c 300 >cut.csv.gz
cp log.csv copy.csv
printf 'user,unit\nasha,North\nbilal\n' >roster.csv
"$QUIS" rank --format csv --roster roster.csv -o report.csv --rejects rejects.csv \
	--manifest m.json --threads 2 --memory 256M --temporary . --fdr 0.1 \
	log.csv cut.csv.gz copy.csv 2>/dev/null || echo "status $?"
stat -c %a m.json
python3 - <<'END'
import hashlib, json, socket
m = json.load(open("m.json"))
print(list(m))
print(m["command"], m["settings"]["fdr"])
run = m["run"]
assert run.pop("host") == socket.gethostname()
assert run.pop("sandbox")
print(run)
print([v["name"] for v in m["versions"]][:3])
assert all(v["version"] for v in m["versions"])
for out in m["outputs"]:
    data = open(out["file"], "rb").read()
    print(out["option"], out["bytes"] == len(data),
          out["sha256"] == hashlib.sha256(data).hexdigest())
for log in m["inputs"]:
    print(log["file"], log["state"], log["accepted"], log["first"],
          log["sha256"] == hashlib.sha256(open(log["file"], "rb").read()).hexdigest())
for register in m["registers"]:
    print(register["register"], register["file"], len(register["sha256"]))
for row in m["missing"]:
    print(list(row.values()))
END
# Of a container both what is in it and what it is.
python3 -c 'import zipfile
zipfile.ZipFile("logs.zip", "w").write("log.csv")'
"$QUIS" check --manifest m.json logs.zip >/dev/null 2>&1 || :
python3 - <<'END'
import hashlib, json
m = json.load(open("m.json"))
for box in m["containers"] + m["inputs"]:
    data = open(box["file"].split("!")[-1], "rb").read()
    print(box["file"], box["compression"], box["state"],
          box["sha256"] == hashlib.sha256(data).hexdigest())
END
# In one order, whatever that of the arguments or of the folder.
cp logs.zip more.zip
"$QUIS" check --manifest m.json more.zip logs.zip >/dev/null 2>&1 || :
python3 -c 'import json
print([box["file"] for box in json.load(open("m.json"))["containers"]])'
# From every command, and on standard output, if the report is not there.
for command in check cat 'show asha' 'trace leaked.txt'; do
	printf '1001\n' >leaked.txt
	"$QUIS" $command --manifest - -o report log.csv >m.json 2>/dev/null || :
	python3 -c 'import json; m = json.load(open("m.json"))
print(m["command"], m["inputs"][0]["lines"], m["outputs"][0]["bytes"] > 0)'
done
# A run that fails leaves the old one.
echo old >m.json
status_of "$QUIS" rank --manifest m.json missing.csv 2>/dev/null
status_of "$QUIS" rank --manifest m.json -o /dev/full log.csv 2>/dev/null
cat m.json
SOURCE_DATE_EPOCH=soon "$QUIS" check --manifest m.json log.csv >/dev/null 2>&1 || :
python3 -c 'import json, time; run = json.load(open("m.json"))["run"]
now = time.time(); mark = "%Y-%m-%dT%H:%M:%SZ"
print([abs(now - __import__("calendar").timegm(time.strptime(run[k], mark))) < 600
       for k in ("start", "end")])'

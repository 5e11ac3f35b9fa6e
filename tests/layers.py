#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A folder of src/ includes only itself and the folders before it; nothing
under src/ prints, exits or includes cli/. Every source has its license."""
import glob
import re
import sys

ORDER = ["base", "input", "format", "registry", "lookup", "turn", "signal",
         "rank", "report"]
# report/ is the last room but needs no statistics: it may see base/ alone.
ALONE = {"report": {"base", "report"}}
SILENT = re.compile(r"\b(exit|_exit|abort|printf|puts|perror|err|warn)\s*\(|"
                    r"\b(stderr|stdout)\b")

bad = []
for path in sorted(glob.glob("src/*/*.[ch]")):
    room = path.split("/")[1]
    if room not in ORDER:
        bad.append(f"{path}: folder {room} is not in the order of layers")
        continue
    allowed = ALONE.get(room, set(ORDER[:ORDER.index(room) + 1]))
    text = open(path, encoding="utf-8").read()
    code = re.sub(r"/\*.*?\*/", lambda m: "\n" * m.group().count("\n"), text,
                  flags=re.S)
    for number, line in enumerate(code.split("\n"), 1):
        include = re.match(r'\s*#\s*include\s+"([^"]+)"', line)
        if include and include.group(1).split("/")[0] not in allowed:
            bad.append(f"{path}:{number}: {room} includes {include.group(1)}")
        plain = re.sub(r'"(\\.|[^"\\])*"', '""', line)
        if SILENT.search(plain):
            bad.append(f"{path}:{number}: the library is silent: "
                       f"{line.strip()}")
for path in sorted(path for where in (
        "cli/*.[ch]", "src/*/*.[ch]", "tests/**/*.[ch]", "tests/**/*.py",
        "tests/**/*.sh", "bench/**/*.[ch]", "bench/**/*.py", "profiles/*.*",
        ".ci/run", "Makefile") for path in glob.glob(where, recursive=True)):
    top = open(path, encoding="utf-8").read(200).split("\n")
    if "SPDX-License-Identifier: Apache-2.0" not in \
            top[1 if top[0].startswith("#!") else 0]:
        bad.append(f"{path}: no SPDX line on top")
print("\n".join(bad) if bad else "layers: clean")
sys.exit(1 if bad else 0)

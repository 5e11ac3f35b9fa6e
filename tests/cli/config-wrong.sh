# SPDX-License-Identifier: Apache-2.0
set -eu
. "$COMMON/logs.sh"
# What is wrong in a config is told with its file and line.
small_log >log.csv
wrong() {
	printf "$1" >site.conf
	status_of "$QUIS" "${2:-rank}" --config site.conf log.csv
}
wrong '# names\nfromat = csv\n'
wrong '\n\n--fdr = 0.1\n'
wrong 'frobnicate = 1\n'
wrong 'q = yes\n'
wrong 'fdr\n'
wrong '= 3\n'
wrong 'top =\n'
wrong 'quiet =\n'
wrong 'output = \n' check
wrong 'top = many\n'
wrong 'fdr = 0,05\n'
wrong 'threads = 0\n'
wrong 'max-line = 2T\n' check
wrong 'by = planet\n'
wrong 'format = ""\n'
wrong 'quiet = true\n'
wrong 'fdr = 0.1 # strict\n'
wrong 'config = other.conf\n'
wrong 'help = yes\n'
wrong 'version = yes\n'
wrong 'pattern = "(?<user>\\d+)"\n'
wrong 'pattern = "open\n'
wrong 'pattern = "open\\"\n'
wrong 'pattern = "open\\\n'
wrong 'pattern = "shut" then\n'
wrong 't\0o\0p\0 = 3\n'
wrong '\033[31mtop = 3\n'

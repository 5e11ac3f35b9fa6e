# SPDX-License-Identifier: Apache-2.0
# PostgreSQL, the server log with log_line_prefix = '%m [%p] %u@%d '. Lookups
# are SELECTs: of log_statement, of a duration line, or of pgaudit, where one
# of these is enough, as what both write counts twice. The subject is the first
# value that a column is compared with; where a statement has parameters, it is
# the first of them, which is on the DETAIL line behind it, of whatever
# statement (and on pgaudit's own line with pgaudit.log_parameter).
#
# Numeric offsets are read. Where log_timezone has letters (CEST), they are
# passed by, and timezone must say which zone it is. A statement may go on in
# lines that begin with a tab. One of these that compares a column with a value
# cannot be read as a lookup, and is rejected for its lack of a time: the second
# half of the pattern, where the word "where" stands for the user.
about = PostgreSQL server log, log_line_prefix '%m [%p] %u@%d ', or pgaudit
timezone = UTC
pattern = ^(?|(?<time>\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d+)?(?: [+-]\d\d(?::?\d\d)?)?)(?: [A-Z]{3,5})? \[\d+\] (?<user>[^@]+)@\S+ (?<message>(?:LOG|DETAIL):  .*)|()\t.*?\b(?i:(where))\b(.*(?:=|(?i:\blike\b|\bin\s*\()) *['\d].*))$
lookup message = /^LOG:  (?:duration: [\d.]+ ms  )?(?:statement|execute [^:]*): +(?:select|with)\b|^LOG:  AUDIT: \w+,\d+,\d+,READ,SELECT,|^DETAIL:  parameters: |^(?!LOG|DETAIL)/i
take subject = message /(?:\bwhere\b|^(?!LOG|DETAIL)).*?(?:=|\bi?like\b|\bin\s*\() *(?:'((?:[^']|'')+)')/i
take subject = message /(?:\bwhere\b|^(?!LOG|DETAIL)).*?(?:=|\bin\s*\() *(\d+)\b/i
take subject = message /^LOG:  AUDIT: .*,(?|([^",<]+)|"([^",]+),[^"]*")$/
take subject = message /^DETAIL:  parameters: \$1 = '((?:[^']|'')+)'/i
take kind = message /\bfrom\s+"*([\w.]+)/i
unmatched = skip

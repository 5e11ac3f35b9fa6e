# SPDX-License-Identifier: Apache-2.0
# OpenSSH's server, by syslog: who came in where. The subject is the host that
# was logged in to, the kind the way of it. Attempts that failed are denied
# lookups; so many of one address are no users of yours, but they stand in the
# log. Times are those of RFC 3164, without a year, or of ISO 8601.
about = OpenSSH server, by syslog: logins to hosts
pattern = ^(?:<\d+>)?(?<time>[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d|\d{4}-\d\d-\d\dT\S+) (?<subject>\S+) sshd(?:-session)?\[\d+\]: (?<outcome>Accepted|Failed) (?<kind>\S+) for (?:invalid user )?(?<user>.*) from (?<source>\S+) port \d+(?: ssh2)?(?:: .*)?$
time-format = %b %e %H:%M:%S
time-format = %Y-%m-%dT%H:%M:%S%z
time-format = %Y-%m-%dT%H:%M:%S.%f%z
rewrite outcome = /^Failed$/denied/
unmatched = skip

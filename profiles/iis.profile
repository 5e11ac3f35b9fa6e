# SPDX-License-Identifier: Apache-2.0
# Microsoft IIS, W3C extended log file format: the fields that IIS writes
# unless told otherwise. Its times are UTC. The subject is a parameter of the
# query, by the usual names. Requests without one, and without an authenticated
# user, are other events.
about = Microsoft IIS, W3C extended log files, the subject in the query
format = w3c
timezone = UTC
map date = date
map time = time
take user = cs-username
take subject = cs-uri-query /(?:^|&)(?:nid|msisdn|subject|target|number|identifier|id|q|query)=([^&]+)/i
take kind = cs-uri-stem /([^\/]+)\/?$/
map source = c-ip
map outcome = sc-status
unmatched = skip

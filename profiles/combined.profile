# SPDX-License-Identifier: Apache-2.0
# Access logs of web servers in the common or combined format: Apache httpd
# (mod_log_config), nginx, and what writes as they do. The subject is a
# parameter of the query, by the usual names; the first that is there counts.
# Requests without one, and without an authenticated user, are other events.
# What is asked for is told by the path.
about = web servers' access logs, common or combined, the subject in the URL
format = combined
take user = remoteuser
take subject = nid
take subject = msisdn
take subject = subject
take subject = target
take subject = number
take subject = identifier
take subject = id
take subject = q
take subject = query
take kind = path /([^\/]+)\/?$/
map source = remoteaddr
map outcome = status
unmatched = skip

# SPDX-License-Identifier: Apache-2.0
# The access log of a national information platform, exported as CSV: the
# columns of testdata/demo. Times carry their offset; should one lack it, the
# portal's clock is that of Dhaka.
about = access log of a national information platform, as CSV
format = csv
separator = ,
timezone = Asia/Dhaka
map time = timestamp
map user = user
map unit = unit
map role = role
map kind = kind
map subject = subject
map case = case
map purpose = purpose
map source = source
map area = area
map outcome = outcome

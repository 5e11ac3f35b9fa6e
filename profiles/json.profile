# SPDX-License-Identifier: Apache-2.0
# Any log of JSON objects, one a line or in a list, whose keys are named as
# quis(1) says that columns may be: a beginning for a profile of your own.
about = any log of JSON objects whose keys have the usual names
format = json

# SPDX-License-Identifier: Apache-2.0
# Logs small enough to count by hand, for goldens to source.

head_line=timestamp,user,unit,role,kind,subject,case,purpose,source,area,outcome

# Twelve lookups by six users of two units over two days.
small_log() {
	echo "$head_line"
	small_body
}

small_body() {
	cat <<-'END'
	2026-05-01T08:00:00+06:00,asha,North,constable,identity,1001,N-1/26,investigation,10.0.0.1,Dhaka,found
	2026-05-01T09:30:00+06:00,bilal,North,constable,identity,1002,N-1/26,investigation,10.0.0.2,Dhaka,found
	2026-05-01T10:15:30+06:00,chitra,North,constable,registration,01711000003,,intelligence,10.0.0.3,Khulna,found
	2026-05-01T11:00:00+06:00,dulal,South,constable,identity,1001,S-7/26,investigation,10.1.0.1,Dhaka,found
	2026-05-01T12:45:10+06:00,esha,South,constable,identity,1005,S-7/26,investigation,10.1.0.2,Khulna,empty
	2026-05-01T23:59:59+06:00,farid,South,inspector,vehicle,KHA-11-0006,,intelligence,10.1.0.3,Khulna,found
	2026-05-02T00:00:00+06:00,asha,North,constable,identity,1001,N-1/26,investigation,10.0.0.1,Dhaka,found
	2026-05-02T07:20:00+06:00,bilal,North,constable,identity,1007,N-2/26,investigation,10.0.0.2,Dhaka,denied
	2026-05-02T08:00:01+06:00,chitra,North,constable,identity,1008,,intelligence,10.0.0.3,Dhaka,found
	2026-05-02T09:00:00+06:00,dulal,South,constable,identity,1005,S-7/26,investigation,10.1.0.1,Khulna,found
	2026-05-02T10:00:00+06:00,esha,South,constable,identity,1010,S-8/26,investigation,10.1.0.2,Khulna,found
	2026-05-02T23:00:00+06:00,farid,South,inspector,vehicle,KHA-11-0012,,intelligence,10.1.0.3,Khulna,found
	END
}

# Run a command and say its status, whatever it is.
status_of() {
	status=0
	"$@" || status=$?
	echo "status $status"
}

# check's columns that do not change with the bytes of a file:
# file,compression,format,state,lines,accepted,rejected,skipped,first,last,note
# The last four, rejects,disorder,gaps,overlaps, are left to check-gaps.
told() {
	cell='("([^"]|"")*"|[^",]*)'
	cut -d, -f1-4,7- | sed -E "s/,$cell,[0-9a-z]*,$cell,$cell\$//"
}

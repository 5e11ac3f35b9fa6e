# SPDX-License-Identifier: Apache-2.0
# Microsoft 365, the unified audit log: one AuditData object a line, as the
# Management Activity API and Search-UnifiedAuditLog give them. Its times are
# UTC and do not say so. Lookups are what reads a document, a mailbox or a
# person, and searches. The subject is what was read, or else whose mailbox.
about = Microsoft 365 unified audit log, as JSON lines
format = jsonl
timezone = UTC
map time = CreationTime
lookup Operation = /^(File(Accessed|Previewed|Downloaded|SyncDownloadedFull)(Extended)?|PageViewed(Extended)?|MailItemsAccessed|MessageBind|SearchQueryPerformed|ViewReport|SearchViewed|Get-\w+)$/
take user = UserId
take kind = Operation
take subject = ObjectId
take subject = SearchQueryText
take subject = MailboxOwnerUPN
# some workloads write ADDRESS:PORT or [ADDRESS]:PORT
take source = ClientIP /^\[?(\d+(?:\.\d+){3}|[0-9a-f]*:[0-9a-f:.]+)/i
take source = ClientIPAddress
take outcome = ResultStatus
rewrite outcome = /^(Failed|False)$/denied/i

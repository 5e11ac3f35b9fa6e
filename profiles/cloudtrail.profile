# SPDX-License-Identifier: Apache-2.0
# AWS CloudTrail: files with a list of Records, event versions 1.0x. Lookups
# are the events that read by their name and do not say otherwise by readOnly,
# which older ones lack, of somebody; what AWS services do on their own is none,
# nor is what names nothing that was looked at (ListBuckets).
#
# The user is the ARN, which tells sessions of a role apart, or else the name
# or the principal's id. The subject is what requestParameters names, of the
# most particular kind first: an object or secret, then a principal, then what
# contains things. Where your portal keeps citizens in DynamoDB, begin with
# take subject = requestParameters.key.NAME.
about = AWS CloudTrail, events that read
format = json
map time = eventTime
lookup readOnly != /^false$/i
lookup eventName = /^(Admin)?(BatchGet|Check|Count|Decrypt|Describe|Detect|Download|Filter|Find|Get|Head|List|Lookup|Preview|Query|Read|Retrieve|Scan|Search|Select|Simulate|View)/
lookup eventType != /^AwsServiceEvent$/
take user = userIdentity.arn
take user = userIdentity.userName
take user = userIdentity.principalId
take unit = userIdentity.accountId
take role = userIdentity.sessionContext.sessionIssuer.userName
take role = userIdentity.type
take kind = eventName
take subject = requestParameters.key
take subject = requestParameters.secretId
take subject = requestParameters.name
take subject = requestParameters.queryExecutionId
take subject = requestParameters.userName
take subject = requestParameters.roleName
take subject = requestParameters.functionName
take subject = requestParameters.instanceId
take subject = requestParameters.tableName
take subject = requestParameters.bucketName
take source = sourceIPAddress
take area = awsRegion
# AccessDenied, Client.UnauthorizedOperation and their like
take outcome = errorCode
rewrite outcome = /^.*(Denied|Unauthorized|Forbidden).*$/denied/i
rewrite outcome = /^.*(NotFound|NoSuch).*$/empty/i
unmatched = skip

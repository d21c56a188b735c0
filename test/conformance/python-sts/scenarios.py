"""The token service by Alibaba Cloud's own client of it, which signs ACS3-HMAC-SHA256. One line for each scenario."""
import os
from unittest import mock

from alibabacloud_sts20150401 import models
from alibabacloud_sts20150401.client import Client
from alibabacloud_tea_openapi import utils
from alibabacloud_tea_openapi import utils_models as open_api
from darabonba.exceptions import DaraException
from darabonba.runtime import RuntimeOptions

import alibabacloud_oss_v2 as oss

HOST = os.environ['PARTWISE_ENDPOINT'].removeprefix('http://')
KEY_ID = os.environ['PARTWISE_STS_ACCESS_KEY_ID']
KEY_SECRET = os.environ['PARTWISE_STS_ACCESS_KEY_SECRET']
ROLE_ARN = os.environ['PARTWISE_STS_ROLE_ARN']
USER_NAME = os.environ['PARTWISE_STS_USER_NAME']
ONCE = RuntimeOptions(autoretry=False)

scenarios = []


def scenario(name):
    def register(function):
        scenarios.append((name, function))
        return function
    return register


def equal(actual, expected):
    assert actual == expected, 'expected %.200r, got %.200r' % (expected, actual)


def client(key_id=KEY_ID, key_secret=KEY_SECRET, token=None):
    return Client(open_api.Config(
        access_key_id=key_id, access_key_secret=key_secret, security_token=token, protocol='http', endpoint=HOST))


def assume(asker=None, **facts):
    request = models.AssumeRoleRequest(**{'role_arn': ROLE_ARN, 'role_session_name': 'build-7', **facts})
    return (asker or client()).assume_role_with_options(request, ONCE).body


def refused(status, code, action):
    try:
        action()
    except DaraException as failure:
        equal((failure.status_code, failure.code), (status, code))
        return
    raise AssertionError('it was not refused with %s %s' % (status, code))


@scenario('takes on a role, and says as whom and until when')
def takes_on_a_role():
    body = assume(duration_seconds=900)
    equal(body.assumed_role_user.arn, ROLE_ARN + '/build-7')
    assert body.credentials.access_key_id.startswith('STS.'), body.credentials.access_key_id
    assert body.credentials.expiration.endswith('Z') and body.request_id


@scenario('uses a session\'s key for objects, as far as the role and its own policy go')
def uses_the_key():
    bucket = 'sts-scenario'
    account = oss_client(os.environ['PARTWISE_ACCESS_KEY_ID'], os.environ['PARTWISE_ACCESS_KEY_SECRET'])
    account.put_bucket(oss.PutBucketRequest(bucket=bucket))
    policy = '{"Version":"1","Statement":[{"Effect":"Allow","Action":"oss:*","Resource":"acs:oss:*:*:%s/in/*"}]}'
    key = assume(policy=policy % bucket).credentials
    session = oss_client(key.access_key_id, key.access_key_secret, key.security_token)
    session.put_object(oss.PutObjectRequest(bucket=bucket, key='in/a', body=b'borrowed'))
    equal(account.get_object(oss.GetObjectRequest(bucket=bucket, key='in/a')).body.read(), b'borrowed')
    try:
        session.put_object(oss.PutObjectRequest(bucket=bucket, key='out/a', body=b'1'))
    except oss.exceptions.OperationError as failure:
        equal(failure.unwrap().code, 'AccessDenied')
    else:
        raise AssertionError('its own policy did not hold it')


def oss_client(key_id, key_secret, token=None):
    identity = oss.credentials.StaticCredentialsProvider(key_id, key_secret, token)
    return oss.Client(oss.config.Config(
        region=os.environ['PARTWISE_REGION'], endpoint=os.environ['PARTWISE_ENDPOINT'],
        credentials_provider=identity, retry_max_attempts=1))


@scenario('tells a user who they are')
def tells_a_user():
    body = client().get_caller_identity_with_options(ONCE).body
    equal((body.identity_type, body.arn), ('RAMUser', 'acs:ram::partwise:user/' + USER_NAME))


@scenario('tells a session who it is, by a signature with a token')
def tells_a_session():
    key = assume().credentials
    session = client(key.access_key_id, key.access_key_secret, key.security_token)
    body = session.get_caller_identity_with_options(ONCE).body
    equal((body.identity_type, body.arn.split('/')[-1]), ('AssumedRoleUser', 'build-7'))


@scenario('takes names and policies in any writing')
def takes_any_writing():
    policy = '{"Version":"1","Statement":[{"Effect":"Allow","Action":"oss:GetObject","Resource":"acs:oss:*:*:b/*&=+ %20\u4e2d"}]}'
    equal(assume(role_session_name='a.b@c-d_e', policy=policy).assumed_role_user.arn, ROLE_ARN + '/a.b@c-d_e')


@scenario('refuses a wrong secret, an unknown key and a changed token')
def refuses_strangers():
    refused(400, 'SignatureDoesNotMatch', lambda: assume(client(key_secret='guessed')))
    refused(404, 'InvalidAccessKeyId.NotFound', lambda: assume(client(key_id='nobody')))
    key = assume().credentials
    forged = client(key.access_key_id, key.access_key_secret, key.security_token[:-4] + key.security_token[4:8])
    refused(400, 'InvalidSecurityToken.MismatchWithAccessKey', lambda: assume(forged))


@scenario('refuses a role that is not there, and a session that would be too long')
def refuses_roles():
    refused(404, 'EntityNotExist.Role', lambda: assume(role_arn='acs:ram::partwise:role/none'))
    refused(400, 'InvalidParameter.DurationSeconds', lambda: assume(duration_seconds=43200))


@scenario('refuses a nonce that was used')
def refuses_used_nonces():
    with mock.patch.object(utils.Utils, 'get_nonce', lambda: 'used-once'):
        assume()
        refused(400, 'SignatureNonceUsed', assume)


for name, run in scenarios:
    try:
        run()
        print('ok %s' % name)
    except Exception as failure:  # pylint: disable=broad-except
        print('not ok %s: %s' % (name, ' '.join(str(failure).split()) or type(failure).__name__))

"""Who asks: keys that are right, wrong, unknown, missing or of another time."""
import datetime
from unittest import mock

import oss2
from scenario import (ACCESS_KEY_ID, ACCESS_KEY_SECRET, SECURITY_TOKEN, SIGNATURE, TEMPORARY_KEY_ID,
                      TEMPORARY_KEY_SECRET, auth, bucket_named, equal, refused, scenario)


@scenario('refuses a wrong secret')
def wrong_secret(bucket):
    stranger = bucket_named(bucket.bucket_name, signer=auth(ACCESS_KEY_ID, 'another secret'))
    error = refused(403, 'SignatureDoesNotMatch', lambda: stranger.put_object('a', b'1'))
    equal(type(error), oss2.exceptions.SignatureDoesNotMatch)
    equal(error.details['OSSAccessKeyId'], ACCESS_KEY_ID)
    assert error.details['StringToSign'] and ACCESS_KEY_SECRET not in str(error)


@scenario('refuses an unknown access key')
def unknown_key(bucket):
    stranger = bucket_named(bucket.bucket_name, signer=auth('nobody', ACCESS_KEY_SECRET))
    refused(403, 'InvalidAccessKeyId', lambda: stranger.put_object('a', b'1'))


@scenario('refuses a stranger')
def anonymous(bucket):
    stranger = bucket_named(bucket.bucket_name, signer=oss2.AnonymousAuth())
    for call in [lambda: stranger.put_object('a', b'1'), lambda: stranger.get_object('a'), stranger.list_objects]:
        equal(type(refused(403, 'AccessDenied', call)), oss2.exceptions.AccessDenied)


@scenario('refuses a request signed at another time')
def skewed(bucket):
    past = datetime.datetime.now(datetime.timezone.utc).replace(tzinfo=None) - datetime.timedelta(minutes=20)
    with mock.patch('oss2.auth.datetime', make_clock(past)), \
            mock.patch('oss2.utils.http_date', lambda: past.strftime('%a, %d %b %Y %H:%M:%S GMT')):
        refused(403, 'RequestTimeTooSkewed', lambda: bucket.put_object('a', b'1'))


def make_clock(moment):
    clock = mock.Mock(wraps=datetime.datetime)
    clock.utcnow = lambda: moment
    return clock


if SIGNATURE == 'V4':
    @scenario('refuses a request signed for another region')
    def other_region(bucket):
        refused(400, 'InvalidArgument',
                lambda: bucket_named(bucket.bucket_name, region='cn-elsewhere').put_object('a', b'1'))


def borrower(bucket, access_key_id=TEMPORARY_KEY_ID, security_token=SECURITY_TOKEN):
    version = {'V1': oss2.AUTH_VERSION_1, 'V2': oss2.AUTH_VERSION_2, 'V4': oss2.AUTH_VERSION_4}[SIGNATURE]
    signer = oss2.StsAuth(access_key_id, TEMPORARY_KEY_SECRET, security_token, auth_version=version)
    return bucket_named(bucket.bucket_name, signer=signer)


@scenario('uses security tokens that the server gave out')
def security_token(bucket):
    assert SECURITY_TOKEN, 'the server gave out none'
    borrower(bucket).put_object('a', b'borrowed')
    equal(bucket.get_object('a').read(), b'borrowed')
    url = borrower(bucket).sign_url('GET', 'a', 60)
    equal(bucket.get_object_with_url(url).read(), b'borrowed')


@scenario('refuses security tokens that it did not give out')
def wrong_token(bucket):
    assert SECURITY_TOKEN, 'the server gave out none'
    forged = SECURITY_TOKEN[:-4] + SECURITY_TOKEN[:4]
    refused(403, 'InvalidSecurityToken', lambda: borrower(bucket, security_token=forged).put_object('a', b'1'))
    refused(403, 'AccessKeyIdAndSecurityTokenNotMatch',
            lambda: borrower(bucket, access_key_id='STS.nobody').put_object('a', b'1'))
    stranger = bucket_named(bucket.bucket_name, signer=auth(TEMPORARY_KEY_ID, TEMPORARY_KEY_SECRET))
    refused(403, 'InvalidAccessKeyId', lambda: stranger.put_object('a', b'1'))

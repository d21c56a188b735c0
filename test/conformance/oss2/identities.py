"""Who asks: keys that are right, wrong, unknown, missing or of another time."""
import datetime
from unittest import mock

import oss2
from scenario import ACCESS_KEY_ID, ACCESS_KEY_SECRET, SIGNATURE, auth, bucket_named, equal, not_run, refused, scenario


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


@scenario('refuses a security token, for it gives out none')
def security_token(bucket):
    version = oss2.AUTH_VERSION_4 if SIGNATURE == 'V4' else oss2.AUTH_VERSION_1
    signer = oss2.StsAuth(ACCESS_KEY_ID, ACCESS_KEY_SECRET, 'a token', auth_version=version)
    try:
        bucket_named(bucket.bucket_name, signer=signer).put_object('a', b'1')
        raise AssertionError('it was taken')
    except oss2.exceptions.ServerError as error:
        equal(error.status, 403)


not_run('uses security tokens that the server gave out', 'the server has no security token service')

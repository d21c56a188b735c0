"""What every scenario needs: a bucket of its own, bytes, and a way to say what must be refused."""
import hashlib
import itertools
import os

import oss2

ENDPOINT = os.environ['PARTWISE_ENDPOINT']
BASE_HOST = os.environ['PARTWISE_BASE_HOST']
REGION = os.environ['PARTWISE_REGION']
ACCESS_KEY_ID = os.environ['PARTWISE_ACCESS_KEY_ID']
ACCESS_KEY_SECRET = os.environ['PARTWISE_ACCESS_KEY_SECRET']
SIGNATURE = os.environ['PARTWISE_SIGNATURE']
# A temporary key that the server gave out, if it did.
TEMPORARY_KEY_ID = os.environ.get('PARTWISE_TEMPORARY_ACCESS_KEY_ID', '')
TEMPORARY_KEY_SECRET = os.environ.get('PARTWISE_TEMPORARY_ACCESS_KEY_SECRET', '')
SECURITY_TOKEN = os.environ.get('PARTWISE_SECURITY_TOKEN', '')

PART_SIZE = 100 * 1024
TIMEOUT_SECONDS = 20

scenarios = []
_bucket_numbers = itertools.count(1)


def scenario(name):
    """Registers a function that is called with a fresh bucket, and fails by an exception."""
    def register(function):
        scenarios.append((name, function))
        return function
    return register


def not_run(name, reason):
    """Says in the report what is left out, and why."""
    scenarios.append((name, reason))


def auth(access_key_id=ACCESS_KEY_ID, access_key_secret=ACCESS_KEY_SECRET):
    make = {'V1': oss2.Auth, 'V2': oss2.AuthV2, 'V4': oss2.AuthV4}
    return make[SIGNATURE](access_key_id, access_key_secret)


def bucket_named(name, signer=None, region=REGION, **options):
    region = region if SIGNATURE == 'V4' else None
    signer = signer or auth()
    return oss2.Bucket(signer, ENDPOINT, name, region=region, connect_timeout=TIMEOUT_SECONDS, **options)


def service():
    region = REGION if SIGNATURE == 'V4' else None
    return oss2.Service(auth(), ENDPOINT, region=region, connect_timeout=TIMEOUT_SECONDS)


def fresh_bucket():
    bucket = bucket_named('oss2-%s-%03d' % (SIGNATURE.lower(), next(_bucket_numbers)))
    bucket.create_bucket()
    return bucket


def pattern(size, seed='partwise'):
    """Bytes that repeat on no part boundary, the same in every run."""
    block = hashlib.shake_256(seed.encode()).digest(65521)
    return (block * (size // len(block) + 1))[:size]


def md5_hex(data):
    return hashlib.md5(data).hexdigest().upper()


def multipart_etag(parts):
    """The ETag of an object of parts: the MD5 of the parts' ETags as text, and their number."""
    return '%s-%d' % (md5_hex(''.join(md5_hex(part) for part in parts).encode()), len(parts))


def equal(actual, expected):
    assert actual == expected, 'expected %r, got %r' % (shortened(expected), shortened(actual))


def shortened(value):
    if isinstance(value, bytes) and len(value) > 40:
        return value[:40] + b'... %d bytes' % len(value)
    return value


def refused(status, code, action):
    """Calls `action`, which must be refused with this status and code; returns the client's exception."""
    try:
        action()
    except oss2.exceptions.ServerError as error:
        equal((error.status, error.code), (status, code))
        return error
    raise AssertionError('it was not refused with %s %s' % (status, code))

"""Uploads by a browser's form, signed by a policy."""
import base64
import datetime
import hashlib
import hmac
import json

import requests
from scenario import (ACCESS_KEY_ID, ACCESS_KEY_SECRET, ENDPOINT, REGION, SIGNATURE, TIMEOUT_SECONDS, equal, pattern,
                      scenario)

KEY = 'folder/中 文+.txt'


def signed_fields(conditions):
    now = datetime.datetime.now(datetime.timezone.utc)
    own = {} if SIGNATURE != 'V4' else {
        'x-oss-signature-version': 'OSS4-HMAC-SHA256',
        'x-oss-credential': '%s/%s/%s/oss/aliyun_v4_request' % (ACCESS_KEY_ID, now.strftime('%Y%m%d'), REGION),
        'x-oss-date': now.strftime('%Y%m%dT%H%M%SZ'),
    }
    document = {
        'expiration': (now + datetime.timedelta(minutes=1)).strftime('%Y-%m-%dT%H:%M:%S.000Z'),
        'conditions': conditions + [{name: value} for name, value in own.items()],
    }
    policy = base64.b64encode(json.dumps(document).encode())
    if SIGNATURE != 'V4':
        signature = base64.b64encode(hmac.new(ACCESS_KEY_SECRET.encode(), policy, hashlib.sha1).digest()).decode()
        return {'OSSAccessKeyId': ACCESS_KEY_ID, 'policy': policy.decode(), 'Signature': signature}
    key = ('aliyun_v4' + ACCESS_KEY_SECRET).encode()
    for step in [now.strftime('%Y%m%d'), REGION, 'oss', 'aliyun_v4_request']:
        key = hmac.new(key, step.encode(), hashlib.sha256).digest()
    return {**own, 'policy': policy.decode(), 'x-oss-signature': hmac.new(key, policy, hashlib.sha256).hexdigest()}


def post(bucket, fields, data, name='file.txt'):
    url = '%s/%s' % (ENDPOINT, bucket.bucket_name)
    return requests.post(url, data=fields, files={'file': (name, data)}, timeout=TIMEOUT_SECONDS, allow_redirects=False)


def code_of(answer):
    start = answer.text.index('<Code>') + len('<Code>')
    return answer.text[start:answer.text.index('</Code>')]


@scenario('takes a browser\'s form')
def form(bucket):
    data = pattern(300000)
    fields = signed_fields([{'bucket': bucket.bucket_name}, ['starts-with', '$key', 'folder/'],
                            ['content-length-range', 1, 1000000]])
    answer = post(bucket, {**fields, 'key': KEY, 'x-oss-meta-colour': 'blue'}, data)
    equal((answer.status_code, answer.text), (204, ''))
    got = bucket.get_object(KEY)
    equal((got.read(), got.headers['x-oss-meta-colour']), (data, 'blue'))
    answer = post(bucket, {**fields, 'key': 'folder/${filename}', 'success_action_status': '201'}, b'1', name='name.txt')
    equal(answer.status_code, 201)
    assert '<Key>folder/name.txt</Key>' in answer.text, answer.text
    answer = post(bucket, {**fields, 'key': KEY, 'success_action_redirect': 'http://example.com/done'}, b'1')
    equal(answer.status_code, 303)
    assert answer.headers['location'].startswith('http://example.com/done?'), answer.headers['location']


@scenario('holds a form to its policy')
def wrong_forms(bucket):
    fields = signed_fields([{'bucket': bucket.bucket_name}, ['starts-with', '$key', 'folder/'],
                            ['content-length-range', 2, 10]])
    answer = post(bucket, {**fields, 'key': 'elsewhere'}, b'123')
    equal((answer.status_code, code_of(answer)), (403, 'AccessDenied'))
    for data, code in [(b'1', 'EntityTooSmall'), (b'12345678901', 'EntityTooLarge')]:
        answer = post(bucket, {**fields, 'key': 'folder/a'}, data)
        equal((answer.status_code, code_of(answer)), (400, code))
    name = 'x-oss-signature' if SIGNATURE == 'V4' else 'Signature'
    answer = post(bucket, {**fields, 'key': 'folder/a', name: fields[name][::-1]}, b'123')
    equal((answer.status_code, code_of(answer)), (403, 'SignatureDoesNotMatch'))
    answer = post(bucket, {'key': 'folder/a'}, b'123')
    equal((answer.status_code, code_of(answer)), (403, 'AccessDenied'))
    equal(bucket.list_objects().object_list, [])

"""URLs that carry their own signature."""
import time

import oss2
import requests
from scenario import ACCESS_KEY_ID, TIMEOUT_SECONDS, auth, bucket_named, equal, pattern, refused, scenario

DATA = pattern(200000)
KEY = 'folder/中 文+%.txt'


def send(method, url, **options):
    return requests.request(method, url, timeout=TIMEOUT_SECONDS, **options)


def code_of(answer):
    start = answer.text.index('<Code>') + len('<Code>')
    return answer.text[start:answer.text.index('</Code>')]


@scenario('serves signed URLs to GET, HEAD and PUT')
def signed(bucket):
    for slash_safe in [False, True]:
        url = bucket.sign_url('PUT', KEY, 60, slash_safe=slash_safe)
        equal(send('PUT', url, data=DATA).status_code, 200)
        answer = send('GET', bucket.sign_url('GET', KEY, 60, slash_safe=slash_safe))
        equal((answer.status_code, answer.content), (200, DATA))
        equal(send('HEAD', bucket.sign_url('HEAD', KEY, 60, slash_safe=slash_safe)).status_code, 200)
        bucket.delete_object(KEY)


@scenario('serves signed URLs through the client')
def through_client(bucket):
    bucket.put_object_with_url(bucket.sign_url('PUT', KEY, 60), DATA)
    equal(bucket.get_object_with_url(bucket.sign_url('GET', KEY, 60), byte_range=(5, 9)).read(), DATA[5:10])


@scenario('holds a signed URL to the headers and parameters that were signed')
def signed_headers(bucket):
    headers = {'Content-Type': 'text/x-odd', 'x-oss-meta-colour': 'blue'}
    url = bucket.sign_url('PUT', 'a', 60, headers=headers)
    refusal = send('PUT', url, data=DATA, headers={'Content-Type': 'text/plain', 'x-oss-meta-colour': 'blue'})
    equal((refusal.status_code, code_of(refusal)), (403, 'SignatureDoesNotMatch'))
    equal(send('PUT', url, data=DATA, headers=headers).status_code, 200)
    url = bucket.sign_url('GET', 'a', 60, params={'response-content-type': 'text/html'})
    equal(send('GET', url).headers['content-type'], 'text/html')
    equal(send('GET', url.replace('html', 'xml')).status_code, 403)


@scenario('serves a signed URL for one part')
def signed_part(bucket):
    upload_id = bucket.init_multipart_upload('a').upload_id
    url = bucket.sign_url('PUT', 'a', 60, params={'uploadId': upload_id, 'partNumber': '1'})
    etag = send('PUT', url, data=DATA).headers['etag'].strip('"')
    bucket.complete_multipart_upload('a', upload_id, [oss2.models.PartInfo(1, etag)])
    equal(bucket.get_object('a').read(), DATA)


@scenario('refuses a signed URL for another method or key')
def other_request(bucket):
    bucket.put_object('a', DATA)
    url = bucket.sign_url('GET', 'a', 60)
    for answer in [send('PUT', url, data=b'1'), send('GET', url.replace('/a?', '/b?'))]:
        equal((answer.status_code, code_of(answer)), (403, 'SignatureDoesNotMatch'))


@scenario('refuses a signed URL that has expired')
def expired(bucket):
    bucket.put_object('a', DATA)
    url = bucket.sign_url('GET', 'a', 1)
    time.sleep(2.1)
    answer = send('GET', url)
    equal((answer.status_code, code_of(answer)), (403, 'AccessDenied'))


@scenario('refuses a URL signed with another secret')
def other_secret(bucket):
    stranger = bucket_named(bucket.bucket_name, signer=auth(ACCESS_KEY_ID, 'another secret'))
    refused(403, 'SignatureDoesNotMatch', lambda: bucket.get_object_with_url(stranger.sign_url('GET', 'a', 60)))

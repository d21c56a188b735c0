"""Runs every scenario and prints one line for each: `ok NAME` or `not ok NAME: REASON`."""
import os
import tempfile

import alibabacloud_oss_v2 as oss
import requests

SIGNATURE = os.environ['PARTWISE_SIGNATURE']
PART_SIZE = 100 * 1024
DATA = bytes(number * number % 251 for number in range(10 * PART_SIZE + 77))
KEY = 'dir/中 文+%2F&<>.bin'

scenarios = []


def scenario(name):
    """Registers a function that is called with a client and a fresh bucket, and fails by an exception."""
    def register(function):
        scenarios.append((name, function))
        return function
    return register


def make_client(**settings):
    identity = oss.credentials.StaticCredentialsProvider(
        os.environ['PARTWISE_ACCESS_KEY_ID'], os.environ['PARTWISE_ACCESS_KEY_SECRET'])
    defaults = {'endpoint': os.environ['PARTWISE_ENDPOINT']}
    return oss.Client(oss.config.Config(
        region=os.environ['PARTWISE_REGION'], credentials_provider=identity, retry_max_attempts=1,
        signature_version=SIGNATURE.lower(), **{**defaults, **settings}))


def equal(actual, expected):
    assert actual == expected, 'expected %.200r, got %.200r' % (expected, actual)


def refused(status, code, action):
    try:
        action()
    except oss.exceptions.OperationError as failure:
        refusal = failure.unwrap()
        equal((refusal.status_code, refusal.code), (status, code))
        return
    raise AssertionError('it was not refused with %s %s' % (status, code))


def put(client, bucket, key, data):
    return client.put_object(oss.PutObjectRequest(bucket=bucket, key=key, body=data))


def get(client, bucket, key, **options):
    return client.get_object(oss.GetObjectRequest(bucket=bucket, key=key, **options)).body.read()


@scenario('puts, gets, heads, copies and deletes an object')
def objects(client, bucket):
    sent = put(client, bucket, KEY, DATA)
    equal(get(client, bucket, KEY), DATA)
    equal(get(client, bucket, KEY, range_header='bytes=3-5'), DATA[3:6])
    head = client.head_object(oss.HeadObjectRequest(bucket=bucket, key=KEY))
    equal((head.content_length, head.etag, head.hash_crc64), (len(DATA), sent.etag, sent.hash_crc64))
    client.copy_object(oss.CopyObjectRequest(bucket=bucket, key='b', source_bucket=bucket, source_key=KEY))
    equal(get(client, bucket, 'b'), DATA)
    client.delete_multiple_objects(oss.DeleteMultipleObjectsRequest(
        bucket=bucket, objects=[oss.DeleteObject(key=KEY), oss.DeleteObject(key='b')]))
    equal(client.is_object_exist(bucket, KEY), False)


@scenario('lists objects page by page (V1 and V2)')
def listings(client, bucket):
    keys = sorted([KEY, 'a/1', 'a/2', 'b c+', 'é'])
    for key in keys:
        put(client, bucket, key, b'1')
    pages = client.list_objects_paginator().iter_page(oss.ListObjectsRequest(bucket=bucket, max_keys=2))
    equal([item.key for page in pages for item in page.contents], keys)
    pages = client.list_objects_v2_paginator().iter_page(oss.ListObjectsV2Request(bucket=bucket, max_keys=2))
    equal([item.key for page in pages for item in page.contents], keys)
    page = client.list_objects_v2(oss.ListObjectsV2Request(bucket=bucket, delimiter='/'))
    equal([item.prefix for item in page.common_prefixes], ['a/', 'dir/'])


@scenario('lists and describes buckets')
def buckets(client, bucket):
    found = client.get_bucket_info(oss.GetBucketInfoRequest(bucket=bucket)).bucket_info
    equal((found.name, found.location), (bucket, 'oss-' + os.environ['PARTWISE_REGION']))
    pages = client.list_buckets_paginator().iter_page(oss.ListBucketsRequest(prefix=bucket, max_keys=1))
    equal([item.name for page in pages for item in page.buckets], [bucket])


@scenario('uploads parts, lists them page by page with their CRCs, and completes them')
def parts(client, bucket):
    upload_id = client.initiate_multipart_upload(oss.InitiateMultipartUploadRequest(bucket=bucket, key=KEY)).upload_id
    of_upload = {'bucket': bucket, 'key': KEY, 'upload_id': upload_id}
    pieces = [DATA[at:at + PART_SIZE] for at in range(0, len(DATA), PART_SIZE)]
    sent = [client.upload_part(oss.UploadPartRequest(part_number=number, body=piece, **of_upload))
            for number, piece in enumerate(pieces, 1)]
    pages = client.list_parts_paginator().iter_page(oss.ListPartsRequest(max_parts=4, **of_upload))
    listed = [(part.etag, str(part.hash_crc64)) for page in pages for part in page.parts]
    equal(listed, [(part.etag, str(part.hash_crc64)) for part in sent])
    uploads = client.list_multipart_uploads_paginator().iter_page(oss.ListMultipartUploadsRequest(bucket=bucket))
    equal([upload.key for page in uploads for upload in page.uploads], [KEY])
    listed_parts = [oss.UploadPart(part_number=number, etag=part.etag) for number, part in enumerate(sent, 1)]
    client.complete_multipart_upload(oss.CompleteMultipartUploadRequest(
        complete_multipart_upload=oss.CompleteMultipartUpload(parts=listed_parts), **of_upload))
    equal(get(client, bucket, KEY), DATA)


class Broken(Exception):
    """The client's network, as far as it knows."""


def break_after(client, method, count):
    """Makes the client's calls fail after so many."""
    original, calls = getattr(client, method), []

    def breaking(*arguments, **options):
        if len(calls) >= count:
            raise Broken('after %d calls' % count)
        calls.append(arguments)
        return original(*arguments, **options)
    setattr(client, method, breaking)
    return client


@scenario('uploads a file in parts, and goes on after a break')
def resumed(client, bucket):
    with tempfile.TemporaryDirectory() as folder:
        source = os.path.join(folder, 'source')
        with open(source, 'wb') as fileobj:
            fileobj.write(DATA)
        options = {'part_size': PART_SIZE, 'parallel_num': 1, 'enable_checkpoint': True, 'checkpoint_dir': folder + '/'}
        request = oss.PutObjectRequest(bucket=bucket, key=KEY)
        try:
            break_after(make_client(), 'upload_part', 4).uploader(**options).upload_file(request, source)
            raise AssertionError('it did not break')
        except Exception as failure:
            assert 'after 4 calls' in repr(failure) + repr(failure.__cause__) + str(failure), repr(failure)
        # The client has 4 parts there, and sends the other 7: an eighth would break.
        break_after(make_client(), 'upload_part', 7).uploader(**options).upload_file(request, source)
        equal(get(client, bucket, KEY), DATA)
        left = client.list_multipart_uploads(oss.ListMultipartUploadsRequest(bucket=bucket)).uploads
        equal(left or [], [])


@scenario('downloads a file in ranges, and copies a large object in parts')
def downloaded(client, bucket):
    put(client, bucket, KEY, DATA)
    copier = client.copier(part_size=PART_SIZE, multipart_copy_threshold=PART_SIZE, disable_shallow_copy=True)
    copier.copy(oss.CopyObjectRequest(bucket=bucket, key='b', source_bucket=bucket, source_key=KEY))
    with tempfile.TemporaryDirectory() as folder:
        target = os.path.join(folder, 'target')
        downloader = client.downloader(part_size=PART_SIZE, parallel_num=3)
        downloader.download_file(oss.GetObjectRequest(bucket=bucket, key='b'), target)
        with open(target, 'rb') as fileobj:
            equal(fileobj.read(), DATA)


@scenario('signs URLs for GET and PUT')
def signed(client, bucket):
    url = client.presign(oss.PutObjectRequest(bucket=bucket, key=KEY)).url
    equal(requests.put(url, data=DATA, timeout=20).status_code, 200)
    url = client.presign(oss.GetObjectRequest(bucket=bucket, key=KEY)).url
    equal(requests.get(url, timeout=20).content, DATA)


@scenario('reaches a bucket by a host name of its own')
def by_host_name(client, bucket):
    # The name resolves nowhere: the requests go through the server itself as if it were a proxy.
    named = make_client(endpoint='http://' + os.environ['PARTWISE_BASE_HOST'],
                        proxy_host={'http': os.environ['PARTWISE_ENDPOINT']})
    put(named, bucket, KEY, b'named')
    equal(get(client, bucket, KEY), b'named')


@scenario('understands what it is refused')
def refusals(client, bucket):
    refused(404, 'NoSuchKey', lambda: get(client, bucket, 'gone'))
    refused(404, 'NoSuchKey', lambda: client.head_object(oss.HeadObjectRequest(bucket=bucket, key='gone')))
    refused(404, 'NoSuchBucket', lambda: client.list_objects(oss.ListObjectsRequest(bucket=bucket + '-gone')))
    refused(404, 'NoSuchUpload', lambda: client.abort_multipart_upload(
        oss.AbortMultipartUploadRequest(bucket=bucket, key='a', upload_id='F' * 32)))


for number, (name, function) in enumerate(scenarios):
    try:
        bucket = 'python-sdk-%s-%03d' % (SIGNATURE.lower(), number)
        client = make_client()
        client.put_bucket(oss.PutBucketRequest(bucket=bucket))
        function(client, bucket)
        print('ok %s' % name)
    except Exception as failure:  # Whatever it is, it is this scenario's, and the next one runs.
        print('not ok %s: %s: %s' % (name, type(failure).__name__, ' '.join(str(failure).split())[:600]))

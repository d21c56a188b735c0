"""Buckets themselves."""
import time

import oss2
from scenario import BASE_HOST, ENDPOINT, REGION, auth, bucket_named, equal, refused, scenario, service


@scenario('makes a bucket twice, as the same owner')
def make_twice(bucket):
    equal(bucket.create_bucket().status, 200)


@scenario('tells about a bucket')
def describe(bucket):
    found = bucket.get_bucket_info()
    equal((found.name, found.location, found.storage_class), (bucket.bucket_name, 'oss-' + REGION, 'Standard'))
    equal(found.acl.grant, 'private')
    equal(found.extranet_endpoint, ENDPOINT.replace('http://', ''))
    assert found.owner.id and found.owner.display_name
    assert found.creation_date
    equal(bucket.get_bucket_location().location, 'oss-' + REGION)


@scenario('lists buckets, page by page')
def list_buckets(bucket):
    prefix = bucket.bucket_name + '-listed-'
    names = [prefix + letter for letter in 'abcde']
    for name in names:
        bucket_named(name).create_bucket()
    page = service().list_buckets(prefix=prefix, max_keys=2)
    equal(([item.name for item in page.buckets], page.is_truncated), (names[:2], True))
    [first, _] = page.buckets
    equal((first.location, first.extranet_endpoint), ('oss-' + REGION, ENDPOINT.replace('http://', '')))
    assert abs(first.creation_date - time.time()) < 60
    equal([item.name for item in oss2.BucketIterator(service(), prefix=prefix, max_keys=2)], names)


@scenario('deletes an empty bucket alone')
def delete(bucket):
    bucket.put_object('a', b'1')
    error = refused(409, 'BucketNotEmpty', bucket.delete_bucket)
    equal(type(error), oss2.exceptions.BucketNotEmpty)
    bucket.delete_object('a')
    upload_id = bucket.init_multipart_upload('a').upload_id
    refused(409, 'BucketNotEmpty', bucket.delete_bucket)
    bucket.abort_multipart_upload('a', upload_id)
    equal(bucket.delete_bucket().status, 204)
    refused(404, 'NoSuchBucket', bucket.get_bucket_info)


@scenario('says that there is no such bucket, whatever is asked of it')
def no_such_bucket(bucket):
    gone = bucket_named(bucket.bucket_name + '-gone')
    calls = [
        lambda: gone.put_object('a', b'1'), lambda: gone.get_object('a'), gone.list_objects, gone.list_objects_v2,
        lambda: gone.init_multipart_upload('a'), gone.list_multipart_uploads, gone.get_bucket_location, gone.delete_bucket,
    ]
    for call in calls:
        equal(type(refused(404, 'NoSuchBucket', call)), oss2.exceptions.NoSuchBucket)


@scenario('reaches a bucket by a host name of its own')
def by_host_name(bucket):
    # The name resolves nowhere: the requests go through the server itself as if it were a proxy.
    named = oss2.Bucket(auth(), 'http://' + BASE_HOST, bucket.bucket_name, region=bucket.region, proxies={'http': ENDPOINT})
    named.put_object('dir/中 文+', b'named')
    equal(bucket.get_object('dir/中 文+').read(), b'named')
    equal([item.key for item in named.list_objects().object_list], ['dir/中 文+'])

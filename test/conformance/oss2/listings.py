"""Listings of objects, page by page."""
import time

import oss2
from scenario import equal, md5_hex, scenario

KEYS = sorted(['a/%d' % number for number in range(5)] + ['b/x', 'b/y', 'c', 'd'])


def fill(bucket):
    for key in KEYS:
        bucket.put_object(key, key.encode())


@scenario('lists objects page by page (V1)')
def pages(bucket):
    fill(bucket)
    first = bucket.list_objects(max_keys=4)
    equal(([item.key for item in first.object_list], first.is_truncated), (KEYS[:4], True))
    second = bucket.list_objects(max_keys=100, marker=first.next_marker)
    equal(([item.key for item in second.object_list], second.is_truncated), (KEYS[4:], False))


@scenario('groups keys by a delimiter, page by page (V1)')
def grouped(bucket):
    fill(bucket)
    page = bucket.list_objects(delimiter='/')
    equal((page.prefix_list, [item.key for item in page.object_list]), (['a/', 'b/'], ['c', 'd']))
    page = bucket.list_objects(delimiter='/', max_keys=1)
    equal((page.prefix_list, page.is_truncated), (['a/'], True))
    page = bucket.list_objects(delimiter='/', max_keys=1, marker=page.next_marker)
    equal((page.prefix_list, page.object_list, page.is_truncated), (['b/'], [], True))
    found = [(item.key, item.is_prefix()) for item in oss2.ObjectIterator(bucket, delimiter='/', max_keys=1)]
    equal(found, [('a/', True), ('b/', True), ('c', False), ('d', False)])


@scenario('tells what each listed object is')
def fields(bucket):
    bucket.put_object('a', b'abc')
    [item] = bucket.list_objects().object_list
    equal((item.etag, item.size, item.type), (md5_hex(b'abc'), 3, 'Normal'))
    equal(item.storage_class, 'Standard')
    assert abs(item.last_modified - time.time()) < 60
    assert item.owner.id
    [item] = bucket.list_objects_v2(fetch_owner=True).object_list
    assert item.owner.id
    [item] = bucket.list_objects_v2().object_list
    assert item.owner is None


@scenario('lists objects page by page (V2)')
def pages_v2(bucket):
    fill(bucket)
    first = bucket.list_objects_v2(max_keys=4)
    equal(([item.key for item in first.object_list], first.is_truncated), (KEYS[:4], True))
    second = bucket.list_objects_v2(continuation_token=first.next_continuation_token)
    equal(([item.key for item in second.object_list], second.is_truncated), (KEYS[4:], False))
    equal([item.key for item in bucket.list_objects_v2(start_after='b/y').object_list], ['c', 'd'])


@scenario('groups keys by a delimiter, page by page (V2)')
def grouped_v2(bucket):
    fill(bucket)
    found = [item.key for item in oss2.ObjectIteratorV2(bucket, delimiter='/', max_keys=1)]
    equal(found, ['a/', 'b/', 'c', 'd'])
    found = [item.key for item in oss2.ObjectIteratorV2(bucket, prefix='a/', delimiter='/', max_keys=2)]
    equal(found, KEYS[:5])


@scenario('lists an empty bucket')
def empty(bucket):
    equal((bucket.list_objects().object_list, bucket.list_objects().is_truncated), ([], False))
    equal((bucket.list_objects_v2().object_list, bucket.list_multipart_uploads().upload_list), ([], []))


@scenario('lists 1000 keys at most, and refuses to be asked for more')
def page_size(bucket):
    fill(bucket)
    equal(len(bucket.list_objects(max_keys=1000).object_list), len(KEYS))
    for max_keys in [0, 1001]:
        try:
            bucket.list_objects(max_keys=max_keys)
            raise AssertionError('max-keys %d was taken' % max_keys)
        except oss2.exceptions.InvalidArgument as error:
            equal(error.name, 'max-keys')

"""Keys that get lost between the encodings of paths, queries, headers and XML."""
import oss2
from scenario import equal, not_run, scenario

KEYS = [
    '中文/对象 名.txt', 'a+b', 'a b', ' leading and trailing ', '100%', 'x%2Fy', 'x%20y', 'a/../b', '../up', 'deep/../',
    'folder/', 'a//b', '"quotes\' & <tags>', '?query=1&b', 'a;b=c,d:e@f', '#hash', 'emoji-😀', 'tab\there', 'é', 'e\u0301',
    '~!*()$', 'back\\slash', '.hidden', 'a' * 1023,
]


@scenario('puts, gets, lists and deletes keys of every kind')
def all_keys(bucket):
    for key in KEYS:
        bucket.put_object(key, key.encode())
    for key in KEYS:
        equal(bucket.get_object(key).read(), key.encode())
        equal(bucket.head_object(key).content_length, len(key.encode()))
    in_order = sorted(KEYS, key=lambda key: key.encode())
    equal([item.key for item in oss2.ObjectIterator(bucket, max_keys=5)], in_order)
    equal([item.key for item in oss2.ObjectIteratorV2(bucket, max_keys=5)], in_order)
    for key in KEYS:
        bucket.delete_object(key)
    equal(bucket.list_objects().object_list, [])


@scenario('copies keys of every kind')
def copied_keys(bucket):
    for number, key in enumerate(KEYS[:-1]):
        bucket.put_object(key, key.encode())
        bucket.copy_object(bucket.bucket_name, key, 'copy/%d' % number)
        equal(bucket.get_object('copy/%d' % number).read(), key.encode())


@scenario('uploads parts under keys of every kind, and lists them')
def multipart_keys(bucket):
    for key in KEYS:
        upload_id = bucket.init_multipart_upload(key).upload_id
        part = bucket.upload_part(key, upload_id, 1, key.encode())
        listed = bucket.list_parts(key, upload_id)
        equal([found.etag for found in listed.parts], [part.etag])
    in_order = sorted(KEYS, key=lambda key: key.encode())
    equal([upload.key for upload in oss2.MultipartUploadIterator(bucket, max_uploads=7)], in_order)


@scenario('lists by prefixes and delimiters that need encoding')
def encoded_prefixes(bucket):
    for key in ['中+/a b', '中+/c', '中+x', 'other']:
        bucket.put_object(key, b'1')
    page = bucket.list_objects(prefix='中+', delimiter='/')
    equal((page.prefix_list, [item.key for item in page.object_list]), (['中+/'], ['中+x']))
    page = bucket.list_objects_v2(prefix='中+/', start_after='中+/a b')
    equal([item.key for item in page.object_list], ['中+/c'])


not_run('keys that are "." or ".."', 'the client\'s own HTTP library takes such a path segment for a step, not a name')

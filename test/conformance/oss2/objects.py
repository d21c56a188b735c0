"""Single objects: put, get, head, copy, delete."""
import io
import os
import tempfile
import time

import oss2
from scenario import bucket_named, equal, fresh_bucket, md5_hex, pattern, refused, scenario

DATA = pattern(300000)


@scenario('puts, gets and heads an object')
def put_get_head(bucket):
    put = bucket.put_object('a.txt', DATA, headers={'x-oss-meta-colour': 'blue', 'Cache-Control': 'no-cache'})
    equal(put.status, 200)
    equal(put.etag, md5_hex(DATA))

    got = bucket.get_object('a.txt')
    equal(got.read(), DATA)
    equal(got.client_crc, got.server_crc)

    head = bucket.head_object('a.txt')
    equal((head.content_length, head.etag, head.object_type), (len(DATA), md5_hex(DATA), 'Normal'))
    equal((head.content_type, head.headers['cache-control']), ('text/plain', 'no-cache'))
    equal(head.headers['x-oss-meta-colour'], 'blue')
    equal(head.server_crc, put.crc)
    assert abs(head.last_modified - time.time()) < 60


@scenario('puts an object of 0 bytes')
def put_empty(bucket):
    put = bucket.put_object('empty', b'')
    equal(put.etag, md5_hex(b''))
    equal(bucket.get_object('empty').read(), b'')
    equal(bucket.head_object('empty').content_length, 0)


@scenario('puts bytes of unknown length in chunks')
def put_generator(bucket):
    bucket.put_object('generated', (DATA[at:at + 50000] for at in range(0, len(DATA), 50000)))
    equal(bucket.get_object('generated').read(), DATA)


@scenario('puts a file and gets into a file')
def put_file(bucket):
    with tempfile.TemporaryDirectory() as folder:
        source, target = os.path.join(folder, 'source.bin'), os.path.join(folder, 'target.bin')
        with open(source, 'wb') as fileobj:
            fileobj.write(DATA)
        bucket.put_object_from_file('file', source)
        bucket.get_object_to_file('file', target)
        with open(target, 'rb') as fileobj:
            equal(fileobj.read(), DATA)


@scenario('works with the CRC check switched off')
def without_crc(bucket):
    unchecked = bucket_named(bucket.bucket_name, enable_crc=False)
    unchecked.put_object('a', io.BytesIO(DATA))
    equal(unchecked.get_object('a').read(), DATA)


@scenario('gets ranges of an object')
def get_ranges(bucket):
    bucket.put_object('a', DATA)
    for byte_range, expected in [((0, 99), DATA[:100]), ((100, None), DATA[100:]), ((None, 50), DATA[-50:])]:
        got = bucket.get_object('a', byte_range=byte_range)
        equal((got.status, got.read()), (206, expected))
    equal(bucket.get_object('a', byte_range=(5, 7)).headers['content-range'], 'bytes 5-7/300000')


@scenario('gets the whole object for a range beyond its end, unless the range is to be taken at its word')
def get_range_beyond_end(bucket):
    bucket.put_object('a', DATA)
    got = bucket.get_object('a', byte_range=(300000, 300001))
    equal((got.status, got.read()), (200, DATA))
    standard = {'x-oss-range-behavior': 'standard'}
    refused(416, 'InvalidRange', lambda: bucket.get_object('a', byte_range=(300000, 300001), headers=standard))


@scenario('honours the conditions of a GET')
def conditions(bucket):
    etag = bucket.put_object('a', b'abc').etag
    date = bucket.head_object('a').headers['last-modified']
    equal(bucket.get_object('a', headers={'If-Match': etag, 'If-Unmodified-Since': date}).read(), b'abc')
    refused(412, 'PreconditionFailed', lambda: bucket.get_object('a', headers={'If-Match': '"0"'}))
    for headers in [{'If-None-Match': '"%s"' % etag}, {'If-Modified-Since': date}]:
        try:
            bucket.get_object('a', headers=headers)
            raise AssertionError('it was sent again')
        except oss2.exceptions.NotModified as answer:
            equal(answer.status, 304)


@scenario('answers with the headers that a GET asks for')
def response_headers(bucket):
    bucket.put_object('a', b'abc')
    wanted = {'response-content-type': 'text/x-odd', 'response-content-disposition': 'attachment; filename="a+b c.txt"'}
    got = bucket.get_object('a', params=wanted)
    equal((got.headers['content-type'], got.headers['content-disposition']), tuple(wanted.values()))


@scenario('copies an object, with its metadata or with new')
def copy(bucket):
    other = fresh_bucket()
    other.put_object('from/中 文+.txt', DATA, headers={'x-oss-meta-colour': 'blue'})
    copied = bucket.copy_object(other.bucket_name, 'from/中 文+.txt', 'to')
    equal(copied.etag, md5_hex(DATA))
    equal(bucket.get_object('to').read(), DATA)
    equal(bucket.head_object('to').headers['x-oss-meta-colour'], 'blue')
    bucket.update_object_meta('to', {'x-oss-meta-colour': 'red'})
    equal(bucket.head_object('to').headers['x-oss-meta-colour'], 'red')


@scenario('deletes an object, and one that is not there')
def delete(bucket):
    bucket.put_object('a', b'abc')
    assert bucket.object_exists('a')
    equal([bucket.delete_object('a').status, bucket.delete_object('a').status], [204, 204])
    assert not bucket.object_exists('a')


@scenario('deletes objects in a batch')
def batch_delete(bucket):
    keys = ['k%02d' % number for number in range(20)] + ['中文', 'a+b &<>"\'', 'x%2Fy']
    for key in keys:
        bucket.put_object(key, b'1')
    deleted = bucket.batch_delete_objects(keys)
    equal(sorted(deleted.deleted_keys), sorted(keys))
    equal([item.key for item in oss2.ObjectIterator(bucket)], [])


@scenario('tells an object\'s size and ETag without the rest')
def object_meta(bucket):
    bucket.put_object('a', DATA)
    meta = bucket.get_object_meta('a')
    equal((meta.content_length, meta.etag), (len(DATA), md5_hex(DATA)))


@scenario('overwrites nothing when told so')
def forbid_overwrite(bucket):
    bucket.put_object('a', b'1')
    forbid = {'x-oss-forbid-overwrite': 'true'}
    refused(409, 'FileAlreadyExists', lambda: bucket.put_object('a', b'2', headers=forbid))
    equal(bucket.get_object('a').read(), b'1')


@scenario('refuses bytes that are not those of the Content-MD5')
def wrong_md5(bucket):
    wrong = {'Content-MD5': oss2.utils.content_md5(b'other')}
    refused(400, 'InvalidDigest', lambda: bucket.put_object('a', b'bytes', headers=wrong))
    assert not bucket.object_exists('a')


@scenario('reports progress up and down')
def progress(bucket):
    up, down = [], []
    bucket.put_object('a', DATA, progress_callback=lambda done, total: up.append((done, total)))
    bucket.get_object('a', progress_callback=lambda done, total: down.append((done, total))).read()
    equal((up[-1], down[-1]), ((len(DATA), len(DATA)), (len(DATA), len(DATA))))


@scenario('names the key that is not there, in the body and for a HEAD')
def no_such_key(bucket):
    error = refused(404, 'NoSuchKey', lambda: bucket.get_object('gone'))
    equal((type(error), error.details['Key']), (oss2.exceptions.NoSuchKey, 'gone'))
    equal(len(error.request_id), 24)
    try:
        bucket.head_object('gone')
        raise AssertionError('it is there')
    except oss2.exceptions.NotFound as answer:
        equal(answer.status, 404)

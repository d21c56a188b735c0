"""What objects are besides bytes: appendable, tagged, linked, archived, open to some."""
import time

import oss2
import requests
from oss2.models import Tagging, TaggingRule
from scenario import PART_SIZE, bucket_named, equal, pattern, refused, scenario

KEY = 'folder/中 文+%.txt'


def stranger_to(bucket):
    return bucket_named(bucket.bucket_name, signer=oss2.AnonymousAuth())


def tags(**pairs):
    rule = TaggingRule()
    for key, value in pairs.items():
        rule.add(key, value)
    return Tagging(rule)


def tags_of(bucket, key, **options):
    return bucket.get_object_tagging(key, **options).tag_set.tagging_rule


@scenario('appends to an object')
def append(bucket):
    first = bucket.append_object(KEY, 0, b'one ', headers={'x-oss-meta-colour': 'blue'})
    equal(first.next_position, 4)
    # The client compares the CRC of the whole with its own when it is told that of the beginning.
    second = bucket.append_object(KEY, 4, b'two', init_crc=first.crc)
    equal(second.next_position, 7)
    got = bucket.get_object(KEY)
    equal((got.read(), got.object_type, got.headers['x-oss-meta-colour']), (b'one two', 'Appendable', 'blue'))
    equal(bucket.head_object(KEY).headers['x-oss-next-append-position'], '7')
    equal([item.type for item in bucket.list_objects().object_list], ['Appendable'])


@scenario('refuses to append elsewhere than at the end, or to what is not appendable')
def wrong_append(bucket):
    bucket.append_object('a', 0, b'1234')
    error = refused(409, 'PositionNotEqualToLength', lambda: bucket.append_object('a', 3, b'5'))
    equal((type(error), error.next_position), (oss2.exceptions.PositionNotEqualToLength, 4))
    bucket.put_object('b', b'1')
    error = refused(409, 'ObjectNotAppendable', lambda: bucket.append_object('b', 1, b'2'))
    equal(type(error), oss2.exceptions.ObjectNotAppendable)
    wrong = {'Content-MD5': oss2.utils.content_md5(b'other')}
    refused(400, 'InvalidDigest', lambda: bucket.append_object('a', 4, b'5', headers=wrong))
    equal(bucket.get_object('a').read(), b'1234')


@scenario('sets the access of an object')
def object_acl(bucket):
    bucket.put_object('a', b'1')
    equal(bucket.get_object_acl('a').acl, 'default')
    refused(403, 'AccessDenied', lambda: stranger_to(bucket).get_object('a'))
    bucket.put_object_acl('a', oss2.OBJECT_ACL_PUBLIC_READ)
    equal(bucket.get_object_acl('a').acl, 'public-read')
    equal(stranger_to(bucket).get_object('a').read(), b'1')
    refused(403, 'AccessDenied', lambda: stranger_to(bucket).put_object('a', b'2'))
    bucket.put_object('b', b'1', headers={'x-oss-object-acl': 'public-read'})
    equal(stranger_to(bucket).head_object('b').content_length, 1)
    refused(400, 'InvalidArgument', lambda: bucket.put_object_acl('a', 'whoever'))
    bucket.copy_object(bucket.bucket_name, 'a', 'copy')
    equal(bucket.get_object_acl('copy').acl, 'default')


@scenario('tags objects')
def tagging(bucket):
    bucket.put_object(KEY, b'1', headers={'x-oss-tagging': 'colour=blue&size='})
    equal(tags_of(bucket, KEY), {'colour': 'blue', 'size': ''})
    equal(bucket.head_object(KEY).headers['x-oss-tagging-count'], '2')
    bucket.put_object_tagging(KEY, tags(**{'na me+': 'v=1/:._-'}))
    equal(tags_of(bucket, KEY), {'na me+': 'v=1/:._-'})
    bucket.copy_object(bucket.bucket_name, KEY, 'copy')
    equal(tags_of(bucket, 'copy'), {'na me+': 'v=1/:._-'})
    replace = {'x-oss-tagging': 'a=b', 'x-oss-tagging-directive': 'REPLACE'}
    bucket.copy_object(bucket.bucket_name, KEY, 'copy', headers=replace)
    equal(tags_of(bucket, 'copy'), {'a': 'b'})
    upload_id = bucket.init_multipart_upload('parts', headers={'x-oss-tagging': 'c=d'}).upload_id
    part = bucket.upload_part('parts', upload_id, 1, b'1')
    bucket.complete_multipart_upload('parts', upload_id, [oss2.models.PartInfo(1, part.etag)])
    equal(tags_of(bucket, 'parts'), {'c': 'd'})
    bucket.delete_object_tagging(KEY)
    equal(tags_of(bucket, KEY), {})


@scenario('refuses tags that are too many, too long or twice the same')
def wrong_tags(bucket):
    bucket.put_object('a', b'1')
    many = '&'.join('k%d=v' % number for number in range(11))
    for wrong in ['k' * 129 + '=v', 'k=' + 'v' * 257, 'a=1&a=2', many, 'k=%3C']:
        try:
            bucket.put_object('b', b'1', headers={'x-oss-tagging': wrong})
            raise AssertionError('it was taken: %s' % wrong)
        except oss2.exceptions.ServerError as error:
            assert (error.status, error.code) in [(400, 'InvalidTag'), (400, 'InvalidArgument')], (error.code, wrong)
    equal((tags_of(bucket, 'a'), bucket.object_exists('b')), ({}, False))


@scenario('makes symbolic links')
def symlinks(bucket):
    bucket.put_object(KEY, b'target')
    bucket.put_symlink(KEY, 'link', headers={'x-oss-meta-colour': 'blue'})
    equal(bucket.get_symlink('link').target_key, KEY)
    got = bucket.get_object('link')
    equal((got.read(), got.object_type), (b'target', 'Symlink'))
    bucket.put_object(KEY, b'another target')
    equal(bucket.get_object('link').read(), b'another target')
    bucket.delete_object(KEY)
    refused(404, 'SymlinkTargetNotExist', lambda: bucket.get_object('link'))
    bucket.put_object('plain', b'1')
    refused(400, 'NotSymlink', lambda: bucket.get_symlink('plain'))
    refused(404, 'NoSuchKey', lambda: bucket.get_symlink('gone'))


@scenario('restores archived objects')
def restore(bucket):
    bucket.put_object('cold', b'1', headers={'x-oss-storage-class': 'Archive'})
    equal(bucket.head_object('cold').headers['x-oss-storage-class'], 'Archive')
    refused(403, 'InvalidObjectState', lambda: bucket.get_object('cold'))
    refused(403, 'InvalidObjectState', lambda: bucket.copy_object(bucket.bucket_name, 'cold', 'copy'))
    equal(bucket.restore_object('cold').status, 202)
    assert 'ongoing-request="false"' in bucket.head_object('cold').headers['x-oss-restore']
    equal(bucket.get_object('cold').read(), b'1')
    equal(bucket.restore_object('cold').status, 200)
    bucket.put_object('warm', b'1')
    refused(400, 'OperationNotSupported', lambda: bucket.restore_object('warm'))


@scenario('slows transfers down to the limit that they name')
def traffic_limit(bucket):
    # 100 KiB/s, the least that may be named; 200 KiB take about two seconds.
    limit = {oss2.headers.OSS_TRAFFIC_LIMIT: str(819200)}
    data = pattern(2 * PART_SIZE)
    start = time.monotonic()
    bucket.put_object('a', data, headers=limit)
    assert time.monotonic() - start > 0.8
    start = time.monotonic()
    equal(bucket.get_object('a', headers=limit).read(), data)
    assert time.monotonic() - start > 0.8
    url = bucket.sign_url('GET', 'a', 60, params={oss2.headers.OSS_TRAFFIC_LIMIT: '819200'})
    equal(requests.get(url, timeout=20).content, data)
    for wrong in ['1', '838860801', 'fast']:
        refused(400, 'InvalidArgument',
                lambda: bucket.put_object('b', b'1', headers={oss2.headers.OSS_TRAFFIC_LIMIT: wrong}))


@scenario('says that it does not do what it does not do')
def unimplemented(bucket):
    bucket.put_object('a', b'kept')
    calls = [
        lambda: bucket.put_bucket_website(oss2.models.BucketWebsite('index.html', 'error.html')),
        lambda: bucket.get_object('a', process='image/resize,w_10'),
        lambda: bucket.put_object('b', b'1', headers={'x-oss-server-side-encryption': 'KMS'}),
        lambda: bucket.select_object('a', 'select * from ossobject'),
    ]
    for call in calls:
        refused(400, 'NotImplemented', call)
    equal([(item.key, item.size) for item in bucket.list_objects().object_list], [('a', 4)])

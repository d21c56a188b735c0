"""Uploads in parts: what is refused, and that a refusal changes nothing."""
import oss2
from oss2.models import PartInfo
from scenario import PART_SIZE, equal, pattern, refused, scenario

PART = pattern(PART_SIZE)


def started(bucket):
    upload_id = bucket.init_multipart_upload('a').upload_id
    return upload_id, PartInfo(1, bucket.upload_part('a', upload_id, 1, PART).etag)


@scenario('forgets an upload that was aborted')
def aborted(bucket):
    upload_id, part = started(bucket)
    equal(bucket.abort_multipart_upload('a', upload_id).status, 204)
    calls = [
        lambda: bucket.abort_multipart_upload('a', upload_id), lambda: bucket.list_parts('a', upload_id),
        lambda: bucket.upload_part('a', upload_id, 2, PART),
        lambda: bucket.complete_multipart_upload('a', upload_id, [part]),
    ]
    for call in calls:
        equal(type(refused(404, 'NoSuchUpload', call)), oss2.exceptions.NoSuchUpload)
    assert not bucket.object_exists('a')


@scenario('forgets an upload that was completed')
def completed(bucket):
    upload_id, part = started(bucket)
    bucket.complete_multipart_upload('a', upload_id, [part])
    refused(404, 'NoSuchUpload', lambda: bucket.complete_multipart_upload('a', upload_id, [part]))
    refused(404, 'NoSuchUpload', lambda: bucket.abort_multipart_upload('a', upload_id))
    equal(bucket.get_object('a').read(), PART)


@scenario('knows an upload under its own key alone')
def other_key(bucket):
    upload_id, part = started(bucket)
    refused(404, 'NoSuchUpload', lambda: bucket.upload_part('b', upload_id, 1, PART))
    refused(404, 'NoSuchUpload', lambda: bucket.complete_multipart_upload('b', upload_id, [part]))
    refused(404, 'NoSuchUpload', lambda: bucket.list_parts('a', 'F' * 32))


@scenario('refuses to complete parts that are not those sent')
def wrong_parts(bucket):
    upload_id, part = started(bucket)
    error = refused(400, 'InvalidPart',
                    lambda: bucket.complete_multipart_upload('a', upload_id, [PartInfo(1, 'F' * 32)]))
    equal(error.details['PartNumber'], '1')
    refused(400, 'InvalidPart', lambda: bucket.complete_multipart_upload('a', upload_id, [part, PartInfo(2, part.etag)]))
    refused(400, 'MalformedXML', lambda: bucket.complete_multipart_upload('a', upload_id, []))
    refused(400, 'InvalidPartOrder', lambda: bucket.complete_multipart_upload('a', upload_id, [part, part]))
    equal(len(bucket.list_parts('a', upload_id).parts), 1)
    bucket.complete_multipart_upload('a', upload_id, [part])


@scenario('refuses a part below 100 KiB, unless it is the last')
def small_parts(bucket):
    upload_id = bucket.init_multipart_upload('a').upload_id
    parts = [PartInfo(number, bucket.upload_part('a', upload_id, number, PART[number:]).etag) for number in [1, 2]]
    refused(400, 'EntityTooSmall', lambda: bucket.complete_multipart_upload('a', upload_id, parts))
    parts[0] = PartInfo(1, bucket.upload_part('a', upload_id, 1, PART).etag)
    bucket.complete_multipart_upload('a', upload_id, parts)
    equal(bucket.get_object('a').read(), PART + PART[2:])


@scenario('numbers parts from 1 to 10000')
def part_numbers(bucket):
    upload_id, _ = started(bucket)
    for number in [0, 10001, -1, 'one']:
        error = refused(400, 'InvalidArgument', lambda: bucket.upload_part('a', upload_id, number, PART))
        equal((type(error), error.name), (oss2.exceptions.InvalidArgument, 'PartNumber'))
    equal(bucket.upload_part('a', upload_id, 10000, PART).status, 200)


@scenario('refuses a part that is not the one of its Content-MD5')
def wrong_md5(bucket):
    upload_id = bucket.init_multipart_upload('a').upload_id
    wrong = {'Content-MD5': oss2.utils.content_md5(b'other')}
    refused(400, 'InvalidDigest', lambda: bucket.upload_part('a', upload_id, 1, PART, headers=wrong))
    equal(bucket.list_parts('a', upload_id).parts, [])


@scenario('overwrites no object by an upload when told so')
def forbid_overwrite(bucket):
    upload_id, part = started(bucket)
    forbid = {'x-oss-forbid-overwrite': 'true'}
    bucket.put_object('a', b'1')
    refused(409, 'FileAlreadyExists', lambda: bucket.init_multipart_upload('a', headers=forbid))
    refused(409, 'FileAlreadyExists', lambda: bucket.complete_multipart_upload('a', upload_id, [part], headers=forbid))
    equal(bucket.get_object('a').read(), b'1')
    bucket.complete_multipart_upload('a', upload_id, [part])
    equal(bucket.get_object('a').read(), PART)


@scenario('refuses to copy a part of nothing, or beyond its end')
def wrong_copies(bucket):
    upload_id, _ = started(bucket)
    refused(404, 'NoSuchKey', lambda: bucket.upload_part_copy(bucket.bucket_name, 'gone', None, 'a', upload_id, 2))
    refused(404, 'NoSuchBucket', lambda: bucket.upload_part_copy('no-such-bucket', 'a', None, 'a', upload_id, 2))

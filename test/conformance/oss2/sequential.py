"""Uploads whose parts come in order, for the MD5 of the whole."""
import oss2
from oss2.models import PartInfo
from scenario import PART_SIZE, equal, pattern, refused, scenario
from transfers import Files

DATA = pattern(3 * PART_SIZE + 777)
PARTS = [DATA[at:at + PART_SIZE] for at in range(0, len(DATA), PART_SIZE)]


@scenario('uploads parts in sequence')
def in_sequence(bucket):
    upload_id = bucket.init_multipart_upload('a', params={'sequential': ''}).upload_id
    refused(400, 'PartNotSequential', lambda: bucket.upload_part('a', upload_id, 2, PARTS[1]))
    parts = [PartInfo(number, bucket.upload_part('a', upload_id, number, part).etag)
             for number, part in enumerate(PARTS, 1)]
    refused(400, 'PartNotSequential', lambda: bucket.upload_part('a', upload_id, 9, PARTS[0]))
    bucket.complete_multipart_upload('a', upload_id, parts)
    got = bucket.get_object('a')
    equal((got.read(), got.headers['content-md5']), (DATA, oss2.utils.content_md5(DATA)))
    equal(bucket.head_object('a').headers['content-md5'], oss2.utils.content_md5(DATA))


@scenario('uploads a file in sequence')
def file_in_sequence(bucket):
    with Files() as files:
        oss2.resumable_upload(bucket, 'a', files.source, store=files.uploads, multipart_threshold=PART_SIZE,
                              part_size=PART_SIZE, num_threads=1, params={'sequential': ''})
        with open(files.source, 'rb') as fileobj:
            data = fileobj.read()
        equal(bucket.head_object('a').headers['content-md5'], oss2.utils.content_md5(data))


@scenario('names no MD5 of the whole for parts in any order')
def without(bucket):
    upload_id = bucket.init_multipart_upload('a').upload_id
    parts = {number: bucket.upload_part('a', upload_id, number, PARTS[number - 1]).etag for number in [2, 1]}
    bucket.complete_multipart_upload('a', upload_id, [PartInfo(number, parts[number]) for number in [1, 2]])
    assert 'content-md5' not in bucket.head_object('a').headers

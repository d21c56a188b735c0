"""Uploads in parts: what succeeds."""
import oss2
from scenario import PART_SIZE, equal, fresh_bucket, md5_hex, multipart_etag, pattern, scenario

DATA = pattern(3 * PART_SIZE + 777)
PARTS = [DATA[at:at + PART_SIZE] for at in range(0, len(DATA), PART_SIZE)]


def upload_parts(bucket, key, upload_id, numbers=(1, 2, 3, 4)):
    results = [(number, bucket.upload_part(key, upload_id, number, PARTS[number - 1])) for number in numbers]
    return [oss2.models.PartInfo(number, result.etag, len(PARTS[number - 1]), part_crc=result.crc)
            for number, result in results]


@scenario('uploads parts in any order and completes them')
def any_order(bucket):
    upload_id = bucket.init_multipart_upload('a').upload_id
    parts = upload_parts(bucket, 'a', upload_id, [3, 1, 4, 2])
    equal({part.part_number: part.etag for part in parts}[2], md5_hex(PARTS[1]))
    done = bucket.complete_multipart_upload('a', upload_id, parts)
    equal(done.etag, multipart_etag(PARTS))
    got = bucket.get_object('a')
    equal(got.read(), DATA)
    equal((got.object_type, got.etag, got.client_crc), ('Multipart', multipart_etag(PARTS), done.crc))
    equal(bucket.get_object('a', byte_range=(PART_SIZE - 3, PART_SIZE + 3)).read(), DATA[PART_SIZE - 3:PART_SIZE + 4])


@scenario('keeps what was said when the upload was started')
def attributes(bucket):
    headers = {'x-oss-meta-colour': 'blue', 'Content-Disposition': 'inline', 'x-oss-storage-class': 'IA'}
    upload_id = bucket.init_multipart_upload('a.json', headers=headers).upload_id
    bucket.complete_multipart_upload('a.json', upload_id, upload_parts(bucket, 'a.json', upload_id))
    head = bucket.head_object('a.json')
    equal((head.content_type, head.headers['content-disposition']), ('application/json', 'inline'))
    equal((head.headers['x-oss-meta-colour'], head.headers['x-oss-storage-class']), ('blue', 'IA'))


@scenario('lists parts page by page')
def list_parts(bucket):
    upload_id = bucket.init_multipart_upload('a').upload_id
    equal((bucket.list_parts('a', upload_id).parts, bucket.list_parts('a', upload_id).is_truncated), ([], False))
    sent = upload_parts(bucket, 'a', upload_id)
    first = bucket.list_parts('a', upload_id, max_parts=3)
    equal(([part.part_number for part in first.parts], first.is_truncated), ([1, 2, 3], True))
    second = bucket.list_parts('a', upload_id, marker=first.next_marker)
    equal(([part.part_number for part in second.parts], second.is_truncated), ([4], False))
    listed = list(oss2.PartIterator(bucket, 'a', upload_id, max_parts=1))
    equal([(part.etag, part.size) for part in listed], [(part.etag, part.size) for part in sent])


@scenario('takes the last upload of a part')
def part_again(bucket):
    upload_id = bucket.init_multipart_upload('a').upload_id
    bucket.upload_part('a', upload_id, 1, b'first try')
    again = bucket.upload_part('a', upload_id, 1, b'second try')
    equal([part.etag for part in bucket.list_parts('a', upload_id).parts], [md5_hex(b'second try')])
    bucket.complete_multipart_upload('a', upload_id, [oss2.models.PartInfo(1, again.etag)])
    equal(bucket.get_object('a').read(), b'second try')


@scenario('completes some of the parts')
def some_parts(bucket):
    upload_id = bucket.init_multipart_upload('a').upload_id
    parts = upload_parts(bucket, 'a', upload_id)
    bucket.complete_multipart_upload('a', upload_id, [parts[0], parts[3]])
    equal(bucket.get_object('a').read(), PARTS[0] + PARTS[3])


@scenario('completes all parts without a list')
def complete_all(bucket):
    upload_id = bucket.init_multipart_upload('a').upload_id
    upload_parts(bucket, 'a', upload_id)
    done = bucket.complete_multipart_upload('a', upload_id, None, headers={'x-oss-complete-all': 'yes'})
    equal(done.etag, multipart_etag(PARTS))
    equal(bucket.get_object('a').read(), DATA)


@scenario('uploads a part of unknown length in chunks')
def part_generator(bucket):
    upload_id = bucket.init_multipart_upload('a').upload_id
    result = bucket.upload_part('a', upload_id, 1, (piece for piece in PARTS))
    bucket.complete_multipart_upload('a', upload_id, [oss2.models.PartInfo(1, result.etag, len(DATA), part_crc=result.crc)])
    equal(bucket.get_object('a').read(), DATA)


@scenario('copies parts from other objects')
def copied_parts(bucket):
    other = fresh_bucket()
    other.put_object('from/中 文+', DATA)
    upload_id = bucket.init_multipart_upload('a').upload_id
    ranges = [(0, PART_SIZE - 1), (PART_SIZE, len(DATA) - 1), None]
    results = [bucket.upload_part_copy(other.bucket_name, 'from/中 文+', byte_range, 'a', upload_id, number)
               for number, byte_range in enumerate(ranges, 1)]
    equal([result.etag for result in results], [md5_hex(PARTS[0]), md5_hex(DATA[PART_SIZE:]), md5_hex(DATA)])
    bucket.complete_multipart_upload(
        'a', upload_id, [oss2.models.PartInfo(number, result.etag) for number, result in enumerate(results, 1)])
    equal(bucket.get_object('a').read(), DATA + DATA)


@scenario('lists uploads page by page, and of one key')
def list_uploads(bucket):
    ids = sorted((key, bucket.init_multipart_upload(key).upload_id) for key in ['a/1', 'a/1', 'a/1', 'a/2', 'b', 'b'])
    found, page = [], bucket.list_multipart_uploads(max_uploads=2)
    found += [(upload.key, upload.upload_id) for upload in page.upload_list]
    while page.is_truncated:
        page = bucket.list_multipart_uploads(
            max_uploads=2, key_marker=page.next_key_marker, upload_id_marker=page.next_upload_id_marker)
        found += [(upload.key, upload.upload_id) for upload in page.upload_list]
    equal(found, ids)
    equal([upload.key for upload in bucket.list_multipart_uploads(key_marker='a/1').upload_list], ['a/2', 'b', 'b'])
    page = bucket.list_multipart_uploads(delimiter='/')
    equal((page.prefix_list, [upload.key for upload in page.upload_list]), (['a/'], ['b', 'b']))
    equal(len(bucket.list_multipart_uploads(prefix='a/').upload_list), 4)
    of_one_key = [upload.upload_id for upload in oss2.ObjectUploadIterator(bucket, 'a/1', max_uploads=1)]
    equal(of_one_key, [upload_id for key, upload_id in ids if key == 'a/1'])


@scenario('keeps uploads of one key apart')
def two_uploads(bucket):
    one, two = [bucket.init_multipart_upload('a').upload_id for _ in range(2)]
    sent_one, sent_two = [upload_parts(bucket, 'a', upload_id, numbers) for upload_id, numbers in [(one, [1]), (two, [2])]]
    bucket.complete_multipart_upload('a', one, sent_one)
    equal(bucket.get_object('a').read(), PARTS[0])
    bucket.complete_multipart_upload('a', two, sent_two)
    equal(bucket.get_object('a').read(), PARTS[1])

"""Buckets that keep what is overwritten and deleted."""
import oss2
from oss2.models import BatchDeleteObjectVersion, BatchDeleteObjectVersionList, BucketVersioningConfig, PartInfo
from scenario import PART_SIZE, equal, pattern, refused, scenario


def keep_versions(bucket, status=oss2.BUCKET_VERSIONING_ENABLE):
    bucket.put_bucket_versioning(BucketVersioningConfig(status))


def listed(bucket, **options):
    page = bucket.list_object_versions(**options)
    return [item.versionid for item in page.versions], [item.versionid for item in page.delete_marker]


@scenario('keeps versions')
def versions(bucket):
    equal(bucket.get_bucket_versioning().status, None)
    keep_versions(bucket)
    equal(bucket.get_bucket_versioning().status, 'Enabled')
    first, second = [bucket.put_object('a', text).versionid for text in [b'first', b'second']]
    assert first and second and first != second
    equal(bucket.get_object('a').read(), b'second')
    equal(bucket.get_object('a', params={'versionId': first}).read(), b'first')
    equal(bucket.head_object('a', params={'versionId': first}).content_length, 5)
    equal(listed(bucket), ([second, first], []))
    bucket.delete_object('a', params={'versionId': second})
    equal((bucket.get_object('a').read(), listed(bucket)), (b'first', ([first], [])))
    refused(404, 'NoSuchVersion', lambda: bucket.get_object('a', params={'versionId': second}))


@scenario('marks as deleted what it keeps')
def delete_markers(bucket):
    keep_versions(bucket)
    version = bucket.put_object('a', b'1').versionid
    deleted = bucket.delete_object('a')
    equal(deleted.delete_marker, True)
    error = refused(404, 'NoSuchKey', lambda: bucket.get_object('a'))
    equal(error.headers['x-oss-delete-marker'], 'true')
    refused(405, 'MethodNotAllowed', lambda: bucket.get_object('a', params={'versionId': deleted.versionid}))
    equal((listed(bucket), bucket.list_objects().object_list), (([version], [deleted.versionid]), []))
    refused(409, 'BucketNotEmpty', bucket.delete_bucket)
    bucket.delete_object('a', params={'versionId': deleted.versionid})
    equal(bucket.get_object('a').read(), b'1')


@scenario('deletes versions in a batch')
def batch_delete(bucket):
    keep_versions(bucket)
    first, second = [bucket.put_object('a', text).versionid for text in [b'first', b'second']]
    batch = BatchDeleteObjectVersionList([BatchDeleteObjectVersion('a', first), BatchDeleteObjectVersion('a', second)])
    deleted = bucket.delete_object_versions(batch)
    equal(sorted(item.versionid for item in deleted.delete_versions), sorted([first, second]))
    equal(listed(bucket), ([], []))


@scenario('lists versions page by page')
def pages(bucket):
    keep_versions(bucket)
    sent = [(key, bucket.put_object(key, b'%d' % number).versionid) for key in ['a', 'b+ 中', 'c'] for number in [1, 2]]
    found, markers = [], {}
    while True:
        page = bucket.list_object_versions(max_keys=1, **markers)
        equal(len(page.versions), 1)
        found += [(item.key, item.versionid) for item in page.versions]
        if not page.is_truncated:
            break
        markers = {'key_marker': page.next_key_marker, 'versionid_marker': page.next_versionid_marker}
    equal(found, [sent[1], sent[0], sent[3], sent[2], sent[5], sent[4]])


@scenario('gives versions to what is copied, and to what is uploaded in parts')
def other_writes(bucket):
    keep_versions(bucket)
    first = bucket.put_object('a', pattern(PART_SIZE)).versionid
    bucket.put_object('a', b'second')
    copied = bucket.copy_object(bucket.bucket_name, 'a', 'copy', params={'versionId': first})
    assert copied.versionid
    equal(bucket.get_object('copy').read(), pattern(PART_SIZE))
    upload_id = bucket.init_multipart_upload('a').upload_id
    part = bucket.upload_part_copy(bucket.bucket_name, 'a', (0, PART_SIZE - 1), 'a', upload_id, 1,
                                   params={'versionId': first})
    done = bucket.complete_multipart_upload('a', upload_id, [PartInfo(1, part.etag)])
    equal(bucket.get_object('a', params={'versionId': done.versionid}).read(), pattern(PART_SIZE))


@scenario('overwrites the version "null" when versions are suspended')
def suspended(bucket):
    bucket.put_object('a', b'before')
    keep_versions(bucket)
    kept = bucket.put_object('a', b'kept').versionid
    keep_versions(bucket, oss2.BUCKET_VERSIONING_SUSPEND)
    equal(bucket.get_bucket_versioning().status, 'Suspended')
    bucket.put_object('a', b'after')
    equal(bucket.get_object('a', params={'versionId': 'null'}).read(), b'after')
    equal(listed(bucket)[0], ['null', kept])
    equal(bucket.get_object('a', params={'versionId': kept}).read(), b'kept')

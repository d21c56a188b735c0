"""What the server does not do: it must say so, for a request that is done by half is worse."""
import oss2
from oss2.models import Tagging, TaggingRule
from scenario import bucket_named, equal, not_run, refused, scenario


@scenario('says NotImplemented to what it does not do, and does none of it')
def unimplemented(bucket):
    bucket.put_object('a', b'kept')
    rule = TaggingRule()
    rule.add('colour', 'blue')
    stranger = bucket_named(bucket.bucket_name + '-public')
    calls = [
        lambda: bucket.init_multipart_upload('a', params={'sequential': ''}),
        lambda: stranger.create_bucket(oss2.BUCKET_ACL_PUBLIC_READ),
        lambda: bucket.append_object('log', 0, b'1'),
        lambda: bucket.put_object_acl('a', oss2.OBJECT_ACL_PUBLIC_READ),
        lambda: bucket.put_object_tagging('a', Tagging(rule)),
        lambda: bucket.put_symlink('a', 'link'),
        lambda: bucket.restore_object('a'),
        lambda: bucket.put_bucket_versioning(oss2.models.BucketVersioningConfig(oss2.BUCKET_VERSIONING_ENABLE)),
        bucket.get_bucket_lifecycle,
    ]
    for call in calls:
        equal(type(refused(400, 'NotImplemented', call)), oss2.exceptions.NotImplemented)
    refused(404, 'NoSuchBucket', stranger.get_bucket_info)
    equal(bucket.list_multipart_uploads().upload_list, [])
    equal([(item.key, item.size) for item in bucket.list_objects().object_list], [('a', 4)])
    equal(bucket.get_object('a').read(), b'kept')


for what in ['uploads parts in sequence', 'lets anybody read a bucket that is public', 'appends to an object',
             'sets the access of an object', 'tags objects', 'makes symbolic links', 'keeps versions',
             'restores archived objects', 'sets lifecycle rules']:
    not_run(what, 'the server does not do this, and says NotImplemented')

"""Settings of buckets."""
import json

import oss2
import requests
from oss2.models import (AbortMultipartUpload, BucketCors, BucketLifecycle, CorsRule, LifecycleExpiration,
                         LifecycleRule, StorageTransition, Tagging, TaggingRule)
from scenario import ENDPOINT, TIMEOUT_SECONDS, bucket_named, equal, refused, scenario


def stranger_to(bucket):
    return bucket_named(bucket.bucket_name, signer=oss2.AnonymousAuth())


@scenario('lets anybody read a bucket that is public')
def public_read(bucket):
    bucket.put_object('a', b'1')
    stranger = stranger_to(bucket)
    refused(403, 'AccessDenied', lambda: stranger.get_object('a'))
    bucket.put_bucket_acl(oss2.BUCKET_ACL_PUBLIC_READ)
    equal((bucket.get_bucket_acl().acl, bucket.get_bucket_info().acl.grant), ('public-read', 'public-read'))
    equal(stranger.get_object('a').read(), b'1')
    equal([item.key for item in stranger.list_objects().object_list], ['a'])
    for call in [lambda: stranger.put_object('b', b'2'), lambda: stranger.delete_object('a'),
                 lambda: stranger.init_multipart_upload('b'), stranger.get_bucket_info]:
        refused(403, 'AccessDenied', call)
    bucket.put_object_acl('a', oss2.OBJECT_ACL_PRIVATE)
    refused(403, 'AccessDenied', lambda: stranger.get_object('a'))


@scenario('lets anybody write a bucket that is open')
def public_write(bucket):
    opened = bucket_named(bucket.bucket_name + '-open')
    opened.create_bucket(oss2.BUCKET_ACL_PUBLIC_READ_WRITE)
    stranger = stranger_to(opened)
    stranger.put_object('a', b'1')
    equal(opened.get_object('a').read(), b'1')
    stranger.delete_object('a')
    refused(403, 'AccessDenied', lambda: stranger.put_bucket_acl(oss2.BUCKET_ACL_PRIVATE))


@scenario('keeps lifecycle rules')
def lifecycle(bucket):
    error = refused(404, 'NoSuchLifecycle', bucket.get_bucket_lifecycle)
    equal(type(error), oss2.exceptions.NoSuchLifecycle)
    rules = [
        LifecycleRule('old logs', 'logs/', expiration=LifecycleExpiration(days=30)),
        LifecycleRule('parts', 'tmp/', status=LifecycleRule.DISABLED, abort_multipart_upload=AbortMultipartUpload(days=3)),
        LifecycleRule('cold', 'cold/', storage_transitions=[StorageTransition(days=10, storage_class='IA')]),
    ]
    bucket.put_bucket_lifecycle(BucketLifecycle(rules))
    found = bucket.get_bucket_lifecycle().rules
    equal([(rule.id, rule.prefix, rule.status) for rule in found],
          [('old logs', 'logs/', 'Enabled'), ('parts', 'tmp/', 'Disabled'), ('cold', 'cold/', 'Enabled')])
    equal((found[0].expiration.days, found[1].abort_multipart_upload.days), (30, 3))
    equal([(each.days, each.storage_class) for each in found[2].storage_transitions], [(10, 'IA')])
    bucket.delete_bucket_lifecycle()
    refused(404, 'NoSuchLifecycle', bucket.get_bucket_lifecycle)


@scenario('refuses lifecycle rules that contradict one another')
def wrong_lifecycle(bucket):
    twice = [LifecycleRule('same', prefix, expiration=LifecycleExpiration(days=1)) for prefix in ['a/', 'b/']]
    none = [LifecycleRule('empty', 'a/')]
    for rules in [twice, none]:
        try:
            bucket.put_bucket_lifecycle(BucketLifecycle(rules))
            raise AssertionError('it was taken')
        except oss2.exceptions.ServerError as error:
            equal(error.status, 400)
    refused(404, 'NoSuchLifecycle', bucket.get_bucket_lifecycle)


@scenario('keeps CORS rules, and answers a browser\'s preflight by them')
def cors(bucket):
    refused(404, 'NoSuchCORSConfiguration', bucket.get_bucket_cors)
    bucket.put_bucket_cors(BucketCors([CorsRule(
        allowed_origins=['https://*.example.com'], allowed_methods=['GET', 'PUT'], allowed_headers=['x-oss-*'],
        expose_headers=['ETag'], max_age_seconds=60)]))
    [rule] = bucket.get_bucket_cors().rules
    equal((rule.allowed_origins, rule.allowed_methods), (['https://*.example.com'], ['GET', 'PUT']))
    equal((rule.allowed_headers, rule.expose_headers, rule.max_age_seconds), (['x-oss-*'], ['ETag'], 60))
    url = '%s/%s/a' % (ENDPOINT, bucket.bucket_name)

    def preflight(origin, method='PUT'):
        headers = {'Origin': origin, 'Access-Control-Request-Method': method}
        return requests.options(url, headers=headers, timeout=TIMEOUT_SECONDS)

    answer = preflight('https://www.example.com')
    equal((answer.status_code, answer.headers['access-control-allow-origin']), (200, 'https://www.example.com'))
    equal(answer.headers['access-control-max-age'], '60')
    equal([preflight('https://example.org').status_code, preflight('https://www.example.com', 'DELETE').status_code],
          [403, 403])
    bucket.put_object('a', b'1')
    got = bucket.get_object('a', headers={'Origin': 'https://www.example.com'})
    equal(got.headers['access-control-allow-origin'], 'https://www.example.com')
    bucket.delete_bucket_cors()
    equal(preflight('https://www.example.com').status_code, 403)


@scenario('keeps a policy')
def policy(bucket):
    refused(404, 'NoSuchBucketPolicy', bucket.get_bucket_policy)
    text = json.dumps({'Version': '1', 'Statement': [{
        'Effect': 'Allow', 'Principal': ['*'], 'Action': ['oss:GetObject'],
        'Resource': ['acs:oss:*:*:%s/*' % bucket.bucket_name]}]})
    bucket.put_bucket_policy(text)
    equal(json.loads(bucket.get_bucket_policy().policy), json.loads(text))
    bucket.delete_bucket_policy()
    refused(404, 'NoSuchBucketPolicy', bucket.get_bucket_policy)


@scenario('keeps who pays, and tags')
def payer_and_tags(bucket):
    equal(bucket.get_bucket_request_payment().payer, 'BucketOwner')
    bucket.put_bucket_request_payment('Requester')
    equal(bucket.get_bucket_request_payment().payer, 'Requester')
    rule = TaggingRule()
    rule.add('colour', 'dark blue+')
    bucket.put_bucket_tagging(Tagging(rule))
    equal(bucket.get_bucket_tagging().tag_set.tagging_rule, {'colour': 'dark blue+'})
    bucket.delete_bucket_tagging()


@scenario('counts what is in a bucket')
def stat(bucket):
    bucket.put_object('a', b'12345')
    bucket.put_object('b', b'123', headers={'x-oss-storage-class': 'IA'})
    upload_id = bucket.init_multipart_upload('c').upload_id
    bucket.upload_part('c', upload_id, 1, b'part')
    found = bucket.get_bucket_stat()
    equal((found.object_count, found.multi_part_upload_count), (2, 1))
    equal((found.standard_object_count, found.infrequent_access_object_count), (1, 1))
    assert found.storage_size_in_bytes >= 8, found.storage_size_in_bytes


@scenario('gives a bucket\'s storage class to its objects')
def storage_class(bucket):
    cold = bucket_named(bucket.bucket_name + '-ia')
    cold.create_bucket(input=oss2.models.BucketCreateConfig(oss2.BUCKET_STORAGE_CLASS_IA, 'ZRS'))
    found = cold.get_bucket_info()
    equal((found.storage_class, found.data_redundancy_type), ('IA', 'ZRS'))
    cold.put_object('a', b'1')
    equal([item.storage_class for item in cold.list_objects().object_list], ['IA'])
    cold.put_object('a', b'1', headers={'x-oss-storage-class': 'Standard'})
    equal(cold.head_object('a').headers.get('x-oss-storage-class', 'Standard'), 'Standard')

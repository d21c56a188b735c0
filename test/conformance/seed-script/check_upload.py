"""Makes the bucket that the published script takes for granted, and looks at what the script left behind.

    check_upload.py make BUCKET
    check_upload.py look BUCKET KEY FILE

The script's own last line has compared the bytes; this says whether they came as an upload of parts.
"""
import hashlib
import os
import sys

import oss2

auth = oss2.Auth(os.environ['PARTWISE_ACCESS_KEY_ID'], os.environ['PARTWISE_ACCESS_KEY_SECRET'])
bucket = oss2.Bucket(auth, os.environ['PARTWISE_ENDPOINT'], sys.argv[2])


def look(key, filename):
    with open(filename, 'rb') as fileobj:
        data = fileobj.read()
    head = bucket.head_object(key)
    assert head.object_type == 'Multipart', head.object_type
    assert head.content_length == len(data), head.content_length
    assert head.etag == expected_etag(data), head.etag
    left = [upload.upload_id for upload in oss2.MultipartUploadIterator(bucket)]
    assert left == [], 'an upload was left behind'


def expected_etag(data):
    size = oss2.determine_part_size(len(data), preferred_size=100 * 1024)
    parts = [data[start:start + size] for start in range(0, len(data), size)]
    etags = ''.join(hashlib.md5(part).hexdigest().upper() for part in parts)
    return '%s-%d' % (hashlib.md5(etags.encode()).hexdigest().upper(), len(parts))


if sys.argv[1] == 'make':
    bucket.create_bucket()
else:
    look(sys.argv[3], sys.argv[4])

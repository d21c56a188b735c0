"""Runs every scenario and prints one line for each: `ok NAME`, `not ok NAME: REASON` or `skip NAME: REASON`."""
import traceback

from scenario import fresh_bucket, scenarios

import objects  # noqa: F401
import listings  # noqa: F401
import keys  # noqa: F401
import buckets  # noqa: F401
import multipart  # noqa: F401
import multipart_refusals  # noqa: F401
import transfers  # noqa: F401
import signed_urls  # noqa: F401
import identities  # noqa: F401
import sequential  # noqa: F401
import attributes  # noqa: F401
import settings  # noqa: F401
import versions  # noqa: F401
import forms  # noqa: F401


def verdict(name, function):
    try:
        function(fresh_bucket())
        return 'ok %s' % name
    except Exception as failure:  # Whatever it is, it is this scenario's, and the next one runs.
        place = traceback.extract_tb(failure.__traceback__)
        line = [frame.lineno for frame in place if '/oss2/' in frame.filename and 'site-packages' not in frame.filename]
        text = ' '.join(str(failure).split()) or type(failure).__name__
        return 'not ok %s: %s in line %s: %s' % (name, type(failure).__name__, line[1:2], text[:600])


for name, function in scenarios:
    print('skip %s: %s' % (name, function) if isinstance(function, str) else verdict(name, function))

"""Whole files: uploads and downloads that go on where they broke off."""
import os
import tempfile

import oss2
from scenario import equal, pattern, scenario

KIB = 1024
PART_SIZE = 128 * KIB
DATA = pattern(2 * KIB * KIB + 4321)
PART_COUNT = -(-len(DATA) // PART_SIZE)


class Broken(Exception):
    """The client's network, as far as it knows."""


class Files(tempfile.TemporaryDirectory):
    """A folder with a file to upload, a place to download to, and stores of checkpoints."""

    def __enter__(self):
        folder = super().__enter__()
        self.source, self.target = os.path.join(folder, 'source.bin'), os.path.join(folder, 'target.bin')
        self.uploads = oss2.ResumableStore(root=folder, dir='uploads')
        self.downloads = oss2.ResumableDownloadStore(root=folder, dir='downloads')
        self.write(DATA)
        return self

    def write(self, data):
        with open(self.source, 'wb') as fileobj:
            fileobj.write(data)

    def downloaded(self):
        with open(self.target, 'rb') as fileobj:
            return fileobj.read()


def upload(bucket, files, **options):
    return oss2.resumable_upload(bucket, 'a', files.source, store=files.uploads, multipart_threshold=PART_SIZE,
                                 part_size=PART_SIZE, num_threads=4, **options)


def break_after(bucket, method, count):
    """Makes the client's calls fail after so many; returns how to mend it, and the numbers of the calls that got through."""
    original, calls = getattr(bucket, method), []

    def breaking(*arguments, **options):
        if len(calls) >= count:
            raise Broken('after %d calls' % count)
        calls.append(arguments)
        return original(*arguments, **options)
    setattr(bucket, method, breaking)
    return (lambda: setattr(bucket, method, original)), calls


def count_calls(bucket, method):
    _, calls = break_after(bucket, method, 10 ** 6)
    return calls


@scenario('uploads a file in parts, four at a time')
def in_parts(bucket):
    with Files() as files:
        progress = []
        result = upload(bucket, files, progress_callback=lambda done, total: progress.append((done, total)))
        assert result.etag.endswith('-%d' % PART_COUNT), result.etag
        equal((progress[-1], len(progress)), ((len(DATA), len(DATA)), PART_COUNT + 1))
        equal(bucket.get_object('a').read(), DATA)
        equal((os.listdir(files.uploads.dir), bucket.list_multipart_uploads().upload_list), ([], []))


@scenario('uploads a small file in one piece')
def in_one_piece(bucket):
    with Files() as files:
        oss2.resumable_upload(bucket, 'a', files.source, store=files.uploads)
        equal(bucket.head_object('a').object_type, 'Normal')
        equal(bucket.get_object('a').read(), DATA)


@scenario('goes on with an upload that broke off, and sends the missing parts alone')
def resumed_upload(bucket):
    with Files() as files:
        mend, _ = break_after(bucket, 'upload_part', 5)
        try:
            upload(bucket, files)
            raise AssertionError('it did not break')
        except Broken:
            mend()
        [broken] = bucket.list_multipart_uploads().upload_list
        equal(len(bucket.list_parts('a', broken.upload_id).parts), 5)

        calls = count_calls(bucket, 'upload_part')
        upload(bucket, files)
        equal((len(calls), {call[1] for call in calls}), (PART_COUNT - 5, {broken.upload_id}))
        equal(bucket.get_object('a').read(), DATA)


@scenario('starts again when the upload is gone, or the file is another')
def restarted_upload(bucket):
    with Files() as files:
        for spoil in [lambda found: bucket.abort_multipart_upload('a', found.upload_id),
                      lambda found: files.write(DATA[::-1] + b'more')]:
            mend, _ = break_after(bucket, 'upload_part', 5)
            try:
                upload(bucket, files)
            except Broken:
                mend()
            spoil(bucket.list_multipart_uploads().upload_list[0])
            upload(bucket, files)
            with open(files.source, 'rb') as fileobj:
                equal(bucket.get_object('a').read(), fileobj.read())


def download(bucket, files, **options):
    oss2.resumable_download(bucket, 'a', files.target, store=files.downloads, multiget_threshold=PART_SIZE,
                            part_size=PART_SIZE, num_threads=4, **options)


@scenario('downloads a file in ranges, four at a time')
def in_ranges(bucket):
    with Files() as files:
        upload(bucket, files)
        progress = []
        download(bucket, files, progress_callback=lambda done, total: progress.append((done, total)))
        equal((files.downloaded(), progress[-1]), (DATA, (len(DATA), len(DATA))))


@scenario('goes on with a download that broke off')
def resumed_download(bucket):
    with Files() as files:
        bucket.put_object('a', DATA)
        mend, _ = break_after(bucket, 'get_object', 5)
        try:
            download(bucket, files)
            raise AssertionError('it did not break')
        except Broken:
            mend()
        calls = count_calls(bucket, 'get_object')
        download(bucket, files)
        equal((files.downloaded(), len(calls)), (DATA, PART_COUNT - 5))


@scenario('starts a download again when the object is another')
def restarted_download(bucket):
    with Files() as files:
        bucket.put_object('a', DATA)
        mend, _ = break_after(bucket, 'get_object', 5)
        try:
            download(bucket, files)
        except Broken:
            mend()
        bucket.put_object('a', DATA[::-1])
        download(bucket, files)
        equal(files.downloaded(), DATA[::-1])

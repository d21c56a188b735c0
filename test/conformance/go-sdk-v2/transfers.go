package main

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"

	"github.com/aliyun/alibabacloud-oss-go-sdk-v2/oss"
)

var transferScenarios = []scenario{
	{"uploads a file in parts, three at a time", withFolder(func(ctx context.Context, c *oss.Client, bucket, folder string, data []byte) error {
		var sent, total int64
		request := &oss.PutObjectRequest{Bucket: &bucket, Key: oss.Ptr(oddKey),
			ProgressFn: func(_, done, size int64) { sent, total = done, size }}
		_, err := c.NewUploader(inParts).UploadFile(ctx, request, filepath.Join(folder, "source"))
		if err != nil {
			return err
		}
		return first(equal("progress", []int64{sent, total}, []int64{int64(len(data)), int64(len(data))}),
			holds(ctx, c, bucket, oddKey, data))
	})},
	{"uploads a stream of unknown length", withFolder(func(ctx context.Context, c *oss.Client, bucket, _ string, data []byte) error {
		// Without Seek or Len, the client cannot know how much there is.
		stream := struct{ *bytes.Buffer }{bytes.NewBuffer(append([]byte{}, data...))}
		_, err := c.NewUploader(inParts).UploadFrom(ctx, &oss.PutObjectRequest{Bucket: &bucket, Key: oss.Ptr("a")}, stream)
		return first(err, holds(ctx, c, bucket, "a", data))
	})},
	{"goes on with an upload that broke off", withFolder(func(ctx context.Context, c *oss.Client, bucket, folder string, data []byte) error {
		options := func(o *oss.UploaderOptions) {
			o.PartSize, o.ParallelNum, o.EnableCheckpoint, o.CheckpointDir = partSize, 1, true, folder+"/"
		}
		source := filepath.Join(folder, "source")
		request := &oss.PutObjectRequest{Bucket: &bucket, Key: oss.Ptr("a")}
		_, err := breakAfter(4).NewUploader(options).UploadFile(ctx, request, source)
		if err == nil {
			return errors.New("it did not break")
		}
		before, err := c.ListMultipartUploads(ctx, &oss.ListMultipartUploadsRequest{Bucket: &bucket})
		if err != nil {
			return err
		}
		// The client has 4 parts there, and sends the other 7: an eighth would break.
		done, err := breakAfter(7).NewUploader(options).UploadFile(ctx, request, source)
		if err != nil {
			return err
		}
		return first(equal("uploads", len(before.Uploads), 1),
			equal("upload id", oss.ToString(done.UploadId), oss.ToString(before.Uploads[0].UploadId)),
			holds(ctx, c, bucket, "a", data))
	})},
	{"aborts an upload that failed, when it keeps no checkpoint", withFolder(func(ctx context.Context, c *oss.Client, bucket, folder string, _ []byte) error {
		request := &oss.PutObjectRequest{Bucket: &bucket, Key: oss.Ptr("a")}
		_, err := breakAfter(4).NewUploader(inParts).UploadFile(ctx, request, filepath.Join(folder, "source"))
		if err == nil {
			return errors.New("it did not break")
		}
		left, err := c.ListMultipartUploads(ctx, &oss.ListMultipartUploadsRequest{Bucket: &bucket})
		if err != nil {
			return err
		}
		return equal("uploads", len(left.Uploads), 0)
	})},
	{"downloads a file in ranges, and goes on after a break", withFolder(func(ctx context.Context, c *oss.Client, bucket, folder string, data []byte) error {
		if err := putBytes(ctx, c, bucket, "a", data); err != nil {
			return err
		}
		options := func(o *oss.DownloaderOptions) {
			o.PartSize, o.ParallelNum, o.EnableCheckpoint, o.CheckpointDir, o.VerifyData = partSize, 1, true, folder+"/", true
		}
		target := filepath.Join(folder, "target")
		request := &oss.GetObjectRequest{Bucket: &bucket, Key: oss.Ptr("a")}
		if _, err := breakAfter(4).NewDownloader(options).DownloadFile(ctx, request, target); err == nil {
			return errors.New("it did not break")
		}
		if _, err := breakAfter(7).NewDownloader(options).DownloadFile(ctx, request, target); err != nil {
			return err
		}
		got, err := os.ReadFile(target)
		return first(err, equal("bytes", bytes.Equal(got, data), true))
	})},
	{"copies a large object in parts", withFolder(func(ctx context.Context, c *oss.Client, bucket, _ string, data []byte) error {
		if err := putBytes(ctx, c, bucket, oddKey, data); err != nil {
			return err
		}
		copier := c.NewCopier(func(o *oss.CopierOptions) {
			o.PartSize, o.MultipartCopyThreshold, o.DisableShallowCopy = partSize, partSize, true
		})
		request := &oss.CopyObjectRequest{Bucket: &bucket, Key: oss.Ptr("b"), SourceBucket: &bucket, SourceKey: oss.Ptr(oddKey)}
		if _, err := copier.Copy(ctx, request); err != nil {
			return err
		}
		return holds(ctx, c, bucket, "b", data)
	})},
}

func inParts(o *oss.UploaderOptions) { o.PartSize, o.ParallelNum = partSize, 3 }

func withFolder(run func(ctx context.Context, c *oss.Client, bucket, folder string, data []byte) error) func(context.Context, *oss.Client, string) error {
	return func(ctx context.Context, c *oss.Client, bucket string) error {
		folder, err := os.MkdirTemp("", "partwise-go-sdk-")
		if err != nil {
			return err
		}
		defer os.RemoveAll(folder)
		data := pattern(10*partSize + 77)
		if err := os.WriteFile(filepath.Join(folder, "source"), data, 0o600); err != nil {
			return err
		}
		return run(ctx, c, bucket, folder, data)
	}
}

func holds(ctx context.Context, c *oss.Client, bucket, key string, data []byte) error {
	got, err := getAll(ctx, c, &oss.GetObjectRequest{Bucket: &bucket, Key: &key})
	return first(err, equal("bytes of "+key, bytes.Equal(got, data), true))
}

package main

import (
	"bytes"
	"context"

	"github.com/aliyun/alibabacloud-oss-go-sdk-v2/oss"
)

const partSize = 100 * 1024

var multipartScenarios = []scenario{
	{"uploads parts, lists them page by page with their CRCs, and completes them", func(ctx context.Context, c *oss.Client, bucket string) error {
		data := pattern(3*partSize + 5)
		upload, err := c.InitiateMultipartUpload(ctx, &oss.InitiateMultipartUploadRequest{Bucket: &bucket, Key: oss.Ptr(oddKey)})
		if err != nil {
			return err
		}
		var sent []oss.UploadPart
		var crcs, listed []string
		for number := 1; (number-1)*partSize < len(data); number++ {
			piece := data[(number-1)*partSize : min(number*partSize, len(data))]
			part, err := c.UploadPart(ctx, &oss.UploadPartRequest{Bucket: &bucket, Key: oss.Ptr(oddKey),
				UploadId: upload.UploadId, PartNumber: int32(number), Body: bytes.NewReader(piece)})
			if err != nil {
				return err
			}
			sent = append(sent, oss.UploadPart{PartNumber: int32(number), ETag: part.ETag})
			crcs = append(crcs, oss.ToString(part.HashCRC64))
		}
		pages := c.NewListPartsPaginator(&oss.ListPartsRequest{
			Bucket: &bucket, Key: oss.Ptr(oddKey), UploadId: upload.UploadId, MaxParts: 3})
		for pages.HasNext() {
			page, err := pages.NextPage(ctx)
			if err != nil {
				return err
			}
			for _, each := range page.Parts {
				listed = append(listed, oss.ToString(each.HashCRC64))
			}
		}
		done, err := c.CompleteMultipartUpload(ctx, &oss.CompleteMultipartUploadRequest{Bucket: &bucket, Key: oss.Ptr(oddKey),
			UploadId: upload.UploadId, CompleteMultipartUpload: &oss.CompleteMultipartUpload{Parts: sent}})
		if err != nil {
			return err
		}
		got, err := getAll(ctx, c, &oss.GetObjectRequest{Bucket: &bucket, Key: oss.Ptr(oddKey)})
		return first(err, equal("CRCs", listed, crcs), equal("bytes", bytes.Equal(got, data), true),
			equal("key", oss.ToString(done.Key), oddKey), equal("bucket", oss.ToString(done.Bucket), bucket))
	}},
	{"completes all parts without a list", func(ctx context.Context, c *oss.Client, bucket string) error {
		upload, err := c.InitiateMultipartUpload(ctx, &oss.InitiateMultipartUploadRequest{Bucket: &bucket, Key: oss.Ptr("a")})
		if err != nil {
			return err
		}
		if _, err := c.UploadPart(ctx, &oss.UploadPartRequest{Bucket: &bucket, Key: oss.Ptr("a"),
			UploadId: upload.UploadId, PartNumber: 7, Body: bytes.NewReader([]byte("seven"))}); err != nil {
			return err
		}
		if _, err := c.CompleteMultipartUpload(ctx, &oss.CompleteMultipartUploadRequest{
			Bucket: &bucket, Key: oss.Ptr("a"), UploadId: upload.UploadId, CompleteAll: oss.Ptr("yes")}); err != nil {
			return err
		}
		got, err := getAll(ctx, c, &oss.GetObjectRequest{Bucket: &bucket, Key: oss.Ptr("a")})
		return first(err, equal("bytes", string(got), "seven"))
	}},
	{"copies a part from another object", func(ctx context.Context, c *oss.Client, bucket string) error {
		if err := putBytes(ctx, c, bucket, oddKey, []byte("0123456789")); err != nil {
			return err
		}
		upload, err := c.InitiateMultipartUpload(ctx, &oss.InitiateMultipartUploadRequest{Bucket: &bucket, Key: oss.Ptr("a")})
		if err != nil {
			return err
		}
		part, err := c.UploadPartCopy(ctx, &oss.UploadPartCopyRequest{Bucket: &bucket, Key: oss.Ptr("a"), PartNumber: 1,
			UploadId: upload.UploadId, SourceBucket: &bucket, SourceKey: oss.Ptr(oddKey), Range: oss.Ptr("bytes=2-4")})
		if err != nil {
			return err
		}
		parts := []oss.UploadPart{{PartNumber: 1, ETag: part.ETag}}
		if _, err := c.CompleteMultipartUpload(ctx, &oss.CompleteMultipartUploadRequest{Bucket: &bucket, Key: oss.Ptr("a"),
			UploadId: upload.UploadId, CompleteMultipartUpload: &oss.CompleteMultipartUpload{Parts: parts}}); err != nil {
			return err
		}
		got, err := getAll(ctx, c, &oss.GetObjectRequest{Bucket: &bucket, Key: oss.Ptr("a")})
		return first(err, equal("bytes", string(got), "234"))
	}},
	{"lists uploads page by page, and aborts them", func(ctx context.Context, c *oss.Client, bucket string) error {
		for _, key := range []string{"a", "a", "b c+", "中文"} {
			if _, err := c.InitiateMultipartUpload(ctx, &oss.InitiateMultipartUploadRequest{Bucket: &bucket, Key: oss.Ptr(key)}); err != nil {
				return err
			}
		}
		var found []string
		pages := c.NewListMultipartUploadsPaginator(&oss.ListMultipartUploadsRequest{Bucket: &bucket, MaxUploads: 1})
		for pages.HasNext() {
			page, err := pages.NextPage(ctx)
			if err != nil {
				return err
			}
			for _, each := range page.Uploads {
				found = append(found, oss.ToString(each.Key))
				if _, err := c.AbortMultipartUpload(ctx, &oss.AbortMultipartUploadRequest{
					Bucket: &bucket, Key: each.Key, UploadId: each.UploadId}); err != nil {
					return err
				}
			}
		}
		left, err := c.ListMultipartUploads(ctx, &oss.ListMultipartUploadsRequest{Bucket: &bucket})
		if err != nil {
			return err
		}
		return first(equal("keys", found, []string{"a", "a", "b c+", "中文"}), equal("left", len(left.Uploads), 0))
	}},
}

func min(one, other int) int {
	if one < other {
		return one
	}
	return other
}

package main

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"time"

	"github.com/aliyun/alibabacloud-oss-go-sdk-v2/oss"
)

const oddKey = "dir/中 文+%2F&<>.bin"

var objectScenarios = []scenario{
	{"puts, gets, heads and deletes an object", func(ctx context.Context, c *oss.Client, bucket string) error {
		data := pattern(300000)
		put, err := c.PutObject(ctx, &oss.PutObjectRequest{
			Bucket: &bucket, Key: oss.Ptr(oddKey), Body: bytes.NewReader(data), Metadata: map[string]string{"colour": "blue"}})
		if err != nil {
			return err
		}
		head, err := c.HeadObject(ctx, &oss.HeadObjectRequest{Bucket: &bucket, Key: oss.Ptr(oddKey)})
		if err != nil {
			return err
		}
		got, err := getAll(ctx, c, &oss.GetObjectRequest{Bucket: &bucket, Key: oss.Ptr(oddKey)})
		if err != nil {
			return err
		}
		_, err = c.DeleteObject(ctx, &oss.DeleteObjectRequest{Bucket: &bucket, Key: oss.Ptr(oddKey)})
		exists, lookErr := c.IsObjectExist(ctx, bucket, oddKey)
		return first(err, lookErr,
			equal("bytes", bytes.Equal(got, data), true),
			equal("CRC", oss.ToString(head.HashCRC64), oss.ToString(put.HashCRC64)),
			equal("ETag", oss.ToString(head.ETag), oss.ToString(put.ETag)),
			equal("size", head.ContentLength, len(data)),
			equal("metadata", head.Metadata["colour"], "blue"),
			equal("type", oss.ToString(head.ObjectType), "Normal"),
			equal("exists", exists, false))
	}},
	{"gets a range, and refuses one beyond the end when it is to be taken at its word", func(ctx context.Context, c *oss.Client, bucket string) error {
		if err := putBytes(ctx, c, bucket, "a", []byte("0123456789")); err != nil {
			return err
		}
		got, err := getAll(ctx, c, &oss.GetObjectRequest{Bucket: &bucket, Key: oss.Ptr("a"), Range: oss.Ptr("bytes=3-5")})
		if err != nil {
			return err
		}
		_, err = c.GetObject(ctx, &oss.GetObjectRequest{
			Bucket: &bucket, Key: oss.Ptr("a"), Range: oss.Ptr("bytes=10-"), RangeBehavior: oss.Ptr("standard")})
		return first(equal("bytes", string(got), "345"), refused(err, 416, "InvalidRange"))
	}},
	{"copies an object under a key of every kind", func(ctx context.Context, c *oss.Client, bucket string) error {
		if err := putBytes(ctx, c, bucket, oddKey, []byte("copied")); err != nil {
			return err
		}
		if _, err := c.CopyObject(ctx, &oss.CopyObjectRequest{
			Bucket: &bucket, Key: oss.Ptr("b"), SourceBucket: &bucket, SourceKey: oss.Ptr(oddKey)}); err != nil {
			return err
		}
		got, err := getAll(ctx, c, &oss.GetObjectRequest{Bucket: &bucket, Key: oss.Ptr("b")})
		return first(err, equal("bytes", string(got), "copied"))
	}},
	{"deletes objects in a batch", func(ctx context.Context, c *oss.Client, bucket string) error {
		keys := []oss.DeleteObject{{Key: oss.Ptr(oddKey)}, {Key: oss.Ptr("b c")}}
		for _, each := range keys {
			if err := putBytes(ctx, c, bucket, *each.Key, []byte("1")); err != nil {
				return err
			}
		}
		deleted, err := c.DeleteMultipleObjects(ctx, &oss.DeleteMultipleObjectsRequest{Bucket: &bucket, Objects: keys})
		if err != nil {
			return err
		}
		return first(equal("count", len(deleted.DeletedObjects), 2),
			equal("key", oss.ToString(deleted.DeletedObjects[0].Key), oddKey))
	}},
	{"signs URLs for GET and PUT", func(ctx context.Context, c *oss.Client, bucket string) error {
		put, err := c.Presign(ctx, &oss.PutObjectRequest{
			Bucket: &bucket, Key: oss.Ptr(oddKey), ContentType: oss.Ptr("text/x-odd")}, oss.PresignExpires(time.Minute))
		if err != nil {
			return err
		}
		status, _, err := send(put, []byte("signed"))
		if err := first(err, equal("PUT", status, 200)); err != nil {
			return err
		}
		get, err := c.Presign(ctx, &oss.GetObjectRequest{Bucket: &bucket, Key: oss.Ptr(oddKey)}, oss.PresignExpires(time.Minute))
		if err != nil {
			return err
		}
		status, body, err := send(get, nil)
		return first(err, equal("GET", status, 200), equal("bytes", string(body), "signed"))
	}},
	{"understands what it is refused", func(ctx context.Context, c *oss.Client, bucket string) error {
		_, noKey := c.GetObject(ctx, &oss.GetObjectRequest{Bucket: &bucket, Key: oss.Ptr("gone")})
		_, noHead := c.HeadObject(ctx, &oss.HeadObjectRequest{Bucket: &bucket, Key: oss.Ptr("gone")})
		_, noBucket := c.ListObjectsV2(ctx, &oss.ListObjectsV2Request{Bucket: oss.Ptr(bucket + "-gone")})
		_, noUpload := c.AbortMultipartUpload(ctx, &oss.AbortMultipartUploadRequest{
			Bucket: &bucket, Key: oss.Ptr("a"), UploadId: oss.Ptr("0123456789ABCDEF0123456789ABCDEF")})
		return first(refused(noKey, 404, "NoSuchKey"), refused(noHead, 404, "NoSuchKey"),
			refused(noBucket, 404, "NoSuchBucket"), refused(noUpload, 404, "NoSuchUpload"))
	}},
}

func putBytes(ctx context.Context, c *oss.Client, bucket, key string, data []byte) error {
	_, err := c.PutObject(ctx, &oss.PutObjectRequest{Bucket: &bucket, Key: &key, Body: bytes.NewReader(data)})
	return err
}

func getAll(ctx context.Context, c *oss.Client, request *oss.GetObjectRequest) ([]byte, error) {
	result, err := c.GetObject(ctx, request)
	if err != nil {
		return nil, err
	}
	defer result.Body.Close()
	return io.ReadAll(result.Body)
}

func send(signed *oss.PresignResult, body []byte) (int, []byte, error) {
	request, err := http.NewRequest(signed.Method, signed.URL, bytes.NewReader(body))
	if err != nil {
		return 0, nil, err
	}
	for name, value := range signed.SignedHeaders {
		request.Header.Set(name, value)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return 0, nil, err
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	return response.StatusCode, answer, err
}

package main

import (
	"context"
	"fmt"
	"os"
	"sort"
	"strings"

	"github.com/aliyun/alibabacloud-oss-go-sdk-v2/oss"
)

var listingScenarios = []scenario{
	{"lists objects page by page (V1 and V2)", func(ctx context.Context, c *oss.Client, bucket string) error {
		keys := []string{"a/1", "a/2", "b c+", "中文/&<>", "é"}
		for _, key := range keys {
			if err := putBytes(ctx, c, bucket, key, []byte(key)); err != nil {
				return err
			}
		}
		sort.Strings(keys)
		var one, two []string
		pages := c.NewListObjectsPaginator(&oss.ListObjectsRequest{Bucket: &bucket, MaxKeys: 2})
		for pages.HasNext() {
			page, err := pages.NextPage(ctx)
			if err != nil {
				return err
			}
			for _, each := range page.Contents {
				one = append(one, oss.ToString(each.Key))
			}
		}
		pagesV2 := c.NewListObjectsV2Paginator(&oss.ListObjectsV2Request{Bucket: &bucket, MaxKeys: 2})
		for pagesV2.HasNext() {
			page, err := pagesV2.NextPage(ctx)
			if err != nil {
				return err
			}
			for _, each := range page.Contents {
				two = append(two, oss.ToString(each.Key))
			}
		}
		return first(equal("V1", one, keys), equal("V2", two, keys))
	}},
	{"groups keys by a delimiter", func(ctx context.Context, c *oss.Client, bucket string) error {
		for _, key := range []string{"a/1", "a/2", "b/1", "c"} {
			if err := putBytes(ctx, c, bucket, key, []byte("1")); err != nil {
				return err
			}
		}
		page, err := c.ListObjectsV2(ctx, &oss.ListObjectsV2Request{Bucket: &bucket, Delimiter: oss.Ptr("/")})
		if err != nil {
			return err
		}
		var prefixes []string
		for _, each := range page.CommonPrefixes {
			prefixes = append(prefixes, oss.ToString(each.Prefix))
		}
		return first(equal("prefixes", prefixes, []string{"a/", "b/"}), equal("keys", len(page.Contents), 1))
	}},
	{"lists and describes buckets", func(ctx context.Context, c *oss.Client, bucket string) error {
		info, err := c.GetBucketInfo(ctx, &oss.GetBucketInfoRequest{Bucket: &bucket})
		if err != nil {
			return err
		}
		location, err := c.GetBucketLocation(ctx, &oss.GetBucketLocationRequest{Bucket: &bucket})
		if err != nil {
			return err
		}
		endpoint := strings.TrimPrefix(os.Getenv("PARTWISE_ENDPOINT"), "http://")
		var names []string
		pages := c.NewListBucketsPaginator(&oss.ListBucketsRequest{Prefix: &bucket, MaxKeys: 1})
		for pages.HasNext() {
			page, err := pages.NextPage(ctx)
			if err != nil {
				return err
			}
			for _, each := range page.Buckets {
				names = append(names, oss.ToString(each.Name))
			}
		}
		return first(equal("name", oss.ToString(info.BucketInfo.Name), bucket),
			equal("endpoint", oss.ToString(info.BucketInfo.ExtranetEndpoint), endpoint),
			equal("location", oss.ToString(location.LocationConstraint), "oss-"+os.Getenv("PARTWISE_REGION")),
			equal("names", names, []string{bucket}))
	}},
}

var addressScenarios = []scenario{
	// The name resolves nowhere: the requests go through the server itself as if it were a proxy.
	{"reaches a bucket by a host name of its own", func(ctx context.Context, c *oss.Client, bucket string) error {
		named := oss.NewClient(configuration().
			WithEndpoint("http://" + os.Getenv("PARTWISE_BASE_HOST")).
			WithProxyHost(os.Getenv("PARTWISE_ENDPOINT")))
		if err := putBytes(ctx, named, bucket, oddKey, []byte("named")); err != nil {
			return err
		}
		got, err := getAll(ctx, c, &oss.GetObjectRequest{Bucket: &bucket, Key: oss.Ptr(oddKey)})
		return first(err, equal("bytes", string(got), "named"))
	}},
	{"reaches a bucket by path when told so", func(ctx context.Context, c *oss.Client, bucket string) error {
		byPath := oss.NewClient(configuration().WithUsePathStyle(true))
		if err := putBytes(ctx, byPath, bucket, bucket+"/a", []byte("by path")); err != nil {
			return err
		}
		page, err := c.ListObjectsV2(ctx, &oss.ListObjectsV2Request{Bucket: &bucket})
		if err != nil {
			return err
		}
		return equal("key", fmt.Sprint(len(page.Contents), oss.ToString(page.Contents[0].Key)), fmt.Sprint(1, bucket+"/a"))
	}},
}

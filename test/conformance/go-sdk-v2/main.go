// Runs every scenario and prints one line for each: `ok NAME` or `not ok NAME: REASON`.
package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"strings"

	"github.com/aliyun/alibabacloud-oss-go-sdk-v2/oss"
	"github.com/aliyun/alibabacloud-oss-go-sdk-v2/oss/credentials"
)

// A scenario gets a fresh bucket, and fails by an error.
type scenario struct {
	name string
	run  func(ctx context.Context, client *oss.Client, bucket string) error
}

func main() {
	ctx := context.Background()
	signature := os.Getenv("PARTWISE_SIGNATURE")
	groups := [][]scenario{objectScenarios, listingScenarios, multipartScenarios, transferScenarios, addressScenarios}
	number := 0
	for _, group := range groups {
		for _, each := range group {
			number++
			bucket := fmt.Sprintf("go-sdk-%s-%03d", strings.ToLower(signature), number)
			if err := runScenario(ctx, each, bucket); err != nil {
				fmt.Printf("not ok %s: %s\n", each.name, strings.Join(strings.Fields(err.Error()), " "))
			} else {
				fmt.Printf("ok %s\n", each.name)
			}
		}
	}
}

func runScenario(ctx context.Context, each scenario, bucket string) (err error) {
	defer func() {
		if failure := recover(); failure != nil {
			err = fmt.Errorf("it panicked: %v", failure)
		}
	}()
	client := oss.NewClient(configuration())
	if _, err := client.PutBucket(ctx, &oss.PutBucketRequest{Bucket: &bucket}); err != nil {
		return err
	}
	return each.run(ctx, client, bucket)
}

func configuration() *oss.Config {
	identity := credentials.NewStaticCredentialsProvider(
		os.Getenv("PARTWISE_ACCESS_KEY_ID"), os.Getenv("PARTWISE_ACCESS_KEY_SECRET"))
	config := oss.LoadDefaultConfig().
		WithEndpoint(os.Getenv("PARTWISE_ENDPOINT")).
		WithRegion(os.Getenv("PARTWISE_REGION")).
		WithCredentialsProvider(identity).
		WithRetryMaxAttempts(1)
	if os.Getenv("PARTWISE_SIGNATURE") == "V1" {
		config = config.WithSignatureVersion(oss.SignatureVersionV1)
	}
	return config
}

// breakAfter makes a client whose parts fail to be sent, or to be fetched, after so many.
func breakAfter(count int) *oss.Client {
	transport := &breakingTransport{left: make(chan struct{}, count)}
	for i := 0; i < count; i++ {
		transport.left <- struct{}{}
	}
	return oss.NewClient(configuration().WithHttpClient(&http.Client{Transport: transport}))
}

type breakingTransport struct{ left chan struct{} }

func (t *breakingTransport) RoundTrip(request *http.Request) (*http.Response, error) {
	if request.URL.Query().Has("partNumber") || request.Header.Get("Range") != "" {
		select {
		case <-t.left:
		default:
			return nil, errors.New("the network broke")
		}
	}
	return http.DefaultTransport.RoundTrip(request)
}

func equal(what string, actual, expected any) error {
	if fmt.Sprint(actual) != fmt.Sprint(expected) {
		return fmt.Errorf("%s: expected %.200v, got %.200v", what, expected, actual)
	}
	return nil
}

// refused says whether the service refused with this status and code.
func refused(err error, status int, code string) error {
	var refusal *oss.ServiceError
	if !errors.As(err, &refusal) {
		return fmt.Errorf("expected %d %s, got %v", status, code, err)
	}
	return equal("refusal", fmt.Sprint(refusal.StatusCode, " ", refusal.Code), fmt.Sprint(status, " ", code))
}

// first returns the first error among them.
func first(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// pattern makes bytes that repeat on no part boundary.
func pattern(size int) []byte {
	data := make([]byte, size)
	state := uint32(2463534242)
	for i := range data {
		state ^= state << 13
		state ^= state >> 17
		state ^= state << 5
		data[i] = byte(state)
	}
	return data
}

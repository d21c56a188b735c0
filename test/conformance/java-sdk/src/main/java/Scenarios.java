import com.aliyun.oss.ClientBuilderConfiguration;
import com.aliyun.oss.OSS;
import com.aliyun.oss.OSSClientBuilder;
import com.aliyun.oss.OSSException;
import com.aliyun.oss.common.auth.DefaultCredentialProvider;
import com.aliyun.oss.common.comm.SignVersion;
import com.aliyun.oss.model.*;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.net.URI;
import java.net.URL;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Date;
import java.util.List;
import java.util.Objects;

/** Runs every scenario and prints one line for each: `ok NAME` or `not ok NAME: REASON`. */
public final class Scenarios {
  private static final int PART_SIZE = 100 * 1024;
  private static final String KEY = "dir/中 文+%2F&<>.bin";
  private static final byte[] DATA = pattern(10 * PART_SIZE + 77);
  private static final String SIGNATURE = System.getenv("PARTWISE_SIGNATURE");
  private static int bucketCount = 0;

  /** Gets a fresh bucket, and fails by an exception. */
  private interface Scenario {
    void run(OSS client, String bucket) throws Throwable;
  }

  public static void main(String[] words) {
    OSS client = makeClient();
    run(client, "puts, gets, heads, copies and deletes an object", Scenarios::objects);
    run(client, "lists objects page by page (V1 and V2)", Scenarios::listings);
    run(client, "describes and lists buckets", Scenarios::buckets);
    run(client, "uploads parts, lists them page by page, and completes them", Scenarios::parts);
    run(client, "uploads a part of unknown length in chunks", Scenarios::chunkedPart);
    run(client, "lists uploads page by page, and aborts them", Scenarios::uploads);
    run(client, "copies parts from another object", Scenarios::copiedParts);
    run(client, "uploads and downloads a file with checkpoints", Scenarios::files);
    run(client, "signs URLs for GET and PUT", Scenarios::signedUrls);
    run(client, "understands what it is refused", Scenarios::refusals);
    client.shutdown();
  }

  private static void objects(OSS client, String bucket) throws Throwable {
    PutObjectResult put = client.putObject(bucket, KEY, new ByteArrayInputStream(DATA));
    equal(read(client.getObject(bucket, KEY)), DATA);
    ObjectMetadata head = client.getObjectMetadata(bucket, KEY);
    equal(head.getETag(), put.getETag());
    equal(head.getContentLength(), (long) DATA.length);
    equal(head.getServerCRC(), put.getServerCRC());
    GetObjectRequest some = new GetObjectRequest(bucket, KEY);
    some.setRange(3, 5);
    equal(read(client.getObject(some)), Arrays.copyOfRange(DATA, 3, 6));
    client.copyObject(bucket, KEY, bucket, "b");
    equal(read(client.getObject(bucket, "b")), DATA);
    client.deleteObjects(new DeleteObjectsRequest(bucket).withKeys(List.of(KEY, "b")));
    equal(client.doesObjectExist(bucket, KEY), false);
  }

  private static void listings(OSS client, String bucket) {
    List<String> keys = List.of("a/1", "a/2", "b c+", KEY, "é");
    for (String key : keys) {
      client.putObject(bucket, key, new ByteArrayInputStream(key.getBytes()));
    }
    List<String> one = new ArrayList<>();
    ListObjectsRequest page = new ListObjectsRequest(bucket).withMaxKeys(2);
    for (ObjectListing found = client.listObjects(page); ; found = client.listObjects(page)) {
      found.getObjectSummaries().forEach(each -> one.add(each.getKey()));
      if (!found.isTruncated()) {
        break;
      }
      page.setMarker(found.getNextMarker());
    }
    equal(one, keys);
    List<String> two = new ArrayList<>();
    ListObjectsV2Request pageV2 = new ListObjectsV2Request(bucket).withMaxKeys(2);
    for (ListObjectsV2Result found = client.listObjectsV2(pageV2); ; found = client.listObjectsV2(pageV2)) {
      found.getObjectSummaries().forEach(each -> two.add(each.getKey()));
      if (!found.isTruncated()) {
        break;
      }
      pageV2.setContinuationToken(found.getNextContinuationToken());
    }
    equal(two, keys);
  }

  private static void buckets(OSS client, String bucket) {
    equal(client.getBucketInfo(bucket).getBucket().getName(), bucket);
    equal(client.getBucketLocation(bucket), "oss-" + System.getenv("PARTWISE_REGION"));
    equal(client.doesBucketExist(bucket), true);
    equal(client.listBuckets(bucket, null, 10).getBucketList().size(), 1);
  }

  private static void parts(OSS client, String bucket) throws Throwable {
    String upload = client.initiateMultipartUpload(new InitiateMultipartUploadRequest(bucket, KEY)).getUploadId();
    List<PartETag> sent = new ArrayList<>();
    for (int start = 0; start < DATA.length; start += PART_SIZE) {
      int size = Math.min(PART_SIZE, DATA.length - start);
      InputStream piece = new ByteArrayInputStream(DATA, start, size);
      sent.add(client.uploadPart(new UploadPartRequest(bucket, KEY, upload, sent.size() + 1, piece, size)).getPartETag());
    }
    ListPartsRequest page = new ListPartsRequest(bucket, KEY, upload);
    page.setMaxParts(6);
    PartListing first = client.listParts(page);
    page.setPartNumberMarker(first.getNextPartNumberMarker());
    PartListing second = client.listParts(page);
    equal(List.of(first.getParts().size(), second.getParts().size(), second.isTruncated()), List.of(6, 5, false));
    client.completeMultipartUpload(new CompleteMultipartUploadRequest(bucket, KEY, upload, sent));
    equal(read(client.getObject(bucket, KEY)), DATA);
  }

  private static void chunkedPart(OSS client, String bucket) throws Throwable {
    String upload = client.initiateMultipartUpload(new InitiateMultipartUploadRequest(bucket, KEY)).getUploadId();
    UploadPartRequest part = new UploadPartRequest();
    part.setBucketName(bucket);
    part.setKey(KEY);
    part.setUploadId(upload);
    part.setPartNumber(1);
    part.setPartSize(-1);
    part.setUseChunkEncoding(true);
    part.setInputStream(new SequenceInputStream(new ByteArrayInputStream(DATA), new ByteArrayInputStream(new byte[0])));
    List<PartETag> sent = List.of(client.uploadPart(part).getPartETag());
    client.completeMultipartUpload(new CompleteMultipartUploadRequest(bucket, KEY, upload, new ArrayList<>(sent)));
    equal(read(client.getObject(bucket, KEY)), DATA);
  }

  private static void uploads(OSS client, String bucket) {
    List<String> keys = List.of("a", "a", "b c+", KEY);
    keys.forEach(key -> client.initiateMultipartUpload(new InitiateMultipartUploadRequest(bucket, key)));
    List<String> found = new ArrayList<>();
    ListMultipartUploadsRequest page = new ListMultipartUploadsRequest(bucket);
    page.setMaxUploads(1);
    for (MultipartUploadListing each = client.listMultipartUploads(page); ; each = client.listMultipartUploads(page)) {
      for (MultipartUpload upload : each.getMultipartUploads()) {
        found.add(upload.getKey());
        client.abortMultipartUpload(new AbortMultipartUploadRequest(bucket, upload.getKey(), upload.getUploadId()));
      }
      if (!each.isTruncated()) {
        break;
      }
      page.setKeyMarker(each.getNextKeyMarker());
      page.setUploadIdMarker(each.getNextUploadIdMarker());
    }
    equal(found, keys);
  }

  private static void copiedParts(OSS client, String bucket) throws Throwable {
    client.putObject(bucket, KEY, new ByteArrayInputStream(DATA));
    String upload = client.initiateMultipartUpload(new InitiateMultipartUploadRequest(bucket, "b")).getUploadId();
    UploadPartCopyRequest part = new UploadPartCopyRequest(bucket, KEY, bucket, "b", upload, 1, 7L, 100L);
    List<PartETag> sent = new ArrayList<>(List.of(client.uploadPartCopy(part).getPartETag()));
    client.completeMultipartUpload(new CompleteMultipartUploadRequest(bucket, "b", upload, sent));
    equal(read(client.getObject(bucket, "b")), Arrays.copyOfRange(DATA, 7, 107));
  }

  private static void files(OSS client, String bucket) throws Throwable {
    Path folder = Files.createTempDirectory("partwise-java-sdk-");
    Path source = Files.write(folder.resolve("source"), DATA);
    Path target = folder.resolve("target");
    try {
      client.uploadFile(new UploadFileRequest(bucket, KEY, source.toString(), PART_SIZE, 3, true));
      DownloadFileRequest download = new DownloadFileRequest(bucket, KEY, target.toString(), PART_SIZE, 3, true);
      client.downloadFile(download);
      equal(Files.readAllBytes(target), DATA);
    } finally {
      for (Path each : List.of(target, source, folder)) {
        Files.deleteIfExists(each);
      }
    }
  }

  private static void signedUrls(OSS client, String bucket) throws Throwable {
    Date soon = new Date(System.currentTimeMillis() + 60_000);
    GeneratePresignedUrlRequest put = new GeneratePresignedUrlRequest(bucket, KEY, com.aliyun.oss.HttpMethod.PUT);
    put.setExpiration(soon);
    URI address = client.generatePresignedUrl(put).toURI();
    HttpRequest sending = HttpRequest.newBuilder(address).PUT(HttpRequest.BodyPublishers.ofByteArray(DATA)).build();
    equal(HttpClient.newHttpClient().send(sending, HttpResponse.BodyHandlers.discarding()).statusCode(), 200);
    URL get = client.generatePresignedUrl(bucket, KEY, soon);
    try (InputStream answer = get.openStream()) {
      equal(answer.readAllBytes(), DATA);
    }
  }

  private static void refusals(OSS client, String bucket) throws Throwable {
    refused("NoSuchKey", () -> client.getObject(bucket, "gone"));
    refused("NoSuchKey", () -> client.getObjectMetadata(bucket, "gone"));
    refused("NoSuchBucket", () -> client.listObjects(bucket + "-gone"));
    refused("NoSuchUpload", () -> client.abortMultipartUpload(new AbortMultipartUploadRequest(bucket, "a", "F".repeat(32))));
  }

  private static void run(OSS client, String name, Scenario scenario) {
    String bucket = String.format("java-sdk-%s-%03d", SIGNATURE.toLowerCase(), ++bucketCount);
    try {
      client.createBucket(bucket);
      scenario.run(client, bucket);
      System.out.println("ok " + name);
    } catch (Throwable failure) {
      System.out.println("not ok " + name + ": " + failure.toString().replaceAll("\\s+", " "));
    }
  }

  private static OSS makeClient() {
    ClientBuilderConfiguration settings = new ClientBuilderConfiguration();
    settings.setSignatureVersion(SIGNATURE.equals("V4") ? SignVersion.V4 : SignVersion.V1);
    settings.setMaxErrorRetry(0);
    return OSSClientBuilder.create()
        .endpoint(System.getenv("PARTWISE_ENDPOINT"))
        .region(System.getenv("PARTWISE_REGION"))
        .credentialsProvider(new DefaultCredentialProvider(
            System.getenv("PARTWISE_ACCESS_KEY_ID"), System.getenv("PARTWISE_ACCESS_KEY_SECRET")))
        .clientConfiguration(settings)
        .build();
  }

  private interface Action {
    void run() throws Throwable;
  }

  private static void refused(String code, Action action) throws Throwable {
    try {
      action.run();
    } catch (OSSException refusal) {
      equal(refusal.getErrorCode(), code);
      return;
    }
    throw new AssertionError("it was not refused with " + code);
  }

  private static void equal(Object actual, Object expected) {
    if (!Objects.deepEquals(actual, expected)) {
      throw new AssertionError("expected " + shortened(expected) + ", got " + shortened(actual));
    }
  }

  private static Object shortened(Object value) {
    return value instanceof byte[] ? ((byte[]) value).length + " bytes" : value;
  }

  private static byte[] read(OSSObject object) throws Throwable {
    try (InputStream content = object.getObjectContent()) {
      return content.readAllBytes();
    }
  }

  /** Bytes that repeat on no part boundary. */
  private static byte[] pattern(int size) {
    byte[] data = new byte[size];
    for (int at = 0; at < size; at++) {
      data[at] = (byte) ((long) at * at % 251);
    }
    return data;
  }
}

// The neutral service of the upload bench: takes requests over HTTP/1.1, reads bodies as a service must and forgets
// them, and answers what clients of OSS and of S3 need to go on. It computes nothing, so that it is never the one that
// is measured: no MD5, no CRC. One thread, one buffer, epoll. Prints its port.
//
//   cc -O2 -o sink sink.c && ./sink
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { HEAD_SIZE_MAX = 32 * 1024, READ_SIZE = 256 * 1024, EVENT_COUNT_MAX = 64 };

// A connection is within a head (bodyLeft < 0) or within a body; `isChunked` bodies end with their last chunk.
typedef struct {
  int socket;
  int headSize;
  long bodyLeft;
  int isChunked;
  char tail[5];
  char head[HEAD_SIZE_MAX + 1];
} Connection;

static char body[READ_SIZE];

static const char *const initiated =
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?><InitiateMultipartUploadResult><Bucket>bench</Bucket>"
    "<Key>object</Key><UploadId>0123456789ABCDEF</UploadId></InitiateMultipartUploadResult>";
static const char *const completed =
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?><CompleteMultipartUploadResult>"
    "<Location>http://127.0.0.1/bench/object</Location><Bucket>bench</Bucket><Key>object</Key>"
    "<ETag>\"00000000000000000000000000000000-1\"</ETag></CompleteMultipartUploadResult>";
static const char *const noUploads =
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?><ListMultipartUploadsResult><Bucket>bench</Bucket>"
    "<IsTruncated>false</IsTruncated></ListMultipartUploadsResult>";

static int sendAll(int socket, const char *bytes, size_t size) {
  while (size > 0) {
    ssize_t sent = send(socket, bytes, size, MSG_NOSIGNAL);
    if (sent <= 0) return 0;
    bytes += sent;
    size -= (size_t)sent;
  }
  return 1;
}

// By the first line alone: "POST /bench/object?uploads HTTP/1.1".
static int answer(Connection *connection) {
  const char *line = connection->head;
  char target[4096] = "";
  sscanf(line, "%*s %4095s", target);
  const int isPost = strncmp(line, "POST", 4) == 0;
  const char *document = "";
  if (isPost && strstr(target, "uploadId=")) document = completed;
  else if (isPost) document = initiated;
  else if (strncmp(line, "GET", 3) == 0) document = noUploads;
  char response[2048];
  int size = snprintf(response, sizeof response,
                      "HTTP/1.1 200 OK\r\nContent-Length: %zu\r\n%sETag: \"00000000000000000000000000000000\"\r\n"
                      "x-oss-request-id: 0123456789ABCDEF01234567\r\nx-amz-request-id: 0123456789ABCDEF\r\n\r\n%s",
                      strlen(document), *document ? "Content-Type: application/xml\r\n" : "", document);
  connection->headSize = 0;
  connection->bodyLeft = -1;
  return sendAll(connection->socket, response, (size_t)size);
}

static int beginBody(Connection *connection, const char *bodyStart) {
  char *head = connection->head;
  long inHead = connection->headSize - (bodyStart - head);
  const char *length = strcasestr(head, "\r\ncontent-length:");
  connection->isChunked = strcasestr(head, "\r\ntransfer-encoding: chunked") != NULL;
  connection->bodyLeft = length && length < bodyStart ? atol(length + 17) : 0;
  if (strcasestr(head, "\r\nexpect: 100-continue") && !sendAll(connection->socket, "HTTP/1.1 100 Continue\r\n\r\n", 25))
    return 0;
  if (connection->isChunked) {
    memset(connection->tail, 0, sizeof connection->tail);
    return connection->bodyLeft = 1;
  }
  connection->bodyLeft -= inHead;
  return connection->bodyLeft > 0 ? 1 : answer(connection);
}

// The last five bytes of a chunked body without trailers; the bench's clients send no others.
static int isLastChunk(Connection *connection, const char *bytes, ssize_t size) {
  char joined[10];
  long taken = size < 5 ? size : 5;
  memcpy(joined, connection->tail, 5);
  memcpy(joined + 5, bytes + size - taken, (size_t)taken);
  memcpy(connection->tail, joined + taken, 5);
  return memcmp(connection->tail, "0\r\n\r\n", 5) == 0;
}

// Returns whether the connection goes on.
static int serve(Connection *connection) {
  if (connection->bodyLeft > 0) {
    ssize_t size = recv(connection->socket, body, READ_SIZE, 0);
    if (size <= 0) return 0;
    if (connection->isChunked) return isLastChunk(connection, body, size) ? answer(connection) : 1;
    connection->bodyLeft -= size;
    return connection->bodyLeft > 0 ? 1 : answer(connection);
  }
  ssize_t size = recv(connection->socket, connection->head + connection->headSize,
                      (size_t)(HEAD_SIZE_MAX - connection->headSize), 0);
  if (size <= 0) return 0;
  connection->headSize += (int)size;
  connection->head[connection->headSize] = 0;
  const char *end = strstr(connection->head, "\r\n\r\n");
  if (end) return beginBody(connection, end + 4);
  return connection->headSize < HEAD_SIZE_MAX;
}

int main(void) {
  int listener = socket(AF_INET, SOCK_STREAM, 0), yes = 1;
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t addressSize = sizeof address;
  int events = epoll_create1(0);
  struct epoll_event event = {.events = EPOLLIN, .data.ptr = NULL}, ready[EVENT_COUNT_MAX];
  if (bind(listener, (struct sockaddr *)&address, sizeof address) || listen(listener, 128) ||
      getsockname(listener, (struct sockaddr *)&address, &addressSize) ||
      epoll_ctl(events, EPOLL_CTL_ADD, listener, &event)) {
    perror("sink");
    return 1;
  }
  printf("%d\n", ntohs(address.sin_port));
  fflush(stdout);
  for (;;) {
    int count = epoll_wait(events, ready, EVENT_COUNT_MAX, -1);
    for (int index = 0; index < count; index++) {
      Connection *connection = ready[index].data.ptr;
      if (connection == NULL) {
        connection = calloc(1, sizeof *connection);
        connection->socket = accept(listener, NULL, NULL);
        connection->bodyLeft = -1;
        setsockopt(connection->socket, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
        event.data.ptr = connection;
        epoll_ctl(events, EPOLL_CTL_ADD, connection->socket, &event);
      } else if (!serve(connection)) {
        close(connection->socket);
        free(connection);
      }
    }
  }
}

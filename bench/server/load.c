// The client of the server bench: sends requests that were made and signed before, over N connections that stay open,
// and takes the time of each answer. One thread, epoll, bodies out of memory; it computes nothing, so that it is never
// the one that is measured.
//
//   cc -O2 -o load load.c && ./load ADDRESS PORT CONNECTIONS REQUESTS BODIES [TEXT...]
//
// REQUESTS is a file of, for each request, "<bytes of the head> <offset of its body> <bytes of the body>\n" and then the
// head itself; bodies lie in the file BODIES. An answer counts if its status is 200 … 299 and its head has each TEXT.
// Prints "wall-s", "cpu-s", "sent", "received", "failed", "reconnected", and then for each request, in the order of their
// answers, "<ms from its last byte to the first of the answer> <ms to the last>".
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum {
  HEAD_SIZE_MAX = 32 * 1024,
  READ_SIZE = 256 * 1024,
  SEND_SIZE = 256 * 1024,
  EVENT_COUNT_MAX = 64,
  CONNECTION_COUNT_MAX = 4096,
  ATTEMPT_COUNT_MAX = 4,
  SILENCE_MAX_MS = 120 * 1000,
};

typedef struct {
  const char *head;
  long headSize;
  const char *body;
  long bodySize;
  double firstByteMs;
  double wholeMs;
} Request;

// A connection sends (sentSize < whole), then reads a head (bodyLeft < 0), then a body, which may be chunked.
typedef struct {
  int socket;
  Request *request;
  long sentSize;
  double sentAt;
  long bodyLeft;
  int isChunked;
  int closes;
  int isUsed;
  int attemptCount;
  int headSize;
  char tail[5];
  char head[HEAD_SIZE_MAX + 1];
} Connection;

static char bytes[READ_SIZE];
static struct sockaddr_in address;
static int events;
static Request *requests;
static long requestCount, nextRequest, answeredCount, failedCount, reconnectCount;
static long long sentBytes, receivedBytes;
static Request **answered;
static char **expected;
static int expectedCount;

static double nowMs(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec * 1e3 + (double)time.tv_nsec / 1e6;
}

static double cpuTime(void) {
  struct rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
         (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

static void fail(const char *what) {
  perror(what);
  exit(1);
}

static char *readWhole(const char *path, long *size) {
  struct stat status;
  int file = open(path, O_RDONLY);
  if (file < 0 || fstat(file, &status)) fail(path);
  *size = status.st_size;
  char *memory = malloc((size_t)*size + 1);
  for (long done = 0; done < *size;) {
    ssize_t count = read(file, memory + done, (size_t)(*size - done));
    if (count <= 0) fail(path);
    done += count;
  }
  memory[*size] = 0;
  close(file);
  return memory;
}

static void readRequests(const char *path, const char *bodies, long bodiesSize) {
  long size;
  char *text = readWhole(path, &size), *at = text;
  long capacity = 1024;
  requests = malloc((size_t)capacity * sizeof *requests);
  while (at < text + size) {
    if (requestCount == capacity) requests = realloc(requests, (size_t)(capacity *= 2) * sizeof *requests);
    Request *request = &requests[requestCount++];
    long offset = 0;
    char *line = strchr(at, '\n');
    if (!line || sscanf(at, "%ld %ld %ld", &request->headSize, &offset, &request->bodySize) != 3 ||
        offset + request->bodySize > bodiesSize || line + 1 + request->headSize > text + size) {
      fprintf(stderr, "request %ld is not readable\n", requestCount);
      exit(1);
    }
    request->head = line + 1;
    request->body = bodies + offset;
    at = line + 1 + request->headSize;
  }
}

static void watch(Connection *connection, int operation, unsigned wanted) {
  struct epoll_event event = {.events = wanted, .data.ptr = connection};
  if (epoll_ctl(events, operation, connection->socket, &event)) fail("epoll_ctl");
}

static void openSocket(Connection *connection) {
  int yes = 1;
  connection->socket = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (connection->socket < 0 || connect(connection->socket, (struct sockaddr *)&address, sizeof address))
    fail("connect");
  setsockopt(connection->socket, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
  fcntl(connection->socket, F_SETFL, O_NONBLOCK);
  connection->isUsed = 0;
  watch(connection, EPOLL_CTL_ADD, EPOLLOUT | EPOLLIN);
}

static void beginRequest(Connection *connection) {
  connection->sentSize = 0;
  connection->headSize = 0;
  connection->bodyLeft = -1;
  connection->closes = 0;
}

// A server may close a connection between two requests; then the request goes over a new one.
static void reconnect(Connection *connection) {
  close(connection->socket);
  if (++connection->attemptCount > ATTEMPT_COUNT_MAX) {
    fprintf(stderr, "the server closes every connection\n");
    exit(1);
  }
  reconnectCount++;
  beginRequest(connection);
  openSocket(connection);
}

static void takeNext(Connection *connection) {
  if (nextRequest == requestCount) {
    close(connection->socket);
    connection->request = NULL;
    return;
  }
  connection->request = &requests[nextRequest++];
  connection->attemptCount = 0;
  beginRequest(connection);
  if (connection->isUsed == 2) {
    close(connection->socket);
    openSocket(connection);
  } else {
    watch(connection, EPOLL_CTL_MOD, EPOLLOUT | EPOLLIN);
  }
}

static void finishAnswer(Connection *connection) {
  connection->request->wholeMs = nowMs() - connection->sentAt;
  answered[answeredCount++] = connection->request;
  connection->isUsed = connection->closes ? 2 : 1;
  takeNext(connection);
}

// Heads go first and alone, as most clients send them.
static void sendMore(Connection *connection) {
  Request *request = connection->request;
  long whole = request->headSize + request->bodySize;
  const int isHead = connection->sentSize < request->headSize;
  const char *from = isHead ? request->head + connection->sentSize
                            : request->body + (connection->sentSize - request->headSize);
  long left = isHead ? request->headSize - connection->sentSize : whole - connection->sentSize;
  int flags = MSG_NOSIGNAL | (isHead && request->bodySize ? MSG_MORE : 0);
  ssize_t sent = send(connection->socket, from, (size_t)(left < SEND_SIZE ? left : SEND_SIZE), flags);
  if (sent < 0) {
    if (errno == EAGAIN) return;
    if (connection->isUsed) return reconnect(connection);
    fail("send");
  }
  connection->sentSize += sent;
  sentBytes += sent;
  if (connection->sentSize == whole) {
    connection->sentAt = nowMs();
    watch(connection, EPOLL_CTL_MOD, EPOLLIN);
  }
}

static void readHead(Connection *connection, char *end) {
  char *head = connection->head;
  const char *length = strcasestr(head, "\r\ncontent-length:");
  const char *encoding = strcasestr(head, "\r\ntransfer-encoding: chunked");
  long inHead = connection->headSize - (end + 4 - head);
  int status = 0;
  sscanf(head, "HTTP/%*s %d", &status);
  int isRight = status >= 200 && status < 300;
  *(end + 2) = 0;
  for (int index = 0; index < expectedCount; index++) isRight &= strcasestr(head, expected[index]) != NULL;
  if (!isRight && failedCount++ == 0) fprintf(stderr, "%s\n%.*s\n", head, (int)inHead, end + 4);
  connection->closes = strcasestr(head, "\r\nconnection: close") != NULL;
  connection->isChunked = encoding != NULL && encoding < end;
  connection->bodyLeft = length && length < end ? atol(length + 17) : 0;
  if (connection->isChunked) {
    connection->bodyLeft = 1;
    memset(connection->tail, 0, sizeof connection->tail);
    memcpy(bytes, end + 4, (size_t)inHead);
  } else {
    connection->bodyLeft -= inHead;
  }
}

// The last five bytes of a chunked body without trailers; no server of the bench sends any.
static int isLastChunk(Connection *connection, long size) {
  char joined[10];
  long taken = size < 5 ? size : 5;
  memcpy(joined, connection->tail, 5);
  memcpy(joined + 5, bytes + size - taken, (size_t)taken);
  memcpy(connection->tail, joined + taken, 5);
  return memcmp(connection->tail, "0\r\n\r\n", 5) == 0;
}

static void readMore(Connection *connection) {
  if (connection->bodyLeft < 0) {
    ssize_t size = recv(connection->socket, connection->head + connection->headSize,
                        (size_t)(HEAD_SIZE_MAX - connection->headSize), 0);
    if (size < 0 && errno == EAGAIN) return;
    if (size <= 0 && connection->headSize == 0 && connection->isUsed) return reconnect(connection);
    if (size <= 0) fail("the server closed the connection in front of an answer");
    if (connection->headSize == 0) {
      if (connection->sentSize < connection->request->headSize + connection->request->bodySize) {
        fprintf(stderr, "answered before the request was sent: %.*s\n", (int)size, connection->head);
        exit(1);
      }
      connection->request->firstByteMs = nowMs() - connection->sentAt;
    }
    connection->headSize += (int)size;
    receivedBytes += size;
    connection->head[connection->headSize] = 0;
    char *end = strstr(connection->head, "\r\n\r\n");
    if (!end) {
      if (connection->headSize == HEAD_SIZE_MAX) fail("a head is too large");
      return;
    }
    readHead(connection, end);
    long inHead = connection->headSize - (end + 4 - connection->head);
    if (connection->isChunked ? isLastChunk(connection, inHead) : connection->bodyLeft <= 0)
      finishAnswer(connection);
    return;
  }
  // Bytes that nobody looks at are not copied out of the kernel either.
  ssize_t size = connection->isChunked ? recv(connection->socket, bytes, READ_SIZE, 0)
                                       : recv(connection->socket, NULL, (size_t)connection->bodyLeft, MSG_TRUNC);
  if (size < 0 && errno == EAGAIN) return;
  if (size <= 0) fail("the server closed the connection within an answer");
  receivedBytes += size;
  if (!connection->isChunked) connection->bodyLeft -= size;
  if (connection->isChunked ? isLastChunk(connection, size) : connection->bodyLeft == 0) finishAnswer(connection);
}

int main(int argumentCount, char **arguments) {
  long bodiesSize = 0;
  int connectionCount = argumentCount > 5 ? atoi(arguments[3]) : 0;
  if (connectionCount < 1 || connectionCount > CONNECTION_COUNT_MAX) {
    fprintf(stderr, "usage: load ADDRESS PORT CONNECTIONS REQUESTS BODIES [TEXT...]\n");
    return 1;
  }
  address.sin_family = AF_INET;
  address.sin_port = htons((unsigned short)atoi(arguments[2]));
  inet_pton(AF_INET, arguments[1], &address.sin_addr);
  const char *bodies = readWhole(arguments[5], &bodiesSize);
  readRequests(arguments[4], bodies, bodiesSize);
  expected = arguments + 6;
  expectedCount = argumentCount - 6;
  answered = malloc((size_t)requestCount * sizeof *answered);
  events = epoll_create1(EPOLL_CLOEXEC);
  Connection *connections = calloc((size_t)connectionCount, sizeof *connections);
  for (int index = 0; index < connectionCount; index++) openSocket(&connections[index]);
  double startedAt = nowMs(), cpuBefore = cpuTime();
  for (int index = 0; index < connectionCount; index++) takeNext(&connections[index]);
  struct epoll_event ready[EVENT_COUNT_MAX];
  while (answeredCount < requestCount) {
    int count = epoll_wait(events, ready, EVENT_COUNT_MAX, SILENCE_MAX_MS);
    if (count == 0) {
      fprintf(stderr, "the server was silent for %d s\n", SILENCE_MAX_MS / 1000);
      return 1;
    }
    for (int index = 0; index < count; index++) {
      Connection *connection = ready[index].data.ptr;
      if (connection->request == NULL) continue;
      if (ready[index].events & (EPOLLIN | EPOLLHUP | EPOLLERR)) readMore(connection);
      else sendMore(connection);
    }
  }
  double wallSeconds = (nowMs() - startedAt) / 1e3;
  double cpuSeconds = cpuTime() - cpuBefore;
  printf("wall-s %.6f\ncpu-s %.6f\nsent %lld\nreceived %lld\nfailed %ld\nreconnected %ld\n", wallSeconds, cpuSeconds,
         sentBytes, receivedBytes, failedCount, reconnectCount);
  for (long index = 0; index < requestCount; index++)
    printf("%.3f %.3f\n", answered[index]->firstByteMs, answered[index]->wholeMs);
  return 0;
}

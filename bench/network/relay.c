// An emulated link between two network namespaces, for kernels that have no netem.
//
//   relay NAMESPACE_A NAMESPACE_B DEVICE BITS_PER_SECOND DELAY_US LOSS_PPM QUEUE_BYTES SEED
//
// It makes a TUN device named DEVICE in either namespace and carries IP packets from one to the other, both ways alike:
// a drop-tail queue of QUEUE_BYTES, then the rate, then random loss, then the one-way delay. It sees packets and knows
// nothing of connections, so TCP's own congestion control works as on a real path. A relay that ends TCP would not do:
// there one connection could fill any link.
//
// It prints "ready", runs until its standard input ends or SIGTERM, and prints its counters as one line of JSON. The
// devices vanish with it. Addresses and routes are its caller's business.

#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

enum {
  // More than the longest queue and delay of any cell hold. A packet beyond is dropped and counted as overflow.
  PACKETS_MAX = 1 << 15,
  PACKET_BYTES_MAX = 65536,
  // How many packets are taken from one device before the other has its turn.
  BATCH_PACKETS = 64,
  // After a write that the kernel refused for lack of memory.
  WRITE_RETRY_NS = 50000,
};

static const uint64_t NS_PER_SECOND = 1000000000;
static const uint64_t NEVER = UINT64_MAX;

struct packet {
  uint64_t due_ns;
  size_t length;
  unsigned char bytes[];
};

struct link_settings {
  double bits_per_second;
  uint64_t delay_ns;
  double loss;
  double queue_bytes;
};

// One way of the link. Packets wait in a ring, in order of their time.
struct direction {
  int from;
  int to;
  struct packet **ring;
  size_t first;
  size_t count;
  // When the transmitter will have sent everything that is queued.
  uint64_t busy_until_ns;
  uint64_t random_state;
  uint64_t carried_packets, carried_bytes, lost, queue_drops, overflows;
  // How late packets were handed on: it tells whether the machine had time for the relay.
  uint64_t late_ns_sum, late_ns_max;
};

static volatile sig_atomic_t is_stopped = 0;

static void stop(int signal_number) {
  (void)signal_number;
  is_stopped = 1;
}

static void die(const char *what) {
  perror(what);
  exit(1);
}

static uint64_t now_ns(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (uint64_t)time.tv_sec * NS_PER_SECOND + (uint64_t)time.tv_nsec;
}

// xorshift64: the same seed loses the same packets, counted from the first.
static double next_random(uint64_t *state) {
  *state ^= *state << 13;
  *state ^= *state >> 7;
  *state ^= *state << 17;
  return (double)(*state >> 11) / 9007199254740992.0;
}

// A device belongs to the namespace of the thread that makes it, so this goes there and comes back.
static int make_device(const char *namespace_name, const char *device) {
  char path[256];
  snprintf(path, sizeof path, "/run/netns/%s", namespace_name);
  int home = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
  int there = open(path, O_RDONLY | O_CLOEXEC);
  if (home < 0 || there < 0 || setns(there, CLONE_NEWNET) < 0) die(path);
  int tun = open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);
  if (tun < 0) die("/dev/net/tun");
  struct ifreq request;
  memset(&request, 0, sizeof request);
  request.ifr_flags = IFF_TUN | IFF_NO_PI;
  snprintf(request.ifr_name, sizeof request.ifr_name, "%s", device);
  if (ioctl(tun, TUNSETIFF, &request) < 0) die("TUNSETIFF");
  if (setns(home, CLONE_NEWNET) < 0) die("setns");
  close(there);
  close(home);
  return tun;
}

// Decides what becomes of a packet: dropped before the queue, lost on the wire, or on its way until `due_ns`.
static void take_packet(struct direction *way, const struct link_settings *settings, const unsigned char *bytes,
                        size_t length) {
  uint64_t now = now_ns();
  uint64_t start = way->busy_until_ns > now ? way->busy_until_ns : now;
  double queued_bytes = (double)(start - now) * settings->bits_per_second / 8e9;
  if (queued_bytes + (double)length > settings->queue_bytes) {
    way->queue_drops++;
    return;
  }
  way->busy_until_ns = start + (uint64_t)((double)length * 8e9 / settings->bits_per_second);
  if (next_random(&way->random_state) < settings->loss) {
    way->lost++;
    return;
  }
  struct packet *packet = way->count < PACKETS_MAX ? malloc(sizeof *packet + length) : NULL;
  if (packet == NULL) {
    way->overflows++;
    return;
  }
  packet->due_ns = way->busy_until_ns + settings->delay_ns;
  packet->length = length;
  memcpy(packet->bytes, bytes, length);
  way->ring[(way->first + way->count) % PACKETS_MAX] = packet;
  way->count++;
}

static void take_packets(struct direction *way, const struct link_settings *settings) {
  static unsigned char bytes[PACKET_BYTES_MAX];
  for (int taken = 0; taken < BATCH_PACKETS; taken++) {
    ssize_t length = read(way->from, bytes, sizeof bytes);
    if (length <= 0) return;
    take_packet(way, settings, bytes, (size_t)length);
  }
}

// Hands on what is due. Returns when the next packet will be.
static uint64_t deliver_packets(struct direction *way) {
  while (way->count > 0) {
    struct packet *packet = way->ring[way->first];
    uint64_t now = now_ns();
    if (packet->due_ns > now) return packet->due_ns;
    ssize_t written = write(way->to, packet->bytes, packet->length);
    if (written < 0 && errno == EAGAIN) return now + WRITE_RETRY_NS;
    uint64_t late_ns = now - packet->due_ns;
    way->late_ns_sum += late_ns;
    if (late_ns > way->late_ns_max) way->late_ns_max = late_ns;
    way->carried_packets++;
    way->carried_bytes += packet->length;
    free(packet);
    way->first = (way->first + 1) % PACKETS_MAX;
    way->count--;
  }
  return NEVER;
}

static void run(struct direction ways[2], const struct link_settings *settings) {
  struct pollfd polled[3] = {{ways[0].from, POLLIN, 0}, {ways[1].from, POLLIN, 0}, {STDIN_FILENO, POLLIN, 0}};
  while (!is_stopped) {
    uint64_t next_ns = NEVER;
    for (int i = 0; i < 2; i++) {
      uint64_t due_ns = deliver_packets(&ways[i]);
      if (due_ns < next_ns) next_ns = due_ns;
    }
    uint64_t now = now_ns();
    uint64_t wait_ns = next_ns > now ? next_ns - now : 0;
    struct timespec wait = {(time_t)(wait_ns / NS_PER_SECOND), (long)(wait_ns % NS_PER_SECOND)};
    if (ppoll(polled, 3, next_ns == NEVER ? NULL : &wait, NULL) < 0) continue;
    for (int i = 0; i < 2; i++) {
      if (polled[i].revents & POLLIN) take_packets(&ways[i], settings);
    }
    char ignored[64];
    if (polled[2].revents != 0 && read(STDIN_FILENO, ignored, sizeof ignored) <= 0) return;
  }
}

static void print_counters(const char *name, const struct direction *way) {
  double mean_late_us = way->carried_packets ? way->late_ns_sum / 1e3 / way->carried_packets : 0;
  printf("\"%s\":{\"packets\":%" PRIu64 ",\"bytes\":%" PRIu64 ",\"lost\":%" PRIu64 ",\"queueDrops\":%" PRIu64
         ",\"overflows\":%" PRIu64 ",\"meanLateUs\":%.1f,\"maxLateUs\":%.1f}",
         name, way->carried_packets, way->carried_bytes, way->lost, way->queue_drops, way->overflows, mean_late_us,
         way->late_ns_max / 1e3);
}

int main(int argument_count, char **arguments) {
  if (argument_count != 9) {
    fprintf(stderr, "relay NAMESPACE_A NAMESPACE_B DEVICE BITS_PER_SECOND DELAY_US LOSS_PPM QUEUE_BYTES SEED\n");
    return 2;
  }
  const struct link_settings settings = {
      .bits_per_second = atof(arguments[4]),
      .delay_ns = strtoull(arguments[5], NULL, 10) * 1000,
      .loss = atof(arguments[6]) / 1e6,
      .queue_bytes = atof(arguments[7]),
  };
  uint64_t seed = strtoull(arguments[8], NULL, 10) + 1;
  signal(SIGTERM, stop);
  signal(SIGINT, SIG_IGN);
  // The kernel may by default wake a sleeper 50 microseconds late: half the time that a packet takes at 100 Mbit/s.
  prctl(PR_SET_TIMERSLACK, 1000);
  // Other programs' work must not become the link's delay. Where this is refused the counters tell how late it was.
  sched_setscheduler(0, SCHED_RR, &(struct sched_param){.sched_priority = 2});

  int devices[2] = {make_device(arguments[1], arguments[3]), make_device(arguments[2], arguments[3])};
  struct direction ways[2];
  memset(ways, 0, sizeof ways);
  for (int i = 0; i < 2; i++) {
    ways[i].from = devices[i];
    ways[i].to = devices[1 - i];
    ways[i].ring = calloc(PACKETS_MAX, sizeof *ways[i].ring);
    ways[i].random_state = (seed + (uint64_t)i) * 0x9E3779B97F4A7C15u | 1;
    if (ways[i].ring == NULL) die("calloc");
  }
  printf("ready\n");
  fflush(stdout);
  run(ways, &settings);
  printf("{");
  print_counters("up", &ways[0]);
  printf(",");
  print_counters("down", &ways[1]);
  printf("}\n");
  return 0;
}

// What a program costs: `measure COMMAND [ARGUMENT…]` prints, as its last line on standard error, wall, user and system time
// in seconds and the peak of the resident set in MiB. A small parent, since the peak of a process begins with that of the
// one it was forked from, and nothing is loaded into the program that is measured.
//
//   cc -O2 -o measure measure.c && ./measure true
#define _GNU_SOURCE
#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double seconds(struct timespec time) { return time.tv_sec + time.tv_nsec / 1e9; }

static double secondsOf(struct timeval time) { return time.tv_sec + time.tv_usec / 1e6; }

int main(int argumentCount, char **arguments) {
  if (argumentCount < 2) {
    fprintf(stderr, "usage: measure COMMAND [ARGUMENT...]\n");
    return 2;
  }
  struct timespec start, end;
  clock_gettime(CLOCK_MONOTONIC, &start);
  pid_t child = fork();
  if (child == 0) {
    execvp(arguments[1], arguments + 1);
    perror(arguments[1]);
    _exit(127);
  }
  int status;
  struct rusage usage;
  if (child < 0 || wait4(child, &status, 0, &usage) != child) {
    perror("measure");
    return 1;
  }
  clock_gettime(CLOCK_MONOTONIC, &end);
  fprintf(stderr, "%.4f %.4f %.4f %.1f\n", seconds(end) - seconds(start), secondsOf(usage.ru_utime),
          secondsOf(usage.ru_stime), usage.ru_maxrss / 1024.0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}

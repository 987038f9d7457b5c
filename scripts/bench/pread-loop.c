/*
 * Reads a file over and over with several threads, each its own part in blocks into a ring of buffers, and prints the bandwidth in bytes per
 * second. With `direct` by O_DIRECT, into buffers in huge pages.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static int fd;
static size_t block, part;
static int loops, ring, is_direct;

/* All threads and main: their buffers are there. */
static pthread_barrier_t ready;

#define HUGE_PAGE (2u << 20)

static void *read_part(void *number) {
  off_t begin = (off_t)((size_t)number * part);
  void *buffer;
  size_t bytes = (block * (size_t)ring + HUGE_PAGE - 1) / HUGE_PAGE * HUGE_PAGE;
  if (posix_memalign(&buffer, HUGE_PAGE, bytes)) abort();
  if (is_direct) madvise(buffer, bytes, MADV_HUGEPAGE);
  memset(buffer, 1, bytes);
  pthread_barrier_wait(&ready);
  size_t turn = 0;
  for (int i = 0; i < loops; i++)
    for (size_t at = 0; at < part; at += block) {
      char *to = (char *)buffer + block * (turn++ % (size_t)ring);
      if (pread(fd, to, block, begin + (off_t)at) != (ssize_t)block) abort();
    }
  return NULL;
}

/* pread-loop FILE THREADS BLOCK_BYTES LOOPS RING_BLOCKS [direct]; the file's size is a multiple of threads x block. */
int main(int argc, char **argv) {
  if (argc < 6) return 2;
  is_direct = argc > 6 && !strcmp(argv[6], "direct");
  int threads = atoi(argv[2]);
  block = strtoul(argv[3], NULL, 10);
  loops = atoi(argv[4]);
  ring = atoi(argv[5]);
  fd = open(argv[1], O_RDONLY | (is_direct ? O_DIRECT : 0));
  struct stat stat;
  if (fd < 0 || fstat(fd, &stat)) return 1;
  part = (size_t)stat.st_size / (size_t)threads;
  pthread_t *running = calloc((size_t)threads, sizeof *running);
  struct timespec start, end;
  pthread_barrier_init(&ready, NULL, (unsigned)threads + 1);
  for (long i = 0; i < threads; i++) pthread_create(&running[i], NULL, read_part, (void *)i);
  pthread_barrier_wait(&ready);
  clock_gettime(CLOCK_MONOTONIC, &start);
  for (int i = 0; i < threads; i++) pthread_join(running[i], NULL);
  clock_gettime(CLOCK_MONOTONIC, &end);
  double seconds = (double)(end.tv_sec - start.tv_sec) + (double)(end.tv_nsec - start.tv_nsec) / 1e9;
  printf("%.0f\n", (double)part * threads * loops / seconds);
  return 0;
}

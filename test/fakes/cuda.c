/*
 * A stand-in for libcuda.so.1, for tests on machines without a GPU. Its devices' memory is this process's.
 *
 *   cc -shared -fPIC -o libcuda.so.1 cuda.c -ldl -lpthread     the library
 *   -DcuMemHostRegister_v2=gone                                leaves that function out, as an older driver does
 *
 * What it does is read from <library>.script beside it, a line each, # for comments:
 *
 *   gpus 2                        default 1; CUDA_VISIBLE_DEVICES leaves those whose numbers it has, in its order
 *   name GPU TEXT
 *   bus GPU NUMBER                its PCI bus, by default 4 + GPU
 *   memory BYTES                  of each device; cuMemAlloc says OUT_OF_MEMORY beyond
 *   copy_us MICROSECONDS          so long does each copy to the device take
 *   corrupt NUMBER                the copy of that number (from 1) brings one wrong bit
 *   fail FUNCTION CODE [AFTER]    that function answers with that code, after AFTER calls that succeed
 *
 * Stricter than the driver: a copy to the device must come from memory that is registered as a whole, which the driver would copy by way
 * of memory of its own. Copies are done as late as is allowed, when the stream or an event is waited for: whoever changes the memory too
 * early has the wrong bytes on the device. Device addresses are no addresses of the host.
 *
 * What was done is written to <library>.log, a line each: `copy BYTES CRC32`, `register BYTES`, `unregister`, `alloc BYTES`, `free`,
 * `retain GPU`, `release GPU`, `stream`, `stream_end`, `event`, `event_end`.
 *
 * The declarations follow NVIDIA's public cuda.h (12): types, order and numbers only.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <pthread.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

typedef int CUresult;
typedef int CUdevice;
typedef unsigned long long CUdeviceptr;
typedef struct context *CUcontext;
typedef struct stream *CUstream;
typedef struct event *CUevent;
typedef struct {
  char bytes[16];
} CUuuid;

enum {
  SUCCESS = 0,
  INVALID_VALUE = 1,
  OUT_OF_MEMORY = 2,
  NOT_INITIALIZED = 3,
  NO_DEVICE = 100,
  INVALID_DEVICE = 101,
  INVALID_CONTEXT = 201,
  INVALID_HANDLE = 400,
  NOT_READY = 600,
  HOST_MEMORY_ALREADY_REGISTERED = 712,
  HOST_MEMORY_NOT_REGISTERED = 713,
};

#define MOST 64
#define MOST_OPERATIONS 65536
/* Added to an address of the host: nothing that a processor could follow. */
#define DEVICE_SIDE (1ull << 50)

struct context {
  int gpu;
  int retained;
};

struct event {
  int pending, recorded;
  double atMs;
};

/* Either a copy or, with an event, the noting of the time. */
struct operation {
  CUdeviceptr to;
  const void *from;
  size_t bytes;
  struct event *event;
};

struct stream {
  int count;
  struct operation operations[MOST_OPERATIONS];
};

struct range {
  uintptr_t address;
  size_t bytes;
};

static struct {
  int gpus;
  char names[MOST][96];
  int buses[MOST];
  unsigned long long memory;
  long copyUs, corrupt;
  struct {
    char function[64];
    int code;
    long after;
  } fails[MOST];
  int failCount;
} script = {.gpus = 1, .memory = 1ull << 40};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int started, visible[MOST], visibleCount;
static struct context contexts[MOST];
static struct range registered[MOST], allocated[MOST];
static unsigned long long allocatedBytes;
static long copies;
static char logPath[4096];
static __thread struct context *current;

static void writeLog(const char *line) {
  FILE *file = fopen(logPath, "a");
  if (file == NULL) return;
  fprintf(file, "%s\n", line);
  fclose(file);
}

#define LOG(...)                               \
  do {                                         \
    char line[128];                            \
    snprintf(line, sizeof line, __VA_ARGS__);  \
    writeLog(line);                            \
  } while (0)

static double nowMs(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static uint32_t crc32(const unsigned char *bytes, size_t count) {
  static uint32_t table[256];
  if (table[1] == 0)
    for (uint32_t i = 0; i < 256; i++) {
      uint32_t c = i;
      for (int bit = 0; bit < 8; bit++) c = c & 1 ? c >> 1 ^ 0xedb88320u : c >> 1;
      table[i] = c;
    }
  uint32_t sum = ~0u;
  for (size_t i = 0; i < count; i++) sum = table[(sum ^ bytes[i]) & 255] ^ sum >> 8;
  return ~sum;
}

static void readLine(const char *line) {
  char first[64] = "", second[64] = "", third[64] = "", last[64] = "";
  int words = sscanf(line, "%63s %63s %63s %63s", first, second, third, last);
  if (words < 2 || first[0] == '#') return;
  int gpu = atoi(second);
  if (!strcmp(first, "gpus")) script.gpus = gpu;
  if (!strcmp(first, "name")) snprintf(script.names[gpu], 96, "%s", strstr(line, third));
  if (!strcmp(first, "bus")) script.buses[gpu] = atoi(third);
  if (!strcmp(first, "memory")) script.memory = strtoull(second, NULL, 10);
  if (!strcmp(first, "copy_us")) script.copyUs = atol(second);
  if (!strcmp(first, "corrupt")) script.corrupt = atol(second);
  if (!strcmp(first, "fail")) {
    snprintf(script.fails[script.failCount].function, 64, "%s", second);
    script.fails[script.failCount].code = atoi(third);
    script.fails[script.failCount++].after = atol(last);
  }
}

__attribute__((constructor)) static void load(void) {
  Dl_info info;
  char path[4096], line[256];
  for (int gpu = 0; gpu < MOST; gpu++) {
    snprintf(script.names[gpu], 96, "NVIDIA Fake %d", gpu);
    script.buses[gpu] = 4 + gpu;
    contexts[gpu].gpu = gpu;
  }
  if (!dladdr((void *)load, &info)) return;
  snprintf(logPath, sizeof logPath, "%s.log", info.dli_fname);
  snprintf(path, sizeof path, "%s.script", info.dli_fname);
  FILE *file = fopen(path, "r");
  if (file == NULL) return;
  while (fgets(line, sizeof line, file)) {
    line[strcspn(line, "\n")] = 0;
    readLine(line);
  }
  fclose(file);
}

/* What each call does first: fail as the script says. */
static CUresult enter(const char *function) {
  for (int i = 0; i < script.failCount; i++)
    if (!strcmp(script.fails[i].function, function) && script.fails[i].after-- <= 0) return script.fails[i].code;
  if (!started && strcmp(function, "cuInit")) return NOT_INITIALIZED;
  return SUCCESS;
}

#define ENTER(name)                        \
  do {                                     \
    pthread_mutex_lock(&lock);             \
    CUresult code = enter(#name);          \
    pthread_mutex_unlock(&lock);           \
    if (code != SUCCESS) return code;      \
  } while (0)

/* The calls that work in the calling thread's context. */
#define ENTER_CONTEXT(name)                                                        \
  do {                                                                             \
    ENTER(name);                                                                   \
    if (current == NULL || current->retained == 0) return INVALID_CONTEXT;         \
  } while (0)

static struct range *find(struct range *ranges, uintptr_t address) {
  for (int i = 0; i < MOST; i++)
    if (ranges[i].bytes > 0 && ranges[i].address == address) return &ranges[i];
  return NULL;
}

static struct range *vacant(struct range *ranges) {
  for (int i = 0; i < MOST; i++)
    if (ranges[i].bytes == 0) return &ranges[i];
  abort();
}

/* Whether one range holds all of it. */
static int holds(const struct range *ranges, uintptr_t address, size_t bytes) {
  for (int i = 0; i < MOST; i++)
    if (ranges[i].bytes > 0 && address >= ranges[i].address &&
        address + bytes <= ranges[i].address + ranges[i].bytes)
      return 1;
  return 0;
}

CUresult cuInit(unsigned int flags) {
  ENTER(cuInit);
  if (flags != 0) return INVALID_VALUE;
  pthread_mutex_lock(&lock);
  const char *chosen = getenv("CUDA_VISIBLE_DEVICES");
  visibleCount = 0;
  if (chosen == NULL) {
    for (int gpu = 0; gpu < script.gpus; gpu++) visible[visibleCount++] = gpu;
  } else {
    char text[256];
    snprintf(text, sizeof text, "%s", chosen);
    for (char *word = strtok(text, ","); word != NULL; word = strtok(NULL, ",")) {
      if (word[0] < '0' || word[0] > '9' || atoi(word) >= script.gpus) break;
      visible[visibleCount++] = atoi(word);
    }
  }
  started = visibleCount > 0;
  pthread_mutex_unlock(&lock);
  return started ? SUCCESS : NO_DEVICE;
}

CUresult cuDriverGetVersion(int *out) {
  ENTER(cuDriverGetVersion);
  *out = 12080;
  return SUCCESS;
}

static const struct {
  int code;
  const char *name, *words;
} errors[] = {
  {INVALID_VALUE, "CUDA_ERROR_INVALID_VALUE", "invalid argument"},
  {OUT_OF_MEMORY, "CUDA_ERROR_OUT_OF_MEMORY", "out of memory"},
  {NOT_INITIALIZED, "CUDA_ERROR_NOT_INITIALIZED", "initialization error"},
  {NO_DEVICE, "CUDA_ERROR_NO_DEVICE", "no CUDA-capable device is detected"},
  {INVALID_DEVICE, "CUDA_ERROR_INVALID_DEVICE", "invalid device ordinal"},
  {INVALID_CONTEXT, "CUDA_ERROR_INVALID_CONTEXT", "invalid device context"},
  {INVALID_HANDLE, "CUDA_ERROR_INVALID_HANDLE", "invalid resource handle"},
  {NOT_READY, "CUDA_ERROR_NOT_READY", "device not ready"},
  {700, "CUDA_ERROR_ILLEGAL_ADDRESS", "an illegal memory access was encountered"},
  {HOST_MEMORY_ALREADY_REGISTERED, "CUDA_ERROR_HOST_MEMORY_ALREADY_REGISTERED", "part or all of the requested memory range is already mapped"},
  {HOST_MEMORY_NOT_REGISTERED, "CUDA_ERROR_HOST_MEMORY_NOT_REGISTERED", "pointer does not correspond to a registered memory region"},
  {802, "CUDA_ERROR_SYSTEM_NOT_READY", "system not yet initialized"},
};

static CUresult describe(int code, const char **out, int wantsName) {
  *out = NULL;
  for (size_t i = 0; i < sizeof errors / sizeof *errors; i++)
    if (errors[i].code == code) *out = wantsName ? errors[i].name : errors[i].words;
  return *out == NULL ? INVALID_VALUE : SUCCESS;
}

CUresult cuGetErrorName(CUresult code, const char **out) { return describe(code, out, 1); }
CUresult cuGetErrorString(CUresult code, const char **out) { return describe(code, out, 0); }

CUresult cuDeviceGetCount(int *out) {
  ENTER(cuDeviceGetCount);
  *out = visibleCount;
  return SUCCESS;
}

CUresult cuDeviceGet(CUdevice *out, int ordinal) {
  ENTER(cuDeviceGet);
  if (ordinal < 0 || ordinal >= visibleCount) return INVALID_DEVICE;
  *out = visible[ordinal];
  return SUCCESS;
}

CUresult cuDeviceGetName(char *out, int size, CUdevice device) {
  ENTER(cuDeviceGetName);
  snprintf(out, (size_t)size, "%s", script.names[device]);
  return SUCCESS;
}

CUresult cuDeviceGetPCIBusId(char *out, int size, CUdevice device) {
  ENTER(cuDeviceGetPCIBusId);
  snprintf(out, (size_t)size, "0000:%02X:00.0", script.buses[device]);
  return SUCCESS;
}

/* As in nvml.c, where GPUs are numbered by bus. */
CUresult cuDeviceGetUuid_v2(CUuuid *out, CUdevice device) {
  ENTER(cuDeviceGetUuid_v2);
  static const unsigned char tail[] = {0, 0, 0x40, 0, 0x80, 0, 0, 0, 0, 0, 0, 0};
  uint32_t first = 0x1b0c0000u + (uint32_t)(script.buses[device] - 4);
  for (int i = 0; i < 4; i++) out->bytes[i] = (char)(first >> (24 - 8 * i));
  memcpy(out->bytes + 4, tail, sizeof tail);
  return SUCCESS;
}

CUresult cuDevicePrimaryCtxRetain(CUcontext *out, CUdevice device) {
  ENTER(cuDevicePrimaryCtxRetain);
  contexts[device].retained++;
  *out = &contexts[device];
  LOG("retain %d", device);
  return SUCCESS;
}

CUresult cuDevicePrimaryCtxRelease_v2(CUdevice device) {
  ENTER(cuDevicePrimaryCtxRelease_v2);
  if (contexts[device].retained == 0) return INVALID_CONTEXT;
  contexts[device].retained--;
  LOG("release %d", device);
  return SUCCESS;
}

CUresult cuCtxSetCurrent(CUcontext context) {
  ENTER(cuCtxSetCurrent);
  current = context;
  return SUCCESS;
}

CUresult cuMemAlloc_v2(CUdeviceptr *out, size_t bytes) {
  ENTER_CONTEXT(cuMemAlloc_v2);
  if (bytes == 0) return INVALID_VALUE;
  if (allocatedBytes + bytes > script.memory) return OUT_OF_MEMORY;
  void *memory = aligned_alloc(256, (bytes + 255) / 256 * 256);
  if (memory == NULL) return OUT_OF_MEMORY;
  pthread_mutex_lock(&lock);
  *vacant(allocated) = (struct range){(uintptr_t)memory + DEVICE_SIDE, bytes};
  allocatedBytes += bytes;
  pthread_mutex_unlock(&lock);
  *out = (uintptr_t)memory + DEVICE_SIDE;
  LOG("alloc %zu", bytes);
  return SUCCESS;
}

CUresult cuMemFree_v2(CUdeviceptr place) {
  ENTER_CONTEXT(cuMemFree_v2);
  pthread_mutex_lock(&lock);
  struct range *range = find(allocated, (uintptr_t)place);
  if (range != NULL) {
    allocatedBytes -= range->bytes;
    range->bytes = 0;
    free((void *)(uintptr_t)(place - DEVICE_SIDE));
  }
  pthread_mutex_unlock(&lock);
  if (range == NULL) return INVALID_VALUE;
  LOG("free");
  return SUCCESS;
}

CUresult cuMemHostRegister_v2(void *address, size_t bytes, unsigned int flags) {
  ENTER_CONTEXT(cuMemHostRegister_v2);
  if (bytes == 0 || (flags & ~0xfu) != 0) return INVALID_VALUE;
  pthread_mutex_lock(&lock);
  int known = find(registered, (uintptr_t)address) != NULL;
  if (!known) *vacant(registered) = (struct range){(uintptr_t)address, bytes};
  pthread_mutex_unlock(&lock);
  if (known) return HOST_MEMORY_ALREADY_REGISTERED;
  LOG("register %zu", bytes);
  return SUCCESS;
}

CUresult cuMemHostUnregister(void *address) {
  ENTER_CONTEXT(cuMemHostUnregister);
  pthread_mutex_lock(&lock);
  struct range *range = find(registered, (uintptr_t)address);
  if (range != NULL) range->bytes = 0;
  pthread_mutex_unlock(&lock);
  if (range == NULL) return HOST_MEMORY_NOT_REGISTERED;
  LOG("unregister");
  return SUCCESS;
}

/* Does what is waiting, up to an event; NULL: all of it. */
static CUresult drain(struct stream *stream, const struct event *until) {
  int i = 0;
  for (int isThere = 0; i < stream->count && !isThere; i++) {
    struct operation *operation = &stream->operations[i];
    if (operation->event != NULL) {
      operation->event->atMs = nowMs();
      operation->event->pending = 0;
      operation->event->recorded = 1;
      isThere = operation->event == until;
      continue;
    }
    /* Memory that was unpinned, or freed, while a copy from it was under way. */
    if (!holds(registered, (uintptr_t)operation->from, operation->bytes)) return 700;
    if (!holds(allocated, (uintptr_t)operation->to, operation->bytes)) return 700;
    if (script.copyUs > 0) usleep((useconds_t)script.copyUs);
    unsigned char *to = (unsigned char *)(uintptr_t)(operation->to - DEVICE_SIDE);
    memcpy(to, operation->from, operation->bytes);
    if (++copies == script.corrupt) to[0] ^= 1;
    LOG("copy %zu %08x", operation->bytes, crc32(to, operation->bytes));
  }
  stream->count -= i;
  memmove(stream->operations, stream->operations + i, (size_t)stream->count * sizeof *stream->operations);
  return SUCCESS;
}

CUresult cuMemcpyHtoDAsync_v2(CUdeviceptr to, const void *from, size_t bytes, CUstream stream) {
  ENTER_CONTEXT(cuMemcpyHtoDAsync_v2);
  if (stream == NULL || stream->count == MOST_OPERATIONS) return INVALID_HANDLE;
  if (!holds(registered, (uintptr_t)from, bytes) || !holds(allocated, (uintptr_t)to, bytes)) return INVALID_VALUE;
  stream->operations[stream->count++] = (struct operation){to, from, bytes, NULL};
  return SUCCESS;
}

CUresult cuMemcpyDtoH_v2(void *to, CUdeviceptr from, size_t bytes) {
  ENTER_CONTEXT(cuMemcpyDtoH_v2);
  if (!holds(allocated, (uintptr_t)from, bytes)) return INVALID_VALUE;
  memcpy(to, (void *)(uintptr_t)(from - DEVICE_SIDE), bytes);
  return SUCCESS;
}

CUresult cuStreamCreate(CUstream *out, unsigned int flags) {
  ENTER_CONTEXT(cuStreamCreate);
  if (flags > 1) return INVALID_VALUE;
  *out = calloc(1, sizeof **out);
  if (*out == NULL) return OUT_OF_MEMORY;
  LOG("stream");
  return SUCCESS;
}

CUresult cuStreamSynchronize(CUstream stream) {
  ENTER_CONTEXT(cuStreamSynchronize);
  return drain(stream, NULL);
}

CUresult cuStreamDestroy_v2(CUstream stream) {
  ENTER_CONTEXT(cuStreamDestroy_v2);
  free(stream);
  LOG("stream_end");
  return SUCCESS;
}

CUresult cuEventCreate(CUevent *out, unsigned int flags) {
  ENTER_CONTEXT(cuEventCreate);
  if (flags > 3) return INVALID_VALUE;
  *out = calloc(1, sizeof **out);
  if (*out == NULL) return OUT_OF_MEMORY;
  LOG("event");
  return SUCCESS;
}

/* The stream that an event waits in: one at a time is enough here. */
static __thread struct stream *waitingIn;

CUresult cuEventRecord(CUevent event, CUstream stream) {
  ENTER_CONTEXT(cuEventRecord);
  if (stream == NULL || stream->count == MOST_OPERATIONS) return INVALID_HANDLE;
  event->pending = 1;
  waitingIn = stream;
  stream->operations[stream->count++] = (struct operation){0, NULL, 0, event};
  return SUCCESS;
}

CUresult cuEventSynchronize(CUevent event) {
  ENTER_CONTEXT(cuEventSynchronize);
  return event->pending ? drain(waitingIn, event) : SUCCESS;
}

CUresult cuEventElapsedTime(float *out, CUevent start, CUevent end) {
  ENTER_CONTEXT(cuEventElapsedTime);
  if (start->pending || end->pending) return NOT_READY;
  if (!start->recorded || !end->recorded) return INVALID_HANDLE;
  *out = (float)(end->atMs - start->atMs);
  return SUCCESS;
}

CUresult cuEventDestroy_v2(CUevent event) {
  ENTER_CONTEXT(cuEventDestroy_v2);
  free(event);
  LOG("event_end");
  return SUCCESS;
}

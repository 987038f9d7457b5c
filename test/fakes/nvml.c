/*
 * A stand-in for libnvidia-ml.so.1, for tests on machines without a GPU.
 *
 *   cc -shared -fPIC -o libnvidia-ml.so.1 nvml.c -ldl     the library
 *   cc -DPRINT_LAYOUTS -o layouts nvml.c -ldl             a program that prints the layout of each struct
 *   -DnvmlDeviceGetPowerUsage=gone                        leaves that function out, as an older driver does
 *
 * What it says is read from <library>.script beside it, a line each, # for comments, GPU * for all:
 *
 *   gpus 8
 *   set GPU KEY NUMBER              KEY as in the table `keys`
 *   name GPU TEXT
 *   fail FUNCTION GPU CODE          that function answers with that return code
 *   slow FUNCTION MS                so long does it take; * for all
 *   process GPU KIND PID BYTES      KIND compute, graphics or mps; BYTES -1: not told
 *   stride BYTES                    of the entries that the _v3 process functions write: 16, 24 or 32
 *
 * A GPU whose number stands in <library>.lost is lost from then on: every call for it says GPU_IS_LOST. While there is a file
 * <library>.stuck, every call takes 5 s.
 *
 * The declarations follow NVIDIA's public nvml.h (12 and 13): types, order and numbers only.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

typedef int nvmlReturn_t;
typedef struct handle *nvmlDevice_t;

enum {
  SUCCESS = 0,
  UNINITIALIZED = 1,
  INVALID_ARGUMENT = 2,
  NOT_SUPPORTED = 3,
  NOT_FOUND = 6,
  INSUFFICIENT_SIZE = 7,
  GPU_IS_LOST = 15,
  ARGUMENT_VERSION_MISMATCH = 25,
};

typedef struct {
  char busIdLegacy[16];
  unsigned int domain, bus, device, pciDeviceId, pciSubSystemId;
  char busId[32];
} nvmlPciInfo_t;

typedef struct {
  unsigned long long total, free, used;
} nvmlMemory_t;

typedef struct {
  unsigned int version;
  unsigned long long total, reserved, free, used;
} nvmlMemory_v2_t;

typedef struct {
  unsigned int gpu, memory;
} nvmlUtilization_t;

typedef struct {
  unsigned int version;
  int sensorType;
  int temperature;
} nvmlTemperature_v1_t;

typedef union {
  double dVal;
  int siVal;
  unsigned int uiVal;
  unsigned long ulVal;
  unsigned long long ullVal;
  signed long long sllVal;
  unsigned short usVal;
} nvmlValue_t;

typedef struct {
  unsigned int fieldId, scopeId;
  long long timestamp, latencyUsec;
  int valueType;
  nvmlReturn_t nvmlReturn;
  nvmlValue_t value;
} nvmlFieldValue_t;

typedef struct {
  unsigned int pid;
  unsigned long long usedGpuMemory;
} nvmlProcessInfo_v1_t;

typedef struct {
  unsigned int pid;
  unsigned long long usedGpuMemory;
  unsigned int gpuInstanceId, computeInstanceId;
} nvmlProcessInfo_v2_t;

typedef struct {
  unsigned int pid;
  unsigned long long usedGpuMemory;
  unsigned int gpuInstanceId, computeInstanceId;
  unsigned long long usedGpuCcProtectedMemory;
} nvmlProcessDetail_v1_t;

#define MOST_GPUS 16
#define MOST_MIG 7
#define MOST_RULES 64
#define MOST_PROCESSES 4096
#define MIB (1024ull * 1024)

/* Figures of a GPU, by the names that the script has for them, with their defaults. */
enum key {
  MEMORY_TOTAL_MIB, MEMORY_USED_MIB, MEMORY_RESERVED_MIB, UTILIZATION, MEMORY_UTILIZATION, POWER_MW, POWER_INSTANT_MW,
  POWER_LIMIT_MW, ENERGY_START_MJ, ENERGY_STEP_MS, TEMPERATURE, MEMORY_TEMPERATURE, SM_CLOCK, MEMORY_CLOCK, MAX_SM_CLOCK,
  MAX_MEMORY_CLOCK, REASONS, FAN, PSTATE, COMPUTE_MODE, ARCHITECTURE, PCIE_GENERATION, MAX_PCIE_GENERATION, PCIE_WIDTH,
  MAX_PCIE_WIDTH, PCIE_TX, PCIE_RX, NVLINKS, NVLINKS_DOWN, ECC, ECC_CORRECTED, ECC_UNCORRECTED, MIG, KEYS
};
static const struct {
  const char *name;
  long long value;
} keys[KEYS] = {
  {"memory_total_mib", 81559}, {"memory_used_mib", 1024}, {"memory_reserved_mib", 551}, {"utilization", 37},
  {"memory_utilization", 21}, {"power_mw", 300500}, {"power_instant_mw", 310250}, {"power_limit_mw", 700000},
  {"energy_start_mj", 5000000}, {"energy_step_ms", 100}, {"temperature", 41}, {"memory_temperature", 52},
  {"sm_clock", 1980}, {"memory_clock", 2619}, {"max_sm_clock", 1980}, {"max_memory_clock", 2619}, {"reasons", 0},
  {"fan", -1}, {"pstate", 0}, {"compute_mode", 0}, {"architecture", 9}, {"pcie_generation", 5},
  {"max_pcie_generation", 5}, {"pcie_width", 16}, {"max_pcie_width", 16}, {"pcie_tx", 1500}, {"pcie_rx", 2500},
  {"nvlinks", 18}, {"nvlinks_down", 0}, {"ecc", 1}, {"ecc_corrected", 0}, {"ecc_uncorrected", 0}, {"mig", 0},
};

struct handle {
  int gpu;
  int mig; /* -1: the whole GPU */
};

static struct {
  int gpus;
  char names[MOST_GPUS][96];
  long long values[MOST_GPUS][KEYS];
  struct {
    char function[64];
    int gpu;
    int code;
  } fails[MOST_RULES];
  int failCount;
  struct {
    char function[64];
    int ms;
  } slows[MOST_RULES];
  int slowCount;
  struct {
    int gpu;
    char kind[16];
    unsigned int pid;
    long long bytes;
  } processes[MOST_PROCESSES];
  int processCount;
  int stride;
} script;
static struct handle whole[MOST_GPUS];
static struct handle parts[MOST_GPUS][MOST_MIG];
static char lostPath[4096], stuckPath[4096];
static int started;
static double startedAt;

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void readLine(const char *line) {
  char first[64] = "", second[64] = "", third[64] = "", last[64] = "";
  int words = sscanf(line, "%63s %63s %63s %63s", first, second, third, last);
  if (words < 2 || first[0] == '#') return;
  if (!strcmp(first, "gpus")) script.gpus = atoi(second);
  if (!strcmp(first, "stride")) script.stride = atoi(second);
  if (!strcmp(first, "slow")) {
    snprintf(script.slows[script.slowCount].function, 64, "%s", second);
    script.slows[script.slowCount++].ms = atoi(third);
  }
  if (!strcmp(first, "fail")) {
    snprintf(script.fails[script.failCount].function, 64, "%s", second);
    script.fails[script.failCount].gpu = third[0] == '*' ? -1 : atoi(third);
    script.fails[script.failCount++].code = atoi(last);
  }
  if (!strcmp(first, "process")) {
    sscanf(line, "process %d %15s %u %lld", &script.processes[script.processCount].gpu,
           script.processes[script.processCount].kind, &script.processes[script.processCount].pid,
           &script.processes[script.processCount].bytes);
    script.processCount++;
  }
  for (int gpu = 0; gpu < MOST_GPUS; gpu++) {
    if (second[0] != '*' && atoi(second) != gpu) continue;
    if (!strcmp(first, "name")) snprintf(script.names[gpu], 96, "%s", strstr(line, third));
    for (int key = 0; key < KEYS; key++)
      if (!strcmp(first, "set") && !strcmp(third, keys[key].name)) script.values[gpu][key] = atoll(last);
  }
}

__attribute__((constructor)) static void load(void) {
  Dl_info info;
  char path[4096], line[256];
  startedAt = now();
  script.gpus = 1;
  script.stride = (int)sizeof(nvmlProcessInfo_v2_t);
  for (int gpu = 0; gpu < MOST_GPUS; gpu++) {
    snprintf(script.names[gpu], 96, "NVIDIA Fake %d", gpu);
    whole[gpu] = (struct handle){gpu, -1};
    for (int mig = 0; mig < MOST_MIG; mig++) parts[gpu][mig] = (struct handle){gpu, mig};
    for (int key = 0; key < KEYS; key++) script.values[gpu][key] = keys[key].value;
  }
  if (!dladdr((void *)load, &info)) return;
  snprintf(lostPath, sizeof lostPath, "%s.lost", info.dli_fname);
  snprintf(stuckPath, sizeof stuckPath, "%s.stuck", info.dli_fname);
  snprintf(path, sizeof path, "%s.script", info.dli_fname);
  FILE *file = fopen(path, "r");
  if (file == NULL) return;
  while (fgets(line, sizeof line, file)) {
    line[strcspn(line, "\n")] = 0;
    readLine(line);
  }
  fclose(file);
}

static int isLost(int gpu) {
  char text[256] = "";
  FILE *file = fopen(lostPath, "r");
  if (file == NULL) return 0;
  if (fgets(text, sizeof text, file) == NULL) text[0] = 0;
  fclose(file);
  for (char *word = strtok(text, " \n"); word != NULL; word = strtok(NULL, " \n"))
    if (atoi(word) == gpu) return 1;
  return 0;
}

/* What each call does first: be slow, fail as the script says. `device` NULL: a call for no GPU. */
static nvmlReturn_t enter(const char *function, nvmlDevice_t device, int takesParts) {
  for (int i = 0; i < script.slowCount; i++)
    if (script.slows[i].function[0] == '*' || !strcmp(script.slows[i].function, function))
      usleep((useconds_t)script.slows[i].ms * 1000);
  if (access(stuckPath, F_OK) == 0) usleep(5000000);
  if (!started) return UNINITIALIZED;
  for (int i = 0; i < script.failCount; i++)
    if (!strcmp(script.fails[i].function, function) &&
        (script.fails[i].gpu < 0 || (device != NULL && script.fails[i].gpu == device->gpu)))
      return script.fails[i].code;
  if (device == NULL) return SUCCESS;
  if (isLost(device->gpu)) return GPU_IS_LOST;
  return device->mig >= 0 && !takesParts ? NOT_SUPPORTED : SUCCESS;
}

#define ENTER(name, device, takesParts)                    \
  do {                                                     \
    nvmlReturn_t code = enter(#name, device, takesParts);  \
    if (code != SUCCESS) return code;                      \
  } while (0)

static long long valueOf(nvmlDevice_t device, enum key key) { return script.values[device->gpu][key]; }

/* A negative number in the script is a figure that this GPU does not have. */
static nvmlReturn_t give(nvmlDevice_t device, enum key key, unsigned int *out) {
  if (valueOf(device, key) < 0) return NOT_SUPPORTED;
  *out = (unsigned int)valueOf(device, key);
  return SUCCESS;
}

nvmlReturn_t nvmlInit_v2(void) {
  started++;
  nvmlReturn_t code = enter("nvmlInit_v2", NULL, 0);
  if (code != SUCCESS) started--;
  return code;
}

nvmlReturn_t nvmlShutdown(void) {
  ENTER(nvmlShutdown, NULL, 0);
  started--;
  return SUCCESS;
}

nvmlReturn_t nvmlSystemGetDriverVersion(char *out, unsigned int size) {
  ENTER(nvmlSystemGetDriverVersion, NULL, 0);
  snprintf(out, size, "570.86.15");
  return SUCCESS;
}

nvmlReturn_t nvmlSystemGetNVMLVersion(char *out, unsigned int size) {
  ENTER(nvmlSystemGetNVMLVersion, NULL, 0);
  snprintf(out, size, "12.570.86.15");
  return SUCCESS;
}

nvmlReturn_t nvmlSystemGetCudaDriverVersion_v2(int *out) {
  ENTER(nvmlSystemGetCudaDriverVersion_v2, NULL, 0);
  *out = 12080;
  return SUCCESS;
}

nvmlReturn_t nvmlDeviceGetCount_v2(unsigned int *out) {
  ENTER(nvmlDeviceGetCount_v2, NULL, 0);
  *out = (unsigned int)script.gpus;
  return SUCCESS;
}

nvmlReturn_t nvmlDeviceGetHandleByIndex_v2(unsigned int index, nvmlDevice_t *out) {
  if ((int)index >= script.gpus) return INVALID_ARGUMENT;
  ENTER(nvmlDeviceGetHandleByIndex_v2, &whole[index], 0);
  *out = &whole[index];
  return SUCCESS;
}

nvmlReturn_t nvmlDeviceGetName(nvmlDevice_t device, char *out, unsigned int size) {
  ENTER(nvmlDeviceGetName, device, 1);
  snprintf(out, size, "%s", script.names[device->gpu]);
  return SUCCESS;
}

nvmlReturn_t nvmlDeviceGetUUID(nvmlDevice_t device, char *out, unsigned int size) {
  ENTER(nvmlDeviceGetUUID, device, 1);
  if (device->mig < 0)
    snprintf(out, size, "GPU-%08x-0000-4000-8000-000000000000", 0x1b0c0000 + device->gpu);
  else
    snprintf(out, size, "MIG-%08x-%04x-4000-8000-000000000000", 0x1b0c0000 + device->gpu, device->mig + 1);
  return SUCCESS;
}

nvmlReturn_t nvmlDeviceGetPciInfo_v3(nvmlDevice_t device, nvmlPciInfo_t *out) {
  ENTER(nvmlDeviceGetPciInfo_v3, device, 0);
  memset(out, 0, sizeof *out);
  out->bus = (unsigned int)device->gpu + 4;
  snprintf(out->busIdLegacy, sizeof out->busIdLegacy, "0000:%02X:00.0", out->bus);
  snprintf(out->busId, sizeof out->busId, "00000000:%02X:00.0", out->bus);
  return SUCCESS;
}

nvmlReturn_t nvmlDeviceGetMemoryInfo(nvmlDevice_t device, nvmlMemory_t *out) {
  ENTER(nvmlDeviceGetMemoryInfo, device, 1);
  unsigned long long share = device->mig < 0 ? 1 : MOST_MIG;
  out->total = (unsigned long long)valueOf(device, MEMORY_TOTAL_MIB) * MIB / share;
  out->used = (unsigned long long)(valueOf(device, MEMORY_USED_MIB) + valueOf(device, MEMORY_RESERVED_MIB)) * MIB / share;
  out->free = out->total - out->used;
  return SUCCESS;
}

nvmlReturn_t nvmlDeviceGetMemoryInfo_v2(nvmlDevice_t device, nvmlMemory_v2_t *out) {
  ENTER(nvmlDeviceGetMemoryInfo_v2, device, 1);
  if (out->version != (sizeof *out | 2u << 24)) return ARGUMENT_VERSION_MISMATCH;
  unsigned long long share = device->mig < 0 ? 1 : MOST_MIG;
  out->total = (unsigned long long)valueOf(device, MEMORY_TOTAL_MIB) * MIB / share;
  out->reserved = (unsigned long long)valueOf(device, MEMORY_RESERVED_MIB) * MIB / share;
  out->used = (unsigned long long)valueOf(device, MEMORY_USED_MIB) * MIB / share;
  out->free = out->total - out->reserved - out->used;
  return SUCCESS;
}

nvmlReturn_t nvmlDeviceGetUtilizationRates(nvmlDevice_t device, nvmlUtilization_t *out) {
  ENTER(nvmlDeviceGetUtilizationRates, device, 0);
  if (give(device, UTILIZATION, &out->gpu) != SUCCESS) return NOT_SUPPORTED;
  return give(device, MEMORY_UTILIZATION, &out->memory);
}

nvmlReturn_t nvmlDeviceGetTotalEnergyConsumption(nvmlDevice_t device, unsigned long long *out) {
  ENTER(nvmlDeviceGetTotalEnergyConsumption, device, 0);
  long long stepMs = valueOf(device, ENERGY_STEP_MS);
  long long elapsedMs = (long long)((now() - startedAt) * 1000) / stepMs * stepMs;
  *out = (unsigned long long)(valueOf(device, ENERGY_START_MJ) + valueOf(device, POWER_MW) * elapsedMs / 1000);
  return SUCCESS;
}

nvmlReturn_t nvmlDeviceGetTemperature(nvmlDevice_t device, int sensor, unsigned int *out) {
  ENTER(nvmlDeviceGetTemperature, device, 0);
  return sensor == 0 ? give(device, TEMPERATURE, out) : INVALID_ARGUMENT;
}

nvmlReturn_t nvmlDeviceGetTemperatureV(nvmlDevice_t device, nvmlTemperature_v1_t *out) {
  ENTER(nvmlDeviceGetTemperatureV, device, 0);
  if (out->version != (sizeof *out | 1u << 24)) return ARGUMENT_VERSION_MISMATCH;
  return give(device, TEMPERATURE, (unsigned int *)&out->temperature);
}

nvmlReturn_t nvmlDeviceGetFieldValues(nvmlDevice_t device, int count, nvmlFieldValue_t *values) {
  ENTER(nvmlDeviceGetFieldValues, device, 0);
  for (int i = 0; i < count; i++) {
    unsigned int number = 0;
    values[i].valueType = 1;
    switch (values[i].fieldId) {
      case 82: values[i].nvmlReturn = give(device, MEMORY_TEMPERATURE, &number); break;
      case 90: /* The same figure as another type of value. */
        values[i].valueType = 3;
        values[i].value.ullVal = 26562;
        values[i].nvmlReturn = valueOf(device, NVLINKS) > 0 ? SUCCESS : NOT_SUPPORTED;
        continue;
      case 186: values[i].nvmlReturn = give(device, POWER_INSTANT_MW, &number); break;
      default: values[i].nvmlReturn = NOT_SUPPORTED;
    }
    values[i].value.uiVal = number;
  }
  return SUCCESS;
}

/* The calls that give one figure. */
#define FIGURE(name, key)                                            \
  nvmlReturn_t name(nvmlDevice_t device, unsigned int *out) {        \
    ENTER(name, device, 0);                                          \
    return give(device, key, out);                                   \
  }
FIGURE(nvmlDeviceGetArchitecture, ARCHITECTURE)
FIGURE(nvmlDeviceGetPowerUsage, POWER_MW)
FIGURE(nvmlDeviceGetEnforcedPowerLimit, POWER_LIMIT_MW)
FIGURE(nvmlDeviceGetFanSpeed, FAN)
FIGURE(nvmlDeviceGetPerformanceState, PSTATE)
FIGURE(nvmlDeviceGetComputeMode, COMPUTE_MODE)
FIGURE(nvmlDeviceGetCurrPcieLinkGeneration, PCIE_GENERATION)
FIGURE(nvmlDeviceGetMaxPcieLinkGeneration, MAX_PCIE_GENERATION)
FIGURE(nvmlDeviceGetCurrPcieLinkWidth, PCIE_WIDTH)
FIGURE(nvmlDeviceGetMaxPcieLinkWidth, MAX_PCIE_WIDTH)

nvmlReturn_t nvmlDeviceGetClockInfo(nvmlDevice_t device, int type, unsigned int *out) {
  ENTER(nvmlDeviceGetClockInfo, device, 0);
  return give(device, type == 2 ? MEMORY_CLOCK : SM_CLOCK, out);
}

nvmlReturn_t nvmlDeviceGetMaxClockInfo(nvmlDevice_t device, int type, unsigned int *out) {
  ENTER(nvmlDeviceGetMaxClockInfo, device, 0);
  return give(device, type == 2 ? MAX_MEMORY_CLOCK : MAX_SM_CLOCK, out);
}

nvmlReturn_t nvmlDeviceGetCurrentClocksEventReasons(nvmlDevice_t device, unsigned long long *out) {
  ENTER(nvmlDeviceGetCurrentClocksEventReasons, device, 0);
  *out = (unsigned long long)valueOf(device, REASONS);
  return SUCCESS;
}

nvmlReturn_t nvmlDeviceGetCurrentClocksThrottleReasons(nvmlDevice_t device, unsigned long long *out) {
  ENTER(nvmlDeviceGetCurrentClocksThrottleReasons, device, 0);
  *out = (unsigned long long)valueOf(device, REASONS);
  return SUCCESS;
}

nvmlReturn_t nvmlDeviceGetPcieThroughput(nvmlDevice_t device, int counter, unsigned int *out) {
  ENTER(nvmlDeviceGetPcieThroughput, device, 0);
  return give(device, counter == 0 ? PCIE_TX : PCIE_RX, out);
}

nvmlReturn_t nvmlDeviceGetNvLinkState(nvmlDevice_t device, unsigned int link, int *out) {
  ENTER(nvmlDeviceGetNvLinkState, device, 0);
  if (valueOf(device, NVLINKS) == 0) return NOT_SUPPORTED;
  if ((long long)link >= valueOf(device, NVLINKS)) return INVALID_ARGUMENT;
  *out = (long long)link >= valueOf(device, NVLINKS_DOWN);
  return SUCCESS;
}

nvmlReturn_t nvmlDeviceGetNvLinkVersion(nvmlDevice_t device, unsigned int link, unsigned int *out) {
  ENTER(nvmlDeviceGetNvLinkVersion, device, 0);
  (void)link;
  *out = 4;
  return SUCCESS;
}

nvmlReturn_t nvmlDeviceGetEccMode(nvmlDevice_t device, int *current, int *pending) {
  ENTER(nvmlDeviceGetEccMode, device, 0);
  if (valueOf(device, ECC) < 0) return NOT_SUPPORTED;
  *current = *pending = (int)valueOf(device, ECC);
  return SUCCESS;
}

nvmlReturn_t nvmlDeviceGetTotalEccErrors(nvmlDevice_t device, int kind, int since, unsigned long long *out) {
  ENTER(nvmlDeviceGetTotalEccErrors, device, 0);
  if (valueOf(device, ECC) <= 0) return NOT_SUPPORTED;
  /* Over the card's life there were 10 more. */
  *out = (unsigned long long)valueOf(device, kind == 0 ? ECC_CORRECTED : ECC_UNCORRECTED) + (since == 1 ? 10 : 0);
  return SUCCESS;
}

nvmlReturn_t nvmlDeviceGetMigMode(nvmlDevice_t device, unsigned int *current, unsigned int *pending) {
  ENTER(nvmlDeviceGetMigMode, device, 0);
  if (valueOf(device, MIG) < 0) return NOT_SUPPORTED;
  *current = *pending = valueOf(device, MIG) > 0;
  return SUCCESS;
}

nvmlReturn_t nvmlDeviceGetMaxMigDeviceCount(nvmlDevice_t device, unsigned int *out) {
  ENTER(nvmlDeviceGetMaxMigDeviceCount, device, 0);
  *out = MOST_MIG;
  return SUCCESS;
}

nvmlReturn_t nvmlDeviceGetMigDeviceHandleByIndex(nvmlDevice_t device, unsigned int index, nvmlDevice_t *out) {
  ENTER(nvmlDeviceGetMigDeviceHandleByIndex, device, 0);
  /* The parts have even numbers: there are gaps, as on a real GPU. */
  if (index % 2 == 1 || (long long)index / 2 >= valueOf(device, MIG)) return NOT_FOUND;
  *out = &parts[device->gpu][index];
  return SUCCESS;
}

nvmlReturn_t nvmlDeviceGetGpuInstanceId(nvmlDevice_t device, unsigned int *out) {
  ENTER(nvmlDeviceGetGpuInstanceId, device, 1);
  if (device->mig < 0) return NOT_SUPPORTED;
  *out = (unsigned int)device->mig + 7;
  return SUCCESS;
}

nvmlReturn_t nvmlDeviceGetComputeInstanceId(nvmlDevice_t device, unsigned int *out) {
  ENTER(nvmlDeviceGetComputeInstanceId, device, 1);
  if (device->mig < 0) return NOT_SUPPORTED;
  *out = 0;
  return SUCCESS;
}

static nvmlReturn_t giveProcesses(nvmlDevice_t device, const char *kind, int stride, unsigned int *count, void *out) {
  unsigned int found = 0;
  for (int i = 0; i < script.processCount; i++) {
    if (script.processes[i].gpu != device->gpu || strcmp(script.processes[i].kind, kind)) continue;
    if (found < *count) {
      nvmlProcessDetail_v1_t entry;
      memset(&entry, 0, sizeof entry);
      entry.pid = script.processes[i].pid;
      entry.usedGpuMemory = (unsigned long long)script.processes[i].bytes;
      entry.gpuInstanceId = entry.computeInstanceId = 0xffffffff;
      memcpy((char *)out + (size_t)found * (size_t)stride, &entry, (size_t)stride);
    }
    found++;
  }
  int fits = found <= *count;
  *count = found;
  return fits ? SUCCESS : INSUFFICIENT_SIZE;
}

#define PROCESSES(name, kind, stride)                                              \
  nvmlReturn_t name(nvmlDevice_t device, unsigned int *count, void *out) {         \
    ENTER(name, device, 1);                                                        \
    return giveProcesses(device, kind, (int)(stride), count, out);                 \
  }
PROCESSES(nvmlDeviceGetComputeRunningProcesses, "compute", sizeof(nvmlProcessInfo_v1_t))
PROCESSES(nvmlDeviceGetComputeRunningProcesses_v2, "compute", sizeof(nvmlProcessInfo_v2_t))
PROCESSES(nvmlDeviceGetComputeRunningProcesses_v3, "compute", script.stride)
PROCESSES(nvmlDeviceGetGraphicsRunningProcesses_v3, "graphics", script.stride)
PROCESSES(nvmlDeviceGetMPSComputeRunningProcesses_v3, "mps", script.stride)

#ifdef PRINT_LAYOUTS
#define SIZE(type) printf("%s size %zu\n", #type, sizeof(type))
#define FIELD(type, field) printf("%s %s %zu\n", #type, #field, offsetof(type, field))
int main(void) {
  SIZE(nvmlPciInfo_t);
  FIELD(nvmlPciInfo_t, busIdLegacy);
  FIELD(nvmlPciInfo_t, domain);
  FIELD(nvmlPciInfo_t, bus);
  FIELD(nvmlPciInfo_t, device);
  FIELD(nvmlPciInfo_t, busId);
  SIZE(nvmlMemory_t);
  FIELD(nvmlMemory_t, total);
  FIELD(nvmlMemory_t, free);
  FIELD(nvmlMemory_t, used);
  SIZE(nvmlMemory_v2_t);
  FIELD(nvmlMemory_v2_t, version);
  FIELD(nvmlMemory_v2_t, total);
  FIELD(nvmlMemory_v2_t, reserved);
  FIELD(nvmlMemory_v2_t, free);
  FIELD(nvmlMemory_v2_t, used);
  SIZE(nvmlUtilization_t);
  FIELD(nvmlUtilization_t, gpu);
  FIELD(nvmlUtilization_t, memory);
  SIZE(nvmlTemperature_v1_t);
  FIELD(nvmlTemperature_v1_t, version);
  FIELD(nvmlTemperature_v1_t, sensorType);
  FIELD(nvmlTemperature_v1_t, temperature);
  SIZE(nvmlFieldValue_t);
  FIELD(nvmlFieldValue_t, fieldId);
  FIELD(nvmlFieldValue_t, scopeId);
  FIELD(nvmlFieldValue_t, timestamp);
  FIELD(nvmlFieldValue_t, latencyUsec);
  FIELD(nvmlFieldValue_t, valueType);
  FIELD(nvmlFieldValue_t, nvmlReturn);
  FIELD(nvmlFieldValue_t, value);
  SIZE(nvmlProcessInfo_v1_t);
  FIELD(nvmlProcessInfo_v1_t, pid);
  FIELD(nvmlProcessInfo_v1_t, usedGpuMemory);
  SIZE(nvmlProcessInfo_v2_t);
  FIELD(nvmlProcessInfo_v2_t, pid);
  FIELD(nvmlProcessInfo_v2_t, usedGpuMemory);
  FIELD(nvmlProcessInfo_v2_t, gpuInstanceId);
  FIELD(nvmlProcessInfo_v2_t, computeInstanceId);
  SIZE(nvmlProcessDetail_v1_t);
  FIELD(nvmlProcessDetail_v1_t, pid);
  FIELD(nvmlProcessDetail_v1_t, usedGpuMemory);
  FIELD(nvmlProcessDetail_v1_t, gpuInstanceId);
  FIELD(nvmlProcessDetail_v1_t, computeInstanceId);
  FIELD(nvmlProcessDetail_v1_t, usedGpuCcProtectedMemory);
  return 0;
}
#endif

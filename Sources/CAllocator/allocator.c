#include "CAllocator.h"

// Batches wander between threads: a client's thread reads them, a service's frees them. jemalloc's own eight arenas
// (on two cores) hold a fifth more memory, for no more speed. What is freed goes back to the system after a second.
const char *malloc_conf = "narenas:2,dirty_decay_ms:1000,muzzy_decay_ms:0";

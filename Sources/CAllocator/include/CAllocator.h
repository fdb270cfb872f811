#ifndef CALLOCATOR_H
#define CALLOCATOR_H

/// How jemalloc is set before the process's first allocation. jemalloc looks this symbol up by its name.
extern const char *malloc_conf;

#endif

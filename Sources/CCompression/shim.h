#include <zlib.h>
#include <zstd.h>
#include <lz4frame.h>
#include <snappy-c.h>
#include "crc32c.h"

// The processor's own CRC-32C instruction, where it has one. A header of inline functions, since a system library
// target has no sources to compile.
#pragma once
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#if defined(__x86_64__)

static inline int crc32c_is_supported(void) {
    uint32_t a = 1, b, c = 0, d;
    __asm__ volatile("cpuid" : "+a"(a), "=b"(b), "+c"(c), "=d"(d));
    return (c >> 20) & 1; // SSE 4.2
}

// The CRC register (not inverted) after `count` bytes. Only where crc32c_is_supported().
__attribute__((target("sse4.2"))) static inline uint32_t crc32c_extend(uint32_t crc, const uint8_t *bytes, size_t count) {
    uint64_t wide = crc;
    for (; count >= 8; count -= 8, bytes += 8) {
        uint64_t word;
        memcpy(&word, bytes, 8);
        wide = __builtin_ia32_crc32di(wide, word);
    }
    crc = (uint32_t)wide;
    for (; count > 0; count--, bytes++) crc = __builtin_ia32_crc32qi(crc, *bytes);
    return crc;
}

#elif defined(__aarch64__)
#include <sys/auxv.h>

static inline int crc32c_is_supported(void) {
    return (getauxval(AT_HWCAP) >> 7) & 1; // HWCAP_CRC32
}

// The CRC register (not inverted) after `count` bytes. Only where crc32c_is_supported().
__attribute__((target("crc"))) static inline uint32_t crc32c_extend(uint32_t crc, const uint8_t *bytes, size_t count) {
    for (; count >= 8; count -= 8, bytes += 8) {
        uint64_t word;
        memcpy(&word, bytes, 8);
        crc = __builtin_arm_crc32cd(crc, word);
    }
    for (; count > 0; count--, bytes++) crc = __builtin_arm_crc32cb(crc, *bytes);
    return crc;
}

#else

static inline int crc32c_is_supported(void) { return 0; }
static inline uint32_t crc32c_extend(uint32_t crc, const uint8_t *bytes, size_t count) {
    (void)bytes;
    (void)count;
    return crc;
}

#endif

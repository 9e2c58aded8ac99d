/* Stores past the caches, of what nobody reads soon: a line is then not loaded to be written. */
#include "kernels/isa.h"

#include "store.h"

#include <string.h>
#if defined(__x86_64__)
#include <immintrin.h>
#endif

/* A line in as few stores as can be: of smaller ones so many would wait for memory that what comes
 * next had to wait as well. */
#if defined(__AVX512F__)
#define MOVE(to, from, i) _mm512_stream_si512((__m512i *)(to) + (i), ((const __m512i *)(from))[i])
#define MOVES(to, from) MOVE(to, from, 0)
#elif defined(__AVX__)
#define MOVE(to, from, i) _mm256_stream_si256((__m256i *)(to) + (i), ((const __m256i *)(from))[i])
#define MOVES(to, from) MOVE(to, from, 0), MOVE(to, from, 1)
#elif defined(__SSE2__)
#define MOVE(to, from, i) _mm_stream_si128((__m128i *)(to) + (i), ((const __m128i *)(from))[i])
#define MOVES(to, from) MOVE(to, from, 0), MOVE(to, from, 1), MOVE(to, from, 2), MOVE(to, from, 3)
#else
#define MOVES(to, from) memcpy(to, from, NN_LINE)
#endif

static void past(void *line, const void *from, size_t bytes) {
  char *to = line;
  const char *x = from;
  for (; bytes >= NN_LINE; bytes -= NN_LINE, to += NN_LINE, x += NN_LINE) MOVES(to, x);
  memcpy(to, x, bytes);
}

extern const struct nn__stores NN_KERNEL(stores);
const struct nn__stores NN_KERNEL(stores) = {past};

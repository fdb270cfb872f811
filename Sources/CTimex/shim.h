// How the kernel's clock is kept, which the C library's Swift module leaves out.
#include <sys/timex.h>

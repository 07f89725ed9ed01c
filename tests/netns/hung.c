/* Hangs in a line that is marked: hung spin|lock. It has taken the place of a server, see hung.py. */
#include <pthread.h>
#include <string.h>

static volatile unsigned long turns;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static __attribute__((noinline)) void calculate(void)
{
	for (;;)         /* here: spin calculate */
		turns++; /* here: spin calculate */
}

static inline __attribute__((always_inline)) void take_twice(void)
{
	pthread_mutex_lock(&lock);
	pthread_mutex_lock(&lock); /* here: lock take_twice */
	turns++;
}

int main(int count, char **words)
{
	if (count > 1 && !strcmp(words[1], "lock"))
		take_twice();
	calculate();
}

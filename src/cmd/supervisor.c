#include "supervisor.h"
#include "base/text.h"
#include <inttypes.h>
#include <stddef.h>
#include <sys/socket.h>
#include <sys/un.h>

enum { CYCLES = 3, US_PER_MS = 1000 };

/* A path, or a name without a file, which begins with @. */
static int connect_to(const char *name)
{
	struct sockaddr_un un = { .sun_family = AF_UNIX };
	size_t length = strlen(name);

	if ((*name != '/' && *name != '@') || length >= sizeof(un.sun_path))
		return -1;
	memcpy(un.sun_path, name, length);
	if (*name == '@')
		un.sun_path[0] = '\0';
	cleanup(cleanup_close) int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0 || connect(fd, (const void *)&un, (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length)))
		return -1;
	int open = fd;

	fd = -1;
	return open;
}

/* "90000000", in microseconds, for the process WATCHDOG_PID alone. */
static uint64_t read_patience_ms(void)
{
	const char *us = getenv("WATCHDOG_USEC"), *pid = getenv("WATCHDOG_PID");

	return us && (!pid || strtoll(pid, NULL, 10) == getpid()) ? strtoull(us, NULL, 10) / US_PER_MS : 0;
}

void supervisor_find(struct supervisor *s)
{
	const char *name = getenv("NOTIFY_SOCKET");

	*s = (struct supervisor){ name ? connect_to(name) : -1, read_patience_ms() };
	unsetenv("NOTIFY_SOCKET");
	unsetenv("WATCHDOG_USEC");
	unsetenv("WATCHDOG_PID");
}

void supervisor_end(struct supervisor *s)
{
	cleanup_close(&s->fd);
}

/* One that does not listen now is told the next time. */
static void tell(const struct supervisor *s, const char *words)
{
	if (s->fd >= 0)
		(void)!send(s->fd, words, strlen(words), MSG_DONTWAIT | MSG_NOSIGNAL);
}

void supervisor_ready(const struct supervisor *s)
{
	tell(s, "READY=1");
}

void supervisor_alive(const struct supervisor *s, uint64_t next_ms)
{
	TEXT_CLEANUP words = { 0 };

	if (!s->patience_ms)
		return;
	text_printf(&words, "WATCHDOG=1\nWATCHDOG_USEC=%" PRIu64, MAX(s->patience_ms, CYCLES * next_ms) * US_PER_MS);
	tell(s, words.bytes);
}

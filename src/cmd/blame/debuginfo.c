#include "debuginfo.h"
#include "decode.h"
#include "cmd/beside.h"
#include "cmd/debuginfo.h"
#include "debuginfo/record.h"
#include "base/clock.h"
#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>

enum { FILES_OF_TIME = 10, PATIENCE_MS = 5000 }; /* patience: on a busy machine an answer comes late */

static void child_begin(int socket, const char *program, const void *context)
{
	char name[] = "unfin", verb[] = "debuginfo";

	signal(SIGINT, SIG_IGN); /* it ends the watch, not what comes after */
	beside_become(socket, program, (char *[]){ name, verb, NULL });
}

void debuginfo_start(struct debuginfo *d)
{
	*d = (struct debuginfo){ .to = -1, .is_on = debuginfo_urls(), .left_ms = FILES_OF_TIME * debuginfo_file_ms() };
	if (d->is_on)
		d->to = beside_fork("unfin-hub", SOCK_SEQPACKET, child_begin, NULL);
}

void debuginfo_end(struct debuginfo *d)
{
	if (d->is_on)
		cleanup_close(&d->to);
	array_free(&d->asked);
	*d = (struct debuginfo){ .to = -1 };
}

static const char beside[] = "put its .debug file beside it";

static void say_slow(const char *server, uint32_t seconds, char *why)
{
	if (seconds < DEBUGINFO_TIMEOUT_MOST_S)
		snprintf(why, DEBUGINFO_WHY,
		         "no line table, and %s took longer than %" PRIu32
		         " s for it: wait longer with " DEBUGINFO_TIMEOUT "=%" PRIu32,
		         server, seconds, MIN(seconds * 10, (uint32_t)DEBUGINFO_TIMEOUT_MOST_S));
	else
		snprintf(why, DEBUGINFO_WHY, "no line table, and %s took longer than %" PRIu32 " s for it: %s", server,
		         seconds, beside);
}

/* What came of it, in words with the next step. `room`: DEBUGINFO_WHY. */
static void say(const struct debuginfo_answer *a, const char *build, char *why)
{
	const char *server = a->server;

	if (a->result == DEBUGINFO_UNKNOWN && !*server) {
		snprintf(why, DEBUGINFO_WHY,
		         "no line table, and " DEBUGINFO_URLS " names no server: http://HOST or https://HOST");
		return;
	}
	switch (a->result) {
	case DEBUGINFO_UNKNOWN:
		snprintf(why, DEBUGINFO_WHY, "no line table, and %s has none for build %.12s: %s", server, build,
		         beside);
		break;
	case DEBUGINFO_SLOW:
		say_slow(server, a->limit / 1000, why);
		break;
	case DEBUGINFO_LARGE:
		snprintf(why, DEBUGINFO_WHY, "no line table, and that of %s is larger than %d MB: %s", server,
		         DEBUGINFO_MOST_MB, beside);
		break;
	case DEBUGINFO_OTHER_BUILD:
		snprintf(why, DEBUGINFO_WHY, "no line table, and what %s sent for build %.12s is of another: %s",
		         server, build, beside);
		break;
	case DEBUGINFO_REFUSED:
		snprintf(why, DEBUGINFO_WHY, "no line table, and %s answered HTTP %" PRIu32 ": %s", server, a->limit,
		         beside);
		break;
	case DEBUGINFO_NO_ROOM:
		snprintf(why, DEBUGINFO_WHY, "no line table, and none can be kept in the cache (%s): %s",
		         strerror((int)a->limit), beside);
		break;
	default:
		snprintf(why, DEBUGINFO_WHY, "no line table, and %s: %s: check " DEBUGINFO_URLS, server, a->text);
		break;
	}
}

/* A signal that ends the watch does not end what is fetched: it has its time. */
static bool wait_for(int fd, uint64_t ms)
{
	uint64_t now_ns = clock_monotonic_ns(), end_ns = now_ns + ms * NS_PER_MS;
	struct pollfd wait = { .fd = fd, .events = POLLIN };
	int ready = -1;

	for (; ready < 0 && now_ns < end_ns; now_ns = clock_monotonic_ns())
		ready = poll(&wait, 1, (int)((end_ns - now_ns) / NS_PER_MS) + 1);
	return ready > 0;
}

/* One answer, or the words for none. */
static void ask(struct debuginfo *d, const struct image_debug *file, struct debuginfo_answer *ret)
{
	struct debuginfo_question q = { .id_bytes = file->id_bytes };
	uint64_t began_ns = clock_monotonic_ns();

	memcpy(q.id, file->id, sizeof(q.id));
	*ret = (struct debuginfo_answer){ DEBUGINFO_SLOW, (uint32_t)debuginfo_file_ms(), "unfin-hub", "" };
	bool sent = send(d->to, &q, sizeof(q), MSG_NOSIGNAL) == sizeof(q);
	bool ready = sent && wait_for(d->to, debuginfo_file_ms() + PATIENCE_MS);
	bool answered = ready && recv(d->to, ret, sizeof(*ret), 0) == sizeof(*ret);
	if (!answered && (!sent || ready))
		*ret = (struct debuginfo_answer){ DEBUGINFO_FAILED, 0, "unfin-hub", "it ended before its time" };
	ret->server[sizeof(ret->server) - 1] = ret->text[sizeof(ret->text) - 1] = '\0';
	uint64_t spent_ms = (clock_monotonic_ns() - began_ns) / NS_PER_MS;
	d->left_ms = answered ? d->left_ms - MIN(d->left_ms, spent_ms) : 0; /* it does not get on, or has ended */
}

static bool ask_all(struct debuginfo *d, const struct image_debugs *files, char why[DEBUGINFO_WHY])
{
	struct debuginfo_answer a;
	char build[IMAGE_ID_HEX];
	bool came = false;

	for (uint32_t i = 0; i < MIN(files->count, (uint32_t)IMAGE_DEBUGS); i++) {
		if (!d->left_ms) {
			snprintf(why, DEBUGINFO_WHY,
			         "no line table, and no time was left to fetch one: unfin blame --pid PID");
			break;
		}
		ask(d, &files->files[i], &a);
		image_id_hex(files->files[i].id, files->files[i].id_bytes, build);
		came |= a.result == DEBUGINFO_CAME;
		if (a.result != DEBUGINFO_CAME && !*why)
			say(&a, build, why); /* the program's own file comes first */
	}
	return came;
}

static struct debuginfo_asked *find_asked(const struct debuginfo *d, uint32_t pid)
{
	array_each (&d->asked, a)
		if (a->pid == pid)
			return a;
	return NULL;
}

static bool lacks_line(const struct stack *s)
{
	return s && s->how == SITE_NATIVE_ONLY;
}

bool debuginfo_fetch(struct debuginfo *d, uint32_t pid, const struct stack *s, struct captures *captures)
{
	struct image_debugs files;

	if (!d->is_on || !lacks_line(s) || find_asked(d, pid))
		return false;
	struct debuginfo_asked *asked = array_push(&d->asked);
	*asked = (struct debuginfo_asked){ .pid = pid };
	if (d->to < 0) {
		snprintf(
		        asked->why, sizeof(asked->why),
		        "no line table, and unfin-hub, which would fetch one, is not beside unfin: put its .debug file "
		        "beside it");
		return false;
	}
	return !decode_missing(pid, captures, &files) && ask_all(d, &files, asked->why);
}

void debuginfo_tell(const struct debuginfo *d, uint32_t pid, struct stack *s)
{
	const struct debuginfo_asked *asked = find_asked(d, pid);

	if (lacks_line(s) && asked && *asked->why)
		snprintf(s->why, sizeof(s->why), "%s", asked->why);
}

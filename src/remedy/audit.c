#include "audit.h"
#include "journal.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/format.h"
#include "base/json.h"
#include "base/parse.h"
#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <sys/stat.h>

enum { COMMAND_BYTES = 64 * 1024, NO_LOGIN = -1U };

struct audit {
	int fd;
	struct text lines, journal;
	struct text command; /* of this process */
	uint32_t uid, login_uid;
	bool cut; /* the file does not end with a newline: somebody was cut off while he wrote */
};

const char *audit_path(struct arena *arena)
{
	const char *named = getenv("UNFIN_AUDIT"), *state = getenv("XDG_STATE_HOME"), *home = getenv("HOME");

	if (named && *named)
		return named;
	if (!getuid())
		return "/var/log/unfin/reclaim.jsonl";
	if (state && *state)
		return arena_printf(arena, "%s/unfin/reclaim.jsonl", state);
	return arena_printf(arena, "%s/.local/state/unfin/reclaim.jsonl", home ?: "");
}

/* The folders that lead there. That one cannot be made is told by the file that cannot be opened. */
static void make_folders(const char *path)
{
	cleanup(cleanup_free) char *copy = memory_strdup(path);

	for (char *slash = strchr(copy + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		mkdir(copy, 0750);
		*slash = '/';
	}
}

static bool ends_with_newline(int fd)
{
	off_t end = lseek(fd, 0, SEEK_END);
	char last = '\n';

	return end <= 0 || (pread(fd, &last, 1, end - 1) == 1 && last == '\n');
}

static void describe_caller(struct audit *a)
{
	uint64_t login;

	a->uid = getuid();
	a->login_uid = file_read_u64("/proc/self/loginuid", &login) ? NO_LOGIN : (uint32_t)login;
	if (file_read("/proc/self/cmdline", COMMAND_BYTES, &a->command) || !a->command.length)
		return;
	for (size_t i = 0; i + 1 < a->command.length; i++)
		if (!a->command.bytes[i])
			a->command.bytes[i] = ' ';
}

int audit_open(const char *path, struct audit **ret)
{
	struct stat st;

	make_folders(path);
	int fd = open(path, O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0640);
	if (fd < 0)
		return -errno;
	if (fstat(fd, &st) || !S_ISREG(st.st_mode)) {
		close(fd);
		return -EINVAL;
	}
	struct audit *a = memory_zeroed(sizeof(*a));
	a->fd = fd;
	a->cut = !ends_with_newline(fd);
	describe_caller(a);
	*ret = a;
	return 0;
}

void audit_close(struct audit *a)
{
	if (!a)
		return;
	close(a->fd);
	text_free(&a->lines);
	text_free(&a->journal);
	text_free(&a->command);
	free(a);
}

void audit_cleanup(struct audit **a)
{
	audit_close(*a);
}

static void add_endpoint(struct json *j, const char *name, const struct endpoint *e)
{
	TEXT_CLEANUP t = { 0 };

	endpoint_format(&t, e);
	json_text(j, name, t.bytes);
}

static void add_time(struct json *j, const char *name, uint64_t unix_ms)
{
	TEXT_CLEANUP t = { 0 };

	format_rfc3339(&t, unix_ms);
	json_text(j, name, unix_ms ? t.bytes : NULL);
}

static void add_who(struct json *j, const struct audit *a)
{
	json_u64(j, "uid", a->uid);
	if (a->login_uid == NO_LOGIN)
		json_none(j, "login_uid");
	else
		json_u64(j, "login_uid", a->login_uid);
	json_text(j, "command", a->command.length ? a->command.bytes : NULL);
}

static void add_holders(struct json *j, const struct moment *m, const struct socket *s)
{
	json_array_begin(j, "holders");
	moment_each_holder (m, s, h) {
		const struct process *p = &m->processes.items[h->process];
		json_object_begin(j, NULL);
		json_u64(j, "pid", p->pid);
		add_time(j, "started_at", p->start_unix_ms);
		json_u64(j, "fd", h->fd);
		json_text(j, "comm", p->comm);
		json_object_end(j);
	}
	json_array_end(j);
}

static void add_socket(struct json *j, const struct reclaim_plan *p, const struct reclaim_entry *e)
{
	const struct moment *m = p->moment;
	const struct socket *s = &m->sockets.items[e->socket];

	json_text(j, "boot_id", m->boot_id);
	json_u64(j, "netns", m->netns.items[s->netns].inode);
	json_u64(j, "netns_cookie", p->netns_cookies.count ? p->netns_cookies.items[s->netns] : 0);
	json_u64(j, "cookie", s->cookie);
	json_text(j, "state", state_json(s->state));
	add_endpoint(j, "local", &s->local);
	add_endpoint(j, "peer", &s->peer);
	json_u64(j, "age_min_ms", socket_age(s).min_ms);
	add_holders(j, m, s);
	json_text(j, "cause", e->cause);
	json_text(j, "confidence", e->confidence);
	json_text(j, "finding", e->finding);
}

void audit_add(struct audit *a, enum audit_step step, const struct reclaim_plan *p, const struct reclaim_entry *e,
               const char *method)
{
	struct json j = JSON(&a->lines, false);

	json_object_begin(&j, NULL);
	add_time(&j, "at", clock_unix_ms());
	json_text(&j, "step", step == AUDIT_INTENT ? "intent" : "result");
	json_text(&j, "plan_id", p->id);
	add_who(&j, a);
	add_socket(&j, p, e);
	json_text(&j, "forced", p->forced);
	json_text(&j, "method", method);
	if (step == AUDIT_RESULT) {
		json_text(&j, "result", reclaim_result_name(e->result));
		json_i64(&j, "errno", e->error);
		json_text(&j, "why", e->why);
	}
	json_object_end(&j); /* and ends the line */
	if (step == AUDIT_RESULT)
		journal_tell(p, e, a->uid);
}

static int write_all(int fd, const char *bytes, size_t length)
{
	for (size_t done = 0; done < length;) {
		ssize_t n = write(fd, bytes + done, length - done);
		if (n < 0 && errno != EINTR)
			return -errno;
		done += n > 0 ? (size_t)n : 0;
	}
	return 0;
}

int audit_commit(struct audit *a)
{
	int err = a->cut ? write_all(a->fd, "\n", 1) : 0;

	if (!err)
		err = write_all(a->fd, a->lines.bytes, a->lines.length);
	if (!err && fsync(a->fd))
		err = -errno;
	a->cut = err != 0;
	a->lines.length = 0;
	return err;
}

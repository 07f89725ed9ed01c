#include "fleet_reader.h"
#include "base/log.h"
#include "base/parse.h"
#include "cmd/fleet_hub.h"
#include "cmd/fleet_questions.h"
#include "cmd/link.h"
#include "power/power.h"
#include <errno.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum { COLUMNS = 100, READ_AGAIN = 10 };

struct reading {
	int fd;
	struct fleet_files files;
	int status; /* of reading them */
};

static int read_fleet(const struct invocation *in, struct fleet_files *files)
{
	static const unsigned all = FLEET_ASKS_PORTS | FLEET_ASKS_FINDINGS;
	const struct options *o = &in->options;

	power_limit(POWER_OPEN | POWER_FOREIGN | (fleet_hub_is_away(o) ? POWER_SEND : 0));
	return o->hub_store.count ? fleet_hub_read(files, o, &(struct fleet_want){ .asks = all })
	                          : fleet_files_read(files, in, in->words.items, in->words.count, all);
}

static void reply(int fd, int status, size_t rows, const struct text *body)
{
	TEXT_CLEANUP message = { 0 };

	text_printf(&message, "%d %zu\n", status, rows);
	if (body->length)
		text_add_bytes(&message, body->bytes, body->length);
	if (link_send(fd, &message))
		_exit(0); /* the page is gone */
}

struct wanted {
	const struct fleet_question *question;
	const char *word;
	size_t rows; /* at most so many; then, how many there are */
};

/* 200, 400 or 404. */
static int answer(const struct reading *r, struct wanted *w, struct text *ret)
{
	const struct fleet_question *q = w->question;
	cleanup(fleet_table_free) struct fleet_table t = { 0 };
	struct fleet_asked a = { .fleet = r->files.fleet, .takings = &r->files.takings };

	if (q->takes && !*w->word) {
		text_printf(ret, "%s needs %s, like %s", q->name, q->takes, q->like);
		return 400;
	}
	if (fleet_question_take(q, &a, w->word, ret))
		return 400;
	if (fleet_question_fill(q, &a, &t, ret))
		return 404;
	w->rows = fleet_table_cut(&t, w->rows);
	fleet_json(ret, -1, &t, r->files.fleet);
	return 200;
}

static void answer_plain(const struct reading *r, struct text *ret)
{
	const struct fleet_asked a = { .fleet = r->files.fleet, .takings = &r->files.takings };

	fleet_questions[0].page(ret, &a, &(struct page_style){ .columns = COLUMNS });
}

static void answer_one(const struct reading *r, char *message)
{
	const char *name = strsep(&message, "\n"), *rows = strsep(&message, "\n") ?: "";
	struct wanted w = { fleet_question_find(name), message ?: "", strtoul(rows, NULL, 10) };
	TEXT_CLEANUP body = { 0 };
	int status = 200;

	if (r->status != STATUS_OK) {
		text_add(&body, "the fleet could not be read");
		status = 503;
	} else if (!*name) {
		answer_plain(r, &body);
	} else if (w.question) {
		status = answer(r, &w, &body);
	} else {
		text_add(&body, "no such question");
		status = 404;
	}
	reply(r->fd, status, w.rows, &body);
}

/* One reading: until the page is gone, or wants another one. */
static int read_and_answer(int fd, const struct invocation *in)
{
	struct reading r = { .fd = fd };
	TEXT_CLEANUP message = { 0 };

	r.status = read_fleet(in, &r.files);
	power_limit(0);
	reply(fd, r.status, 0, &(struct text){ 0 });
	while (!link_receive(fd, &message)) {
		text_add_char(&message, '\0');
		if (streq(message.bytes + LINK_HEAD, FLEET_READER_AGAIN))
			return READ_AGAIN;
		answer_one(&r, message.bytes + LINK_HEAD);
	}
	return 0;
}

/* Whoever has read has no right left to read again: each reading is a child of one that looks into nothing. */
static void keep_reading(int fd, const void *context)
{
	int status;
	pid_t pid;

	power_drop(POWER_OPEN | POWER_FOREIGN | POWER_SEND);
	do {
		pid = fork();
		if (!pid)
			_exit(read_and_answer(fd, context));
		while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR)
			;
	} while (pid > 0 && WIFEXITED(status) && WEXITSTATUS(status) == READ_AGAIN);
}

int fleet_reader_start(struct attendant *a, const struct invocation *in)
{
	int ends[2];
	int err = socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) ? -errno
	                                                                   : attendant_start(a, ends, keep_reading, in);

	if (!err)
		return fleet_reader_wait(a);
	log_error("cannot start who reads the fleet: %s", strerror(-err));
	return STATUS_UNABLE;
}

int fleet_reader_wait(const struct attendant *a)
{
	TEXT_CLEANUP message = { 0 };
	int err = link_receive(a->fd, &message);

	text_add_char(&message, '\0');
	if (!err)
		return atoi(message.bytes + LINK_HEAD);
	log_error("who reads the fleet has ended");
	return STATUS_UNABLE;
}

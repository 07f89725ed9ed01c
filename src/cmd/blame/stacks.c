/* unfin stacks, in the executable that has the libraries for it. */
#include "cmd/blame.h"
#include "cmd/folders.h"
#include "cmd/lines_record.h"
#include "cmd/scope.h"
#include "cmd/session.h"
#include "cmd/status.h"
#include "commits.h"
#include "interpreters.h"
#include "restarts.h"
#include "sites.h"
#include "standing.h"
#include "base/clock.h"
#include "base/log.h"
#include "rule/finding.h"
#include "power/confined.h"
#include "power/power.h"
#include <poll.h>
#include <sys/stat.h>

enum { TAKE_MS = 50 };

struct stacks {
	const struct invocation *in;
	struct session session; /* for its scope, and a moment of the processes that are asked for */
	struct captures *captures;
	struct lines_question question;
	struct early early;
	struct sites sites;
};

static void stacks_free(struct stacks *s)
{
	captures_close(s->captures);
	sites_free(&s->sites);
	early_free(&s->early);
	session_close(&s->session);
}

static bool write_row(enum lines_kind kind, uint32_t count, const void *row, size_t length)
{
	struct lines_head head = { .kind = kind, .count = count };

	return confined_write(STDOUT_FILENO, &head, sizeof(head)) && confined_write(STDOUT_FILENO, row, length);
}

static bool write_stack(const struct stack *stack)
{
	return confined_write(STDOUT_FILENO, stack, stack_bytes(stack));
}

static bool write_standings(const standing_list *list, uint32_t number)
{
	array_each (list, s) {
		struct standing head = *s;
		head.process = number;
		head.stack = NULL; /* it follows */
		if (!write_row(LINES_STANDING, 0, &head, sizeof(head)) || !write_stack(s->stack))
			return false;
	}
	return true;
}

static bool tell_thread(const struct stacks *s, uint32_t number)
{
	const struct lines_thread *t = &s->question.threads[number];
	struct hanging h = { .pid = t->pid, .start_boot_ns = t->start_boot_ns, .tid = t->tid, .spins = t->spins };
	standing_list list = { 0 };

	standing_find(&h, s->captures, s->session.moment->arena, &list);
	bool written = write_standings(&list, number);
	array_free(&list);
	return written;
}

static bool tell_site(const struct stacks *s, const leak_list *leaks, uint32_t index)
{
	const struct site *site = &s->sites.list.items[index];
	const struct process *p = &s->session.moment->processes.items[site->process];
	struct lines_site row = { .pid = p->pid,
		                  .start_boot_ns = p->start_boot_ns,
		                  .accepted = site->accepted,
		                  .inferred = (uint32_t)site->inferred,
		                  .told = site->told != NULL,
		                  .listened = site->listened != NULL,
		                  .listened_port = site->listened_port };

	memcpy(row.comm, p->comm, sizeof(row.comm));
	bool written = write_row(LINES_SITE, (uint32_t)site->count, &row, sizeof(row)) && write_stack(site->stack) &&
	               (!site->told || write_stack(site->told)) && (!site->listened || write_stack(site->listened));

	array_each (leaks, l)
		if (written && l->site == index)
			written = confined_write(STDOUT_FILENO, &l->number, sizeof(l->number));
	return written;
}

static struct lines_commit commit_row(const struct site_commit *c, uint32_t index)
{
	struct lines_commit row = { .site = index,
		                    .behind = c->behind,
		                    .uncommitted = c->uncommitted,
		                    .offset_min = c->offset_min,
		                    .unix_s = c->unix_s };

	snprintf(row.id, sizeof(row.id), "%s", c->id ?: "");
	snprintf(row.author, sizeof(row.author), "%s", c->author ?: "");
	snprintf(row.subject, sizeof(row.subject), "%s", c->subject ?: "");
	snprintf(row.why, sizeof(row.why), "%s", c->why ?: "");
	return row;
}

static bool tell_commit(const struct site_commit *c, uint32_t index, bool listened)
{
	struct lines_commit row = commit_row(c, index);

	row.listened = listened;
	return write_row(LINES_COMMIT, 0, &row, sizeof(row));
}

static bool tell_changes(const struct site_changes *c, uint32_t index)
{
	struct lines_changes row = { .site = index, .from_ms = c->from_ms, .to_ms = c->to_ms, .count = c->count };

	snprintf(row.why, sizeof(row.why), "%s", c->why ?: "");
	bool written = write_row(LINES_CHANGES, c->shown, &row, sizeof(row));
	for (uint32_t i = 0; i < c->shown && written; i++) {
		struct lines_commit commit = commit_row(&c->commits[i], index);
		written = confined_write(STDOUT_FILENO, &commit, sizeof(commit));
	}
	return written;
}

/* What git has of a site: for each that it was asked for. */
static bool tell_history(const struct site *site, uint32_t index)
{
	return tell_commit(&site->commit, index, false) &&
	       (!site->listened || tell_commit(&site->listened_commit, index, true)) &&
	       tell_changes(&site->changes, index);
}

static void find_leaks(struct stacks *s, leak_list *ret)
{
	struct moment *m = s->session.moment;

	clock_now(&m->taken_boot_ns, &m->taken_unix_ms); /* their starts are told by it */
	for (uint32_t i = 0; i < s->question.socket_count; i++) {
		const struct lines_socket *asked = &s->question.sockets[i];
		*array_push(ret) = (struct leak){
			.process = moment_process(m, asked->pid, asked->start_boot_ns),
			.cookie = asked->cookie,
			.accepted = asked->accepted != 0,
			.local = asked->local,
			.peer = asked->peer,
			.number = i,
		};
	}
}

static bool tell_sites(struct stacks *s)
{
	leak_list leaks = { 0 };
	bool written = true;

	find_leaks(s, &leaks);
	s->sites.early = &s->early;
	sites_place(&s->sites, s->session.moment, s->captures, &leaks);
	for (uint32_t i = 0; i < s->sites.list.count && written; i++)
		written = tell_site(s, &leaks, i);
	array_free(&leaks);
	if (written && s->sites.list.count) {
		restarts_find(&s->sites.list, s->session.moment, folder_state(&s->in->options), s->captures);
		commits_find(&s->sites.list, s->session.moment, &s->in->options, s->captures);
	}
	for (uint32_t i = 0; i < s->sites.list.count && written; i++)
		written = tell_history(&s->sites.list.items[i], i);
	return written;
}

/* What is opened from now on, until we are asked. */
static int follow(struct stacks *s)
{
	struct pollfd asked = { .fd = STDIN_FILENO, .events = POLLIN };
	struct interpreters interpreters = { 0 };
	struct capture_scope scope = { 0 };
	struct gap why;
	int err = scope_inode(&s->session.request, &scope.netns)
	                  ?: captures_open(s->session.moment->arena, &scope, &s->captures, &why);

	if (err)
		return err;
	interpreters_tell_running(&interpreters, s->captures, &scope, 0);
	captures_begin(s->captures);
	while (!err && !poll(&asked, 1, 0)) {
		err = captures_take(s->captures, TAKE_MS);
		interpreters_tell_started(&interpreters, s->captures);
		early_take(&s->early, s->captures);
	}
	return err;
}

static bool read_question(struct lines_question *q)
{
	size_t at = 0;

	for (ssize_t got = 1; got > 0 && at < sizeof(*q); at += (size_t)MAX(got, 0))
		got = read(STDIN_FILENO, (char *)q + at, sizeof(*q) - at);
	return at == sizeof(*q) && q->thread_count <= LINES_THREADS && q->socket_count <= LINES_SOCKETS;
}

static bool answer(struct stacks *s)
{
	struct lines_question *q = &s->question;
	bool written = read_question(q);

	for (uint32_t i = 0; i < q->thread_count && written; i++)
		written = tell_thread(s, i);
	return written && (!s->captures || tell_sites(s));
}

static bool is_asked_by_check(void)
{
	struct stat st;

	return !fstat(STDIN_FILENO, &st) && S_ISSOCK(st.st_mode);
}

int stacks_run(const struct invocation *in)
{
	cleanup(stacks_free) struct stacks s = { .in = in };
	bool follows = in->words.count && streq(in->words.items[0], "follow");

	if (!is_asked_by_check()) {
		log_error("this is for unfin itself to ask: unfin check tells where a thread hangs");
		return STATUS_USAGE;
	}
	power_limit(in->command->power);
	s.session.moment = moment_new();
	int status = scope_parse(in->options.netns, &s.session.request);
	if (status == STATUS_OK && follows && follow(&s))
		return STATUS_UNABLE;
	return status ?: answer(&s) ? STATUS_OK : STATUS_UNABLE;
}

#include "agent_tell.h"
#include "journal.h"
#include "status.h"
#include "base/clock.h"
#include "base/log.h"
#include "view/history.h"
#include <syslog.h>

/* The words for people, for programs, and the MESSAGE_ID of each: journalctl MESSAGE_ID=… finds all of a kind. */
static const struct event {
	const char *words, *word, *message_id;
	bool notifies;
} events[] = {
	[LIFE_OPENED] = { "began", "began", "a0a7c1e1c3a64b3f9d0f5f0b5b7f3c11", true },
	[LIFE_REOPENED] = { "is back", "is-back", "5d0c3a0e7e0b4d63a2b1c9f1f0c24e22", true },
	[LIFE_WORSE] = { "got worse", "got-worse", "c1f6a2b98e7d4a56b3f0d7e2a9145a33", true },
	[LIFE_GROWS] = { "grows", "grows", "0e9b7d52f6c84c1fa5d3b86e7f0a6b44", false },
	[LIFE_CLOSED] = { "has ended", "has-ended", "7b2d9f4c1a8e4e07bc65a3d1e8f07c55", true },
};

int teller_start(struct teller *t, const struct options *o)
{
	if (o->journal)
		t->journal_fd = journal_open();
	if (o->journal && t->journal_fd < 0)
		log_warning("no entries of the journal: %s", strerror(-t->journal_fd));
	t->in_journal = t->journal_fd >= 0 && journal_has(STDERR_FILENO);
	return notifier_start(&t->notifier, o->notify_command);
}

void teller_end(struct teller *t)
{
	cleanup_close(&t->journal_fd);
	notifier_end(&t->notifier);
}

static enum severity severity_of(const struct life_news *n)
{
	return n->event == LIFE_CLOSED ? n->life->highest : n->life->severity;
}

static void add_line(struct text *t, const struct life_news *n)
{
	const struct life *l = n->life;

	text_printf(t, "%s: %s %s", severity_name(l->severity), l->id, events[n->event].words);
	if (l->subject_known) {
		text_add(t, ": ");
		process_format(t, &l->subject);
	}
	if (n->event == LIFE_CLOSED)
		text_printf(t, "; it was %s at worst", severity_name(l->highest));
}

static const char *priority(enum severity s)
{
	static const char *const of[] = {
		[SEVERITY_INFO] = "6",
		[SEVERITY_WARNING] = "4",
		[SEVERITY_CRITICAL] = "2",
	};

	return of[s];
}

static void tell_journal(const struct teller *t, const struct life_news *n, const char *line)
{
	const struct life *l = n->life;
	struct journal_entry e = { 0 };

	journal_add(&e, "MESSAGE", line);
	journal_add(&e, "MESSAGE_ID", events[n->event].message_id);
	journal_add(&e, "PRIORITY", priority(severity_of(n)));
	journal_add(&e, "SYSLOG_IDENTIFIER", "unfin");
	journal_add(&e, "UNFIN_EVENT", events[n->event].word);
	journal_add(&e, "UNFIN_FINDING", l->id);
	journal_add(&e, "UNFIN_KEY", l->key);
	journal_add(&e, "UNFIN_SEVERITY", severity_name(l->severity));
	journal_add(&e, "UNFIN_HIGHEST", severity_name(l->highest));
	journal_add_number(&e, "UNFIN_COUNT", l->count);
	journal_add(&e, "UNFIN_PEER", l->peer);
	journal_add(&e, "UNFIN_CAUSED_BY", l->caused_by);
	if (l->subject_known) {
		journal_add(&e, "UNFIN_PROGRAM", l->subject.comm);
		journal_add_number(&e, "UNFIN_PID", l->subject.pid);
		journal_add(&e, "UNFIN_UNIT", l->subject.unit);
	}
	journal_send(t->journal_fd, &e); /* one that is full or gone has lost more than this */
}

static void tell_command(struct teller *t, const struct life_news *n)
{
	TEXT_CLEANUP document = { 0 };
	char host[256] = "";

	if (!events[n->event].notifies || severity_of(n) < SEVERITY_WARNING || !notifier_ready(&t->notifier))
		return;
	gethostname(host, sizeof(host) - 1);
	history_event_json(&document, host, events[n->event].word, clock_unix_ms(), n->life, t->notifier.suppressed);
	notifier_tell(&t->notifier, &document);
}

void teller_tell(struct teller *t, const struct life_news *n)
{
	TEXT_CLEANUP line = { 0 };

	add_line(&line, n);
	if (!t->in_journal)
		log_warning("%s", line.bytes);
	if (t->journal_fd >= 0)
		tell_journal(t, n, line.bytes);
	tell_command(t, n);
}

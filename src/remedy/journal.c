/* The journal's own protocol: a datagram of NAME=value lines (systemd's JOURNAL_NATIVE_PROTOCOL.md). */
#include "journal.h"
#include <sys/socket.h>
#include <sys/un.h>

/* A value must not end its line: what is no printable text is written as \xHH. */
static void add_field(struct text *t, const char *name, const char *value)
{
	text_printf(t, "%s=", name);
	text_add_shown(t, value ?: "");
	text_add_char(t, '\n');
}

static void add_endpoint(struct text *t, const char *name, const struct endpoint *e)
{
	TEXT_CLEANUP value = { 0 };

	endpoint_format(&value, e);
	add_field(t, name, value.bytes);
}

static void add_message(struct text *t, const struct reclaim_plan *p, const struct reclaim_entry *e)
{
	const struct socket *s = &p->moment->sockets.items[e->socket];
	const struct process *owner = moment_owner(p->moment, s);
	TEXT_CLEANUP message = { 0 };

	text_printf(&message, "%s %s ", reclaim_result_name(e->result), state_people(s->state));
	endpoint_format(&message, &s->local);
	text_add(&message, " to ");
	endpoint_format(&message, &s->peer);
	if (owner)
		text_printf(&message, " of %s[%u]", owner->comm, owner->pid);
	add_field(t, "MESSAGE", message.bytes);
}

void journal_tell(const struct reclaim_plan *p, const struct reclaim_entry *e, uint32_t uid)
{
	static const struct sockaddr_un journal = { AF_UNIX, "/run/systemd/journal/socket" };
	const struct socket *s = &p->moment->sockets.items[e->socket];
	cleanup(cleanup_close) int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	TEXT_CLEANUP t = { 0 };

	if (fd < 0)
		return;
	add_message(&t, p, e);
	text_add(&t, "PRIORITY=5\nSYSLOG_IDENTIFIER=unfin\n");
	add_field(&t, "UNFIN_PLAN_ID", p->id);
	add_field(&t, "UNFIN_RESULT", reclaim_result_name(e->result));
	add_field(&t, "UNFIN_CAUSE", e->cause);
	add_field(&t, "UNFIN_FORCED", p->forced);
	add_endpoint(&t, "UNFIN_LOCAL", &s->local);
	add_endpoint(&t, "UNFIN_PEER", &s->peer);
	text_printf(&t, "UNFIN_COOKIE=%llu\nUNFIN_UID=%u\n", (unsigned long long)s->cookie, uid);
	sendto(fd, t.bytes, t.length, MSG_DONTWAIT | MSG_NOSIGNAL, (const struct sockaddr *)&journal, sizeof(journal));
}

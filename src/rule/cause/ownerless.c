/* Opened or accepted, finished by the peer, and no process has the descriptor: nobody can close it. It says where the
 * socket is instead, or that it cannot tell. */
#include "rule/ground/ages.h"
#include "rule/rule.h"
#include "rule/ground/texts.h"

enum {
	TRANSIT_MS = 1000, /* a descriptor on its way from one process to the next */
	UNSURE_MS = 10000, /* accepted while the look went on, after its process was looked at */
};

static const struct {
	enum unowned why;
	const char *text;
} kinds[] = {
	{ UNOWNED_IN_FLIGHT, "are in flight: passed on over a unix socket (SCM_RIGHTS), and not received" },
	{ UNOWNED_IO_URING, "are registered with an io_uring, without a descriptor" },
	{ UNOWNED_KERNEL, "are used by the kernel itself (NFS, iSCSI, a tunnel)" },
	{ UNOWNED_HIDDEN, "may belong to a process that could not be looked into" },
	{ UNOWNED_UNKNOWN, "have a file, but no process that could be seen refers to it" },
};

static bool is_sure(enum unowned why)
{
	return why == UNOWNED_IN_FLIGHT || why == UNOWNED_IO_URING || why == UNOWNED_KERNEL;
}

static bool is_old(struct inquiry *q, const struct socket *s, void *with)
{
	return socket_age(s).min_ms > (is_sure(s->unowned) ? TRANSIT_MS : UNSURE_MS) &&
	       (is_sure(s->unowned) || !socket_has(s, SOCKET_NEW));
}

static void ownerless_tell(struct inquiry *q, struct finding *f)
{
	const struct moment *m = q->moment;
	uint64_t counts[UNOWNED_COUNT] = { 0 };

	array_each (&f->sockets, s)
		counts[m->sockets.items[*s].unowned]++;
	f->confidence = CONFIDENCE_CERTAIN;
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		uint64_t count = counts[kinds[i].why];
		if (!count)
			continue;
		finding_evidence(q, f, "%s %s", count_text(q, count), kinds[i].text);
		if (!is_sure(kinds[i].why))
			f->confidence = CONFIDENCE_POSSIBLE;
	}
}

/* Where a process may be hidden, nothing is known of who must do what. */
static void advise(struct finding *f)
{
	if (f->confidence != CONFIDENCE_POSSIBLE) {
		finding_now(f, "whoever was sent them must receive them, and use or close them", NULL);
		return;
	}
	f->title = "opened or accepted connections whose process, if there is one, cannot be seen";
	finding_or_else(f, "never-closed", "a process that cannot be seen from here holds them", "unfin doctor");
	finding_now(f, "see first who holds them: this tells what it takes", "unfin doctor");
}

static bool ownerless_check(struct inquiry *q, const struct suspects *g, struct finding *f)
{
	const struct moment *m = q->moment;

	finding_keep(q, f, is_old, NULL);
	if (!f->count)
		return false;
	struct ages ages = ages_of(m, f->sockets.items, f->count, AGE_NOT_ASSUMED);
	ownerless_tell(q, f);
	if (ages.known)
		finding_evidence(q, f, "their peers finished %s ago", range_text(q, ages.youngest_ms, ages.oldest_ms));
	finding_excludes(q, f, "accept-queue", "each has a file, which none has that waits for accept()");
	if (f->subject == PROCESS_NONE)
		f->subject_why = "no process that can be seen holds them";
	advise(f);
	finding_more(f, "what it means", "unfin explain ownerless");
	return true;
}

const struct rule rule_ownerless = {
	.id = "ownerless",
	.title = "opened or accepted connections that no process holds now: nobody closes them",
	.where = "state == close-wait and (unowned == in-flight or unowned == io-uring or unowned == kernel or "
	         "unowned == hidden or unowned == unknown)",
	.per = PER_OWNER_END,
	.check = ownerless_check,
};

#include "ages.h"
#include "suspects.h"
#include "base/format.h"

static int compare_u64(const void *a, const void *b)
{
	return CMP(*(const uint64_t *)a, *(const uint64_t *)b);
}

struct ages ages_of(const struct moment *m, const uint32_t *sockets, size_t count)
{
	ARRAY(uint64_t) all = { 0 };
	struct ages ages = { 0 };

	for (size_t i = 0; i < count; i++) {
		const struct socket *s = &m->sockets.items[sockets[i]];
		struct age age = socket_finished_age(s);
		ages.eof_unread += socket_has(s, SOCKET_EOF_UNREAD);
		if (age.basis == AGE_UNKNOWN)
			continue;
		ages.exact += age.basis == AGE_EXACT;
		*array_push(&all) = age.min_ms;
	}
	ages.known = all.count;
	if (all.count) {
		array_sort(&all, compare_u64);
		ages.youngest_ms = all.items[0];
		ages.median_ms = all.items[all.count / 2];
		ages.oldest_ms = all.items[all.count - 1];
	}
	array_free(&all);
	return ages;
}

static bool is_older(const struct moment *m, const struct socket *s, void *with)
{
	const uint64_t *ms = with;
	struct age age = socket_finished_age(s);

	return age.basis == AGE_UNKNOWN || age.min_ms >= *ms;
}

void finding_keep_older(const struct moment *m, struct finding *f, uint64_t ms)
{
	finding_keep(m, f, is_older, &ms);
}

const char *duration_text(struct judgement *j, uint64_t ms)
{
	TEXT_CLEANUP t = { 0 };

	format_duration(&t, ms);
	return arena_strdup(j->arena, t.bytes);
}

const char *process_text(struct judgement *j, const struct moment *m, uint32_t process)
{
	const struct process *p = &m->processes.items[process];

	return arena_printf(j->arena, "%s[%u]", p->comm, p->pid);
}

/* unfin stacks, in the executable that has the libraries for it. */
#include "cmd/blame.h"
#include "cmd/status.h"
#include "standing.h"
#include "base/log.h"
#include "power/confined.h"
#include "power/power.h"
#include <inttypes.h>

static bool parse(const char *word, struct hanging *ret)
{
	unsigned spins;
	char end;

	*ret = (struct hanging){ 0 };
	if (sscanf(word, "%" SCNu32 ":%" SCNu64 ":%" SCNu32 ":%u%c", &ret->pid, &ret->start_boot_ns, &ret->tid, &spins,
	           &end) != 4)
		return false;
	ret->spins = spins;
	return true;
}

static bool write_all(const standing_list *list, uint32_t process)
{
	array_each (list, s) {
		struct standing head = *s;
		head.process = process;
		head.stack = NULL; /* it follows */
		if (!confined_write(STDOUT_FILENO, &head, sizeof(head)) ||
		    !confined_write(STDOUT_FILENO, s->stack, stack_bytes(s->stack)))
			return false;
	}
	return true;
}

/* `process`: the number of its word. */
static bool tell(const struct hanging *h, uint32_t process, struct arena *arena)
{
	standing_list list = { 0 };

	standing_find(h, NULL, arena, &list);
	bool written = write_all(&list, process);
	array_free(&list);
	return written;
}

int stacks_run(const struct invocation *in)
{
	cleanup(arena_cleanup) struct arena *arena = arena_new();
	struct hanging h;
	bool known = !isatty(STDOUT_FILENO) && in->words.count;

	array_each (&in->words, word)
		known = known && parse(*word, &h);
	if (!known) {
		log_error("this is for unfin itself to ask: unfin check tells where a thread hangs");
		return STATUS_USAGE;
	}
	power_limit(in->command->power);
	for (uint32_t i = 0; i < in->words.count; i++)
		if (!parse(in->words.items[i], &h) || !tell(&h, i, arena))
			return STATUS_UNABLE;
	return STATUS_OK;
}

/* The folder is the user's, or one that goes when all is told. The fleet itself is in lab/fleet.c. */
#include "fleet_lab.h"
#include "base/log.h"
#include "fleet_key.h"
#include "lab/kit/seed.h"
#include "lab/lab.h"
#include <errno.h>
#include <sys/stat.h>

enum { WORDS_MOST = 24 };

static int folder_failed(const char *folder)
{
	log_error("fleet lab: %s: %s", folder, strerror(errno));
	if (errno == EEXIST)
		log_hint("the folder is made here: name one that is not there yet");
	return errno == EEXIST ? STATUS_USAGE : STATUS_UNABLE;
}

/* `unfin fleet web-1.unfin …` */
static void fill_command(const char *folder, struct arena *arena, const char *words[WORDS_MOST])
{
	size_t count = 0;

	words[count++] = "unfin";
	words[count++] = "fleet";
	for (const char *const *host = lab_fleet_hosts(); *host; host++)
		words[count++] = arena_printf(arena, "%s/%s.unfin", folder, *host);
	words[count] = NULL;
}

static int run_in(const struct invocation *in, const char *folder)
{
	cleanup(arena_cleanup) struct arena *arena = arena_new();
	const struct options *o = &in->options;
	const struct lab_fault *fault = lab_find("fleet");
	const char *words[WORDS_MOST], *key = arena_printf(arena, "%s/fleet.key", folder);
	struct lab_run how = { .seed = o->seed.given ? o->seed.value : seed_fresh(),
		               .directory = folder,
		               .command = in->child,
		               .quiet = o->quiet };

	if (fleet_key_write(key)) {
		log_error("fleet lab: %s cannot be written", key);
		return STATUS_UNABLE;
	}
	fill_command(folder, arena, words);
	if (!in->child)
		printf("fleet lab: %s\n\n%s\n", fault->title, fault->story);
	how.command = in->child ?: (char *const *)words;
	return lab_run(fault, &how);
}

int fleet_lab_run(const struct invocation *in)
{
	char own[] = "/tmp/unfin-fleet-XXXXXX";
	const char *folder = in->words.count > 1 ? in->words.items[1] : NULL;
	int status = invocation_at_most(in, 2);

	if (status != STATUS_OK)
		return status;
	if (folder ? mkdir(folder, 0700) : !mkdtemp(own))
		return folder_failed(folder ?: own);
	status = run_in(in, folder ?: own);
	if (!folder)
		lab_fleet_remove(own);
	return status;
}

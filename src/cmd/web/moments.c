#include "moments.h"
#include "base/log.h"
#include "cmd/narrowed.h"
#include "cmd/status.h"
#include "history/history.h"
#include "model/secrets.h"
#include "power/power.h"
#include "source/kept/kept.h"

int moments_load(struct moments *ms, const char *from)
{
	cleanup(arena_cleanup) struct arena *arena = arena_new();
	struct gap why = { 0 };

	ms->path = from;
	power_raise();
	int err = kept_load(from, &ms->image, arena, &why);
	power_lower();
	if (!err)
		return STATUS_OK;
	log_error("cannot open %s: %s", why.what, why.why);
	if (why.mend)
		log_hint("%s", why.mend);
	return STATUS_USAGE;
}

/* Of an image: what is in it is told as the command line does. */
static int parse(const struct moments *ms, const char *path, struct text *image, struct moment *m, struct gap *ret_why)
{
	int err = kept_parse(path, image, m, m->arena, ret_why);

	if (err)
		return err;
	secrets_mask_moment(m);
	narrowed_tell(ms->in, path, m);
	return 0;
}

int moments_read(void *context, struct moment *m, struct gap *ret_why)
{
	struct moments *ms = context;
	TEXT_CLEANUP image = { 0 };
	int err = 0;

	if (ms->image.length)
		text_add_bytes(&image, ms->image.bytes, ms->image.length);
	else
		err = kept_load(ms->path, &image, m->arena, ret_why);
	return err ?: parse(ms, ms->path, &image, m, ret_why);
}

int moments_read_then(void *context, uint64_t at_ms, struct moment *m, struct gap *ret_why)
{
	struct moments *ms = context;
	TEXT_CLEANUP image = { 0 };
	uint64_t kept_ms;
	int err = history_moment(ms->state, at_ms, &kept_ms, &image, m->arena, ret_why);

	return err ?: parse(ms, ms->state, &image, m, ret_why);
}

void moments_free(struct moments *ms)
{
	text_free(&ms->image);
}

#include "fleet_files.h"
#include "asked.h"
#include "base/log.h"
#include "base/stop.h"
#include "model/secrets.h"
#include "power/power.h"
#include "source/kept/kept.h"
#include <errno.h>

typedef ARRAY(struct text) image_list;

static void miss(struct fleet *f, const char *path, const struct gap *why)
{
	log_warning("cannot open %s: %s", why->what, why->why);
	if (why->mend)
		log_hint("%s", why->mend);
	fleet_miss(f, path, why->why);
}

/* An image without bytes is one that could not be read. */
static void load_images(struct fleet *f, const char *const *paths, size_t count, image_list *images)
{
	struct gap why;

	power_raise();
	for (size_t i = 0; i < count; i++) {
		struct text *image = array_push(images);
		if (!kept_load(paths[i], image, f->arena, &why))
			continue;
		text_free(image);
		*image = (struct text){ 0 };
		miss(f, paths[i], &why);
	}
	power_lower();
}

static void take_image(struct fleet_files *files, const char *path, struct text *image, unsigned asks,
                       const struct request *request)
{
	cleanup(moment_cleanup) struct moment *m = moment_new();
	struct gap why;
	int err = kept_parse(path, image, m, m->arena, &why);

	text_free(image);
	*image = (struct text){ 0 };
	if (err) {
		miss(files->fleet, path, &why);
		return;
	}
	secrets_mask_moment(m);
	fleet_add(files->fleet, path, m);
	if (asks & FLEET_ASKS_PORTS)
		takings_add_ports(&files->takings, files->fleet, m);
	if (asks & FLEET_ASKS_FINDINGS)
		takings_add_findings(&files->takings, files->fleet, m, request);
}

int fleet_files_read(struct fleet_files *files, const struct invocation *in, const char *const *paths, size_t count,
                     unsigned asks)
{
	cleanup(arena_cleanup) struct arena *arena = arena_new();
	cleanup(asked_free) struct request request;
	image_list images = { 0 };
	int status = asked_parse(in, arena, &request);

	if (status != STATUS_OK)
		return status;

	stop_on_signals();
	files->fleet = fleet_new();
	load_images(files->fleet, paths, count, &images);
	power_limit(0);
	for (size_t i = 0; i < count; i++)
		if (images.items[i].bytes && !stop_asked())
			take_image(files, paths[i], &images.items[i], asks, &request);
	array_each (&images, image)
		text_free(image);
	array_free(&images);
	if (stop_asked())
		return STATUS_INTERRUPTED;
	fleet_join(files->fleet);
	return files->fleet->hosts.count ? STATUS_OK : STATUS_USAGE;
}

void fleet_files_free(struct fleet_files *files)
{
	takings_free(&files->takings);
	fleet_free(files->fleet);
}

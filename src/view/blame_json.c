/* The documents of `unfin blame` and `unfin guard` (contract, section 4). */
#include "blame.h"
#include "document.h"
#include "model/use.h"

static void add_outlived(struct json *j, const struct blame *b, const struct site *site)
{
	json_text(j, "outlived", outlived_name(site->outlived));
	json_u64(j, "processes", site->processes);
}

static void add_site(struct json *j, const struct blame *b, const struct site *site)
{
	json_object_begin(j, NULL);
	document_site(j, b->moment, site);
	if (b->guarded)
		add_outlived(j, b, site);
	else
		json_double(j, "per_min",
		            b->window_ms ? (double)(site->count - site->inferred) * 60e3 / (double)b->window_ms : 0);
	document_process(j, "holder", b->moment, site->holder);
	json_object_end(j);
}

/* Processes that do not get on: their sockets stay unfinished, wherever they were opened. */
static void add_hanging(struct json *j, const struct blame *b)
{
	json_array_begin(j, "hanging");
	array_each (&b->judgement->findings, f) {
		if (!f->standings.count)
			continue;
		json_object_begin(j, NULL);
		document_process(j, "process", b->moment, f->subject);
		json_text(j, "title", f->title);
		json_array_begin(j, "places");
		array_each (&f->standings, s)
			document_standing(j, NULL, *s);
		json_array_end(j);
		json_object_end(j);
	}
	json_array_end(j);
}

static void add_sites(struct json *j, const struct blame *b)
{
	json_array_begin(j, "sites");
	array_each (b->sites, site)
		add_site(j, b, site);
	json_array_end(j);
}

void blame_json(struct text *out, const struct blame *b)
{
	struct json j = JSON(out, true);

	document_begin(&j, "blame", b->moment);
	json_u64(&j, "opened", b->opened);
	json_u64(&j, "capture_ns", b->capture_ns);
	json_u64(&j, "unfinished", b->unfinished);
	add_sites(&j, b);
	json_u64(&j, "unattributed", b->unattributed);
	add_hanging(&j, b);
	document_end(&j);
}

void guard_json(struct text *out, const struct blame *b)
{
	struct json j = JSON(out, true);

	document_begin(&j, "guard", b->moment);
	json_i64(&j, "status", b->guarded->status);
	json_i64(&j, "command_status", b->guarded->command_status);
	json_u64(&j, "allowed", b->guarded->allowed);
	json_u64(&j, "opened", b->opened);
	json_u64(&j, "outlived", b->unfinished);
	add_sites(&j, b);
	document_end(&j);
}

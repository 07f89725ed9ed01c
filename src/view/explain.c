#include "explain.h"
#include "markdown.h"
#include "wrap.h"
#include "base/json.h"
#include "model/message/way_on.h"

#define BOLD  "\033[1m"
#define PLAIN "\033[0m"

static void add_title(struct text *t, const struct topic *topic, bool color)
{
	text_printf(t, "%s%s%s: %s\n", color ? BOLD : "", topic->names, color ? PLAIN : "", topic->gist);
}

/* What the message said, in one line: errno, call, place. */
static void add_summary(struct text *t, const struct mention *m, const struct page_style *style)
{
	const struct place *p = &m->place;
	const char *call = said_call_name(m->call);

	if (m->error)
		text_printf(t, "%s%s (%d)%s%s", style->color ? BOLD : "", m->error, m->number,
		            style->color ? PLAIN : "", call ? " from " : "");
	text_add(t, call ?: "");
	if (m->call == SAID_BIND_CLIENT)
		text_add(t, " of a client");
	if (p->port)
		text_printf(t, ", %s%s%s%u", p->udp ? "UDP " : "", *p->address ? p->address : "port",
		            *p->address ? ":" : " ", p->port);
	else if (p->udp)
		text_add(t, ", UDP");
	text_add_char(t, '\n');
}

static void add_ways_on(struct text *t, const struct mention *m, const struct page_style *style)
{
	const struct way_on *ways[WAYS_ON_MOST];
	size_t count = way_on_find(m, ways);

	for (size_t i = 0; i < count; i++) {
		TEXT_CLEANUP why = { 0 };
		way_on_add(&why, ways[i]->why, m);
		wrap_line(&(struct wrap){ t, style->columns }, 2, "", 0, why.bytes);
		text_add(t, "      ");
		way_on_add(t, ways[i]->command, m);
		text_add_char(t, '\n');
	}
	if (count)
		text_add_char(t, '\n');
}

void explain_text(struct text *t, const struct mention *m, const char *note, const struct page_style *style)
{
	if (m->error || m->call != SAID_NOTHING)
		add_summary(t, m, style);
	add_ways_on(t, m, style);
	if (!m->topic)
		return;
	add_title(t, m->topic, style->color);
	text_add_char(t, '\n');
	if (note) {
		wrap_line(&(struct wrap){ t, style->columns }, 2, "", 0, note);
		text_add_char(t, '\n');
	}
	markdown_add(t, m->topic->text, style);
}

/* What was read out of the message. */
static void add_reading(struct json *j, const struct mention *m)
{
	const struct place *p = &m->place;

	json_text(j, "errno", m->error);
	json_text(j, "call", said_call_name(m->call));
	json_text(j, "role", m->call == SAID_BIND_CLIENT ? "client" : NULL);
	json_text(j, "protocol", p->udp ? "udp" : NULL);
	json_text(j, "address", *p->address ? p->address : NULL);
	if (p->port)
		json_u64(j, "port", p->port);
	else
		json_none(j, "port");
}

void explain_json(struct text *t, const struct mention *m)
{
	const struct way_on *ways[WAYS_ON_MOST];
	size_t count = way_on_find(m, ways);
	struct json j = JSON(t, true);

	json_object_begin(&j, NULL);
	json_text(&j, "schema", "unfin.explain/1");
	json_text(&j, "topic", m->topic ? m->topic->name : NULL);
	json_text(&j, "kind", m->topic ? m->topic->kind : NULL);
	json_text(&j, "title", m->topic ? m->topic->gist : NULL);
	add_reading(&j, m);
	json_array_begin(&j, "way_on");
	for (size_t i = 0; i < count; i++) {
		TEXT_CLEANUP why = { 0 };
		TEXT_CLEANUP command = { 0 };
		way_on_add(&why, ways[i]->why, m);
		way_on_add(&command, ways[i]->command, m);
		json_object_begin(&j, NULL);
		json_text(&j, "text", why.bytes);
		json_text(&j, "command", command.bytes);
		json_object_end(&j);
	}
	json_array_end(&j);
	json_text(&j, "text", m->topic ? m->topic->text : NULL);
	json_object_end(&j);
	text_add_char(t, '\n');
}

void explain_list_json(struct text *t, const struct topics *all)
{
	struct json j = JSON(t, true);

	json_object_begin(&j, NULL);
	json_text(&j, "schema", "unfin.explain/1");
	json_array_begin(&j, "topics");
	for (const struct topic *topic = all->items; topic < all->items + all->count; topic++) {
		json_object_begin(&j, NULL);
		json_text(&j, "topic", topic->name);
		json_text(&j, "kind", topic->kind);
		json_text(&j, "title", topic->gist);
		json_object_end(&j);
	}
	json_array_end(&j);
	json_object_end(&j);
	text_add_char(t, '\n');
}

static void add_kind(struct text *t, const struct topics *all, const char *kind, const struct page_style *style)
{
	struct wrap wrap = { t, style->columns };
	unsigned width = 0;

	for (size_t i = 0; i < all->count; i++)
		if (streq(all->items[i].kind, kind))
			width = MAX(width, (unsigned)strlen(all->items[i].name));
	for (size_t i = 0; i < all->count; i++) {
		const struct topic *topic = &all->items[i];
		if (streq(topic->kind, kind))
			wrap_line(&wrap, 2, topic->name, width + 2, topic->gist);
	}
}

void explain_list(struct text *t, const struct topics *all, const struct page_style *style)
{
	static const struct {
		const char *kind, *heading;
	} kinds[] = { { "state", "States" },
		      { "cause", "Causes" },
		      { "errno", "Errors, by name, number or message" },
		      { "sysctl", "Settings" },
		      { "variable", "Environment" } };

	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		text_printf(t, "%s%s%s%s\n", i ? "\n" : "", style->color ? BOLD : "", kinds[i].heading,
		            style->color ? PLAIN : "");
		add_kind(t, all, kinds[i].kind, style);
	}
}

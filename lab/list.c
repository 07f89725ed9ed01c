/* The list of faults, made by the build from the names in meson.build. */
#include "lab/lab.h"
#include "base/json.h"
#include "base/memory.h"
#include "base/words.h"
#include <math.h>

#define FAULT(name) extern const struct lab_fault lab_##name;
#include "lab/lab_faults.inc"
#undef FAULT

#define FAULT(name) &lab_##name,
static const struct lab_fault *const faults[] = {
#include "lab/lab_faults.inc"
	NULL
};

const struct lab_fault *const *lab_faults(void)
{
	return faults;
}

const struct lab_fault *lab_find(const char *name)
{
	for (const struct lab_fault *const *f = faults; *f; f++)
		if (word_equal((*f)->name, name))
			return *f;
	return NULL;
}

static void print_words(struct json *j, const char *name, const char *words)
{
	cleanup(cleanup_free) char *copy = memory_strdup(words ? words : "");

	json_array_begin(j, name);
	for (char *save = NULL, *w = strtok_r(copy, ",", &save); w; w = strtok_r(NULL, ",", &save))
		json_text(j, NULL, w);
	json_array_end(j);
}

static void print_list(struct json *j, const char *name, const char *const list[LAB_FINDINGS])
{
	json_array_begin(j, name);
	for (size_t i = 0; i < LAB_FINDINGS && list[i]; i++)
		json_text(j, NULL, list[i]);
	json_array_end(j);
}

static void print_roots(struct json *j, const struct lab_expect *e)
{
	json_array_begin(j, "roots");
	for (size_t i = 0; i < LAB_FINDINGS && e->roots[i].id; i++) {
		json_object_begin(j, NULL);
		json_text(j, "id", e->roots[i].id);
		json_text(j, "subject", e->roots[i].subject);
		json_none(j, "pid");
		json_text(j, "filter", e->roots[i].filter);
		print_words(j, "candidates", e->roots[i].candidates);
		json_text(j, "says", e->roots[i].says);
		json_object_end(j);
	}
	json_array_end(j);
}

static void print_effects(struct json *j, const struct lab_expect *e)
{
	json_array_begin(j, "effects");
	for (size_t i = 0; i < LAB_FINDINGS && e->effects[i].id; i++) {
		json_object_begin(j, NULL);
		json_text(j, "id", e->effects[i].id);
		json_text(j, "caused_by", e->effects[i].caused_by);
		json_object_end(j);
	}
	json_array_end(j);
}

static void print_victims(struct json *j, const struct lab_expect *e)
{
	json_array_begin(j, "victims");
	for (size_t i = 0; i < LAB_FINDINGS && e->victims[i].process; i++) {
		json_object_begin(j, NULL);
		json_text(j, "process", e->victims[i].process);
		json_text(j, "call", e->victims[i].call);
		json_text(j, "errno", e->victims[i].error);
		json_object_end(j);
	}
	json_array_end(j);
}

static void print_end(struct json *j, const struct lab_expect *e)
{
	if (!e->end.id) {
		json_none(j, "end");
		return;
	}
	json_object_begin(j, "end");
	json_text(j, "id", e->end.id);
	json_text(j, "process", e->end.process);
	json_text(j, "call", e->end.call);
	json_text(j, "errno", e->end.error);
	json_object_end(j);
}

void lab_expect_json(const struct lab_fault *fault, struct text *out)
{
	const struct lab_expect *e = &fault->expect;
	struct json j = JSON(out, true);

	json_object_begin(&j, NULL);
	json_text(&j, "name", fault->name);
	json_text(&j, "label", e->healthy ? "healthy" : e->roots[0].id);
	json_bool(&j, "healthy", e->healthy);
	json_bool(&j, "decidable", !e->undecidable);
	json_bool(&j, "at_once", !e->watched);
	json_bool(&j, "steady", e->steady);
	print_roots(&j, e);
	print_effects(&j, e);
	print_victims(&j, e);
	print_list(&j, "allowed", e->allowed);
	print_list(&j, "innocent", e->innocent);
	print_end(&j, e);
	json_double(&j, "growth_per_s", e->growth_per_s > 0 ? e->growth_per_s : NAN);
	json_object_end(&j);
}

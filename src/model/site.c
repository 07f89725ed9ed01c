#include "site.h"

const char *site_how_name(enum site_how how)
{
	static const char *const names[] = {
		[SITE_NONE] = "none",
		[SITE_EXACT] = "exact",
		[SITE_DEFINITION] = "definition-line",
		[SITE_BRIDGED] = "bridged",
		[SITE_LATE] = "late",
		[SITE_INFERRED] = "inferred",
		[SITE_NATIVE_ONLY] = "native-only",
	};

	return how < ARRAY_SIZE(names) ? names[how] : names[SITE_NONE];
}

const struct frame *stack_place(const struct stack *s)
{
	return s->how != SITE_NONE && s->own < s->count ? &s->frames[s->own] : NULL;
}

bool stack_same_place(const struct stack *a, const struct stack *b)
{
	const struct frame *x = stack_place(a), *y = stack_place(b);

	if (a->how != b->how)
		return false;
	if (!x || !y)
		return x == y && streq(a->why, b->why);
	return x->line == y->line && streq(x->function, y->function) && streq(x->file, y->file);
}

size_t stack_bytes(const struct stack *s)
{
	return offsetof(struct stack, frames) + s->count * sizeof(*s->frames);
}

size_t stack_take(const char *bytes, size_t length, struct stack *ret)
{
	size_t head = offsetof(struct stack, frames);

	if (length < head)
		return 0;
	memcpy(ret, bytes, head);
	if (ret->count > STACK_FRAMES || length < stack_bytes(ret))
		return 0;
	memcpy(ret->frames, bytes + head, ret->count * sizeof(*ret->frames));
	ret->runtime[sizeof(ret->runtime) - 1] = ret->why[sizeof(ret->why) - 1] = '\0';
	ret->revision[STACK_REVISION - 1] = '\0';
	ret->own = MIN(ret->own, ret->count);
	if (ret->how > SITE_NATIVE_ONLY || ret->own == ret->count)
		ret->how = SITE_NONE;
	for (uint32_t i = 0; i < ret->count; i++) {
		struct frame *f = &ret->frames[i];
		f->function[STACK_FUNCTION - 1] = f->file[STACK_FILE - 1] = f->library[STACK_LIBRARY - 1] = '\0';
	}
	return stack_bytes(ret);
}

struct stack *stack_none(struct arena *arena, const char *why)
{
	struct stack *s = arena_alloc(arena, offsetof(struct stack, frames));

	snprintf(s->why, sizeof(s->why), "%s", why);
	return s;
}

struct stack *stack_copy(struct arena *arena, const struct stack *s)
{
	return memcpy(arena_alloc(arena, stack_bytes(s)), s, stack_bytes(s));
}

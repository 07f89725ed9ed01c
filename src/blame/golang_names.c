/* Functions of a Go program by their names. The list is by address, so all of it is gone through, in large pieces. */
#include "golang_table.h"

enum { WINDOW = 1 << 16, NAMES_MOST = 16, NAME_BYTES = 128 };

/* A piece of memory that moves on with what is asked for. */
struct window {
	const struct memory *memory;
	uint64_t start, bytes;
	uint8_t piece[WINDOW];
};

/* NULL: it cannot be read. */
static const uint8_t *window_at(struct window *w, uint64_t address, uint64_t bytes)
{
	if (address < w->start || address - w->start + bytes > w->bytes) {
		w->start = address;
		w->bytes = WINDOW;
		while (w->bytes >= bytes && memory_read(w->memory, address, w->piece, w->bytes))
			w->bytes /= 2; /* the end of what is mapped */
		if (w->bytes < bytes)
			w->bytes = 0;
	}
	return w->bytes ? w->piece + (address - w->start) : NULL;
}

/* The offset of a name among all of them; each ends in a zero. */
static bool find_name(const struct golang *g, struct window *w, const char *name, uint32_t *ret)
{
	char wanted[NAME_BYTES] = "";
	size_t length = strlen(name) + 2;
	uint64_t end = g->units; /* what follows the names */

	if (length > sizeof(wanted))
		return false;
	memcpy(wanted + 1, name, length - 2);
	for (uint64_t at = g->names; at + length <= end; at += WINDOW - NAME_BYTES) {
		uint64_t bytes = MIN((uint64_t)WINDOW, end - at);
		const uint8_t *piece = window_at(w, at, bytes);
		const uint8_t *found = piece ? memmem(piece, bytes, wanted, length) : NULL;
		if (found) {
			*ret = (uint32_t)(at + (uint64_t)(found - piece) + 1 - g->names);
			return true;
		}
	}
	return false;
}

static bool name_of(const struct golang *g, struct window *w, uint64_t index, uint32_t *ret)
{
	uint64_t at = golang_description(g, index) + golang_name_at(g);
	const uint8_t *bytes = window_at(w, at, sizeof(*ret));

	if (bytes)
		memcpy(ret, bytes, sizeof(*ret));
	return bytes != NULL;
}

/* Reads through a window, so that the list is read in pieces, too. */
static int read_through(void *context, uint64_t address, void *to, size_t bytes)
{
	const uint8_t *from = window_at(context, address, bytes);

	if (from)
		memcpy(to, from, bytes);
	return from ? 0 : -1;
}

void golang_functions(const struct golang *g, const char *const *names, size_t count, struct golang_range *ret)
{
	cleanup(cleanup_free) struct window *list = memory_zeroed(sizeof(*list));
	cleanup(cleanup_free) struct window *other = memory_zeroed(sizeof(*other));
	struct memory through = { .read = read_through, .context = list };
	struct golang copy = *g;
	uint32_t offsets[NAMES_MOST] = { 0 }, name = 0;
	bool any = false;

	list->memory = other->memory = g->memory;
	copy.memory = &through;
	for (size_t i = 0; i < count; i++) {
		ret[i] = (struct golang_range){ 0 };
		any |= i < NAMES_MOST && find_name(g, other, names[i], &offsets[i]);
	}
	for (uint64_t f = 0; any && f < g->functions && name_of(&copy, other, f, &name); f++)
		for (size_t i = 0; i < count && i < NAMES_MOST; i++)
			if (offsets[i] && name == offsets[i])
				ret[i] = (struct golang_range){ golang_entry(&copy, f), golang_entry(&copy, f + 1) };
}

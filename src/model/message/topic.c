#include "topic.h"
#include "model/state.h"
#include "base/array.h"
#include "base/words.h"
#include <ctype.h>

enum { NAME_BYTES = 64 };

/* The last component of a path or dotted name, without "=VALUE": letters and digits only, small. False: a
 * word that is empty or does not fit is no name. */
static bool fold(char out[NAME_BYTES], const char *s, size_t length)
{
	size_t n = 0;

	for (size_t i = 0; i < length && s[i] != '='; i++) {
		if (s[i] == '.' || s[i] == '/')
			n = 0;
		else if (isalnum((unsigned char)s[i]) && n + 1 == NAME_BYTES)
			return false;
		else if (isalnum((unsigned char)s[i]))
			out[n++] = (char)tolower((unsigned char)s[i]);
	}
	out[n] = '\0';
	return n > 0;
}

static bool has_name(const struct topic *t, const char *folded)
{
	char name[NAME_BYTES];

	if (fold(name, t->name, strlen(t->name)) && streq(name, folded))
		return true;
	for (const char *at = t->names; *at; at += strspn(at, ", ")) {
		size_t length = strcspn(at, ",");
		if (fold(name, at, length) && streq(name, folded))
			return true;
		at += length;
	}
	return false;
}

const struct topic *topic_find(const struct topics *all, const char *word)
{
	enum tcp_state state = state_parse(word);
	char folded[NAME_BYTES];

	if (state != STATE_NONE)
		word = state_json(state);
	if (!fold(folded, word, strlen(word)))
		return NULL;
	for (const struct topic *t = all->items; t < all->items + all->count; t++)
		if (has_name(t, folded))
			return t;
	return NULL;
}

const struct topic *topic_nearest(const struct topics *all, const char *word)
{
	ARRAY(const char *) names = { 0 };
	const char *bare = word;

	for (const char *at = word; *at; at++)
		if ((*at == '.' || *at == '/') && at[1])
			bare = at + 1;
	for (size_t i = 0; i < all->count; i++)
		*array_push(&names) = all->items[i].name;
	*array_push(&names) = NULL;
	const char *nearest = word_nearest(bare, names.items);
	array_free(&names);
	return nearest ? topic_find(all, nearest) : NULL;
}

#include "words.h"
#include <ctype.h>

enum { WORD_MAX = 32 };

static char folded(char c)
{
	return c == '_' ? '-' : (char)tolower((unsigned char)c);
}

bool word_equal(const char *a, const char *b)
{
	while (*a && folded(*a) == folded(*b))
		a++, b++;
	return !*a && !*b;
}

bool word_starts(const char *s, const char *prefix)
{
	while (*prefix && folded(*s) == folded(*prefix))
		s++, prefix++;
	return !*prefix;
}

bool word_listed(const char *word, const char *list)
{
	size_t length = strlen(word);

	for (const char *at = list; length && at; at = strchr(at, ' ')) {
		at += *at == ' ';
		if (word_starts(at, word) && (at[length] == ' ' || !at[length]))
			return true;
	}
	return false;
}

/* Optimal string alignment: one edit is a letter more, less, changed, or two neighbours swapped. */
static unsigned distance(const char *a, const char *b)
{
	unsigned rows[3][WORD_MAX + 1];
	unsigned *before = rows[0], *above = rows[1], *row = rows[2];
	size_t width = strlen(b);

	for (size_t j = 0; j <= width; j++)
		above[j] = (unsigned)j;
	for (size_t i = 1; a[i - 1]; i++) {
		row[0] = (unsigned)i;
		for (size_t j = 1; j <= width; j++) {
			unsigned changed = folded(a[i - 1]) != folded(b[j - 1]);
			row[j] = MIN(MIN(above[j] + 1, row[j - 1] + 1), above[j - 1] + changed);
			if (i > 1 && j > 1 && folded(a[i - 1]) == folded(b[j - 2]) &&
			    folded(a[i - 2]) == folded(b[j - 1]))
				row[j] = MIN(row[j], before[j - 2] + 1);
		}
		unsigned *free_row = before;
		before = above;
		above = row;
		row = free_row;
	}
	return above[width];
}

const char *word_nearest(const char *word, const char *const *known)
{
	const char *nearest = NULL;
	size_t length = strlen(word);
	unsigned best = (unsigned)MAX(length / 3, (size_t)1) + 1;

	if (length > WORD_MAX)
		return NULL;
	for (; *known; known++) {
		if (strlen(*known) > WORD_MAX)
			continue;
		unsigned edits = length > 2 && word_starts(*known, word) ? 1 : distance(word, *known);
		if (edits < best) {
			best = edits;
			nearest = *known;
		}
	}
	return nearest;
}

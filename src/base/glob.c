/* Greedy with one point to fall back to: the last `*` seen. An earlier one need never be tried again, for
 * what it could match more, the last one can match as well. */
#include "glob.h"

/* The set at `p` (after its bracket): does it hold c? Returns what follows it, NULL if it has no end. */
static const char *set_holds(const char *p, char c, bool *ret)
{
	bool negated = *p == '!' || *p == '^', holds = false;
	const char *first = p += negated;

	for (; *p && (*p != ']' || p == first); p++) {
		unsigned char low = (unsigned char)*p, high = low;
		if (p[1] == '-' && p[2] && p[2] != ']') {
			high = (unsigned char)p[2];
			p += 2;
		}
		holds |= low <= (unsigned char)c && (unsigned char)c <= high;
	}
	*ret = holds != negated;
	return *p ? p + 1 : NULL;
}

/* One character of the text against the pattern's next item: what follows the item, NULL if it does not match. */
static const char *step(const char *pattern, char c)
{
	const char *after;
	bool holds;

	switch (*pattern) {
	case '\0':
		return NULL;
	case '?':
		return pattern + 1;
	case '[':
		after = set_holds(pattern + 1, c, &holds);
		if (after)
			return holds ? after : NULL;
		return c == '[' ? pattern + 1 : NULL; /* a bracket without end is a bracket */
	case '\\':
		if (pattern[1])
			pattern++;
		/* fall through */
	default:
		return *pattern == c ? pattern + 1 : NULL;
	}
}

bool glob_match(const char *pattern, const char *text)
{
	const char *star = NULL, *from = NULL;

	while (*text) {
		if (*pattern == '*') {
			star = ++pattern;
			from = text;
			continue;
		}
		const char *next = step(pattern, *text);
		if (next) {
			pattern = next;
			text++;
		} else if (star) {
			pattern = star;
			text = ++from;
		} else {
			return false;
		}
	}
	while (*pattern == '*')
		pattern++;
	return !*pattern;
}

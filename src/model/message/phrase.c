#include "phrase.h"
#include <ctype.h>

const char *phrase_find(const char *text, const char *phrase)
{
	for (const char *at = text; (at = strcasestr(at, phrase)); at++)
		if (at == text || !isalnum((unsigned char)at[-1]))
			return at;
	return NULL;
}

const char *phrase_find_word(const char *text, const char *word)
{
	for (const char *at = text; (at = phrase_find(at, word)); at++)
		if (!isalnum((unsigned char)at[strlen(word)]))
			return at;
	return NULL;
}

const char *phrase_find_any(const char *text, const char *alternatives)
{
	const char *first = NULL;
	char phrase[64];

	for (const char *at = alternatives; *at; at += strspn(at, "|")) {
		size_t length = strcspn(at, "|");
		snprintf(phrase, sizeof(phrase), "%.*s", (int)length, at);
		const char *found = strcasestr(text, phrase);
		if (found && (!first || found < first))
			first = found;
		at += length;
	}
	return first;
}

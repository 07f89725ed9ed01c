/* Looking for words in foreign text: in any case, and only where a word begins. */
#pragma once
#include "base/util.h"

/* Where `phrase` begins a word: "read e" of Node is not in "thread ended". NULL: nowhere. */
const char *phrase_find(const char *text, const char *phrase);
/* The same, where it also ends one: "bind" is not in "BindException". */
const char *phrase_find_word(const char *text, const char *word);
/* The earliest of `alternatives`, which '|' separates; it may begin within a word. NULL: none. */
const char *phrase_find_any(const char *text, const char *alternatives);

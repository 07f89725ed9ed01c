/* A place in a program, for people. */
#pragma once
#include "model/moment.h"

/* "/srv/leak.py:7  fetch_profile()", as much of it as is known. */
void place_format(struct text *t, const struct frame *f);
/* Whose code stands between the program's own line and the system call: "urllib3, http.client", the outermost first;
 * nothing if none does. */
void place_add_libraries(struct text *t, const struct stack *s);
/* "/srv/leak.py:7  fetch_profile(), via urllib3, in broker[812]; 12 opened there"; or why it is not known. The process
 * is named if it is not `subject`. */
void place_format_site(struct text *t, const struct moment *m, const struct site *s, uint32_t subject);
/* "/srv/leak.py:22  read_all(), via http.client"; or why it is not known. False then. */
bool place_format_stack(struct text *t, const struct stack *s);
/* "/srv/api.py:41  main(), via asyncio; port 8080": where the listener was set up that what was accepted came in by; or
 * "port 8080: listening since before this watch". False: there is none to tell of. */
bool place_format_listener(struct text *t, const struct site *s);
/* "1fdd97170394  2026-11-30  Ann: fetch once (2 commits behind HEAD)"; nothing if it is not known. */
void place_format_commit(struct text *t, const struct site_commit *c);
/* "2 commits of this file between the starts of its program at 2026-11-29 09:00:12 +0100 and at 2026-11-30 10:12:00
 * +0100". False: it is not known, for most hosts have no agent that remembers. */
bool place_format_changes(struct text *t, const struct site_changes *c);
/* "/srv/api.py:12  match(), via re; thread api[812], there in 5 of 5 samples"; or why it is not known. */
void place_format_standing(struct text *t, const struct standing *s);

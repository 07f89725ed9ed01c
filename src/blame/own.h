/* Which frame is the program's own? The first one whose code is no library's: what its developers can change. */
#pragma once
#include "model/site.h"

/* A file of the system's libraries: its lines are not looked up. */
bool own_is_system_file(const char *path);

/* Sets `own`, or `library` to whose code it is. `module`: the file that the code is in. */
void own_judge_native(struct frame *f, const char *module, const char *program);
void own_judge_python(struct frame *f);
void own_judge_php(struct frame *f);
void own_judge_perl(struct frame *f);
void own_judge_ruby(struct frame *f);
void own_judge_javascript(struct frame *f);
/* By the class: com.shop.Client.fetch */
void own_judge_java(struct frame *f);

/* The first frame of the program's own that has a line becomes the stack's; where none has, the first one. */
void own_choose(struct stack *s);
/* The same of an interpreter's frames, and how sure it is. What runs a loop of events accepts, and is told of an end,
 * but it connects to nothing: where a task of that loop did, and only libraries are in it, the place is not known. */
void own_judge_interpreted(struct stack *s, bool connected);

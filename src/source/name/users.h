/* Names of users from /etc/passwd, read once: the name service may ask the network, and it is 3 a.m. */
#pragma once
#include "base/arena.h"
#include "base/array.h"

struct user_name {
	uint32_t uid;
	const char *name, *home;
};

struct users {
	ARRAY(struct user_name) names; /* sorted by uid */
};

/* Takes the lines of a passwd file; wrong ones are passed over. */
void users_parse(struct users *u, const char *text, struct arena *arena);
/* The name, or the number as text (in the arena). */
const char *users_name(const struct users *u, uint32_t uid, struct arena *arena);
/* Home directory, NULL if the user is not known. */
const char *users_home(const struct users *u, uint32_t uid);
void users_free(struct users *u);

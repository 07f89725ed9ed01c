/* Sockets counted by the values of some fields. A socket counts once: under its holders' different values,
 * joined by commas. */
#pragma once
#include "field.h"

struct group {
	uint64_t hash;   /* of the key; for the index */
	const char *key; /* the values in one text of bytes, to compare */
	size_t key_length;
	struct value *values; /* one for each field of the grouping */
	uint64_t count;
	struct value oldest; /* between the largest lower bound and the largest upper one; VALUE_NONE: none is known */
};

struct groups {
	const field_list *fields; /* the caller's; must outlive this */
	ARRAY(struct group) rows;
	struct index index;
	struct text key, scratch; /* of the socket at hand */
	struct arena *arena;
};

void groups_init(struct groups *g, const field_list *fields);
void groups_free(struct groups *g);
void groups_add(struct groups *g, const struct moment *m, const struct socket *s);

/* By `list`, which may name the fields of the grouping, `count` and `oldest`, each with a leading - for the
 * other way round; NULL: the most numerous first. 0, or -EINVAL and the wrong word, of the groups' arena. */
int groups_sort(struct groups *g, const char *list, const char **ret_wrong);

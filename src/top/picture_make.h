/* From a judged moment to what a screen may show of it. The words are those of `unfin check`. */
#pragma once
#include "rule/chronicle.h"
#include "rule/judgement.h"
#include "picture.h"

struct picture_ground {
	const struct moment *moment;
	const struct judgement *judgement;
	const struct request *request;
	const struct chronicle *chronicle; /* NULL: nothing is remembered */
	const struct gap *unread;          /* why what is remembered cannot be read; NULL: it can */
	unsigned columns;                  /* of the terminal: charts are as wide */
};

void picture_fill(struct picture *s, const struct picture_ground *g);

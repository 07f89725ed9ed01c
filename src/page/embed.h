/* Bytes of others within HTML, so that a browser takes them for what they are: text, or data. */
#pragma once
#include "base/text.h"

/* So that it is text to a browser, whatever it is. */
void html_add(struct text *out, const char *s);
/* A JSON document as the data of a <script> element: nothing in it can end that element or be markup, and every parser
 * reads the same values. */
void html_add_json(struct text *out, const struct text *json);

/* What became of a call that was seen failing: several rules weigh it. */
#pragma once
#include "rule/inquiry.h"

/* Its process went on otherwise, or got it in the end. A bind() that looks for a free port, upward or by chance:
 * Jupyter, Spark, vite do, and nobody suffers. A connect() that goes to another address of the same service: IPv6
 * first, then IPv4. */
bool failure_copes(const struct moment *m, const struct failure *f);

/* Texts of the inquiry. */
const char *failure_target(struct inquiry *q, const struct failure *f); /* "127.0.0.1:80", or "" */
const char *error_text(struct inquiry *q, int error);                   /* "EADDRINUSE" */

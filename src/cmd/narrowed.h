/* What was left out on request is told with every answer: who reads "nothing wrong" must know of what. */
#pragma once
#include "command.h"
#include "model/moment.h"

/* Fills the moment's `narrowed`: expression, causes, namespaces, and what a file of defaults has changed, with the
 * place. A file of defaults that could not be read is a gap: it may have asked for more. `from`: the file of a kept
 * moment, or NULL. */
void narrowed_tell(const struct invocation *in, const char *from, struct moment *m);

/* The commit of each place: from a file, as its program names it, to a repository, and what that says of the line. */
#pragma once
#include "model/moment.h"
#include "model/site.h"
#include "cmd/options.h"
#include "trace/captures.h"

/* --repo: DIR or DIR=PREFIX each; where none fits, the one that the file lies in. Only of
 * the worst places, for each costs a look through the history. Texts live in the moment's arena. */
void commits_find(site_list *sites, const struct moment *m, const struct options *o, struct captures *captures);

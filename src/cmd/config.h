/* Defaults from a file: lines of `option = value`, with the names and values of the command line, which goes before
 * them; lists (only, ignore) are joined. `#` begins a comment. The file is that of --config, else of UNFIN_CONFIG, else
 * /etc/unfin.conf, which need not be there. */
#pragma once
#include "command.h"

/* Fills what the command line left open. STATUS_OK, or STATUS_USAGE after having said line, column and what was
 * meant. */
int config_apply(struct invocation *in);
/* Every option that a file may set: its value, and where it comes from. */
void config_show(struct text *out, const struct invocation *in);
/* "/etc/unfin.conf:3", or the option as it is written on a command line. */
void config_origin(struct text *out, const struct invocation *in, const struct option *row);
/* Was it set at all, by the command line or a file? */
bool config_has(const struct invocation *in, const struct option *row);
/* Its value, as --show-config has it; and where that comes from: "command line and /etc/unfin.conf:3", "default". */
void config_value(struct text *out, const struct invocation *in, const struct option *row);
void config_origins(struct text *out, const struct invocation *in, const struct option *row);

/* Where nobody has named another. That it cannot be read is no mistake of the user's: then `config_error` of the
 * invocation is -errno, and the answer tells. */
extern const char *const config_default_file;

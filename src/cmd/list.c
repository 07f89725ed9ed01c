/* unfin list: the sockets, one a line. */
#include "command.h"
#include "session.h"

static int list_run(const struct invocation *in)
{
	cleanup(session_close) struct session s = { 0 };
	TEXT_CLEANUP out = { 0 };
	int status = session_open(&s, &in->options, 0) ?: session_look(&s);

	if (status != STATUS_OK)
		return status;
	array_each (&s.moment->sockets, socket) {
		text_printf(&out, "%-10s ", state_people(socket->state));
		endpoint_format(&out, &socket->local);
		text_add_char(&out, ' ');
		endpoint_format(&out, &socket->peer);
		text_add_char(&out, '\n');
	}
	text_flush(&out, STDOUT_FILENO);
	session_tell_gaps(&s);
	return STATUS_OK;
}

static const char *const list_options[] = { "netns", "quiet", "source", NULL };

const struct command command_list = {
	.name = "list",
	.summary = "the sockets, one a line, with the processes that hold them",
	.examples = "unfin list  # all sockets\n",
	.options = list_options,
	.run = list_run,
};

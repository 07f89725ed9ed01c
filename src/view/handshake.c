#include "handshake.h"

/* One line: a call and the state it leads to on the left, the segment, and the same on the right. */
struct drawn_row {
	const char *left_call;
	enum tcp_state left;
	const char *segment;
	enum tcp_state right;
	const char *right_call;
};

#define TO_RIGHT(name) name " --------------->"
#define TO_LEFT(name)  "<--------------- " name

enum { CALL_COLUMNS = 11, STATE_COLUMNS = 13, SEGMENT_COLUMNS = 25 };

static const struct drawn_row life[] = {
	{ "socket()", STATE_CLOSE, "", STATE_LISTEN, "listen()" },
	{ "connect()", STATE_SYN_SENT, TO_RIGHT("SYN    "), STATE_SYN_RECV, "" },
	{ "", STATE_ESTABLISHED, TO_LEFT("SYN+ACK"), STATE_NONE, "" },
	{ "", STATE_NONE, TO_RIGHT("ACK    "), STATE_ESTABLISHED, "accept()" },
	{ "", STATE_NONE, "<------- data -------->", STATE_NONE, "" },
	{ "close()", STATE_FIN_WAIT1, TO_RIGHT("FIN    "), STATE_CLOSE_WAIT, "read() = 0" },
	{ "", STATE_FIN_WAIT2, TO_LEFT("ACK    "), STATE_NONE, "" },
	{ "", STATE_TIME_WAIT, TO_LEFT("FIN    "), STATE_LAST_ACK, "close()" },
	{ "60 s later", STATE_CLOSE, TO_RIGHT("ACK    "), STATE_CLOSE, "" },
};

static const struct drawn_row crossing[] = {
	{ "", STATE_ESTABLISHED, "", STATE_ESTABLISHED, "" },
	{ "close()", STATE_FIN_WAIT1, "FIN -----.   .----- FIN", STATE_FIN_WAIT1, "close()" },
	{ "", STATE_CLOSING, "<--------- X --------->", STATE_CLOSING, "" },
	{ "", STATE_TIME_WAIT, "<-- ACK    X    ACK -->", STATE_TIME_WAIT, "" },
};

static void add_padded(struct text *t, const char *s, size_t columns)
{
	size_t length = strlen(s);

	text_add(t, s);
	text_pad(t, ' ', columns > length ? columns - length : 0);
}

static void add_state(struct text *t, enum tcp_state s, enum tcp_state here, bool color)
{
	const char *name = s == STATE_NONE ? "" : state_people(s);
	bool marked = s != STATE_NONE && s == here;

	text_add(t, marked && color ? "\033[1;33m" : "");
	add_padded(t, name, STATE_COLUMNS);
	text_add(t, marked && color ? "\033[0m" : "");
}

/* No blanks at the end of a line: they would only be noise in a pipe. */
static void end_line(struct text *t)
{
	while (t->length && t->bytes[t->length - 1] == ' ')
		t->length--;
	text_add_char(t, '\n');
}

static void add_mark(struct text *t, const struct drawn_row *m, enum tcp_state here, unsigned indent, bool color)
{
	size_t columns = indent + CALL_COLUMNS;

	if (here == STATE_NONE || (m->left != here && m->right != here))
		return;
	text_pad(t, ' ', columns);
	text_add(t, color ? "\033[1;33m" : "");
	add_padded(t, m->left == here ? "^ you are here" : "", m->right == here ? STATE_COLUMNS + SEGMENT_COLUMNS : 0);
	text_add(t, m->right == here ? "^ you are here" : "");
	text_add(t, color ? "\033[0m" : "");
	end_line(t);
}

void handshake_add(struct text *t, enum tcp_state here, unsigned indent, bool color)
{
	bool both = here == STATE_CLOSING;
	const struct drawn_row *rows = both ? crossing : life;
	size_t count = both ? ARRAY_SIZE(crossing) : ARRAY_SIZE(life);

	text_pad(t, ' ', indent);
	add_padded(t, both ? "one side" : "client; here it closes first",
	           CALL_COLUMNS + STATE_COLUMNS + SEGMENT_COLUMNS);
	text_add(t, both ? "the other, at the same moment\n" : "server; here it closes second\n");
	for (const struct drawn_row *m = rows; m < rows + count; m++) {
		text_pad(t, ' ', indent);
		add_padded(t, m->left_call, CALL_COLUMNS);
		add_state(t, m->left, here, color);
		add_padded(t, m->segment, SEGMENT_COLUMNS);
		add_state(t, m->right, here, color);
		text_add(t, m->right_call);
		end_line(t);
		add_mark(t, m, here, indent, color);
	}
}

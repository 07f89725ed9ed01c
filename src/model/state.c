#include "state.h"
#include <ctype.h>

static const struct {
	const char *json, *people, *others; /* others: further spellings, folded, separated by blanks */
	const char *meaning;
} states[STATE_COUNT] = {
	[STATE_NONE] = { "unknown", "-", "", "not known" },
	[STATE_ESTABLISHED] = { "established", "ESTAB", "estab", "open both ways" },
	[STATE_SYN_SENT] = { "syn_sent", "SYN-SENT", "", "asked to connect, no answer yet" },
	[STATE_SYN_RECV] = { "syn_recv", "SYN-RECV", "synrcvd synreceived newsynrecv", "being connected" },
	[STATE_FIN_WAIT1] = { "fin_wait1", "FIN-WAIT-1", "", "closed here, no answer yet" },
	[STATE_FIN_WAIT2] = { "fin_wait2", "FIN-WAIT-2", "", "closed here, not by the peer" },
	[STATE_TIME_WAIT] = { "time_wait", "TIME-WAIT", "", "over; the kernel keeps it for 60 s" },
	[STATE_CLOSE] = { "close", "CLOSE", "closed unconn boundinactive", "not connected" },
	[STATE_CLOSE_WAIT] = { "close_wait", "CLOSE-WAIT", "", "closed by the peer, not here" },
	[STATE_LAST_ACK] = { "last_ack", "LAST-ACK", "", "closed by both, no answer yet" },
	[STATE_LISTEN] = { "listen", "LISTEN", "listening", "waits for clients" },
	[STATE_CLOSING] = { "closing", "CLOSING", "", "closed by both at once" },
};

const char *state_json(enum tcp_state s)
{
	return states[s < STATE_COUNT ? s : STATE_NONE].json;
}

const char *state_people(enum tcp_state s)
{
	return states[s < STATE_COUNT ? s : STATE_NONE].people;
}

const char *state_meaning(enum tcp_state s)
{
	return states[s < STATE_COUNT ? s : STATE_NONE].meaning;
}

bool state_is_unfinished(enum tcp_state s)
{
	return s == STATE_CLOSE_WAIT || s == STATE_LAST_ACK || s == STATE_CLOSING || s == STATE_FIN_WAIT1 ||
	       s == STATE_FIN_WAIT2;
}

/* Letters and digits only, small: all spellings differ in separators and case alone. */
static void fold(char *out, size_t size, const char *s)
{
	size_t length = 0;

	for (; *s && length + 1 < size; s++)
		if (isalnum((unsigned char)*s))
			out[length++] = (char)tolower((unsigned char)*s);
	out[length] = '\0';
}

static bool among(const char *word, const char *list)
{
	size_t length = strlen(word);

	for (const char *at = list; (at = strstr(at, word)); at += length)
		if ((at == list || at[-1] == ' ') && (at[length] == ' ' || !at[length]))
			return true;
	return false;
}

enum tcp_state state_parse(const char *s)
{
	char word[32], name[32];

	fold(word, sizeof(word), s);
	if (starts_with(word, "tcp"))
		memmove(word, word + 3, strlen(word + 3) + 1);
	if (!*word)
		return STATE_NONE;
	for (enum tcp_state i = STATE_ESTABLISHED; i < STATE_COUNT; i++) {
		fold(name, sizeof(name), states[i].json);
		if (streq(word, name) || among(word, states[i].others))
			return i;
	}
	return STATE_NONE;
}

const char *const *state_names(void)
{
	static const char *const names[] = { "established", "syn_sent",  "syn_recv", "fin_wait1",
		                             "fin_wait2",   "time_wait", "close",    "close_wait",
		                             "last_ack",    "listen",    "closing",  NULL };

	return names;
}

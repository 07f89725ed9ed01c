#include "mention.h"
#include "base/parse.h"
#include "phrase.h"
#include "sayings.h"
#include <ctype.h>

const char *said_call_name(enum said_call c)
{
	static const char *const names[SAID_COUNT] = {
		[SAID_BIND] = "bind()",     [SAID_BIND_CLIENT] = "bind()", [SAID_CONNECT] = "connect()",
		[SAID_ACCEPT] = "accept()", [SAID_READ] = "read()",        [SAID_WRITE] = "write()",
		[SAID_SOCKET] = "socket()",
	};

	return names[c];
}

static const struct saying_errno *errno_by_number(long number)
{
	for (const struct saying_errno *row = sayings_errno; row->name; row++)
		if (number && (row->number == number || row->windows == number))
			return row;
	return NULL;
}

/* "[Errno 98]", "errno=98", "errno: -98", `"errno":98`, "os error 98", "[WinError 10048]" */
static const struct saying_errno *errno_marked(const char *text, const char *mark, const char **ret_at)
{
	for (const char *at = text; (at = phrase_find(at, mark)); at++) {
		const char *digits = at + strlen(mark);
		digits += strspn(digits, " =:(\"'-#");
		const struct saying_errno *row = isdigit((unsigned char)*digits) ? errno_by_number(atol(digits)) : NULL;
		if (row) {
			*ret_at = at;
			return row;
		}
	}
	return NULL;
}

/* MySQL's "(111)", .NET's "SocketException (99)": numbers that are rarely anything else. */
static const struct saying_errno *errno_in_brackets(const char *text)
{
	enum { COMMON_BELOW = 97 };

	for (const char *at = text; (at = strpbrk(at, "([")); at++) {
		const char *end = at + 1 + strspn(at + 1, "0123456789");
		long number = strchr(")]", *end) && *end ? atol(at + 1) : 0;
		const struct saying_errno *row = number >= COMMON_BELOW ? errno_by_number(number) : NULL;
		if (row)
			return row;
	}
	return NULL;
}

static const char *find_name(const char *text, const char *name)
{
	char windows[32];

	snprintf(windows, sizeof(windows), "WSA%s", name);
	return phrase_find_word(text, name) ?: phrase_find_word(text, windows);
}

/* What is said outright; of several errnos the first, since what follows are mostly further tries. */
static const struct saying_errno *errno_said(const char *text)
{
	static const char *const marks[] = { "errno", "os error", "winerror" };
	const struct saying_errno *first = NULL;
	const char *at = NULL, *found;

	for (const struct saying_errno *row = sayings_errno; row->name; row++) {
		const char *places[] = { find_name(text, row->name), phrase_find_any(text, row->messages) };
		for (size_t i = 0; i < ARRAY_SIZE(places); i++)
			if (places[i] && (!first || places[i] < at)) {
				first = row;
				at = places[i];
			}
	}
	for (size_t i = 0; i < ARRAY_SIZE(marks); i++) {
		const struct saying_errno *row = errno_marked(text, marks[i], &found);
		if (row && (!first || found < at)) {
			first = row;
			at = found;
		}
	}
	return first;
}

static const struct saying_errno *errno_hinted(const char *text)
{
	static const char *const marks[] = { "error code", "error", "code" };
	const struct saying_errno *row = NULL;
	const char *at;

	for (size_t i = 0; i < ARRAY_SIZE(marks) && !row; i++)
		row = errno_marked(text, marks[i], &at);
	if (!row)
		row = errno_in_brackets(text);
	for (const struct saying_errno *r = sayings_errno; r->name && !row; r++)
		if (*r->hints && phrase_find_any(text, r->hints))
			row = r;
	return row;
}

static const struct saying_errno *errno_in(const char *text)
{
	uint64_t bare;

	if (!parse_u64(text, &bare))
		return bare < 16384 ? errno_by_number((long)bare) : NULL;
	return errno_said(text) ?: errno_hinted(text);
}

static enum said_call call_in(const char *text)
{
	for (const struct saying_call *row = sayings_call; row->phrase; row++)
		if (phrase_find(text, row->phrase))
			return row->call;
	return SAID_NOTHING;
}

/* A state, sysctl or cause somewhere in the text. States are English words, too: written as states here. */
static const struct topic *topic_in(const struct topics *all, const char *text)
{
	char word[64];

	for (const char *at = text; *at;) {
		size_t length = 0;
		while (isalnum((unsigned char)at[length]) || (at[length] && strchr("_-./", at[length])))
			length++;
		size_t kept = length;
		while (kept && ispunct((unsigned char)at[kept - 1]))
			kept--;
		snprintf(word, sizeof(word), "%.*s", (int)kept, at);
		bool plain = !strpbrk(word, "_-.") && word[strspn(word, "ABCDEFGHIJKLMNOPQRSTUVWXYZ")];
		const struct topic *found = plain || kept >= sizeof(word) ? NULL : topic_find(all, word);
		if (found)
			return found;
		at += MAX(length, (size_t)1);
	}
	return NULL;
}

static void mention_errno(const struct topics *all, const char *text, struct mention *m)
{
	const struct saying_errno *row = errno_in(text);

	if (!row)
		return;
	m->error = row->name;
	m->number = row->number;
	m->topic = topic_find(all, row->name);
	m->call = call_in(text) ?: row->call;
	if (m->call == SAID_BIND && (phrase_find_any(text, sayings_client) || m->place.automatic))
		m->call = SAID_BIND_CLIENT;
}

static bool mention_saying(const struct topics *all, const char *text, struct mention *m)
{
	for (const struct saying_topic *row = sayings_topic; row->phrases; row++) {
		if (!phrase_find_any(text, row->phrases))
			continue;
		m->topic = topic_find(all, row->topic);
		m->quoted = true;
		m->error = row->error;
		m->call = row->call;
		for (const struct saying_errno *e = sayings_errno; m->error && e->name; e++)
			if (streq(e->name, m->error))
				m->number = e->number;
		return true;
	}
	return false;
}

bool mention_find(const struct topics *all, const char *text, struct mention *ret)
{
	struct mention m = { .topic = topic_find(all, text) };

	place_find(text, &m.place);
	if (!m.topic && !mention_saying(all, text, &m))
		mention_errno(all, text, &m);
	else if (!m.quoted && streq(m.topic->kind, "errno"))
		mention_errno(all, text, &m);
	if (!m.topic)
		m.topic = topic_in(all, text);
	/* Of a topic that is no failure of a call, numbers in the text are no ports. */
	if (m.topic && !m.error && m.call == SAID_NOTHING)
		m.place = (struct place){ 0 };
	*ret = m;
	return m.topic != NULL;
}

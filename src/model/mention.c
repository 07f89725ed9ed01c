#include "mention.h"
#include "sayings.h"
#include "base/parse.h"
#include "base/words.h"
#include <ctype.h>

const char *said_call_name(enum said_call c)
{
	static const char *const names[SAID_COUNT] = {
		[SAID_BIND] = "bind()",     [SAID_BIND_ANY] = "bind()", [SAID_CONNECT] = "connect()",
		[SAID_ACCEPT] = "accept()", [SAID_READ] = "read()",     [SAID_WRITE] = "write()",
		[SAID_SOCKET] = "socket()",
	};

	return names[c];
}

static bool one_of(const char *text, const char *alternatives)
{
	char phrase[64];

	for (const char *at = alternatives; *at; at += strspn(at, "|")) {
		size_t length = strcspn(at, "|");
		snprintf(phrase, sizeof(phrase), "%.*s", (int)length, at);
		if (strcasestr(text, phrase))
			return true;
		at += length;
	}
	return false;
}

/* In any case, and at the beginning of a word: "read e" of Node is not in "thread ended". */
static const char *says(const char *text, const char *phrase)
{
	for (const char *at = text; (at = strcasestr(at, phrase)); at++)
		if (at == text || !isalnum((unsigned char)at[-1]))
			return at;
	return NULL;
}

static bool has_word(const char *text, const char *word)
{
	const char *at = says(text, word);

	return at && !isalnum((unsigned char)at[strlen(word)]);
}

/* "[Errno 98]", "errno=98", "os error 98", "errno: 98" */
static int number_in(const char *text)
{
	static const char *const marks[] = { "errno", "os error", "code:" };

	for (size_t i = 0; i < ARRAY_SIZE(marks); i++) {
		const char *at = strcasestr(text, marks[i]);
		if (!at)
			continue;
		at += strlen(marks[i]);
		at += strspn(at, " =:(");
		if (isdigit((unsigned char)*at))
			return atoi(at);
	}
	return 0;
}

/* An errno's name counts more than a message, and that more than a number. */
static const struct saying_errno *errno_in(const char *text)
{
	const struct saying_errno *row;
	uint64_t bare;
	int number = parse_u64(text, &bare) ? number_in(text) : bare < 4096 ? (int)bare : 0;

	for (row = sayings_errno; row->name; row++)
		if (has_word(text, row->name))
			return row;
	for (row = sayings_errno; row->name; row++)
		if (one_of(text, row->messages))
			return row;
	for (row = sayings_errno; row->name && number; row++)
		if (row->number == number)
			return row;
	return NULL;
}

static enum said_call call_in(const char *text)
{
	for (const struct saying_call *row = sayings_call; row->phrase; row++)
		if (says(text, row->phrase))
			return row->call;
	return SAID_NOTHING;
}

static bool is_client(const char *text)
{
	for (const struct saying_call *row = sayings_client; row->phrase; row++)
		if (strcasestr(text, row->phrase))
			return true;
	return false;
}

static bool read_port(const char *digits, uint16_t *ret_port)
{
	size_t length = strspn(digits, "0123456789");
	long port = length && length <= 5 ? atol(digits) : -1;

	if (port < 0 || port > 65535)
		return false;
	*ret_port = (uint16_t)port;
	return true;
}

/* The address that ends before `colon`: dotted IPv4, [IPv6], *, ::, localhost; or nothing at all, as in
 * ":8080". File names and clock times also stand before a colon and are none. */
static bool read_address(const char *text, const char *colon, char ret[64])
{
	const char *from = colon;
	size_t dots = 0;

	while (from > text && colon - from < 63 && (isalnum((unsigned char)from[-1]) || strchr(".[]:*", from[-1])))
		from--;
	from += *from == '[' && colon[-1] != ']'; /* HAProxy: [0.0.0.0:80] */
	size_t length = (size_t)(colon - from);
	bool digits = strspn(from, "0123456789.") == length;
	for (size_t i = 0; i < length; i++)
		dots += from[i] == '.';
	snprintf(ret, 64, "%.*s", (int)length, from);
	return !length || (digits && dots == 3) || streq(ret, "*") || streq(ret, "::") ||
	       word_equal(ret, "localhost") || (*ret == '[' && colon[-1] == ']');
}

/* "10.0.0.1:80" (after "->" if there is one: before it stands the local side), else "port 80", else
 * Python's "('0.0.0.0', 80)". */
static bool read_endpoint(const char *text, struct mention *m)
{
	const char *arrow = strstr(text, "->");
	const char *start = arrow ? arrow + 2 : text;

	for (const char *at = start; (at = strchr(at, ':')); at++)
		if (read_port(at + 1, &m->port) && read_address(start, at, m->address))
			return true;
	m->address[0] = '\0';
	m->port = 0;
	const char *word = says(text, "port ");
	const char *tuple = strstr(text, "', ");
	return (word && read_port(word + 5, &m->port)) || (tuple && read_port(tuple + 3, &m->port));
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
	bool endpoint = read_endpoint(text, m);
	if (m->call == SAID_BIND && (is_client(text) || (endpoint && !m->port)))
		m->call = SAID_BIND_ANY;
}

bool mention_find(const struct topics *all, const char *text, struct mention *ret)
{
	struct mention m = { .topic = topic_find(all, text) };

	for (const struct saying_topic *row = sayings_topic; row->phrase && !m.topic; row++) {
		if (!strcasestr(text, row->phrase))
			continue;
		m.topic = topic_find(all, row->topic);
		m.error = row->error;
		m.call = row->call;
	}
	if (!m.topic || streq(m.topic->kind, "errno"))
		mention_errno(all, text, &m);
	if (!m.topic)
		m.topic = topic_in(all, text);
	if (!m.topic)
		return false;
	*ret = m;
	return true;
}

#include "secrets.h"
#include <ctype.h>

#define MASK "***"

enum { NAME_MOST = 64 };

/* One argument, and what is known from those before it. */
struct masking {
	struct text *out;
	char program[32]; /* without its path */
	bool next;        /* this argument is a secret, */
	bool next_user;   /* behind a user's name and a colon */
	bool after_scheme;
};

static bool has_any(const char *name, const char *const *parts)
{
	for (; *parts; parts++)
		if (strcasestr(name, *parts))
			return true;
	return false;
}

/* `--db-password`, `SECRET_KEY`, `token`; not `--password-file`, which only says where. */
static bool is_secret_name(const char *name)
{
	static const char *const parts[] = { "passw",         "passphrase", "pwd",         "secret",      "token",
		                             "apikey",        "api-key",    "api_key",     "access-key",  "access_key",
		                             "authorization", "credential", "private-key", "private_key", "cookie",
		                             "bearer",        NULL };
	static const char *const where[] = {
		"file", "path", "-dir", "stdin", "prompt", "-env", "-cmd", "-command", NULL
	};

	return has_any(name, parts) && !has_any(name, where);
}

/* The letters before `end` that make a name, without quotation marks. */
static void take_name(const char *begin, const char *end, char ret[NAME_MOST])
{
	const char *from = end;

	while (end > begin && strchr("\"'", end[-1]))
		end--;
	for (from = end; from > begin && (isalnum((unsigned char)from[-1]) || strchr("-_.", from[-1]));)
		from--;
	snprintf(ret, NAME_MOST, "%.*s", (int)MIN(end - from, NAME_MOST - 1), from);
}

/* The value behind a secret's name in the argument, as in `-Dpassword=…`, `x;Pwd=…` or `{"token":"…`; NULL if none. */
static const char *find_value(const char *word)
{
	char name[NAME_MOST];

	for (const char *at = word; (at = strpbrk(at, "=:")); at++) {
		take_name(word, at, name);
		if (is_secret_name(name))
			return at + 1;
	}
	return NULL;
}

/* The password in scheme://user:PASSWORD@host; NULL if there is none. */
static const char *find_url_password(const char *word, const char **ret_end)
{
	const char *authority = strstr(word, "://");
	size_t length = authority ? strcspn(authority + 3, "/?#") : 0;
	const char *at = authority ? memrchr(authority + 3, '@', length) : NULL;
	const char *colon = at ? memchr(authority + 3, ':', (size_t)(at - authority - 3)) : NULL;

	*ret_end = at;
	return colon ? colon + 1 : NULL;
}

/* A token that its maker has given a beginning of its own; NULL if there is none. */
static const char *find_token(const char *word)
{
	static const char *const begins[] = { "ghp_",  "gho_",  "ghs_",  "github_pat_", "glpat-", "xoxb-",
		                              "xoxp-", "xoxa-", "xoxs-", "sk_live_",    "eyJ",    NULL };

	for (const char *const *b = begins; *b; b++) {
		const char *at = strstr(word, *b);
		if (at && (at == word || !isalnum((unsigned char)at[-1])))
			return at + strlen(*b);
	}
	return NULL;
}

/* Options of one letter mean a secret to these programs only. `of`: it begins the program's name; the secret may stand
 * behind the letter, behind a colon there, or in the next argument. */
static const struct short_option {
	const char *of, *option;
	bool attached, spaced, behind_colon;
} short_options[] = {
	{ "mysql", "-p", true, false, false },  { "mariadb", "-p", true, false, false },
	{ "sshpass", "-p", true, true, false }, { "redis-cli", "-a", true, true, false },
	{ "ldap", "-w", true, true, false },    { "mongo", "-p", true, true, false },
	{ "curl", "-u", true, true, true },     { "curl", "--user", false, true, true },
	{ "curl", "-U", true, true, true },
};

static const struct short_option *find_short(const struct masking *m, const char *word)
{
	for (size_t i = 0; i < ARRAY_SIZE(short_options); i++)
		if (starts_with(m->program, short_options[i].of) && starts_with(word, short_options[i].option))
			return &short_options[i];
	return NULL;
}

/* `word` up to `secret`, the mask, and what is behind it. */
static void add_masked(struct masking *m, const char *word, const char *secret, const char *rest)
{
	text_add_bytes(m->out, word, (size_t)(secret - word));
	text_add(m->out, MASK);
	text_add(m->out, rest);
}

static bool is_scheme(const char *word)
{
	static const char *const schemes[] = { "bearer", "basic", "token", "digest", "negotiate", "apikey", NULL };

	for (const char *const *s = schemes; *s; s++)
		if (!strcasecmp(word, *s))
			return true;
	return false;
}

static bool add_awaited(struct masking *m, const char *word)
{
	bool awaited = m->next;

	m->next = awaited && is_scheme(word) && !m->after_scheme;
	m->after_scheme = m->next;
	if (!awaited || m->next)
		return false;
	const char *colon = m->next_user ? strchr(word, ':') : NULL;
	add_masked(m, word, colon ? colon + 1 : word, "");
	m->next_user = false;
	return true;
}

static bool add_short(struct masking *m, const char *word)
{
	const struct short_option *o = find_short(m, word);
	size_t length = o ? strlen(o->option) : 0;

	if (!o || (word[length] && !o->attached))
		return false;
	const char *colon = strchr(word + length, ':'), *secret = word[length] ? word + length : NULL;
	if (o->behind_colon)
		secret = colon ? colon + 1 : NULL;
	m->next = !word[length] && o->spaced;
	m->next_user = m->next && o->behind_colon;
	if (secret)
		add_masked(m, word, secret, "");
	return secret;
}

static void add_argument(struct masking *m, const char *word)
{
	const char *end = "", *value = find_value(word), *secret;

	if (add_awaited(m, word) || add_short(m, word))
		return;
	if (value && *value) {
		add_masked(m, word, value, "");
	} else if ((secret = find_url_password(word, &end))) {
		add_masked(m, word, secret, end);
	} else if ((secret = find_token(word))) {
		add_masked(m, word, secret, "");
	} else {
		text_add(m->out, word);
		m->next |= value || (*word == '-' && is_secret_name(word));
	}
}

static void take_program(struct masking *m, const char *word)
{
	const char *slash = strrchr(word, '/');

	snprintf(m->program, sizeof(m->program), "%s", slash ? slash + 1 : word);
}

void secrets_mask(struct text *out, const char *bytes, size_t length)
{
	bool has_ends = memchr(bytes, '\0', length);
	size_t begin = out->length;
	struct masking m = { .out = out };

	for (size_t at = 0, used; at <= length; at += used + 1) {
		const char *end = memchr(bytes + at, has_ends ? '\0' : ' ', length - at);
		used = end ? (size_t)(end - bytes) - at : length - at;
		cleanup(cleanup_free) char *word = memory_strndup(bytes + at, used);
		if (at)
			text_add_char(out, ' ');
		add_argument(&m, word);
		if (!at && out->length > begin) /* as it is shown: who masks it once more finds the same program */
			take_program(&m, out->bytes + begin);
	}
}

void secrets_mask_moment(struct moment *m)
{
	array_each (&m->processes, p) {
		TEXT_CLEANUP shown = { 0 };
		if (!p->cmdline)
			continue;
		secrets_mask(&shown, p->cmdline, strlen(p->cmdline));
		if (shown.bytes && !streq(shown.bytes, p->cmdline))
			p->cmdline = arena_strdup(m->arena, shown.bytes);
	}
}

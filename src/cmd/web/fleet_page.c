#include "fleet_page.h"
#include "base/clock.h"
#include "base/log.h"
#include "cmd/link.h"
#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

enum { EVERY_MS = 60 * 1000 };

static void tell_gone(struct web_answer *ret)
{
	answer_error(ret, 503, "the process that reads the fleet does not answer", "that process has ended",
	             "start unfin web again");
}

static int talk(const struct fleet_page *p, const struct text *question, struct text *ret)
{
	int err = link_send(p->reader.fd, question) ?: link_receive(p->reader.fd, ret);

	if (!err)
		text_add_char(ret, '\0');
	return err;
}

/* A status of HTTP and how many rows there are in a line, then a document, or what is wrong. */
static void take_reply(const char *reply, const char *type, struct web_answer *ret)
{
	const char *body = strchr(reply, '\n');
	size_t rows = 0;
	int status = 0;

	sscanf(reply, "%d %zu", &status, &rows);
	body = body ? body + 1 : "";
	if (status == 200) {
		*ret = answer_of(type);
		text_add(&ret->body, body);
		ret->rows = type == answer_json ? rows : ret->rows;
	} else {
		answer_error(ret, (unsigned)status, body, NULL, NULL);
	}
}

/* What would be another line of the message is no word of a question. */
static bool is_word(const char *word)
{
	return !word || !strchr(word, '\n');
}

static void ask(void *context, const char *question, const char *word, size_t limit, struct web_answer *ret)
{
	const struct fleet_page *p = context;
	TEXT_CLEANUP message = { 0 }, reply = { 0 };

	if (!is_word(word)) {
		answer_error(ret, 400, "a line is no word of a question", NULL, NULL);
		return;
	}
	text_printf(&message, "%s\n%zu\n%s", question ?: "", limit, word ?: "");
	if (talk(p, &message, &reply)) {
		shutdown(p->reader.fd, SHUT_RDWR); /* what is left of an answer is no beginning of the next */
		tell_gone(ret);
	} else {
		take_reply(reply.bytes + LINK_HEAD, question ? answer_json : answer_plain, ret);
	}
}

static bool renew(void *context)
{
	struct fleet_page *p = context;
	TEXT_CLEANUP again = { 0 };

	if (!p->every_ms || clock_monotonic_ns() - p->read_ns < p->every_ms * NS_PER_MS)
		return false;
	text_add(&again, FLEET_READER_AGAIN);
	if (!link_send(p->reader.fd, &again))
		fleet_reader_wait(&p->reader); /* that it could not be read is its answer to every question, too */
	p->read_ns = clock_monotonic_ns();
	return true;
}

/* No shell reads it as anything else. */
static bool is_plain(const char *word)
{
	static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-:@/+=,%";

	return *word && *word != '-' && !word[strspn(word, plain)];
}

static void add_words(struct text *t, const char *before, const char *const *words, size_t count, const char *otherwise)
{
	for (size_t i = 0; i < count; i++) {
		text_printf(t, "%s%s%s", t->length ? " " : "", before, is_plain(words[i]) ? words[i] : otherwise);
		if (!is_plain(words[i]) && !*before)
			return;
	}
}

static int check_asked(const struct invocation *in)
{
	const struct options *o = &in->options;

	if (o->from)
		log_error("either one host, --from, or a fleet");
	else if (o->fleet && o->hub_store.count)
		log_error("either a hub's store or kept moments, not both");
	else if (o->fleet && !in->words.count)
		log_error("--fleet needs the kept moments of its hosts");
	else if (o->hub_store.count)
		return invocation_at_most(in, 0);
	else
		return STATUS_OK;
	log_hint("unfin web --fleet *.unfin, or unfin web --hub /var/lib/unfin-hub/hub.db");
	return STATUS_USAGE;
}

bool fleet_page_is_asked(const struct options *o)
{
	return o->fleet || o->hub_store.count;
}

int fleet_page_plan(struct fleet_page *p, const struct invocation *in, struct fleet_plan *ret)
{
	const text_list *stores = &in->options.hub_store;
	int status = check_asked(in) ?: fleet_reader_start(&p->reader, in);

	if (status != STATUS_OK)
		return status;
	p->read_ns = clock_monotonic_ns();
	if (stores->count) {
		p->every_ms = in->options.interval.given ? MAX(in->options.interval.value, MS_PER_S) : EVERY_MS;
		add_words(&p->words, "--hub ", stores->items, stores->count, "STORE");
		if (in->options.store_password)
			add_words(&p->words, "--store-password ", &in->options.store_password, 1, "FILE");
		if (in->options.store_ca)
			add_words(&p->words, "--store-ca ", &in->options.store_ca, 1, "FILE");
	} else {
		add_words(&p->words, "", in->words.items, in->words.count, "FILE...");
	}
	*ret = (struct fleet_plan){ ask, renew, p, p->words.bytes, p->every_ms };
	return STATUS_OK;
}

/* Its process ends when this one lets go; we may not wait for it any more. */
void fleet_page_free(struct fleet_page *p)
{
	if (p->reader.fd > 0)
		close(p->reader.fd);
	text_free(&p->words);
}

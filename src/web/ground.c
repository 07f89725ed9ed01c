#include "ground.h"
#include "base/clock.h"
#include <errno.h>

void ground_free(struct ground *g)
{
	orders_free(&g->orders);
	judgement_free(g->judgement);
	moment_free(g->moment);
	g->judgement = NULL;
	g->moment = NULL;
}

static void tell_unread(const struct ground *g, int err, const char *why, struct web_answer *ret)
{
	TEXT_CLEANUP what = { 0 };

	text_printf(&what, "there is no moment in %s", g->path ?: "the file that was named");
	answer_error(ret, 503, what.bytes, why ?: strerror(-err),
	             err == -ENOENT ? "is the agent running? systemctl status unfin-agent" : NULL);
}

static int read_anew(struct ground *g, struct web_answer *ret_error)
{
	cleanup(moment_cleanup) struct moment *m = moment_new();
	struct gap why = { 0 };

	ground_free(g); /* two of them are never kept */
	int err = g->read(g->context, m, &why);
	if (err) {
		tell_unread(g, err, why.why, ret_error);
		return err;
	}
	g->judgement = judge_request(m, g->request);
	g->moment = take_ptr(m);
	return 0;
}

bool ground_stand(struct ground *g, struct document_ground *ret, bool *ret_changed, struct web_answer *ret_error)
{
	struct file_stamp now = { 0 };
	int err = g->path ? file_stamp_read(g->path, &now) : 0;

	*ret_changed = err || !g->moment || !file_stamp_same(&now, &g->stamp);
	if (err) {
		tell_unread(g, err, NULL, ret_error);
		return false;
	}
	if (*ret_changed && read_anew(g, ret_error))
		return false;
	g->stamp = now;
	g->used_ns = clock_monotonic_ns();
	*ret = (struct document_ground){ g->moment, g->request, g->judgement, &g->orders };
	return true;
}

void ground_rest(struct ground *g, uint64_t idle_ns)
{
	if (g->moment && clock_monotonic_ns() - g->used_ns >= idle_ns)
		ground_free(g);
}

void then_free(struct then_ground *t)
{
	orders_free(&t->orders);
	judgement_free(t->judgement);
	moment_free(t->moment);
	*t = (struct then_ground){ 0 };
}

int then_stand(struct then_ground *t, const struct request *request, moment_then_reader *read, void *context,
               uint64_t at_ms, struct document_ground *ret, struct gap *ret_why)
{
	if (!t->at_ms || t->at_ms != at_ms) {
		then_free(t);
		t->moment = moment_new();
		int err = read(context, at_ms, t->moment, ret_why);
		if (err)
			return err;
		t->judgement = judge_request(t->moment, request);
		t->at_ms = at_ms;
	}
	t->used_ns = clock_monotonic_ns();
	*ret = (struct document_ground){ t->moment, request, t->judgement, &t->orders };
	return 0;
}

void then_rest(struct then_ground *t, uint64_t idle_ns)
{
	if (t->moment && clock_monotonic_ns() - t->used_ns >= idle_ns)
		then_free(t);
}

#include "kept_plan.h"
#include "base/file.h"
#include "base/parse.h"
#include <errno.h>
#include <jansson.h>

enum { PLAN_BYTES = 256 * 1024 * 1024 };

static bool read_u64(const json_t *object, const char *name, uint64_t *ret)
{
	const json_t *value = json_object_get(object, name);

	*ret = (uint64_t)json_integer_value(value);
	return json_is_integer(value);
}

static bool read_socket(const json_t *object, struct kept_socket *ret)
{
	const char *state = json_string_value(json_object_get(object, "state"));
	const char *holders = json_string_value(json_object_get(object, "holders_id"));
	uint64_t acked = 0, received = 0, recv_q = 0, send_q = 0;
	bool whole = read_u64(object, "cookie", &ret->cookie) && read_u64(object, "netns_cookie", &ret->netns_cookie) &&
	             read_u64(object, "acked_bytes", &acked) && read_u64(object, "received_bytes", &received) &&
	             read_u64(object, "recv_q", &recv_q) && read_u64(object, "send_q", &send_q) && holders &&
	             !parse_u64_hex(holders, &ret->holders);

	ret->acked = (uint32_t)acked;
	ret->received = (uint32_t)received;
	ret->recv_q = (uint32_t)recv_q;
	ret->send_q = (uint32_t)send_q;
	ret->state = state ? state_parse(state) : STATE_NONE;
	return whole && ret->cookie && ret->state;
}

static int compare_kept(const void *a, const void *b)
{
	return CMP(((const struct kept_socket *)a)->cookie, ((const struct kept_socket *)b)->cookie);
}

static bool read_sockets(const json_t *list, struct kept_plan *ret)
{
	for (size_t i = 0; i < json_array_size(list); i++)
		if (!read_socket(json_array_get(list, i), array_push(&ret->sockets)))
			return false;
	array_sort(&ret->sockets, compare_kept);
	array_each (&ret->sockets, s)
		*array_push(&ret->cookies) = s->cookie;
	return json_is_array(list);
}

static bool read_document(const json_t *document, struct arena *arena, struct kept_plan *ret)
{
	const char *schema = json_string_value(json_object_get(document, "schema"));
	const char *id = json_string_value(json_object_get(document, "plan_id"));
	const char *boot = json_string_value(json_object_get(document, "boot_id"));

	if (!schema || !streq(schema, "unfin.reclaim/1") || !id || !boot)
		return false;
	ret->id = arena_strdup(arena, id);
	ret->boot_id = arena_strdup(arena, boot);
	return read_sockets(json_object_get(document, "sockets"), ret);
}

int kept_plan_read(const char *path, struct arena *arena, struct kept_plan *ret, const char **ret_why)
{
	TEXT_CLEANUP text = { 0 };
	json_error_t error;
	int err = file_read(path, PLAN_BYTES, &text);

	*ret_why = err ? strerror(-err) : "it is not what `unfin reclaim --json` writes";
	if (err)
		return err;
	json_t *document = json_loadb(text.bytes, text.length, JSON_REJECT_DUPLICATES, &error);
	bool whole = document && read_document(document, arena, ret);
	json_decref(document);
	return whole ? 0 : -EINVAL;
}

void kept_plan_free(struct kept_plan *k)
{
	array_free(&k->cookies);
	array_free(&k->sockets);
}

static const char *changed(const struct kept_socket *kept, const struct reclaim_plan *p, const struct socket *s)
{
	if (kept->netns_cookie != p->netns_cookies.items[s->netns])
		return "in another network namespace than the plan says";
	if (kept->state != s->state)
		return "it has moved on to another state since the plan";
	if (kept->acked != s->acked_bytes || kept->received != s->received_bytes || kept->send_q != s->send_q)
		return "data has moved since the plan: somebody uses it";
	if (kept->recv_q != s->recv_q)
		return "its program has read from it since the plan";
	if (kept->holders != reclaim_holders_id(p->moment, s))
		return "it has other holders since the plan";
	return NULL;
}

size_t kept_plan_compare(const struct kept_plan *k, struct reclaim_plan *p)
{
	size_t left = 0, found = p->sockets.count + p->refused.count;

	for (size_t i = 0; i < p->sockets.count; i++) {
		struct reclaim_entry e = p->sockets.items[i];
		const struct socket *s = &p->moment->sockets.items[e.socket];
		const struct kept_socket key = { .cookie = s->cookie };
		const struct kept_socket *kept =
		        bsearch(&key, k->sockets.items, k->sockets.count, sizeof(key), compare_kept);
		e.why = kept ? changed(kept, p, s) : "it is not in the plan";
		if (e.why)
			*array_push(&p->refused) = e;
		else
			p->sockets.items[left++] = e;
	}
	p->sockets.count = left;
	return k->sockets.count > found ? k->sockets.count - found : 0;
}

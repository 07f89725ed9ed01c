#include "unit.h"
#include "model/field.h"
#include "model/group.h"
#include "model/sort.h"
#include "scene.h"

/* What contract and documents name must be there, in this order. */
static void json_members(void **state)
{
	static const char *const names[] = {
		"state",  "local_address", "local_port", "peer_address", "peer_port", "recv_q",  "send_q",
		"age_ms", "age_basis",     "age_min_ms", "age_max_ms",   "role",      "holders", "unowned",
		"uid",    "inode",         "cookie",     "netns",        "cgroup",    "unit",    "container",
	};
	size_t i = 0;

	for (const struct field *f = field_table(); f->name; f++) {
		if (!f->json)
			continue;
		assert_true(i < ARRAY_SIZE(names));
		assert_string_equal(f->name, names[i++]);
	}
	assert_int_equal(i, ARRAY_SIZE(names));
}

static void rows_are_whole(void **state)
{
	for (const struct field *f = field_table(); f->name; f++) {
		assert_non_null(f->get);
		assert_non_null(f->heading);
		assert_non_null(f->help);
		assert_ptr_equal(field_find(f->name), f);
		assert_ptr_equal(field_find(field_word(f)), f);
		assert_int_equal(f->kind == VALUE_WORD, f->words != NULL);
		assert_int_equal(f->kind == VALUE_YESNO, f->flag != 0);
		if (f->named_by)
			assert_non_null(field_find(f->named_by));
	}
}

/* A getter gives its field's kind, or nothing; a word is one of the field's. */
static void getters_keep_their_kind(void **state)
{
	struct moment *m = scene_new();

	array_each (&m->sockets, s) {
		for (const struct field *f = field_table(); f->name; f++) {
			struct value v = f->get(f, m, s, moment_holder(m, s->first_holder));
			bool known = false;
			assert_true(v.kind == VALUE_NONE || v.kind == f->kind);
			for (const char *const *w = f->words; w && *w && v.kind == VALUE_WORD; w++)
				known |= streq(*w, v.text);
			assert_true(v.kind != VALUE_WORD || known);
		}
	}
	moment_free(m);
}

static void lists(void **state)
{
	struct arena *arena = arena_new();
	const char *wrong = NULL;
	field_list list = { 0 };

	assert_int_equal(field_list_parse("-age, local-port,comm", true, arena, &list, &wrong), 0);
	assert_int_equal(list.count, 3);
	assert_true(list.items[0].descending && !list.items[1].descending);
	assert_string_equal(list.items[1].field->name, "local_port");
	assert_int_not_equal(field_list_parse("state,,pid", false, arena, &list, &wrong), 0);
	assert_string_equal(wrong, "");
	assert_int_not_equal(field_list_parse("-age", false, arena, &list, &wrong), 0);
	assert_string_equal(wrong, "-age");
	assert_int_not_equal(field_list_parse("agee", true, arena, &list, &wrong), 0);
	assert_string_equal(wrong, "agee");
	array_free(&list);
	arena_free(arena);
}

static const char *grouped(const struct moment *m, const char *by, const char *sort)
{
	TEXT_CLEANUP t = { 0 };
	field_list list = { 0 };
	struct groups g;
	const char *wrong = NULL;

	assert_int_equal(field_list_parse(by, false, m->arena, &list, &wrong), 0);
	groups_init(&g, &list);
	array_each (&m->sockets, s)
		groups_add(&g, m, s);
	if (groups_sort(&g, sort, &wrong))
		text_printf(&t, "wrong: %s", wrong);
	else
		array_each (&g.rows, row) {
			text_add(&t, t.length ? " " : "");
			for (size_t i = 0; i < list.count; i++) {
				value_format(&t, &row->values[i]);
				text_add_char(&t, '=');
			}
			text_add_u64(&t, row->count);
		}
	groups_free(&g);
	array_free(&list);
	return arena_strdup(m->arena, t.bytes);
}

static void groups(void **state)
{
	struct moment *m = scene_new();

	assert_string_equal(grouped(m, "state", NULL), "close_wait=3 established=2 time_wait=1 listen=1");
	assert_string_equal(grouped(m, "comm", NULL), "nginx=3 =2 bash,python3=1 python3=1");
	assert_string_equal(grouped(m, "pid", NULL), "200=3 =2 100=1 100,101=1");
	assert_string_equal(grouped(m, "fd,state", "fd"),
	                    "3=close_wait=1 4=close_wait=1 6=listen=1 9=established=1 10=established=1 "
	                    "=time_wait=1 =close_wait=1");
	assert_string_equal(grouped(m, "peer_port", "count,-peer_port"), "5000=1 3000=1 2000=1 443=1 0=1 80=2");
	assert_string_equal(grouped(m, "state", "-oldest"), "close_wait=3 established=2 time_wait=1 listen=1");
	assert_string_equal(grouped(m, "state", "oldest,state"), "time_wait=1 established=2 close_wait=3 listen=1");
	assert_string_equal(grouped(m, "state", "pid"), "wrong: pid");
	moment_free(m);
}

static const char *sorted(const struct moment *m, const char *by)
{
	uint32_t positions[16];
	field_list list = { 0 };
	const char *wrong = NULL;
	TEXT_CLEANUP t = { 0 };

	assert_int_equal(field_list_parse(by, true, m->arena, &list, &wrong), 0);
	for (uint32_t i = 0; i < m->sockets.count; i++)
		positions[i] = i;
	sort_sockets(m, positions, m->sockets.count, &list);
	for (uint32_t i = 0; i < m->sockets.count; i++)
		text_add_char(&t, (char)('A' + positions[i]));
	array_free(&list);
	return arena_strdup(m->arena, t.bytes);
}

static void sorts(void **state)
{
	struct moment *m = scene_new();

	assert_string_equal(sorted(m, "-age"), "ACDBEFG");
	assert_string_equal(sorted(m, "age,-local_port"), "EBCDAFG");
	assert_string_equal(sorted(m, "-local_port,state"), "CDGFEBA");
	assert_string_equal(sorted(m, "-pid"), "CDFABEG");
	assert_string_equal(sorted(m, "unowned"), "GEABCDF");
	moment_free(m);
}

/* By whatever field, either way: no row comes before one that it should follow, and equal ones stay as they were. */
static void sorts_by_every_field(void **state)
{
	struct moment *m = scene_new();
	struct text scratch[2] = { 0 };

	for (const struct field *f = field_table(); f->name; f++) {
		for (int down = 0; down < 2; down++) {
			TEXT_CLEANUP by = { 0 };
			text_printf(&by, "%s%s", down ? "-" : "", f->name);
			const char *order = sorted(m, by.bytes);
			for (; order[1]; order++) {
				const struct socket *one = &m->sockets.items[order[0] - 'A'];
				const struct socket *next = &m->sockets.items[order[1] - 'A'];
				struct value v = field_value(f, m, one, &scratch[0]);
				struct value w = field_value(f, m, next, &scratch[1]);
				int is = value_order(&v, &w, down);
				assert_true(is < 0 || (!is && order[0] < order[1]));
			}
		}
	}
	text_free(&scratch[0]);
	text_free(&scratch[1]);
	moment_free(m);
}

UNIT_MAIN(TEST(json_members), TEST(rows_are_whole), TEST(getters_keep_their_kind), TEST(lists), TEST(groups),
          TEST(sorts), TEST(sorts_by_every_field));

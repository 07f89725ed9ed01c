#include "unit.h"
#include "rule/changes.h"
#include "scene.h"

#define BOOT  "11111111-2222-3333-4444-555555555555"
#define BOOT2 "99999999-2222-3333-4444-555555555555"

static struct moment *moment_of(const char *host, const char *boot, uint64_t netns, size_t leaked)
{
	struct moment *m = moment_new();
	char local[32];

	m->host = host;
	m->boot_id = boot;
	m->taken_unix_ms = 1000 + leaked * 1000;
	uint32_t at = moment_netns(m, netns);
	m->netns.items[at].in_scope = true;
	for (size_t i = 0; i < leaked; i++) {
		snprintf(local, sizeof(local), i % 2 ? "127.0.0.1:%zu" : "[::ffff:127.0.0.1]:%zu", 1000 + i);
		struct socket *s =
		        scene_socket(m, STATE_CLOSE_WAIT, local, i % 2 ? "127.0.0.1:80" : "[::ffff:127.0.0.1]:80");
		s->role = ROLE_CLIENT;
		scene_hold(m, s, 7, "leaker", (uint32_t)i);
	}
	struct socket *served = scene_socket(m, STATE_ESTABLISHED, "127.0.0.1:80", "127.0.0.1:5000");
	served->role = ROLE_SERVER;
	return m;
}

static void groups_tell_what_grew(void **state)
{
	cleanup(moment_cleanup) struct moment *a = moment_of("web", BOOT, 5, 3), *b = moment_of("web", BOOT, 5, 9);
	cleanup(comparison_cleanup) struct comparison *c = comparison_new(a, b);

	assert_int_equal(c->relation, RELATION_SAME_BOOT);
	assert_int_equal(c->elapsed_ms, 6000);
	assert_int_equal(c->before[STATE_CLOSE_WAIT], 3);
	assert_int_equal(c->after[STATE_CLOSE_WAIT], 9);
	assert_int_equal(c->groups.count, 1); /* mapped and native are one peer; the server did not change */
	assert_string_equal(c->groups.items[0].comm, "leaker");
	assert_int_equal(c->groups.items[0].before, 3);
	assert_int_equal(c->groups.items[0].after, 9);
}

static void others_are_not_in_scope(void **state)
{
	cleanup(moment_cleanup) struct moment *a = moment_of("web", BOOT, 5, 3), *b = moment_of("web", BOOT, 5, 9);

	b->netns.items[0].in_scope = false;
	cleanup(comparison_cleanup) struct comparison *c = comparison_new(a, b);
	assert_int_equal(c->after[STATE_CLOSE_WAIT], 0);
}

static void whose_the_moments_are(void **state)
{
	static const struct {
		const char *host, *boot;
		enum relation relation;
	} rows[] = {
		{ "web", BOOT, RELATION_SAME_BOOT },
		{ "web", BOOT2, RELATION_OTHER_BOOT },
		{ "db", BOOT2, RELATION_OTHER_HOST },
		{ "host1", "host2", RELATION_UNKNOWN }, /* redacted */
	};
	cleanup(moment_cleanup) struct moment *a = moment_of("web", BOOT, 5, 1);

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		cleanup(moment_cleanup) struct moment *b = moment_of(rows[i].host, rows[i].boot, 5, 1);
		cleanup(comparison_cleanup) struct comparison *c = comparison_new(a, b);
		assert_string_equal(relation_name(c->relation), relation_name(rows[i].relation));
	}
}

/* A judgement of one finding; NULL: of none. */
static struct judgement *judgement_of(const char *key, enum severity severity, uint64_t count)
{
	struct judgement *j = memory_zeroed(sizeof(*j));

	j->arena = arena_new();
	if (key) {
		struct finding *f = array_push(&j->findings);
		f->id = "never-closed";
		f->key = key;
		f->severity = severity;
		f->count = count;
	}
	return j;
}

static void findings_are_matched_by_key(void **state)
{
	static const char here[] = "never-closed net:[5] /bin/x 1.1.1.1:1",
	                  there[] = "never-closed net:[6] /bin/x 1.1.1.1:1";
	static const struct {
		const char *before, *after;
		enum severity was, is;
		uint64_t count_before, count_after;
		enum relation relation;
		enum change change;
		bool worse;
	} rows[] = {
		{ NULL, here, 0, SEVERITY_WARNING, 0, 3, 0, CHANGE_NEW, true },
		{ NULL, here, 0, SEVERITY_INFO, 0, 3, 0, CHANGE_NEW, false },
		{ here, here, SEVERITY_INFO, SEVERITY_WARNING, 3, 3, 0, CHANGE_WORSE, true },
		{ here, here, SEVERITY_WARNING, SEVERITY_WARNING, 3, 4, 0, CHANGE_WORSE, true },
		{ here, here, SEVERITY_WARNING, SEVERITY_WARNING, 3, 3, 0, CHANGE_SAME, false },
		{ here, here, SEVERITY_CRITICAL, SEVERITY_WARNING, 3, 9, 0, CHANGE_BETTER, false },
		{ here, NULL, SEVERITY_CRITICAL, 0, 3, 0, 0, CHANGE_GONE, false },
		{ here, there, SEVERITY_WARNING, SEVERITY_WARNING, 3, 3, RELATION_SAME_BOOT, CHANGE_NEW, true },
		{ here, there, SEVERITY_WARNING, SEVERITY_WARNING, 3, 3, RELATION_OTHER_BOOT, CHANGE_SAME, false },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		cleanup(judgement_cleanup) struct judgement *a =
		        judgement_of(rows[i].before, rows[i].was, rows[i].count_before);
		cleanup(judgement_cleanup) struct judgement *b =
		        judgement_of(rows[i].after, rows[i].is, rows[i].count_after);
		cleanup(changes_cleanup) struct changes *c = changes_new(a, b, rows[i].relation);
		assert_string_equal(change_name(c->findings.items[0].change), change_name(rows[i].change));
		assert_int_equal(c->worse, rows[i].worse);
	}
}

UNIT_MAIN(TEST(groups_tell_what_grew), TEST(others_are_not_in_scope), TEST(whose_the_moments_are),
          TEST(findings_are_matched_by_key))

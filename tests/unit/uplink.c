/* What an uplink makes of a moment, what it keeps while no hub takes it, and how long it waits. */
#include "unit.h"
#include "scene.h"
#include "base/file.h"
#include "fleet/flow.h"
#include "uplink/rows.h"
#include "uplink/uplink.h"
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

struct told {
	struct moment *moment;
	struct judgement *judgement;
	struct arena *arena;
	struct known known;
	struct row_set rows;
	struct rows_plan plan;
};

static void tell(struct told *t, struct moment *m)
{
	*t = (struct told){ .moment = m, .arena = arena_new() };
	array_each (&m->netns, n)
		n->self = n->in_scope = true;
	t->judgement = judge(m);
	t->plan = (struct rows_plan){ .moment = m,
		                      .judgement = t->judgement,
		                      .host_id = 5,
		                      .offset_ms = 1000,
		                      .offset_known = true,
		                      .known = &t->known };
	rows_fill(&t->plan, t->arena, &t->rows);
}

static void told_free(struct told *t)
{
	row_set_free(&t->rows);
	known_free(&t->known);
	judgement_free(t->judgement);
	arena_free(t->arena);
	moment_free(t->moment);
}

static uint8_t translates_of(struct moment *m)
{
	struct told t;

	tell(&t, m);
	uint8_t translates = ((const struct look_row *)row_at(&t.rows, ROW_LOOK, 0))->translates;
	told_free(&t);
	return translates;
}

/* What a connection leads to through a host that tracks is another question than what cannot be read there. */
static void what_is_translated_is_told(void **state)
{
	struct moment *m = scene_new();
	struct told t;

	assert_int_equal(translates_of(scene_new()), ROW_TRANSLATES_NOT);
	m->netns.items[0].totals.conntrack_used = 1;
	assert_int_equal(translates_of(m), ROW_TRANSLATES_READ);
	m = scene_new();
	m->netns.items[0].tracks_unread = true;
	assert_int_equal(translates_of(m), ROW_TRANSLATES_UNREAD);
	m = scene_new();
	*array_push(&m->crossings) = (struct crossing){ .client = 0, .server = INDEX_NONE };
	tell(&t, m);
	assert_int_equal(((const struct suspect_row *)row_at(&t.rows, ROW_SUSPECT, 0))->nat, ROW_NAT_KNOWN);
	assert_int_equal(((const struct suspect_row *)row_at(&t.rows, ROW_SUSPECT, 1))->nat, ROW_NAT_NONE);
	told_free(&t);
}

/* The scene has two in CLOSE-WAIT with a holder and one that nobody has accepted; of those established none was idle.
 */
static void unfinished_ones_are_told(void **state)
{
	struct told t;

	struct moment *m = scene_new();
	m->fleet_key_id = UINT64_MAX;
	tell(&t, m);
	assert_int_equal(t.rows.of[ROW_SUSPECT].count, 3);
	const struct suspect_row *a = row_at(&t.rows, ROW_SUSPECT, 0);
	assert_int_equal(a->state, STATE_CLOSE_WAIT);
	assert_int_equal(a->at_ms, 1800000000000 - 1000); /* by the hub's clock */
	assert_int_equal(a->lport, 1000);
	assert_int_equal(a->pid, 100);
	assert_int_equal(a->scope, SCOPE_OUTER);
	assert_int_equal(a->flow_id,
	                 flow_id(SCOPE_OUTER, &t.moment->sockets.items[0].peer, &t.moment->sockets.items[0].local));
	assert_string_equal(a->comm, "python3");
	assert_string_equal(a->service, "python3");
	assert_int_equal(a->age_ms, 3 * 3600000);
	assert_int_equal(a->age_basis, socket_age(&t.moment->sockets.items[0]).basis);
	assert_int_not_equal(a->age_basis, AGE_UNKNOWN);
	const struct look_row *look = row_at(&t.rows, ROW_LOOK, 0);
	assert_int_equal(look->sample_k, 0);
	assert_int_equal(look->key_id, UINT64_MAX);
	assert_int_equal(look->skew_ms, 1000);
	assert_int_equal(look->skew_known, 1);
	told_free(&t);
}

static void idle_ones_are_told_and_sampled_by_their_number(void **state)
{
	struct moment *m = scene_new();
	struct told t;
	const unsigned count = 12000;

	for (unsigned n = 0; n < count; n++) {
		TEXT_CLEANUP peer = { 0 };
		text_printf(&peer, "10.1.%u.%u:80", n / 250, n % 250 + 1);
		scene_times(scene_socket(m, STATE_ESTABLISHED, "10.0.0.1:5000", peer.bytes), 600000, 0, 600000);
	}
	tell(&t, m);
	const struct look_row *look = row_at(&t.rows, ROW_LOOK, 0);
	assert_int_equal(look->sample_k, 2);
	size_t told = t.rows.of[ROW_SUSPECT].count - 3;
	assert_true(told > count / 5 && told < count * 3 / 10);
	for (size_t i = 0; i < t.rows.of[ROW_SUSPECT].count; i++) {
		const struct suspect_row *s = row_at(&t.rows, ROW_SUSPECT, i);
		assert_true(s->state == STATE_CLOSE_WAIT || s->flow_id % 4 == 0);
	}
	told_free(&t);
}

static void sums_are_by_service_and_destination(void **state)
{
	struct told t;
	unsigned close_wait = 0, old = 0, time_wait = 0;

	tell(&t, scene_new());
	for (size_t i = 0; i < t.rows.of[ROW_ROLLUP].count; i++) {
		const struct rollup_row *r = row_at(&t.rows, ROW_ROLLUP, i);
		close_wait += r->close_wait;
		old += r->close_wait_old;
		time_wait += r->time_wait;
		assert_int_equal(r->minute, (1800000000000 - 1000) / 60000);
	}
	assert_int_equal(close_wait, 3);
	assert_int_equal(old, 2);
	assert_int_equal(time_wait, 1);
	told_free(&t);
}

/* Those with most connections are told of; that there are many small ones makes no host a lossy one. */
static void the_largest_sums_are_told(void **state)
{
	struct moment *m = scene_new();
	struct told t;

	for (unsigned n = 0; n < 2500; n++) {
		TEXT_CLEANUP peer = { 0 };
		text_printf(&peer, "10.1.%u.%u:80", n / 250, n % 250 + 1);
		scene_socket(m, STATE_ESTABLISHED, "10.0.0.1:5000", peer.bytes);
	}
	for (unsigned n = 0; n < 9; n++)
		scene_socket(m, STATE_ESTABLISHED, "10.0.0.1:5000", "10.9.9.9:80");
	tell(&t, m);
	const struct rollup_row *first = row_at(&t.rows, ROW_ROLLUP, 0);
	assert_int_equal(first->established, 9);
	assert_int_equal(t.rows.of[ROW_ROLLUP].count, 2000);
	assert_int_equal(((const struct look_row *)row_at(&t.rows, ROW_LOOK, 0))->lost, 0);
	told_free(&t);
}

/* A hub refuses what is no plain text; what others named is shown as every view shows it. */
static void names_are_what_a_hub_takes(void **state)
{
	cleanup(arena_cleanup) struct arena *arena = arena_new();
	char name[1000];

	assert_string_equal(rows_name("a\x1b[2J\n", arena), "a\\x1b[2J\\x0a");
	for (size_t i = 0; i + 1 < sizeof(name); i += 2)
		memcpy(name + i, "\xc3\xa9", 2);
	name[sizeof(name) - 2] = '\0';
	assert_int_equal(strlen(rows_name(name, arena)), 254); /* a letter is not cut in two */
	assert_null(rows_name(NULL, arena));
}

static void pauses_double_and_are_by_chance(void **state)
{
	assert_int_equal(uplink_pause_ms(0, 0), 1);
	assert_int_equal(uplink_pause_ms(1, 199), 200);
	assert_int_equal(uplink_pause_ms(1, 200), 1);
	assert_int_equal(uplink_pause_ms(40, 59999), 60000);
	assert_int_equal(uplink_pause_ms(40, 60000), 1);
}

struct shelf {
	char folder[64];
	struct depot depot;
};

static void shelf_open(struct shelf *s, uint64_t most)
{
	assert_int_equal(depot_open(s->folder, most, &s->depot), 0);
}

static void shelf_make(struct shelf *s, uint64_t most)
{
	*s = (struct shelf){ .folder = "/tmp/unfin-unit-depot.XXXXXX" };
	assert_non_null(mkdtemp(s->folder));
	shelf_open(s, most);
}

static void shelf_remove(struct shelf *s)
{
	TEXT_CLEANUP command = { 0 };

	depot_close(&s->depot);
	text_printf(&command, "rm -r '%s'", s->folder);
	assert_int_equal(system(command.bytes), 0);
}

static void add_look(struct shelf *s, unsigned n, unsigned suspects)
{
	struct row_set rows = { 0 };
	struct batch_header h = { .host_id = 5 };

	for (unsigned i = 0; i < suspects; i++)
		*(struct suspect_row *)row_push(&rows, ROW_SUSPECT) =
		        (struct suspect_row){ .flow_id = i * 0x9e3779b97f4a7c15ULL, .cookie = i };
	for (unsigned i = 0; i < 50; i++)
		*(struct rollup_row *)row_push(&rows, ROW_ROLLUP) =
		        (struct rollup_row){ .established = i * 2654435761u };
	*(struct finding_row *)row_push(&rows, ROW_FINDING) = (struct finding_row){ .key = "k" };
	*(struct look_row *)row_push(&rows, ROW_LOOK) =
	        (struct look_row){ .at_ms = n, .complete = 1, .sockets = suspects };
	assert_int_equal(depot_add(&s->depot, &h, &rows), 0);
	row_set_free(&rows);
}

struct sent {
	struct batch_header header;
	struct look_row look; /* zeros: there is none */
	struct text bytes;
};

static bool head(struct shelf *s, struct sent *ret)
{
	cleanup(arena_cleanup) struct arena *arena = arena_new();
	struct row_set rows = { 0 };
	struct batch_fault fault;

	*ret = (struct sent){ 0 };
	if (depot_head(&s->depot, &ret->bytes))
		return false;
	assert_int_equal(batch_open(ret->bytes.bytes, ret->bytes.length, NULL, arena, &ret->header, &rows, &fault), 0);
	if (rows.of[ROW_LOOK].count)
		ret->look = *(const struct look_row *)row_at(&rows, ROW_LOOK, 0);
	row_set_free(&rows);
	return true;
}

static void they_go_in_order_and_stay_the_same(void **state)
{
	struct shelf s;
	struct sent one, again;

	shelf_make(&s, 1 << 30);
	add_look(&s, 1, 3);
	add_look(&s, 2, 3);
	assert_true(head(&s, &one));
	assert_int_equal(one.header.epoch, 1);
	assert_int_equal(one.header.seq, 1);
	assert_int_equal(one.look.at_ms, 1);
	depot_close(&s.depot); /* as killed, before the answer came */
	shelf_open(&s, 1 << 30);
	assert_int_equal(s.depot.waiting, 2);
	assert_true(head(&s, &again));
	assert_int_equal(again.bytes.length, one.bytes.length);
	assert_memory_equal(again.bytes.bytes, one.bytes.bytes, one.bytes.length);
	text_free(&one.bytes);
	text_free(&again.bytes);
	assert_int_equal(depot_done(&s.depot), 0);
	assert_true(head(&s, &one));
	assert_int_equal(one.header.epoch, 2);
	assert_int_equal(one.header.seq, 1);
	assert_int_equal(one.look.at_ms, 2);
	text_free(&one.bytes);
	assert_int_equal(depot_done(&s.depot), 0);
	assert_false(head(&s, &one));
	assert_int_equal(s.depot.bytes, 0);
	text_free(&one.bytes);
	shelf_remove(&s);
}

/* Which one it is and what number it has is in its name; an older unfin had that in the batch. */
static void one_under_way_keeps_its_number(void **state)
{
	struct shelf s;
	struct sent one, again;
	struct depot_way w;

	shelf_make(&s, 1 << 30);
	add_look(&s, 1, 3);
	assert_true(head(&s, &one));
	assert_int_equal(depot_way_find(s.depot.folder, &w), 0);
	assert_true(w.number == 1 && w.epoch == 1 && w.seq == 1);
	assert_int_equal(depot_write(s.depot.folder, 'h', 1, &one.bytes), 0);
	assert_int_equal(depot_way_remove(s.depot.folder, &w), 0);
	depot_close(&s.depot);
	shelf_open(&s, 1 << 30);
	assert_int_equal(s.depot.waiting, 1);
	assert_int_equal(s.depot.bytes, one.bytes.length);
	assert_true(head(&s, &again));
	assert_int_equal(one.bytes.length, again.bytes.length);
	assert_memory_equal(one.bytes.bytes, again.bytes.bytes, one.bytes.length);
	text_free(&one.bytes);
	text_free(&again.bytes);
	assert_int_equal(depot_done(&s.depot), 0);
	assert_int_equal(s.depot.waiting, 0);
	assert_int_equal(s.depot.bytes, 0);
	shelf_remove(&s);
}

/* Room is made as when the depot is full, and no more of it than two batches take. */
static void a_full_disk_costs_what_is_needed_least(void **state)
{
	struct shelf s;
	struct sent one;

	shelf_make(&s, 1 << 30);
	for (uint64_t at = 1; at <= 8; at++)
		add_look(&s, at, 3);
	uint64_t before = s.depot.bytes;
	depot_make_room(&s.depot, 10);
	assert_int_equal(s.depot.most, 1 << 30);
	assert_true(s.depot.bytes <= before - before / 4 && s.depot.bytes > before / 2);
	assert_true(s.depot.shed[ROW_ROLLUP] > 0);
	assert_int_equal(s.depot.waiting, 8);
	assert_true(head(&s, &one));
	text_free(&one.bytes);
	shelf_remove(&s);
}

/* Else the uplink would ask for them for ever, and never wait. */
static void files_that_somebody_removed_do_not_wait(void **state)
{
	struct shelf s;
	struct sent one;

	shelf_make(&s, 1 << 30);
	add_look(&s, 1, 3);
	assert_int_equal(depot_remove(s.depot.folder, 'q', 1), 0);
	assert_false(head(&s, &one));
	assert_int_equal(s.depot.waiting, 0);
	assert_int_equal(s.depot.bytes, 0);
	shelf_remove(&s);
}

static void append_line(const char *line)
{
	FILE *f = fopen(getenv("UNFIN_UNIT_TOLD"), "a");

	assert_non_null(f);
	fprintf(f, "%s\n", line);
	fclose(f);
}

/* What stands in its way on the disk is told, and it is not the hub that is blamed. */
static void what_cannot_be_read_is_told(void **state)
{
	struct shelf s;
	TEXT_CLEANUP odd = { 0 }, told = { 0 }, lines = { 0 };
	const struct courier_plan hub = { .url = "http://127.0.0.1:1" };
	struct uplink *u = NULL;

	shelf_make(&s, 1 << 30);
	const struct uplink_plan plan = { .request = &request_default,
		                          .folder = s.folder,
		                          .hubs = &hub,
		                          .hub_count = 1,
		                          .interval_ms = 1,
		                          .folder_most = 1 << 30 };
	text_printf(&odd, "%s/q000000000001", s.folder);
	text_printf(&told, "%s/told", s.folder);
	assert_int_equal(mkdir(odd.bytes, 0700), 0);
	setenv("UNFIN_UNIT_TOLD", told.bytes, 1);
	assert_int_equal(uplink_open(&plan, append_line, &u), 0);
	for (unsigned n = 0; n < 200 && access(told.bytes, F_OK); n++) {
		assert_true(uplink_send(u));
		usleep(1000);
	}
	uplink_close(u);
	assert_int_equal(file_read(told.bytes, 4096, &lines), 0);
	assert_non_null(strstr(lines.bytes, "cannot read what is to be sent, in /tmp/unfin-unit-depot."));
	assert_null(strstr(lines.bytes, "127.0.0.1"));
	shelf_remove(&s);
}

/* One look of a large host is several batches, and the look is in the last. */
static void a_large_look_is_several_batches(void **state)
{
	struct shelf s;
	struct sent one;
	uint64_t suspects = 0, looks = 0;

	shelf_make(&s, 1 << 30);
	add_look(&s, 1, 30000);
	assert_true(s.depot.waiting >= 4);
	while (head(&s, &one)) {
		assert_int_equal(looks, 0);
		suspects += one.header.rows[ROW_SUSPECT];
		looks += one.header.rows[ROW_LOOK];
		assert_int_equal(depot_done(&s.depot), 0);
		text_free(&one.bytes);
	}
	assert_int_equal(suspects, 30000);
	assert_int_equal(looks, 1);
	shelf_remove(&s);
}

static void what_is_left_out_is_told(void **state)
{
	struct shelf s;
	struct sent one;
	unsigned looks = 0, incomplete = 0, rollups = 0;
	uint32_t lost_suspects = 0, told_lost = 0;

	shelf_make(&s, 1 << 30);
	for (unsigned n = 1; n <= 20; n++)
		add_look(&s, n, 500);
	s.depot.most = s.depot.bytes / 4;
	depot_shed(&s.depot, 1000);
	assert_true(s.depot.bytes <= s.depot.most);
	while (head(&s, &one)) {
		looks++;
		rollups += one.header.rows[ROW_ROLLUP];
		lost_suspects += one.header.lost[ROW_SUSPECT];
		told_lost += one.look.lost;
		incomplete += !one.look.complete;
		assert_int_equal(one.look.complete, one.header.rows[ROW_SUSPECT] == 500);
		assert_int_equal(one.header.rows[ROW_FINDING], 1);
		text_free(&one.bytes);
		assert_int_equal(depot_done(&s.depot), 0);
	}
	assert_int_equal(looks, 20);
	assert_int_equal(rollups, 0);
	assert_true(incomplete > 0 && incomplete < 20); /* the newest are kept */
	assert_int_equal(lost_suspects, 500 * incomplete);
	assert_int_equal(told_lost, lost_suspects);
	assert_int_equal(s.depot.shed[ROW_SUSPECT], lost_suspects);
	shelf_remove(&s);
}

static void what_no_hub_takes_is_put_aside(void **state)
{
	struct shelf s;
	struct sent one;
	uint64_t lost = 0;

	shelf_make(&s, 1 << 30);
	add_look(&s, 1, 3);
	add_look(&s, 2, 3);
	assert_true(head(&s, &one));
	text_free(&one.bytes);
	assert_int_equal(depot_put_aside(&s.depot, &lost), 0);
	assert_int_equal(lost, 3 + 50 + 1 + 1);
	assert_true(head(&s, &one));
	assert_int_equal(one.look.at_ms, 2);
	text_free(&one.bytes);
	assert_int_equal(depot_number_anew(&s.depot, 9), 0);
	assert_true(head(&s, &one));
	assert_int_equal(one.header.epoch, 9);
	assert_int_equal(one.header.seq, 1);
	assert_int_equal(one.look.at_ms, 2);
	text_free(&one.bytes);
	shelf_remove(&s);
}

/* A hub takes nothing that is older than a week. */
static void what_is_too_old_goes(void **state)
{
	struct shelf s;

	shelf_make(&s, 1 << 30);
	add_look(&s, 1000, 3);
	add_look(&s, 1000 + 7 * 86400000u, 3);
	depot_shed(&s.depot, 2000 + 7 * 86400000u);
	assert_int_equal(s.depot.waiting, 1);
	assert_int_equal(s.depot.shed[ROW_SUSPECT], 3);
	shelf_remove(&s);
}

UNIT_MAIN(TEST(unfinished_ones_are_told), TEST(what_is_translated_is_told),
          TEST(idle_ones_are_told_and_sampled_by_their_number), TEST(sums_are_by_service_and_destination),
          TEST(the_largest_sums_are_told), TEST(names_are_what_a_hub_takes), TEST(pauses_double_and_are_by_chance),
          TEST(they_go_in_order_and_stay_the_same), TEST(one_under_way_keeps_its_number),
          TEST(a_full_disk_costs_what_is_needed_least), TEST(files_that_somebody_removed_do_not_wait),
          TEST(what_cannot_be_read_is_told), TEST(a_large_look_is_several_batches), TEST(what_is_left_out_is_told),
          TEST(what_no_hub_takes_is_put_aside), TEST(what_is_too_old_goes));

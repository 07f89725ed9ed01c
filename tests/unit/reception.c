/* What becomes of a batch: judged, kept on the disk, stored; and that nothing of it is lost or there twice. */
#include "unit.h"
#include "base/clock.h"
#include "history/sql.h"
#include "hub/follow.h"
#include "hub/receive.h"
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>

static const uint64_t now_ms = 1800000000000;

struct place {
	char folder[64];
	struct reception_desk desk;
};

static void place_open(struct place *p)
{
	assert_int_equal(spool_open(p->folder, reception_recall, &p->desk.senders, &p->desk.spool), 0);
	p->desk.spool_most = 1 << 30;
}

static void place_make(struct place *p)
{
	*p = (struct place){ .folder = "/tmp/unfin-unit-hub.XXXXXX" };
	assert_non_null(mkdtemp(p->folder));
	place_open(p);
}

static void place_close(struct place *p)
{
	spool_close(take_ptr(p->desk.spool));
	senders_free(&p->desk.senders);
}

static void place_remove(struct place *p)
{
	TEXT_CLEANUP command = { 0 };

	place_close(p);
	text_printf(&command, "rm -r '%s'", p->folder);
	assert_int_equal(system(command.bytes), 0);
}

static void batch_of(struct text *ret, uint64_t host, uint32_t epoch, uint64_t seq, unsigned suspects)
{
	struct row_set rows = { 0 };
	struct batch_header h = { .host_id = host, .boot_id = { 7 }, .epoch = epoch, .seq = seq };

	for (unsigned n = 0; n < suspects; n++)
		*(struct suspect_row *)row_push(&rows, ROW_SUSPECT) = (struct suspect_row){
			.at_ms = now_ms, .flow_id = UINT64_MAX - n, .cookie = seq * 1000 + n, .service = "a"
		};
	*(struct look_row *)row_push(&rows, ROW_LOOK) = (struct look_row){ .at_ms = now_ms + seq, .sockets = suspects };
	*(struct host_row *)row_push(&rows, ROW_HOST) = (struct host_row){ .seen_ms = now_ms + seq, .name = "web-1" };
	assert_int_equal(batch_seal(&h, &rows, ret), 0);
	row_set_free(&rows);
}

static struct delivery send_as(struct place *p, uint64_t host, const struct text *batch)
{
	struct delivery d = { .host_id = host };

	text_add_bytes(&d.batch, batch->bytes, batch->length);
	reception_take(&p->desk, &d, now_ms);
	if (d.appended)
		reception_settle(&p->desk, &d, reception_sync(&p->desk));
	text_free(&d.batch);
	return d;
}

static enum reception send_one(struct place *p, uint64_t host, uint32_t epoch, uint64_t seq)
{
	TEXT_CLEANUP b = { 0 };

	batch_of(&b, host, epoch, seq, 3);
	return send_as(p, host, &b).status;
}

static void each_is_kept_once(void **state)
{
	struct place p;

	place_make(&p);
	assert_int_equal(send_one(&p, 5, 1, 1), RECEPTION_KEPT);
	uint64_t end = spool_end(p.desk.spool);
	assert_int_equal(send_one(&p, 5, 1, 1), RECEPTION_KEPT); /* its answer was lost */
	assert_int_equal(spool_end(p.desk.spool), end);
	assert_int_equal(send_one(&p, 5, 1, 2), RECEPTION_KEPT);
	assert_int_equal(send_one(&p, 5, 1, 9), RECEPTION_KEPT); /* others went to another hub */
	assert_int_equal(p.desk.counts.kept, 3);
	assert_int_equal(p.desk.counts.again, 1);
	place_close(&p);
	place_open(&p); /* it knows them again */
	assert_int_equal(send_one(&p, 5, 1, 9), RECEPTION_KEPT);
	assert_int_equal(send_one(&p, 5, 1, 8), RECEPTION_TAKEN);
	place_remove(&p);
}

static void a_number_is_taken_once(void **state)
{
	struct place p;
	TEXT_CLEANUP other = { 0 };

	place_make(&p);
	assert_int_equal(send_one(&p, 5, 2, 7), RECEPTION_KEPT);
	batch_of(&other, 5, 2, 7, 4);
	struct delivery d = send_as(&p, 5, &other);
	assert_int_equal(d.status, RECEPTION_TAKEN);
	assert_int_equal(d.next_epoch, 3);
	assert_int_equal(send_one(&p, 5, 3, 1), RECEPTION_KEPT);
	place_remove(&p);
}

static void a_host_writes_for_itself(void **state)
{
	struct place p;
	TEXT_CLEANUP b = { 0 };

	place_make(&p);
	batch_of(&b, 6, 1, 1, 1);
	assert_int_equal(send_as(&p, 5, &b).status, RECEPTION_OTHERS);
	assert_int_equal(send_as(&p, 6, &b).status, RECEPTION_KEPT);
	assert_int_equal(p.desk.counts.refused, 1);
	place_remove(&p);
}

static void version_and_size_have_answers_of_their_own(void **state)
{
	struct place p;
	TEXT_CLEANUP b = { 0 };

	place_make(&p);
	batch_of(&b, 6, 1, 1, 1);
	b.bytes[4] = 9;
	assert_int_equal(send_as(&p, 6, &b).status, RECEPTION_VERSION);
	text_pad(&b, 'x', BATCH_BYTES_MOST);
	assert_int_equal(send_as(&p, 6, &b).status, RECEPTION_LARGE);
	assert_int_equal(send_as(&p, 6, &(struct text){ (char[]){ "x" }, 1, 0 }).status, RECEPTION_BAD);
	place_remove(&p);
}

static void too_often_is_told(void **state)
{
	struct place p;
	enum reception last = RECEPTION_KEPT;

	place_make(&p);
	for (unsigned seq = 1; seq < 300 && last == RECEPTION_KEPT; seq++)
		last = send_one(&p, 5, 1, seq);
	assert_int_equal(last, RECEPTION_TOO_OFTEN);
	assert_int_equal(send_one(&p, 6, 1, 1), RECEPTION_KEPT); /* others are not held up by it */
	place_remove(&p);
}

/* A finding alone is let in longest. */
static void what_is_needed_least_waits_first(void **state)
{
	struct place p;
	struct row_set rows = { 0 };
	struct batch_header h = { .host_id = 5, .epoch = 1, .seq = 2 };
	TEXT_CLEANUP finding = { 0 };

	place_make(&p);
	assert_int_equal(send_one(&p, 5, 1, 1), RECEPTION_KEPT);
	p.desk.spool_most = spool_end(p.desk.spool) * 100 / 97;
	assert_int_equal(send_one(&p, 5, 1, 2), RECEPTION_FULL);
	*(struct finding_row *)row_push(&rows, ROW_FINDING) =
	        (struct finding_row){ .opened_ms = now_ms, .updated_ms = now_ms };
	assert_int_equal(batch_seal(&h, &rows, &finding), 0);
	assert_int_equal(send_as(&p, 5, &finding).status, RECEPTION_KEPT);
	row_set_free(&rows);
	place_remove(&p);
}

static void spool_path(const struct place *p, struct text *ret)
{
	text_printf(ret, "%s/spool-%016x", p->folder, 0);
}

static void damage(const char *path, uint64_t at, const void *bytes, size_t length)
{
	cleanup(cleanup_close) int fd = open(path, O_WRONLY | O_CLOEXEC);

	assert_int_equal(pwrite(fd, bytes, length, (off_t)at), length);
}

/* A crash tears off the end of what nobody was told to be kept. */
static void what_is_torn_off_is_no_loss(void **state)
{
	struct place p;
	TEXT_CLEANUP path = { 0 };

	place_make(&p);
	spool_path(&p, &path);
	send_one(&p, 5, 1, 1);
	uint64_t whole = spool_end(p.desk.spool);
	send_one(&p, 5, 1, 2);
	uint64_t end = spool_end(p.desk.spool);
	place_close(&p);
	damage(path.bytes, end - 9, "damage", 6); /* or leaves other bytes there */
	place_open(&p);
	assert_int_equal(spool_end(p.desk.spool), whole);
	assert_int_equal(send_one(&p, 5, 1, 2), RECEPTION_KEPT);
	assert_int_equal(spool_end(p.desk.spool), end);
	place_close(&p);
	for (uint64_t cut = end - 1; cut > whole; cut -= MIN(cut - whole, (uint64_t)7)) {
		assert_int_equal(truncate(path.bytes, (off_t)cut), 0);
		place_open(&p);
		assert_int_equal(spool_end(p.desk.spool), whole);
		assert_int_equal(send_one(&p, 5, 1, 2), RECEPTION_KEPT);
		assert_int_equal(spool_end(p.desk.spool), end);
		place_close(&p);
	}
	place_remove(&p);
}

static int64_t ask(const struct place *p, const char *sql)
{
	TEXT_CLEANUP path = { 0 };
	sqlite3 *db = NULL;

	text_printf(&path, "%s/hub.db", p->folder);
	assert_int_equal(sqlite3_open_v2(path.bytes, &db, SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
	int64_t value = sql_number(db, sql, -1);
	sqlite3_close(db);
	return value;
}

static struct hub_store *store_open(const struct place *p)
{
	TEXT_CLEANUP path = { 0 };
	struct hub_store *s = NULL;

	text_printf(&path, "%s/hub.db", p->folder);
	assert_int_equal(hub_store_open(path.bytes, NULL, &s), 0);
	return s;
}

static void follow_all(const struct place *p, struct hub_store *s)
{
	struct follower f;
	int err;

	follower_begin(&f, p->desk.spool, s);
	while (!(err = follower_step(&f)))
		;
	assert_int_equal(err, -EAGAIN);
	assert_int_equal(f.odd, 0);
	follower_end(&f);
}

/* Batches that come together go to the disk with one sync: those that fit are kept, and are there. */
static void one_that_does_not_fit_takes_no_other_with_it(void **state)
{
	struct place p;
	struct rlimit was;
	TEXT_CLEANUP one = { 0 }, other = { 0 };

	place_make(&p);
	batch_of(&one, 5, 1, 1, 3);
	batch_of(&other, 6, 1, 1, 3);
	struct delivery fits = { .host_id = 5, .batch = one }, fits_not = { .host_id = 6, .batch = other };
	getrlimit(RLIMIT_FSIZE, &was);
	signal(SIGXFSZ, SIG_IGN);
	reception_take(&p.desk, &fits, now_ms);
	setrlimit(RLIMIT_FSIZE, &(struct rlimit){ one.length + other.length, was.rlim_max });
	reception_take(&p.desk, &fits_not, now_ms);
	setrlimit(RLIMIT_FSIZE, &was);
	assert_true(fits.appended);
	assert_false(fits_not.appended);
	assert_int_equal(fits_not.status, RECEPTION_FULL);
	reception_settle(&p.desk, &fits, reception_sync(&p.desk));
	assert_int_equal(fits.status, RECEPTION_KEPT);
	struct hub_store *s = store_open(&p);
	follow_all(&p, s);
	hub_store_close(s);
	assert_int_equal(ask(&p, "SELECT count(*) FROM suspects"), 3);
	assert_int_equal(ask(&p, "SELECT host_id FROM looks"), 5);
	place_close(&p);
	place_open(&p);
	assert_int_equal(send_one(&p, 6, 1, 1), RECEPTION_KEPT);
	place_remove(&p);
}

/* Silent after ten minutes, forgotten after a day; late is who tells of what is long past. */
static void who_is_heard_of_is_counted(void **state)
{
	struct place p;
	const uint64_t minute_ms = 60 * 1000;

	place_make(&p);
	assert_int_equal(send_one(&p, 5, 1, 1), RECEPTION_KEPT);
	struct sender_counts c = senders_count(&p.desk.senders, now_ms + 9 * minute_ms);
	assert_true(c.heard == 1 && !c.late && !c.silent);
	sender_heard(senders_get(&p.desk.senders, 6), now_ms, 11 * minute_ms);
	c = senders_count(&p.desk.senders, now_ms - 60 * minute_ms); /* the clock was set back */
	assert_true(c.heard == 2 && c.late == 1 && !c.silent);
	c = senders_count(&p.desk.senders, now_ms + 11 * minute_ms);
	assert_true(!c.heard && !c.late && c.silent == 2);
	c = senders_count(&p.desk.senders, now_ms + 25 * 60 * minute_ms);
	assert_true(!c.heard && !c.silent);
	/* Those that a hub knows from its disk have as long to tell something as those that it has heard. */
	senders_begin(&p.desk.senders, now_ms + 48 * 60 * minute_ms);
	assert_int_equal(senders_count(&p.desk.senders, now_ms + 48 * 60 * minute_ms).heard, 2);
	place_remove(&p);
}

/* Those after it were promised, too. */
static void one_that_is_damaged_holds_up_no_other(void **state)
{
	struct place p;
	struct follower f;
	TEXT_CLEANUP path = { 0 };

	place_make(&p);
	spool_path(&p, &path);
	send_one(&p, 5, 1, 1);
	uint64_t second = spool_end(p.desk.spool);
	send_one(&p, 5, 1, 2);
	send_one(&p, 5, 1, 3);
	damage(path.bytes, second + 40, "damage", 6);
	uint64_t end = spool_end(p.desk.spool);
	place_close(&p);
	place_open(&p);
	assert_int_equal(spool_end(p.desk.spool), end);
	struct hub_store *s = store_open(&p);
	follower_begin(&f, p.desk.spool, s);
	assert_int_equal(follower_step(&f), 0);
	assert_int_equal(follower_step(&f), -EAGAIN);
	assert_int_equal(f.odd, 1);
	follower_end(&f);
	hub_store_close(s);
	assert_int_equal(ask(&p, "SELECT count(*) FROM looks"), 2);
	assert_int_equal(ask(&p, "SELECT max(seq) FROM looks"), 3);
	place_remove(&p);
}

/* Where even its length is damaged nobody knows where the next one begins: it is the spool that is to blame. */
static void a_spool_that_cannot_be_read_on_is_to_blame_itself(void **state)
{
	struct place p;
	struct follower f;
	TEXT_CLEANUP path = { 0 };

	place_make(&p);
	spool_path(&p, &path);
	send_one(&p, 5, 1, 1);
	uint64_t second = spool_end(p.desk.spool);
	send_one(&p, 5, 1, 2);
	damage(path.bytes, second, "\xff\xff\xff\xff", 4);
	struct hub_store *s = store_open(&p);
	follower_begin(&f, p.desk.spool, s);
	assert_int_equal(follower_step(&f), 0);
	assert_int_equal(follower_step(&f), -EBADMSG);
	assert_int_equal(f.spool_err, -EBADMSG);
	assert_int_equal(hub_store_position(s), second);
	follower_end(&f);
	hub_store_close(s);
	assert_int_equal(ask(&p, "SELECT count(*) FROM looks"), 1);
	place_remove(&p);
}

/* A store whose table of suspects is damaged. */
static void a_row_that_the_store_does_not_take_is_not_stored(void **state)
{
	static const uint8_t rubbish[512] = { [0 ... 511] = 0xee };
	struct place p;
	struct follower f;
	TEXT_CLEANUP path = { 0 };

	place_make(&p);
	text_printf(&path, "%s/hub.db", p.folder);
	send_one(&p, 5, 1, 1);
	hub_store_close(store_open(&p));
	uint64_t page = (uint64_t)ask(&p, "SELECT rootpage FROM sqlite_schema WHERE name = 'suspects'"),
	         bytes = (uint64_t)ask(&p, "PRAGMA page_size");
	damage(path.bytes, (page - 1) * bytes, rubbish, sizeof(rubbish));
	struct hub_store *s = store_open(&p);
	follower_begin(&f, p.desk.spool, s);
	assert_int_equal(follower_step(&f), -EBADMSG);
	assert_int_equal(f.spool_err, 0);
	assert_int_equal(f.odd, 0);
	assert_int_equal(hub_store_position(s), 0);
	assert_int_equal(f.reader.position, 0);
	follower_end(&f);
	hub_store_close(s);
	place_remove(&p);
}

/* As after a crash before the position was kept: all of it comes again, and changes nothing. */
static void what_comes_again_is_stored_once(void **state)
{
	struct place p;

	place_make(&p);
	for (unsigned seq = 1; seq <= 5; seq++)
		send_one(&p, 5, 1, seq);
	struct hub_store *s = store_open(&p);
	follow_all(&p, s);
	assert_int_equal(hub_store_position(s), spool_end(p.desk.spool));
	assert_int_equal(hub_store_begin(s), 0);
	assert_int_equal(hub_store_commit(s, 0), 0);
	follow_all(&p, s);
	hub_store_close(s);
	assert_int_equal(ask(&p, "SELECT count(*) FROM suspects"), 15);
	assert_int_equal(ask(&p, "SELECT count(*) FROM looks"), 5);
	assert_int_equal(ask(&p, "SELECT count(*) FROM hosts"), 1);
	assert_int_equal(ask(&p, "SELECT seen_ms FROM hosts"), now_ms + 5);
	assert_int_equal(ask(&p, "SELECT flow_id FROM suspects ORDER BY flow_id DESC LIMIT 1"), -1);
	place_remove(&p);
}

static void tell_finding(struct place *p, uint64_t seq, const struct finding_row *finding)
{
	struct row_set rows = { 0 };
	struct batch_header h = { .host_id = 5, .epoch = 1, .seq = seq };
	TEXT_CLEANUP b = { 0 };

	*(struct finding_row *)row_push(&rows, ROW_FINDING) = *finding;
	assert_int_equal(batch_seal(&h, &rows, &b), 0);
	assert_int_equal(send_as(p, 5, &b).status, RECEPTION_KEPT);
	row_set_free(&rows);
}

/* That it is over is all that is told then. */
static void a_finding_that_is_over_is_what_it_was(void **state)
{
	struct place p;
	struct finding_row f = { .opened_ms = now_ms, .updated_ms = now_ms, .key = "k", .id = "never-closed" };

	place_make(&p);
	f.service = "shop";
	f.count = 7;
	f.body = "{\"a\": 1}";
	tell_finding(&p, 1, &f);
	tell_finding(&p, 2,
	             &(struct finding_row){
	                     .opened_ms = now_ms, .updated_ms = now_ms + 9, .key = "k", .closed = true, .body = "{}" });
	struct hub_store *s = store_open(&p);
	follow_all(&p, s);
	assert_int_equal(ask(&p, "SELECT count(*) FROM findings WHERE closed AND id = 'never-closed' AND service = "
	                         "'shop' AND count = 7 AND json_extract(body, '$.a') = 1"),
	                 1);
	assert_int_equal(ask(&p, "SELECT updated_ms FROM findings"), now_ms + 9);
	f.updated_ms = now_ms + 10;
	f.count = 8;
	tell_finding(&p, 3, &f);
	follow_all(&p, s);
	assert_int_equal(ask(&p, "SELECT count FROM findings WHERE NOT closed"), 8);
	hub_store_close(s);
	place_remove(&p);
}

static void old_days_go(void **state)
{
	struct place p;
	const uint64_t day_ms = 24ULL * 3600 * 1000;

	place_make(&p);
	send_one(&p, 5, 1, 1);
	struct hub_store *s = store_open(&p);
	follow_all(&p, s);
	assert_int_equal(hub_store_tidy(s, now_ms + 7 * day_ms), 0);
	assert_int_equal(ask(&p, "SELECT count(*) FROM suspects"), 3);
	assert_int_equal(hub_store_tidy(s, now_ms + 8 * day_ms), 0);
	assert_int_equal(ask(&p, "SELECT count(*) FROM suspects"), 0);
	assert_int_equal(ask(&p, "SELECT count(*) FROM looks"), 1);
	hub_store_close(s);
	place_remove(&p);
}

UNIT_MAIN(TEST(each_is_kept_once), TEST(a_number_is_taken_once), TEST(a_host_writes_for_itself),
          TEST(version_and_size_have_answers_of_their_own), TEST(too_often_is_told),
          TEST(what_is_needed_least_waits_first), TEST(what_is_torn_off_is_no_loss),
          TEST(one_that_does_not_fit_takes_no_other_with_it), TEST(what_comes_again_is_stored_once),
          TEST(who_is_heard_of_is_counted), TEST(one_that_is_damaged_holds_up_no_other),
          TEST(a_spool_that_cannot_be_read_on_is_to_blame_itself),
          TEST(a_row_that_the_store_does_not_take_is_not_stored), TEST(a_finding_that_is_over_is_what_it_was),
          TEST(old_days_go));

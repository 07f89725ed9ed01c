#include "uplink.h"
#include "base/clock.h"
#include "base/stop.h"
#include "rows.h"
#include <errno.h>
#include <inttypes.h>
#include <sys/random.h>
#include <sys/stat.h>

enum {
	TICK_MS = 200,
	FIRST_PAUSE_MS = 100,
	LONGEST_PAUSE_MS = 60 * 1000,
	OFFSET_MS = 3600 * 1000, /* between two comparisons of clocks */
	STEP_MS = 1000,          /* a clock that is set, and not one that is slowed */
	HTTP_TOO_OFTEN = 429,    /* this host, whichever hub it asks */
};

struct uplink {
	const struct uplink_plan *plan;
	struct depot depot;
	struct known known;
	struct courier *courier;
	size_t hub;               /* the one that is asked */
	uint64_t *quiet_until_ns; /* of each: it asked to be left alone until then */
	uint64_t host_id, endpoints_sum;
	struct keyed releases; /* of the last look */
	bool looked;           /* there was one */
	int64_t offset_ms;
	bool offset_known;
	uint64_t compared_ns;    /* clocks; 0: not yet, or not any more */
	int64_t compared_gap_ms; /* clock_gap_ms() by then */
	uint64_t next_compare_ns;
	unsigned compare_failures;
	struct stat moment; /* of the last one that was taken */
	uint64_t next_look_ns, next_send_ns;
	bool sends; /* its answer is still to come */
	struct text sealed;
	unsigned failures;
	char *trouble; /* what was told last; NULL: nothing is wrong */
	uplink_tell *tell;
};

static uint64_t by_chance(void)
{
	uint64_t number = 0;

	return getrandom(&number, sizeof(number), GRND_NONBLOCK) == sizeof(number) ? number : clock_monotonic_ns();
}

uint64_t uplink_pause_ms(unsigned failures, uint64_t chance)
{
	uint64_t most_ms = failures > 10 ? LONGEST_PAUSE_MS : (uint64_t)FIRST_PAUSE_MS << failures;

	return 1 + chance % MIN(most_ms, (uint64_t)LONGEST_PAUSE_MS);
}

static void begin_courier(struct uplink *u)
{
	courier_free(u->courier);
	u->courier = courier_new(&u->plan->hubs[u->hub]);
}

static void recall(struct uplink *u)
{
	TEXT_CLEANUP t = { 0 }, offset = { 0 };

	if (!depot_note_read(u->depot.folder, "findings", &t))
		known_read(&u->known, t.bytes);
	u->offset_known = !depot_note_read(u->depot.folder, "offset", &offset);
	if (u->offset_known)
		u->offset_ms = strtoll(offset.bytes, NULL, 10);
}

int uplink_open(const struct uplink_plan *plan, uplink_tell *tell, struct uplink **ret)
{
	struct uplink *u = memory_zeroed(sizeof(*u));
	int err = depot_open(plan->folder, plan->folder_most, &u->depot);

	u->plan = plan;
	u->tell = tell;
	err = err ?: uplink_host_id(u->depot.folder, &u->host_id);
	if (err) {
		uplink_close(u);
		return err;
	}
	u->quiet_until_ns = memory_zeroed(plan->hub_count * sizeof(*u->quiet_until_ns));
	recall(u);
	begin_courier(u);
	/* Ten thousand hosts that start at once do not send at once. */
	u->next_send_ns =
	        clock_monotonic_ns() + by_chance() % (MIN(plan->interval_ms, (uint64_t)LONGEST_PAUSE_MS) * NS_PER_MS);
	*ret = u;
	return 0;
}

void uplink_close(struct uplink *u)
{
	if (!u)
		return;
	courier_free(u->courier);
	text_free(&u->sealed);
	keyed_free(&u->releases);
	known_free(&u->known);
	depot_close(&u->depot);
	free(u->quiet_until_ns);
	free(u->trouble);
	free(u);
}

/* The same is said once, and its end, too. */
static void say(struct uplink *u, const char *what)
{
	TEXT_CLEANUP t = { 0 };

	if (what ? u->trouble && streq(u->trouble, what) : !u->trouble)
		return;
	free(u->trouble);
	u->trouble = what ? memory_strdup(what) : NULL;
	if (!what)
		text_printf(&t, "%s takes again what is sent", u->plan->hubs[u->hub].url);
	u->tell(what ?: t.bytes);
}

static void boot_id_of(const struct moment *m, uint8_t ret[16])
{
	size_t digits = 0;

	for (const char *c = m->boot_id ?: ""; *c && digits < 32; c++) {
		const char *all = "0123456789abcdef", *digit = strchr(all, *c);
		if (!digit)
			continue;
		ret[digits / 2] = (uint8_t)(ret[digits / 2] << 4 | (digit - all));
		digits++;
	}
}

/* The clock that can be set, against the one that cannot: what changes in it is a clock that was set. */
static int64_t clock_gap_ms(void)
{
	return (int64_t)(clock_unix_ms() - clock_boot_ns() / NS_PER_MS);
}

static int64_t clock_step_ms(const struct uplink *u)
{
	return u->compared_ns ? clock_gap_ms() - u->compared_gap_ms : 0;
}

/* Also after the clock was set, and while no hub answers. */
static int64_t offset_now_ms(const struct uplink *u)
{
	return u->offset_ms + clock_step_ms(u);
}

int uplink_keep(struct uplink *u, const uint8_t boot_id[16], const struct row_set *rows)
{
	struct batch_header h = { .host_id = u->host_id, .offset_ms = offset_now_ms(u) };
	uint64_t now_ms = clock_unix_ms() - (uint64_t)h.offset_ms;

	memcpy(h.boot_id, boot_id, sizeof(h.boot_id));
	for (enum row_class c = 0; c < ROW_CLASSES; c++)
		h.lost[c] = (uint32_t)MIN(u->depot.shed[c], UINT32_MAX);
	int err = depot_add(&u->depot, &h, rows);
	if (err == -ENOSPC && u->depot.waiting) {
		depot_make_room(&u->depot, now_ms);
		err = depot_add(&u->depot, &h, rows);
	}
	for (enum row_class c = 0; !err && c < ROW_CLASSES; c++)
		u->depot.shed[c] -= h.lost[c]; /* what went since is told by the next */
	depot_shed(&u->depot, now_ms);
	return err;
}

static void keep_known(struct uplink *u)
{
	TEXT_CLEANUP t = { 0 };

	if (!u->known.changed)
		return;
	known_write(&u->known, &t);
	u->known.changed = depot_note_write(u->depot.folder, "findings", &t) != 0;
}

/* What no hub will be told of is not known to it: that a finding has ended is told once. */
static void go_back(struct uplink *u, const char *known)
{
	known_free(&u->known);
	u->known = (struct known){ .changed = true };
	known_read(&u->known, known);
}

static int take(struct uplink *u, const struct moment *m)
{
	cleanup(arena_cleanup) struct arena *arena = arena_new();
	cleanup(judgement_cleanup) struct judgement *j = judge_request(m, u->plan->request);
	struct row_set rows = { 0 };
	TEXT_CLEANUP before = { 0 };
	struct rows_plan plan = {
		.moment = m,
		.judgement = j,
		.host_id = u->host_id,
		.offset_ms = offset_now_ms(u),
		.offset_known = u->offset_known,
		.site = u->plan->site,
		.known = &u->known,
		.endpoints_sum = u->endpoints_sum,
		.releases_before = u->looked ? &u->releases : NULL,
	};

	known_write(&u->known, &before);
	rows_fill(&plan, arena, &rows);
	struct look_row *own = (struct look_row *)(void *)rows.of[ROW_LOOK].items;
	for (enum row_class c = 0; c < ROW_CLASSES; c++)
		own->lost += (uint32_t)MIN(u->depot.shed[c], UINT32_MAX - own->lost);
	uint8_t boot_id[16] = { 0 };
	boot_id_of(m, boot_id);
	int err = uplink_keep(u, boot_id, &rows);
	row_set_free(&rows);
	if (err) {
		keyed_free(&plan.releases);
		go_back(u, before.bytes);
		return err;
	}
	u->endpoints_sum = plan.endpoints_sum;
	keyed_free(&u->releases);
	u->releases = plan.releases;
	u->looked = true;
	keep_known(u);
	return 0;
}

static bool is_same_file(const struct stat *a, const struct stat *b)
{
	return a->st_ino == b->st_ino && a->st_mtim.tv_sec == b->st_mtim.tv_sec &&
	       a->st_mtim.tv_nsec == b->st_mtim.tv_nsec;
}

/* Whatever the clock is set to: how far it is off is found before the first look is kept, each hour, when the clock was
 * set, and when a hub has refused something, for its own may have been. */
static void compare_clocks(struct uplink *u)
{
	TEXT_CLEANUP t = { 0 };
	int64_t offset_ms;

	if (u->sends)
		return;
	if (u->compared_ns && clock_monotonic_ns() - u->compared_ns < OFFSET_MS * NS_PER_MS &&
	    llabs(clock_step_ms(u)) < STEP_MS)
		return;
	if (clock_monotonic_ns() < MAX(u->next_compare_ns, u->quiet_until_ns[u->hub]))
		return;
	if (!courier_offset_ms(u->courier, &offset_ms)) {
		u->next_compare_ns =
		        clock_monotonic_ns() + uplink_pause_ms(++u->compare_failures, by_chance()) * NS_PER_MS;
		return;
	}
	u->compare_failures = 0;
	u->compared_ns = clock_monotonic_ns();
	u->compared_gap_ms = clock_gap_ms();
	u->offset_ms = offset_ms;
	u->offset_known = true;
	text_printf(&t, "%" PRId64 "\n", offset_ms);
	depot_note_write(u->depot.folder, "offset", &t);
}

static void look(struct uplink *u)
{
	struct stat now;
	struct gap why = { 0 };
	TEXT_CLEANUP t = { 0 };

	if (stat(u->plan->moment, &now)) {
		text_printf(&t, "cannot see %s: %s; unfin agent writes it", u->plan->moment, strerror(errno));
		say(u, t.bytes);
		return;
	}
	if (is_same_file(&now, &u->moment))
		return;
	compare_clocks(u); /* which may take a while, in which another one is written */
	if (stop_asked() || stat(u->plan->moment, &now))
		return;
	cleanup(moment_cleanup) struct moment *m = moment_new();
	int err = u->plan->read(u->plan->context, m, &why);
	if (err && stop_asked()) /* it was told to end while it read */
		return;
	if (err)
		text_printf(&t, "cannot see %s: %s", why.what, why.why);
	else if ((err = take(u, m)))
		text_printf(&t, "cannot keep what is to be sent in %s: %s", u->plan->folder, strerror(-err));
	u->next_look_ns = clock_monotonic_ns() + u->plan->interval_ms * NS_PER_MS;
	if (err)
		say(u, t.bytes);
	else
		u->moment = now;
}

/* From now or later on: whoever were told to wait do not come back as one. */
static void pause_sending(struct uplink *u, uint64_t from_ns)
{
	u->failures++;
	u->next_send_ns = MAX(clock_monotonic_ns(), from_ns) + uplink_pause_ms(u->failures, by_chance()) * NS_PER_MS;
}

/* The next one after this that may be asked; where all want to be left alone for a while, the first that may be. */
static size_t next_hub(const struct uplink *u)
{
	size_t count = u->plan->hub_count, best = (u->hub + 1) % count;

	for (size_t n = 2; n <= count; n++) {
		size_t other = (u->hub + n) % count;
		if (u->quiet_until_ns[other] < u->quiet_until_ns[best] &&
		    u->quiet_until_ns[best] > clock_monotonic_ns())
			best = other;
	}
	return best;
}

/* A hub that does not answer, or has no room, gives way to another. */
static void wait_and_retry(struct uplink *u, const struct courier_answer *a)
{
	size_t hub = u->hub;

	u->quiet_until_ns[hub] = clock_monotonic_ns() + a->retry_ms * NS_PER_MS;
	if (a->status != HTTP_TOO_OFTEN)
		u->hub = next_hub(u);
	if (u->hub != hub)
		begin_courier(u);
	pause_sending(u, u->quiet_until_ns[u->hub]);
}

/* The hub is not to blame, and another one would not help. */
static void wait_for_folder(struct uplink *u, const char *what, int err)
{
	TEXT_CLEANUP t = { 0 };

	text_printf(&t, "cannot %s, in %s: %s", what, u->plan->folder, strerror(-err));
	say(u, t.bytes);
	pause_sending(u, 0);
}

static void say_refused(struct uplink *u, const struct courier_answer *a)
{
	TEXT_CLEANUP t = { 0 };

	text_printf(&t, "%s ", u->plan->hubs[u->hub].url);
	if (a->status)
		text_printf(&t, "refuses (%ld)", a->status);
	else
		text_add(&t, "does not answer");
	if (a->what[0])
		text_printf(&t, ": %s", a->what);
	if (a->why[0])
		text_printf(&t, ": %s", a->why);
	if (a->mend[0])
		text_printf(&t, "; %s", a->mend);
	say(u, t.bytes);
}

static void take_yes(struct uplink *u)
{
	if (u->plan->kept)
		u->plan->kept(u->plan->context, &u->sealed);
	int err = depot_done(&u->depot);

	if (err) {
		wait_for_folder(u, "remove what has been sent", err);
		return;
	}
	u->failures = 0;
	u->next_send_ns = 0;
	say(u, NULL);
}

static void put_aside(struct uplink *u)
{
	uint64_t lost = 0;
	int err = depot_put_aside(&u->depot, &lost);

	u->depot.shed[ROW_SUSPECT] += lost;
	if (u->compared_ns) {
		u->offset_ms = offset_now_ms(u);
		u->compared_ns = 0;
	}
	if (err)
		wait_for_folder(u, "put aside what is refused", err);
}

static void number_anew(struct uplink *u, uint32_t epoch)
{
	int err = depot_number_anew(&u->depot, epoch);

	if (err)
		wait_for_folder(u, "write what is to be sent under another number", err);
	else
		pause_sending(u, 0);
}

static void take_answer(struct uplink *u, const struct courier_answer *a)
{
	switch (a->status) {
	case 200:
		take_yes(u);
		return;
	case 400:
	case 413:
		say_refused(u, a);
		put_aside(u);
		return;
	case 409:
		say_refused(u, a);
		number_anew(u, a->next_epoch);
		return;
	default: /* also 401, 403 and 426, until somebody has put it right */
		say_refused(u, a);
		wait_and_retry(u, a);
	}
}

static void send_next(struct uplink *u)
{
	compare_clocks(u);
	u->sealed.length = 0;
	int err = depot_head(&u->depot, &u->sealed);
	if (err && err != -EAGAIN)
		wait_for_folder(u, "read what is to be sent", err);
	u->sends = !err;
	if (u->sends)
		courier_send(u->courier, &u->sealed);
}

static void await_answer(struct uplink *u)
{
	struct courier_answer a;

	u->sends = !courier_wait(u->courier, TICK_MS, &a);
	if (!u->sends && (a.status || !stop_asked()))
		take_answer(u, &a);
}

bool uplink_send(struct uplink *u)
{
	if (!u->sends && u->depot.waiting && clock_monotonic_ns() >= u->next_send_ns)
		send_next(u);
	if (u->sends)
		await_answer(u);
	return u->depot.waiting;
}

/* A hub that is slow, or hangs, holds up no look. */
void uplink_work(struct uplink *u)
{
	while (!stop_asked()) {
		if (clock_monotonic_ns() >= u->next_look_ns)
			look(u);
		if (!uplink_send(u) || (!u->sends && u->next_send_ns > clock_monotonic_ns()))
			stop_wait_ms(TICK_MS);
	}
}

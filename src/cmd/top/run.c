/* unfin top, in the executable that has ncurses. Two processes: one looks and judges, and has no terminal; this one has
 * the terminal, and once it is drawn on no right at all. Between them go orders and pictures. */
#include "cmd/top.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/stop.h"
#include "cmd/asked.h"
#include "cmd/scope.h"
#include "cmd/terminal.h"
#include "cmd/link.h"
#include "looker.h"
#include "once.h"
#include "power/power.h"
#include "rule/judgement.h"
#include "top/rhythm.h"
#include "top/screen.h"
#include "top/terminal.h"
#include <errno.h>
#include <poll.h>
#include <signal.h>

enum {
	WINDOW_LEAST_MS = 1000, /* a window that a key has ended: growth and failures need some time */
	TICK_MS = 1000,
};

struct run {
	const struct invocation *in;
	struct arena *arena;
	struct request request;
	struct source_request look;
	struct looker looker;
	enum sight_kind kind;
	struct screen screen;
	struct canvas canvas;
	struct terminal *terminal;
	struct text taken;          /* of a picture that comes */
	bool waits;                 /* an order was sent, its picture has not come */
	bool counts;                /* that was for a count, not for a look */
	bool wanted;                /* a look is to be asked for */
	bool countable;             /* states can be counted until the next look */
	uint64_t look_ns, count_ns; /* what the last ones cost; 0: there was none */
	uint64_t asked_ns, sent_ns; /* when the last look was asked for, and the last one of either */
	uint64_t due_ns, count_due_ns, tick_ns, spent_ns;
	bool interrupted;
};

static void run_free(struct run *r)
{
	terminal_close(r->terminal);
	looker_end(&r->looker);
	screen_free(&r->screen);
	canvas_free(&r->canvas);
	text_free(&r->taken);
	asked_free(&r->request);
	arena_free(r->arena);
}

static int send_order(struct run *r, const struct picture_order *o)
{
	r->waits = true;
	r->counts = o->count;
	r->sent_ns = clock_monotonic_ns();
	if (!r->counts)
		r->asked_ns = r->sent_ns;
	r->taken.length = 0;
	return looker_ask(&r->looker, o);
}

static int order(struct run *r)
{
	struct picture_order o = screen_order(&r->screen);

	r->wanted = false;
	return send_order(r, &o);
}

static int order_count(struct run *r)
{
	return send_order(r, &(struct picture_order){ .count = true });
}

/* What both processes spent for it. */
static void tell_cost(struct run *r, const struct picture *s)
{
	uint64_t spent_ns = clock_spent_ns(), cost_ns = s->cost_ns + spent_ns - r->spent_ns;

	r->spent_ns = spent_ns;
	if (r->counts) {
		r->count_ns = s->counted ? cost_ns : r->count_ns;
		r->countable &= s->counted;
	} else {
		r->look_ns = cost_ns;
		r->countable = s->countable;
	}
}

/* When it is looked again, and when it is counted before that. */
static void schedule(struct run *r, const struct picture *s)
{
	uint64_t now_ns = clock_monotonic_ns();

	if (!r->counts && !s->interval_ms) { /* it stays as it is */
		r->due_ns = r->count_due_ns = UINT64_MAX;
		return;
	}
	const struct rhythm now = rhythm_of(s->interval_ms, r->look_ns, r->countable ? r->count_ns : UINT64_MAX);
	bool stretched = now.look_ms > s->interval_ms;
	uint64_t window_ns = (r->counts ? 0 : s->interval_ms) * NS_PER_MS;
	r->due_ns = MAX(now_ns + window_ns, r->asked_ns + now.look_ms * NS_PER_MS);
	r->count_due_ns = now.count_ms ? r->sent_ns + now.count_ms * NS_PER_MS : UINT64_MAX;
	r->screen.pace_ms = stretched ? now.look_ms : 0;
	r->screen.count_ms = now.count_ms;
}

static int take_picture(struct run *r)
{
	struct picture *s = NULL;
	int err = picture_read(r->taken.bytes + LINK_HEAD, r->taken.length - LINK_HEAD, &s);

	if (err)
		return err;
	r->waits = false;
	r->taken.length = 0;
	tell_cost(r, s);
	schedule(r, s);
	screen_take(&r->screen, s);
	return 0;
}

static int wait_picture(struct run *r)
{
	int err = order(r) ?: link_receive(r->looker.pictures, &r->taken);

	return err ?: take_picture(r);
}

/* When the next look is to be asked for: one that a key asks for lets the window grow a little; UINT64_MAX: none is. */
static uint64_t next_look_ns(const struct run *r)
{
	bool live = r->kind == SIGHT_LIVE && !r->screen.back;
	uint64_t wanted_ns = live ? r->asked_ns + WINDOW_LEAST_MS * NS_PER_MS : 0;
	uint64_t due_ns = r->screen.paused || r->screen.back ? UINT64_MAX : r->due_ns;

	if (r->waits)
		return UINT64_MAX;
	return r->wanted ? MIN(wanted_ns, due_ns) : due_ns;
}

static uint64_t next_count_ns(const struct run *r)
{
	return r->waits || !screen_shows_counts(&r->screen) ? UINT64_MAX : r->count_due_ns;
}

static void wish(struct run *r, unsigned wishes)
{
	r->wanted |= (wishes & (WISH_ORDER | WISH_LOOK)) != 0;
	r->interrupted |= (wishes & WISH_INTERRUPT) != 0;
	if (wishes & WISH_REDRAW)
		terminal_forget(r->terminal);
	if (wishes & WISH_SUSPEND)
		terminal_suspend(r->terminal);
}

static unsigned take_keys(struct run *r)
{
	unsigned wishes = 0;
	struct key k;

	while (!(wishes & WISH_QUIT) && terminal_key(r->terminal, &k))
		wishes |= screen_key(&r->screen, &k);
	return wishes;
}

static void draw(struct run *r)
{
	screen_draw(&r->screen, &r->canvas, clock_unix_ms());
	terminal_draw(r->terminal, &r->canvas);
}

/* Until a key, a picture, a signal, or the time for something. Signals come here and nowhere else. False: the terminal
 * is gone, and would end each wait at once from now on. */
static bool wait_event(struct run *r, const sigset_t *during)
{
	struct pollfd fds[] = { { .fd = STDIN_FILENO, .events = POLLIN },
		                { .fd = r->looker.pictures, .events = POLLIN } };
	uint64_t now_ns = clock_monotonic_ns(), until_ns = MIN(r->tick_ns, MIN(next_look_ns(r), next_count_ns(r)));
	uint64_t wait_ns = until_ns > now_ns ? until_ns - now_ns : 0;
	const struct timespec t = { (time_t)(wait_ns / NS_PER_S), (long)(wait_ns % NS_PER_S) };
	ppoll(fds, ARRAY_SIZE(fds), &t, during);
	return !(fds[0].revents & (POLLHUP | POLLERR | POLLNVAL));
}

static int take_turn(struct run *r, bool *ret_quit)
{
	uint64_t now_ns = clock_monotonic_ns();
	unsigned wishes = take_keys(r);
	int got = link_take(r->looker.pictures, &r->taken); /* its end comes without an order, too */
	int err = got > 0 ? take_picture(r) : got;

	if (now_ns >= r->tick_ns) {
		r->tick_ns = now_ns + TICK_MS * NS_PER_MS;
		wishes |= screen_tick(&r->screen);
	}
	wish(r, wishes);
	if (!err && now_ns >= next_look_ns(r))
		err = order(r);
	else if (!err && now_ns >= next_count_ns(r))
		err = order_count(r);
	*ret_quit = wishes & WISH_QUIT || stop_asked();
	return err;
}

static int show(struct run *r, const sigset_t *during)
{
	bool quit = false;
	int err = 0;

	terminal_size(r->terminal, &r->screen.rows, &r->screen.columns);
	r->tick_ns = clock_monotonic_ns() + TICK_MS * NS_PER_MS;
	while (!quit && !err) {
		draw(r);
		bool there = wait_event(r, during);
		err = take_turn(r, &quit);
		quit |= !there;
	}
	terminal_close(take_ptr(r->terminal));
	if (err) {
		log_error("the process that looks has ended%s%s", err == -ENODATA ? "" : ": ",
		          err == -ENODATA ? "" : strerror(-err));
		return STATUS_UNABLE;
	}
	return r->interrupted || stop_asked() ? STATUS_INTERRUPTED : STATUS_OK;
}

static int tell_terminal(enum terminal_answer a)
{
	const char *term = getenv("TERM");

	if (a == TERMINAL_NONE)
		log_error("top needs a terminal for its keys and its screen");
	else if (a == TERMINAL_UNKNOWN)
		log_error("nothing is known here of this terminal, TERM=%s", term ?: "");
	else
		log_error("this terminal, TERM=%s, cannot move its cursor", term ?: "");
	if (a == TERMINAL_NONE)
		log_hint("into a file or a pipe: unfin check, or unfin top --once");
	else
		log_hint("try TERM=xterm unfin top; or unfin check, which needs no such terminal");
	return a == TERMINAL_NONE ? STATUS_USAGE : STATUS_UNABLE;
}

static int tell_trouble(const struct picture *s)
{
	log_error("cannot see %s: %s", s->trouble.what ?: "anything", s->trouble.why ?: "not known why");
	if (s->trouble.mend)
		log_hint("%s", s->trouble.mend);
	return STATUS_UNABLE;
}

static int tell_dead(int err)
{
	log_error("cannot look: %s", err == -ENODATA ? "the process that looks has ended" : strerror(-err));
	return STATUS_UNABLE;
}

static int look_first(struct run *r)
{
	int err = wait_picture(r);

	if (err)
		return tell_dead(err);
	return r->screen.picture->seen ? STATUS_OK : tell_trouble(r->screen.picture);
}

/* A signal that ends it does so between two drawings; so the terminal is as it was before. */
static void hold_signals(sigset_t *ret_during)
{
	static const int numbers[] = { SIGINT, SIGTERM, SIGHUP };
	struct sigaction action;
	sigset_t held;

	stop_on_signals();
	sigaction(SIGTERM, NULL, &action);
	sigaction(SIGHUP, &action, NULL);
	signal(SIGPIPE, SIG_IGN);
	sigemptyset(&held);
	for (size_t i = 0; i < ARRAY_SIZE(numbers); i++)
		sigaddset(&held, numbers[i]);
	sigprocmask(SIG_BLOCK, &held, ret_during);
}

static int show_live(struct run *r)
{
	sigset_t during;
	bool color = terminal_style(&r->in->options).color;
	int status = look_first(r);

	if (status != STATUS_OK)
		return status;
	hold_signals(&during);
	enum terminal_answer answer = terminal_open(color, &r->terminal);
	if (answer != TERMINAL_READY)
		return tell_terminal(answer);
	power_limit(0);
	return show(r, &during);
}

/* One look is half a judgement: the other half comes after its window. */
static int show_once(struct run *r)
{
	int status = look_first(r);
	uint64_t window_ms = status == STATUS_OK ? r->screen.picture->interval_ms : 0;

	if (status == STATUS_OK && r->kind == SIGHT_LIVE && window_ms) {
		stop_on_signals();
		stop_wait_ms(window_ms);
		status = look_first(r);
	}
	power_limit(0);
	status = status ?: once_write(&r->screen);
	return status ?: status_of_verdict(r->screen.picture->verdict);
}

static int begin(struct run *r)
{
	const struct options *o = &r->in->options;
	const char *expression = invocation_expression(r->in, r->arena);
	unsigned rows = 24, columns = 80;
	int status = o->once ? once_size(o->size, &rows, &columns) : STATUS_OK;

	status = status ?: asked_parse(r->in, r->arena, &r->request) ?: scope_parse(o->netns, &r->look);
	if (status != STATUS_OK)
		return status;
	r->look.wants = WANT_DETAILS | WANT_LIMITS | WANT_CROSSINGS | WANT_LOST_TRANSLATIONS |
	                (o->show_args ? WANT_ARGUMENTS : 0);
	r->look.force = o->source;
	screen_begin(&r->screen, rows, columns);
	text_add(&r->screen.filter, expression ?: "");
	struct sight *sight = sight_new(r->in, &r->look, &r->request);
	r->kind = sight_kind_of(sight);
	int err = looker_start(sight, &r->looker);
	sight_free(sight);
	return err ? tell_dead(err) : STATUS_OK;
}

int top_run(const struct invocation *in)
{
	cleanup(run_free) struct run r = { .in = in, .arena = arena_new(), .looker = { -1, -1, -1 } };

	if (!in->options.once && (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO)))
		return tell_terminal(TERMINAL_NONE);
	int status = begin(&r);
	if (status != STATUS_OK)
		return status;
	return in->options.once ? show_once(&r) : show_live(&r);
}

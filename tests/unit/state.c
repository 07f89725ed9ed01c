#include "unit.h"
#include "model/state.h"

static void every_spelling_in_use(void **state)
{
	static const struct {
		enum tcp_state state;
		const char *spellings[8];
	} rows[] = {
		{ STATE_ESTABLISHED, { "established", "ESTABLISHED", "ESTAB", "TCP_ESTABLISHED", "Established" } },
		{ STATE_SYN_SENT, { "syn_sent", "SYN-SENT", "SYN_SENT", "SynSent" } },
		{ STATE_SYN_RECV, { "syn_recv", "SYN-RECV", "SYN_RCVD", "SYN-RECEIVED", "TCP_NEW_SYN_RECV" } },
		{ STATE_FIN_WAIT1, { "fin_wait1", "FIN-WAIT-1", "FIN_WAIT_1", "FINWAIT1", "FIN_WAIT1" } },
		{ STATE_FIN_WAIT2, { "fin_wait2", "FIN-WAIT-2", "FIN_WAIT_2", "FinWait2" } },
		{ STATE_TIME_WAIT, { "time_wait", "TIME-WAIT", "TIME_WAIT", "TimeWait" } },
		{ STATE_CLOSE, { "close", "CLOSED", "UNCONN", "TCP_CLOSE" } },
		{ STATE_CLOSE_WAIT, { "close_wait", "CLOSE-WAIT", "CLOSE_WAIT", "closewait", "tcp_close_wait" } },
		{ STATE_LAST_ACK, { "last_ack", "LAST-ACK", "LastAck" } },
		{ STATE_LISTEN, { "listen", "LISTEN", "LISTENING" } },
		{ STATE_CLOSING, { "closing", "CLOSING" } },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		for (const char *const *s = rows[i].spellings; *s; s++)
			if (state_parse(*s) != rows[i].state)
				fail_msg("%s", *s);
}

static void what_is_no_state(void **state)
{
	static const char *const wrong[] = { "",
		                             "-",
		                             "tcp",
		                             "TCP_",
		                             "wait",
		                             "fin_wait",
		                             "fin_wait3",
		                             "clos",
		                             "closed2",
		                             "syn",
		                             "unknown",
		                             "none",
		                             "established established",
		                             "close_wait_close_wait_close" };

	for (size_t i = 0; i < ARRAY_SIZE(wrong); i++)
		if (state_parse(wrong[i]) != STATE_NONE)
			fail_msg("\"%s\" is taken for %s", wrong[i], state_json(state_parse(wrong[i])));
}

/* The kernel's numbers are part of what a record between kernel and user means. */
static void names_and_numbers(void **state)
{
	const char *const *names = state_names();

	for (unsigned s = STATE_ESTABLISHED; s < STATE_COUNT; s++) {
		assert_string_equal(names[s - 1], state_json(s));
		assert_int_equal(state_parse(state_json(s)), s);
		assert_int_equal(state_parse(state_people(s)), s);
	}
	assert_null(names[STATE_COUNT - 1]);
	assert_int_equal(STATE_CLOSE_WAIT, 8);
	assert_int_equal(STATE_CLOSING, 11);
	assert_string_equal(state_people(STATE_CLOSE_WAIT), "CLOSE-WAIT");
	assert_string_equal(state_json((enum tcp_state)200), "unknown");
	assert_string_equal(state_people((enum tcp_state)200), "-");
}

UNIT_MAIN(TEST(every_spelling_in_use), TEST(what_is_no_state), TEST(names_and_numbers));

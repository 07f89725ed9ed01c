/* The two ends of connections that are translated between them. */
#include "unit.h"
#include "model/crossing.h"
#include "scene.h"

static void crossing(struct moment *m, uint32_t netns, const char *const opener[2], const char *const acceptor[2])
{
	cleanup(crossings_free) struct crossings c = { .moment = m };

	crossings_add(&c, netns, &(struct ends){ scene_endpoint(opener[0]), scene_endpoint(opener[1]) },
	              &(struct ends){ scene_endpoint(acceptor[0]), scene_endpoint(acceptor[1]) });
}

/* A published port: 10.0.0.1:8200 stands for 172.18.0.4:9000, the client's own address stays. */
static void both_ends_are_in_view(void **state)
{
	cleanup(moment_cleanup) struct moment *m = moment_new();

	scene_socket(m, STATE_TIME_WAIT, "172.18.0.4:9000", "10.0.0.1:40000");
	scene_socket(m, STATE_ESTABLISHED, "172.18.0.4:9000", "10.0.0.1:40000");
	scene_socket(m, STATE_ESTABLISHED, "10.0.0.1:40000", "10.0.0.1:8200");
	crossing(m, 0, (const char *[]){ "10.0.0.1:40000", "10.0.0.1:8200" },
	         (const char *[]){ "172.18.0.4:9000", "10.0.0.1:40000" });
	assert_int_equal(m->crossings.count, 1);
	assert_int_equal(m->crossings.items[0].client, 2);
	assert_int_equal(m->crossings.items[0].server, 1);
}

static void one_end_is_out_of_view_and_then_both(void **state)
{
	cleanup(moment_cleanup) struct moment *m = moment_new();

	scene_socket(m, STATE_ESTABLISHED, "172.18.0.4:9000", "10.0.0.1:40000");
	crossing(m, 0, (const char *[]){ "10.0.0.1:40000", "10.0.0.1:8200" },
	         (const char *[]){ "172.18.0.4:9000", "10.0.0.1:40000" });
	assert_int_equal(m->crossings.count, 1);
	assert_int_equal(m->crossings.items[0].client, INDEX_NONE);
	assert_int_equal(m->crossings.items[0].server, 0);
	crossing(m, 0, (const char *[]){ "10.0.0.1:40001", "10.0.0.1:8200" },
	         (const char *[]){ "172.18.0.4:9000", "10.0.0.1:40001" });
	assert_int_equal(m->crossings.count, 1);
}

/* 127.0.0.1 of another namespace is somebody else. */
static void loopback_is_one_in_each_namespace(void **state)
{
	cleanup(moment_cleanup) struct moment *m = moment_new();

	scene_socket(m, STATE_ESTABLISHED, "127.0.0.1:40000", "127.0.0.1:8200")->netns = 1;
	scene_socket(m, STATE_ESTABLISHED, "172.18.0.4:9000", "172.18.0.1:40000")->netns = 2;
	crossing(m, 0, (const char *[]){ "127.0.0.1:40000", "127.0.0.1:8200" },
	         (const char *[]){ "172.18.0.4:9000", "172.18.0.1:40000" });
	assert_int_equal(m->crossings.items[0].client, INDEX_NONE);
	crossing(m, 1, (const char *[]){ "127.0.0.1:40000", "127.0.0.1:8200" },
	         (const char *[]){ "172.18.0.4:9000", "172.18.0.1:40000" });
	assert_int_equal(m->crossings.items[1].client, 0);
	assert_int_equal(m->crossings.items[1].server, 1);
}

UNIT_MAIN(TEST(both_ends_are_in_view), TEST(one_end_is_out_of_view_and_then_both),
          TEST(loopback_is_one_in_each_namespace));

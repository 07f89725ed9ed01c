/* Which frame is the program's own. */
#include "unit.h"
#include "blame/own.h"

static struct frame frame_of(const char *function, const char *file)
{
	struct frame f = { 0 };

	snprintf(f.function, sizeof(f.function), "%s", function);
	snprintf(f.file, sizeof(f.file), "%s", file);
	return f;
}

static void expect_python(const char *file, bool own, const char *library)
{
	struct frame f = frame_of("f", file);

	own_judge_python(&f);
	assert_int_equal(f.own, own);
	assert_string_equal(f.library, library);
}

static void expect_native(const char *function, const char *file, const char *module, bool own, const char *library)
{
	struct frame f = frame_of(function, file);

	own_judge_native(&f, module, "/srv/shop/server");
	assert_int_equal(f.own, own);
	assert_string_equal(f.library, library);
}

static void python_packages_are_nobodys_own(void **state)
{
	expect_python("/srv/shop/leak.py", true, "");
	expect_python("leak.py", true, "");
	expect_python("/usr/lib/python3.11/http/client.py", false, "http.client");
	expect_python("/usr/lib/python3.11/socket.py", false, "socket");
	expect_python("/usr/lib/python3/dist-packages/urllib3/util/connection.py", false, "urllib3");
	expect_python("/srv/shop/venv/lib/python3.12/site-packages/requests/api.py", false, "requests");
	expect_python("<frozen importlib._bootstrap>", false, "<frozen importlib._bootstrap>");
}

static void native_libraries_are_told_by_their_place(void **state)
{
	expect_native("main", "/srv/shop/main.c", "/srv/shop/server", true, "");
	expect_native("connect", "", "/usr/lib/x86_64-linux-gnu/libc.so.6", false, "libc.so.6");
	expect_native("helper", "", "/srv/shop/libhelper.so", true, "");
	expect_native("std::net::connect", "/rustc/59eed8a2/library/std/src/net/tcp.rs", "/srv/shop/server", false,
	              "std");
	expect_native("hyper::connect", "/home/a/.cargo/registry/src/index-1/hyper-0.14.1/src/lib.rs",
	              "/srv/shop/server", false, "hyper-0.14.1");
}

static void a_program_in_the_systems_folders_is_its_own(void **state)
{
	struct frame f = frame_of("serve", "");

	own_judge_native(&f, "/usr/lib/postgresql/15/bin/postgres", "/usr/lib/postgresql/15/bin/postgres");
	assert_true(f.own);
}

static void go_is_told_by_its_packages(void **state)
{
	expect_native("net.(*Dialer).Dial", "/usr/lib/go-1.19/src/net/dial.go", "/srv/shop/server", false, "net");
	expect_native("net/http.(*Client).Do", "/usr/local/go/src/net/http/client.go", "/srv/shop/server", false,
	              "net/http");
	expect_native("net.Dial", "net/dial.go", "/srv/shop/server", false, "net");
	expect_native("main.fetch", "/srv/shop/main.go", "/srv/shop/server", true, "");
	expect_native("example.com/shop/db.Open", "example.com/shop/db/db.go", "/srv/shop/server", true, "");
}

static void the_first_own_frame_is_chosen(void **state)
{
	struct stack *s = calloc(1, sizeof(*s));

	s->count = 3;
	own_choose(s);
	assert_int_equal(s->own, 3);
	s->frames[1].own = s->frames[2].own = true;
	own_choose(s);
	assert_int_equal(s->own, 1);
	s->frames[2].line = 7; /* the first one is of a library that was linked into the program */
	own_choose(s);
	assert_int_equal(s->own, 2);
	free(s);
}

UNIT_MAIN(TEST(python_packages_are_nobodys_own), TEST(native_libraries_are_told_by_their_place),
          TEST(a_program_in_the_systems_folders_is_its_own), TEST(go_is_told_by_its_packages),
          TEST(the_first_own_frame_is_chosen));

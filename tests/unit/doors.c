#include "unit.h"
#include "source/doors.h"
#include <errno.h>

static const char mountinfo[] = "25 30 0:23 / /sys rw,nosuid - sysfs sysfs rw\n"
                                "99 30 0:4 net:[4026532281] /srv/ns rw shared:5 - nsfs nsfs rw\n"
                                "100 30 0:4 net:[4026532281] /run/netns/blue rw shared:5 - nsfs nsfs rw\n"
                                "101 30 0:4 net:[4026532281] /var/run/netns/blue rw shared:5 - nsfs nsfs rw\n"
                                "102 30 0:4 mnt:[4026532300] /run/mnt rw - nsfs nsfs rw\n"
                                "103 30 0:4 net:[x] /run/netns/bad rw - nsfs nsfs rw\n"
                                "104 30 0:4 net:[4026532400\n"
                                "105 net:[4026532400] x\n"
                                " net:[";

static void bind_mounts(void **state)
{
	struct doors d;

	assert_int_equal(doors_open(&d), 0);
	doors_add_mounts(&d, mountinfo, "");
	assert_int_equal(d.items.count, 2);
	assert_string_equal(doors_at(&d, 4026532281)->path, "/run/netns/blue");
	assert_string_equal(doors_at(&d, 4026532281)->name, "blue");
	doors_close(&d);
	assert_int_equal(doors_open(&d), 0);
	doors_add_mounts(&d, mountinfo, "/proc/1/root");
	assert_string_equal(doors_at(&d, 4026532281)->path, "/proc/1/root/run/netns/blue");
	assert_string_equal(doors_at(&d, 4026532281)->name, "blue");
	doors_close(&d);
}

static void the_first_and_the_last_task(void **state)
{
	struct doors d;

	assert_int_equal(doors_open(&d), 0);
	for (uint32_t i = 1; i < 100; i++)
		doors_add_task(&d, 7, i, i);
	assert_int_equal(doors_at(&d, 7)->tgid, 1);
	assert_int_equal(doors_at(&d, 7)->last_tgid, 99);
	doors_close(&d);
}

static void doors_lead_where_they_should(void **state)
{
	struct doors d;

	assert_int_equal(doors_open(&d), 0);
	assert_int_equal(doors_enter(&d, d.home_inode), 0);
	assert_int_equal(doors_enter(&d, 7), -ENOENT);
	doors_add_task(&d, 7, (uint32_t)getpid(), (uint32_t)getpid()); /* a task that is elsewhere by now */
	assert_int_equal(doors_enter(&d, 7), -ENOENT);
	assert_true(d.here_inode == d.home_inode);
	doors_close(&d);
}

UNIT_MAIN(TEST(bind_mounts), TEST(the_first_and_the_last_task), TEST(doors_lead_where_they_should));

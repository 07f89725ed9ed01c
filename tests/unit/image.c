/* Files in the memory of a process, from the text of /proc/PID/maps. */
#include "unit.h"
#include "source/image.h"

static const char maps[] = "55d0c0000000-55d0c0001000 r--p 00000000 fe:00 77 /srv/shop/my server\n"
                           "55d0c0001000-55d0c0004000 r-xp 00001000 fe:00 77 /srv/shop/my server\n"
                           "55d0c1000000-55d0c1021000 rw-p 00000000 00:00 0 [heap]\n"
                           "7f0000000000-7f0000002000 r-xp 00000000 fe:00 78 /srv/shop/plugin.so (deleted)\n"
                           "7f0000004000-7f0000005000 r--p 00000000 fe:00 79 /srv/shop/data\n"
                           "7ffe00000000-7ffe00021000 rw-p 00000000 00:00 0 [stack]\n";

static void mappings_of_one_file_are_one(void **state)
{
	struct arena *arena = arena_new();
	struct image image = { 0 };

	image_parse(maps, arena, &image);
	assert_int_equal(image.files.count, 3);
	const struct image_file *f = image_find(&image, 0x55d0c0002000);
	assert_string_equal(f->path, "/srv/shop/my server");
	assert_int_equal(f->start, 0x55d0c0000000);
	assert_int_equal(f->first_end, 0x55d0c0001000);
	assert_int_equal(f->end, 0x55d0c0004000);
	assert_true(f->runs);
	assert_false(image.files.items[2].runs);
	assert_null(image_find(&image, 0x55d0c0004000));
	array_free(&image.files);
	arena_free(arena);
}

static void a_deleted_file_and_code_of_no_file_are_told(void **state)
{
	struct arena *arena = arena_new();
	struct image image = { 0 };

	image_parse(maps, arena, &image);
	assert_true(image.files.items[1].deleted);
	assert_string_equal(image.files.items[1].path, "/srv/shop/plugin.so");
	assert_false(image.makes_code);
	image_parse("7f1000000000-7f1000001000 rwxp 00000000 00:00 0 \n7f2000000000-7f10 nonsense\n", arena, &image);
	assert_true(image.makes_code);
	assert_int_equal(image.files.count, 3);
	array_free(&image.files);
	arena_free(arena);
}

UNIT_MAIN(TEST(mappings_of_one_file_are_one), TEST(a_deleted_file_and_code_of_no_file_are_told));

#include "fleet_key.h"
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

static int digit_value(char c)
{
	return isdigit((unsigned char)c) ? c - '0' : isxdigit((unsigned char)c) ? (c | 0x20) - 'a' + 10 : -1;
}

bool fleet_key_parse(const char *bytes, size_t length, struct fleet_key *ret)
{
	struct fleet_key key;

	if (length == SIPHASH_KEY_BYTES) {
		memcpy(ret->bytes, bytes, length);
		return true;
	}
	if (length == 2 * SIPHASH_KEY_BYTES + 1 && bytes[length - 1] == '\n')
		length--;
	if (length != 2 * SIPHASH_KEY_BYTES)
		return false;
	for (size_t i = 0; i < SIPHASH_KEY_BYTES; i++) {
		int high = digit_value(bytes[2 * i]), low = digit_value(bytes[2 * i + 1]);
		if (high < 0 || low < 0)
			return false;
		key.bytes[i] = (uint8_t)(high << 4 | low);
	}
	*ret = key;
	return true;
}

static int key_load(const char *path, struct fleet_key *ret)
{
	char bytes[64];
	struct stat st;
	cleanup(cleanup_close) int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);

	if (fd < 0 || fstat(fd, &st))
		return -errno;
	if (!S_ISREG(st.st_mode))
		return -EPROTO;
	if (st.st_mode & 077 || (st.st_uid != geteuid() && st.st_uid))
		return -EKEYREJECTED;
	ssize_t length = read(fd, bytes, sizeof(bytes));
	if (length < 0)
		return -errno;
	return fleet_key_parse(bytes, (size_t)length, ret) ? 0 : -EPROTO;
}

int fleet_key_read(const char *path, struct fleet_key *ret, struct arena *arena, struct gap *ret_why)
{
	int err = key_load(path, ret);

	if (!err)
		return 0;
	*ret_why = (struct gap){ .what = arena_printf(arena, "the fleet's key %s", path),
		                 .why = arena_strdup(arena, strerror(-err)) };
	if (err == -EKEYREJECTED) {
		ret_why->why =
		        "others than root (or you) may read it, or own it: who knows it can find sequence numbers";
		ret_why->mend = arena_printf(arena, "chown root: %s; chmod 600 %s", path, path);
	} else if (err == -EACCES) {
		ret_why->why = "this user may not read it";
		ret_why->mend = "run it with sudo, or as the user whose key it is";
	} else if (err == -EPROTO) {
		ret_why->why = "it is no key: a file of 16 bytes, or of 32 hexadecimal digits";
		ret_why->mend = "unfin fleet key FILE makes one, and every host needs the same";
	} else if (err == -ENOENT) {
		ret_why->mend =
		        arena_printf(arena, "unfin fleet key %s makes one, and every host needs the same", path);
	} else if (err == -ELOOP) {
		ret_why->why = "it is a symbolic link, which is not followed: name the file itself";
	}
	return err;
}

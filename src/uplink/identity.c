/* Who this host is, to a hub. */
#include "base/file.h"
#include "base/parse.h"
#include "base/siphash.h"
#include "uplink.h"
#include <errno.h>
#include <inttypes.h>
#include <sys/random.h>

enum { MACHINE_ID_BYTES = 64 };

/* Not the machine's id itself, which is nobody's business, nor its name, which changes. */
static int make(int folder, uint64_t *ret)
{
	uint8_t salt[SIPHASH_KEY_BYTES];
	TEXT_CLEANUP machine = { 0 }, t = { 0 };

	text_add(&machine, "");
	file_read("/etc/machine-id", MACHINE_ID_BYTES, &machine);
	if (getrandom(salt, sizeof(salt), 0) != sizeof(salt))
		return -errno;
	*ret = siphash(salt, machine.bytes, machine.length) | 1;
	text_printf(&t, "%016" PRIx64 "\n", *ret);
	return depot_note_write(folder, "host-id", &t);
}

int uplink_host_id(int folder, uint64_t *ret)
{
	TEXT_CLEANUP t = { 0 };
	int err = depot_note_read(folder, "host-id", &t);

	if (err)
		return err == -ENOENT ? make(folder, ret) : err;
	t.bytes[strcspn(t.bytes, "\n")] = '\0';
	return parse_u64_hex(t.bytes, ret) || !*ret ? -EBADMSG : 0;
}

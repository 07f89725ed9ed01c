#include "fleet_key.h"
#include "output.h"
#include "base/log.h"
#include "base/siphash.h"
#include "power/power.h"
#include "source/kept/image.h"
#include <errno.h>
#include <sys/random.h>

int fleet_key_write(const char *path)
{
	uint8_t key[SIPHASH_KEY_BYTES];
	TEXT_CLEANUP digits = { 0 };

	if (getrandom(key, sizeof(key), 0) != sizeof(key))
		return -EIO;
	for (size_t i = 0; i < sizeof(key); i++)
		text_printf(&digits, "%02x", key[i]);
	text_add_char(&digits, '\n');
	return image_write(path, digits.bytes, digits.length);
}

int fleet_key_make(const struct invocation *in)
{
	TEXT_CLEANUP told = { 0 };

	if (in->words.count != 2) {
		log_error("fleet key takes one word: the file to write");
		log_hint("unfin fleet key fleet.key");
		return STATUS_USAGE;
	}
	const char *path = in->words.items[1];
	power_limit(POWER_KEEP);
	int err = fleet_key_write(path);
	if (err) {
		log_error("cannot write %s: %s", path, strerror(-err));
		return err == -EEXIST ? STATUS_USAGE : STATUS_UNABLE;
	}
	text_printf(&told, "%s: copy it to every host (mode 0600), then on each: unfin record FILE --fleet-key %s\n",
	            path, path);
	return output_text(&told);
}

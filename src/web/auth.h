/* Who may ask: users with a password, kept as bcrypt hashes. To check one takes a tenth of a second on purpose, so the
 * worker does it; who was right once is known by a keyed hash of what was sent, so that a scrape costs nothing. */
#pragma once
#include "config.h"
#include <pthread.h>

enum { AUTH_KNOWN = 16, AUTH_KEY = 32 };

struct auth {
	const struct web_config *config; /* NULL or without users: whoever asks */
	pthread_mutex_t lock;
	uint8_t key[AUTH_KEY], known[AUTH_KNOWN][32];
	size_t count;
};

void auth_init(struct auth *a, const struct web_config *config);
void auth_free(struct auth *a);
static inline bool auth_asks(const struct auth *a)
{
	return a->config && a->config->users.count;
}
/* Were they right before? Quick. */
bool auth_knows(struct auth *a, const char *user, const char *password);
/* Are they right? Takes its time, whether there is such a user or not. */
bool auth_check(struct auth *a, const char *user, const char *password);

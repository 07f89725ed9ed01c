#include "auth.h"
#include <crypt.h>
#include <gnutls/crypto.h>

void auth_init(struct auth *a, const struct web_config *config)
{
	*a = (struct auth){ .config = config };
	pthread_mutex_init(&a->lock, NULL);
	if (gnutls_rnd(GNUTLS_RND_KEY, a->key, sizeof(a->key)))
		abort();
}

void auth_free(struct auth *a)
{
	gnutls_memset(a->key, 0, sizeof(a->key));
	pthread_mutex_destroy(&a->lock);
}

/* A user's name has no colon, so that one text is one pair. */
static void mark_of(const struct auth *a, const char *user, const char *password, uint8_t ret[32])
{
	TEXT_CLEANUP both = { 0 };

	text_printf(&both, "%s:%s", user, password);
	gnutls_hmac_fast(GNUTLS_MAC_SHA256, a->key, sizeof(a->key), both.bytes, both.length, ret);
	gnutls_memset(both.bytes, 0, both.length);
}

bool auth_knows(struct auth *a, const char *user, const char *password)
{
	bool known = false;
	uint8_t mark[32];

	mark_of(a, user, password, mark);
	pthread_mutex_lock(&a->lock);
	for (size_t i = 0; i < MIN(a->count, (size_t)AUTH_KNOWN); i++)
		known |= !gnutls_memcmp(mark, a->known[i], sizeof(mark));
	pthread_mutex_unlock(&a->lock);
	return known;
}

static void remember(struct auth *a, const char *user, const char *password)
{
	uint8_t mark[32];

	mark_of(a, user, password, mark);
	pthread_mutex_lock(&a->lock);
	memcpy(a->known[a->count++ % AUTH_KNOWN], mark, sizeof(mark));
	pthread_mutex_unlock(&a->lock);
}

/* Who is no user is held against the first one's hash, so that it takes as long. */
bool auth_check(struct auth *a, const char *user, const char *password)
{
	const struct web_user *found = NULL;
	struct crypt_data *data = memory_zeroed(sizeof(*data));

	array_each (&a->config->users, u)
		if (streq(u->name, user))
			found = u;
	const char *hash = (found ?: a->config->users.items)->hash;
	const char *made = crypt_r(password, hash, data);
	bool right = found && made && strlen(made) == strlen(hash) && !gnutls_memcmp(made, hash, strlen(hash));
	gnutls_memset(data, 0, sizeof(*data));
	free(data);
	if (right)
		remember(a, user, password);
	return right;
}

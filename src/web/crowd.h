/* The connections of one listener, those that were quiet longest in front. Where they become too many, the quietest one
 * is ended, so that ten thousand clients that send nothing do not keep one out that has a question. Used by its
 * listener's thread alone. */
#pragma once
#include <microhttpd.h>
#include <stdbool.h>
#include <stddef.h>

struct guest;

struct crowd {
	struct guest *first, *last;
	size_t count, most;
};

/* `most`: connections that the library allows; an eighth of the places is kept free. */
void crowd_init(struct crowd *c, size_t most);
/* For MHD_OPTION_NOTIFY_CONNECTION, the crowd as its context. */
void crowd_notify(void *context, struct MHD_Connection *connection, void **guest,
                  enum MHD_ConnectionNotificationCode code);
/* It has just sent a request. `busy`: it waits for us from now on, and is not ended. */
void crowd_moved(struct crowd *c, struct MHD_Connection *connection, bool busy);

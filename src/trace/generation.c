#include "generation.h"
#include <bpf/bpf.h>
#include <errno.h>
#include <unistd.h>

int generation_open(struct generation *g, volatile uint32_t *now, int inner)
{
	LIBBPF_OPTS(bpf_map_create_opts, options, .inner_map_fd = (uint32_t)inner);

	*g = (struct generation){ .now = now, .inner = inner };
	g->barrier =
	        bpf_map_create(BPF_MAP_TYPE_ARRAY_OF_MAPS, "barrier", sizeof(uint32_t), sizeof(uint32_t), 1, &options);
	return g->barrier < 0 ? -errno : 0;
}

void generation_close(struct generation *g)
{
	close(g->barrier);
}

int generation_turn(struct generation *g, uint32_t *ret_over)
{
	const uint32_t first = 0;

	*ret_over = *g->now;
	*g->now = !*g->now;
	return bpf_map_update_elem(g->barrier, &first, &g->inner, BPF_ANY) ? -errno : 0;
}

static void find_next(struct harvest *h, const struct record_end_key *previous)
{
	h->more = !bpf_map_get_next_key(h->map, previous, &h->next);
	if (!h->more && errno != ENOENT)
		h->err = -errno;
}

void harvest_begin(struct harvest *h, int map, uint32_t generation)
{
	*h = (struct harvest){ .map = map, .generation = generation };
	find_next(h, NULL);
}

static bool take(struct harvest *h, const struct record_end_key *key, void *row)
{
	if (!bpf_map_lookup_elem(h->map, key, row) && !bpf_map_delete_elem(h->map, key))
		return true;
	h->err = -errno;
	return false;
}

bool harvest_row(struct harvest *h, struct record_end_key *ret_key, void *ret_row)
{
	while (h->more) {
		*ret_key = h->next;
		find_next(h, ret_key); /* while it is there: after one that is gone all begins anew */
		if (ret_key->generation == h->generation && take(h, ret_key, ret_row)) {
			ret_key->generation = 0;
			return true;
		}
	}
	return false;
}

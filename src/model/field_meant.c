/* Names that other tools and tired people use for what our fields are called. */
#include "field.h"
#include "base/words.h"

static const struct {
	const char *name, *meant;
} others[] = {
	{ "port", "local_port or peer_port" },
	{ "lport", "local_port" },
	{ "sport", "local_port" },
	{ "source_port", "local_port" },
	{ "listen_port", "local_port" },
	{ "dport", "peer_port" },
	{ "rport", "peer_port" },
	{ "remote_port", "peer_port" },
	{ "foreign_port", "peer_port" },
	{ "dest_port", "peer_port" },
	{ "address", "local_address or peer_address" },
	{ "addr", "local_address or peer_address" },
	{ "ip", "local_address or peer_address" },
	{ "host", "local_address or peer_address" },
	{ "src", "local_address" },
	{ "source", "local_address" },
	{ "local_ip", "local_address" },
	{ "local_addr", "local_address" },
	{ "dst", "peer_address" },
	{ "dest", "peer_address" },
	{ "destination", "peer_address" },
	{ "remote", "peer" },
	{ "foreign", "peer" },
	{ "remote_address", "peer_address" },
	{ "peer_ip", "peer_address" },
	{ "peer_addr", "peer_address" },
	{ "process", "comm" },
	{ "proc", "comm" },
	{ "program", "comm" },
	{ "name", "comm" },
	{ "command", "comm or cmdline" },
	{ "cmd", "comm or cmdline" },
	{ "args", "cmdline" },
	{ "owner", "comm or user" },
	{ "username", "user" },
	{ "status", "state" },
	{ "namespace", "netns" },
	{ "ns", "netns" },
	{ "service", "unit" },
	{ "systemd_unit", "unit" },
	{ "docker", "container" },
	{ "duration", "age" },
	{ "time", "age" },
	{ "since", "age" },
	{ "idle", "since_data or since_sent" },
	{ "count", NULL }, /* of groups: no field, and near none */
};

const char *field_meant(const char *name)
{
	ARRAY(const char *) known = { 0 };

	for (size_t i = 0; i < ARRAY_SIZE(others); i++)
		if (word_equal(name, others[i].name))
			return others[i].meant;
	for (const struct field *f = field_table(); f->name; f++)
		*array_push(&known) = field_word(f);
	size_t fields = known.count;
	for (size_t i = 0; i < ARRAY_SIZE(others); i++)
		*array_push(&known) = others[i].name;
	*array_push(&known) = NULL;
	const char *nearest = word_nearest(name, known.items);
	for (size_t i = fields; nearest && i < known.count - 1; i++)
		if (nearest == known.items[i]) {
			nearest = others[i - fields].meant;
			break;
		}
	array_free(&known);
	return nearest;
}

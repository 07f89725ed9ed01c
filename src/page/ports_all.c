#include "ports_all.h"
#include "model/port/report.h"
#include "view/ports.h"

enum { PORT_ROWS = 20 };

void ports_all_json(struct text *out, const struct moment *m)
{
	cleanup(port_map_cleanup) struct port_map *map = port_map_new(m);
	cleanup(port_report_free) struct port_report r = { 0 };

	port_report_begin(&r, map);
	port_report_add_all_binds(&r, PORT_ROWS);
	port_report_add_all_connects(&r, PORT_ROWS);
	port_report_add_all_translations(&r, PORT_ROWS);
	port_report_add_reliefs(&r);
	ports_json(out, &r);
}

#include "accept.h"
#include <strings.h>

/* One media range of an Accept header, and how much it is wanted: "text/plain;version=0.0.4;q=0.3". */
struct range {
	bool openmetrics, text;
	double weight;
};

static bool is_named(const char *at, size_t length, const char *name)
{
	return length == strlen(name) && !strncasecmp(at, name, length);
}

static const char *skip_blanks(const char *at)
{
	return at + strspn(at, " \t");
}

/* "q=0.5": 0.5; what is no number is 0. */
static double weight_of(const char *value)
{
	double weight = 0, place = 1;

	if (*value == '0' || *value == '1')
		weight = *value++ - '0';
	if (*value == '.')
		for (value++; *value >= '0' && *value <= '9' && place > 1e-4; value++)
			weight += (*value - '0') * (place /= 10);
	return MIN(weight, 1.0);
}

static const char *read_parameter(const char *at, struct range *r)
{
	size_t length = strcspn(at, ",;");

	if (!strncasecmp(at, "q=", 2))
		r->weight = weight_of(at + 2);
	else if (!strncasecmp(at, "version=", 8) && strncmp(at + 8, "1.0.0", 5))
		r->openmetrics = false;
	return at + length;
}

/* Returns where the next one begins. */
static const char *read_range(const char *at, struct range *ret)
{
	size_t length = strcspn(at, ",; \t");

	*ret = (struct range){
		.openmetrics = is_named(at, length, "application/openmetrics-text"),
		.text = is_named(at, length, "text/plain") || is_named(at, length, "text/*") ||
		        is_named(at, length, "*/*"),
		.weight = 1,
	};
	for (at = skip_blanks(at + length); *at == ';';)
		at = read_parameter(skip_blanks(at + 1), ret);
	at += strcspn(at, ",");
	return *at ? at + 1 : at;
}

bool accepts_openmetrics(const char *accept)
{
	double openmetrics = 0, text = 0;
	struct range r;

	for (const char *at = accept ?: ""; *(at = skip_blanks(at));) {
		at = read_range(at, &r);
		if (r.openmetrics)
			openmetrics = MAX(openmetrics, r.weight);
		if (r.text)
			text = MAX(text, r.weight);
	}
	return openmetrics > 0 && openmetrics >= text;
}

/* "# TYPE unfin_looks_total counter": where its name ends, without the _total. NULL: it is no such line. */
static const char *total_of(const char *line, size_t length)
{
	static const char total[] = "_total";
	size_t head = strlen("# TYPE "), end = strlen(total);

	if (strncmp(line, "# TYPE ", head) && strncmp(line, "# HELP ", head))
		return NULL;
	const char *blank = memchr(line + head, ' ', length - head);
	if (!blank || (size_t)(blank - line) < head + end || strncmp(blank - end, total, end))
		return NULL;
	return blank - end;
}

void openmetrics_from_text(struct text *out, const char *metrics)
{
	for (const char *line = metrics; *line;) {
		size_t length = strcspn(line, "\n");
		const char *cut = total_of(line, length), *from = line;
		if (cut) {
			text_add_bytes(out, line, (size_t)(cut - line));
			from = cut + strlen("_total");
		}
		text_add_bytes(out, from, (size_t)(line + length - from));
		text_add_char(out, '\n');
		line += length + (line[length] == '\n');
	}
	text_add(out, "# EOF\n");
}

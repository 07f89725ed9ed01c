#include "own.h"
#include <inttypes.h>

static const char *name_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

static void set_library(struct frame *f, const char *name, size_t length)
{
	f->own = false;
	snprintf(f->library, sizeof(f->library), "%.*s", (int)MIN(length, sizeof(f->library) - 1), name);
}

bool own_is_system_file(const char *path)
{
	static const char *const places[] = {
		"/lib/", "/lib64/", "/lib32/", "/usr/lib/", "/usr/lib64/", "/usr/libexec/"
	};

	for (size_t i = 0; i < ARRAY_SIZE(places); i++)
		if (starts_with(path, places[i]))
			return true;
	return false;
}

/* Sources of standard libraries and of packages that a tool has fetched. */
static const struct {
	const char *within, *name; /* name NULL: what follows */
	bool indexed;              /* below a folder of the registry's own */
} packages[] = {
	{ "/rustc/", "std" },
	{ "/library/std/", "std" },
	{ "/library/core/", "core" },
	{ "/library/alloc/", "alloc" },
	{ "/.cargo/registry/src/", NULL, .indexed = true },
	{ "/.cargo/git/checkouts/", NULL },
	{ "/go/pkg/mod/", NULL },
	{ "/usr/include/c++/", "libstdc++" },
	{ "/usr/include/", NULL },
	{ "/sysdeps/", "libc" },
	{ "/vendor/", NULL },
};

static bool is_package(struct frame *f)
{
	for (size_t i = 0; i < ARRAY_SIZE(packages); i++) {
		const char *at = strstr(f->file, packages[i].within);
		if (!at)
			continue;
		const char *name = packages[i].name ?: at + strlen(packages[i].within);
		if (packages[i].indexed)
			name += strcspn(name, "/") + (name[strcspn(name, "/")] == '/');
		set_library(f, name, strcspn(name, "/"));
		return true;
	}
	return false;
}

/* Go's own packages have no dot in the first word of their path and come from GOROOT/src, which is left out by
 * -trimpath; main and what an application calls itself do not. */
static bool is_go_standard(struct frame *f)
{
	const char *at = strstr(f->file, "/go/src/") ?: strstr(f->file, "/go-1.");
	const char *slash = strrchr(f->function, '/'), *name = slash ? slash + 1 : f->function;
	size_t length = (size_t)(name - f->function) + strcspn(name, ".");
	bool trimmed = *f->file && *f->file != '/' && !memchr(f->file, '@', strlen(f->file)) &&
	               !strncmp(f->file, f->function, length) && f->file[length] == '/';

	if (!at && !trimmed)
		return false;
	if (!at && memchr(f->function, '.', (size_t)(name - f->function)))
		return false; /* example.com/shop: a module */
	set_library(f, f->function, length);
	return true;
}

void own_judge_native(struct frame *f, const char *module, const char *program)
{
	bool is_program = program && streq(module, program);

	f->own = true;
	if (!is_program && own_is_system_file(module))
		set_library(f, name_of(module), STACK_LIBRARY);
	else if (*name_of(f->file) == '<') /* what Go's compiler puts between a method and its caller */
		set_library(f, name_of(f->file), STACK_LIBRARY);
	else if (!is_go_standard(f))
		is_package(f);
}

/* "http.client" of ".../http/client.py", "re" of ".../re/__init__.py": at most two words. */
static void set_python_module(struct frame *f, const char *path)
{
	size_t length = strcspn(path, "/");

	if (path[length] == '/' && !starts_with(path + length, "/__init__."))
		length += 1 + strcspn(path + length + 1, "/");
	set_library(f, path, length);
	char *ending = strrchr(f->library, '.');
	if (ending && streq(ending, ".py"))
		*ending = '\0';
	for (char *c = f->library; *c; c++)
		if (*c == '/')
			*c = '.';
}

void own_judge_python(struct frame *f)
{
	static const char *const packages_in[] = { "/site-packages/", "/dist-packages/" };
	const char *at = strstr(f->file, "/lib/python3");

	f->own = true;
	for (size_t i = 0; i < ARRAY_SIZE(packages_in); i++) {
		const char *package = strstr(f->file, packages_in[i]);
		if (!package)
			continue;
		package += strlen(packages_in[i]);
		set_library(f, package, strcspn(package, "/"));
		return;
	}
	if (*f->file == '<')
		set_library(f, f->file, STACK_LIBRARY);
	else if (at && (at = strchr(at + strlen("/lib/"), '/')))
		set_python_module(f, at + 1);
}

/* Functions without a file are PHP's own. Composer's packages stand in vendor/, as NAME/NAME. */
void own_judge_php(struct frame *f)
{
	const char *vendor = strstr(f->file, "/vendor/");

	f->own = true;
	if (!*f->file) {
		set_library(f, "php", strlen("php"));
	} else if (vendor) {
		vendor += strlen("/vendor/");
		size_t length = strcspn(vendor, "/");
		set_library(f, vendor, length + (vendor[length] ? 1 + strcspn(vendor + length + 1, "/") : 0));
	} else if (starts_with(f->file, "/usr/share/php/") || starts_with(f->file, "/usr/share/pear/")) {
		const char *name = f->file + strlen("/usr/share/");
		name += strcspn(name, "/") + 1;
		set_library(f, name, strcspn(name, "/"));
	}
}

/* What @INC has but for the program's own folders; the package that the function is of. */
void own_judge_perl(struct frame *f)
{
	static const char *const roots[] = { "/usr/share/perl", "/usr/local/share/perl", "/perl5/",
		                             "/perl/5.",        "/perl-base/",           "/lib/5.",
		                             "/site_perl/",     "/vendor_perl/" };
	const char *last = NULL;

	f->own = true;
	for (const char *at = f->function; (at = strstr(at, "::")); at += 2)
		last = at;
	for (size_t i = 0; i < ARRAY_SIZE(roots); i++) {
		if (!strstr(f->file, roots[i]))
			continue;
		set_library(f, last ? f->function : "perl", last ? (size_t)(last - f->function) : strlen("perl"));
		return;
	}
}

/* "net/http" of ".../lib/ruby/3.1.0/net/http.rb", "pg-1.5.4" of ".../gems/pg-1.5.4/lib/pg.rb", "<internal:kernel>". */
void own_judge_ruby(struct frame *f)
{
	static const struct {
		const char *within;
		bool folder, versioned; /* the next folder is its name; the version's folder follows */
	} places[] = {
		{ "/gems/", .folder = true },
		{ "/vendor_ruby/" },
		{ "/site_ruby/" },
		{ "/lib/ruby/", .versioned = true },
		{ "-linux-gnu/ruby/", .versioned = true },
		{ "<internal:" },
	};

	f->own = true;
	for (size_t i = 0; i < ARRAY_SIZE(places); i++) {
		const char *name = strstr(f->file, places[i].within);
		if (!name)
			continue;
		name += strlen(places[i].within);
		if (places[i].versioned && strchr(name, '/'))
			name = strchr(name, '/') + 1;
		const char *end = strstr(name, ".rb");
		size_t length = end ? (size_t)(end - name) : strcspn(name, ">");
		set_library(f, name, places[i].folder ? strcspn(name, "/") : length);
		return;
	}
}

/* "node:net", and "undici" of ".../node_modules/undici/lib/core/connect.js". */
void own_judge_javascript(struct frame *f)
{
	static const char *const places[] = { "/node_modules/", "/usr/share/nodejs/", "/usr/lib/nodejs/" };

	f->own = true;
	if (starts_with(f->file, "node:")) {
		set_library(f, f->file, strlen(f->file));
		return;
	}
	for (size_t i = 0; i < ARRAY_SIZE(places); i++) {
		const char *name = NULL;
		for (const char *at = f->file; (at = strstr(at, places[i])); name = at)
			at += strlen(places[i]);
		if (!name)
			continue;
		size_t length = strcspn(name, "/"), scoped = *name == '@' && name[length];
		set_library(f, name, scoped ? length + 1 + strcspn(name + length + 1, "/") : length);
		return;
	}
}

/* Java's own, what other languages put into a class file, and what most programs use. */
static const char java_packages[] =
        "java. javax. jdk. sun. com.sun. kotlin. kotlinx. scala. groovy. clojure. "
        "org.apache. org.eclipse.jetty. org.springframework. org.hibernate. org.postgresql. org.mariadb. com.mysql. "
        "okhttp3. okio. retrofit2. feign. io.netty. io.grpc. io.vertx. io.undertow. io.lettuce. reactor. akka. "
        "com.zaxxer.hikari. com.google.common. com.google.api. com.amazonaws. software.amazon.awssdk. redis.clients. "
        "com.mongodb. com.rabbitmq. ";

/* "java.net" of "java.net.Socket.connect": words in small letters. */
static size_t java_package_length(const char *function)
{
	size_t length = 0;

	for (const char *at = function; *at >= 'a' && *at <= 'z';) {
		size_t word = strcspn(at, ".");
		if (!at[word])
			break;
		length = (size_t)(at - function) + word;
		at += word + 1;
	}
	return length;
}

void own_judge_java(struct frame *f)
{
	f->own = true;
	if (strstr(f->function, "$$Lambda") || strstr(f->function, "$Proxy")) /* made at run time */
		set_library(f, "<generated>", STACK_LIBRARY);
	for (const char *at = java_packages; *at && f->own; at += strcspn(at, " ") + 1)
		if (!strncmp(f->function, at, strcspn(at, " ")))
			set_library(f, f->function, java_package_length(f->function));
}

/* A library that is linked into the program has symbols there, and no lines. */
void own_choose(struct stack *s)
{
	uint32_t first = s->count;

	for (s->own = 0; s->own < s->count; s->own++) {
		if (!s->frames[s->own].own)
			continue;
		if (s->frames[s->own].line)
			return;
		first = MIN(first, s->own);
	}
	s->own = first;
}

/* Functions that run a loop of events until it ends. What they are called by has begun the loop, and not its tasks. */
static bool runs_loop(const struct frame *f)
{
	static const struct {
		const char *library, *function; /* without the class that it is of */
	} loops[] = {
		{ "asyncio.runners", "run" },
		{ "asyncio.base_events", "run_forever" },
		{ "trio", "run" },
		{ "curio", "run" },
		{ "twisted", "mainLoop" },
	};
	const char *dot = strrchr(f->function, '.'), *name = dot ? dot + 1 : f->function;

	for (size_t i = 0; i < ARRAY_SIZE(loops); i++)
		if (streq(f->library, loops[i].library) && streq(name, loops[i].function))
			return true;
	return false;
}

void own_judge_interpreted(struct stack *s, bool connected)
{
	own_choose(s);
	for (uint32_t i = 0; connected && i < s->own && s->own < s->count; i++) {
		if (!runs_loop(&s->frames[i]))
			continue;
		const struct frame *f = &s->frames[s->own];
		const char *slash = strrchr(f->file, '/');
		snprintf(s->why, sizeof(s->why),
		         "a task of a library opened it, in the loop of events that %.40s:%" PRIu32
		         " runs; who began that task is not known",
		         slash ? slash + 1 : f->file, f->line);
		s->own = s->count;
		return;
	}
	if (s->own == s->count)
		snprintf(s->why, sizeof(s->why), "no frame of the program's own is on this stack");
	else
		s->how = s->frames[s->own].line ? SITE_EXACT : SITE_NATIVE_ONLY;
}

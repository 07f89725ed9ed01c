/* HotSpot, as it names its threads (os::set_native_thread_name; src/hotspot/share/runtime and gc): none of them may
 * close what Java code has opened but the cleaner and the finalizer, which wait for objects and hold no lock of others.
 */
#include "housekeeping.h"
#include "base/text.h"

static const char *const hotspot[] = {
	"VM Thread",
	"VM Periodic Tas",
	"Reference Handl",
	"Finalizer",
	"Signal Dispatch",
	"Service Thread",
	"Monitor Defla",
	"C1 Compiler",
	"C2 Compiler",
	"JVMCI",
	"Sweeper thread",
	"Common-Cleaner",
	"Notification",
	"Attach Listener",
	"GC Thread",
	"GC task thread",
	"G1 ",
	"Gang worker",
	"Concurrent Mark",
	"Shenandoah",
	"ZDirector",
	"ZDriver",
	"ZStat",
	"ZWorker",
};

bool thread_is_housekeeping(const char *program, const char *thread)
{
	if (!streq(program, "java"))
		return false;
	for (size_t i = 0; i < ARRAY_SIZE(hotspot); i++)
		if (starts_with(thread, hotspot[i]))
			return true;
	return false;
}

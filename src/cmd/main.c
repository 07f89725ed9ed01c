/* unfin: finds the TCP connections nobody finished. */
#include "base/util.h"

int main(void)
{
	puts("unfin " UNFIN_VERSION);
	return 0;
}

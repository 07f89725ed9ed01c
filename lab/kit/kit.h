/* All that a fault needs: it makes (maker.h), its programs play roles (role.h) with sockets (net.h), and some
 * of them are plain servers (serve.h). */
#pragma once
#include "lab/kit/maker.h"
#include "lab/kit/net.h"
#include "lab/kit/play.h"
#include "lab/kit/role.h"
#include "lab/kit/serve.h"
#include <errno.h>

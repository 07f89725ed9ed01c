/* Cables between namespaces: veth pairs and their ends, made with the requests that `ip link`, `ip address` and `ip
 * route` send. All give 0 or -errno. */
#pragma once

/* A pair: `near` here, `far` in the namespace of that descriptor. */
int cable_add(const char *near, const char *far, int far_fd);
/* An end in this namespace: up, with an address of a /24. */
int cable_up(const char *name, const char *address);
int cable_down(const char *name);
/* To a network behind a gateway, from this namespace. */
int cable_route(const char *network, const char *mask, const char *gateway);

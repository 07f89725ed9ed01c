# What the browser's tests share: one run in a browser, each check of it a line.
# shellcheck shell=bash

# What a browser's test lacks here.
missing() {
	unshare -n true 2>/dev/null || { echo "network namespaces need root"; return; }
	[ -x "${UNFIN%/*}/unfin-web" ] || { echo "unfin-web is not built (libmicrohttpd-dev is missing)"; return; }
	[ -e "$BATS_TEST_DIRNAME/../../web/node_modules/playwright-core" ] || { echo "no libraries of the page (make/deps web)"; return; }
	[ -x "${CHROMIUM:-/usr/bin/chromium}" ] || echo "chromium is not installed (make/deps browser)"
}

# Each check is a line of the one run in a browser.
came_true() {
	local why
	why=$(missing)
	[ -z "$why" ] || skip "$why"
	cat "$BATS_FILE_TMPDIR/results"
	grep -qxF "ok $1" "$BATS_FILE_TMPDIR/results"
}

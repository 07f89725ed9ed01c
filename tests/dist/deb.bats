#!/usr/bin/env bats
# debian/ says the same as the rest of the tree; `make deb` builds the package and asks lintian.

setup() {
	cd "$BATS_TEST_DIRNAME/../.." || return 1
}

@test "the package is of this version" {
	version=$(sed -n "s/^project(.* version: '\([^']*\)'.*/\1/p" meson.build)
	echo "$version"
	[ -n "$version" ]
	[[ $(head -n 1 debian/changelog) == "unfin ($version-"*")"* ]]
}

@test "what is needed to build is what make/deps installs" {
	# build-essential is always there; meson brings ninja-build, clang brings llvm
	needed=$(sed -n '/^build=(/,/)/p' make/deps | tr -d '()' | sed 's/^build=//' | tr -s ' \t' '\n\n' |
		grep -vxE 'gcc|libc6-dev|make|ninja-build|llvm|' | sort)
	stated=$(sed -n '/^Build-Depends:/,/^[A-Z]/p' debian/control | sed 's/^Build-Depends://' | grep '^ ' |
		sed 's/(.*//' | tr -d ' ,' | grep -vxE 'debhelper-compat|dh-sequence-.*' | sort) # debhelper's own
	diff <(echo "$needed") <(echo "$stated")
}

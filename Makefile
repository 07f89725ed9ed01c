# A short front to meson: what a person types. `make` builds; it never installs.
BUILD ?= build
PREFIX ?= /usr/local

all: $(BUILD)/build.ninja
	@ninja -C $(BUILD) $(if $(V),-v)

$(BUILD)/build.ninja:
	@meson setup $(BUILD) --buildtype=release --prefix=$(PREFIX) >/dev/null || { \
		echo "unfin: the build needs packages that are missing here: sudo make deps" >&2; exit 1; }

.PHONY: all

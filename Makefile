# A short front to meson: what a person types. `make` builds and never installs; `sudo make deps`
# installs what the build and the tests need (make/deps has the list).
BUILD  ?= build
PREFIX ?= /usr/local
export V

all:
	@make/build $(BUILD) $(or $(TARGETS),programs) -- --buildtype=release --prefix=$(PREFIX)

# The same sources, compiled the other ways that the tests look at.
asan:
	@make/build build-asan $(or $(TARGETS),all) -- --buildtype=debug -Doptimization=1 -Db_sanitize=address,undefined -Db_lundef=false -Dwerror=false
clang:
	@CC=clang make/build build-clang $(or $(TARGETS),all) -- --buildtype=plain

deps:
	@make/deps build web test browser

# The verdict is the output, not make's status: findings (1) and "incomplete" (3) are answers.
run: deps-build all
	@$(BUILD)/unfin check; status=$$?; case $$status in 0|1|3) ;; *) exit $$status;; esac

# All tests; T='unit gates' runs some of the suites.
check: deps-test
	@tests/check $(T)

install: all
	@make/as-owner meson configure $(BUILD) -Dprefix=$(PREFIX)
	@make/build $(BUILD) all
	@DESTDIR=$(DESTDIR) meson install -C $(BUILD) --no-rebuild --quiet

# One static file for hosts in trouble.
dist: deps-build
	@make/dist

# The Debian package, build-deb/*.deb.
deb: deps-build
	@make/deps --missing deb >/dev/null || make/deps deb
	@make/deb

clean:
	@rm -rf $(BUILD) build-asan build-clang build-fuzz build-dist build-deb

# Installs what is missing, if something is.
deps-build:
	@make/deps --missing build web >/dev/null || make/deps build web
deps-test:
	@make/deps --missing build web test browser >/dev/null || make/deps build web test browser || \
		echo "unfin: going on without; tests that need what is missing say so" >&2
deps-real deps-bench deps-kernels deps-containers deps-vm:
	@make/deps --missing $(@:deps-%=%) >/dev/null || make/deps $(@:deps-%=%)

# Longer runs: a script tests/NAME or tests/NAME/run makes the target NAME. A='...' goes to the script.
LONG := incident hooks bench fleet blame-matrix agree containers verdicts when real fuzz soak hub-load torture kernels vm reclaim ports-property
define long_target
$(1): deps-test $(if $(filter real bench kernels containers vm,$(1)),deps-$(1)) all
	@$(2) $$(A)
.PHONY: $(1)
endef
script_of = $(firstword $(wildcard tests/$(1)/run) $(shell find tests/$(1) -maxdepth 0 -type f 2>/dev/null))
$(foreach name,$(LONG),$(if $(call script_of,$(name)),$(eval $(call long_target,$(name),$(call script_of,$(name))))))

# The page, in a browser: pictures of its parts, and the report of every fault of the laboratory.
screenshots reports: deps-test all
	@tests/page/$@ $(A)

.PHONY: screenshots reports all asan clang deps run check install dist deb clean deps-build deps-test deps-real deps-bench deps-kernels deps-containers deps-vm

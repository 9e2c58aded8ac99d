# The front door: `make help` lists what there is. CMake does the building; other generators and
# options go through CMAKE_FLAGS (make CMAKE_FLAGS=-DNNLUA_LINE_EDITOR=none).

BUILD       ?= build
JOBS        ?= $(shell nproc 2>/dev/null || echo 2)
PREFIX      ?= /usr/local
SETUP       ?= tools/setup
CMAKE_FLAGS ?=
SPECS       ?=
BENCH       ?=
MAKEFLAGS   += --no-print-directory

cmake_build = cmake -S . -B $(1) $(2) $(CMAKE_FLAGS) >$(1).log || { cat $(1).log; exit 1; }; \
	rm -f $(1).log; cmake --build $(1) --parallel $(JOBS)

.PHONY: all run test check asan coverage bench bench-deps docs format install package clean help \
	rock-test setup setup-test setup-check setup-package setup-rock

all: ## build the program build/nnlua, the module build/nnlua.so and the library
	@$(call cmake_build,$(BUILD))

run: setup ## install what is missing, build, train FizzBuzz
	@$(MAKE) all
	$(BUILD)/nnlua scripts/fizzbuzz.lua

test: setup-test ## install what is missing, build, run every spec (SPECS="spec/x_spec.lua": some)
	@$(MAKE) all
	@tools/test $(BUILD) $(SPECS)

check: setup-check ## format, luacheck, include rules, warnings as errors, docs up to date
	@$(MAKE) all
	@tools/check $(BUILD)

asan: setup-test ## the specs under the address and undefined-behaviour sanitizers
	@$(call cmake_build,build-asan,-DNNLUA_SANITIZE=ON)
	@tools/test build-asan $(SPECS)

coverage: setup-test ## which lines of the engine the specs run
	@$(call cmake_build,build-coverage,-DNNLUA_COVERAGE=ON)
	@find build-coverage -name '*.gcda' -delete
	-@tools/test build-coverage $(SPECS)
	@build-coverage/nnlua tools/coverage build-coverage

bench: setup ## build and run the benchmarks (make bench-deps first, to compare with PyTorch; BENCH="--json")
	@$(call cmake_build,$(BUILD)) >&2
	@cmake --build $(BUILD) --parallel $(JOBS) --target bench >&2
	@bench/run $(BUILD) $(BENCH)

docs: all ## write the generated pages: docs/reference and types
	$(BUILD)/nnlua tools/docs .

format: ## let clang-format rewrite the C files
	@tools/check --list-c-files | xargs clang-format -i

install: CMAKE_FLAGS += -DCMAKE_INSTALL_PREFIX=$(PREFIX)
install: all ## install below PREFIX (/usr/local); DESTDIR is honoured
	cmake --install $(BUILD) --prefix $(PREFIX)

package: setup-package ## a Debian package, in build-package/
	@$(call cmake_build,build-package,-DNNLUA_DEBIAN=ON -DCMAKE_INSTALL_PREFIX=/usr \
		-DNNLUA_ZSH_DIR=share/zsh/vendor-completions)
	cd build-package && cpack

rock-test: setup-rock ## install with LuaRocks into a folder of its own, and load it
	@tools/rock-test

clean: ## remove what was built
	rm -rf $(BUILD) build-* build.luarocks

setup:
	@$(SETUP)

setup-test setup-check setup-package setup-rock:
	@$(SETUP) $(@:setup-%=%)

bench-deps:
	@$(SETUP) bench

help: ## this list
	@sed -n 's/^\([a-z-]*\):[^#]*## \(.*\)/make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 16

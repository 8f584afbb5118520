# Builds everything into build/. "make help" lists what can be asked for.
VERSION := $(shell cat VERSION)
HOST := $(shell uname -m)
ARCH ?= $(HOST)
PREFIX ?= /usr/local
JOBS ?= $(shell nproc)
BUILD ?= build$(if $(filter-out $(HOST),$(ARCH)),/$(ARCH))
cross := $(if $(filter-out $(HOST),$(ARCH)),$(ARCH)-linux-gnu-)
ifeq ($(origin CC),default)
CC := $(cross)gcc
endif
ifeq ($(origin CXX),default)
CXX := $(cross)g++
endif
# What a cross compiler needs of the other architecture: Debian's packages for it, unpacked, or any such tree.
SYSROOT ?= $(if $(cross),$(BUILD)/sysroot)
ifneq ($(SYSROOT),)
override CC += --sysroot=$(abspath $(SYSROOT))
override CXX += --sysroot=$(abspath $(SYSROOT))
endif
STRIP ?= $(cross)strip
OBJCOPY ?= $(cross)objcopy
say = @$(if $(V),:,echo "  $(1) $(2)")
quiet := $(if $(V),,@)
clang := $(findstring clang,$(notdir $(CC)))

warnings := -Wall -Wextra -Werror
common := -std=gnu11 -D_GNU_SOURCE= -O2 -g $(warnings) -Ipreload -DSIGGUARD_VERSION='"$(VERSION)"' \
	-ffile-prefix-map=$(CURDIR)=. -ffile-prefix-map=$(CURDIR)/= $(CPPFLAGS)
# Freestanding and without loop patterns: nothing may turn into a call of the service's memcpy or memset.
# Unwind tables stay on: gdb and the helper walk through our handler with them.
library_flags := $(common) -fPIC -fvisibility=hidden -ffreestanding -fno-stack-protector -fno-common \
	$(if $(clang),,-fno-tree-loop-distribute-patterns) \
	$(if $(filter x86_64,$(ARCH)),-fcf-protection) $(if $(filter aarch64,$(ARCH)),-mno-outline-atomics)
# Never unloaded: our handlers stay in the kernel.
library_link := -shared -nostdlib -Wl,-soname,libsigguard.so -Wl,-z,nodelete -Wl,-z,initfirst -Wl,-z,now -Wl,-z,relro \
	-Wl,-z,noexecstack -Wl,--hash-style=both -Wl,--build-id -Wl,--version-script=hooks/exports.map -Wl,-T,preload/layout.ld
helper_flags := $(common) -ffunction-sections -fdata-sections -I$(SYSROOT)/usr/include/libiberty
# libdw is not let alone with files that debug information names (gate.c), nor libunwind with its own memory (tables.c).
helper_wraps := -Wl,--wrap=open,--wrap=dwarf_begin,--wrap=dwarf_formref_die,--wrap=mincore
helper_libs := $(helper_wraps) -ldw -lelf -lunwind-$(ARCH) -lunwind -ljansson -liberty -llzma -lz -ldeflate -lbz2

library_objects := $(patsubst %.c,$(BUILD)/obj/%.o,$(wildcard preload/*.c preload/insignal/*.c hooks/*.c))
helper_objects := $(patsubst %.c,$(BUILD)/obj/%.o,$(wildcard preload/symbolize/*.c))
probe_libs := $(patsubst test/programs/%.c,$(BUILD)/test/%.so,$(filter-out %_python.c,$(wildcard test/programs/lib*.c)))
probes := $(patsubst test/programs/%.c,$(BUILD)/test/%,$(filter-out test/programs/lib%,$(wildcard test/programs/*.c))) \
	$(patsubst test/programs/%.cc,$(BUILD)/test/%,$(wildcard test/programs/*.cc)) $(probe_libs)

all: $(BUILD)/libsigguard.so $(BUILD)/sigguard-symbolize ## build the library and the helper (default)

ifneq ($(cross),)
$(library_objects) $(helper_objects) $(probes): | $(SYSROOT)
$(BUILD)/sysroot: scripts/bootstrap
	scripts/sysroot $(ARCH) $@
# What the test programs of other languages and of the other libc are built with.
runtimes := $(CURDIR)/$(BUILD)/sysroot-runtimes
$(runtimes):
	scripts/sysroot $(ARCH) $@ libc6-dev libstd-rust-dev musl-tools libpython3.11-dev libclang-rt-14-dev
endif

# The debug information goes beside the library, where gdb finds it by its debug link.
$(BUILD)/libsigguard.so: $(library_objects) hooks/exports.map preload/layout.ld
	$(call say,link,$@)
	$(quiet)$(CC) $(library_link) -o $@.tmp $(library_objects)
	$(quiet)$(OBJCOPY) --only-keep-debug $@.tmp $@.debug
	$(quiet)$(OBJCOPY) --strip-debug --add-gnu-debuglink=$@.debug $@.tmp
	@mv $@.tmp $@

$(BUILD)/sigguard-symbolize: $(helper_objects)
	$(call say,link,$@)
	$(quiet)$(CC) $(helper_flags) $(sanitize) $(if $(sanitize),-no-pie,-static) -Wl,--gc-sections -Wl,--build-id \
		-o $@.tmp $^ $(LDFLAGS) -Wl,-Bstatic $(helper_libs) -Wl,$(if $(sanitize),-Bdynamic,-Bstatic)
	$(quiet)$(if $(sanitize),,$(STRIP) -s $@.tmp)
	@mv $@.tmp $@

$(BUILD)/obj/preload/insignal/helper.o: library_flags += -DHELPER_PATH='"$(BUILD)/sigguard-symbolize"'
$(BUILD)/obj/preload/insignal/helper.o: $(BUILD)/sigguard-symbolize

$(BUILD)/obj/preload/symbolize/%.o: preload/symbolize/%.c Makefile VERSION
	@mkdir -p $(@D)
	$(call say,compile,$<)
	$(quiet)$(CC) $(helper_flags) $(sanitize) -MMD -MP -c -o $@ $<

$(BUILD)/obj/%.o: %.c Makefile VERSION
	@mkdir -p $(@D)
	$(call say,compile,$<)
	$(quiet)$(CC) $(library_flags) -MMD -MP -c -o $@ $<

# A probe names compiler flags of its own in its first lines: "// flags: -no-pie".
own_flags = $$(sed -n '1,5s,^.*flags: *\([^*]*\).*,\1,p' $<)
define probe
	@mkdir -p $(@D) $(BUILD)/obj/test
	$(call say,compile,$<)
	$(quiet)$(1) -g -O0 -pthread -MMD -MF $(BUILD)/obj/test/$(@F).d -o $@ $< \
		-L$(BUILD)/test -Wl,-rpath,'$$ORIGIN' $(2) $(own_flags) -ldl
endef

$(BUILD)/test/lib%.so: test/programs/lib%.c
	$(call probe,$(CC),-shared -fPIC $(if $(findstring _python,$@),$(python_there)))
$(BUILD)/test/%: test/programs/%.c | $(probe_libs)
	$(call probe,$(CC))
$(BUILD)/test/%: test/programs/%.cc | $(probe_libs)
	$(call probe,$(CXX))

# One source built as distributions do that want signed return addresses; without the tables that lead up a stack; and
# without frame pointers as well.
$(BUILD)/test/%_signed: test/programs/%.c
	$(call probe,$(CC),-mbranch-protection=standard)
$(BUILD)/test/%_tableless: test/programs/%.c
	$(call probe,$(CC),-fno-asynchronous-unwind-tables -fno-unwind-tables -fno-omit-frame-pointer -g0)
$(BUILD)/test/%_frameless: test/programs/%.c
	$(call probe,$(CC),-fno-asynchronous-unwind-tables -fno-unwind-tables -fomit-frame-pointer -g0)

# For the other libc, whose headers are without the kernel's.
musl_probes := $(patsubst %,$(BUILD)/test/%_musl,crash_fault crash_sent crash_callback crash_overflow calls masks stacks demo_service)
musl_gcc := $(if $(cross),$(cross)gcc -specs $(runtimes)/musl-gcc.specs,musl-gcc)
ifneq ($(cross),)
$(runtimes)/musl-gcc.specs: | $(runtimes)
	$(quiet)ln -sf ../../../lib/$(ARCH)-linux-musl/libc.so $(runtimes)/usr/lib/$(ARCH)-linux-musl/
	$(quiet)sed 's,/usr/,$(runtimes)&,g' $(runtimes)/usr/lib/$(ARCH)-linux-musl/musl-gcc.specs > $@
endif
$(BUILD)/test/%_musl: test/programs/%.c
	$(call probe,$(musl_gcc),-idirafter $(SYSROOT)/usr/include -idirafter $(SYSROOT)/usr/include/$(ARCH)-linux-gnu)

# clang links AddressSanitizer into the program, gcc asks for it as a library: the loader's order matters to one of them.
clang_own = $(shell clang -print-resource-dir)
clang_there = $(if $(cross),--target=$(ARCH)-linux-gnu --sysroot=$(abspath $(SYSROOT)) \
	-resource-dir=$(runtimes)$(clang_own) -isystem $(clang_own)/include)
clang_probes := $(BUILD)/test/asan_faults_clang $(BUILD)/test/cxx_ends_clang $(BUILD)/test/cxx_goes_on_clang
$(BUILD)/test/%_clang: test/programs/%.c
	$(call probe,clang $(clang_there))

# Go keeps what it compiled below build/, and tells nobody about it.
go_probes := $(patsubst test/programs/%.go,$(BUILD)/test/%,$(wildcard test/programs/*.go)) $(BUILD)/test/go_service_unnamed
go_build = GOCACHE=$(CURDIR)/$(BUILD)/go GOFLAGS=-trimpath GOTELEMETRY=off $(if $(cross),CGO_ENABLED=1 \
	GOARCH=$(patsubst aarch64,arm64,$(ARCH)) CC='$(CC)' CXX='$(CXX)' CGO_LDFLAGS='-g -O2 -L$(CURDIR)/$(BUILD)/test') go build
$(BUILD)/test/%: test/programs/%.go
	@mkdir -p $(@D)
	$(quiet)$(go_build) -o $@ $<
$(BUILD)/test/%_unnamed: test/programs/%.go
	@mkdir -p $(@D)
	$(quiet)$(go_build) -ldflags=-buildid= -o $@ $<
include test/go.mk

# One source through the other compiler, and with the C++ runtime inside the program, where no symbol versions name it.
$(BUILD)/test/%_clang: test/programs/%.cc
	$(call probe,clang++ $(clang_there))
$(BUILD)/test/%_static: test/programs/%.cc
	$(call probe,$(CXX),-static-libstdc++ -static-libgcc)

# Debian's compiler: another one in PATH may be too new for the tests, or not there when they run.
RUSTC ?= /usr/bin/rustc
rust_there := $(if $(cross),--target $(ARCH)-unknown-linux-gnu --sysroot $(runtimes)/usr -C linker=$(cross)gcc \
	-C link-arg=--sysroot=$(abspath $(SYSROOT)))
rust_build = $(RUSTC) $(rust_there) --edition 2021 -g --remap-path-prefix=$(CURDIR)/=
rust_probes := $(BUILD)/test/rust_service $(BUILD)/test/rust_service_abort
$(BUILD)/test/%: test/programs/%.rs
	@mkdir -p $(@D)
	$(call say,compile,$<)
	$(quiet)$(rust_build) -o $@ $<
$(BUILD)/test/%_abort: test/programs/%.rs
	@mkdir -p $(@D)
	$(call say,compile,$<)
	$(quiet)$(rust_build) -C panic=abort -C symbol-mangling-version=v0 -o $@ $<

# sun.misc.Signal is what Java programs have for signals, whatever javac thinks of it.
java_probes := $(patsubst test/programs/%.java,$(BUILD)/test/%.class,$(wildcard test/programs/*.java))
$(BUILD)/test/%.class: test/programs/%.java
	@mkdir -p $(@D)
	$(call say,compile,$<)
	$(quiet)javac -XDignore.symbol.file -Werror -d $(@D) $<

python_probes := $(BUILD)/test/libcrash_python.so
python_there := $(if $(cross),-I$(runtimes)/usr/include/python3.11 -I$(runtimes)/usr/include)
$(python_probes) $(clang_probes) $(rust_probes) $(BUILD)/test/libgo_rust.a: | $(runtimes)
$(musl_probes): | $(if $(cross),$(runtimes)/musl-gcc.specs)
runtime_probes := $(BUILD)/test/cxx_ends_static $(clang_probes) $(musl_probes) $(python_probes) $(go_probes) $(rust_probes) \
	$(java_probes)
probes: $(probes) $(runtime_probes) ## build the programs that the tests run

test: ## install what the tests need, build, run all tests (TESTS=test/some.bats for some)
	scripts/bootstrap test
	$(MAKE) -j$(JOBS) all probes
	$(if $(cross),scripts/machine --tests $(ARCH) "scripts/run-tests $(TESTS)",scripts/run-tests $(TESTS))

mutants: ## break the code on purpose, place by place: each time a test must fail (NAMES="chain go" for some)
	scripts/bootstrap test
	$(MAKE) -j$(JOBS) all probes
	scripts/mutants $(NAMES)

check: export LIBRARY_FLAGS := $(library_flags)
check: export HELPER_FLAGS := $(helper_flags)
check: ## format, analysers, clang build, sanitized helper, the wall around signal code (PARTS=wall for one)
	scripts/bootstrap check
	$(MAKE) -j$(JOBS) all
	scripts/lint $(PARTS)

format: ## lay out all C and C++ files as .clang-format says
	clang-format -i $$(find preload hooks test/programs test/storm test/fuzz test/bench -name '*.[ch]' -o -name '*.cc')

demo: ## a real service under the guard: stray signals, then a crash
	scripts/bootstrap demo
	$(MAKE) -j$(JOBS) all $(BUILD)/test/demo_service
	scripts/demo

wall: export LIBRARY_FLAGS := $(library_flags)
wall: ## what signal-context code can reach, and how deep its stack gets (SHOW=1: the chains)
	scripts/wall

-include test/inject.mk test/dies.mk test/storm/rules.mk test/fuzz/rules.mk test/bench/rules.mk

lib := $(DESTDIR)$(PREFIX)/lib/sigguard
libexec := $(DESTDIR)$(PREFIX)/libexec/sigguard
share := $(DESTDIR)$(PREFIX)/share
doc := $(share)/doc/sigguard
completions := $(share)/bash-completion/completions
install: all ## install below DESTDIR and PREFIX (default /usr/local)
	install -d $(lib) $(libexec) $(doc)/docs $(share)/man/man1 $(share)/man/man7 $(completions) $(DESTDIR)$(PREFIX)/bin
	install -m 644 $(BUILD)/libsigguard.so $(lib)/
	install -m 755 $(BUILD)/sigguard-symbolize $(libexec)/
	install -m 644 scripts/preloadable scripts/recipes scripts/units $(libexec)/
	sed 's/^version=.*/version=$(VERSION)/' scripts/sigguard > $(DESTDIR)$(PREFIX)/bin/sigguard
	chmod 755 $(DESTDIR)$(PREFIX)/bin/sigguard
	install -m 644 README.md LICENSE THIRD-PARTY $(doc)/
	install -m 644 docs/*.md docs/report.schema.json $(doc)/docs/
	install -m 644 scripts/completion $(completions)/sigguard
	for page in sigguard.1 libsigguard.7; do \
		sed 's/^\.Os$$/.Os sigguard $(VERSION)/' docs/man/$$page > $(share)/man/man$${page##*.}/$$page && \
		chmod 644 $(share)/man/man$${page##*.}/$$page || exit; \
	done

uninstall: ## remove what install put there
	rm -rf $(lib) $(libexec) $(doc) $(DESTDIR)$(PREFIX)/bin/sigguard
	rm -f $(share)/man/man1/sigguard.1 $(share)/man/man7/libsigguard.7 $(completions)/sigguard

bundle: all ## one tar.gz with library, tools and manuals, to be unpacked anywhere
	$(quiet)scripts/package bundle $(BUILD) $(ARCH) "$(MAKE)"

deb: all ## a Debian package
	$(quiet)STRIP=$(STRIP) scripts/package deb $(BUILD) $(ARCH) "$(MAKE)"

clean: ## remove build/
	rm -rf build

help: ## this list
	@sed -n 's/^\([a-z-]*\):.* ## /\1|/p; s/^\([a-z-]*\): ## /\1|/p' Makefile test/*/rules.mk | \
		awk -F'|' '{ printf "  make %-11s %s\n", $$1, $$2 }'
	@echo "  variables: CC CXX ARCH PREFIX DESTDIR BUILD JOBS V=1 (show commands)"

.PHONY: all probes wall test mutants check format demo install uninstall bundle deb clean help
.SECONDARY:
.DELETE_ON_ERROR:
-include $(library_objects:.o=.d) $(helper_objects:.o=.d) $(wildcard $(BUILD)/obj/test/*.d)

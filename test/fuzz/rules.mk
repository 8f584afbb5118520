# How the fuzzers are built and run: make fuzz FUZZ_SECONDS=600 [FUZZ="settings serve raw helper elf"]
FUZZ ?= settings serve raw helper elf
FUZZ_SECONDS ?= 60
fuzz := $(BUILD)/fuzz
fuzzing := -fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer -O1 -g
# memory.c would give the whole program a memcpy that the sanitizer does not know.
fuzz_library_flags := $(filter-out -O2 -g -fno-tree-loop-distribute-patterns,$(library_flags)) $(fuzzing) \
	-fsanitize=fuzzer-no-link -DHELPER_PATH='"VERSION"'
fuzz_helper_flags := $(filter-out -O2 -g,$(helper_flags)) $(fuzzing) -fsanitize=fuzzer-no-link \
	-D__SANITIZE_ADDRESS__=1 -include test/fuzz/sections.h
fuzz_helper_names := $(filter-out main deliver deliver_print journal rescue,$(basename $(notdir $(wildcard preload/symbolize/*.c))))
fuzz_settings := settings settings_lists settings_segfault policy process insignal/words insignal/out insignal/line insignal/sender insignal/task
fuzz_serve := $(patsubst preload/%.c,%,$(wildcard preload/insignal/*.c)) next process stubs

$(fuzz)/obj/library/memory.o: preload/memory.c Makefile
	@mkdir -p $(@D)
	$(quiet)clang $(fuzz_library_flags) -Dmemcpy=own_memcpy -Dmemmove=own_memmove -Dmemset=own_memset \
		-Dmemcmp=own_memcmp -Dstrlen=own_strlen -MMD -MP -c -o $@ $<
$(fuzz)/obj/library/settings.o: fuzz_library_flags += -include test/fuzz/noopen.h
$(fuzz)/obj/library/%.o: preload/%.c Makefile
	@mkdir -p $(@D)
	$(call say,compile,$@)
	$(quiet)clang $(fuzz_library_flags) -MMD -MP -c -o $@ $<
$(fuzz)/obj/helper/%.o: preload/symbolize/%.c test/fuzz/sections.h test/fuzz/outside.symbols Makefile
	@mkdir -p $(@D)
	$(call say,compile,$@)
	$(quiet)clang $(fuzz_helper_flags) -MMD -MP -c -o $@ $<
	$(quiet)sed -e 's/@MACHINE@/$(ARCH)/' $(if $(findstring inflate_fault,$@),-e '/^sigaction /d') test/fuzz/outside.symbols > $@.symbols
	$(quiet)objcopy --redefine-syms=$@.symbols $@
$(fuzz)/obj/%.o: test/fuzz/%.c Makefile
	@mkdir -p $(@D)
	$(quiet)clang $(common) $(fuzzing) -fsanitize=fuzzer-no-link -MMD -MP -c -o $@ $<
$(fuzz)/obj/first.o $(fuzz)/obj/last.o: $(fuzz)/obj/%.o: test/fuzz/%.c test/fuzz/sections.h Makefile
	@mkdir -p $(@D)
	$(quiet)clang -include test/fuzz/sections.h -c -o $@ $<

fuzz_link = $(call say,link,$@) && clang $(fuzzing) -fsanitize=fuzzer -no-pie -o $@ $^
$(fuzz)/settings: $(fuzz)/obj/settings.o $(fuzz_settings:%=$(fuzz)/obj/library/%.o) $(fuzz)/obj/library/memory.o
	$(fuzz_link)
$(fuzz)/serve: $(fuzz)/obj/serve.o $(fuzz_serve:%=$(fuzz)/obj/library/%.o) $(fuzz)/obj/library/memory.o
	$(fuzz_link) -pthread
fuzz_helper_objects := $(fuzz)/obj/outside.o $(fuzz)/obj/liar.o $(fuzz)/obj/first.o \
	$(fuzz_helper_names:%=$(fuzz)/obj/helper/%.o) $(fuzz)/obj/last.o
$(fuzz)/raw $(fuzz)/helper $(fuzz)/elf: $(fuzz)/%: $(fuzz)/obj/%.o $(fuzz_helper_objects)
	$(fuzz_link) $(helper_libs) -lm

# Small programs with debug information of all kinds, for the fuzzer to change.
$(fuzz)/corpus/elf: test/corpus/visit.c
	@mkdir -p $@
	$(quiet)for kind in "-gdwarf-4 four" "-gdwarf-5 five" "-g3 macros" "-gdwarf-5 -gz packed" "-g -fdebug-types-section types" \
		"-g0 none"; do $(CC) -nostdlib -shared -fPIC -Wl,--build-id -O2 $${kind% *} -o $@/$${kind##* } $<; done
	$(quiet)clang -nostdlib -shared -fPIC -Wl,--build-id -O2 -gdwarf-5 -o $@/clang $<
	$(quiet)$(CXX) -nostdlib -shared -fPIC -Wl,--build-id -O2 -g -o $@/cxx test/corpus/sum.cc
$(fuzz)/elf: | $(fuzz)/corpus/elf

# What a run finds lies in build/fuzz/found; new inputs that reach new code in build/fuzz/corpus.
fuzz: $(FUZZ:%=$(BUILD)/fuzz/%) ## fuzz settings and both ends of the protocol (FUZZ_SECONDS=600 FUZZ="raw helper")
	@set -e; for name in $(FUZZ); do mkdir -p $(fuzz)/found $(fuzz)/corpus/$$name; echo "  fuzz    $$name"; \
		ASAN_OPTIONS=detect_leaks=0:allocator_may_return_null=1 $(fuzz)/$$name -max_total_time=$(FUZZ_SECONDS) \
		-timeout=10 -rss_limit_mb=2048 -max_len=262144 -print_final_stats=1 -verbosity=0 \
		-artifact_prefix=$(fuzz)/found/$$name- $(fuzz)/corpus/$$name test/fuzz/corpus/$$name; done

-include $(wildcard $(fuzz)/obj/*.d $(fuzz)/obj/*/*.d $(fuzz)/obj/*/*/*.d)

.PHONY: fuzz

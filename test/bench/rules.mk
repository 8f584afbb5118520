# Everything beside its peers: make bench [ROWS=...] [QUICK=1]. Naming alone: make bench-names [ONLY="small large"] [RUNS=9]
comma := ,
$(BUILD)/bench/measure: test/bench/measure.c
	@mkdir -p $(@D)
	$(call say,compile,$<)
	$(quiet)$(CC) -std=gnu11 -O2 $(warnings) -o $@ $<

bench-names: ## time, memory and right names beside gdb and others (RUNS=9 ONLY="small large clang packed")
	scripts/bootstrap bench
	$(MAKE) -j$(JOBS) all $(BUILD)/bench/measure
	test/bench/names $(BUILD)

# The programs and the peers of make bench.
bench_programs := $(addprefix $(BUILD)/bench/,measure turns calls threads hangup idle crash crash_backward crash_boost \
	crash_abseil crash_glog panic empty.so unwind.so unwind_dw.so raw.so idle.so per_thread.so own_stack.so)
bench_build = @mkdir -p $(@D); $(if $(V),,echo "  compile $@";) $(1) -O2 $(warnings) -o $@ $<
bench_cxx = $(call bench_build,$(CXX) -std=c++17 -g -no-pie -pthread $(1)) $(2)
bench_so = $(call bench_build,$(CC) -std=gnu11 -D_GNU_SOURCE -shared -fPIC $(1)) $(2)
$(BUILD)/bench/turns $(BUILD)/bench/calls $(BUILD)/bench/threads $(BUILD)/bench/hangup $(BUILD)/bench/idle: \
$(BUILD)/bench/%: test/bench/%.c test/bench/mark.h
	$(call bench_build,$(CC) -std=gnu11 -D_GNU_SOURCE -pthread)
$(BUILD)/bench/crash: test/bench/crash.cc test/bench/mark.h
	$(call bench_cxx)
$(BUILD)/bench/crash_backward: test/bench/crash.cc test/bench/mark.h
	$(call bench_cxx,-DPEER_backward,-ldw)
$(BUILD)/bench/crash_boost: test/bench/crash.cc test/bench/mark.h
	$(call bench_cxx,-DPEER_boost -DBOOST_STACKTRACE_LINK,-lboost_stacktrace_backtrace -ldl)
$(BUILD)/bench/crash_abseil: test/bench/crash.cc test/bench/mark.h
	$(call bench_cxx,-DPEER_abseil,-labsl_failure_signal_handler -labsl_symbolize)
$(BUILD)/bench/crash_glog: test/bench/crash.cc test/bench/mark.h
	$(call bench_cxx,-DPEER_glog,-lglog)
$(BUILD)/bench/panic_mark.o: test/bench/panic_mark.c test/bench/mark.h
	$(call bench_build,$(CC) -c)
$(BUILD)/bench/panic: test/bench/panic.rs $(BUILD)/bench/panic_mark.o
	$(quiet)$(RUSTC) --edition 2021 -g -O -C panic=abort -C force-unwind-tables=yes -C link-arg=$(BUILD)/bench/panic_mark.o -o $@ $<
$(BUILD)/bench/empty.so: test/bench/peer_empty.c
	$(call bench_so,-nostdlib)
$(BUILD)/bench/unwind.so: test/bench/peer_empty.c
	$(call bench_so,-Wl$(comma)--no-as-needed,-lunwind)
$(BUILD)/bench/unwind_dw.so: test/bench/peer_empty.c
	$(call bench_so,-Wl$(comma)--no-as-needed,-lunwind -ldw)
$(BUILD)/bench/raw.so: test/bench/peer_raw.c
	$(call bench_so)
$(BUILD)/bench/idle.so: test/bench/peer_idle.c
	$(call bench_so)
$(BUILD)/bench/per_thread.so: test/bench/peer_threads.c
	$(call bench_so,-DPER_THREAD)
$(BUILD)/bench/own_stack.so: test/bench/peer_threads.c
	$(call bench_so)

bench: export PYTHONDONTWRITEBYTECODE := 1
bench: ## everything beside its peers; writes docs/benchmarks.md (ROWS="startup threads" for some, QUICK=1: fewer rounds)
	scripts/bootstrap bench
	$(MAKE) -j$(JOBS) all $(bench_programs)
	test/bench/bench $(BUILD)

.PHONY: bench bench-names

# How the helper is compared with other tools that name frames: make bench-names [ONLY="small large clang packed"] [RUNS=9]
$(BUILD)/bench/measure: test/bench/measure.c
	@mkdir -p $(@D)
	$(call say,compile,$<)
	$(quiet)$(CC) -std=gnu11 -O2 $(warnings) -o $@ $<

bench-names: ## time, memory and right names beside gdb and others (RUNS=9 ONLY="small large clang packed")
	scripts/bootstrap bench
	$(MAKE) -j$(JOBS) all $(BUILD)/bench/measure
	test/bench/names $(BUILD)

.PHONY: bench-names

# Our walk of DIEs beside libdw's, for test/dies.bats.
$(BUILD)/test/dies: test/dies.c $(filter-out %/main.o,$(helper_objects))
	@mkdir -p $(@D) $(BUILD)/obj/test
	$(call say,link,$@)
	$(quiet)$(CC) $(helper_flags) -static -Wl,--gc-sections -MMD -MF $(BUILD)/obj/test/dies.d -o $@ $(filter %.c %.o,$^) $(helper_libs)

probes: $(BUILD)/test/dies

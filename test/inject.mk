# The library with faults on purpose in it (preload/insignal/inject.h), for test/hostile.bats: only two objects differ, and
# sigguard_inject is shown.
inject_sources := preload/insignal/crash.c preload/insignal/watcher.c
inject_objects := $(inject_sources:%.c=$(BUILD)/obj/inject/%.o)
$(BUILD)/obj/inject/%.o: %.c Makefile VERSION
	@mkdir -p $(@D)
	$(call say,compile,$@)
	$(quiet)$(CC) $(library_flags) -DSIGGUARD_INJECT -MMD -MP -c -o $@ $<

$(BUILD)/inject/exports.map: hooks/exports.map
	@mkdir -p $(@D)
	@sed 's/^\( *\)local:/\1        sigguard_inject;\n&/' $< > $@

$(BUILD)/inject/libsigguard.so: $(library_objects) $(inject_objects) $(BUILD)/inject/exports.map
	$(call say,link,$@)
	$(quiet)$(CC) $(subst hooks/exports.map,$(BUILD)/inject/exports.map,$(library_link)) -o $@ \
		$(filter-out $(inject_sources:%.c=$(BUILD)/obj/%.o),$(library_objects)) $(inject_objects)

probes: $(BUILD)/inject/libsigguard.so
-include $(inject_objects:.o=.d)

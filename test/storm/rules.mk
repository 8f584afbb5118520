# How the crash storm is built and run: make storm N=300 [SEED=...]
N ?= 300
storm_sources := aim driver judge kinds plan run tally trouble
storm_service := service jobs faults hardware
storm_programs := $(BUILD)/test/storm/storm $(BUILD)/test/storm/service $(BUILD)/test/storm/libstorm.so
$(BUILD)/test/storm/storm: $(storm_sources:%=test/storm/%.c) $(wildcard test/storm/*.h)
	@mkdir -p $(@D)
	$(call say,compile,$@)
	$(quiet)$(CC) $(common) -O1 -o $@ $(filter %.c,$^)
$(BUILD)/test/storm/service: $(storm_service:%=test/storm/%.c) $(wildcard test/storm/*.h)
	@mkdir -p $(@D)
	$(call say,compile,$@)
	$(quiet)$(CC) -g -O0 -Wall -Wextra -Werror -D_GNU_SOURCE -pthread -o $@ $(filter %.c,$^) -ldl
$(BUILD)/test/storm/libstorm.so: test/storm/libstorm.c
	@mkdir -p $(@D)
	$(call say,compile,$@)
	$(quiet)$(CC) -g -O0 -Wall -Wextra -Werror -shared -fPIC -o $@ $<

storm: all $(storm_programs) ## random crashes at random instants, each judged (N=300, SEED=...)
	$(BUILD)/test/storm/storm -n $(N) $(if $(SEED),-s $(SEED)) -o $(BUILD)/storm-failed \
		$(BUILD)/libsigguard.so $(BUILD)/test/storm/service $(BUILD)/test/storm/libstorm.so

.PHONY: storm

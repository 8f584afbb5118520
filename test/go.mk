# The Go programs of the tests that are more than one source: Go with Rust, Go with C++, Go as a library.
rust_flags := --edition=2021 -g -C opt-level=0 --remap-path-prefix=$(CURDIR)/=
$(BUILD)/test/lib%.a: test/programs/%.rs
	@mkdir -p $(@D)
	$(call say,compile,$<)
	$(quiet)/usr/bin/rustc $(rust_there) $(rust_flags) --crate-type=staticlib -o $@ $<
$(BUILD)/test/lib%.a: test/programs/%.cpp
	@mkdir -p $(@D)
	$(call say,compile,$<)
	$(quiet)$(CXX) -g -O0 -fPIC -c -o $@.o $< && rm -f $@ && $(cross)ar rcs $@ $@.o && rm $@.o

# Go does not look whether what it links has changed.
$(BUILD)/test/go_rust $(BUILD)/test/go_throw: $(BUILD)/test/go_%: test/programs/go_%.go $(BUILD)/test/libgo_%.a
	@rm -f $@
	$(quiet)$(go_build) -o $@ $<

$(BUILD)/test/%_stripped: test/programs/%.go
	@mkdir -p $(@D)
	$(quiet)$(go_build) -ldflags='-buildid= -s -w' -o $@ $<

# A Go runtime each: the same source makes two libraries.
$(BUILD)/test/libgo_library.so $(BUILD)/test/libgo_library2.so: test/programs/go_library.go
	@mkdir -p $(@D)
	$(quiet)$(go_build) -buildmode=c-shared -o $@ $< && rm -f $(@:.so=.h)
go_probes := $(filter-out $(BUILD)/test/go_library,$(go_probes)) $(BUILD)/test/libgo_library.so $(BUILD)/test/libgo_library2.so \
	$(BUILD)/test/go_service_stripped

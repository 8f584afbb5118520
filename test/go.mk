# The Go programs of the tests that are more than one source: Go with Rust, Go with C++, Go as a library.
rust_flags := --edition=2021 -g -C opt-level=0 --remap-path-prefix=$(CURDIR)/=
$(BUILD)/test/lib%.a: test/programs/%.rs
	@mkdir -p $(@D)
	$(call say,compile,$<)
	$(quiet)/usr/bin/rustc $(rust_flags) --crate-type=staticlib -o $@ $<
$(BUILD)/test/lib%.a: test/programs/%.cpp
	@mkdir -p $(@D)
	$(call say,compile,$<)
	$(quiet)$(CXX) -g -O0 -fPIC -c -o $@.o $< && rm -f $@ && ar rcs $@ $@.o && rm $@.o

# What they link is beside them.
$(BUILD)/test/go_rust: $(BUILD)/test/libgo_rust.a
$(BUILD)/test/go_throw: $(BUILD)/test/libgo_throw.a

# A Go runtime each: the same source makes two libraries.
$(BUILD)/test/libgo_library.so $(BUILD)/test/libgo_library2.so: test/programs/go_library.go
	@mkdir -p $(@D)
	$(quiet)$(go_build) -buildmode=c-shared -o $@ $< && rm -f $(@:.so=.h)
go_probes := $(filter-out $(BUILD)/test/go_library,$(go_probes)) $(BUILD)/test/libgo_library.so $(BUILD)/test/libgo_library2.so

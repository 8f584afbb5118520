thread 'main' panicked at 'no header in "first"', test/programs/rust_service.rs:16:5
note: run with `RUST_BACKTRACE=1` environment variable to display a backtrace
thread 'main' panicked at 'no header in "second"', test/programs/rust_service.rs:16:5
stack backtrace:
   0:     0x5602c0ebdbac - std::backtrace_rs::backtrace::libunwind::trace::he2ba3a4891b10ef3
                               at /usr/src/rustc-1.63.0/library/std/src/../../backtrace/src/backtrace/libunwind.rs:93:5
   1:     0x5602c0ebdbac - std::backtrace_rs::backtrace::trace_unsynchronized::ha0fda2e57da4b2a3
                               at /usr/src/rustc-1.63.0/library/std/src/../../backtrace/src/backtrace/mod.rs:66:5
   2:     0x5602c0ebdbac - std::sys_common::backtrace::_print_fmt::hbfe6e1f0cd4bb862
                               at /usr/src/rustc-1.63.0/library/std/src/sys_common/backtrace.rs:66:5
   3:     0x5602c0ebdbac - <std::sys_common::backtrace::_print::DisplayBacktrace as core::fmt::Display>::fmt::h82b6828459151f7c
                               at /usr/src/rustc-1.63.0/library/std/src/sys_common/backtrace.rs:45:22
   4:     0x5602c0ed09de - core::fmt::write::hafcd92e27b23e937
                               at /usr/src/rustc-1.63.0/library/core/src/fmt/mod.rs:1197:17
   5:     0x5602c0e98731 - std::io::Write::write_fmt::hdb298d71c7af9b66
                               at /usr/src/rustc-1.63.0/library/std/src/io/mod.rs:1672:15
   6:     0x5602c0ea457e - std::sys_common::backtrace::_print::h9a164f1073e1bcc5
                               at /usr/src/rustc-1.63.0/library/std/src/sys_common/backtrace.rs:48:5
   7:     0x5602c0ea457e - std::sys_common::backtrace::print::hb860acc8c631da42
                               at /usr/src/rustc-1.63.0/library/std/src/sys_common/backtrace.rs:35:9
   8:     0x5602c0ea457e - std::panicking::default_hook::{{closure}}::h2c2be97328f88741
                               at /usr/src/rustc-1.63.0/library/std/src/panicking.rs:295:22
   9:     0x5602c0ea41e7 - std::panicking::default_hook::h44f9af4dc0ebff0f
                               at /usr/src/rustc-1.63.0/library/std/src/panicking.rs:314:9
  10:     0x5602c0ea4a91 - std::panicking::rust_panic_with_hook::h57071e38e2bc223f
                               at /usr/src/rustc-1.63.0/library/std/src/panicking.rs:698:17
  11:     0x5602c0ebe5d7 - std::panicking::begin_panic_handler::{{closure}}::h7ff3a0ebbf1ba422
                               at /usr/src/rustc-1.63.0/library/std/src/panicking.rs:588:13
  12:     0x5602c0ebdcc4 - std::sys_common::backtrace::__rust_end_short_backtrace::hc8542ca3b5dac53a
                               at /usr/src/rustc-1.63.0/library/std/src/sys_common/backtrace.rs:138:18
  13:     0x5602c0ea4742 - rust_begin_unwind
                               at /usr/src/rustc-1.63.0/library/std/src/panicking.rs:584:5
  14:     0x5602c0e6d823 - core::panicking::panic_fmt::h11223f0b8c31003a
                               at /usr/src/rustc-1.63.0/library/core/src/panicking.rs:142:14
  15:     0x5602c0e7b7f0 - rust_service::parse_header::h503d6242da35339d
                               at /test/programs/rust_service.rs:16:5
  16:     0x5602c0e7c046 - <rust_service::Loud as core::ops::drop::Drop>::drop::h54efee0551a4d84e
                               at /test/programs/rust_service.rs:58:9
  17:     0x5602c0e78a6a - core::ptr::drop_in_place<rust_service::Loud>::ha38a1673d6d32760
                               at /usr/src/rustc-1.63.0/library/core/src/ptr/mod.rs:487:1
  18:     0x5602c0e7cb51 - rust_service::main::h456f3b0911625616
                               at /test/programs/rust_service.rs:98:9
  19:     0x5602c0e7800b - core::ops::function::FnOnce::call_once::hd0610d5e145827a1
                               at /usr/src/rustc-1.63.0/library/core/src/ops/function.rs:248:5
  20:     0x5602c0e9056e - std::sys_common::backtrace::__rust_begin_short_backtrace::h81b00b673e1260f6
                               at /usr/src/rustc-1.63.0/library/std/src/sys_common/backtrace.rs:122:18
  21:     0x5602c0e80701 - std::rt::lang_start::{{closure}}::hbcbd8aea1e435d21
                               at /usr/src/rustc-1.63.0/library/std/src/rt.rs:145:18
  22:     0x5602c0e98045 - core::ops::function::impls::<impl core::ops::function::FnOnce<A> for &F>::call_once::hfb9a2e938981d822
                               at /usr/src/rustc-1.63.0/library/core/src/ops/function.rs:280:13
  23:     0x5602c0e98045 - std::panicking::try::do_call::hc4cf7f0440376378
                               at /usr/src/rustc-1.63.0/library/std/src/panicking.rs:492:40
  24:     0x5602c0e98045 - std::panicking::try::h363fd204883b8434
                               at /usr/src/rustc-1.63.0/library/std/src/panicking.rs:456:19
  25:     0x5602c0e98045 - std::panic::catch_unwind::h4bed364cbcdc7f25
                               at /usr/src/rustc-1.63.0/library/std/src/panic.rs:137:14
  26:     0x5602c0e98045 - std::rt::lang_start_internal::{{closure}}::h250ad398b7b25c83
                               at /usr/src/rustc-1.63.0/library/std/src/rt.rs:128:48
  27:     0x5602c0e98045 - std::panicking::try::do_call::hc629aaaad685f8fb
                               at /usr/src/rustc-1.63.0/library/std/src/panicking.rs:492:40
  28:     0x5602c0e98045 - std::panicking::try::h6d2268af9e37b456
                               at /usr/src/rustc-1.63.0/library/std/src/panicking.rs:456:19
  29:     0x5602c0e98045 - std::panic::catch_unwind::ha1c78374531cebdb
                               at /usr/src/rustc-1.63.0/library/std/src/panic.rs:137:14
  30:     0x5602c0e98045 - std::rt::lang_start_internal::h2c2e962c94282c61
                               at /usr/src/rustc-1.63.0/library/std/src/rt.rs:128:20
  31:     0x5602c0e806d0 - std::rt::lang_start::h41ba92f371586ee7
                               at /usr/src/rustc-1.63.0/library/std/src/rt.rs:144:17
  32:     0x5602c0e7d7dc - main
  33:     0x7ffab6a4524a - __libc_start_call_main
                               at ./csu/../sysdeps/nptl/libc_start_call_main.h:58:16
  34:     0x7ffab6a45305 - __libc_start_main_impl
                               at ./csu/../csu/libc-start.c:360:3
  35:     0x5602c0e6d9d1 - _start
  36:                0x0 - <unknown>
thread panicked while panicking. aborting.
sigguard: rust_service[6454] thread 6454 "rust_service" crashed: SIGABRT, abort() was called, at /lib/x86_64-linux-gnu/libc.so.6+0x8aeec
sigguard: thread 6454 "rust_service" (crashed):
  #0   __pthread_kill_implementation        pthread_kill.c:44:7               libc.so.6+0x8aeec
  #1   __pthread_kill_internal              pthread_kill.c:78:3               libc.so.6+0x8af4f  [tail call]
       inlined into __GI___pthread_kill     pthread_kill.c:89:10
  #2   __GI_raise                           sysdeps/posix/raise.c:26:13       libc.so.6+0x3bfb2
  #3   __GI_abort                           abort.c:79:7                      libc.so.6+0x26472
  #4   std::sys::unix::abort_internal       library/std/src/sys/unix/mod.rs:292:14  rust_service+0x41257
  #5   std::panicking::rust_panic_with_hook  library/std/src/io/mod.rs         rust_service+0x40c6d
  #6   std::panicking::begin_panic_handler::{{closure}}  library/std/src/panicking.rs:588:13  rust_service+0x5a5d7
  #7   std::sys_common::backtrace::__rust_end_short_backtrace  library/std/src/sys_common/backtrace.rs:138:18  rust_service+0x59cc4
  #8   rust_begin_unwind                    library/std/src/panicking.rs:584:5  rust_service+0x40742
  #9   core::panicking::panic_fmt           library/core/src/panicking.rs:142:14  rust_service+0x9823
  #10  rust_service::parse_header           test/programs/rust_service.rs:16:5  rust_service+0x177f0
  #11  <rust_service::Loud as core::ops::drop::Drop>::drop  test/programs/rust_service.rs:58:9  rust_service+0x18046
  #12  core::ptr::drop_in_place<rust_service::Loud>  src/ptr/mod.rs:487:1              rust_service+0x14a6a
  #13  rust_service::main                   test/programs/rust_service.rs:98:9  rust_service+0x18b51
  #14  core::ops::function::FnOnce::call_once  src/ops/function.rs:248:5         rust_service+0x1400b
  #15  std::sys_common::backtrace::__rust_begin_short_backtrace  src/sys_common/backtrace.rs:122:18  rust_service+0x2c56e
  #16  std::rt::lang_start::{{closure}}     std/src/rt.rs:145:18              rust_service+0x1c701
  #17  core::ops::function::impls::<...>::call_once  library/core/src/ops/function.rs:280:13  rust_service+0x34045
       inlined into std::panicking::try::do_call  library/std/src/panicking.rs:492:40
       inlined into std::panicking::try     library/std/src/panicking.rs:456:19
       inlined into std::panic::catch_unwind  library/std/src/panic.rs:137:14
       inlined into std::rt::lang_start_internal::{{closure}}  library/std/src/rt.rs:128:48
       inlined into std::panicking::try::do_call  library/std/src/panicking.rs:492:40
       inlined into std::panicking::try     library/std/src/panicking.rs:456:19
       inlined into std::panic::catch_unwind  library/std/src/panic.rs:137:14
       inlined into std::rt::lang_start_internal  library/std/src/rt.rs:128:20
  #18  std::rt::lang_start                  std/src/rt.rs:144:17              rust_service+0x1c6d0
  #19  main+0x1c                                                              rust_service+0x197dc
  #20  __libc_start_call_main               sysdeps/nptl/libc_start_call_main.h:58:7  libc.so.6+0x2724a
  #21  __libc_start_main_impl               csu/libc-start.c:360:3            libc.so.6+0x27305
  #22  _start+0x21                                                            rust_service+0x99d1
sigguard: registers:
     rax 0x0000000000000000     rbx 0x0000000000001936     rcx 0x00007ffab6aa8eec     rdx 0x0000000000000006
     rsi 0x0000000000001936     rdi 0x0000000000001936     rbp 0x00007ffab6e5c780     rsp 0x00007ffe4531b220
      r8 0x0000000000000007      r9 0x00005602c76cfd90     r10 0x0000000000000008     r11 0x0000000000000246
     r12 0x0000000000000006     r13 0x0000000000000002     r14 0x00005602c0ed7e88     r15 0x00005602c0efa090
     rip 0x00007ffab6aa8eec  eflags 0x0000000000000246
sigguard: signals (guarded as, in the kernel, asked for by the program):
  SIGHUP    ignore   guard    ignored
  SIGILL    crash    guard    default
  SIGTRAP   crash    guard    default
  SIGABRT   crash    guard    default
  SIGBUS    crash    program  rust_service+0x4a960
  SIGFPE    crash    guard    default
  SIGUSR1   ignore   guard    default
  SIGSEGV   crash    program  rust_service+0x4a960
  SIGUSR2   ignore   guard    default
  SIGPIPE   ignore   ignored  ignored
  SIGSYS    crash    guard    default
sigguard: changes of signal handlers, oldest first:
  SIGPIPE   default -> ignored  passed by thread 6454 through signal at rust_service+0x410ff
  SIGSEGV   default -> rust_service+0x4a960  passed by thread 6454 through sigaction at rust_service+0x4abf2
  SIGBUS    default -> rust_service+0x4a960  passed by thread 6454 through sigaction at rust_service+0x4ac4a
sigguard: modules with frames:
  0x5602c0e64000-0x5602c0efa1a8 /tmp/h/native/build/test/rust_service build-id 24c6e6ce5f03b2a563600303792a6e2b1d4fabc6
  0x7ffab6a1e000-0x7ffab6bfff50 /usr/lib/x86_64-linux-gnu/libc.so.6 build-id 93ac61ec5a8eb1396f9fbd350e3169a558528a40
sigguard: end of report

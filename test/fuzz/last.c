/* Where the helper's variables end; linked behind its files. */
char fuzz_bss_last[64];
char fuzz_data_last[64] = {1};

/* Where the helper's variables begin; linked before its files. */
char fuzz_bss_first[64];
char fuzz_data_first[64] = {1};

/* Checks unwind programs before libunwind runs them. */
#ifndef SYMBOLIZE_CFI_CHECK_H
#define SYMBOLIZE_CFI_CHECK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * False if the program holds anything that is not understood. common: it is a CIE's, which must leave no state on the
 * stack. What libunwind does not know but need not, is replaced by DW_CFA_nop.
 */
bool cfi_check(uint8_t *program, size_t length, bool common);

#endif

/* The few steps that only assembly can do, for the architecture of this build. */
#include "arch/arch.h"

ARCH_DEFINE_STUBS;

#pragma once
#include <zip.h>

// Constants of libzip that are macros with casts inside, which Swift does not see.
static inline zip_uint16_t czip_store(void) { return ZIP_CM_STORE; }
static inline zip_uint16_t czip_deflate(void) { return ZIP_CM_DEFLATE; }

#pragma once

/// How many bytes of this process's heap are in use, by all its threads.
unsigned long heap_bytes_in_use(void);

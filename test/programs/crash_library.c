/* Crashes inside a shared library, in libc, or in a plugin: crash_library own|strlen|memcpy|plugin.
   flags: -lcrash_part */
#include <dlfcn.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

int crash_part_own(int depth);
size_t crash_part_strlen(void);
void *crash_part_memcpy(void);

static int load_plugin(void)
{
        void *plugin = dlopen("libcrash_plugin.so", RTLD_NOW);
        int (*entry)(int) = plugin ? (int (*)(int))dlsym(plugin, "plugin_entry") : NULL;

        if (!entry) {
                fprintf(stderr, "%s\n", dlerror());
                return 64;
        }
        return entry(8);
}

int main(int argc, char **argv)
{
        const char *way = argc == 2 ? argv[1] : "";

        if (!strcmp(way, "own"))
                return crash_part_own(2);
        if (!strcmp(way, "strlen"))
                return (int)crash_part_strlen();
        if (!strcmp(way, "memcpy"))
                return crash_part_memcpy() != NULL;
        if (!strcmp(way, "plugin"))
                return load_plugin();
        return 64;
}

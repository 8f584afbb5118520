/* The C part of node_service.js: functions that fault, abort or fault on a thread of their own. */
#include <pthread.h>
#include <stddef.h>
#include <stdlib.h>

/* What is used of node_api.h, whose ABI is stable: its package is not the one that has node. */
typedef struct environment *napi_env;
typedef struct value *napi_value;
typedef napi_value (*function)(napi_env env, void *info);
int napi_create_function(napi_env env, const char *name, size_t length, function call, void *data, napi_value *made);
int napi_set_named_property(napi_env env, napi_value object, const char *name, napi_value value);

__attribute__((noinline)) static int parse(const int *header)
{
        return *header; /* here */
}

__attribute__((noinline)) static int handle(const int *header)
{
        return parse(header) + 1;
}

static napi_value fault(napi_env env, void *info)
{
        (void)env;
        (void)info;
        handle(NULL);
        return NULL;
}

static void *on_thread(void *unused)
{
        handle(NULL);
        return unused;
}

static napi_value fault_on_thread(napi_env env, void *info)
{
        pthread_t thread;

        (void)env;
        (void)info;
        if (pthread_create(&thread, NULL, on_thread, NULL) == 0)
                pthread_join(thread, NULL);
        return NULL;
}

static napi_value end(napi_env env, void *info)
{
        (void)env;
        (void)info;
        abort();
}

int node_api_module_get_api_version_v1(void)
{
        return 8;
}

napi_value napi_register_module_v1(napi_env env, napi_value exports)
{
        static const struct {
                const char *name;
                function call;
        } functions[] = {{"fault", fault}, {"faultOnThread", fault_on_thread}, {"end", end}};

        for (size_t i = 0; i < sizeof(functions) / sizeof(functions[0]); i++) {
                napi_value made;

                if (napi_create_function(env, functions[i].name, (size_t)-1, functions[i].call, NULL, &made) ||
                    napi_set_named_property(env, exports, functions[i].name, made))
                        abort();
        }
        return exports;
}

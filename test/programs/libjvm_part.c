/* flags: -I/usr/lib/jvm/default-java/include -I/usr/lib/jvm/default-java/include/linux */
/* The C part of JvmService: native methods that fault on a Java thread and on one that attached itself, or abort. */
#include <jni.h>
#include <pthread.h>
#include <stdlib.h>

static JavaVM *machine;

__attribute__((noinline)) static int parse(const int *header)
{
        return *header; /* here */
}

__attribute__((noinline)) static int handle(const int *header)
{
        return parse(header) + 1;
}

JNIEXPORT void JNICALL Java_JvmService_fault(JNIEnv *env, jclass class)
{
        (void)env;
        (void)class;
        handle(NULL);
}

static void *attached(void *unused)
{
        JNIEnv *env;

        if ((*machine)->AttachCurrentThread(machine, (void **)&env, NULL) != JNI_OK)
                exit(3);
        handle(NULL);
        return unused;
}

JNIEXPORT void JNICALL Java_JvmService_faultOnAttachedThread(JNIEnv *env, jclass class)
{
        pthread_t thread;

        (void)class;
        if ((*env)->GetJavaVM(env, &machine) != JNI_OK || pthread_create(&thread, NULL, attached, NULL))
                exit(3);
        pthread_join(thread, NULL);
}

JNIEXPORT void JNICALL Java_JvmService_end(JNIEnv *env, jclass class)
{
        (void)env;
        (void)class;
        abort();
}

/* A call that -Xcheck:jni has something to say about if anything is wrong. */
JNIEXPORT void JNICALL Java_JvmService_answer(JNIEnv *env, jclass class, jobjectArray array)
{
        (*env)->SetObjectArrayElement(env, array, 0, class);
}

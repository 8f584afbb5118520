/* A Python module with a function that crashes in C: libcrash_python.fault(). flags: -I/usr/include/python3.11 */
#include <Python.h>

static void write_nowhere(int *where)
{
        *where = 1;
}

static PyObject *fault(PyObject *self, PyObject *arguments)
{
        (void)self;
        (void)arguments;
        write_nowhere((int *)0x88);
        Py_RETURN_NONE;
}

static PyMethodDef functions[] = {{"fault", fault, METH_NOARGS, "Crashes."}, {0}};
static struct PyModuleDef module = {
        PyModuleDef_HEAD_INIT, "libcrash_python", NULL, -1, functions, NULL, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit_libcrash_python(void);

PyMODINIT_FUNC PyInit_libcrash_python(void)
{
        return PyModule_Create(&module);
}

"""A WSGI site: tells its process and its parent's, /crash crashes in C, anything else in the path is told back."""
import ctypes
import os


def application(environ, start_response):
    if environ["PATH_INFO"] == "/crash":
        ctypes.string_at(0)
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [f"{os.getpid()} of {os.getppid()}\n".encode()]

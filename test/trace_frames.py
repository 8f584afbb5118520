"""For gdb: prints "TID NAME PC FUNCTION" for each real frame of all threads, the innermost first."""
import gdb

for thread in sorted(gdb.selected_inferior().threads(), key=lambda one: one.ptid[1]):
    thread.switch()
    frame = gdb.newest_frame()
    while frame:
        if frame.type() == gdb.NORMAL_FRAME:
            print("frame", thread.ptid[1], thread.name, hex(frame.pc()), frame.name())
        frame = frame.older()

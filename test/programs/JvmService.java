/** What a Java service does that needs signals: null checks, deep recursion, safepoints, children, and C that dies. */
import java.lang.ref.WeakReference;
import java.util.concurrent.CountDownLatch;

public class JvmService {
        static native void fault();
        static native void faultOnAttachedThread();
        static native void end();
        static native void answer(Object[] array);

        int field = 1;
        static int depth;
        static volatile boolean done;

        static int read(JvmService from) {
                return from.field;
        }

        /** After a while this is machine code without a comparison: the null is found by the fault. */
        static int caughtNulls(int rounds) {
                JvmService there = new JvmService();
                int caught = 0;
                for (int i = 0; i < rounds; i++) {
                        try {
                                read(i % 2 == 0 ? there : null);
                        } catch (NullPointerException e) {
                                caught++;
                        }
                }
                return caught;
        }

        static int deeper() {
                return ++depth + deeper();
        }

        static void overflow(String where) {
                for (int i = 0; i < 3; i++) {
                        depth = 0;
                        try {
                                deeper();
                        } catch (StackOverflowError e) {
                                System.out.println(where + ": overflow caught, deep: " + (depth > 1000));
                        }
                }
        }

        static void overflows() throws Exception {
                overflow("main");
                Thread other = new Thread(() -> overflow("other"));
                other.start();
                other.join();
        }

        /** Compiled loops stop only where they poll; each collection and each stack trace asks them to. */
        static void safepoints() throws Exception {
                Thread[] loops = new Thread[3];
                for (int i = 0; i < loops.length; i++) {
                        loops[i] = new Thread(() -> {
                                long sum = 0;
                                while (!done)
                                        sum += sum * 31 + 7;
                                if (sum == 42)
                                        System.out.println("never");
                        });
                        loops[i].start();
                }
                for (int i = 0; i < 20; i++) {
                        WeakReference<Object> gone = new WeakReference<>(new byte[100000]);
                        System.gc();
                        if (gone.get() != null)
                                System.out.println("not collected");
                        for (Thread loop : loops)
                                loop.getStackTrace();
                }
                done = true;
                for (Thread loop : loops)
                        loop.join();
                System.out.println("stopped at safepoints");
        }

        static void waitWithHook() throws Exception {
                Runtime.getRuntime().addShutdownHook(new Thread(() -> System.out.println("hook ran")));
                System.out.println("ready");
                new CountDownLatch(1).await();
        }

        static String word(sun.misc.SignalHandler handler) {
                if (handler == sun.misc.SignalHandler.SIG_DFL)
                        return "SIG_DFL";
                return handler == sun.misc.SignalHandler.SIG_IGN ? "SIG_IGN" : "a handler";
        }

        static void handle() throws Exception {
                sun.misc.SignalHandler say = signal -> System.out.println("handled " + signal.getName());
                for (String name : new String[] {"HUP", "TERM", "INT", "USR2", "PIPE"}) {
                        sun.misc.SignalHandler before = sun.misc.Signal.handle(new sun.misc.Signal(name), say);
                        System.out.println(name + " had " + word(before));
                }
                System.out.println("ready");
                new CountDownLatch(1).await();
        }

        static void child(String[] command) throws Exception {
                System.exit(new ProcessBuilder(command).inheritIO().start().waitFor());
        }

        public static void main(String[] arguments) throws Exception {
                System.loadLibrary("jvm_part");
                switch (arguments[0]) {
                case "nulls" -> System.out.println("caught " + caughtNulls(Integer.parseInt(arguments[1])));
                case "overflow" -> overflows();
                case "safepoints" -> safepoints();
                case "all" -> {
                        System.out.println("caught " + caughtNulls(20000));
                        overflows();
                        safepoints();
                        answer(new Object[1]);
                }
                case "wait" -> waitWithHook();
                case "handle" -> handle();
                case "child" -> child(java.util.Arrays.copyOfRange(arguments, 1, arguments.length));
                case "throw" -> throw new IllegalStateException("nobody catches this");
                case "exit" -> System.exit(Integer.parseInt(arguments[1]));
                case "fault" -> fault();
                case "attached" -> faultOnAttachedThread();
                case "abort" -> end();
                default -> throw new IllegalArgumentException(arguments[0]);
                }
        }
}

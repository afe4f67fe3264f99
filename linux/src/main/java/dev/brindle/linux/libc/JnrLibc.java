// SPDX-License-Identifier: Apache-2.0
package dev.brindle.linux.libc;

import dev.brindle.linux.kernel.Errno;
import dev.brindle.linux.kernel.KernelException;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import jnr.ffi.LibraryLoader;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;
import jnr.ffi.annotations.In;
import jnr.ffi.annotations.Out;

/// The C library through jnr-ffi. The only class that knows jnr-ffi, which costs some 130 ms when
/// this class is first used: programs that end at once must not touch it.
public final class JnrLibc implements Libc {

  private static final JnrLibc INSTANCE = new JnrLibc();

  private static final int CLOSE_ON_EXEC = 0x8_0000;
  private static final int NO_TERMINAL = 0x100;
  private static final int REPORT_FULL_LENGTH = 0x20;
  private static final short READABLE = 1;
  private static final int STATFS_SIZE = 120;
  private static final int POLL_ENTRY = 8;
  /// `struct timex` of 64-bit Linux, and where `status` is in it.
  private static final int TIMEX_SIZE = 208;

  private static final int TIMEX_STATUS = 40;
  private static final int UNSYNCHRONIZED = 0x40;
  private static final int TIME_ERROR = 5;
  private static final int SOL_SOCKET = 1;
  private static final int SO_ATTACH_FILTER = 26;
  private static final int FILTER_INSTRUCTION = 8;

  private final Functions functions;
  private final Runtime runtime;

  private JnrLibc() {
    functions = LibraryLoader.create(Functions.class).failImmediately().load("c");
    runtime = Runtime.getRuntime(functions);
  }

  /// Loads the library at the first call.
  public static Libc get() {
    return INSTANCE;
  }

  @Override
  public int socket(int domain, int type, int protocol) {
    return check("make a socket", () -> functions.socket(domain, type, protocol));
  }

  @Override
  public void bind(int fd, byte[] address) {
    check("bind a socket", () -> functions.bind(fd, address, address.length));
  }

  @Override
  public void connect(int fd, byte[] address) {
    check("connect a socket", () -> functions.connect(fd, address, address.length));
  }

  @Override
  public void ownAddress(int fd, byte[] address) {
    var length = new int[] {address.length};
    check("ask for a socket's address", () -> functions.getsockname(fd, address, length));
  }

  /// `struct sock_fprog`: count, padding, address. The kernel copies the program.
  @Override
  public void filter(int fd, ByteBuffer program) {
    var code = new byte[program.remaining()];
    program.duplicate().get(code);
    Pointer memory = runtime.getMemoryManager().allocateDirect(code.length);
    memory.put(0, code, 0, code.length);
    byte[] header =
        ByteBuffer.allocate(16)
            .order(ByteOrder.nativeOrder())
            .putShort(0, (short) (code.length / FILTER_INSTRUCTION))
            .putLong(Long.BYTES, memory.address())
            .array();
    try {
      setOption(fd, SOL_SOCKET, SO_ATTACH_FILTER, header);
    } finally {
      Reference.reachabilityFence(memory);
    }
  }

  @Override
  public void setOption(int fd, int level, int option, byte[] value) {
    check(
        () -> "set socket option %d of level %d".formatted(option, level),
        () -> functions.setsockopt(fd, level, option, value, value.length));
  }

  @Override
  public int option(int fd, int level, int option) {
    var value = new int[1];
    var length = new int[] {Integer.BYTES};
    check(
        () -> "get socket option %d of level %d".formatted(option, level),
        () -> functions.getsockopt(fd, level, option, value, length));
    return value[0];
  }

  @Override
  public void readOption(int fd, int level, int option, byte[] value) {
    var length = new int[] {value.length};
    check(
        () -> "get socket option %d of level %d".formatted(option, level),
        () -> functions.getsockopt(fd, level, option, value, length));
  }

  @Override
  public void send(int fd, ByteBuffer message) {
    int length = message.remaining();
    long sent = checkLong("send a message", () -> functions.send(fd, message, length, 0));
    if (sent != length) {
      throw new IllegalStateException("sent %d of %d bytes".formatted(sent, length));
    }
  }

  @Override
  public int receive(int fd, ByteBuffer buffer, byte[] sender) {
    buffer.clear();
    int capacity = buffer.capacity();
    return (int)
        checkLong(
            "receive a message",
            () -> {
              var senderLength = new int[] {sender.length};
              return functions.recvfrom(
                  fd, buffer, capacity, REPORT_FULL_LENGTH, sender, senderLength);
            });
  }

  @Override
  public int open(String path, int flags) {
    byte[] name = text(path);
    return check("open " + path, () -> functions.open(name, flags | CLOSE_ON_EXEC | NO_TERMINAL));
  }

  @Override
  public void close(int fd) {
    // not made again after a signal: the descriptor is gone either way, see close(2)
    functions.close(fd);
  }

  @Override
  public int read(int fd, ByteBuffer buffer) {
    int room = buffer.remaining();
    return (int) checkLong("read", () -> functions.read(fd, buffer, room));
  }

  @Override
  public int write(int fd, ByteBuffer bytes) {
    int length = bytes.remaining();
    return (int) checkLong("write", () -> functions.write(fd, bytes, length));
  }

  @Override
  public boolean awaitEither(int first, int second) {
    ByteBuffer entries = ByteBuffer.allocateDirect(2 * POLL_ENTRY).order(ByteOrder.nativeOrder());
    entries.putInt(0, first).putShort(4, READABLE);
    entries.putInt(POLL_ENTRY, second).putShort(POLL_ENTRY + 4, READABLE);
    check("wait for a socket", () -> functions.poll(entries, 2, -1));
    return entries.getShort(6) != 0;
  }

  @Override
  public boolean isReadable(int fd) {
    ByteBuffer entry = ByteBuffer.allocateDirect(POLL_ENTRY).order(ByteOrder.nativeOrder());
    entry.putInt(0, fd).putShort(4, READABLE);
    return check("look at a socket", () -> functions.poll(entry, 1, 0)) > 0;
  }

  @Override
  public int eventCounter() {
    return check("make an event counter", () -> functions.eventfd(0, CLOSE_ON_EXEC));
  }

  @Override
  public void enterNamespace(int fd, int kind) {
    check("enter a namespace", () -> functions.setns(fd, kind));
  }

  @Override
  public void makeFifo(String path, int mode) {
    check("make FIFO " + path, () -> functions.mkfifo(path, mode));
  }

  @Override
  public void unshare(int kinds) {
    check("make a new namespace", () -> functions.unshare(kinds));
  }

  @Override
  public long fileSystemKind(String path) {
    ByteBuffer result = ByteBuffer.allocateDirect(STATFS_SIZE).order(ByteOrder.nativeOrder());
    byte[] name = text(path);
    check("look at " + path, () -> functions.statfs(name, result));
    return result.getLong(0);
  }

  @Override
  public void mount(String source, String target, String type, long flags, String options) {
    check(
        "mount %s on %s".formatted(source, target),
        () -> functions.mount(text(source), text(target), text(type), flags, text(options)));
  }

  @Override
  public void unmount(String target, int flags) {
    check("unmount " + target, () -> functions.umount2(text(target), flags));
  }

  @Override
  public int effectiveUser() {
    return functions.geteuid();
  }

  @Override
  public boolean isClockSynchronized() {
    ByteBuffer time = ByteBuffer.allocateDirect(TIMEX_SIZE).order(ByteOrder.nativeOrder());
    int state = check("ask for the clock's state", () -> functions.adjtimex(time));
    return state != TIME_ERROR && (time.getInt(TIMEX_STATUS) & UNSYNCHRONIZED) == 0;
  }

  @Override
  public void control(int option, long argument) {
    check("prctl %d".formatted(option), () -> functions.prctl(option, argument, 0, 0, 0));
  }

  private static byte[] text(String value) {
    if (value.indexOf('\0') >= 0) {
      throw new IllegalArgumentException("a path cannot contain a NUL character");
    }
    return (value + '\0').getBytes(StandardCharsets.UTF_8);
  }

  private int check(String what, IntSupplier call) {
    return check(() -> what, call);
  }

  private int check(Supplier<String> what, IntSupplier call) {
    return (int) checkLong(what, call::getAsInt);
  }

  private long checkLong(String what, LongSupplier call) {
    return checkLong(() -> what, call);
  }

  private long checkLong(Supplier<String> what, LongSupplier call) {
    while (true) {
      long result = call.getAsLong();
      if (result >= 0) {
        return result;
      }
      var errno = new Errno(runtime.getLastError());
      if (!errno.equals(Errno.EINTR)) {
        throw new KernelException(what.get(), errno);
      }
    }
  }

  /// For jnr-ffi, which implements it at run time; nobody else may use it.
  public interface Functions {

    int socket(int domain, int type, int protocol);

    int bind(int fd, @In byte[] address, int length);

    int connect(int fd, @In byte[] address, int length);

    int getsockname(int fd, @Out byte[] address, @In @Out int[] length);

    int setsockopt(int fd, int level, int option, @In byte[] value, int length);

    int getsockopt(int fd, int level, int option, @Out int[] value, @In @Out int[] length);

    int getsockopt(int fd, int level, int option, @In @Out byte[] value, @In @Out int[] length);

    long send(int fd, @In ByteBuffer message, long length, int flags);

    long recvfrom(
        int fd,
        @Out ByteBuffer buffer,
        long length,
        int flags,
        @Out byte[] sender,
        @In @Out int[] senderLength);

    int open(@In byte[] path, int flags);

    int close(int fd);

    long read(int fd, @Out ByteBuffer buffer, long length);

    long write(int fd, @In ByteBuffer bytes, long length);

    int poll(ByteBuffer entries, long count, int timeout);

    int eventfd(int initial, int flags);

    int setns(int fd, int kind);

    int unshare(int kinds);

    int mkfifo(String path, int mode);

    int statfs(@In byte[] path, @Out ByteBuffer result);

    int mount(
        @In byte[] source, @In byte[] target, @In byte[] type, long flags, @In byte[] options);

    int umount2(@In byte[] target, int flags);

    int geteuid();

    int adjtimex(@In @Out ByteBuffer time);

    int prctl(int option, long second, long third, long fourth, long fifth);
  }
}

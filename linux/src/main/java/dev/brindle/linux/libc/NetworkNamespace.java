// SPDX-License-Identifier: Apache-2.0
package dev.brindle.linux.libc;

import dev.brindle.linux.kernel.Errno;
import dev.brindle.linux.kernel.KernelException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/// A network namespace that is held open. The only caller of setns(2).
///
/// Entering a namespace changes the calling thread and whatever that thread starts. So each `call`
/// runs on a thread that does nothing else: it enters, does one thing and leaves. What is done
/// there must not start threads or touch pools. Sockets opened there stay in the namespace and
/// serve any thread.
public final class NetworkNamespace implements AutoCloseable {

  private static final int NEW_NETWORK = 0x4000_0000;
  private static final long NAMESPACE_FILE_SYSTEM = 0x6e73_6673L;
  private static final int CURRENT = -1;

  private final Libc libc;
  private final int fd;

  /// What has its number from then on is another file's, perhaps another namespace's.
  private volatile boolean isClosed;

  private NetworkNamespace(Libc libc, int fd) {
    this.libc = libc;
    this.fd = fd;
  }

  /// The process's own. Needs no thread and holds nothing open.
  public static NetworkNamespace current(Libc libc) {
    return new NetworkNamespace(libc, CURRENT);
  }

  /// @param path such as `/run/netns/pod1` or `/proc/123/ns/net`
  /// @throws KernelException ENOENT if there is no such file
  /// @throws IllegalArgumentException if it is no namespace
  public static NetworkNamespace open(Libc libc, Path path) {
    int fd = libc.open(path.toString(), 0);
    if (!isNamespace(libc, descriptorPath(fd))) {
      libc.close(fd);
      throw new IllegalArgumentException("%s is not a namespace".formatted(path));
    }
    return new NetworkNamespace(libc, fd);
  }

  /// Makes a new one, with only a loopback interface. It lives as long as it is open here, or
  /// something in it runs, or it is mounted somewhere.
  ///
  /// @throws KernelException EPERM without CAP_SYS_ADMIN
  public static NetworkNamespace create(Libc libc) {
    int fd =
        onThread(
            () -> {
              libc.unshare(NEW_NETWORK);
              return libc.open("/proc/thread-self/ns/net", 0);
            });
    return new NetworkNamespace(libc, fd);
  }

  /// Whether a path leads to a namespace; the file of one that is gone from `/run/netns` does not.
  public static boolean isNamespace(Libc libc, Path path) {
    return Files.exists(path) && libc.fileSystemKind(path.toString()) == NAMESPACE_FILE_SYSTEM;
  }

  /// Leads to it for as long as it is open here; of use in this process only.
  public Path path() {
    return fd == CURRENT ? Path.of("/proc/self/ns/net") : descriptorPath(fd);
  }

  /// For messages that name a namespace by descriptor; not for `current`.
  public int descriptor() {
    return fd;
  }

  /// Tells namespaces apart: the same number means the same namespace, as long as it lives.
  public long inode() {
    try {
      return ((Number) Files.getAttribute(path(), "unix:ino")).longValue();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Does one thing inside and waits for it.
  public <T> T call(Callable<T> work) {
    if (fd == CURRENT) {
      return result(work);
    }
    if (isClosed) {
      throw new KernelException("enter a namespace", Errno.EBADF);
    }
    return result(() -> NamespaceVisit.make(libc, fd, work));
  }

  @Override
  public void close() {
    if (fd != CURRENT && !isClosed) {
      isClosed = true;
      libc.close(fd);
    }
  }

  private static Path descriptorPath(int fd) {
    return Path.of("/proc/self/fd/" + fd);
  }

  private static <T> T onThread(Callable<T> work) {
    var task = new FutureTask<T>(work);
    Thread thread = Thread.ofPlatform().daemon().name("namespace").start(task);
    return result(
        () ->
            NamespaceVisit.await(
                () -> {
                  T value = task.get();
                  thread.join();
                  return value;
                }));
  }

  private static <T> T result(Callable<T> work) {
    try {
      return work.call();
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case RuntimeException cause -> throw cause;
        case Error cause -> throw cause;
        case Throwable cause -> throw new IllegalStateException(cause);
        case null -> throw new IllegalStateException(e);
      }
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}

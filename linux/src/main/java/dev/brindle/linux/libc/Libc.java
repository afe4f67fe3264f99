// SPDX-License-Identifier: Apache-2.0
package dev.brindle.linux.libc;

import java.nio.ByteBuffer;

/// The system calls that Java itself does not offer. Each throws `KernelException` with the error
/// number; calls that a signal interrupted are made again.
public interface Libc {

  /// @see <a href="https://man7.org/linux/man-pages/man2/socket.2.html">socket(2)</a>
  int socket(int domain, int type, int protocol);

  /// @param address a `struct sockaddr`
  void bind(int fd, byte[] address);

  /// Makes an address the only one that messages go to and come from.
  ///
  /// @param address a `struct sockaddr`
  void connect(int fd, byte[] address);

  /// Writes the socket's own `struct sockaddr` to `address`.
  void ownAddress(int fd, byte[] address);

  /// Lets the kernel drop what a program of classic BPF does not want (SO_ATTACH_FILTER).
  ///
  /// @param program one `struct sock_filter` after the other
  void filter(int fd, ByteBuffer program);

  void setOption(int fd, int level, int option, byte[] value);

  int option(int fd, int level, int option);

  /// The same for one that is more than a number.
  ///
  /// @param value goes there and comes back
  void readOption(int fd, int level, int option, byte[] value);

  /// Sends what remains in `message`, as one message.
  void send(int fd, ByteBuffer message);

  /// Waits for one message and writes it to the start of `buffer`.
  ///
  /// @param buffer direct
  /// @param sender takes the sender's `struct sockaddr`
  /// @return the message's own length, which is greater than the buffer if it was cut off
  int receive(int fd, ByteBuffer buffer, byte[] sender);

  /// Opens without following up: no terminal, closed on exec.
  ///
  /// @param flags `O_RDONLY` 0 or `O_WRONLY` 1
  int open(String path, int flags);

  void close(int fd);

  int read(int fd, ByteBuffer buffer);

  int write(int fd, ByteBuffer bytes);

  /// Waits until one of the two can be read.
  ///
  /// @return whether the first can
  boolean awaitEither(int first, int second);

  /// Whether there is something to be read, an error included. Waits for nothing.
  boolean isReadable(int fd);

  /// A counter that another thread can wait for (eventfd(2)).
  int eventCounter();

  /// Only for a thread that ends soon: see `NetworkNamespace`.
  void enterNamespace(int fd, int kind);

  /// Only for a thread that ends soon, or for a process that has just begun.
  void unshare(int kinds);

  /// The kind of file system a path is on (`f_type` of statfs(2)).
  long fileSystemKind(String path);

  /// @param flags `MS_...` of mount(2)
  void mount(String source, String target, String type, long flags, String options);

  void unmount(String target, int flags);

  int effectiveUser();

  /// What keeps the clock right says of it (adjtimex(2)); changes nothing.
  ///
  /// @return whether it is kept right
  boolean isClockSynchronized();

  /// @see <a href="https://man7.org/linux/man-pages/man2/prctl.2.html">prctl(2)</a>
  void control(int option, long argument);

  /// Makes a FIFO with these permissions, less the umask.
  ///
  /// @throws dev.brindle.linux.kernel.KernelException EEXIST if there is something at the path
  void makeFifo(String path, int mode);
}

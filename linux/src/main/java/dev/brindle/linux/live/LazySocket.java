// SPDX-License-Identifier: Apache-2.0
package dev.brindle.linux.live;

import dev.brindle.linux.kernel.KernelException;
import dev.brindle.linux.libc.Libc;
import dev.brindle.linux.libc.NetlinkSocket;
import dev.brindle.linux.libc.NetworkNamespace;
import dev.brindle.linux.netlink.MessageWriter;
import dev.brindle.linux.netlink.NetlinkMessage;
import dev.brindle.linux.netlink.Refusal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// A socket in a namespace, opened when it is first needed.
final class LazySocket implements AutoCloseable {

  private final Libc libc;
  private final NetworkNamespace namespace;
  private final NetlinkSocket.Family family;
  private final NetlinkSocket.Buffers buffers;
  private @Nullable NetlinkSocket socket;

  LazySocket(
      Libc libc,
      NetworkNamespace namespace,
      NetlinkSocket.Family family,
      NetlinkSocket.Buffers buffers) {
    this.libc = libc;
    this.namespace = namespace;
    this.family = family;
    this.buffers = buffers;
  }

  NetlinkSocket get() {
    NetlinkSocket open = socket;
    if (open == null) {
      open = namespace.call(() -> NetlinkSocket.open(libc, family, buffers));
      socket = open;
    }
    return open;
  }

  /// To be called in the namespace.
  void openInside() {
    if (socket == null) {
      socket = NetlinkSocket.open(libc, family, buffers);
    }
  }

  /// Sends one message.
  ///
  /// @param what for the error message
  /// @throws KernelException if it is refused
  void run(String what, Consumer<MessageWriter> message) {
    run(() -> what, message);
  }

  /// @param what for the error message, which is rarely wanted
  /// @throws KernelException if it is refused
  void run(Supplier<String> what, Consumer<MessageWriter> message) {
    refusal(message)
        .ifPresent(
            refusal -> {
              throw refusal.asException(what.get());
            });
  }

  Optional<Refusal> refusal(Consumer<MessageWriter> message) {
    var out = new MessageWriter();
    message.accept(out);
    return get().run(out).stream().findFirst();
  }

  /// @param decode empty for parts that are not wanted
  <T> List<T> list(Consumer<MessageWriter> request, Function<NetlinkMessage, Optional<T>> decode) {
    var out = new MessageWriter();
    request.accept(out);
    var found = new ArrayList<T>();
    get().dump(out, found::clear, part -> decode.apply(part).ifPresent(found::add));
    return found;
  }

  @Override
  public void close() {
    if (socket != null) {
      socket.close();
      socket = null;
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.speaker;

import io.netty.channel.Channel;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/// The connections on which we have said our last word, until they are closed. For any thread but
/// the loops of the channels.
final class Farewells {

  /// For all of them together, so that a daemon stops in time.
  private static final int PATIENCE_MILLIS = 1_000;

  private final Set<Channel> underWay = ConcurrentHashMap.newKeySet();

  void add(Channel channel) {
    underWay.add(channel);
    channel.closeFuture().addListener(_ -> underWay.remove(channel));
  }

  /// Until the peers have heard us, but not for long.
  void await() {
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(PATIENCE_MILLIS);
    for (Channel channel : underWay) {
      channel
          .closeFuture()
          .awaitUninterruptibly(Math.max(0, end - System.nanoTime()), TimeUnit.NANOSECONDS);
    }
  }
}

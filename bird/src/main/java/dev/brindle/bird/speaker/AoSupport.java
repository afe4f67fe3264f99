// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.speaker;

import dev.brindle.bird.topology.AoAlgorithm;
import dev.brindle.bird.topology.AoKey;
import dev.brindle.bird.topology.Password;
import io.netty.channel.ChannelException;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollSocketChannel;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Which algorithms of TCP-AO the kernel has. It is asked once, when the first peer needs one.
final class AoSupport {

  private AoSupport() {}

  private static final class Answer {
    static final Set<AoAlgorithm> KNOWN = probe();
  }

  /// Why these keys cannot be used, if so.
  static Optional<String> refusal(List<AoKey> keys) {
    if (keys.isEmpty()) {
      return Optional.empty();
    }
    if (Answer.KNOWN.isEmpty()) {
      return Optional.of("tcpAo needs epoll and a kernel with CONFIG_TCP_AO (Linux 6.7 or newer)");
    }
    return keys.stream()
        .map(AoKey::algorithm)
        .filter(it -> !Answer.KNOWN.contains(it))
        .findFirst()
        .map(it -> "the kernel has no %s (%s)".formatted(it, it.kernelName()));
  }

  private static Set<AoAlgorithm> probe() {
    Set<AoAlgorithm> known = EnumSet.noneOf(AoAlgorithm.class);
    if (Epoll.isAvailable()) {
      for (AoAlgorithm algorithm : AoAlgorithm.values()) {
        if (isThere(algorithm)) {
          known.add(algorithm);
        }
      }
    }
    return known;
  }

  private static boolean isThere(AoAlgorithm algorithm) {
    EpollSocketChannel channel = new EpollSocketChannel();
    try {
      AoSocket.probe(channel, new AoKey(1, 1, algorithm, new Password("probe")));
      return true;
    } catch (ChannelException e) {
      return false; // no TCP-AO, or not this algorithm
    } finally {
      channel.unsafe().closeForcibly();
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.speaker;

import dev.brindle.bird.topology.ListenAddress;
import dev.brindle.bird.topology.SpeakerConfig;
import io.netty.channel.Channel;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/// Where we can be called, and the keys that calls have to be signed with. On the speaker's thread.
final class Listeners {

  private final Transport transport;
  private final Consumer<Channel> answer;
  private final Map<ListenAddress, Channel> open = new HashMap<>();
  private SigningKeys keys;

  /// @param answer takes each call
  /// @throws ListenException if an address is not to be had; then none is open
  Listeners(Transport transport, SpeakerConfig config, Consumer<Channel> answer) {
    this.transport = transport;
    this.answer = answer;
    this.keys = SigningKeys.of(config, transport.hasPasswords());
    listen(Set.copyOf(config.listen()), keys);
  }

  List<ListenAddress> addresses() {
    return List.copyOf(open.keySet());
  }

  /// Touches only what is different.
  ///
  /// @throws ListenException if a new address is not to be had; then nothing has changed
  void follow(SpeakerConfig changed) {
    SigningKeys wanted = SigningKeys.of(changed, transport.hasPasswords());
    listen(Set.copyOf(changed.listen()), wanted);
    if (!wanted.equals(keys)) {
      open.values().forEach(it -> transport.requirePasswords(it, keys, wanted));
      keys = wanted;
    }
  }

  private void listen(Set<ListenAddress> wanted, SigningKeys signedBy) {
    List<ListenAddress> opened = new ArrayList<>();
    Set<ListenAddress> superfluous = new HashSet<>(open.keySet());
    superfluous.removeAll(wanted);
    try {
      for (ListenAddress address : wanted) {
        if (!open.containsKey(address)) {
          open.put(address, transport.listen(address, signedBy, answer));
          opened.add(address);
        }
      }
    } catch (ListenException e) {
      opened.forEach(this::close);
      throw e;
    }
    superfluous.forEach(this::close);
  }

  private void close(ListenAddress address) {
    Channel channel = open.remove(address);
    if (channel != null) {
      channel.close().awaitUninterruptibly();
    }
  }

  /// Nobody can call any more.
  void close() {
    Set.copyOf(open.keySet()).forEach(this::close);
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.bfd;

/// What happens to a session.
public sealed interface BfdEvent {

  /// @param packet meant for this session
  record PacketReceived(BfdPacket packet) implements BfdEvent {}

  /// Nothing was received for the detection time.
  record DetectionExpired() implements BfdEvent {}

  record SettingsChanged(BfdSettings settings) implements BfdEvent {}

  /// The session ends, and that is no failure of the path.
  record Disabled() implements BfdEvent {}
}

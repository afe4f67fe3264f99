// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.bfd;

/// What the other end last said of itself (bfd.Remote..., RFC 5880 §6.8.1).
///
/// @param discriminator 0: not known
/// @param minTx microseconds, as `minRx`
/// @param multiplier 0: it has said nothing yet
/// @param isIndependent its BFD goes on while its control plane restarts
public record BfdRemote(
    BfdState state,
    long discriminator,
    long minTx,
    long minRx,
    int multiplier,
    boolean isDemand,
    boolean isIndependent) {

  static final BfdRemote UNHEARD = new BfdRemote(BfdState.DOWN, 0, 0, 1, 0, false, false);

  static BfdRemote of(BfdPacket packet) {
    return new BfdRemote(
        packet.state(),
        packet.my(),
        packet.minTx(),
        packet.minRx(),
        packet.multiplier(),
        packet.isDemand(),
        packet.isIndependent());
  }

  /// After a detection time of silence (RFC 5880 §6.8.1, bfd.RemoteDiscr).
  BfdRemote forgotten() {
    return new BfdRemote(state, 0, minTx, minRx, multiplier, isDemand, isIndependent);
  }
}

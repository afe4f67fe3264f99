// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.speaker;

import dev.brindle.api.net.AsNumber;
import dev.brindle.api.net.IpAddress;
import dev.brindle.bird.mrt.MrtRecord;
import dev.brindle.bird.session.SessionState;
import dev.brindle.bird.topology.PeerConfig;
import dev.brindle.bird.wire.AddPathTerms;
import dev.brindle.bird.wire.Family;
import dev.brindle.bird.wire.Octets;
import dev.brindle.bird.wire.PeerTerms;
import io.netty.buffer.ByteBuf;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Set;

/// Messages and states of sessions as records for a file (RFC 6396 §4.4, RFC 8050). On the
/// speaker's thread. Where nobody wants them, it costs a look.
final class MessageLog {

  /// Of a record of a state, about.
  private static final int STATE_OCTETS = 64;

  private final InstantSource clock;
  private final MrtFiles files;

  MessageLog(InstantSource clock, MrtFiles files) {
    this.clock = clock;
    this.files = files;
  }

  /// Whether what peers say is wanted.
  boolean hears() {
    return files.settings().messages().isPresent();
  }

  /// Whether what we say is wanted too.
  boolean says() {
    return files.settings().messages().filter(it -> it.sent()).isPresent();
  }

  /// @param message is not kept
  void said(SessionTap tap, ByteBuf message) {
    if (says()) {
      add(tap, message, true);
    }
  }

  /// @param message is not kept
  void heard(SessionTap tap, ByteBuf message) {
    if (hears()) {
      add(tap, message, false);
    }
  }

  private void add(SessionTap tap, ByteBuf message, boolean isLocal) {
    PeerConfig peer = tap.peer();
    MonitoredPeer established = tap.established();
    AsNumber as = established == null ? peer.peerAs() : established.terms().peerAs();
    boolean isFourOctetAs = established == null || !established.isLegacyAs();
    boolean hasPathIds = established != null && hasPathIds(established.terms(), message, isLocal);
    Octets octets = Octets.readAll(message.duplicate());
    files.add(
        new MrtRecord.Message(
            clock.instant(),
            as,
            peer.localAs(),
            peer.address(),
            tap.localAddress(),
            isFourOctetAs,
            isLocal,
            octets,
            hasPathIds),
        message.readableBytes());
  }

  private static boolean hasPathIds(PeerTerms terms, ByteBuf message, boolean isLocal) {
    AddPathTerms agreed = terms.addPath();
    Set<Family> families = isLocal ? agreed.sent() : agreed.received();
    return !families.isEmpty()
        && SessionTap.isUpdate(message)
        && UpdateFamily.of(message).filter(families::contains).isPresent();
  }

  /// @param local ours, if there was a connection
  void changed(PeerConfig peer, IpAddress local, SessionState before, SessionState after) {
    if (!hears()) {
      return;
    }
    Instant now = clock.instant();
    files.add(
        new MrtRecord.StateChange(
            now,
            peer.peerAs(),
            peer.localAs(),
            peer.address(),
            local,
            number(before),
            number(after)),
        STATE_OCTETS);
  }

  private static int number(SessionState state) {
    return switch (state) {
      case SessionState.Idle _ -> 1;
      case SessionState.Connect _ -> 2;
      case SessionState.Active _ -> 3;
      case SessionState.OpenSent _ -> 4;
      case SessionState.OpenConfirm _ -> 5;
      case SessionState.Established _ -> 6;
    };
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.bfd;

/// The state machine of our end: asynchronous mode, active role, no echo, no authentication
/// (RFC 5880 §6.2, §6.8). Session and event in, session and sending out.
public final class BfdMachine {

  private BfdMachine() {}

  public static BfdTransition step(BfdSession session, BfdEvent event) {
    return switch (event) {
      case BfdEvent.PacketReceived(var packet) -> received(session, packet);
      case BfdEvent.DetectionExpired() -> silent(session);
      case BfdEvent.SettingsChanged(var settings) -> {
        BfdSession next = session.withSettings(settings);
        yield new BfdTransition(next, news(session, next));
      }
      case BfdEvent.Disabled() ->
          new BfdTransition(
              session.to(BfdState.ADMIN_DOWN, BfdDiagnostic.ADMINISTRATIVELY_DOWN),
              BfdSending.ORDINARY);
    };
  }

  /// The second half of RFC 5880 §6.8.6; the first half chose the session.
  private static BfdTransition received(BfdSession session, BfdPacket packet) {
    BfdSession heard = session.withRemote(BfdRemote.of(packet));
    if (packet.isFinal()) {
      heard = heard.pollAnswered();
    }
    if (session.state() == BfdState.ADMIN_DOWN) {
      return new BfdTransition(heard, BfdSending.NOTHING);
    }
    BfdSession next = follow(heard, packet.state());
    return new BfdTransition(next, packet.isPoll() ? BfdSending.FINAL : news(session, next));
  }

  private static BfdSession follow(BfdSession session, BfdState theirs) {
    return switch (session.state()) {
      case ADMIN_DOWN -> session;
      case DOWN ->
          switch (theirs) {
            case DOWN -> session.to(BfdState.INIT, session.diagnostic());
            case INIT -> session.to(BfdState.UP, BfdDiagnostic.NONE);
            case ADMIN_DOWN, UP -> session;
          };
      case INIT ->
          switch (theirs) {
            case INIT, UP -> session.to(BfdState.UP, BfdDiagnostic.NONE);
            case ADMIN_DOWN -> session.to(BfdState.DOWN, BfdDiagnostic.NEIGHBOR_SAID_DOWN);
            case DOWN -> session;
          };
      case UP ->
          switch (theirs) {
            case ADMIN_DOWN, DOWN -> session.to(BfdState.DOWN, BfdDiagnostic.NEIGHBOR_SAID_DOWN);
            case INIT, UP -> session;
          };
    };
  }

  private static BfdTransition silent(BfdSession session) {
    BfdSession forgotten = session.withRemote(session.remote().forgotten());
    BfdSession next =
        switch (session.state()) {
          case INIT, UP -> forgotten.to(BfdState.DOWN, BfdDiagnostic.DETECTION_TIME_EXPIRED);
          case ADMIN_DOWN, DOWN -> forgotten;
        };
    return new BfdTransition(next, news(session, next));
  }

  /// A change of state or times is not left to the next turn (RFC 5880 §6.8.7).
  private static BfdSending news(BfdSession before, BfdSession now) {
    boolean isNews = before.state() != now.state() || !before.settings().equals(now.settings());
    return isNews && now.isTransmitting() ? BfdSending.ORDINARY : BfdSending.NOTHING;
  }
}

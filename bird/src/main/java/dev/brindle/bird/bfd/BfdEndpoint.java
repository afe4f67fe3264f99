// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.bfd;

/// One end of a session in time: the state variables and the two deadlines. Pure, but it changes;
/// one thread. Times are nanoseconds since any moment, and never go back; jitter is 0 to 1, drawn
/// anew for each call.
public final class BfdEndpoint {

  public static final long NEVER = Long.MAX_VALUE;

  private static final long NANOS = 1_000;
  private static final long SHORTEST_LAST_LOOK = 1_000_000;
  private static final long LONGEST_LAST_LOOK = 100_000_000;

  private BfdSession session;
  private long sendAt;
  private long detectAt = NEVER;
  private long heardAt;
  private boolean isLastLook;

  /// The first packet is due at once.
  public BfdEndpoint(long discriminator, BfdSettings settings, long now) {
    this.session = BfdSession.fresh(discriminator, settings);
    this.sendAt = now;
  }

  public BfdSession session() {
    return session;
  }

  /// When `ring` must be called next, at the latest.
  public long deadline() {
    return Math.min(sendAt, detectAt);
  }

  /// What is returned is to be sent now, and counts as sent.
  public BfdSending on(BfdEvent event, long now, double jitter) {
    BfdTransition transition = BfdMachine.step(session, event);
    session = transition.next();
    if (event instanceof BfdEvent.PacketReceived) {
      heard(now);
    } else if (detectAt != NEVER && !isLastLook) {
      detectAt = heardAt + session.detectionTime() * NANOS; // of other times
    }
    long interval = session.transmitInterval(jitter) * NANOS;
    if (!session.isTransmitting()) {
      sendAt = NEVER;
    } else if (transition.sending() == BfdSending.ORDINARY) {
      sendAt = now + interval;
    } else if (sendAt > now + interval) {
      sendAt = now + interval; // it was never, or has become shorter
    }
    return transition.sending();
  }

  /// A packet came that says nothing new: the same bytes as one before that changed nothing.
  public void heard(long now) {
    heardAt = now;
    detectAt = now + session.detectionTime() * NANOS;
    isLastLook = false;
  }

  /// A deadline has come. What is returned is to be sent now.
  public BfdSending ring(long now, double jitter) {
    BfdSending sending = now >= detectAt ? silence(now, jitter) : BfdSending.NOTHING;
    if (sending == BfdSending.NOTHING && now >= sendAt) {
      sendAt = now + session.transmitInterval(jitter) * NANOS;
      return BfdSending.ORDINARY;
    }
    return sending;
  }

  /// If we overslept, packets that came in time may still wait to be read: whoever calls reads
  /// before the next ring. The later we are, the more there may be.
  private BfdSending silence(long now, double jitter) {
    if (!isLastLook) {
      isLastLook = true;
      detectAt = now + Math.clamp(now - detectAt, SHORTEST_LAST_LOOK, LONGEST_LAST_LOOK);
      return BfdSending.NOTHING;
    }
    isLastLook = false;
    detectAt = NEVER;
    return on(new BfdEvent.DetectionExpired(), now, jitter);
  }
}

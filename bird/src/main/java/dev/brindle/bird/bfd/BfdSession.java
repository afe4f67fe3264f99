// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.bfd;

/// The state variables of our end (RFC 5880 §6.8.1). Times are microseconds.
///
/// @param discriminator ours, never 0
/// @param txInForce our share in how often we send: an increase waits for the end of the poll
/// @param rxInForce our share in the detection time: a decrease waits for the end of the poll
public record BfdSession(
    long discriminator,
    BfdSettings settings,
    BfdState state,
    int diagnostic,
    long txInForce,
    long rxInForce,
    BfdPoll poll,
    BfdRemote remote) {

  /// A session that is not up sends once a second at most (RFC 5880 §6.8.3).
  private static final long SLOW = 1_000_000;

  private static final double LEAST_SHARE = 0.75;
  private static final double MOST_SHARE = 1.0;
  private static final double MOST_SHARE_IF_ALONE = 0.9;

  static BfdSession fresh(long discriminator, BfdSettings settings) {
    return new BfdSession(
        discriminator,
        settings,
        BfdState.DOWN,
        BfdDiagnostic.NONE,
        minTx(BfdState.DOWN, settings),
        settings.intervalMicros(),
        BfdPoll.NONE,
        BfdRemote.UNHEARD);
  }

  private static long minTx(BfdState state, BfdSettings settings) {
    return state == BfdState.UP
        ? settings.intervalMicros()
        : Math.max(SLOW, settings.intervalMicros());
  }

  /// What we say we would like to send at.
  public long minTx() {
    return minTx(state, settings);
  }

  /// What we say we can take.
  public long minRx() {
    return settings.intervalMicros();
  }

  /// RFC 5880 §6.8.4. 0: nothing heard yet.
  public long detectionTime() {
    return remote.multiplier() * Math.max(rxInForce, remote.minTx());
  }

  /// Without jitter.
  public long transmitInterval() {
    return Math.max(txInForce, remote.minRx());
  }

  /// Jitter takes off up to a quarter, and of a session that one lost packet takes down at least a
  /// tenth (RFC 5880 §6.8.7).
  ///
  /// @param jitter 0 to 1
  long transmitInterval(double jitter) {
    double most = settings.multiplier() == 1 ? MOST_SHARE_IF_ALONE : MOST_SHARE;
    return (long) (transmitInterval() * (LEAST_SHARE + jitter * (most - LEAST_SHARE)));
  }

  /// Whether we send periodically (RFC 5880 §6.8.7).
  boolean isTransmitting() {
    boolean isSpared =
        remote.isDemand()
            && state == BfdState.UP
            && remote.state() == BfdState.UP
            && poll == BfdPoll.NONE;
    return remote.minRx() != 0 && !isSpared;
  }

  /// What to send now.
  ///
  /// @param isFinal the answer to a poll, which is no poll itself
  public BfdPacket packet(boolean isFinal) {
    return new BfdPacket(
        diagnostic,
        state,
        poll != BfdPoll.NONE && !isFinal,
        isFinal,
        false,
        false,
        settings.multiplier(),
        discriminator,
        remote.discriminator(),
        minTx(),
        minRx(),
        0);
  }

  BfdSession withRemote(BfdRemote heard) {
    return new BfdSession(
        discriminator, settings, state, diagnostic, txInForce, rxInForce, poll, heard);
  }

  /// With what the other end takes confirmed, the new times count.
  BfdSession pollAnswered() {
    BfdPoll after = poll.answered();
    boolean isOver = after == BfdPoll.NONE;
    return new BfdSession(
        discriminator,
        settings,
        state,
        diagnostic,
        isOver ? minTx() : txInForce,
        isOver ? minRx() : rxInForce,
        after,
        remote);
  }

  /// Coming up we send faster, which needs no waiting, only telling. Down, nothing is left to ask.
  BfdSession to(BfdState next, int why) {
    boolean isFaster = next == BfdState.UP && minTx(next, settings) != minTx();
    return new BfdSession(
        discriminator,
        settings,
        next,
        why,
        minTx(next, settings),
        minRx(),
        isFaster ? BfdPoll.RUNNING : BfdPoll.NONE,
        remote);
  }

  /// RFC 5880 §6.8.3.
  BfdSession withSettings(BfdSettings changed) {
    boolean isUp = state == BfdState.UP;
    long tx = minTx(state, changed);
    long rx = changed.intervalMicros();
    boolean isOther = tx != minTx() || rx != minRx();
    return new BfdSession(
        discriminator,
        changed,
        state,
        diagnostic,
        isUp ? Math.min(tx, txInForce) : tx,
        isUp ? Math.max(rx, rxInForce) : rx,
        isUp && isOther ? poll.begun() : poll,
        remote);
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.rpki;

import static dev.brindle.bird.rpki.RtrTimer.EXPIRE;
import static dev.brindle.bird.rpki.RtrTimer.REFRESH;
import static dev.brindle.bird.rpki.RtrTimer.RETRY;
import static dev.brindle.bird.rpki.RtrTimer.SILENCE;

import dev.brindle.bird.rpki.RtrAction.SetTimer;
import dev.brindle.bird.rpki.RtrAction.StopTimer;
import dev.brindle.bird.rpki.RtrState.Phase;
import dev.brindle.bird.rpki.RtrState.Position;
import dev.brindle.bird.wire.Octets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The router's side of RFC 8210 §8: a state and an event in, the next state and what is to be done
/// out.
///
/// ```
/// CONNECTING ─> ASKED ─Cache Response─> RECEIVING ─End of Data─> APPLYING ─> SYNCED
///                 ^ └─Cache Reset: ask for all                                 │
///                 └──────────────────── refresh, Serial Notify ───────────────┘
/// any failure: WAITING; what the cache said holds until it expires, unless the cache contradicted
/// itself or the protocol: then it holds no longer
/// ```
public final class RtrMachine {

  public static final Duration PATIENCE = Duration.ofSeconds(60);

  private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
  private static final int MOST_DOUBLINGS = 12;

  private final RtrTiming ours;
  private final double jitter;

  /// @param ours what holds where the cache says nothing
  /// @param jitter 0.75 to 1, for the next pause
  public RtrMachine(RtrTiming ours, double jitter) {
    this.ours = ours;
    this.jitter = jitter;
  }

  public RtrTransition step(RtrState state, RtrEvent event) {
    return switch (event) {
      case RtrEvent.Start() -> start(state);
      case RtrEvent.Stop() -> stop();
      case RtrEvent.Connected() -> connected(state);
      case RtrEvent.Lost(var reason) -> isConnected(state) ? failed(state, reason) : stay(state);
      case RtrEvent.Received(var version, var pdu) -> received(state, version, pdu);
      case RtrEvent.Unreadable(var error, var reason, var about) ->
          isConnected(state) ? corrupt(state, error, reason, about) : stay(state);
      case RtrEvent.Expired(var timer) -> expired(state, timer);
      case RtrEvent.Applied() -> applied(state);
      case RtrEvent.Objected(var error, var reason) ->
          isConnected(state) ? corrupt(state, error, reason, Octets.EMPTY) : stay(state);
      case RtrEvent.Replaced() -> forgotten(state, List.of());
    };
  }

  private static RtrTransition stay(RtrState state) {
    return RtrTransition.to(state);
  }

  private static boolean isConnected(RtrState state) {
    return switch (state.phase()) {
      case STOPPED, WAITING -> false;
      case CONNECTING, ASKED, RECEIVING, APPLYING, SYNCED -> true;
    };
  }

  // ---- beginning and end

  private static RtrTransition start(RtrState state) {
    return state.phase() == Phase.STOPPED
        ? RtrTransition.to(state.in(Phase.CONNECTING), new RtrAction.Dial())
        : stay(state);
  }

  private RtrTransition stop() {
    return RtrTransition.to(
        RtrState.stopped(ours),
        new RtrAction.HangUp(),
        new StopTimer(RETRY),
        new StopTimer(REFRESH),
        new StopTimer(SILENCE),
        new StopTimer(EXPIRE));
  }

  private static RtrTransition connected(RtrState state) {
    return state.phase() == Phase.CONNECTING ? ask(state, List.of()) : stay(state);
  }

  private static RtrTransition ask(RtrState state, List<RtrAction> before) {
    RtrPdu query =
        state
            .known()
            .<RtrPdu>map(it -> new RtrPdu.SerialQuery(it.session(), it.serial()))
            .orElseGet(RtrPdu.ResetQuery::new);
    List<RtrAction> actions = new ArrayList<>(before);
    actions.add(new StopTimer(REFRESH));
    actions.add(new RtrAction.Say(state.version(), query));
    actions.add(new SetTimer(SILENCE, PATIENCE));
    return new RtrTransition(state.in(Phase.ASKED), actions);
  }

  private RtrTransition failed(RtrState state, String reason) {
    return failed(state, reason, List.of());
  }

  /// What the cache said before still holds.
  private RtrTransition failed(RtrState state, String reason, List<RtrAction> before) {
    int failures = state.failures() + 1;
    List<RtrAction> actions = new ArrayList<>(before);
    actions.add(new RtrAction.HangUp());
    actions.add(new StopTimer(SILENCE));
    actions.add(new StopTimer(REFRESH));
    actions.add(new SetTimer(RETRY, pause(failures, state.timing())));
    if (failures == 1) {
      actions.add(new RtrAction.Tell(reason, true)); // once, until it works again
    }
    RtrState next = state.in(Phase.WAITING).failed(failures);
    return new RtrTransition(next.speaking(state.version(), false), actions);
  }

  /// Doubles with each failure, up to the time to retry.
  private Duration pause(int failures, RtrTiming timing) {
    Duration wanted = FIRST_PAUSE.multipliedBy(1L << Math.min(failures - 1, MOST_DOUBLINGS));
    Duration most = wanted.compareTo(timing.retry()) > 0 ? timing.retry() : wanted;
    return Duration.ofMillis((long) (most.toMillis() * jitter));
  }

  /// RFC 8210 §12: an answer, unless it would answer an Error Report. Nothing that this cache said
  /// can be believed.
  private RtrTransition corrupt(RtrState state, RtrError error, String reason, Octets about) {
    List<RtrAction> before = new ArrayList<>();
    if (state.phase() != Phase.CONNECTING) {
      before.add(
          new RtrAction.Say(state.version(), new RtrPdu.ErrorReport(error.code(), about, reason)));
    }
    before.addAll(forget());
    before.add(new RtrAction.Tell("it broke the protocol: " + reason, true));
    return failed(state.at(Optional.empty()), reason, before);
  }

  private static List<RtrAction> forget() {
    return List.of(new RtrAction.Flush(), new StopTimer(EXPIRE));
  }

  /// The table has nothing of this cache any more: an answer under way builds on nothing.
  private RtrTransition forgotten(RtrState state, List<RtrAction> before) {
    if (state.known().isEmpty()) {
      return stay(state);
    }
    List<RtrAction> actions = new ArrayList<>(before);
    actions.add(new StopTimer(EXPIRE));
    RtrState next = state.at(Optional.empty());
    return switch (state.phase()) {
      case STOPPED, WAITING, CONNECTING -> new RtrTransition(next, actions);
      case ASKED, RECEIVING, APPLYING, SYNCED -> failed(next, "its data is gone", actions);
    };
  }

  // ---- timers

  private RtrTransition expired(RtrState state, RtrTimer timer) {
    return switch (timer) {
      case RETRY ->
          state.phase() == Phase.WAITING
              ? RtrTransition.to(state.in(Phase.CONNECTING), new RtrAction.Dial())
              : stay(state);
      case REFRESH -> state.phase() == Phase.SYNCED ? ask(state, List.of()) : stay(state);
      case SILENCE ->
          isConnected(state)
              ? failed(state, "no answer for %d s".formatted(PATIENCE.toSeconds()))
              : stay(state);
      case EXPIRE ->
          forgotten(
              state,
              List.of(
                  new RtrAction.Flush(),
                  new RtrAction.Tell("what it said has expired: its VRPs are dropped", true)));
    };
  }

  // ---- PDUs

  private RtrTransition received(RtrState state, int version, RtrPdu pdu) {
    return switch (state.phase()) {
      case STOPPED, WAITING, CONNECTING, APPLYING -> stay(state);
      case ASKED, RECEIVING, SYNCED -> {
        if (pdu instanceof RtrPdu.ErrorReport report) {
          yield reported(state, version, report);
        }
        if (version != state.version() && (state.isAgreed() || version > state.version())) {
          yield corrupt(
              state,
              RtrError.UNEXPECTED_VERSION,
              "version %d after version %d".formatted(version, state.version()),
              Octets.EMPTY);
        }
        yield understood(state.speaking(version, true), pdu);
      }
    };
  }

  private RtrTransition understood(RtrState state, RtrPdu pdu) {
    if (pdu instanceof RtrPdu.SerialNotify(var session, var serial)) {
      return notified(state, session, serial);
    }
    return switch (state.phase()) {
      case ASKED -> answered(state, pdu);
      case RECEIVING -> told(state, pdu);
      case STOPPED, WAITING, CONNECTING, APPLYING, SYNCED -> unexpected(state, pdu);
    };
  }

  private RtrTransition unexpected(RtrState state, RtrPdu pdu) {
    return corrupt(
        state,
        RtrError.CORRUPT_DATA,
        "%s while %s".formatted(pdu.getClass().getSimpleName(), state.phase().text()),
        Octets.EMPTY);
  }

  /// RFC 8210 §5.2. While an answer is under way the cache will say so again.
  private RtrTransition notified(RtrState state, int session, long serial) {
    if (state.phase() != Phase.SYNCED || state.known().isEmpty()) {
      return stay(state);
    }
    Position known = state.known().get();
    if (known.session() != session) {
      return otherSession(state, session, known);
    }
    return known.serial() == serial ? stay(state) : ask(state, List.of());
  }

  /// RFC 8210 §5.1.
  private RtrTransition otherSession(RtrState state, int session, Position known) {
    return corrupt(
        state,
        RtrError.CORRUPT_DATA,
        "session %d, not %d".formatted(session, known.session()),
        Octets.EMPTY);
  }

  private RtrTransition answered(RtrState state, RtrPdu pdu) {
    boolean asksForAll = state.known().isEmpty();
    if (pdu instanceof RtrPdu.CacheReset && !asksForAll) {
      return ask(state.at(Optional.empty()), List.of(new StopTimer(EXPIRE)));
    }
    if (!(pdu instanceof RtrPdu.CacheResponse(var session))) {
      return unexpected(state, pdu);
    }
    if (!asksForAll && state.known().get().session() != session) {
      return otherSession(state, session, state.known().get());
    }
    return RtrTransition.to(state.in(Phase.RECEIVING), new RtrAction.Begin(asksForAll));
  }

  private RtrTransition told(RtrState state, RtrPdu pdu) {
    return switch (pdu) {
      case RtrPdu.Prefix(var isAnnounced, var vrp) ->
          isAnnounced || state.known().isPresent()
              ? RtrTransition.to(state, new RtrAction.Collect(isAnnounced, vrp))
              : unexpected(state, pdu);
      case RtrPdu.RouterKey() -> stay(state);
      case RtrPdu.EndOfData end -> ended(state, end);
      case RtrPdu.SerialNotify _,
          RtrPdu.SerialQuery _,
          RtrPdu.ResetQuery _,
          RtrPdu.CacheResponse _,
          RtrPdu.CacheReset _,
          RtrPdu.ErrorReport _ ->
          unexpected(state, pdu);
    };
  }

  private RtrTransition ended(RtrState state, RtrPdu.EndOfData end) {
    Optional<Position> before = state.known();
    if (before.isPresent() && before.get().session() != end.session()) {
      return otherSession(state, end.session(), before.get());
    }
    RtrState next =
        state
            .in(Phase.APPLYING)
            .at(Optional.of(new Position(end.session(), end.serial())))
            .timed(end.timing().orElse(ours));
    return RtrTransition.to(next, new StopTimer(SILENCE), new RtrAction.Apply());
  }

  private static RtrTransition applied(RtrState state) {
    if (state.phase() != Phase.APPLYING) {
      return stay(state);
    }
    List<RtrAction> actions = new ArrayList<>();
    actions.add(new SetTimer(REFRESH, state.timing().refresh()));
    actions.add(new SetTimer(EXPIRE, state.timing().expire()));
    if (state.failures() > 0) {
      actions.add(new RtrAction.Tell("it works again", false));
    }
    return new RtrTransition(state.in(Phase.SYNCED).failed(0), actions);
  }

  /// RFC 8210 §12: No Data Available is the only one after which what it said still holds; one
  /// about the version is no failure if there is another version to try (§7).
  private RtrTransition reported(RtrState state, int version, RtrPdu.ErrorReport report) {
    boolean isAboutVersion = report.code() == RtrError.UNSUPPORTED_VERSION.code();
    if (isAboutVersion && !state.isAgreed() && state.version() == RtrCodec.VERSION_1) {
      return RtrTransition.to(
          state.in(Phase.CONNECTING).speaking(RtrCodec.VERSION_0, false),
          new RtrAction.HangUp(),
          new StopTimer(SILENCE),
          new RtrAction.Tell("it speaks version %d only".formatted(version), false),
          new RtrAction.Dial());
    }
    String reason = "it reports error %d: %s".formatted(report.code(), plain(report.text()));
    if (report.code() == RtrError.NO_DATA_AVAILABLE.code()) {
      return failed(state, reason);
    }
    return failed(state.at(Optional.empty()), reason, forget());
  }

  /// What may stand in a log.
  private static String plain(String text) {
    String cut = text.length() > 200 ? text.substring(0, 200) : text;
    return cut.replaceAll("\\p{Cntrl}", "?");
  }
}

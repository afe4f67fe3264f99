// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.speaker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.brindle.bird.session.Agreement;
import dev.brindle.bird.session.SessionEvent;
import dev.brindle.bird.session.SessionSettings;
import dev.brindle.bird.session.SessionState;
import dev.brindle.bird.table.UpdateBatch;
import dev.brindle.bird.topology.PeerConfig;
import dev.brindle.bird.wire.Message.Keepalive;
import dev.brindle.bird.wire.Message.Notification;
import dev.brindle.bird.wire.Message.Open;
import dev.brindle.bird.wire.Message.RouteRefresh;
import dev.brindle.bird.wire.NotificationCode;
import dev.brindle.bird.wire.PeerKind;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// 127.0.0.1 and the connections it has with 127.0.0.2, who says what the test wants.
class PeerSessionsTest {

  private static final long AS = 64_512;
  private static final int HOLD_TIME = 90;

  private final SessionRig rig = new SessionRig();
  private final PeerConfig calling = Loopback.peer(1, AS, 2, AS, rig.port());
  private final PeerConfig passive = calling.withPassive(true);
  private final Owner owner = new Owner();
  private final List<String> downs = new CopyOnWriteArrayList<>();

  /// Of two connections the one we called lives.
  private boolean oursLives;

  @AfterEach
  void close() {
    rig.close();
  }

  /// Passes on what `PeerSessions` is to hear of, as a peer does.
  private final class Owner implements SessionOwner {

    private PeerConfig peer = calling;
    private @Nullable PeerSessions made;
    private final MessageTally tally = new MessageTally();

    void follow(PeerConfig config) {
      peer = config;
      made = rig.on(() -> new PeerSessions(config, rig.workshop(), this));
    }

    PeerSessions sessions() {
      return Objects.requireNonNull(made);
    }

    @Override
    public SessionSettings settings() {
      return SessionOffer.of(peer, Loopback.address(1), false, true);
    }

    @Override
    public void opened(SessionDriver driver, Open open) {
      sessions().opened(driver, oursLives);
    }

    @Override
    public boolean isContested() {
      return sessions().isContested();
    }

    @Override
    public void up(SessionDriver driver, Agreement agreement) {
      sessions().up(driver);
    }

    @Override
    public void down(SessionDriver driver, String reason, boolean graceful) {
      downs.add(reason + (sessions().isReplacing() ? ", replaced" : ""));
    }

    @Override
    public void attemptFailed(SessionDriver driver, String reason, boolean forParameters) {
      // nobody is told
    }

    @Override
    public void received(SessionDriver driver, UpdateBatch batch) {
      // it has no tables
    }

    @Override
    public void received(SessionDriver driver, RouteRefresh refresh) {
      // likewise
    }

    @Override
    public void kept(SessionDriver driver) {
      // likewise
    }

    @Override
    public void settled(SessionDriver driver) {
      sessions().settled(driver);
    }

    @Override
    public void writable(SessionDriver driver) {
      // it has nothing to say
    }

    @Override
    public MessageTally tallyIn() {
      return tally;
    }

    @Override
    public MessageTally tallyOut() {
      return tally;
    }
  }

  private PeerSessions sessions() {
    return owner.sessions();
  }

  private void start(PeerConfig config) {
    owner.follow(config);
    rig.run(() -> sessions().main().on(new SessionEvent.Start()));
  }

  private ServerSocket listen() throws IOException {
    return new ServerSocket(rig.port(), 5, InetAddress.getByAddress(new byte[] {127, 0, 0, 2}));
  }

  /// A call of the peer's, which is taken.
  private RawPeer call() throws IOException, InterruptedException {
    SessionRig.Pair pair = rig.call(2);
    assertThat(rig.on(sessions()::mayTake)).isTrue();
    rig.run(() -> sessions().take(pair.ours(), owner.peer));
    return pair.theirs();
  }

  private String state() {
    return rig.on(() -> sessions().main().state().text());
  }

  private boolean isContested() {
    return rig.on(sessions()::isContested);
  }

  private static void assertHungUp(RawPeer peer) {
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(peer::hear)
        .withMessage("the speaker hung up");
  }

  // ---- being called

  @Test
  void noCallIsTakenBeforeTheStart() {
    owner.follow(passive);
    assertThat(rig.on(sessions()::mayTake)).isFalse();

    rig.run(() -> sessions().main().on(new SessionEvent.Start()));

    assertThat(rig.on(sessions()::mayTake)).isTrue();
  }

  @Test
  void aCallIsTheSessionIfThereIsNone() throws Exception {
    start(passive);
    try (RawPeer theirs = call()) {
      theirs.hearUntil(Open.class);

      assertThat(state()).isEqualTo("OpenSent");
      assertThat(isContested()).isFalse();
    }
  }

  @Test
  void aSecondCallChallengesTheSessionAndAThirdIsNotTaken() throws Exception {
    start(passive);
    try (RawPeer first = call();
        RawPeer second = call()) {
      first.hearUntil(Open.class);
      second.hearUntil(Open.class);

      assertThat(isContested()).isTrue();
      assertThat(rig.on(sessions()::mayTake)).isFalse();
    }
  }

  @Test
  void aChallengerThatIsLostHasNoSecondTry() throws Exception {
    start(passive);
    try (RawPeer first = call()) {
      first.hearUntil(Open.class);
      SessionDriver main = rig.on(sessions()::main);
      call().hangUp();
      Loopback.await("the challenger is gone", () -> !isContested());

      assertThat(rig.on(sessions()::main)).isSameAs(main);
      assertThat(state()).isEqualTo("OpenSent");
      try (RawPeer again = call()) {
        again.hearUntil(Open.class);
        assertThat(isContested()).isTrue();
      }
    }
  }

  // ---- being called while we are going to call

  /// As often as somebody looks whether the port is open: our own call comes when it would have
  /// come without. Each knock that counts as an attempt doubles the pause, and begins it anew.
  @Test
  void knocksKeepNobodyFromCalling() throws Exception {
    start(calling);
    Loopback.await("nobody is there", () -> failures() > 0);
    SessionDriver main = rig.on(sessions()::main);
    for (int i = 0; i < 20; i++) {
      int before = failures();
      try (RawPeer knock = call()) {
        knock.hearUntil(Open.class);
        assertThat(state()).isIn("Active", "Connect");
        assertThat(isContested()).isTrue();
      }
      Loopback.await("the knock is over", () -> !isContested());
      assertThat(failures()).as("our own calls that were refused").isLessThan(before + 2);
    }

    assertThat(rig.on(sessions()::main)).isSameAs(main);
    try (ServerSocket listener = listen();
        RawPeer ours = RawPeer.answer(listener, PeerKind.INTERNAL)) {
      ours.establish(2, AS, HOLD_TIME);
      Loopback.await("up", () -> state().equals("Established"));
      assertThat(rig.on(() -> sessions().main().isDialled())).isTrue();
    }
  }

  private int failures() {
    return switch (rig.on(() -> sessions().main().state())) {
      case SessionState.Active(var failures) -> failures;
      case SessionState.Connect(var failures) -> failures;
      case SessionState.Idle(var failures, _) -> failures;
      case SessionState.OpenSent _, SessionState.OpenConfirm _, SessionState.Established _ ->
          throw new AssertionError("it takes a knock for a session");
    };
  }

  @Test
  void aCallWithAnOpenIsTheSessionAndWeCallNoMore() throws Exception {
    start(calling);
    Loopback.await("nobody is there", () -> failures() > 0);
    SessionDriver before = rig.on(sessions()::main);
    try (RawPeer theirs = call()) {
      theirs.establish(2, AS, HOLD_TIME);

      Loopback.await("up", () -> state().equals("Established"));
      assertThat(rig.on(sessions()::main)).isNotSameAs(before);
      assertThat(isContested()).isFalse();
      assertThat(rig.on(before::state)).as("it is over").isEqualTo(new SessionState.Idle(0, true));
    }
  }

  /// Who speaks nonsense has to wait, whichever of us called.
  @Test
  void nonsenseOnACallCountsForOurNextTry() throws Exception {
    start(calling);
    Loopback.await("nobody is there", () -> failures() > 0);
    try (RawPeer theirs = call()) {
      theirs.hearUntil(Open.class);

      theirs.sayRaw("GET / HTTP/1.0\r\n\r\n    ".getBytes(StandardCharsets.US_ASCII));

      assertThat(theirs.hearUntil(Notification.class).code()).isEqualTo(NotificationCode.HEADER);
      Loopback.await("it is refused", () -> !rig.on(sessions()::mayTake));
      assertThat(isContested()).isFalse();
      assertThat(state()).isEqualTo("Idle");
    }
  }

  // ---- collision

  /// Our call and theirs, neither with an OPEN of the peer's until it says one.
  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # story                                     | OPEN on | whose calls win | left
          theirs wins, and has an OPEN                | theirs  | theirs          | theirs
          ours wins, and theirs has an OPEN           | theirs  | ours            | ours
          ours wins, and has an OPEN                  | ours    | ours            | ours
          theirs wins, but may be given up over there | ours    | theirs          | both
          """)
  void anOpenDecidesBetweenTwo(String story, String openOn, String winner, String left)
      throws Exception {
    oursLives = winner.equals("ours");
    try (ServerSocket listener = listen()) {
      start(calling);
      try (RawPeer ours = RawPeer.answer(listener, PeerKind.INTERNAL)) {
        ours.hearUntil(Open.class);
        try (RawPeer theirs = call()) {
          theirs.hearUntil(Open.class);
          SessionDriver dialled = rig.on(sessions()::main);

          RawPeer opened = openOn.equals("ours") ? ours : theirs;
          opened.open(2, AS, HOLD_TIME);

          if (left.equals("both")) {
            opened.hearUntil(Keepalive.class);
            assertThat(isContested()).isTrue();
            return;
          }
          RawPeer loser = left.equals("ours") ? theirs : ours;
          Notification last = loser.hearUntil(Notification.class);
          assertThat(last.subcode()).isEqualTo(NotificationCode.COLLISION);
          assertThat(isContested()).isFalse();
          assertThat(rig.on(sessions()::main) == dialled).isEqualTo(left.equals("ours"));
          assertThat(rig.on(() -> sessions().main().isDialled())).isEqualTo(left.equals("ours"));
        }
      }
    }
  }

  @Test
  void withAnOpenOnBothTheirsLivesIfTheirsWins() throws Exception {
    try (ServerSocket listener = listen()) {
      start(calling);
      try (RawPeer ours = RawPeer.answer(listener, PeerKind.INTERNAL)) {
        ours.hearUntil(Open.class);
        try (RawPeer theirs = call()) {
          theirs.hearUntil(Open.class);
          ours.open(2, AS, HOLD_TIME);
          ours.hearUntil(Keepalive.class);

          theirs.establish(2, AS, HOLD_TIME);

          assertThat(ours.hearUntil(Notification.class).subcode())
              .isEqualTo(NotificationCode.COLLISION);
          Loopback.await("up", () -> state().equals("Established"));
          assertThat(rig.on(() -> sessions().main().isDialled())).isFalse();
        }
      }
    }
  }

  /// What it does not promise to survive, an established session does not give way to.
  @Test
  void anEstablishedSessionStays() throws Exception {
    start(passive);
    try (RawPeer first = call()) {
      first.establish(2, AS, HOLD_TIME);
      Loopback.await("up", () -> state().equals("Established"));
      try (RawPeer second = call()) {
        second.open(2, AS, HOLD_TIME);

        assertThat(second.hearUntil(Notification.class).subcode())
            .isEqualTo(NotificationCode.COLLISION);
        assertThat(state()).isEqualTo("Established");
        assertThat(isContested()).isFalse();
        assertThat(downs).isEmpty();
      }
    }
  }

  // ---- the peer has restarted

  @Test
  void aNewConnectionOfARestartedPeerTakesOverOnceItIsUp() throws Exception {
    start(passive);
    try (RawPeer before = call()) {
      before.establishRestarted(2, AS, HOLD_TIME);
      Loopback.await("up", () -> state().equals("Established"));
      SessionDriver old = rig.on(sessions()::main);
      try (RawPeer anew = call()) {
        anew.openRestarted(2, AS, HOLD_TIME);
        anew.hearUntil(Keepalive.class);
        assertThat(downs).as("not before").isEmpty();
        assertThat(isContested()).isTrue();

        anew.say(new Keepalive());

        Loopback.await("it takes over", () -> !isContested());
        assertThat(downs).containsExactly("peer connected anew, replaced");
        assertThat(rig.on(sessions()::main)).isNotSameAs(old);
        assertThat(state()).isEqualTo("Established");
        assertThat(rig.on(sessions()::isReplacing)).isFalse();
        Loopback.await("the old one is closed", () -> isClosed(before));
      }
    }
  }

  private static boolean isClosed(RawPeer peer) {
    try {
      peer.hear();
      return false;
    } catch (IOException e) {
      return true;
    }
  }

  @Test
  void aNewConnectionTakesOverIfTheOldOneIsLostMeanwhile() throws Exception {
    start(passive);
    try (RawPeer before = call()) {
      before.establishRestarted(2, AS, HOLD_TIME);
      Loopback.await("up", () -> state().equals("Established"));
      try (RawPeer anew = call()) {
        anew.openRestarted(2, AS, HOLD_TIME);
        anew.hearUntil(Keepalive.class);
        before.hangUp();
        Loopback.await("the old one is lost", () -> !downs.isEmpty());

        anew.say(new Keepalive());

        Loopback.await("up", () -> state().equals("Established"));
        assertThat(downs).containsExactly("peer closed the connection");
        assertThat(isContested()).isFalse();
      }
    }
  }

  // ---- the end

  @Test
  void theEndComesForBoth() throws Exception {
    start(passive);
    try (RawPeer first = call();
        RawPeer second = call()) {
      first.hearUntil(Open.class);
      second.hearUntil(Open.class);

      rig.run(() -> sessions().end(new SessionEvent.Stop(NotificationCode.SHUTDOWN)));

      for (RawPeer peer : List.of(first, second)) {
        assertThat(peer.hearUntil(Notification.class).subcode())
            .isEqualTo(NotificationCode.SHUTDOWN);
        assertHungUp(peer);
      }
      assertThat(isContested()).isFalse();
      assertThat(rig.on(() -> sessions().main().state())).isInstanceOf(SessionState.Idle.class);
      assertThat(rig.on(sessions()::mayTake)).isFalse();
    }
  }

  @Test
  void whoeverIsLeftWithoutAWordHearsNone() throws Exception {
    start(passive);
    try (RawPeer first = call();
        RawPeer second = call()) {
      first.hearUntil(Open.class);
      second.hearUntil(Open.class);

      rig.run(() -> sessions().end(new SessionEvent.Leave()));

      assertHungUp(first);
      assertHungUp(second);
    }
  }

  // ---- who is away

  @Test
  void isAwaySinceNothingHasHappened() throws Exception {
    start(passive);
    assertThat(isAway()).as("just begun").isFalse();
    rig.passSeconds(1);
    assertThat(isAway()).isTrue();

    try (RawPeer theirs = call()) {
      theirs.hearUntil(Open.class);
      rig.passSeconds(1);
      assertThat(isAway()).as("a call is under way").isFalse();
    }
  }

  private boolean isAway() {
    return rig.on(() -> sessions().isAwaySince(rig.now()));
  }
}
